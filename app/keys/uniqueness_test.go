package keys_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	accounts "github.com/eidgate/eidgate/app/account"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestANumberStaysTakenWhileKeysComeAndGo(t *testing.T) {
	r, scope := crowded(t)
	store := r.Rekeyer.(*sqlstore.Store)
	registrar := &accounts.Registrar{Work: store, Clock: system.Clock{}, IDs: system.IDs{}}
	register := func(name string, scope domain.Scope) error {
		_, err := registrar.Register(t.Context(), inbound.Registration{
			Scope: scope, Actor: "client/test", Country: identity.SE, SSN: "196802020575",
			Profile: account.Profile{FirstName: "Some", LastName: "One", Email: name + "@example.com"},
		})
		return err
	}
	taken := func(when string) {
		t.Helper()
		if err := register("again", scope); !errors.Is(err, account.ErrNumberUnusable) {
			t.Errorf("%s: got %v", when, err)
		}
		err := store.View(t.Context(), func(ctx context.Context, reader outbound.Reader) error {
			_, err := reader.Accounts().FindByEmail(ctx, scope, "FIRST@example.com")
			return err
		})
		if err != nil {
			t.Errorf("%s the account is not found: %v", when, err)
		}
	}
	if err := register("first", scope); err != nil {
		t.Fatal(err)
	}
	first := r.Keyring.Keys()[0].ID
	second, err := r.Keyring.Add()
	if err != nil {
		t.Fatal(err)
	}
	taken("with a key that does not seal yet")
	if err := r.Keyring.Activate(second); err != nil {
		t.Fatal(err)
	}
	taken("with a key that seals")

	var all sync.WaitGroup
	var mu sync.Mutex
	won := 0
	all.Go(func() {
		if _, err := r.Rotate(t.Context(), func(int) {}); err != nil {
			t.Error(err)
		}
	})
	sandbox := domain.Scope{Organization: scope.Organization, Environment: domain.Sandbox}
	for i := range 20 {
		all.Go(func() {
			if err := register(fmt.Sprintf("rival%d", i), sandbox); err == nil {
				mu.Lock()
				defer mu.Unlock()
				won++
			} else if !errors.Is(err, account.ErrNumberUnusable) {
				t.Errorf("a rival was told %v", err)
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d rivals won during the rotation", won)
	}
	taken("after the rotation")
	if _, err := r.Rotate(t.Context(), func(int) {}); err != nil {
		t.Fatal(err)
	}
	if err := r.Retire(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	taken("after the first key is gone")
	if err := r.Retire(t.Context(), first); !errors.Is(err, outbound.ErrNoKey) {
		t.Errorf("a key that is gone was retired again: %v", err)
	}
}

func TestAKeyThatNothingNeedsYetIsRetiredAtOnce(t *testing.T) {
	r, _ := crowded(t)
	spare, err := r.Keyring.Add()
	if err != nil {
		t.Fatal(err)
	}
	states, err := r.Status(t.Context())
	if err != nil || len(states) != 2 || !states[0].Active || states[1].ID != spare || states[1].Active || states[1].Needed != 0 {
		t.Errorf("the keys are %+v: %v", states, err)
	}
	if err := r.Retire(t.Context(), spare); err != nil || len(r.Keyring.Keys()) != 1 {
		t.Errorf("got %v", err)
	}
}
