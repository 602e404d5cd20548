package orgapi_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	userID = "8724da20-c140-4d01-82d2-bc87079a6f6e"
	appID  = "81a81b21-93b9-441b-a861-a33dc8c06fea"
	goneID = "4124141d-675e-4361-bc8b-6417b22bd4fc"
)

var then = time.Date(2026, 6, 16, 21, 2, 5, 123456000, time.UTC)

// house answers the inbound ports for one root organization with one organization under it, one user and one application,
// and fails with err where one is set. It notes what it was asked.
type house struct {
	mu    sync.Mutex
	err   error
	bare  bool // users have no metadata
	asked []any
	keys  int // how often the keys of metadata were asked for

	clients         map[string]organization.Client
	root, misapret  organization.Organization
	elsewhere       organization.Organization // of another root
	user            organization.User
	app, deletedApp organization.Application
}

func newHouse() *house {
	h := &house{clients: map[string]organization.Client{}}
	h.root = organization.Organization{ID: "root-id", Root: "root-id", Domain: "your-domain", Name: "Your Domain", CreatedAt: then, UpdatedAt: then}
	h.misapret = organization.Organization{
		ID: "bbc39a5a-905c-4def-90e6-605ed7b27098", Root: "root-id", Domain: "misapret", Name: "Misapret", CreatedAt: then, UpdatedAt: then.Add(time.Hour),
		Details: organization.Details{Locality: "Lille", State: "Nord", Country: "FR", PrivacyPolicyURL: "https://misapret.example/policy?a=1&b=2"},
	}
	h.elsewhere = organization.Organization{ID: "elsewhere-id", Root: "other-root", Domain: "elsewhere", Name: "Elsewhere"}
	here := organization.Scope{Organization: "root-id", Environment: organization.Production}
	add := func(name string, c organization.Client) {
		c.ID, c.Kind, c.Identifier = "client-"+name, organization.KindManagement, name
		if c.Scope.IsZero() {
			c.Scope = here
		}
		h.clients[name] = c
	}
	add("full", organization.Client{})
	add("reader", organization.Client{Scopes: []string{"read:users", "read_many:users"}})
	add("nothing", organization.Client{Scopes: []string{"nothing:at_all"}})
	add("founder", organization.Client{Scopes: []string{"create:organizations"}})
	add("named", organization.Client{Domains: []string{"misapret"}})
	add("sandbox", organization.Client{Scope: organization.Scope{Organization: "root-id", Environment: organization.Sandbox}})
	scope := h.misapret.Scope(organization.Production)
	h.user = organization.User{
		ID: userID, Scope: scope, Colour: "#3fa9f5", CreatedAt: then, UpdatedAt: then.Add(time.Hour),
		Metadata: []organization.Metadatum{{ID: "metadatum-1", Key: "key-1", Value: "blue & green"}, {ID: "metadatum-2", Key: "key-removed", Value: "x"}},
		Profile: organization.Profile{
			Email: "janis.joplin@example.com", GivenName: "Janis", FamilyName: "Joplin", Nickname: "Jany", Gender: "female", Birthdate: "1943-01-19",
			Phone: "+1-555-415-1337", Picture: "http://www.example.com/avatar.jpeg", Page: "http://www.example.com/profile",
			Website: "http://www.example.com", Zone: "America/Los_Angeles", Locale: "fr",
			Address: organization.Address{Country: "FR", Locality: "Lille", PostalCode: "59000", Region: "Nord", Street: "165 avenue de Bretagne"},
		},
	}
	h.app = organization.Application{ID: appID, Scope: scope, CreatedAt: then, UpdatedAt: then.Add(time.Hour), Settings: organization.ApplicationSettings{
		Name: "App of Misapret", Description: "Everything to deal with bank", Type: "react", RedirectURLs: []string{"http://localhost:3000/cb?a=1&b=2"},
		LogoutURLs: []string{"http://localhost:3000"}, CORSOrigins: []string{"http://localhost:3000"}, WebOrigins: []string{"http://localhost:3000", "https://app.example"},
		DefaultAfterLogin: "http://localhost:3000/cb?a=1&b=2", OnlyDomain: "misapret",
	}}
	h.deletedApp = organization.Application{ID: goneID, Scope: scope, CreatedAt: then, UpdatedAt: then, DeletedAt: then}
	return h
}

func (h *house) note(asked any) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, asked)
	return h.err
}

func (h *house) last() any {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.asked) == 0 {
		return nil
	}
	return h.asked[len(h.asked)-1]
}

func (h *house) reset(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err, h.asked, h.keys = err, nil, 0
}

// Management.

func (h *house) Issue(_ context.Context, c inbound.Credentials, domain string) (inbound.ManagementToken, error) {
	client, known := h.clients[c.Identifier]
	switch {
	case c.Identifier == "away":
		return inbound.ManagementToken{}, outbound.ErrStorage
	case !known || c.Kind != organization.KindManagement || c.Secret != "secret:"+c.Identifier:
		return inbound.ManagementToken{}, organization.ErrClientRefused
	case domain != "" && domain != h.root.Domain:
		return inbound.ManagementToken{}, organization.ErrOtherDomain
	}
	return inbound.ManagementToken{Token: "token-of-" + c.Identifier, Scopes: client.Scopes, Life: time.Hour}, h.note([]string{c.Identifier, domain})
}

func (h *house) managing(token string) (organization.Managing, error) {
	for name, c := range h.clients {
		if token == "token-of-"+name {
			return organization.Managing{Client: c, Root: h.root}, nil
		}
	}
	if token == "token-of-away" {
		return organization.Managing{}, outbound.ErrStorage
	}
	return organization.Managing{}, organization.ErrManagementToken
}

func (h *house) Admit(_ context.Context, token, scope string, t organization.Target) (organization.Managing, error) {
	m, err := h.managing(token)
	if err != nil {
		return m, err
	}
	for _, o := range []organization.Organization{h.root, h.misapret, h.elsewhere} {
		if t.Domain == o.Domain || t.ID == o.ID || h.hasConnection(m, o, t.Connection) {
			m.Target = o
		}
	}
	return m, m.Check(scope)
}

func (h *house) Root(_ context.Context, token, scope string) (organization.Managing, error) {
	m, err := h.managing(token)
	if err != nil {
		return m, err
	}
	m.Target = h.root
	m.Client.Domains = nil
	err = m.Check(scope)
	m.Client.Domains = h.clients[m.Client.Identifier].Domains
	return m, err
}

func (h *house) Forgotten(ctx context.Context, token, scope, domain string) (organization.Managing, error) {
	m, err := h.Admit(ctx, token, scope, organization.Target{Domain: domain})
	if errors.Is(err, organization.ErrNoOrganization) && domain == "gone-ab" {
		m.Gone = organization.Gone{ID: goneID, Root: "root-id", Domain: domain}
		return m, nil
	}
	return m, err
}

// offices is the house as far as it keeps organizations.
type offices struct{ *house }

func (h offices) List(_ context.Context, m organization.Managing, l organization.Listing) ([]organization.Organization, int, error) {
	if err := h.note(l); err != nil {
		return nil, 0, err
	}
	if l.Offset >= 31 {
		return nil, 31, nil
	}
	return []organization.Organization{h.misapret, h.root}, 31, nil
}

// founding is what the house was asked to make.
type founding struct {
	Name    string
	Details organization.Details
}

func (h offices) Found(_ context.Context, m organization.Managing, name string, d organization.Details) (organization.Organization, error) {
	o, _, err := organization.Found(organization.Founding{ID: h.misapret.ID, Root: m.Root.ID, Name: name, Details: d}, then)
	if noted := h.note(founding{name, d}); noted != nil {
		err = noted
	}
	return o, err
}

func (h offices) Update(_ context.Context, m organization.Managing, c organization.Change) (organization.Organization, error) {
	o, _, err := m.Target.Change(c, m.By(), then)
	if noted := h.note(c); noted != nil {
		err = noted
	}
	return o, err
}

func (h offices) Delete(_ context.Context, m organization.Managing) (organization.Organization, error) {
	if m.Target.IsRoot() {
		return organization.Organization{}, organization.ErrRootStays
	}
	return m.Target, h.note("delete")
}
