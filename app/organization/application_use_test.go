package organization_test

import (
	"errors"
	"testing"

	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func TestAnApplicationThatAConnectionLeadsToStays(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	a := o.application(t, m, "https://app.example")
	if _, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Application: a.ID}); err != nil {
		t.Fatal(err)
	}
	b := newBureau(t)
	b.applications.Work = o.Work
	if _, err := b.applications.DeleteApplication(t.Context(), m, a.ID); !errors.Is(err, domain.ErrApplicationInUse) {
		t.Errorf("got %v", err)
	}
	if found, err := b.applications.Application(t.Context(), m, a.ID); err != nil || found.Deleted() {
		t.Errorf("it is gone: %v", err)
	}
}
