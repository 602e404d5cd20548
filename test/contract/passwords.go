package contract

import (
	"context"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// TestPasswords holds an adapter to the promises of [outbound.Passwords].
func TestPasswords(t *testing.T, open func(t *testing.T) outbound.Passwords) {
	t.Run("the password that was hashed is right, and every other is wrong", func(t *testing.T) {
		p := open(t)
		encoded := hashed(t, p, "korrekt häst")
		for clear, want := range map[string]bool{
			"korrekt häst": true, "korrekt hast": false, "korrekt häst ": false, "Korrekt häst": false, "": false,
		} {
			if got, err := p.Verify(t.Context(), encoded, clear); err != nil || got != want {
				t.Errorf("%q: %v, %v", clear, got, err)
			}
		}
	})

	t.Run("a hash is argon2id, shows nothing of the password, and no two are alike", func(t *testing.T) {
		p := open(t)
		first, second := hashed(t, p, "hemligt"), hashed(t, p, "hemligt")
		if !strings.HasPrefix(first, "$argon2id$v=19$") || strings.Contains(first, "hemligt") || first == second {
			t.Errorf("got %s and %s", first, second)
		}
	})

	t.Run("what is no hash is an error and never a match", func(t *testing.T) {
		p := open(t)
		encoded := hashed(t, p, "hemligt")
		for _, broken := range []string{"", "hemligt", "$", encoded[1:], encoded + "$", encoded[:len(encoded)-1] + "!", "x" + encoded} {
			if ok, err := p.Verify(t.Context(), broken, "hemligt"); ok || err == nil {
				t.Errorf("%q: %v, %v", broken, ok, err)
			}
		}
	})

	t.Run("a turn that does not come in time is a passing failure", func(t *testing.T) {
		p := open(t)
		encoded := hashed(t, p, "hemligt")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 { // with turns to spare, too: nobody is there to read the answer
			if _, err := p.Hash(ctx, "hemligt"); err == nil || fault.Of(err).Kind() != fault.Unavailable {
				t.Errorf("hash: %v", err)
			}
			if ok, err := p.Verify(ctx, encoded, "hemligt"); ok || err == nil || fault.Of(err).Kind() != fault.Unavailable {
				t.Errorf("verify: %v, %v", ok, err)
			}
		}
	})
}

func hashed(t *testing.T, p outbound.Passwords, clear string) string {
	t.Helper()
	encoded, err := p.Hash(t.Context(), clear)
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}
