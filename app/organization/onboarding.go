package organization

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Onboarding answers [inbound.Onboarding].
type Onboarding struct {
	Work     outbound.UnitOfWork
	Clock    outbound.Clock
	Random   outbound.Random
	Metadata outbound.ProviderMetadata
	Services *Services
}

var _ inbound.Onboarding = (*Onboarding)(nil)

const visitLength = 43 // of letters and digits: 256 bits

// held is what a living secret gives access to.
type held struct {
	organization organization.Organization
	inviter      string // the root organization's name, "" for the root's own connection
	connection   organization.Connection
}

// by is the administrator.
func (h held) by() organization.By { return h.connection.Onboarding.By(h.connection.Scope) }

// bare is what whoever has the secret may see in any case.
func (h held) bare() inbound.OnboardingView {
	return inbound.OnboardingView{Organization: h.organization, Inviter: h.inviter, Connection: h.connection}
}

// finder is what a secret is found with, in a view or in a unit of work.
type finder struct {
	invitations   outbound.InvitationReader
	connections   outbound.ConnectionReader
	organizations outbound.OrganizationReader
}

func inView(r outbound.Reader) finder {
	return finder{r.Invitations(), r.Connections(), r.Organizations()}
}

func inWork(tx outbound.Tx) finder {
	return finder{tx.Invitations(), tx.Connections(), tx.Organizations()}
}

// find finds what a link, or a visit, gives access to. Whatever is wrong with it is organization.ErrNoInvitation.
func (f finder) find(ctx context.Context, secret string, visit bool, now time.Time) (held, error) {
	i, err := f.invitations.Find(ctx, organization.HashInvitation(secret), now)
	if err != nil {
		return held{}, err
	}
	return f.behind(ctx, i, visit, now)
}

// behind is what an invitation gives access to, while it is the onboarding's.
func (f finder) behind(ctx context.Context, i organization.Invitation, visit bool, now time.Time) (held, error) {
	if i.Visit != visit {
		return held{}, organization.ErrNoInvitation
	}
	c, err := f.connections.Find(ctx, i.Scope, i.Connection)
	if errors.Is(err, organization.ErrNoConnection) || err == nil && !i.For(c.Onboarding, now) {
		return held{}, organization.ErrNoInvitation
	}
	if err != nil {
		return held{}, err
	}
	h := held{connection: c}
	if h.organization, err = f.organizations.Find(ctx, i.Scope.Organization); err == nil && !h.organization.IsRoot() {
		var root organization.Organization
		root, err = f.organizations.Find(ctx, h.organization.Root)
		h.inviter = root.Name
	}
	if errors.Is(err, organization.ErrNoOrganization) { // it was deleted just now
		return held{}, organization.ErrNoInvitation
	}
	return h, err
}

func (o *Onboarding) look(ctx context.Context, secret string, visit bool) (h held, err error) {
	now := o.Clock.Now()
	err = o.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		h, err = inView(r).find(ctx, secret, visit, now)
		return err
	})
	return h, err
}

// Look says whose connection a link sets up. What is to be entered at the identity provider is shown to who opened it.
func (o *Onboarding) Look(ctx context.Context, link string) (inbound.OnboardingView, error) {
	h, err := o.look(ctx, link, false)
	if err != nil {
		return inbound.OnboardingView{}, err
	}
	return h.bare(), nil
}

// Open uses the link up. Everything that takes time or can fail for other reasons is done before, so that nobody loses a
// link for nothing.
func (o *Onboarding) Open(ctx context.Context, link string) (string, inbound.OnboardingView, error) {
	h, err := o.look(ctx, link, false)
	if err != nil {
		return "", inbound.OnboardingView{}, err
	}
	view, err := o.view(ctx, h)
	if err != nil {
		return "", inbound.OnboardingView{}, err
	}
	now, visit := o.Clock.Now(), o.Random.Alphanumeric(visitLength)
	err = insist(ctx, o.Work, func(ctx context.Context, tx outbound.Tx) error {
		i, err := tx.Invitations().Redeem(ctx, organization.HashInvitation(link), now)
		if err != nil {
			return err
		}
		if h, err = inWork(tx).behind(ctx, i, false, now); err != nil {
			return err
		}
		err = tx.Invitations().Add(ctx, organization.Invitation{
			Hash: organization.HashInvitation(visit), Scope: i.Scope, Connection: i.Connection, Visit: true, Email: i.Email,
			CreatedAt: now, ExpiresAt: now.Add(organization.VisitLife),
		})
		if err != nil {
			return err
		}
		h.connection, err = keep(ctx, tx, h.connection, h.organization.Root, func(_ context.Context, _ outbound.Tx, at organization.Connection) (organization.Connection, []audit.Fact, error) {
			return at.Accept(h.by(), now)
		})
		return err
	})
	if err != nil {
		return "", inbound.OnboardingView{}, err
	}
	view.Organization, view.Inviter, view.Connection = h.organization, h.inviter, h.connection
	return visit, view, nil
}

// Show is everything that the administrator is to see.
func (o *Onboarding) Show(ctx context.Context, visit string) (inbound.OnboardingView, error) {
	h, err := o.look(ctx, visit, true)
	if err != nil {
		return inbound.OnboardingView{}, err
	}
	return o.view(ctx, h)
}

// Choose keeps what the identity provider is.
func (o *Onboarding) Choose(ctx context.Context, visit string, p organization.ProviderType) (inbound.OnboardingView, error) {
	return o.change(ctx, visit, func(h held, now time.Time) (organization.Connection, []audit.Fact, error) {
		return h.connection.Choose(p, h.by(), now)
	})
}

// Upload reads the metadata, for nobody but a visitor, and then keeps it.
func (o *Onboarding) Upload(ctx context.Context, visit, xml string) (inbound.OnboardingView, error) {
	if _, err := o.look(ctx, visit, true); err != nil {
		return inbound.OnboardingView{}, err
	}
	read, _, err := o.Metadata.Read(ctx, xml)
	if err != nil {
		return inbound.OnboardingView{}, err
	}
	return o.change(ctx, visit, func(h held, now time.Time) (organization.Connection, []audit.Fact, error) {
		return h.connection.Upload(read, h.by(), now)
	})
}

// change carries out what a visitor asks for, as long as the visit is good when it is kept.
func (o *Onboarding) change(ctx context.Context, visit string, do func(h held, now time.Time) (organization.Connection, []audit.Fact, error)) (inbound.OnboardingView, error) {
	var h held
	now := o.Clock.Now()
	err := insist(ctx, o.Work, func(ctx context.Context, tx outbound.Tx) (err error) {
		if h, err = inWork(tx).find(ctx, visit, true, now); err != nil {
			return err
		}
		h.connection, err = keep(ctx, tx, h.connection, h.organization.Root, func(context.Context, outbound.Tx, organization.Connection) (organization.Connection, []audit.Fact, error) {
			return do(h, now)
		})
		return err
	})
	if err != nil {
		return inbound.OnboardingView{}, err
	}
	return o.view(ctx, h)
}

// view adds what is to be entered at the identity provider, and what is unusual about the metadata that is there by now.
func (o *Onboarding) view(ctx context.Context, h held) (inbound.OnboardingView, error) {
	service, err := o.Services.of(ctx, h.organization, h.connection)
	if err != nil {
		return inbound.OnboardingView{}, err
	}
	v := h.bare()
	v.Service = service
	if m := h.connection.Metadata; m != nil {
		if _, warnings, err := o.Metadata.Read(ctx, m.XML); err == nil { // it was read once; a stricter reader hides no page
			v.Warnings = warnings
		}
	}
	return v, nil
}
