package session

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Returner takes up what comes back from providers: browsers, and their own calls.
type Returner struct {
	Guest    *Guest
	Advancer *Advancer
	Claims   outbound.SessionClaims
	IDs      outbound.IDs
	Owner    string          // names this process among all that claim sessions
	Hasten   func(id string) // tells the collector that there is news of a session; nil for nobody
}

// Return is the browser back from a provider. Its parameters are handed to the provider once; a session that belongs to
// another browser, or is with another provider, is left as it is.
func (r *Returner) Return(ctx context.Context, provider string, params map[string]string, browser string) (inbound.Visit, error) {
	ticket := params["state"]
	session, err := r.Guest.find(ctx, ticket)
	if err != nil {
		return inbound.Visit{}, err
	}
	switch s := session.Snapshot(); {
	case s.Provider != provider && !s.State.Settled() && !reopened(s):
		return inbound.Visit{}, inbound.ErrNoVisit
	case !bound(s, browser):
		return inbound.Visit{}, eid.ErrOtherBrowser
	case s.State != eid.Pending:
	case !s.Due.IsZero():
		r.hasten(s.ID) // the provider is asked by the clock, and has nothing for us to redeem
	default:
		if session, err = r.redeem(ctx, ticket, params); err != nil {
			return inbound.Visit{}, err
		}
	}
	return r.Guest.show(session.Snapshot(), browser), nil
}

// redeem exchanges what the browser brought, under a claim that says that something is being spent. Somebody who comes at
// the same time sees what the store holds.
func (r *Returner) redeem(ctx context.Context, ticket string, params map[string]string) (*eid.Session, error) {
	var session *eid.Session
	claimed := false
	owner := "return/" + r.IDs.New()
	err := r.Guest.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) (err error) {
		claimed = false
		if session, err = byTicket(ctx, tx.Sessions(), ticket); err != nil {
			return err
		}
		switch err := session.Take(owner, r.Guest.Clock.Now(), pollLease); {
		case errors.Is(err, eid.ErrSettled), errors.Is(err, eid.ErrExpired), errors.Is(err, eid.ErrClaimed):
			return nil
		case err != nil:
			return err
		}
		claimed = true
		return tx.Sessions().Save(ctx, session)
	})
	if err != nil || !claimed {
		return session, err
	}
	wrote, err := r.Advancer.Advance(ctx, session, outbound.Nudge{Returned: params})
	if errors.Is(err, eid.ErrStale) {
		return r.Guest.find(ctx, ticket) // somebody has ended it meanwhile
	}
	if wrote {
		return session, err
	}
	// Nothing was spent, or nothing came of it: the browser may bring the same again, and nobody asks meanwhile.
	session.GiveBack()
	if err != nil {
		session.Wait(time.Time{})
	}
	if kept := r.Advancer.Ledger.keep(context.WithoutCancel(ctx), session, nil, outcome{}); err == nil {
		err = kept
	}
	return session, err
}

// Notice is a provider's own call. It moves the session on now where nobody else is asking; the provider judges whether the
// call is its own. A call for a session that is over, or that somebody is asking about, is thanked for.
func (r *Returner) Notice(ctx context.Context, provider, ticket string, body []byte, headers map[string]string) error {
	var session *eid.Session
	err := r.Guest.Work.View(ctx, func(ctx context.Context, reader outbound.Reader) (err error) {
		session, err = reader.Sessions().FindByTicket(ctx, ticket)
		return err
	})
	if errors.Is(err, eid.ErrNoSession) || err == nil && session.Snapshot().Provider != provider && !reopened(session.Snapshot()) {
		return inbound.ErrNoVisit
	}
	if err != nil || session.Snapshot().State != eid.Pending {
		return err
	}
	owner := eid.Watcher(r.Owner + "/notice")
	ok, err := r.Claims.ClaimSession(ctx, owner, session, r.Guest.Clock.Now(), pollLease)
	if err != nil {
		return err
	}
	id := session.Snapshot().ID
	if !ok {
		r.hasten(id)
		return nil
	}
	// Who is not the provider must not be able to end a session: what does not verify changes nothing.
	trial := eid.Restore(session.Snapshot())
	if _, err := r.Advancer.notice(ctx, trial, outbound.Nudge{Notice: body, Headers: headers}); err != nil && !errors.Is(err, eid.ErrStale) {
		return errors.Join(err, r.Claims.ReleaseSessions(ctx, owner, []string{id}, session.Snapshot().Due))
	}
	if s := trial.Snapshot(); s.State == eid.Pending {
		return r.Claims.ReleaseSessions(ctx, owner, []string{id}, s.Due)
	}
	return nil
}

// reopened holds for a session that may have been begun before: what its former provider has to say of it comes too late.
func reopened(s eid.Snapshot) bool { return s.State == eid.Opened && s.Order.Renewable }

func (r *Returner) hasten(id string) {
	if r.Hasten != nil {
		r.Hasten(id)
	}
}
