package vault_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestADerivedSecretOutlivesEveryKey(t *testing.T) {
	path := create(t)
	v := open(t, path)
	secret := v.Derive("simulator")
	if len(secret) != 32 || bytes.Equal(secret, v.Derive("limits")) || bytes.Equal(secret, open(t, create(t)).Derive("simulator")) {
		t.Fatal("it is short, or the same for another purpose or keyring")
	}
	first := v.Newest()
	second, err := v.Add()
	if err == nil {
		err = errors.Join(v.Activate(second), v.Remove(first))
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(secret, open(t, path).Derive("simulator")) {
		t.Error("it changed with the keys")
	}
}

func TestAValueWhoseKeyIsGoneSaysWhichKeyIsMissing(t *testing.T) {
	v := open(t, create(t))
	place := outbound.Place{Record: "account/1"}
	sealed, id, err := v.Seal(t.Context(), place, []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(t, create(t)).Open(t.Context(), place, sealed)
	if cause := errors.Unwrap(err); cause == nil || !strings.Contains(cause.Error(), id) {
		t.Errorf("the operator reads %v", cause)
	}
}

func TestSealedBytesGrowByAboutAHundred(t *testing.T) {
	v := open(t, create(t))
	for _, n := range []int{0, 12, 1000} {
		sealed, _, err := v.Seal(t.Context(), outbound.Place{}, make([]byte, n))
		if err != nil {
			t.Fatal(err)
		}
		if grown := len(sealed) - n; grown > 130 {
			t.Errorf("%d bytes grew by %d", n, grown)
		}
	}
}

func prepared(b *testing.B) (*vault.Vault, outbound.Place, []byte) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "keys.json")
	if err := vault.Create(path, time.Now()); err != nil {
		b.Fatal(err)
	}
	v, err := vault.Open(path, vault.Options{})
	if err != nil {
		b.Fatal(err)
	}
	scope := organization.Scope{Organization: "019dc0de-0000-7000-8000-000000000001", Environment: organization.Production}
	return v, outbound.Place{Scope: scope, Record: "session/019dc0de-0000-7000-8000-000000000002", Field: "body"}, make([]byte, 400)
}

func BenchmarkSeal(b *testing.B) {
	v, place, clear := prepared(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := v.Seal(b.Context(), place, clear); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	v, place, clear := prepared(b)
	sealed, _, err := v.Seal(b.Context(), place, clear)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Open(b.Context(), place, sealed); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFingerprints(b *testing.B) {
	v, place, _ := prepared(b)
	number, err := identity.ParseCanonical(identity.SE, identity.KindPersonnummer, "191212121212")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.Of(b.Context(), place.Scope, number); err != nil {
			b.Fatal(err)
		}
	}
}
