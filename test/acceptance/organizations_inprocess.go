package acceptance

import (
	"testing"

	app "github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// organizationsInProcess calls the inbound ports, as the surface does.
type organizationsInProcess struct {
	g                  *Gateway
	identifier, secret string
}

const (
	managementID     = "00000000-0000-4000-8000-000000000001"
	managementSecret = "demo-management-secret"
)

func newOrganizationsInProcess(g *Gateway) OrganizationDoor {
	return organizationsInProcess{g, managementID, managementSecret}
}

func (organizationsInProcess) Name() string { return "in process" }

func (organizationsInProcess) Cannot() map[Ability]string { return nil }

// managing is the client acting on a target.
func (d organizationsInProcess) managing(t *testing.T, scope string, target organization.Target) (organization.Managing, error) {
	t.Helper()
	issued, err := d.g.management.Issue(t.Context(), inbound.Credentials{Kind: organization.KindManagement, Identifier: d.identifier, Secret: d.secret}, "")
	if err != nil {
		t.Fatal(err)
	}
	if target.IsZero() {
		return d.g.management.Root(t.Context(), issued.Token, scope)
	}
	return d.g.management.Admit(t.Context(), issued.Token, scope, target)
}

// on does something to the organization with a domain.
func (d organizationsInProcess) on(t *testing.T, scope, domain string, do func(m organization.Managing) error) Outcome {
	t.Helper()
	return d.at(t, scope, organization.Target{Domain: domain}, do)
}

func (d organizationsInProcess) at(t *testing.T, scope string, target organization.Target, do func(m organization.Managing) error) Outcome {
	t.Helper()
	m, err := d.managing(t, scope, target)
	if err == nil {
		err = do(m)
	}
	return Why(err)
}

func (d organizationsInProcess) Found(t *testing.T, name string) (domain string, outcome Outcome) {
	t.Helper()
	outcome = d.at(t, "create:organizations", organization.Target{}, func(m organization.Managing) error {
		o, err := d.g.organizations.Found(t.Context(), m, name, organization.Details{})
		domain = o.Domain
		return err
	})
	return domain, outcome
}

func (d organizationsInProcess) Dissolve(t *testing.T, domain string) Outcome {
	t.Helper()
	return d.on(t, "delete:organizations", domain, func(m organization.Managing) error {
		_, err := d.g.organizations.Delete(t.Context(), m)
		return err
	})
}

func (d organizationsInProcess) AddUser(t *testing.T, domain string, p Member) (id string, outcome Outcome) {
	t.Helper()
	outcome = d.on(t, "create:users", domain, func(m organization.Managing) error {
		u, err := d.g.directory.AddUser(t.Context(), m, organization.Profile{Email: p.Email, GivenName: p.GivenName, FamilyName: p.FamilyName})
		id = u.ID
		return err
	})
	return id, outcome
}

func (d organizationsInProcess) UpdateUser(t *testing.T, domain, id, givenName string) Outcome {
	t.Helper()
	return d.on(t, "update:users", domain, func(m organization.Managing) error {
		_, err := d.g.directory.UpdateUser(t.Context(), m, id, organization.ProfileChange{GivenName: &givenName})
		return err
	})
}

func (d organizationsInProcess) RemoveUser(t *testing.T, domain, id string) Outcome {
	t.Helper()
	return d.on(t, "delete:users", domain, func(m organization.Managing) error {
		_, err := d.g.directory.DeleteUser(t.Context(), m, id)
		return err
	})
}

func (d organizationsInProcess) User(t *testing.T, domain, id string) (p Member, outcome Outcome) {
	t.Helper()
	outcome = d.on(t, "read:users", domain, func(m organization.Managing) error {
		u, err := d.g.directory.User(t.Context(), m, id)
		if err != nil {
			return err
		}
		keys, err := d.g.directory.EveryMetaKey(t.Context(), m)
		p = Member{Email: u.Profile.Email, GivenName: u.Profile.GivenName, FamilyName: u.Profile.FamilyName, Metadata: map[string]string{}}
		for _, one := range u.Metadata {
			p.Metadata[keys[one.Key].Name] = one.Value
		}
		return err
	})
	return p, outcome
}

func (d organizationsInProcess) Users(t *testing.T, domain string) (total int, outcome Outcome) {
	t.Helper()
	outcome = d.on(t, "read_many:users", domain, func(m organization.Managing) (err error) {
		_, total, err = d.g.directory.Users(t.Context(), m, organization.Listing{Limit: 10})
		return err
	})
	return total, outcome
}

func (d organizationsInProcess) Register(t *testing.T, domain, name, redirectURL string) (id string, outcome Outcome) {
	t.Helper()
	outcome = d.on(t, "create:applications", domain, func(m organization.Managing) error {
		a, err := d.g.applications.AddApplication(t.Context(), m, organization.ApplicationSettings{
			Name: name, Type: "react", RedirectURLs: []string{redirectURL}, LogoutURLs: []string{"https://app.example/out"},
			CORSOrigins: []string{"https://app.example"}, WebOrigins: []string{"https://app.example"},
		})
		id = a.ID
		return err
	})
	return id, outcome
}

func (d organizationsInProcess) Connect(t *testing.T, domain, application, administrator string) (id string, outcome Outcome) {
	t.Helper()
	outcome = d.on(t, "create:sso_connections", domain, func(m organization.Managing) error {
		c, _, err := d.g.connections.Connect(t.Context(), m, inbound.ConnectionStart{Application: application, Email: administrator})
		id = c.ID
		return err
	})
	return id, outcome
}

func (d organizationsInProcess) Invite(t *testing.T, connection string) Outcome {
	t.Helper()
	return d.at(t, "create:admin_onboardings", organization.Target{Connection: connection}, func(m organization.Managing) error {
		_, err := d.g.connections.InviteAdministrator(t.Context(), m, connection)
		return err
	})
}

func (d organizationsInProcess) Connection(t *testing.T, connection string) (j Joined, outcome Outcome) {
	t.Helper()
	outcome = d.at(t, "read:sso_connections", organization.Target{Connection: connection}, func(m organization.Managing) error {
		c, err := d.g.connections.Connection(t.Context(), m, connection)
		j = joined(c)
		return err
	})
	return j, outcome
}

func joined(c organization.Connection) Joined {
	j := Joined{Active: c.Active, Provider: string(c.Provider)}
	if c.Onboarding != nil {
		j.State = string(c.Onboarding.State)
	}
	return j
}

func (d organizationsInProcess) Know(t *testing.T, domain, key string) Outcome {
	t.Helper()
	return d.on(t, "create:token_customization", domain, func(m organization.Managing) error {
		_, err := d.g.directory.AddMetaKey(t.Context(), m, key, organization.MetaString, false)
		return err
	})
}

func (d organizationsInProcess) Tell(t *testing.T, domain, user, key, value string) Outcome {
	t.Helper()
	return d.on(t, "update:token_customization", domain, func(m organization.Managing) error {
		_, err := d.g.directory.SetMetadata(t.Context(), m, user, key, value)
		return err
	})
}

func (d organizationsInProcess) Events(t *testing.T, domain string) (total int, outcome Outcome) {
	t.Helper()
	outcome = d.on(t, "read_many:log_events", domain, func(m organization.Managing) (err error) {
		_, total, err = d.g.trail.Events(t.Context(), m, audit.Query{Limit: 1})
		return err
	})
	return total, outcome
}

func (d organizationsInProcess) Stranger(t *testing.T) OrganizationDoor {
	t.Helper()
	identifier, secret := d.g.manager(t, "Stranger AB", organization.Production)
	return organizationsInProcess{d.g, identifier, secret}
}

func (d organizationsInProcess) Sandbox(t *testing.T) OrganizationDoor {
	t.Helper()
	identifier, secret := d.g.manager(t, "", organization.Sandbox)
	return organizationsInProcess{d.g, identifier, secret}
}

// manager enrols a management client, of a new root organization or, for "", of the demo organization.
func (g *Gateway) manager(t *testing.T, root string, e organization.Environment) (identifier, secret string) {
	t.Helper()
	domain := app.DemoDomain
	if root != "" {
		o, err := g.registry.Found(t.Context(), root, nil)
		if err != nil {
			t.Fatal(err)
		}
		domain = o.Domain
	}
	c, secret, err := g.registry.Enrol(t.Context(), app.Enrolment{Domain: domain, Environment: e, Kind: organization.KindManagement})
	if err != nil {
		t.Fatal(err)
	}
	return c.Identifier, secret
}
