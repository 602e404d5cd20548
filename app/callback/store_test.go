package callback_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/callback"
	registry "github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/database"
)

// open gives a real store with a client whose news is signed.
func open(t *testing.T) (*sqlstore.Store, organization.Client) {
	t.Helper()
	s, _ := database.Open(t, database.SQLite(t), system.Clock{})
	r := &registry.Registry{Work: s, Clock: system.Clock{}, IDs: system.IDs{}, Random: system.Random{}}
	if _, err := r.Found(t.Context(), "Acme", nil); err != nil {
		t.Fatal(err)
	}
	c, _, err := r.Enrol(t.Context(), registry.Enrolment{
		Domain: "acme", Environment: organization.Production, Kind: organization.KindEID, CallbackKey: true,
		Addresses: organization.Addresses{Callback: []string{partner}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, c
}

func TestFromARealStoreTwoDispatchersTellEverythingAndTheTrailSaysSoOnce(t *testing.T) {
	const many = 60
	s, client := open(t)
	now := system.Clock{}.Now()
	err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		for i := range many {
			if err := tx.Callbacks().Add(ctx, outbound.Callback{
				Session: fmt.Sprint(i), Scope: client.Scope, Client: client.ID, Address: partner + "/news", ContentType: "application/json",
				Body: fmt.Append(nil, i), CreatedAt: now,
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	told := map[string]int{}
	c := &courier{do: func(_ context.Context, p outbound.Parcel) (int, time.Duration, error) {
		mu.Lock()
		defer mu.Unlock()
		told[p.ID]++
		switch {
		case string(p.Body) != p.ID || p.Signature != callback.Sign(client.CallbackKey, p.Body):
			return 0, 0, outbound.ErrAddressForbidden
		case p.ID == "7":
			return 410, 0, outbound.ErrNotDelivered
		}
		return 204, 0, nil
	}}
	_, stopOne := start(t, s, c)
	_, stopTwo := start(t, s, c)
	kinds := map[string]int{}
	for deadline := time.Now().Add(20 * time.Second); len(kinds) < many && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		clear(kinds)
		for _, f := range trail(t, s, client.Scope) {
			if f.Kind == audit.CallbackDelivered || f.Kind == audit.CallbackGivenUp {
				kinds[f.Subject+" "+f.Kind]++
			}
		}
	}
	stopOne()
	stopTwo()
	if len(kinds) != many || kinds["callback/7 "+audit.CallbackGivenUp] != 1 {
		t.Fatalf("the trail tells of %d", len(kinds))
	}
	for i := range many {
		if told[fmt.Sprint(i)] != 1 {
			t.Errorf("%d was told %d times", i, told[fmt.Sprint(i)])
		}
	}
	p := &callback.Purger{Work: s, Clock: system.Clock{}, Keep: -time.Minute}
	if n, err := p.Purge(t.Context()); err != nil || n != many {
		t.Errorf("%d were purged: %v", n, err)
	}
}

func trail(t *testing.T, s *sqlstore.Store, scope organization.Scope) (list []audit.Told) {
	t.Helper()
	err := s.View(t.Context(), func(ctx context.Context, r outbound.Reader) (err error) {
		list, err = r.Facts().List(ctx, scope, 0, 1000)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(list)
}
