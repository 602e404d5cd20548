package organization

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Connect makes everything that is asked for in one unit of work, and sends the letter after it.
func (c *Connections) Connect(ctx context.Context, m organization.Managing, s inbound.ConnectionStart) (made organization.Connection, undelivered bool, err error) {
	if s.Send {
		if s.Email == "" {
			return organization.Connection{}, false, nobodyToInvite()
		}
		if err := c.Invitations.Letterbox.Ready(); err != nil {
			return organization.Connection{}, false, err
		}
	}
	plan := connecting{
		start: s, id: organization.ConnectionID(m.Target.Domain, c.IDs.New()), redirection: c.IDs.New(), onboarding: c.IDs.New(), now: c.Clock.Now(),
	}
	if s.Send {
		if err := c.Invitations.admit(ctx, m.Root.ID, plan.id, s.Email); err != nil {
			return organization.Connection{}, false, err
		}
	}
	var sent letter
	err = insist(ctx, c.Work, func(ctx context.Context, tx outbound.Tx) error {
		if made, err = plan.carryOut(ctx, tx, m); err != nil || !s.Send {
			return err
		}
		made, sent, err = c.Invitations.invite(ctx, tx, m, made)
		return err
	})
	if err != nil {
		return organization.Connection{}, false, err
	}
	if !s.Send {
		return made, false, nil
	}
	after, err := c.Invitations.send(ctx, m, made, sent)
	if errors.Is(err, outbound.ErrMail) || errors.Is(err, outbound.ErrNoMail) {
		return after, true, nil
	}
	return after, false, err
}

// connecting is what a connection is made of, with identifiers that stay the same when the unit of work runs again.
type connecting struct {
	start                       inbound.ConnectionStart
	id, redirection, onboarding string
	now                         time.Time
}

func (p connecting) carryOut(ctx context.Context, tx outbound.Tx, m organization.Managing) (organization.Connection, error) {
	made, told, err := organization.Connect(organization.Connection{
		ID: p.id, Scope: m.Scope(), ServiceProvider: organization.ServiceProviderID(m.Root), Provider: p.start.Provider,
	}, m.By(), p.now)
	if err != nil {
		return organization.Connection{}, err
	}
	var leads *organization.Redirection
	var facts []audit.Fact
	if p.start.Application != "" {
		var r organization.Redirection
		if made, r, facts, err = redirect(ctx, tx, m, made, p.redirection, p.start.Application, p.start.URI, p.now); err != nil {
			return organization.Connection{}, err
		}
		leads, told = &r, append(told, facts...)
	}
	if p.start.Email != "" {
		if made, facts, err = made.Invite(p.onboarding, p.start.Email, chosen(p.start.Provider), m.By(), p.now); err != nil {
			return organization.Connection{}, err
		}
		told = append(told, facts...)
	}
	if made, err = tx.Connections().Save(ctx, made, m.Root.ID); err != nil {
		return organization.Connection{}, err
	}
	if leads != nil {
		if err := tx.Connections().AddRedirection(ctx, *leads); err != nil {
			return organization.Connection{}, err
		}
	}
	return made, tx.Facts().Append(ctx, told...)
}

// chosen is what an onboarding begins with: "unset" is nothing.
func chosen(p organization.ProviderType) organization.ProviderType {
	if p == organization.ProviderUnset {
		return ""
	}
	return p
}

// nobodyToInvite is the fault of a letter without an address.
func nobodyToInvite() error {
	return organization.ErrOnboarding.With(fault.Violation{Field: "sso_admin_email", Code: "required", Text: "A letter needs the e-mail address of an administrator."})
}
