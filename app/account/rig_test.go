package account_test

import (
	"context"
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	app "github.com/eidgate/eidgate/app/account"
	operator "github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/database"
	"github.com/eidgate/eidgate/test/postgres"
)

const (
	callback = "https://app.acme.example/eid/callback"
	atHost   = "login.acme.example"
)

// Numbers that pass every rule of their country. The first is a provider's published sample.
const (
	firstSwede  = "196802020575"
	secondSwede = "197503142338"
	norwegian   = "27034698436"
)

// rig is a real store with two organizations, each with a client of either kind.
type rig struct {
	store       *sqlstore.Store
	work        outbound.UnitOfWork // the store, unless a test breaks it
	clock       *clock.Manual
	registry    *operator.Registry
	blocklist   *operator.Blocklist
	numbers     app.Numbers
	acme, other tenant
}

// tenant is an organization with its clients.
type tenant struct {
	organization.Organization
	sso, crm             organization.Client
	ssoSecret, crmSecret string
}

func (o tenant) scope() organization.Scope { return o.Scope(organization.Production) }

func TestMain(m *testing.M) { os.Exit(postgres.Main(m)) }

func onEither(t *testing.T, test func(t *testing.T, r *rig)) {
	t.Helper()
	database.OnEither(t, func(t *testing.T, url string) { test(t, newRigOn(t, url)) })
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigOn(t, database.SQLite(t))
}

func newRigOn(t *testing.T, url string) *rig {
	t.Helper()
	r := &rig{clock: clock.Stopped(), numbers: app.Numbers{Simulated: func(organization.Organization) bool { return false }}}
	r.store, _ = database.Open(t, url, r.clock)
	r.work = r.store
	r.registry = &operator.Registry{Work: r.store, Clock: r.clock, IDs: system.IDs{}, Random: system.Random{}}
	r.blocklist = &operator.Blocklist{Work: r.store, Clock: r.clock}
	r.acme, r.other = r.tenant(t, "Acme", atHost), r.tenant(t, "Other", "login.other.example")
	return r
}

func (r *rig) tenant(t *testing.T, name, host string) (made tenant) {
	t.Helper()
	var err error
	if made.Organization, err = r.registry.Found(t.Context(), name, []string{host}); err != nil {
		t.Fatal(err)
	}
	made.sso, made.ssoSecret = r.enrol(t, made.Domain, organization.KindSSO, organization.Production)
	made.crm, made.crmSecret = r.enrol(t, made.Domain, organization.KindCRM, organization.Production)
	return made
}

func (r *rig) enrol(t *testing.T, domain string, kind organization.Kind, environment organization.Environment) (organization.Client, string) {
	t.Helper()
	c, secret, err := r.registry.Enrol(t.Context(), operator.Enrolment{
		Domain: domain, Environment: environment, Kind: kind, Addresses: organization.Addresses{Redirect: []string{callback}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, secret
}

func (r *rig) do(t *testing.T, work func(ctx context.Context, tx outbound.Tx) error) {
	t.Helper()
	if err := r.store.Do(t.Context(), work); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) view(t *testing.T, read func(ctx context.Context, r outbound.Reader) error) {
	t.Helper()
	if err := r.store.View(t.Context(), read); err != nil {
		t.Fatal(err)
	}
}

func (r *rig) registrar() *app.Registrar {
	return &app.Registrar{Work: r.work, Clock: r.clock, IDs: system.IDs{}, Numbers: r.numbers}
}

func (r *rig) keeper() *app.Keeper { return &app.Keeper{Work: r.work, Clock: r.clock} }

// register makes an account in a scope.
func (r *rig) register(t *testing.T, scope organization.Scope, email string, country identity.Country) account.Snapshot {
	t.Helper()
	a, err := r.registrar().Register(t.Context(), registration(scope, email, country))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func registration(scope organization.Scope, email string, country identity.Country) inbound.Registration {
	return inbound.Registration{
		Scope: scope, Actor: "client/test", Country: country, Profile: account.Profile{FirstName: "Some", LastName: "One", Email: email},
	}
}

// update changes an account as the back office does.
func (r *rig) update(t *testing.T, a account.Snapshot, change account.Change) account.Snapshot {
	t.Helper()
	updated, err := r.keeper().Update(t.Context(), inbound.AccountUpdate{Scope: a.Scope, ID: a.ID, Actor: "client/test", Change: change})
	if err != nil {
		t.Fatal(err)
	}
	return updated
}

func (r *rig) deactivate(t *testing.T, a account.Snapshot) {
	t.Helper()
	r.update(t, a, account.Change{Active: new(false)})
}

// read gives the account as it is stored.
func (r *rig) read(t *testing.T, a account.Snapshot) account.Snapshot {
	t.Helper()
	found, err := r.keeper().Find(t.Context(), a.Scope, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// trail gives the facts of a scope, one kind of them or all for "".
func (r *rig) trail(t *testing.T, scope organization.Scope, kind string) (found []audit.Told) {
	t.Helper()
	r.view(t, func(ctx context.Context, reader outbound.Reader) error {
		facts, err := reader.Facts().List(ctx, scope, 0, 10_000)
		for _, f := range facts {
			if kind == "" || f.Kind == kind {
				found = append(found, f)
			}
		}
		return err
	})
	return found
}

// refusals gives why numbers were refused, by the trail.
func (r *rig) refusals(t *testing.T, a account.Snapshot) (reasons []string) {
	t.Helper()
	for _, f := range r.trail(t, a.Scope, audit.AccountNumberRefused) {
		if f.Subject == account.Subject(a.ID) {
			reasons = append(reasons, f.Details["reason"])
		}
	}
	return reasons
}

func (r *rig) session(t *testing.T, scope organization.Scope, id string) (s eid.Snapshot) {
	t.Helper()
	r.view(t, func(ctx context.Context, reader outbound.Reader) error {
		found, err := reader.Sessions().Find(ctx, scope, id)
		if err == nil {
			s = found.Snapshot()
		}
		return err
	})
	return s
}

func (r *rig) sweep(t *testing.T) {
	t.Helper()
	s := &session.Sweeper{Ledger: &session.Ledger{Work: r.store}, Clock: r.clock, Keep: 24 * time.Hour}
	if _, _, err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// blames fails the test unless err is the fault that is wanted, about the field, "" for none.
func blames(t *testing.T, err error, want *fault.Fault, field string) {
	t.Helper()
	f := fault.Of(err)
	fields := ""
	if f != nil {
		for _, v := range f.Violations() {
			fields += v.Field
		}
	}
	if !errors.Is(err, want) || f.Code() != want.Code() || fields != field {
		t.Errorf("got %v blaming %q, want %v blaming %q", err, fields, want, field)
	}
}

// shown is all of an error that a caller can see.
func shown(err error) any {
	f := fault.Of(err)
	return []any{f.Kind(), f.Code(), f.Text(), f.Violations(), f.RetryAfter(), f.Error()}
}

// number reads a person's number.
func (r *rig) number(t *testing.T, country identity.Country, digits string) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(country, digits, identity.Options{AsOf: country.Today(r.clock.Now()), Allow: identity.AllowSandbox})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// numbered gives the identifiers that a test says, the last one again and again.
type numbered struct {
	system.IDs
	mu      sync.Mutex
	numbers []int64
}

func (n *numbered) Number() int64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	first := n.numbers[0]
	if len(n.numbers) > 1 {
		n.numbers = n.numbers[1:]
	}
	return first
}

// crowd lets so many do the same at once, and gives what each got.
func crowd(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = do(i) })
	}
	all.Wait()
	return errs
}
