package organization

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Connections answers [inbound.Connections].
type Connections struct {
	Work        outbound.UnitOfWork
	Clock       outbound.Clock
	IDs         outbound.IDs
	Metadata    outbound.ProviderMetadata
	Invitations *Invitations
}

var _ inbound.Connections = (*Connections)(nil)

// Connections lists the connections of the target, or of everything within reach.
func (c *Connections) Connections(ctx context.Context, m organization.Managing, all bool, l organization.Listing) (list []organization.Connection, total int, err error) {
	reach := m.Reach()
	if !all {
		reach.Domains = []string{m.Target.Domain}
	}
	err = c.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		list, total, err = r.Connections().List(ctx, reach, l)
		return err
	})
	return list, total, err
}

// Connection finds a connection of the target.
func (c *Connections) Connection(ctx context.Context, m organization.Managing, id string) (found organization.Connection, err error) {
	err = c.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		found, err = r.Connections().Find(ctx, m.Scope(), id)
		return err
	})
	return found, err
}

// Update reads the metadata first, which may take a while, and then changes the connection.
func (c *Connections) Update(ctx context.Context, m organization.Managing, id string, u inbound.ConnectionUpdate) (updated organization.Connection, warnings []string, err error) {
	change := organization.ConnectionChange{Active: u.Active, Provider: u.Provider, Policy: u.Policy, Seats: u.Seats}
	if u.Metadata != nil {
		read, unusual, err := c.Metadata.Read(ctx, *u.Metadata)
		if err != nil {
			return organization.Connection{}, nil, err
		}
		change.Metadata, warnings = &read, unusual
	}
	now := c.Clock.Now()
	updated, err = c.change(ctx, m, id, func(ctx context.Context, tx outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error) {
		wanted := change
		if u.DefaultRedirection != nil {
			r, err := redirectionOf(ctx, tx, at, *u.DefaultRedirection)
			if err != nil {
				return organization.Connection{}, nil, err
			}
			wanted.DefaultRedirection = &r
		}
		return at.Change(wanted, m.By(), now)
	})
	if err != nil {
		return organization.Connection{}, nil, err
	}
	return updated, warnings, nil
}

// redirectionOf finds a redirection of the connection's scope. That it is the connection's own is the domain's rule, and the
// fault is the same.
func redirectionOf(ctx context.Context, tx outbound.Tx, c organization.Connection, id string) (organization.Redirection, error) {
	r, err := tx.Connections().Redirection(ctx, c.Scope, id)
	if errors.Is(err, organization.ErrNoRedirection) {
		return organization.Redirection{}, organization.ErrRedirection.On("default_redirection_id")
	}
	return r, err
}

// Delete removes the connection with its redirections, links and visits.
func (c *Connections) Delete(ctx context.Context, m organization.Managing, id string) (was organization.Connection, err error) {
	now := c.Clock.Now()
	err = insist(ctx, c.Work, func(ctx context.Context, tx outbound.Tx) error {
		if was, err = tx.Connections().Find(ctx, m.Scope(), id); err != nil {
			return err
		}
		if err := tx.Connections().Delete(ctx, was); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, was.Delete(m.By(), now)...)
	})
	if err != nil {
		return organization.Connection{}, err
	}
	return was, nil
}

// transition turns a connection as it is stored into what it is to be.
type transition func(ctx context.Context, tx outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error)

// change carries a transition out in one unit of work. One that tells nothing writes nothing.
func (c *Connections) change(ctx context.Context, m organization.Managing, id string, t transition) (kept organization.Connection, err error) {
	err = insist(ctx, c.Work, func(ctx context.Context, tx outbound.Tx) error {
		at, err := tx.Connections().Find(ctx, m.Scope(), id)
		if err != nil {
			return err
		}
		kept, err = keep(ctx, tx, at, m.Root.ID, t)
		return err
	})
	if err != nil {
		return organization.Connection{}, err
	}
	return kept, nil
}

// keep carries a transition out within a unit of work.
func keep(ctx context.Context, tx outbound.Tx, at organization.Connection, root string, t transition) (organization.Connection, error) {
	next, facts, err := t(ctx, tx, at)
	if err != nil || len(facts) == 0 {
		return next, err
	}
	if next, err = tx.Connections().Save(ctx, next, root); err != nil {
		return organization.Connection{}, err
	}
	return next, tx.Facts().Append(ctx, facts...)
}

// insistTries bounds how often a change is made anew because somebody else got in between.
const insistTries = 5

// insist does a unit of work, and does it again while what it had read was stale when it was saved.
func insist(ctx context.Context, work outbound.UnitOfWork, do func(ctx context.Context, tx outbound.Tx) error) error {
	for try := 1; ; try++ {
		err := work.Do(ctx, do)
		if !errors.Is(err, organization.ErrStale) || try == insistTries {
			return err
		}
	}
}
