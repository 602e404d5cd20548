package keys_test

import (
	"context"
	"errors"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/keys"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/identity"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/database"
)

// crowd is more accounts than one step of a rotation moves.
const crowd = 450

func TestARotationThatIsInterruptedGoesOnWhereItStopped(t *testing.T) {
	r, scope := crowded(t)
	first := r.Keyring.Keys()[0].ID
	second, err := r.Keyring.Add()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Keyring.Activate(second); err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	moved, err := r.Rotate(ctx, func(int) { cancel() })
	if err == nil || moved == 0 || moved >= crowd {
		t.Fatalf("the interrupted rotation moved %d: %v", moved, err)
	}
	if err := r.Retire(t.Context(), first); !errors.Is(err, outbound.ErrKeyNeeded) {
		t.Errorf("the first key was retired too early: %v", err)
	}
	rest, err := r.Rotate(t.Context(), func(int) {})
	if err != nil || moved+rest < crowd || rest >= crowd {
		t.Fatalf("the rotation then moved %d of %d: %v", rest, crowd, err)
	}
	if again, err := r.Rotate(t.Context(), func(int) {}); err != nil || again != 0 {
		t.Errorf("a rotation with nothing to do moved %d: %v", again, err)
	}
	if err := r.Retire(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	states, err := r.Status(t.Context())
	if err != nil || len(states) != 1 || states[0].ID != second || !states[0].Active || states[0].Needed < crowd {
		t.Errorf("the keys are %+v: %v", states, err)
	}
	err = r.Rekeyer.(*sqlstore.Store).View(t.Context(), func(ctx context.Context, reader outbound.Reader) error {
		_, total, err := reader.Accounts().List(ctx, scope, outbound.Page{Limit: crowd})
		if total != crowd {
			t.Errorf("%d accounts are left", total)
		}
		return err
	})
	if err != nil {
		t.Errorf("the accounts cannot be read with the second key alone: %v", err)
	}
}

func TestTheKeyThatSealsIsNotRetired(t *testing.T) {
	r, _ := crowded(t)
	if err := r.Retire(t.Context(), r.Keyring.Keys()[0].ID); !errors.Is(err, outbound.ErrKeyNeeded) {
		t.Errorf("got %v", err)
	}
	if err := r.Retire(t.Context(), "nothing"); !errors.Is(err, outbound.ErrNoKey) {
		t.Errorf("got %v", err)
	}
	if states, err := r.Status(t.Context()); err != nil || len(states) != 1 || states[0].Needed < crowd {
		t.Errorf("the keys are %+v: %v", states, err)
	}
}

// crowded gives the keys of a database with many accounts.
func crowded(t *testing.T) (*keys.Rotation, domain.Scope) {
	t.Helper()
	store, ring := database.Open(t, database.SQLite(t), system.Clock{})
	registry := &organization.Registry{Work: store, Clock: system.Clock{}, IDs: system.IDs{}, Random: system.Random{}}
	o, err := registry.Found(t.Context(), "Acme", nil)
	if err != nil {
		t.Fatal(err)
	}
	err = store.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		for i := range crowd {
			a, _, err := account.Register(account.Registration{
				ID: int64(i) + 1, Scope: o.Scope(domain.Production), Country: identity.SE, Actor: "system",
				Profile: account.Profile{FirstName: "A", LastName: "B", Phone: "+46701234567"},
			}, system.Clock{}.Now())
			if err != nil {
				return err
			}
			if err := tx.Accounts().Save(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &keys.Rotation{Keyring: ring, Rekeyer: store}, o.Scope(domain.Production)
}
