package organization_test

import (
	"errors"
	"testing"

	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
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
