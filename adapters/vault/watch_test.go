package vault_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// watched runs body beside a vault that watches its keyring, with what it reports.
func watched(t *testing.T, body func(v *vault.Vault, path string, reports func() []error)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		path := create(t)
		v := open(t, path)
		var (
			mutex    sync.Mutex
			reported []error
		)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go v.Watch(ctx, func(err error) {
			mutex.Lock()
			defer mutex.Unlock()
			reported = append(reported, err)
		})
		body(v, path, func() []error {
			time.Sleep(1500 * time.Millisecond)
			synctest.Wait()
			mutex.Lock()
			defer mutex.Unlock()
			said := reported
			reported = nil
			return said
		})
	})
}

func TestAKeyAddedByAnotherProcessIsKnownWithinMoments(t *testing.T) {
	watched(t, func(v *vault.Vault, path string, reports func() []error) {
		if said := reports(); len(said) != 0 {
			t.Errorf("nothing has changed, yet it reports %v", said)
		}
		other := open(t, path)
		id, err := other.Add()
		if err != nil {
			t.Fatal(err)
		}
		if said := reports(); len(said) != 1 || said[0] != nil {
			t.Errorf("reported %v", said)
		}
		if ids := v.KnownIDs(); !slices.Contains(ids, id) {
			t.Errorf("knows %v, not %s", ids, id)
		}
		if err := other.Activate(id); err != nil {
			t.Fatal(err)
		}
		place := outbound.Place{Record: "account/1"}
		sealed, _, err := other.Seal(t.Context(), place, []byte("secret"))
		if err != nil {
			t.Fatal(err)
		}
		// It knows the key already, so it opens before it has heard that the key is active.
		if clear, err := v.Open(t.Context(), place, sealed); err != nil || string(clear) != "secret" {
			t.Errorf("opened %d bytes, %v", len(clear), err)
		}
		reports()
		if v.Newest() != id {
			t.Errorf("seals with %s, not %s", v.Newest(), id)
		}
		if said := reports(); len(said) != 0 {
			t.Errorf("nothing has changed since, yet it reports %v", said)
		}
	})
}

func TestAValueUnderAKeyThatWasAddedAMomentAgoOpens(t *testing.T) {
	path := create(t)
	v, other := open(t, path), open(t, path)
	id, err := other.Add()
	if err == nil {
		err = other.Activate(id)
	}
	if err != nil {
		t.Fatal(err)
	}
	sealed, _, err := other.Seal(t.Context(), outbound.Place{}, []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if clear, err := v.Open(t.Context(), outbound.Place{}, sealed); err != nil || string(clear) != "secret" {
		t.Errorf("opened %d bytes, %v", len(clear), err)
	}
}

func TestABrokenKeyringLeavesTheKeysAsTheyWereAndIsReportedOnce(t *testing.T) {
	watched(t, func(v *vault.Vault, path string, reports func() []error) {
		good, id := content(t, path), v.Newest()
		write := func(text string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		write(good[:100])
		if said := reports(); len(said) != 1 || !errors.Is(said[0], vault.ErrMalformed) {
			t.Errorf("broken: reported %v", said)
		}
		if said := reports(); len(said) != 0 {
			t.Errorf("still broken: reported %v", said)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if said := reports(); len(said) != 1 || !errors.Is(said[0], fs.ErrNotExist) {
			t.Errorf("missing: reported %v", said)
		}
		if v.Newest() != id {
			t.Error("the keys are gone")
		}
		write(good)
		if said := reports(); len(said) != 1 || said[0] != nil {
			t.Errorf("mended: reported %v", said)
		}
		chmod(t, path, 0o644)
		if said := reports(); len(said) != 1 || !errors.Is(said[0], vault.ErrRights) {
			t.Errorf("opened to others: reported %v", said)
		}
		if v.Newest() != id {
			t.Error("the keys are gone")
		}
	})
}

func TestItWorksWhileTheKeysChange(t *testing.T) {
	path := create(t)
	v, other := open(t, path), open(t, path)
	scope := organization.Scope{Organization: "acme", Environment: organization.Production}
	number, err := identity.ParseCanonical(identity.SE, identity.KindPersonnummer, "191212121212")
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i := range 300 {
				place := outbound.Place{Scope: scope, Record: "account/1", Field: string(rune('a' + i%26))}
				sealed, _, err := v.Seal(t.Context(), place, []byte("secret"))
				if err != nil {
					t.Error(err)
				}
				if clear, err := v.Open(t.Context(), place, sealed); err != nil || string(clear) != "secret" {
					t.Errorf("opened %d bytes, %v", len(clear), err)
				}
				prints, err := v.Of(t.Context(), scope, number)
				if err != nil || len(prints) == 0 {
					t.Errorf("%d fingerprints, %v", len(prints), err)
				}
			}
		})
	}
	first, _ := v.Of(t.Context(), scope, number)
	for range 10 {
		id, err := other.Add()
		if err == nil {
			err = other.Activate(id)
		}
		if err == nil {
			err = v.Reload()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	group.Wait()
	last, _ := v.Of(t.Context(), scope, number)
	if len(last) != 11 || last[10] != first[0] {
		t.Errorf("%d fingerprints, and the first key's is another", len(last))
	}
}
