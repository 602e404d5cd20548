package trail_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/trail"
	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestAMonthIsCountedByWhoseSessionsEndedHow(t *testing.T) {
	store := newStore(t)
	acme, _, err := domain.Found(domain.Founding{ID: system.IDs{}.New(), Name: "Acme"}, system.Clock{}.Now())
	if err != nil {
		t.Fatal(err)
	}
	var facts []audit.Fact
	settled := func(organization, environment, kind string, at time.Time, details map[string]string) {
		facts = append(facts, audit.Fact{
			Organization: organization, Environment: environment, Kind: kind, Subject: "session/" + strconv.Itoa(len(facts)), Sequence: 1, At: at,
			Actor: audit.System, Details: details,
		})
	}
	november := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	bankID, shop := map[string]string{"eid": "se.bankid"}, map[string]string{"eid": "se.bankid", "usage": "shop"}
	for range 2 {
		settled(acme.ID, "production", audit.SessionCompleted, november, shop)
	}
	settled(acme.ID, "production", audit.SessionCompleted, november.AddDate(0, 1, 0).Add(-time.Microsecond), map[string]string{"eid": "se.bankid", "usage": "shop", "operation": "sign"})
	settled(acme.ID, "production", audit.SessionRefused, november, shop)
	settled(acme.ID, "production", audit.SessionFailed, november, bankID)
	settled(acme.ID, "production", audit.SessionExpired, november, map[string]string{"eid": ""})
	settled(acme.ID, "sandbox", audit.SessionCompleted, november, shop)
	settled("gone", "production", audit.SessionCompleted, november, bankID)
	settled(acme.ID, "production", audit.SessionCompleted, november.Add(-time.Microsecond), shop)
	settled(acme.ID, "production", audit.SessionCompleted, november.AddDate(0, 1, 0), shop)
	settled(acme.ID, "production", audit.SessionReopened, november, bankID)
	err = store.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.Organizations().Add(ctx, acme); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&trail.Usage{Work: store}).Of(t.Context(), 2026, time.November)
	want := []trail.Count{
		{Organization: acme.Domain, Environment: "production", Expired: 1},
		{Organization: acme.Domain, Environment: "production", EID: "se.bankid", Failed: 1},
		{Organization: acme.Domain, Environment: "production", EID: "se.bankid", Reference: "shop", Completed: 3, Refused: 1},
		{Organization: acme.Domain, Environment: "sandbox", EID: "se.bankid", Reference: "shop", Completed: 1},
		{Organization: "gone", Environment: "production", EID: "se.bankid", Completed: 1},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if n := want[2].Sessions(); n != 4 {
		t.Errorf("the sum of 3 and 1 is %d", n)
	}
	if none, err := (&trail.Usage{Work: store}).Of(t.Context(), 2027, time.January); err != nil || len(none) != 0 {
		t.Errorf("of a month without any: %+v, %v", none, err)
	}
}
