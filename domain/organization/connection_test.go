package organization_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

var (
	connectedAt = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	later       = connectedAt.Add(time.Hour)
	asker       = organization.By{Actor: "client/c", Environment: organization.Sandbox}
	trial       = organization.Scope{Organization: "o", Environment: organization.Sandbox}
)

// connected is a new connection of trial.
func connected(t *testing.T) organization.Connection {
	t.Helper()
	c, facts, err := organization.Connect(organization.Connection{ID: "acme_1", Scope: trial, ServiceProvider: "root_1"}, asker, connectedAt)
	if err != nil || !slices.Equal(kinds(facts), []string{audit.ConnectionAdded}) {
		t.Fatalf("told %v: %v", kinds(facts), err)
	}
	return c
}

func kinds(facts []audit.Fact) (list []string) {
	for _, f := range facts {
		list = append(list, f.Kind)
	}
	return list
}

// blamed gives the fields that a fault blames.
func blamed(err error) (fields []string) {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		for _, v := range f.Violations() {
			fields = append(fields, v.Field)
		}
	}
	return fields
}

func TestANewConnectionIsActiveForAnyUserAndWithoutAProvider(t *testing.T) {
	c := connected(t)
	want := organization.Connection{
		ID: "acme_1", Scope: trial, ServiceProvider: "root_1", Active: true, Provider: organization.ProviderUnset, Policy: organization.AnyUser,
		CreatedAt: connectedAt, UpdatedAt: connectedAt, Sequence: 1,
	}
	if c != want {
		t.Errorf("made %+v", c)
	}
	if _, _, err := organization.Connect(organization.Connection{Provider: "imaginary"}, asker, connectedAt); !errors.Is(err, organization.ErrConnection) || !slices.Equal(blamed(err), []string{"provider_type"}) {
		t.Errorf("an imaginary provider: %v, blamed %v", err, blamed(err))
	}
	for _, p := range organization.ProviderTypes() {
		if c, _, err := organization.Connect(organization.Connection{Provider: p}, asker, connectedAt); err != nil || c.Provider != p {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestEachThingThatChangesOnAConnectionIsToldOnce(t *testing.T) {
	off, okta, policy, seats := false, organization.ProviderOkta, organization.LimitedSeats, 5
	metadata := &organization.ProviderMetadata{XML: "<a/>", EntityID: "https://idp.example"}
	landing := &organization.Redirection{ID: "r", Connection: "acme_1"}
	for want, change := range map[string]organization.ConnectionChange{
		audit.ConnectionDisabled:      {Active: &off},
		audit.ConnectionUpdated:       {Provider: &okta, DefaultRedirection: landing},
		audit.ConnectionPolicyChanged: {Policy: &policy, Seats: &seats},
		audit.ConnectionMetadataSet:   {Metadata: metadata},
	} {
		next, facts, err := connected(t).Change(change, asker, later)
		if err != nil || !slices.Equal(kinds(facts), []string{want}) || next.UpdatedAt != later || next.Sequence != 2 {
			t.Errorf("%s: told %v: %v", want, kinds(facts), err)
		}
		again, facts, err := next.Change(change, asker, later.Add(time.Hour))
		if err != nil || len(facts) != 0 || again.UpdatedAt != later || again.Sequence != 2 {
			t.Errorf("%s: what changed nothing told %v: %v", want, kinds(facts), err)
		}
	}
	all, facts, err := connected(t).Change(organization.ConnectionChange{
		Active: &off, Provider: &okta, Policy: &policy, Seats: &seats, Metadata: metadata, DefaultRedirection: landing,
	}, asker, later)
	if err != nil || len(facts) != 4 || all.Sequence != 5 || all.Active || all.Provider != okta || all.Policy != policy || all.Seats != 5 || all.Metadata != metadata || all.DefaultRedirection != "r" {
		t.Errorf("made %+v, told %v: %v", all, kinds(facts), err)
	}
	for i, f := range facts {
		if f.Sequence != int64(i)+2 || f.Subject != "sso_connection/acme_1" || f.Actor != "client/c" || f.Organization != "o" || f.Environment != "sandbox" {
			t.Errorf("told %+v", f)
		}
	}
	on := true
	if _, facts, err := all.Change(organization.ConnectionChange{Active: &on}, asker, later); err != nil || !slices.Equal(kinds(facts), []string{audit.ConnectionActivated}) {
		t.Errorf("told %v: %v", kinds(facts), err)
	}
}

func TestAConnectionIsHeldToItsRules(t *testing.T) {
	text := func(s string) *organization.UserPolicy { p := organization.UserPolicy(s); return &p }
	number := func(n int) *int { return &n }
	provider := organization.ProviderType("imaginary")
	for field, change := range map[string]organization.ConnectionChange{
		"provider_type":      {Provider: &provider},
		"user_security_type": {Policy: text("everybody")},
		"seats_limit":        {Seats: number(-1)},
	} {
		if _, facts, err := connected(t).Change(change, asker, later); !errors.Is(err, organization.ErrConnection) || !slices.Equal(blamed(err), []string{field}) || facts != nil {
			t.Errorf("%s: %v, blamed %v", field, err, blamed(err))
		}
	}
	if _, _, err := connected(t).Change(organization.ConnectionChange{Policy: text("limited_seats")}, asker, later); !slices.Equal(blamed(err), []string{"seats_limit"}) {
		t.Errorf("a limit without a number: %v", err)
	}
	limited, _, err := connected(t).Change(organization.ConnectionChange{Policy: text("limited_seats"), Seats: number(1)}, asker, later)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := limited.Change(organization.ConnectionChange{Seats: number(0)}, asker, later); !slices.Equal(blamed(err), []string{"seats_limit"}) {
		t.Errorf("the number was taken away: %v", err)
	}
}

func TestARedirectionIsItsConnectionsOwn(t *testing.T) {
	foreign := &organization.Redirection{ID: "r", Connection: "acme_2"}
	if _, _, err := connected(t).Change(organization.ConnectionChange{DefaultRedirection: foreign}, asker, later); !errors.Is(err, organization.ErrRedirection) {
		t.Errorf("got %v", err)
	}
}

func TestARedirectionLeadsWhereItsApplicationAllows(t *testing.T) {
	app := organization.Application{ID: "a", Settings: organization.ApplicationSettings{RedirectURLs: []string{"https://a.example/in", "https://a.example/"}}}
	for uri, want := range map[string]string{"": "https://a.example/in", "https://a.example/": "https://a.example/"} {
		next, r, facts, err := connected(t).Redirect("r", app, uri, asker, later)
		if err != nil || r.URI != want || next.DefaultRedirection != "r" || next.UpdatedAt != later || !slices.Equal(kinds(facts), []string{audit.RedirectionAdded}) {
			t.Fatalf("%q leads to %+v, told %v: %v", uri, r, kinds(facts), err)
		}
		if r.Connection != "acme_1" || r.Scope != trial || r.Application != "a" || r.ServiceProvider != "root_1" || r.CreatedAt != later {
			t.Errorf("made %+v", r)
		}
		if !maps.Equal(facts[0].Details, map[string]string{"redirection": "r", "application": "a"}) {
			t.Errorf("told %v", facts[0].Details)
		}
	}
	for _, uri := range []string{"https://a.example", "https://a.example/IN", "https://evil.example/", "https://a.example/in?x", "//a.example/in", " https://a.example/in"} {
		if _, _, _, err := connected(t).Redirect("r", app, uri, asker, later); !errors.Is(err, organization.ErrRedirectionURI) || !slices.Equal(blamed(err), []string{"uri"}) {
			t.Errorf("%q: %v", uri, err)
		}
	}
	if _, _, _, err := connected(t).Redirect("r", organization.Application{ID: "a"}, "", asker, later); !errors.Is(err, organization.ErrRedirectionURI) {
		t.Errorf("an application without an address: %v", err)
	}
	app.Settings.DefaultAfterLogin = "https://a.example/"
	if _, r, _, err := connected(t).Redirect("r", app, "", asker, later); err != nil || r.URI != "https://a.example/" {
		t.Errorf("the default is passed over for %q: %v", r.URI, err)
	}
}

func TestADeletedConnectionIsToldOf(t *testing.T) {
	if facts := connected(t).Delete(asker, later); !slices.Equal(kinds(facts), []string{audit.ConnectionDeleted}) || facts[0].Sequence != 2 {
		t.Errorf("told %v", facts)
	}
}

func TestAConnectionIsCalledAfterItsOrganization(t *testing.T) {
	id := organization.ConnectionID("blue-moon-ab", "01890a5d-ac96-774b-bcce-b302099a8057")
	if !connectionID.MatchString(id) || !strings.HasPrefix(id, "blue_moon_ab_") {
		t.Errorf("it is called %q", id)
	}
	root := organization.Organization{ID: "01890a5d-ac96-774b-bcce-b302099a8057", Domain: "blue-moon-ab"}
	if organization.ServiceProviderID(root) != id {
		t.Error("what we are called towards identity providers is not stable")
	}
}
