package session

import (
	"context"
	"slices"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// Sessions answers [inbound.Sessions].
type Sessions struct {
	*Opener
	*Follower
	*Canceller
}

var _ inbound.Sessions = Sessions{}

// Opener starts sessions for clients.
type Opener struct {
	Starter *Starter
	Names   *Names
}

const startCommand = "session.start"

// Start opens a session for the acting client, in its scope and its organization's name.
func (o *Opener) Start(ctx context.Context, s inbound.SessionStart) (inbound.Session, error) {
	order := s.Order
	order.Scope, order.Client = s.Acting.Client.Scope, s.Acting.Client.ID
	order.Documents = slices.Clone(order.Documents)
	if err := o.Names.check(ctx, s.Acting.Organization, order); err != nil {
		return inbound.Session{}, err
	}
	started, err := o.Starter.Start(ctx, s.Acting.Organization, order, Receipt{Command: startCommand, ID: s.Command})
	if err != nil {
		return inbound.Session{}, err
	}
	return inbound.Session{Snapshot: started, Simulated: o.Starter.Routes.invented(started)}, nil
}

// texts are what an order shows its person.
func texts(o eid.Order) []string { return []string{o.Text, o.BindingMessage} }
