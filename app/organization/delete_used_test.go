package organization_test

import (
	"errors"
	"testing"

	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func TestAnOrganizationGoesOnlyWhenNoConnectionOfOthersLeadsToItsApplications(t *testing.T) {
	o := newOffice(t)
	organizations := newBureau(t).organizations
	organizations.Work = o.Work
	acme := o.acme(t)
	beta := managing(o.root, o.customer(t, o.root, "Beta", ""), domain.Sandbox)
	app := o.application(t, acme, "https://app.example")
	made, _, err := o.connections.Connect(t.Context(), beta, inbound.ConnectionStart{Application: app.ID})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.connections.Connect(t.Context(), acme, inbound.ConnectionStart{Application: app.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := organizations.Delete(t.Context(), acme); !errors.Is(err, domain.ErrOrganizationInUse) {
		t.Errorf("deleted: %v", err)
	}
	if err := o.Dissolve(t.Context(), acme.Target.Domain); !errors.Is(err, domain.ErrOrganizationInUse) {
		t.Errorf("dissolved: %v", err)
	}
	if at, err := o.connections.Connection(t.Context(), beta, made.ID); err != nil || at.DefaultRedirection != made.DefaultRedirection || at.Version != made.Version {
		t.Errorf("the connection leads elsewhere: %v", err)
	}
	if _, err := o.connections.Delete(t.Context(), beta, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := organizations.Delete(t.Context(), acme); err != nil {
		t.Errorf("its own connection keeps it: %v", err)
	}
}
