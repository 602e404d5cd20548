package callback_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var (
	errDead = errors.New("the process is dead")
	scope   = organization.Scope{Organization: "o", Environment: organization.Production}
)

// news is a callback as storage keeps it.
type news struct {
	outbound.Callback
	state    outbound.CallbackState
	due      time.Time
	claimed  time.Time // until then
	attempts []outbound.CallbackAttempt
	over     time.Time
	claims   int
}

// bag keeps callbacks, clients and facts as storage does. It answers for any number of processes.
type bag struct {
	mu        sync.Mutex
	callbacks map[string]*news
	clients   map[string]organization.Client
	facts     []audit.Fact
	asked     int
	writes    int
}

func newBag(clients ...organization.Client) *bag {
	b := &bag{callbacks: map[string]*news{}, clients: map[string]organization.Client{}}
	for _, c := range clients {
		b.clients[c.ID] = c
	}
	return b
}

// client may send news to the hosts.
func client(id, key string, hosts ...string) organization.Client {
	return organization.Client{ID: id, Scope: scope, CallbackKey: []byte(key), Addresses: organization.Addresses{Callback: hosts, AnyLoopback: true}}
}

func (b *bag) add(session, client, address string, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.callbacks[session] = &news{
		Callback: outbound.Callback{
			Session: session, Scope: scope, Client: client, Address: address, ContentType: "application/json",
			Body: fmt.Appendf(nil, `{"id":%q}`, session), CreatedAt: now,
		}, state: outbound.CallbackWaiting, due: now,
	}
}

// of shows a callback, as it is now.
func (b *bag) of(session string) news {
	b.mu.Lock()
	defer b.mu.Unlock()
	return *b.callbacks[session]
}

func (b *bag) count(state outbound.CallbackState) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.callbacks {
		if c.state == state {
			n++
		}
	}
	return n
}

func (b *bag) questions() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}

// told gives the kinds of the facts about a session's callback.
func (b *bag) told(session string) (kinds []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range b.facts {
		if f.Subject == "callback/"+session {
			kinds = append(kinds, f.Kind)
		}
	}
	return kinds
}

func (b *bag) ClaimCallbacks(_ context.Context, n int, now time.Time, lease time.Duration) ([]outbound.Callback, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	var due []*news
	for _, c := range b.callbacks {
		if c.state == outbound.CallbackWaiting && !now.Before(c.due) && !now.Before(c.claimed) {
			due = append(due, c)
		}
	}
	slices.SortFunc(due, func(x, y *news) int { return cmp.Or(x.due.Compare(y.due), cmp.Compare(x.Session, y.Session)) })
	var claimed []outbound.Callback
	for _, c := range due[:min(n, len(due))] {
		c.claimed = now.Add(lease)
		c.claims++
		b.writes++
		one := c.Callback
		one.Attempts = len(c.attempts)
		claimed = append(claimed, one)
	}
	return claimed, nil
}

func (b *bag) PostponeCallbacks(_ context.Context, sessions []string, until time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, session := range sessions {
		if c := b.callbacks[session]; c != nil && c.state == outbound.CallbackWaiting {
			c.due, c.claimed = until, time.Time{}
			b.writes++
		}
	}
	return nil
}

func (b *bag) Do(ctx context.Context, work func(context.Context, outbound.Tx) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	return work(ctx, tx{bag: b})
}

func (b *bag) View(ctx context.Context, read func(context.Context, outbound.Reader) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return read(ctx, view{bag: b})
}

type view struct {
	outbound.Reader
	bag *bag
}

func (v view) Clients() outbound.ClientReader { return clients{bag: v.bag} }

type clients struct {
	outbound.ClientReader
	bag *bag
}

func (c clients) Find(_ context.Context, id string) (organization.Client, error) {
	found, ok := c.bag.clients[id]
	if !ok {
		return organization.Client{}, organization.ErrNoClient
	}
	return found, nil
}

type tx struct {
	outbound.Tx
	bag *bag
}

func (t tx) Callbacks() outbound.Callbacks { return callbacks{bag: t.bag} }
func (t tx) Facts() outbound.Facts         { return facts{bag: t.bag} }

type facts struct {
	outbound.Facts
	bag *bag
}

func (f facts) Append(_ context.Context, list ...audit.Fact) error {
	f.bag.facts = append(f.bag.facts, list...)
	return nil
}

type callbacks struct {
	outbound.Callbacks
	bag *bag
}

func (c callbacks) Attempts(_ context.Context, s organization.Scope, session string) (outbound.CallbackState, []outbound.CallbackAttempt, error) {
	kept := c.bag.callbacks[session]
	if kept == nil || kept.Scope != s {
		return "", nil, eid.ErrNoSession
	}
	return kept.state, slices.Clone(kept.attempts), nil
}

func (c callbacks) Tried(_ context.Context, one outbound.Callback, a outbound.CallbackAttempt, state outbound.CallbackState, due time.Time) error {
	kept := c.bag.callbacks[one.Session]
	kept.attempts = append(kept.attempts, a)
	if kept.state != outbound.CallbackWaiting { // it is over, whatever a late attempt says
		return nil
	}
	kept.state, kept.due, kept.claimed = state, due, time.Time{}
	if state != outbound.CallbackWaiting {
		kept.Address, kept.Body, kept.over = "", nil, a.At
	}
	c.bag.writes++
	return nil
}

func (c callbacks) Purge(_ context.Context, before time.Time, n int) (removed int, err error) {
	for session, kept := range c.bag.callbacks {
		if removed < n && !kept.over.IsZero() && kept.over.Before(before) {
			delete(c.bag.callbacks, session)
			removed++
		}
	}
	return removed, nil
}

// mortal is storage as one process sees it, until the process is killed.
type mortal struct {
	*bag
	lock sync.Mutex
	dead bool
}

func (m *mortal) kill() {
	m.lock.Lock()
	defer m.lock.Unlock()
	m.dead = true
}

func (m *mortal) gone() bool {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.dead
}

func (m *mortal) ClaimCallbacks(ctx context.Context, n int, now time.Time, lease time.Duration) ([]outbound.Callback, error) {
	if m.gone() {
		return nil, errDead
	}
	return m.bag.ClaimCallbacks(ctx, n, now, lease)
}

func (m *mortal) PostponeCallbacks(ctx context.Context, sessions []string, until time.Time) error {
	if m.gone() {
		return errDead
	}
	return m.bag.PostponeCallbacks(ctx, sessions, until)
}

func (m *mortal) Do(ctx context.Context, work func(context.Context, outbound.Tx) error) error {
	if m.gone() {
		return errDead
	}
	return m.bag.Do(ctx, work)
}
