package trail_test

import (
	"testing"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/trail"
	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
)

func TestWhatTheSandboxDoesToTheOrganizationItselfIsSeenInProduction(t *testing.T) {
	store := newStore(t)
	registry := &organization.Registry{Work: store, Clock: system.Clock{}, IDs: system.IDs{}, Random: system.Random{}}
	root, err := registry.Found(t.Context(), "Root AB", nil)
	if err != nil {
		t.Fatal(err)
	}
	by := func(e domain.Environment, target domain.Organization) domain.Managing {
		return domain.Managing{Client: domain.Client{ID: "c", Scope: root.Scope(e)}, Root: root, Target: target}
	}
	organizations := &organization.Organizations{Work: store, Clock: system.Clock{}, IDs: system.IDs{}, Random: system.Random{}}
	acme, err := organizations.Found(t.Context(), by(domain.Sandbox, root), "Acme AB", domain.Details{})
	if err != nil {
		t.Fatal(err)
	}
	name := "Acme Group AB"
	if _, err := organizations.Update(t.Context(), by(domain.Sandbox, acme), domain.Change{Name: &name}); err != nil {
		t.Fatal(err)
	}
	if _, err := organizations.Delete(t.Context(), by(domain.Sandbox, acme)); err != nil {
		t.Fatal(err)
	}
	want := []string{audit.OrganizationDeleted, audit.OrganizationUpdated, audit.OrganizationFounded}
	for _, e := range []domain.Environment{domain.Production, domain.Sandbox} {
		events, total, err := (&trail.Trail{Work: store}).Events(t.Context(), by(e, acme), audit.Query{Limit: 100})
		if err != nil || total != len(want) || len(events) != len(want) {
			t.Fatalf("in %s %d of %d events: %v", e, len(events), total, err)
		}
		for i, one := range events {
			if one.Kind != want[i] || one.Environment != string(domain.Sandbox) {
				t.Errorf("in %s, event %d is %s, told in %s", e, i, one.Kind, one.Environment)
			}
		}
		if _, total, err := (&trail.Trail{Work: store}).Events(t.Context(), by(e, acme), audit.Query{Limit: 1, Kinds: []string{audit.OrganizationUpdated}}); err != nil || total != 1 {
			t.Errorf("in %s there are %d of one kind: %v", e, total, err)
		}
	}
}
