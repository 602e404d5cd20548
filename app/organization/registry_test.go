package organization_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/database"
)

func newRegistry(t *testing.T) *organization.Registry {
	t.Helper()
	store, _ := database.Open(t, database.SQLite(t), system.Clock{})
	return &organization.Registry{
		Work: store, Clock: system.Clock{}, IDs: system.IDs{}, Random: system.Random{}, LoopbackHTTP: true, ManagementScopes: orgapi.Scopes(),
	}
}

// view reads what is stored.
func view(t *testing.T, r *organization.Registry, read func(ctx context.Context, reader outbound.Reader) error) {
	t.Helper()
	if err := r.Work.View(t.Context(), read); err != nil {
		t.Fatal(err)
	}
}

// told gives the kinds of the facts in an organization's trail.
func told(t *testing.T, r *organization.Registry, id string) (kinds []string) {
	t.Helper()
	view(t, r, func(ctx context.Context, reader outbound.Reader) error {
		facts, err := reader.Facts().List(ctx, domain.Scope{Organization: id, Environment: domain.Production}, 0, 100)
		for _, f := range facts {
			kinds = append(kinds, f.Kind)
		}
		return err
	})
	return kinds
}

func TestTheDemoOrganizationIsAsDocumented(t *testing.T) {
	r := newRegistry(t)
	for range 3 {
		if err := r.SeedDemo(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	all, err := r.Organizations(t.Context())
	if err != nil || len(all) != 1 || all[0].Domain != "demo" || all[0].Name != "Demo AB" || !all[0].Demo {
		t.Fatalf("there are %+v: %v", all, err)
	}
	scope := all[0].Scope(domain.Production)
	view(t, r, func(ctx context.Context, reader outbound.Reader) error {
		for _, d := range organization.DemoClients() {
			c, err := reader.Clients().FindByIdentifier(ctx, d.Kind, d.Identifier)
			if err != nil || !c.Demo || c.Scope != scope || !c.Secret.Matches(d.Secret) || !c.Addresses.AllowsRedirect("http://127.0.0.1:4711/x") || c.Addresses.AllowsRedirect("https://demo.example/") ||
				string(c.CallbackKey) != d.CallbackKey || !slices.Equal(c.Features, d.Features) {
				t.Errorf("the %s client is %+v: %v", d.Kind, c, err)
			}
		}
		plan, err := reader.Plans().Find(ctx, scope, 1)
		if err != nil || plan.Name != "Basic" || !plan.Monitors {
			t.Errorf("plan 1 is %+v: %v", plan, err)
		}
		list, total, err := reader.Accounts().List(ctx, scope, outbound.Page{Limit: 10})
		if err != nil || total != 1 {
			t.Fatalf("there are %d accounts: %v", total, err)
		}
		anna := list[0].Snapshot()
		if anna.Profile.Email != "anna.andersson@example.com" || anna.Country != identity.SE || !anna.Number.IsZero() || !anna.Active || anna.Plan.ID != 1 {
			t.Errorf("the account is %+v", anna)
		}
		demo, err := reader.Organizations().Demo(ctx)
		if !demo {
			t.Error("storage does not know that it holds a demo")
		}
		return err
	})
	want := []string{"organization.founded", "client.enrolled", "client.enrolled", "client.enrolled", "client.enrolled", "client.enrolled", "plan.offered", "account.registered"}
	if got := told(t, r, scope.Organization); !slices.Equal(got, want) {
		t.Errorf("the trail is %v", got)
	}
}

func TestProcessesThatStartTogetherSeedOneDemo(t *testing.T) {
	r := newRegistry(t)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := r.SeedDemo(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if clients, err := r.Clients(t.Context()); err != nil || len(clients) != 5 {
		t.Errorf("there are %d clients: %v", len(clients), err)
	}
}

func TestARealOrganizationIsNeverMistakenForTheDemo(t *testing.T) {
	r := newRegistry(t)
	if _, err := r.Found(t.Context(), "Demo", nil); err != nil {
		t.Fatal(err)
	}
	if err := r.SeedDemo(t.Context()); !errors.Is(err, domain.ErrDomainTaken) {
		t.Errorf("got %v", err)
	}
	if clients, err := r.Clients(t.Context()); err != nil || len(clients) != 0 {
		t.Errorf("it has %d clients: %v", len(clients), err)
	}
}

func TestADemoThatWasDeletedStaysDeleted(t *testing.T) {
	r := newRegistry(t)
	if err := r.SeedDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Dissolve(t.Context(), organization.DemoDomain); err != nil {
		t.Fatal(err)
	}
	if err := r.SeedDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	view(t, r, func(ctx context.Context, reader outbound.Reader) error {
		demo, err := reader.Organizations().Demo(ctx)
		if demo {
			t.Error("demo records are left")
		}
		return err
	})
}

func TestTheTrailOutlivesTheOrganization(t *testing.T) {
	r := newRegistry(t)
	o, err := r.Found(t.Context(), "Acme", []string{"login.acme.example"})
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := r.Enrol(t.Context(), organization.Enrolment{Domain: "acme", Environment: domain.Production, Kind: domain.KindCRM})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.Revoke(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Dissolve(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	if got, want := told(t, r, o.ID), []string{"organization.founded", "client.enrolled", "client.revoked", "organization.deleted"}; !slices.Equal(got, want) {
		t.Errorf("the trail is %v", got)
	}
	if clients, err := r.Clients(t.Context()); err != nil || len(clients) != 0 {
		t.Errorf("it left %d clients: %v", len(clients), err)
	}
}

func TestAHostLeadsToOneOrganization(t *testing.T) {
	r := newRegistry(t)
	if _, err := r.Found(t.Context(), "Acme", []string{"login.acme.example"}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Found(t.Context(), "Other", []string{"LOGIN.acme.example"}); !errors.Is(err, domain.ErrHostTaken) {
		t.Errorf("got %v", err)
	}
	if all, err := r.Organizations(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("there are %d organizations: %v", len(all), err)
	}
}

func TestAClientOfTheSandboxIsNotOneOfProduction(t *testing.T) {
	r := newRegistry(t)
	if _, err := r.Found(t.Context(), "Acme", nil); err != nil {
		t.Fatal(err)
	}
	c, secret, err := r.Enrol(t.Context(), organization.Enrolment{Domain: "acme", Environment: domain.Sandbox, Kind: domain.KindSSO})
	if err != nil || c.Scope.Environment != domain.Sandbox || c.Demo || len(secret) != 40 || !c.Secret.Matches(secret) {
		t.Errorf("enrolled %+v: %v", c, err)
	}
}

func TestACallbackKeyIsMadeOnRequestAndKept(t *testing.T) {
	r := newRegistry(t)
	if _, err := r.Found(t.Context(), "Acme", nil); err != nil {
		t.Fatal(err)
	}
	pasted := regexp.MustCompile(`^[A-Za-z0-9]{43}$`)
	keys := map[string]bool{}
	for range 2 {
		c, secret, err := r.Enrol(t.Context(), organization.Enrolment{Domain: "acme", Environment: domain.Production, Kind: domain.KindEID, CallbackKey: true})
		if err != nil || !pasted.Match(c.CallbackKey) || string(c.CallbackKey) == secret || keys[string(c.CallbackKey)] {
			t.Fatalf("the key is not one of its own that can be pasted: %v", err)
		}
		keys[string(c.CallbackKey)] = true
		view(t, r, func(ctx context.Context, reader outbound.Reader) error {
			kept, err := reader.Clients().Find(ctx, c.ID)
			if string(kept.CallbackKey) != string(c.CallbackKey) {
				t.Error("another key is kept")
			}
			return err
		})
	}
	if c, _, err := r.Enrol(t.Context(), organization.Enrolment{Domain: "acme", Environment: domain.Production, Kind: domain.KindEID}); err != nil || c.CallbackKey != nil {
		t.Errorf("a key was made for nobody: %v", err)
	}
}

func TestADefaultCallbackAddressIsHeldToThePolicyOfTheDeployment(t *testing.T) {
	r := newRegistry(t)
	if _, err := r.Found(t.Context(), "Acme", nil); err != nil {
		t.Fatal(err)
	}
	e := organization.Enrolment{Domain: "acme", Environment: domain.Production, Kind: domain.KindEID, Addresses: domain.Addresses{DefaultCallback: "http://127.0.0.1:3000/news"}}
	if _, _, err := r.Enrol(t.Context(), e); err != nil {
		t.Errorf("refused where plain http on loopback is allowed: %v", err)
	}
	r.LoopbackHTTP = false
	if _, _, err := r.Enrol(t.Context(), e); !errors.Is(err, domain.ErrAddress) {
		t.Errorf("got %v", err)
	}
}

func TestAPlanNeedsAName(t *testing.T) {
	r := newRegistry(t)
	if _, err := r.Found(t.Context(), "Acme", nil); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", " ", "a\nb", strings.Repeat("a", 201)} {
		if _, err := r.Offer(t.Context(), "acme", name, false); !errors.Is(err, account.ErrPlanName) {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if plans, err := r.Plans(t.Context()); err != nil || len(plans) != 0 {
		t.Errorf("there are %v: %v", plans, err)
	}
}
