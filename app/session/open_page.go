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

// PageOpener places the order of a session whose person has come.
type PageOpener struct {
	Guest   *Guest
	Starter *Starter
	IDs     outbound.IDs
}

// openLease is longer than all providers of a route may take together before the browser gives up.
const openLease = 15 * time.Second

// Begin makes the session this browser's, and places the order with the first provider of the route that takes it. A
// browser that asks twice, or again, gets what the first time led to. As long as no provider has taken the order, a
// failure leaves the session for another try.
func (p *PageOpener) Begin(ctx context.Context, ticket, browser, address string) (inbound.Visit, error) {
	if browser == "" {
		return inbound.Visit{}, eid.ErrOtherBrowser
	}
	session, o, ours, err := p.claim(ctx, ticket, browser)
	if err != nil {
		return inbound.Visit{}, err
	}
	if !ours {
		return p.Guest.show(session.Snapshot(), browser), nil
	}
	err = p.place(ctx, session, o, address)
	if err != nil {
		return inbound.Visit{}, err
	}
	return p.Guest.show(session.Snapshot(), browser), nil
}

// claim binds the session and claims it for placing its order. ours is false when there is nothing to place, or somebody
// is at it.
func (p *PageOpener) claim(ctx context.Context, ticket, browser string) (session *eid.Session, o organization.Organization, ours bool, err error) {
	owner := "page/" + p.IDs.New()
	err = p.Guest.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		ours = false
		if session, err = byTicket(ctx, tx.Sessions(), ticket); err != nil {
			return err
		}
		s, now := session.Snapshot(), p.Guest.Clock.Now()
		if !mine(s, browser) {
			return eid.ErrOtherBrowser
		}
		if s.State != eid.Opened || !now.Before(s.ExpiresAt) {
			return nil
		}
		facts, err := session.Bind(named(browser), now)
		if err != nil {
			return err
		}
		if err := session.Take(owner, now, openLease); errors.Is(err, eid.ErrClaimed) {
			return nil
		} else if err != nil {
			return err
		}
		if o, err = tx.Organizations().Find(ctx, s.Order.Scope.Organization); err != nil {
			return err
		}
		ours = true
		if err := tx.Sessions().Save(ctx, session); err != nil {
			return err
		}
		if len(facts) == 0 {
			return nil
		}
		return tx.Facts().Append(ctx, facts...)
	})
	return session, o, ours, err
}

// place goes along the route. What the scheme itself refuses for good, and what can never be placed, settles the session;
// everything else gives it back.
func (p *PageOpener) place(ctx context.Context, session *eid.Session, o organization.Organization, address string) error {
	s := session.Snapshot()
	candidates, err := p.Starter.Routes.Candidates(o, s.Order)
	var contents attachments
	if err == nil {
		contents, err = documents(ctx, p.Guest.Work, s.Order, p.Guest.Clock.Now())
	}
	if errors.Is(err, eid.ErrOrder) { // its documents are gone, and do not come back
		return p.fail(ctx, session, eid.ReasonStartFailed)
	}
	if err != nil {
		return p.giveBack(ctx, session, err)
	}
	s.Order.PersonAddress = address
	for _, c := range candidates {
		step, beginErr := p.Starter.begin(ctx, c, contents.in(s))
		if errors.Is(beginErr, eid.ErrProvider) {
			err = nobodyYet(err, beginErr)
			continue
		} else if beginErr != nil {
			err = beginErr
			break
		}
		facts, presentErr := present(session, c, step, p.Guest.Clock.Now())
		if presentErr == nil {
			session.GiveBack()
			presentErr = p.keep(ctx, func(ctx context.Context) error { return p.Guest.Ledger.keep(ctx, session, facts, outcome{}) })
		}
		if presentErr != nil {
			cancelOrder(ctx, c.Provider, step.Thread)
		}
		return presentErr
	}
	switch {
	case errors.Is(err, eid.ErrOrderRefused), errors.Is(err, eid.ErrUnknownPerson):
		return p.fail(ctx, session, eid.ReasonRejected)
	case errors.Is(err, eid.ErrTextTooLong): // for this provider, which shows the organization's name with it
		return p.fail(ctx, session, eid.ReasonStartFailed)
	}
	return p.giveBack(ctx, session, err)
}

// keep is for what must be written although the browser may have left.
func (p *PageOpener) keep(ctx context.Context, write func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	return write(ctx)
}

func (p *PageOpener) fail(ctx context.Context, session *eid.Session, reason string) error {
	facts, err := session.Fail(reason, p.Guest.Clock.Now())
	if err != nil {
		return err
	}
	return p.keep(ctx, func(ctx context.Context) error { return p.Guest.Ledger.keep(ctx, session, facts, outcome{}) })
}

// giveBack lets the person try again. If that cannot be written, the claim runs out by itself.
func (p *PageOpener) giveBack(ctx context.Context, session *eid.Session, why error) error {
	session.GiveBack()
	_ = p.keep(ctx, func(ctx context.Context) error { return p.Guest.Ledger.keep(ctx, session, nil, outcome{}) })
	return why
}
