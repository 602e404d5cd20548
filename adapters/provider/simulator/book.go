package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"github.com/eidgate/eidgate/ports/inbound"
)

const (
	// mostOrders bounds the memory that orders can take. It is well above the sessions that wait at once in one process,
	// whose placed orders would otherwise drive each other out.
	mostOrders = 25_000
	// answerable is how long after the person's word the same browser still gets the same answer.
	answerable = 15 * time.Minute
)

// order is one browser waiting for one person, or a placed order waiting in the person's app.
type order struct {
	id      string
	key     string // which browser, at which address; or which session
	token   string // what opens the app
	alone   standing
	request request
	made    time.Time
	settled time.Time // zero while the order waits
	person  string    // who approved
	failure failure   // why nobody did
	back    string    // where the browser is sent, once it was
}

func (o *order) waits(now time.Time) bool { return o.settled.IsZero() && !o.expired(now) }

func (o *order) expired(now time.Time) bool {
	if o.request.Placed != 0 {
		return o.request.asked.expired(now)
	}
	return o.request.expired(now)
}

// over holds when nobody may ask for the order any more.
func (o *order) over(now time.Time) bool {
	if o.settled.IsZero() {
		return o.expired(now)
	}
	return !now.Before(o.settled.Add(answerable))
}

func (o *order) approve(person string, now time.Time) { o.person, o.settled = person, now }
func (o *order) fail(f failure, now time.Time)        { o.failure, o.settled = f, now }

func (o *order) shown() inbound.SimulatedOrder { return o.request.shown(o.id, o.token, o.made) }

// book keeps the orders. The zero book is not usable, and the caller holds the lock.
type book struct {
	orders []*order // oldest first
	byKey  map[string]*order
	alone  map[standing]*order // the last order that took the place
}

func newBook() book { return book{byKey: map[string]*order{}, alone: map[standing]*order{}} }

// keyOf names a browser at an address. A browser without a name is none that could come back.
func keyOf(v inbound.SimulatedVisit, r request, id string) string {
	browser := v.Browser
	if browser == "" {
		browser = "\x00" + id
	}
	h := sha256.New()
	for _, part := range []string{browser, v.Request, r.State, r.Nonce, string(r.Context)} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// find gives the order of a browser at an address, nil when there is none any more.
func (b *book) find(key string, now time.Time) *order {
	if o := b.byKey[key]; o != nil && !o.over(now) {
		return o
	}
	return nil
}

// add keeps one more order in place of one with the same key, at the cost of those that are over and, when there are too
// many, of the oldest.
func (b *book) add(o *order, now time.Time) {
	if old := b.byKey[o.key]; old != nil && old.settled.IsZero() {
		old.fail(withdrawn, now)
	}
	if len(b.orders) >= mostOrders {
		b.orders = slices.DeleteFunc(b.orders, func(old *order) bool { return b.forget(old, old.over(now)) })
	}
	if n := len(b.orders) - mostOrders*9/10; n > 0 && len(b.orders) >= mostOrders {
		for _, old := range b.orders[:n] {
			b.forget(old, true)
		}
		b.orders = slices.Delete(b.orders, 0, n)
	}
	b.orders = append(b.orders, o)
	b.byKey[o.key] = o
	if o.alone != (standing{}) {
		b.alone[o.alone] = o
	}
}

func (b *book) forget(o *order, really bool) bool {
	if really && b.byKey[o.key] == o {
		delete(b.byKey, o.key)
	}
	if really && b.alone[o.alone] == o {
		delete(b.alone, o.alone)
	}
	return really
}

// waiting lists the orders that wait for a person, newest first.
func (b *book) waiting(now time.Time) []*order {
	var found []*order
	for _, o := range slices.Backward(b.orders) {
		if o.waits(now) {
			found = append(found, o)
		}
	}
	return found
}

// called finds a waiting order by its own identifier, its session's, its app token or the caller's reference, in this
// order of preference; the newest where several are called the same.
func (b *book) called(name string, now time.Time) (*order, error) {
	if name == "" {
		return nil, inbound.ErrNoSimulatedOrder
	}
	names := []func(*order) string{
		func(o *order) string { return o.id },
		func(o *order) string { return o.request.Session },
		func(o *order) string { return o.token },
		func(o *order) string { return o.request.Correlation },
	}
	waiting := b.waiting(now)
	for _, nameOf := range names {
		for _, o := range waiting {
			if nameOf(o) == name {
				return o, nil
			}
		}
	}
	return nil, inbound.ErrNoSimulatedOrder
}
