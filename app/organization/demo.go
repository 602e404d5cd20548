package organization

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// DemoClient is a client of the demo organization, with its secret. Everybody knows these secrets, so the clients
// are marked, and work in development mode only.
type DemoClient struct {
	Kind        organization.Kind
	Identifier  string
	Secret      string
	CallbackKey string   // signs its news; "" for no signature
	Features    []string // what it may use
}

// What the demo organization is called, and whose account it has.
const (
	DemoDomain = "demo"
	DemoName   = "Demo AB"
	DemoEmail  = "anna.andersson@example.com"
)

// DemoClients lists the clients of the demo organization, one of each kind. The one for eID operations may use
// everything, and its news is signed.
func DemoClients() []DemoClient {
	return []DemoClient{
		{Kind: organization.KindSSO, Identifier: "demo-sso", Secret: "demo-sso-secret"},
		{Kind: organization.KindCRM, Identifier: "crm@demo.example", Secret: "demo-crm-password"},
		{Kind: organization.KindEID, Identifier: "demo", Secret: "demo-eid-secret", CallbackKey: "demo-callback-key", Features: []string{"all"}},
		{Kind: organization.KindSession, Identifier: "demo-session", Secret: "demo-session-secret"},
		{Kind: organization.KindManagement, Identifier: "00000000-0000-4000-8000-000000000001", Secret: "demo-management-secret"},
	}
}

// seedTries bounds how often the demo account's identifier is replaced by another.
const seedTries = 5

// SeedDemo makes the demo organization with its clients, its plan and its account, unless it is or was there. It fails
// with organization.ErrDomainTaken when a real organization has its domain.
func (r *Registry) SeedDemo(ctx context.Context) error {
	var err error
	for range seedTries {
		if err = r.seed(ctx); !errors.Is(err, outbound.ErrIdentifierUsed) {
			break
		}
	}
	if errors.Is(err, organization.ErrDomainTaken) {
		return r.seeded(ctx, err) // by another process, just now
	}
	return err
}

// seeded holds the finding against what is stored: a marked organization is the demo, any other is in its way.
func (r *Registry) seeded(ctx context.Context, taken error) error {
	return r.Work.View(ctx, func(ctx context.Context, reader outbound.Reader) error {
		o, err := reader.Organizations().FindByDomain(ctx, DemoDomain)
		switch {
		case errors.Is(err, organization.ErrNoOrganization):
			return nil // somebody deleted it, and its domain stays taken
		case err == nil && !o.Demo:
			return taken
		}
		return err
	})
}

func (r *Registry) seed(ctx context.Context) error {
	now := r.Clock.Now()
	o, facts, err := organization.Found(organization.Founding{ID: r.IDs.New(), Name: DemoName}, now)
	if err != nil {
		return err
	}
	o.Domain, o.Demo = DemoDomain, true
	return r.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		switch _, err := tx.Organizations().FindByDomain(ctx, DemoDomain); {
		case err == nil:
			return organization.ErrDomainTaken
		case !errors.Is(err, organization.ErrNoOrganization):
			return err
		}
		if err := tx.Organizations().Add(ctx, o); err != nil {
			return err
		}
		clients, err := r.seedClients(ctx, tx, o, now)
		if err != nil {
			return err
		}
		people, err := r.seedAccount(ctx, tx, o, now)
		if err != nil {
			return err
		}
		return tx.Facts().Append(ctx, append(append(facts[:len(facts):len(facts)], clients...), people...)...)
	})
}

func (r *Registry) seedClients(ctx context.Context, tx outbound.Tx, o organization.Organization, now time.Time) (told []audit.Fact, err error) {
	for _, d := range DemoClients() {
		var key []byte
		if d.CallbackKey != "" {
			key = []byte(d.CallbackKey)
		}
		c, facts, err := organization.Enrol(organization.Client{
			ID: r.IDs.New(), Scope: o.Scope(organization.Production), Kind: d.Kind, Identifier: d.Identifier, Secret: organization.HashSecret(d.Secret),
			Name: "Demo", Addresses: organization.Addresses{AnyLoopback: true}, Features: d.Features, CallbackKey: key, Demo: true,
		}, now)
		if err != nil {
			return nil, err
		}
		if err := tx.Clients().Add(ctx, c); err != nil {
			return nil, err
		}
		told = append(told, facts...)
	}
	return told, nil
}

func (r *Registry) seedAccount(ctx context.Context, tx outbound.Tx, o organization.Organization, now time.Time) ([]audit.Fact, error) {
	scope := o.Scope(organization.Production)
	plan, err := account.Offer(account.Plan{ID: 1, Scope: scope, Name: "Basic", Monitors: true}, now)
	if err != nil {
		return nil, err
	}
	if plan, err = tx.Plans().Add(ctx, plan); err != nil {
		return nil, err
	}
	anna, facts, err := account.Register(account.Registration{
		ID: r.IDs.Number(), Scope: scope, Country: identity.SE, Plan: plan, Actor: audit.System,
		Profile: account.Profile{FirstName: "Anna", LastName: "Andersson", Email: DemoEmail, Language: "SV"},
	}, now)
	if err != nil {
		return nil, err
	}
	if err := tx.Accounts().Save(ctx, anna); err != nil {
		return nil, err
	}
	return append(plan.Offered(now), facts...), nil
}
