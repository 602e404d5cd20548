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
	Life   time.Duration // how long a session may wait for the person's browser
	// AppLife is how long a session may wait for the person's app, longer than any scheme lets an order live.
	AppLife time.Duration
	// Page is the address of a session's page, by its ticket.
	Page func(ticket string) string
	// Names keeps orders from being in another organization's name; nil where orders show nothing of the caller's.
	Names *Names
}

// Receipt is the command behind a start, so that the same command never begins twice.
type Receipt struct{ Command, ID string }

const (
	// nonceLength in letters and digits carries more than 256 bits.
	nonceLength  = 43
	ticketLength = 43
	// leastLife and mostLife bound what an order may say of its session's life.
	leastLife = time.Minute
	mostLife  = 24 * time.Hour
)

// Start opens a session. A provider that is left alone is passed over, and one that refuses the connection or fails at
// once hands the order on to the next; one that may have taken it does not. While all are left alone nothing is written.
// It fails as [Routes.Candidates] does, with [organization.ErrNamesAnother], with [eid.ErrProvider] when nobody is left, or
// with what the last provider said. On the channel Page nobody is asked yet: the person's browser begins the order.
// Choices that nobody can carry out are left out of the session, and it fails where that is all of them.
//
// A repeated command finds the session of the first one, as far as that came.
func (s *Starter) Start(ctx context.Context, o organization.Organization, order eid.Order, receipt Receipt) (eid.Snapshot, error) {
	if first, found, err := s.repeated(ctx, order.Scope, receipt); err != nil || found {
		return first, err
	}
	order, candidates, err := s.Routes.route(o, order)
	if err != nil {
		return eid.Snapshot{}, err
	}
	contents, err := documents(ctx, s.Work, order, s.Clock.Now())
	if err != nil {
		return eid.Snapshot{}, err
	}
	order.Documents = contents.named()
	if s.Names != nil {
		if err := s.Names.check(ctx, o, order); err != nil {
			return eid.Snapshot{}, err
		}
	}
	session, opened, err := s.open(o, order)
	if err == nil {
		candidates, err = s.Routes.awake(candidates)
	}
	if err != nil {
		return eid.Snapshot{}, err
	}
	if order.Channel == eid.Page {
		return s.wait(ctx, session, opened, receipt)
	}
	// What is written before the provider is asked, and what after, depends on whether asking is a network call:
	// without one there is no hole between two units of work.
	unsaved := opened
	var failed error
	for _, c := range candidates {
		if !c.Offer.Offline && unsaved != nil {
			if err := s.save(ctx, session, unsaved, receipt); err != nil {
				return s.lost(ctx, order.Scope, receipt, err)
			}
			unsaved = nil
		}
		step, err := s.begin(ctx, c, contents.in(session.Snapshot()))
		if errors.Is(err, eid.ErrProvider) {
			failed = nobodyYet(failed, err)
			continue
		} else if err != nil {
			failed = err
			break
		}
		facts, presentErr := present(session, c, step, s.Clock.Now())
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
	return eid.Snapshot{}, failed
}

func (s *Starter) open(o organization.Organization, order eid.Order) (*eid.Session, []audit.Fact, error) {
	order.OnBehalfOf = o.Name
	session, facts, err := eid.Open(s.IDs.New(), s.Random.Alphanumeric(nonceLength), order, s.Clock.Now(), s.life(order))
	switch {
	case err != nil:
		return nil, nil, err
	case order.Channel == eid.Page:
		ticket := s.Random.Alphanumeric(ticketLength)
		session.Invite(ticket, s.Page(ticket))
	case order.Channel != eid.Redirect:
		session.Invite(s.Random.Alphanumeric(ticketLength), "")
	}
	return session, facts, nil
}

// life is how long the session of an order may wait: as the order says, within bounds.
func (s *Starter) life(order eid.Order) time.Duration {
	switch {
	case order.Life != 0:
		return min(max(order.Life, leastLife), mostLife)
	case order.Channel == eid.App || order.Channel == eid.Backchannel:
		return s.AppLife
	}
	return s.Life
}

// wait keeps a session for the person's browser.
func (s *Starter) wait(ctx context.Context, session *eid.Session, opened []audit.Fact, receipt Receipt) (eid.Snapshot, error) {
	if err := s.save(ctx, session, opened, receipt); err != nil {
		return s.lost(ctx, session.Snapshot().Order.Scope, receipt, err)
	}
	return session.Snapshot(), nil
}

// begin places the order. What cannot be shown is taken back.
func (s *Starter) begin(ctx context.Context, c Candidate, session eid.Snapshot) (outbound.Step, error) {
	step, err := c.Provider.Begin(ctx, session)
	if err == nil && step.Challenge == nil {
		s.takeBack(ctx, c, step.Thread)
		return outbound.Step{}, eid.ErrMisconfigured.Because(errors.New(c.Provider.Name() + " began without a challenge"))
	}
	return step, err
}

// present notes what a provider answered to an order.
func present(session *eid.Session, c Candidate, step outbound.Step, now time.Time) ([]audit.Fact, error) {
	facts, err := session.Present(c.Provider.Name(), *step.Challenge, step.Thread, now)
	if err != nil {
		return nil, err
	}
	session.Hint(step.Hint)
	session.Wait(dueAfter(step.Rest, now))
	return facts, nil
}

// dueAfter is when a provider may be asked again that wants to be left alone for a while; zero for one that need not be
// asked by the clock.
func dueAfter(rest time.Duration, now time.Time) time.Time {
	if rest <= 0 {
		return time.Time{}
	}
	return now.Add(rest).Truncate(time.Microsecond)
}

func (s *Starter) save(ctx context.Context, session *eid.Session, facts []audit.Fact, receipt Receipt) error {
	return save(ctx, s.Work, session, facts, func(ctx context.Context, tx outbound.Tx, saved eid.Snapshot) error {
		if receipt.ID == "" {
			return nil
		}
		return tx.Receipts().Add(ctx, saved.Order.Scope, receipt.Command, receipt.ID, saved.ID, saved.OpenedAt)
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
		if first.State == eid.Opened && first.Order.Channel != eid.Page {
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
	cancelOrder(ctx, c.Provider, thread)
}

// giveUp settles a session that nobody took. If that cannot be written either, the sweep finds it.
func (s *Starter) giveUp(ctx context.Context, session *eid.Session) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if facts, err := session.Fail(eid.ReasonStartFailed, s.Clock.Now()); err == nil {
		_ = s.save(ctx, session, facts, Receipt{})
	}
}
