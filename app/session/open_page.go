package session

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
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

// Begin makes the session this browser's, notes the person's choice, and places the order with the first provider of the
// route that takes it. A browser that asks twice, or again, gets what the first time led to. As long as no provider has
// taken the order, a failure leaves the session for another try.
//
// Another choice than the one before takes the former order back, where the session is renewable, and takes the session away
// from whoever is placing that.
func (p *PageOpener) Begin(ctx context.Context, ticket string, a inbound.Arrival) (inbound.Visit, error) {
	if a.Browser == "" {
		return inbound.Visit{}, eid.ErrOtherBrowser
	}
	v, err := p.claim(ctx, ticket, a)
	if err != nil {
		return inbound.Visit{}, err
	}
	if !v.ours {
		return p.Guest.show(v.session.Snapshot(), a.Browser), nil
	}
	p.Guest.Ledger.tell(v.session.Snapshot())
	if former, known := p.Guest.Routes.Provider(v.before.Provider); known && v.before.State == eid.Pending {
		cancelOrder(ctx, former, v.before.Thread) // first: a scheme may know one order of a person at a time
	}
	err = p.place(ctx, v.session, v.organization, a.Address)
	if errors.Is(err, eid.ErrStale) { // the person has thought otherwise meanwhile, or somebody has ended it
		return p.Guest.Look(ctx, ticket, a.Browser)
	}
	if err != nil {
		return inbound.Visit{}, err
	}
	return p.Guest.show(v.session.Snapshot(), a.Browser), nil
}

// opening is a session whose order is to be placed. ours is false when there is nothing to place, or somebody is at it.
type opening struct {
	ours         bool
	before       eid.Snapshot
	session      *eid.Session
	organization organization.Organization
}

// claim notes the choice, binds the session and claims it for placing its order.
func (p *PageOpener) claim(ctx context.Context, ticket string, a inbound.Arrival) (v opening, err error) {
	owner := "page/" + p.IDs.New()
	err = p.Guest.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		v = opening{}
		if v.session, err = byTicket(ctx, tx.Sessions(), ticket); err != nil {
			return err
		}
		s, now := v.session.Snapshot(), p.Guest.Clock.Now()
		v.before = s
		if !mine(s, a.Browser) {
			return eid.ErrOtherBrowser
		}
		if s.State.Settled() || !now.Before(s.ExpiresAt) {
			return nil
		}
		session := eid.Restore(s)
		facts, err := choose(session, a.EID, now)
		if err != nil {
			return err
		}
		switch {
		case session.Snapshot().State == eid.Pending:
			return nil
		case session.Snapshot().Order.EID == "":
			return eid.ErrNotChosen
		}
		// Only who is framed can be told what shows that it is the same browser, so that the others' results wait for nobody.
		cookieless := a.Cookieless && len(s.Order.Frames) > 0
		more, err := session.Bind(eid.Browser{Name: named(a.Browser), Cookieless: cookieless, Address: a.Address, Agent: a.Agent}, now)
		if err != nil {
			return err
		}
		if err := session.Take(owner, now, openLease); errors.Is(err, eid.ErrClaimed) {
			return nil
		} else if err != nil {
			return err
		}
		if v.organization, err = tx.Organizations().Find(ctx, s.Order.Scope.Organization); err != nil {
			return err
		}
		if err := tx.Sessions().Save(ctx, session); err != nil {
			return err
		}
		v.session, v.ours = session, true
		if facts = append(facts, more...); len(facts) == 0 {
			return nil
		}
		return tx.Facts().Append(ctx, facts...)
	})
	return v, err
}

// choose notes the eID that the person chose just now, if any. It takes the session away from whoever is at the one that was
// chosen before.
func choose(session *eid.Session, e eid.EID, now time.Time) ([]audit.Fact, error) {
	s := session.Snapshot()
	if e == "" || e == s.Order.EID {
		return nil, nil
	}
	var again []audit.Fact
	var err error
	if s.State == eid.Pending && s.Order.Renewable {
		if again, err = session.Reconsider(now); err != nil {
			return nil, err
		}
	}
	facts, err := session.Choose(e, now)
	if err != nil {
		return nil, err
	}
	session.GiveBack()
	return append(again, facts...), nil
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
	if errors.Is(err, eid.ErrDocumentNamed) { // they are gone, and do not come back
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
