package contract

import (
	"errors"
	"slices"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Keys is one set of keys, seen through all three ports that work with it.
type Keys interface {
	outbound.Keyring
	outbound.Sealer
	outbound.Fingerprints
}

// TestKeyring holds a keyring to the promises of [outbound.Keyring], and to what changing keys means for what is
// sealed and fingerprinted with them. Each call of open gives a new keyring with one key.
func TestKeyring(t *testing.T, open func(t *testing.T) Keys) {
	scope := organization.Scope{Organization: "acme", Environment: organization.Production}
	place := outbound.Place{Scope: scope, Record: "account/12", Field: "number"}
	number := canonical(t, identity.SE, identity.KindPersonnummer, "191212121212")

	t.Run("a new keyring has one key, and it seals", func(t *testing.T) {
		k := open(t)
		if keys := k.Keys(); len(keys) != 1 || !keys[0].Active || keys[0].ID != k.Newest() {
			t.Errorf("got %v, sealing with %s", keys, k.Newest())
		}
	})

	t.Run("an added key is read with and seals nothing", func(t *testing.T) {
		k := open(t)
		first := k.Newest()
		second := add(t, k)
		if want := []outbound.Key{{ID: first, Active: true}, {ID: second}}; !slices.Equal(k.Keys(), want) {
			t.Errorf("got %v, want %v", k.Keys(), want)
		}
		if _, key, err := k.Seal(t.Context(), place, nil); err != nil || key != first {
			t.Errorf("sealed with %s, %v", key, err)
		}
	})

	t.Run("an activated key seals, and the former still opens", func(t *testing.T) {
		k := open(t)
		first := k.Newest()
		old := seal(t, k, place, []byte("secret"))
		second := add(t, k)
		activate(t, k, second)
		if want := []outbound.Key{{ID: first}, {ID: second, Active: true}}; !slices.Equal(k.Keys(), want) || k.Newest() != second {
			t.Errorf("got %v, sealing with %s", k.Keys(), k.Newest())
		}
		if clear, err := k.Open(t.Context(), place, old); err != nil || string(clear) != "secret" {
			t.Errorf("opened %d bytes, %v", len(clear), err)
		}
		activate(t, k, second) // once more changes nothing
		activate(t, k, first)
		if k.Newest() != first {
			t.Errorf("back to %s, sealing with %s", first, k.Newest())
		}
	})

	t.Run("there is a fingerprint under every key, the active one's first, then newest to oldest", func(t *testing.T) {
		k := open(t)
		first := k.Newest()
		before := ofNumber(t, k, scope, number)
		second, third := add(t, k), add(t, k)
		under(t, k, scope, number, first, third, second)
		activate(t, k, third)
		after := under(t, k, scope, number, third, second, first)
		if before[0] != after[2] {
			t.Error("the first key's fingerprint has changed")
		}
		if after[0].Sum == after[1].Sum || after[1].Sum == after[2].Sum {
			t.Error("different keys gave the same fingerprint")
		}
	})

	t.Run("what a removed key sealed is lost, and nothing else", func(t *testing.T) {
		k := open(t)
		first := k.Newest()
		lost := seal(t, k, place, []byte("secret"))
		second := add(t, k)
		activate(t, k, second)
		kept := seal(t, k, place, []byte("secret"))
		if err := k.Remove(first); err != nil {
			t.Fatal(err)
		}
		broken(t, k, place, lost)
		if clear, err := k.Open(t.Context(), place, kept); err != nil || string(clear) != "secret" {
			t.Errorf("opened %d bytes, %v", len(clear), err)
		}
		under(t, k, scope, number, second)
	})

	t.Run("the active key cannot be removed", func(t *testing.T) {
		k := open(t)
		if err := k.Remove(k.Newest()); !errors.Is(err, outbound.ErrKeyNeeded) || len(k.Keys()) != 1 {
			t.Errorf("got %v, and %d keys", err, len(k.Keys()))
		}
	})

	t.Run("a key that is not there cannot be activated or removed", func(t *testing.T) {
		k := open(t)
		for _, id := range []string{"", "k9-00000000", k.Newest() + "x"} {
			if err := k.Activate(id); !errors.Is(err, outbound.ErrNoKey) {
				t.Errorf("activate: %v", err)
			}
			if err := k.Remove(id); !errors.Is(err, outbound.ErrNoKey) {
				t.Errorf("remove: %v", err)
			}
		}
		if keys := k.Keys(); len(keys) != 1 || !keys[0].Active {
			t.Errorf("left with %v", keys)
		}
	})

	t.Run("no id is used twice, whatever was removed", func(t *testing.T) {
		k := open(t)
		seen := map[string]bool{k.Newest(): true}
		for range 5 {
			id := add(t, k)
			if seen[id] {
				t.Fatalf("%s again", id)
			}
			seen[id] = true
			if err := k.Remove(id); err != nil {
				t.Fatal(err)
			}
		}
	})

	t.Run("the list is the caller's own", func(t *testing.T) {
		k := open(t)
		k.Keys()[0].Active = false
		if !k.Keys()[0].Active {
			t.Error("a change to the list changed the keyring")
		}
	})
}

func add(t *testing.T, k outbound.Keyring) string {
	t.Helper()
	id, err := k.Add()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func activate(t *testing.T, k outbound.Keyring, id string) {
	t.Helper()
	if err := k.Activate(id); err != nil {
		t.Fatal(err)
	}
}

// under expects one fingerprint under each of the keys, in this order.
func under(t *testing.T, f outbound.Fingerprints, s organization.Scope, n identity.Number, keys ...string) []identity.Fingerprint {
	t.Helper()
	prints := ofNumber(t, f, s, n)
	got := make([]string, len(prints))
	for i, p := range prints {
		got[i] = p.Key
	}
	if !slices.Equal(got, keys) {
		t.Fatalf("fingerprints under %v, want %v", got, keys)
	}
	return prints
}
