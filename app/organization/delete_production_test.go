package organization_test

import (
	"context"
	"errors"
	"testing"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestAClientOfTheSandboxDeletesNothingOfProduction(t *testing.T) {
	o := newOffice(t)
	organizations := newBureau(t).organizations
	organizations.Work = o.Work
	acme := o.customer(t, o.root, "Acme AB", "")
	sandbox, production := managing(o.root, acme, domain.Sandbox), managing(o.root, acme, domain.Production)
	made, _, err := o.connections.Connect(t.Context(), production, inbound.ConnectionStart{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := organizations.Delete(t.Context(), sandbox); !errors.Is(err, domain.ErrInProduction) {
		t.Errorf("deleted from the sandbox: %v", err)
	}
	if _, err := o.connections.Connection(t.Context(), production, made.ID); err != nil {
		t.Errorf("what production has is gone: %v", err)
	}
	if _, err := o.connections.Delete(t.Context(), production, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := organizations.Delete(t.Context(), sandbox); err != nil {
		t.Errorf("an organization of the sandbox alone: %v", err)
	}
}

func TestWhateverProductionHasKeepsAClientOfTheSandboxFromDeleting(t *testing.T) {
	for what, have := range map[string]func(t *testing.T, o *office, m domain.Managing) error{
		"a client": func(t *testing.T, o *office, m domain.Managing) error {
			_, _, err := o.Enrol(t.Context(), organization.Enrolment{Domain: m.Target.Domain, Environment: m.Client.Scope.Environment, Kind: domain.KindEID})
			return err
		},
		"a key of metadata": func(t *testing.T, o *office, m domain.Managing) error {
			k := domain.MetaKey{ID: o.IDs.New(), Scope: m.Scope(), Name: "level", Type: domain.MetaString, CreatedAt: o.clock.Now()}
			return o.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.MetaKeys().Add(ctx, k) })
		},
		"a sample of tokens": func(t *testing.T, o *office, m domain.Managing) error {
			_, err := o.tokens.Sample(t.Context(), m, inbound.TokenSample{})
			return err
		},
	} {
		t.Run(what, func(t *testing.T) {
			o := newOffice(t)
			organizations := newBureau(t).organizations
			organizations.Work = o.Work
			for _, e := range []domain.Environment{domain.Sandbox, domain.Production} {
				acme := o.customer(t, o.root, "Acme "+string(e), "")
				if err := have(t, o, managing(o.root, acme, e)); err != nil {
					t.Fatal(err)
				}
				want := map[domain.Environment]error{domain.Production: domain.ErrInProduction}[e]
				if _, err := organizations.Delete(t.Context(), managing(o.root, acme, domain.Sandbox)); !errors.Is(err, want) {
					t.Errorf("with %s in %s: %v", what, e, err)
				}
				if deleted := len(o.facts(t, acme.Scope(domain.Sandbox), "organization/"+acme.ID)) > 0; deleted != (want == nil) {
					t.Errorf("with %s in %s, %s is told: %v", what, e, audit.OrganizationDeleted, deleted)
				}
			}
		})
	}
}
