package session_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/database"
	"github.com/eidgate/eidgate/test/postgres"
)

// rig is a real store with one organization.
type rig struct {
	store *sqlstore.Store
	clock *clock.Manual
	acme  organization.Organization
}

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
	r := &rig{clock: clock.Stopped()}
	r.store, _ = database.Open(t, url, r.clock)
	r.acme = r.found(t, "Acme")
	return r
}

func (r *rig) found(t *testing.T, name string) organization.Organization {
	t.Helper()
	o, _, err := organization.Found(organization.Founding{ID: system.IDs{}.New(), Name: name}, r.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	r.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Add(ctx, o) })
	return o
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

func (r *rig) scope() organization.Scope { return r.acme.Scope(organization.Production) }

// trail gives the facts of the organization, one kind of them or all for "".
func (r *rig) trail(t *testing.T, kind string) (found []audit.Told) {
	t.Helper()
	r.view(t, func(ctx context.Context, reader outbound.Reader) error {
		facts, err := reader.Facts().List(ctx, r.scope(), 0, 10_000)
		for _, f := range facts {
			if kind == "" || f.Kind == kind {
				found = append(found, f)
			}
		}
		return err
	})
	return found
}

func kinds(facts []audit.Told) (kinds []string) {
	for _, f := range facts {
		kinds = append(kinds, f.Kind)
	}
	return kinds
}

// stored reads a session as it lies in the store.
func (r *rig) stored(t *testing.T, id string) (s eid.Snapshot) {
	t.Helper()
	r.view(t, func(ctx context.Context, reader outbound.Reader) error {
		found, err := reader.Sessions().Find(ctx, r.scope(), id)
		if err == nil {
			s = found.Snapshot()
		}
		return err
	})
	return s
}

// order is a login with Swedish BankID.
func (r *rig) order() eid.Order {
	return eid.Order{
		Scope: r.scope(), Surface: "account", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, ReturnTo: "https://app.example/cb", Correlation: "reference",
	}
}

// starter is a starter on whose routes these providers are for whatever eIDs they offer, in this order.
func (r *rig) starter(t *testing.T, providers ...outbound.Provider) *session.Starter {
	t.Helper()
	order := map[eid.EID][]string{}
	for _, p := range providers {
		for _, o := range p.Offers() {
			if !slices.Contains(order[o.EID], p.Name()) {
				order[o.EID] = append(order[o.EID], p.Name())
			}
		}
	}
	routes, err := session.NewRoutes(session.RoutesConfig{Order: order}, providers)
	if err != nil {
		t.Fatal(err)
	}
	return &session.Starter{
		Work: r.store, Routes: routes, Clock: r.clock, IDs: system.IDs{}, Random: system.Random{}, Life: 15 * time.Minute,
		AppLife: 5 * time.Minute, Page: func(ticket string) string { return pages + ticket },
	}
}

const pages = "https://gateway.example/s/"

// scripted is a provider that does what a test says. It offers logins with Swedish BankID.
type scripted struct {
	name   string
	online bool
	offers []outbound.Offer // nil for the one offer
	begin  func(ctx context.Context, s eid.Snapshot) (outbound.Step, error)
	answer func(ctx context.Context, thread []byte, n outbound.Nudge) (outbound.Step, error) // to Advance

	mu        sync.Mutex
	begun     []eid.Snapshot
	advanced  int
	cancelled []string
}

var _ outbound.Provider = (*scripted)(nil)

func (p *scripted) Name() string { return p.name }

func (p *scripted) Offers() []outbound.Offer {
	if p.offers != nil {
		return slices.Clone(p.offers)
	}
	return []outbound.Offer{{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Redirect, Offline: !p.online}}
}

func (p *scripted) Begin(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
	p.mu.Lock()
	p.begun = append(p.begun, s)
	p.mu.Unlock()
	if p.begin != nil {
		return p.begin(ctx, s)
	}
	return shown(p.name), nil
}

func (p *scripted) Advance(ctx context.Context, thread []byte, n outbound.Nudge) (outbound.Step, error) {
	p.mu.Lock()
	p.advanced++
	p.mu.Unlock()
	if p.answer != nil {
		return p.answer(ctx, thread, n)
	}
	return outbound.Step{}, eid.ErrCodeRejected
}

// pestered is how often the provider was asked how far an order has come.
func (p *scripted) pestered() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.advanced
}

func (p *scripted) Cancel(ctx context.Context, thread []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cancelled = append(p.cancelled, string(thread))
	return nil
}

// asked is how often the provider was asked to begin.
func (p *scripted) asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.begun)
}

// animated begins an order whose code is new every second.
func (r *rig) animated(context.Context, eid.Snapshot) (outbound.Step, error) {
	qr := eid.AnimatedQR{Token: "token", Secret: "the secret", Start: r.clock.Now()}
	return outbound.Step{
		Challenge: &eid.Challenge{AppToken: "app", QR: qr.At(qr.Start), Animated: qr}, Thread: []byte("thread"), Rest: restTime,
	}, nil
}

func shown(name string) outbound.Step {
	return outbound.Step{Challenge: &eid.Challenge{URL: "https://" + name + ".example/authorize?x=1", Action: "https://" + name + ".example/authorize"}, Thread: []byte("thread of " + name)}
}

func failing(err error) func(context.Context, eid.Snapshot) (outbound.Step, error) {
	return func(context.Context, eid.Snapshot) (outbound.Step, error) { return outbound.Step{}, err }
}
