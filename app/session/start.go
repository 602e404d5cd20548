package session

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Starter opens sessions at the first provider of the route that takes the order.
type Starter struct {
	Work   outbound.UnitOfWork
	Routes *Routes
	Clock  outbound.Clock
	IDs    outbound.IDs
	Random outbound.Random
	Life   time.Duration // how long a session may wait for the person
}

// Receipt is the command behind a start, so that the same command never begins twice.
type Receipt struct{ Command, ID string }

// nonceLength in letters and digits carries more than 256 bits.
const nonceLength = 43

// Start opens a session. A provider that refuses the connection hands the order on to the next; one that may have
// taken it does not. It fails as [Routes.Candidates] does, with [eid.ErrProvider] when nobody is left, or with
// what the last provider said.
//
// A repeated command finds the session of the first one, as far as that came.
func (s *Starter) Start(ctx context.Context, o organization.Organization, order eid.Order, returns outbound.Return, receipt Receipt) (eid.Snapshot, error) {
	if first, found, err := s.repeated(ctx, order.Scope, receipt); err != nil || found {
		return first, err
	}
	candidates, err := s.Routes.Candidates(o, order.EID, order.Operation, returns)
	if err != nil {
		return eid.Snapshot{}, err
	}
	order.OnBehalfOf = o.Name
	id, nonce := s.IDs.New(), s.Random.Alphanumeric(nonceLength)
	session, opened, err := eid.Open(id, nonce, order, s.Clock.Now(), s.Life)
	if err != nil {
		return eid.Snapshot{}, err
	}
	// What is written before the provider is asked, and what after, depends on whether asking is a network call:
	// without one there is no hole between two units of work.
	unsaved := opened
	for _, c := range candidates {
		if !c.Offer.Offline && unsaved != nil {
			if err := s.save(ctx, session, unsaved, receipt); err != nil {
				return s.lost(ctx, order.Scope, receipt, err)
			}
			unsaved = nil
		}
		step, beginErr := c.Provider.Begin(ctx, session.Snapshot())
		if beginErr == nil && step.Challenge == nil {
			s.takeBack(ctx, c, step.Thread)
			beginErr = eid.ErrMisconfigured.Because(errors.New(c.Provider.Name() + " began without a challenge"))
		}
		if beginErr != nil {
			if err = beginErr; errors.Is(err, eid.ErrProvider) {
				continue
			}
			break
		}
		facts, presentErr := session.Present(c.Provider.Name(), *step.Challenge, step.Thread, s.Clock.Now())
		if presentErr != nil {
			s.takeBack(ctx, c, step.Thread)
			return eid.Snapshot{}, presentErr
		}
		write := receipt
		if unsaved == nil {
			write = Receipt{}
		}
		if err := s.save(ctx, session, append(unsaved, facts...), write); err != nil {
			s.takeBack(ctx, c, step.Thread)
			return s.lost(ctx, order.Scope, receipt, err)
		}
		return session.Snapshot(), nil
	}
	if unsaved == nil {
		s.giveUp(ctx, session)
	}
	return eid.Snapshot{}, err
}

func (s *Starter) save(ctx context.Context, session *eid.Session, facts []audit.Fact, receipt Receipt) error {
	before := session.Snapshot()
	return s.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		again := eid.Restore(before) // work may run twice; a save of an earlier run was rolled back
		if err := tx.Sessions().Save(ctx, again); err != nil {
			return err
		}
		if receipt.ID != "" {
			scope := before.Order.Scope
			if err := tx.Receipts().Add(ctx, scope, receipt.Command, receipt.ID, before.ID, before.OpenedAt); err != nil {
				return err
			}
		}
		session.Saved(again.Snapshot().Version)
		return tx.Facts().Append(ctx, facts...)
	})
}

// lost answers a start whose receipt was written by a simultaneous twin: with the twin's session.
func (s *Starter) lost(ctx context.Context, scope organization.Scope, receipt Receipt, err error) (eid.Snapshot, error) {
	if errors.Is(err, outbound.ErrReplayed) {
		if first, found, again := s.repeated(ctx, scope, receipt); again != nil || found {
			return first, again
		}
	}
	return eid.Snapshot{}, err
}

func (s *Starter) repeated(ctx context.Context, scope organization.Scope, receipt Receipt) (first eid.Snapshot, found bool, err error) {
	if receipt.ID == "" {
		return eid.Snapshot{}, false, nil
	}
	err = s.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		id, known, err := r.Receipts().Find(ctx, scope, receipt.Command, receipt.ID)
		if err != nil || !known {
			return err
		}
		session, err := r.Sessions().Find(ctx, scope, id)
		if err != nil {
			return err
		}
		first, found = session.Snapshot(), true
		if first.State == eid.Opened {
			// The first start never came back from its provider, or is not back yet; a second order under the
			// same command is out of the question.
			first.State, first.Reason = eid.Failed, eid.ReasonStartLost
		}
		return nil
	})
	return first, found, err
}

// takeBack cancels an order that we could not write down or show. The person never saw it, so trying is enough.
func (s *Starter) takeBack(ctx context.Context, c Candidate, thread []byte) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	_ = c.Provider.Cancel(ctx, thread)
}

// giveUp settles a session that nobody took. If that cannot be written either, the sweep finds it.
func (s *Starter) giveUp(ctx context.Context, session *eid.Session) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if facts, err := session.Fail(eid.ReasonStartFailed, s.Clock.Now()); err == nil {
		_ = s.save(ctx, session, facts, Receipt{})
	}
}
