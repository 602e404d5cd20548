package organization_test

import (
	"context"
	"errors"
	"testing"

	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestAnApplicationOfOneOrganizationsPeopleServesNobodyElse(t *testing.T) {
	o := newOffice(t)
	acme := o.acme(t)
	beta := managing(o.root, o.customer(t, o.root, "Beta", ""), domain.Sandbox)
	app := o.application(t, managing(o.root, o.root, domain.Sandbox), "https://app.example")
	settings := app.Settings
	settings.OnlyDomain = acme.Target.Domain
	limited, _, err := app.Update(settings, acme.By(), o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	err = o.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		_, err := tx.Applications().Save(ctx, limited)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for m, want := range map[*domain.Managing]error{&acme: nil, &beta: domain.ErrNoApplication} {
		if _, _, err := o.connections.Connect(t.Context(), *m, inbound.ConnectionStart{Application: app.ID}); !errors.Is(err, want) {
			t.Errorf("connecting %s: %v", m.Target.Domain, err)
		}
		bare, _, err := o.connections.Connect(t.Context(), *m, inbound.ConnectionStart{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.connections.Redirect(t.Context(), *m, bare.ID, app.ID, ""); !errors.Is(err, want) {
			t.Errorf("redirecting %s: %v", m.Target.Domain, err)
		}
	}
}
