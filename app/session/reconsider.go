package session

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Reconsider opens the session again for another choice, or another try, and takes the former order back at its provider,
// as well as can be. Only the session's own browser may say so. What is over stays as it is.
func (g *Guest) Reconsider(ctx context.Context, ticket, browser string) (inbound.Visit, error) {
	s, err := g.Canceller.change(ctx, g.own(ticket, browser), func(session *eid.Session) ([]audit.Fact, error) {
		facts, err := session.Reconsider(g.Clock.Now())
		if errors.Is(err, eid.ErrSettled) || errors.Is(err, eid.ErrExpired) {
			return nil, nil
		}
		return facts, err
	})
	if err != nil {
		return inbound.Visit{}, err
	}
	return g.show(s, browser), nil
}

// own finds the session of a page for the browser that it belongs to.
func (g *Guest) own(ticket, browser string) func(ctx context.Context, tx outbound.Tx) (*eid.Session, error) {
	return func(ctx context.Context, tx outbound.Tx) (*eid.Session, error) {
		session, err := byTicket(ctx, tx.Sessions(), ticket)
		if err == nil && !bound(session.Snapshot(), browser) {
			return nil, eid.ErrOtherBrowser
		}
		return session, err
	}
}
