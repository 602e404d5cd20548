package orgapi_test

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

const (
	idpID         = "misapret_EFBpWGQRVBCUSagNu2Tp9S" // with everything
	bareIDP       = "misapret_GvApidtT9SDEcRoLebjKr9" // as it was made
	ownIDP        = "your_domain_GAkKFm3HEd7nRACeQfD973"
	foreignIDP    = "elsewhere_G7gyUbjSsKHNoEcJrLN94T"
	imaginaryIDP  = "misapret_A4a6A760434B49fEbc4fEc"
	redirectionID = "119eb0b9-b99b-436e-ada9-5721603ab96e"
	secondID      = "2ff74d35-5eba-4ab0-9231-4ae2b9efcadd"
	onboardingID  = "6ab338de-a92b-4b1f-9590-0694d151f971"
	spID          = "your_domain_Tr3YREKMiaahKHJosBp8Pb"
	landing       = "http://localhost:3000/cb?a=1&b=2"
)

// switchboard is the house as far as it keeps SSO connections. It forgets what it was told: every request finds it as new.
type switchboard struct{ *house }

func (h *house) connections() []organization.Connection {
	scope := h.misapret.Scope(organization.Production)
	full := organization.Connection{
		ID: idpID, Scope: scope, ServiceProvider: spID, Active: true, Provider: organization.ProviderAzureAD, Policy: organization.LimitedSeats, Seats: 99,
		Metadata: &organization.ProviderMetadata{XML: `<EntityDescriptor entityID="https://idp.example/a&amp;b"/>`, EntityID: "https://idp.example/a&b"}, DefaultRedirection: redirectionID,
		Onboarding: &organization.Onboarding{
			ID: onboardingID, Email: "it_sso_person@sso.client.com", Provider: organization.ProviderAzureAD, State: organization.MetadataUploaded, Step: 2, CreatedAt: then, UpdatedAt: then.Add(time.Hour),
		},
		CreatedAt: then, UpdatedAt: then.Add(time.Hour),
	}
	bare := organization.Connection{ID: bareIDP, Scope: scope, ServiceProvider: spID, Active: true, Provider: organization.ProviderUnset, Policy: organization.AnyUser, CreatedAt: then, UpdatedAt: then}
	own, foreign := bare, bare
	own.ID, own.Scope = ownIDP, h.root.Scope(organization.Production)
	foreign.ID, foreign.Scope = foreignIDP, h.elsewhere.Scope(organization.Production)
	return []organization.Connection{full, bare, own, foreign}
}

// hasConnection says whose a connection is. Each organization has one that can do nothing, too.
func (h *house) hasConnection(m organization.Managing, o organization.Organization, id string) bool {
	return id == o.Domain+"_connection" || slices.ContainsFunc(h.connections(), func(c organization.Connection) bool {
		return c.ID == id && c.Scope == o.Scope(m.Client.Scope.Environment)
	})
}

func (h switchboard) Connections(_ context.Context, m organization.Managing, all bool, l organization.Listing) ([]organization.Connection, int, error) {
	if err := h.note([]any{all, l}); err != nil {
		return nil, 0, err
	}
	var list []organization.Connection
	for _, c := range h.connections() {
		if c.Scope == m.Scope() || all && c.ID != foreignIDP && c.Scope.Environment == m.Client.Scope.Environment {
			list = append(list, c)
		}
	}
	return list, len(list), nil
}

func (h switchboard) Connection(_ context.Context, m organization.Managing, id string) (organization.Connection, error) {
	if err := h.note(id); err != nil {
		return organization.Connection{}, err
	}
	for _, c := range h.connections() {
		if c.ID == id && c.Scope == m.Scope() {
			return c, nil
		}
	}
	return organization.Connection{}, organization.ErrNoConnection
}

func (h switchboard) Connect(_ context.Context, m organization.Managing, s inbound.ConnectionStart) (organization.Connection, bool, error) {
	if err := h.note(s); err != nil {
		return organization.Connection{}, false, err
	}
	if s.Send && s.Email == "" {
		return organization.Connection{}, false, organization.ErrOnboarding.On("sso_admin_email")
	}
	c, _, err := organization.Connect(organization.Connection{ID: bareIDP, Scope: m.Scope(), ServiceProvider: spID, Provider: s.Provider}, m.By(), then)
	if err == nil && s.Application != "" {
		_, err = h.lead(s.Application, s.URI)
		c.DefaultRedirection = secondID
	}
	if err == nil && s.Email != "" {
		c, _, err = c.Invite(onboardingID, s.Email, s.Provider, m.By(), then)
	}
	return c, s.Email == "undeliverable@client.example", err
}

// lead makes a redirection to the house's one application.
func (h switchboard) lead(application, uri string) (organization.Redirection, error) {
	switch {
	case application != appID:
		return organization.Redirection{}, organization.ErrNoApplication.On("application_id")
	case uri == "":
		uri = h.app.Landing()
	case !h.app.Allows(uri):
		return organization.Redirection{}, organization.ErrRedirectionURI
	}
	return organization.Redirection{ID: secondID, Scope: h.app.Scope, Connection: bareIDP, ServiceProvider: spID, Application: application, URI: uri, CreatedAt: then, UpdatedAt: then}, nil
}

func (h switchboard) Update(ctx context.Context, m organization.Managing, id string, u inbound.ConnectionUpdate) (_ organization.Connection, warnings []string, err error) {
	c, err := h.Connection(ctx, m, id)
	if err != nil {
		return c, nil, err
	}
	if err := h.note(u); err != nil {
		return c, nil, err
	}
	change := organization.ConnectionChange{Active: u.Active, Provider: u.Provider, Policy: u.Policy, Seats: u.Seats}
	if u.Metadata != nil {
		if *u.Metadata == "" {
			return c, nil, organization.ErrMetadataSize
		}
		if strings.Contains(*u.Metadata, "<!DOCTYPE") {
			return c, nil, organization.ErrMetadataXML
		}
		if strings.Contains(*u.Metadata, "old") {
			warnings = []string{organization.CertificateExpired, organization.CertificateExpires}
		}
		change.Metadata = &organization.ProviderMetadata{XML: *u.Metadata}
	}
	if u.DefaultRedirection != nil {
		change.DefaultRedirection = &organization.Redirection{ID: *u.DefaultRedirection, Connection: id}
		if *u.DefaultRedirection != redirectionID && *u.DefaultRedirection != secondID {
			return c, nil, organization.ErrRedirection
		}
	}
	c, _, err = c.Change(change, m.By(), then.Add(24*time.Hour))
	return c, warnings, err
}

func (h switchboard) Delete(ctx context.Context, m organization.Managing, id string) (organization.Connection, error) {
	c, err := h.Connection(ctx, m, id)
	if noted := h.note("delete " + id); noted != nil {
		err = noted
	}
	return c, err
}

func (h switchboard) Redirections(_ context.Context, _ organization.Managing, ids []string) (map[string]organization.Redirection, error) {
	found := map[string]organization.Redirection{}
	for _, id := range ids {
		found[id] = organization.Redirection{ID: id, Connection: idpID, ServiceProvider: spID, Application: appID, URI: landing, CreatedAt: then, UpdatedAt: then}
	}
	return found, h.note(ids)
}

func (h switchboard) DefaultRedirection(ctx context.Context, m organization.Managing, id string) (organization.Redirection, error) {
	c, err := h.Connection(ctx, m, id)
	if err != nil {
		return organization.Redirection{}, err
	}
	if c.DefaultRedirection == "" {
		return organization.Redirection{}, organization.ErrNoRedirection
	}
	found, err := h.Redirections(ctx, m, []string{c.DefaultRedirection})
	return found[c.DefaultRedirection], err
}

func (h switchboard) Redirect(ctx context.Context, m organization.Managing, id, applicationID, uri string) (organization.Redirection, error) {
	if _, err := h.Connection(ctx, m, id); err != nil {
		return organization.Redirection{}, err
	}
	if err := h.note([]string{id, applicationID, uri}); err != nil {
		return organization.Redirection{}, err
	}
	return h.lead(applicationID, uri)
}

// onboarding does something to the onboarding of a connection.
func (h switchboard) onboarding(ctx context.Context, m organization.Managing, id string, asked any, do func(organization.Connection) (organization.Connection, error)) (organization.Connection, error) {
	c, err := h.Connection(ctx, m, id)
	if err != nil {
		return c, err
	}
	if err := h.note(asked); err != nil {
		return c, err
	}
	return do(c)
}

func (h switchboard) AddOnboarding(ctx context.Context, m organization.Managing, id, email string, p organization.ProviderType) (organization.Connection, error) {
	return h.onboarding(ctx, m, id, []any{email, p}, func(c organization.Connection) (organization.Connection, error) {
		c, _, err := c.Invite(onboardingID, email, p, m.By(), then)
		return c, err
	})
}

func (h switchboard) UpdateOnboarding(ctx context.Context, m organization.Managing, id string, email *string, p *organization.ProviderType) (organization.Connection, error) {
	return h.onboarding(ctx, m, id, []any{email, p}, func(c organization.Connection) (organization.Connection, error) {
		c, _, _, err := c.Reinvite(email, p, m.By(), then.Add(24*time.Hour))
		return c, err
	})
}

func (h switchboard) ResetOnboarding(ctx context.Context, m organization.Managing, id string) (organization.Connection, error) {
	return h.onboarding(ctx, m, id, "reset", func(c organization.Connection) (organization.Connection, error) {
		c, _, err := c.Reset(m.By(), then.Add(24*time.Hour))
		return c, err
	})
}

func (h switchboard) InviteAdministrator(ctx context.Context, m organization.Managing, id string) (organization.Connection, error) {
	return h.onboarding(ctx, m, id, "invite", func(c organization.Connection) (organization.Connection, error) {
		if c.Onboarding == nil {
			return c, organization.ErrOnboarding
		}
		c, _, err := c.Invited(m.By(), then.Add(24*time.Hour))
		return c, err
	})
}
