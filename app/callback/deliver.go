package callback

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// clientRevoked is the failure of news for a client that was revoked: who may ask no more is told no more.
const clientRevoked = "client_revoked"

// gone is the status by which a receiver says that it wants no more (RFC 9110 section 15.5.11).
const gone = 410

// storageWait is how long a callback is put off when its client cannot be looked up.
const storageWait = time.Second

// deliver makes one attempt, writes it down, and says which callbacks are given back.
func (d *Dispatcher) deliver(ctx context.Context, j job) later {
	c := j.callback
	client, failure, err := d.client(ctx, c)
	if err != nil {
		d.lanes.done(j)
		d.complain(ctx, "the client of a callback cannot be found", err)
		return later{d.ports.Clock.Now().Add(storageWait): {c.Session}}
	}
	began := d.ports.Clock.Now()
	if failure != "" {
		d.lanes.done(j)
		d.settle(ctx, c, attempt{at: began, failure: failure, final: true})
		return nil
	}
	parcel := outbound.Parcel{Address: c.Address, ContentType: c.ContentType, Body: c.Body, ID: c.Session}
	if len(client.CallbackKey) > 0 {
		parcel.Signature = Sign(client.CallbackKey, c.Body)
	}
	status, wish, err := d.ports.Courier.Bring(ctx, parcel)
	now := d.ports.Clock.Now()
	took := now.Sub(began)
	rest := time.Duration(0)
	if err != nil {
		rest = fault.Of(err).RetryAfter()
	}
	switch {
	case err == nil:
		d.lanes.answered(j, took)
		d.settle(ctx, c, attempt{at: began, took: took, status: status})
		return nil
	case ctx.Err() != nil: // we are stopping; whether it came through, nobody knows
		d.lanes.done(j)
		return later{now: {c.Session}}
	case rest > 0:
		back := d.lanes.resting(j, rest, now)
		if tooOld(c, now) {
			d.settle(ctx, c, attempt{at: began, failure: why(err), final: true})
			return back
		}
		until := untried(c, rest, now)
		back[until] = append(back[until], c.Session)
		return back
	}
	var back later
	if status == 0 && !errors.Is(err, outbound.ErrAddressForbidden) {
		back = d.lanes.silent(j, took, now)
	} else {
		d.lanes.answered(j, took)
	}
	d.settle(ctx, c, attempt{
		at: began, took: took, status: status, failure: why(err), wish: wish,
		final: status == gone || errors.Is(err, outbound.ErrAddressForbidden),
	})
	return back
}

// client finds whose news it is, or the reason why it gets none.
func (d *Dispatcher) client(ctx context.Context, c outbound.Callback) (client organization.Client, failure string, err error) {
	err = d.ports.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		client, err = r.Clients().Find(ctx, c.Client)
		return err
	})
	switch {
	case errors.Is(err, organization.ErrNoClient):
		return client, organization.ErrNoClient.Code(), nil
	case err != nil:
		return client, "", err
	case client.Revoked():
		return client, clientRevoked, nil
	case client.Scope != c.Scope || !client.Addresses.AllowsCallback(c.Address): // taken from it since
		return client, organization.ErrAddressNotAllowed.Code(), nil
	}
	return client, "", nil
}

// why is the code of what went wrong: the cause's, where it has one.
func why(err error) string {
	f := fault.Of(err)
	if cause, ok := errors.AsType[*fault.Fault](f.Cause()); ok {
		return cause.Code()
	}
	return f.Code()
}

// attempt is what became of a delivery.
type attempt struct {
	at      time.Time
	took    time.Duration
	status  int
	failure string        // "" when it was delivered
	wish    time.Duration // of the receiver, for the next one
	final   bool          // nothing is tried after it
}

// settle writes an attempt down, with the fact that it was the last where it was. When another process was quicker,
// because this one's claim was over, its word counts, and the attempt is only kept. What cannot be written down is tried
// again when the claim ends.
func (d *Dispatcher) settle(ctx context.Context, c outbound.Callback, a attempt) {
	ctx, cancel := settling(ctx)
	defer cancel()
	now, outcome := d.ports.Clock.Now(), ""
	err := d.ports.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		outcome = ""
		state, before, err := tx.Callbacks().Attempts(ctx, c.Scope, c.Session)
		if errors.Is(err, eid.ErrNoSession) { // it went with its organization
			return nil
		}
		if err != nil {
			return err
		}
		number := len(before) + 1
		due, again := next(c, number, now, a.wish)
		told := eid.Callback{Session: c.Session, Scope: c.Scope, Client: c.Client, Attempts: number}
		var facts []audit.Fact
		switch {
		case state != outbound.CallbackWaiting:
			outcome = Failed
			if a.failure == "" {
				outcome = Delivered
			}
		case a.failure == "":
			outcome, state, due, facts = Delivered, outbound.CallbackDelivered, now, told.Delivered(now)
		case a.final || !again:
			outcome, state, due, facts = GivenUp, outbound.CallbackGivenUp, now, told.GivenUp(a.failure, now)
		default:
			outcome = Failed
		}
		if err := tx.Callbacks().Tried(ctx, c, outbound.CallbackAttempt{Number: number, At: a.at, Took: a.took, Status: a.status, Failure: a.failure}, state, due); err != nil {
			return err
		}
		if len(facts) == 0 {
			return nil
		}
		return tx.Facts().Append(ctx, facts...)
	})
	switch {
	case err != nil:
		d.complain(ctx, "an attempt cannot be written down, so a client may be told again", err)
	case outcome != "":
		d.ports.Tried(outcome, a.took)
	}
}
