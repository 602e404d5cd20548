package session

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Follower says how far sessions have come. Until a provider has rested, and while somebody else holds the session's
// claim, it answers from the store: one read, and no write.
type Follower struct {
	Work     outbound.UnitOfWork
	Claims   outbound.SessionClaims
	Clock    outbound.Clock
	Advancer *Advancer
	Owner    string // names this process among all that claim sessions
	Demo     bool   // clients marked as demo count
}

// pollLease is longer than any provider may take.
const pollLease = 15 * time.Second

// Follow says how far a session has come. It fails with [eid.ErrNoSession].
func (f *Follower) Follow(ctx context.Context, q inbound.SessionQuery) (inbound.Session, error) {
	var session *eid.Session
	err := f.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		session, err = r.Sessions().Find(ctx, q.Scope, q.ID)
		return err
	})
	if err != nil {
		return inbound.Session{}, err
	}
	return f.follow(ctx, session, q)
}

// Ask reads client and session at once.
func (f *Follower) Ask(ctx context.Context, c inbound.Credentials, q inbound.SessionQuery) (inbound.Session, error) {
	client, session, err := f.asking(ctx, c.Kind, c.Identifier, q.ID)
	if err != nil && !errors.Is(err, organization.ErrNoClient) {
		return inbound.Session{}, err
	}
	if refused := client.Admit(c.Secret, f.Demo); err != nil || refused != nil {
		return inbound.Session{}, organization.ErrClientRefused
	}
	return f.asked(ctx, session, q)
}

// AskAs reads client and session at once. That the client had its secret is what its token says.
func (f *Follower) AskAs(ctx context.Context, kind organization.Kind, identifier string, q inbound.SessionQuery) (inbound.Session, error) {
	client, session, err := f.asking(ctx, kind, identifier, q.ID)
	if err != nil && !errors.Is(err, organization.ErrNoClient) {
		return inbound.Session{}, err
	}
	if err != nil || client.Revoked() || client.Demo && !f.Demo {
		return inbound.Session{}, organization.ErrAccessToken
	}
	return f.asked(ctx, session, q)
}

func (f *Follower) asking(ctx context.Context, kind organization.Kind, identifier, id string) (client organization.Client, session *eid.Session, err error) {
	err = f.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		client, session, err = r.Clients().Asking(ctx, kind, identifier, id)
		return err
	})
	return client, session, err
}

func (f *Follower) asked(ctx context.Context, session *eid.Session, q inbound.SessionQuery) (inbound.Session, error) {
	if session == nil {
		return inbound.Session{}, eid.ErrNoSession
	}
	return f.follow(ctx, session, q)
}

func (f *Follower) follow(ctx context.Context, session *eid.Session, q inbound.SessionQuery) (inbound.Session, error) {
	if !q.Fits(session.Snapshot().Order) {
		return inbound.Session{}, eid.ErrNoSession
	}
	if err := f.catchUp(ctx, session); err != nil {
		return inbound.Session{}, err
	}
	if s := session.Snapshot(); !q.Draw {
		return inbound.Session{Snapshot: s, Simulated: f.Advancer.Routes.invented(s)}, nil
	}
	return f.Advancer.Routes.seen(session.Snapshot(), f.Clock.Now()), nil
}

// catchUp brings a session to where it is now: over, where its time is, and else as far as its provider says, where that
// may be asked. Whoever comes second sees what the store holds.
func (f *Follower) catchUp(ctx context.Context, session *eid.Session) error {
	s, now := session.Snapshot(), f.Clock.Now()
	switch {
	case s.State.Settled():
		return nil
	case !now.Before(s.ExpiresAt):
		return f.expire(ctx, session)
	case s.State != eid.Pending || s.Due.IsZero() || now.Before(s.Due) || now.Before(s.Claim.Until):
		return nil
	}
	owner := eid.Watcher(f.Owner + "/poll")
	ok, err := f.Claims.ClaimSession(ctx, owner, session, now, pollLease)
	if err != nil || !ok {
		return err
	}
	wrote, err := f.Advancer.Advance(ctx, session, outbound.Nudge{})
	switch {
	case errors.Is(err, eid.ErrStale):
		return f.reload(ctx, session)
	case wrote && err != nil:
		return err // the outcome could not be kept; the claim runs out, and somebody asks again
	case session.Snapshot().State != eid.Pending: // over, or open for another try; either ends the claim
		return nil
	}
	// The provider may be ill; the session is not, so the poll says what was known before.
	return f.Claims.ReleaseSessions(ctx, owner, []string{s.ID}, session.Snapshot().Due)
}

// expire settles a session whose time is over, and takes its order back as well as can be: nobody should still sign it.
// Somebody who was quicker has settled it otherwise, or has claimed it, which makes it no younger.
func (f *Follower) expire(ctx context.Context, session *eid.Session) error {
	for range expireTries {
		before := session.Snapshot()
		facts := session.Expire(f.Clock.Now())
		if len(facts) == 0 {
			return nil
		}
		err := f.Advancer.Ledger.keep(ctx, session, facts, outcome{})
		if p, known := f.Advancer.Routes.Provider(before.Provider); known && err == nil && before.State == eid.Pending {
			cancelOrder(ctx, p, before.Thread)
		}
		if !errors.Is(err, eid.ErrStale) {
			return err
		}
		if err := f.reload(ctx, session); err != nil {
			return err
		}
	}
	return nil
}

// expireTries is more than there are claims in the time that a try takes.
const expireTries = 3

func (f *Follower) reload(ctx context.Context, session *eid.Session) error {
	s := session.Snapshot()
	return f.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		again, err := r.Sessions().Find(ctx, s.Order.Scope, s.ID)
		if err == nil {
			*session = *again
		}
		return err
	})
}

// seen is a session as callers see it: with its challenge as it looks now.
func (r *Routes) seen(s eid.Snapshot, now time.Time) inbound.Session {
	s.Challenge = s.Challenge.At(now)
	return inbound.Session{Snapshot: s, Simulated: r.invented(s)}
}

// invented holds when the person behind a session is invented, or will be for all that is known.
func (r *Routes) invented(s eid.Snapshot) bool {
	if s.Provider != "" {
		return r.Simulated(s.Provider)
	}
	eids := s.Order.Choices
	if s.Order.EID != "" {
		eids = []eid.EID{s.Order.EID}
	}
	for _, e := range eids {
		for _, name := range r.Of(e) {
			if !r.Simulated(name) {
				return false
			}
		}
	}
	return true
}
