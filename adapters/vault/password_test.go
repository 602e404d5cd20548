package vault_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/vault"
)

// The hash is of the test vectors that the reference implementation of argon2 is published with.
const foreign = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

func TestAHashOfAnotherImplementationIsUnderstood(t *testing.T) {
	p := vault.NewPasswords(1)
	for clear, want := range map[string]bool{"password": true, "passwore": false} {
		if got, err := p.Verify(t.Context(), foreign, clear); err != nil || got != want {
			t.Errorf("%q: %v, %v", clear, got, err)
		}
	}
}

func TestAHashCostsWhatItShould(t *testing.T) {
	encoded, err := vault.NewPasswords(1).Hash(t.Context(), "hemligt")
	if err != nil || !strings.HasPrefix(encoded, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("got %s, %v", encoded, err)
	}
}

func TestAbsurdHashesAreRefusedBeforeAnyWorkIsDone(t *testing.T) {
	p := vault.NewPasswords(1)
	late, cancel := context.WithCancel(t.Context())
	cancel() // so that work could not begin
	for name, change := range map[string][2]string{
		"4 TiB of memory":       {"m=65536", "m=4294967295"},
		"a little too much":     {"m=65536", "m=65537"},
		"no memory":             {"m=65536", "m=0"},
		"a million passes":      {"t=2", "t=1000000"},
		"no passes":             {"t=2", "t=0"},
		"no lanes":              {"p=1", "p=0"},
		"too many lanes":        {"p=1", "p=255"},
		"more lanes than bytes": {"p=1", "p=256"},
		"a negative cost":       {"t=2", "t=-2"},
		"a signed cost":         {"t=2", "t=+2"},
		"a padded cost":         {"t=2", "t=02"},
		"an old version":        {"v=19", "v=16"},
		"another variety":       {"argon2id", "argon2i"},
		"another hash":          {"argon2id", "scrypt"},
		"no salt":               {"c29tZXNhbHQ", ""},
		"a short salt":          {"c29tZXNhbHQ", "c29t"},
		"a long salt":           {"c29tZXNhbHQ", strings.Repeat("c29tZXNhbHQ", 20)},
		"a padded salt":         {"c29tZXNhbHQ", "c29tZXNhbHQ="},
		"loose bits":            {"c29tZXNhbHQ", "c29tZXNhbHR"},
		"no sum":                {"CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", ""},
		"a short sum":           {"CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "CTFhFdXP"},
		"more parameters":       {"p=1", "p=1,keyid=x"},
		"a part too many":       {"p=1", "p=1$"},
		"something before":      {"$argon2id", "x$argon2id"},
	} {
		encoded := strings.Replace(foreign, change[0], change[1], 1)
		if encoded == foreign {
			t.Fatalf("%s: nothing was changed", name)
		}
		if ok, err := p.Verify(late, encoded, "password"); ok || !errors.Is(err, vault.ErrPasswordHash) {
			t.Errorf("%s: %v, %v", name, ok, err)
		}
	}
}

func TestAPasswordWaitsForItsTurnAsLongAsItMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := vault.NewPasswords(2)
		give := vault.Occupy(p)
		if _, err := p.Hash(t.Context(), "one turn is left"); err != nil {
			t.Fatal(err)
		}
		vault.Occupy(p)
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := p.Hash(ctx, "no turn is left"); !errors.Is(err, vault.ErrPasswordQueue) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(began); waited != time.Second {
			t.Errorf("gave up after %v", waited)
		}
		time.AfterFunc(time.Minute, give)
		if _, err := p.Hash(t.Context(), "a turn comes"); err != nil {
			t.Error(err)
		}
	})
}

func BenchmarkHash(b *testing.B) {
	p := vault.NewPasswords(2)
	for b.Loop() {
		if _, err := p.Hash(b.Context(), "hemligt"); err != nil {
			b.Fatal(err)
		}
	}
}
