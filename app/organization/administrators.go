package organization

import (
	"context"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// AddOnboarding has an administrator set the connection up. No letter goes out.
func (c *Connections) AddOnboarding(ctx context.Context, m organization.Managing, id, email string, p organization.ProviderType) (organization.Connection, error) {
	onboarding, now := c.IDs.New(), c.Clock.Now()
	return c.change(ctx, m, id, func(_ context.Context, _ outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error) {
		return at.Invite(onboarding, email, chosen(p), m.By(), now)
	})
}

// UpdateOnboarding changes who sets the connection up. Another address makes every link and visit so far worthless.
func (c *Connections) UpdateOnboarding(ctx context.Context, m organization.Managing, id string, email *string, p *organization.ProviderType) (organization.Connection, error) {
	if p != nil {
		wanted := chosen(*p)
		p = &wanted
	}
	now := c.Clock.Now()
	return c.change(ctx, m, id, func(ctx context.Context, tx outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error) {
		next, readdressed, facts, err := at.Reinvite(email, p, m.By(), now)
		if err == nil && readdressed {
			_, err = tx.Invitations().RevokeOf(ctx, at.Scope, at.ID)
		}
		return next, facts, err
	})
}

// ResetOnboarding begins anew for the same address. Every link and visit so far is worthless.
func (c *Connections) ResetOnboarding(ctx context.Context, m organization.Managing, id string) (organization.Connection, error) {
	now := c.Clock.Now()
	return c.change(ctx, m, id, func(ctx context.Context, tx outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error) {
		next, facts, err := at.Reset(m.By(), now)
		if err == nil {
			_, err = tx.Invitations().RevokeOf(ctx, at.Scope, at.ID)
		}
		return next, facts, err
	})
}

// InviteAdministrator sends the administrator a letter with a new link; the former ones are worthless from then on, and so
// is a visit that goes on.
func (c *Connections) InviteAdministrator(ctx context.Context, m organization.Managing, id string) (organization.Connection, error) {
	at, err := c.Connection(ctx, m, id)
	if err != nil {
		return organization.Connection{}, err
	}
	if at.Onboarding == nil {
		return organization.Connection{}, nobodyToInvite()
	}
	if err := c.Invitations.Letterbox.Ready(); err != nil {
		return organization.Connection{}, err
	}
	if err := c.Invitations.admit(ctx, m.Root.ID, at.ID, at.Onboarding.Email); err != nil {
		return organization.Connection{}, err
	}
	var invited organization.Connection
	var sent letter
	err = insist(ctx, c.Work, func(ctx context.Context, tx outbound.Tx) error {
		at, err := tx.Connections().Find(ctx, m.Scope(), id)
		if err != nil {
			return err
		}
		if at.Onboarding == nil {
			return nobodyToInvite()
		}
		invited, sent, err = c.Invitations.invite(ctx, tx, m, at)
		return err
	})
	if err != nil {
		return organization.Connection{}, err
	}
	return c.Invitations.send(ctx, m, invited, sent)
}
