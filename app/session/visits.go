package session

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Visits answers [inbound.Visits].
type Visits struct {
	*Guest
	*PageOpener
	*Returner
	*Watchers
}

var _ inbound.Visits = Visits{}

// Guest shows sessions to browsers, and lets the person say no.
type Guest struct {
	Work      outbound.UnitOfWork
	Clock     outbound.Clock
	Routes    *Routes
	Ledger    *Ledger
	Canceller *Canceller
}

// Look shows how far the session has come, from the store alone.
func (g *Guest) Look(ctx context.Context, ticket, browser string) (inbound.Visit, error) {
	session, err := g.find(ctx, ticket)
	if err != nil {
		return inbound.Visit{}, err
	}
	return g.show(session.Snapshot(), browser), nil
}

// Cancel settles the session as the person's no. What has settled stays as it is.
func (g *Guest) Cancel(ctx context.Context, ticket, browser string) (inbound.Visit, error) {
	find := func(ctx context.Context, tx outbound.Tx) (*eid.Session, error) {
		session, err := byTicket(ctx, tx.Sessions(), ticket)
		if err == nil && !mine(session.Snapshot(), browser) {
			return nil, eid.ErrOtherBrowser
		}
		return session, err
	}
	s, err := g.Canceller.refuse(ctx, find, eid.ReasonDeclined)
	if err != nil {
		return inbound.Visit{}, err
	}
	return g.show(s, browser), nil
}

func (g *Guest) find(ctx context.Context, ticket string) (session *eid.Session, err error) {
	err = g.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		session, err = byTicket(ctx, r.Sessions(), ticket)
		return err
	})
	return session, err
}

// byTicket finds the session of a page. A session whose person never comes to a page has a ticket, too, which opens none.
func byTicket(ctx context.Context, sessions outbound.SessionReader, ticket string) (*eid.Session, error) {
	session, err := sessions.FindByTicket(ctx, ticket)
	if errors.Is(err, eid.ErrNoSession) || err == nil && session.Snapshot().Order.Channel != eid.Page {
		return nil, inbound.ErrNoVisit
	}
	return session, err
}

// named is how a session remembers its browser.
func named(browser string) string {
	sum := sha256.Sum256([]byte(browser))
	return hex.EncodeToString(sum[:])
}

// mine holds when the session is this browser's, or nobody's yet.
func mine(s eid.Snapshot, browser string) bool {
	return s.Browser.Name == "" || bound(s, browser)
}

// bound holds when the session is this browser's.
func bound(s eid.Snapshot, browser string) bool {
	return s.Browser.Name != "" && browser != "" && subtle.ConstantTimeCompare([]byte(s.Browser.Name), []byte(named(browser))) == 1
}

// show is what the browser may see: all but the secret of an animated code. Of another browser's session it is no more than
// what a page needs to say so where it was to be shown.
func (g *Guest) show(s eid.Snapshot, browser string) inbound.Visit {
	now := g.Clock.Now()
	if !s.State.Settled() && !now.Before(s.ExpiresAt) {
		s.State, s.Challenge = eid.Expired, eid.Challenge{} // the sweep will say so in a moment
	}
	o := s.Order
	v := inbound.Visit{Ticket: s.Ticket, Session: s.ID, Language: o.Language, Theme: o.Theme, Frames: o.Frames, Simulated: g.Routes.invented(s)}
	if !mine(s, browser) {
		return v
	}
	v.Mine, v.State, v.Begun = true, s.State, s.State != eid.Opened
	v.Organization, v.EID, v.Operation, v.Text = o.OnBehalfOf, o.EID, o.Operation, o.Text
	v.LeastAge, v.GreatestAge = o.Require.LeastAge, o.Require.GreatestAge
	for _, d := range o.Documents {
		v.Documents = append(v.Documents, d.Name)
	}
	v.Hint, v.Reason, v.Trouble = s.Hint, s.Reason, s.Trouble
	v.Choices, v.Device = g.Routes.choosable(s), o.Device
	if bound(s, browser) {
		v.Proof, v.Renewable = s.Proof(), o.Renewable && !s.State.Settled()
		if s.State == eid.Pending {
			v.Challenge = s.Challenge.At(now)
			v.Challenge.Animated = eid.AnimatedQR{}
		}
	}
	v.ReturnTo = o.ReturnTo
	if w, known := g.Ledger.Wordings[o.Surface]; known {
		v.ReturnTo = w.ReturnTo(s)
	}
	return v
}
