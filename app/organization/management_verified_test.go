package organization_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// tally counts how often a token is verified.
type tally struct {
	outbound.Signer
	verified atomic.Int64
}

func (s *tally) Verify(token string, keys []domain.SigningKey) (map[string]any, error) {
	s.verified.Add(1)
	return s.Signer.Verify(token, keys)
}

func TestATokenIsVerifiedOnceAndItsLifeIsLookedAtEachTime(t *testing.T) {
	b := newBureau(t)
	_, token := b.token(t, b.root, domain.Sandbox, nil, nil)
	signer := &tally{Signer: b.management.Signer}
	b.management.Signer = signer
	admit := func(token, scope string) error {
		_, err := b.management.Admit(t.Context(), token, scope, domain.Target{Domain: "acme-ab"})
		return err
	}
	for range 3 {
		if err := admit(token, "read:users"); err != nil {
			t.Fatal(err)
		}
	}
	if n := signer.verified.Load(); n != 1 {
		t.Errorf("it was verified %d times", n)
	}
	for range 2 {
		if err := admit(token[:len(token)-4]+"AAAA", "read:users"); !errors.Is(err, domain.ErrManagementToken) {
			t.Errorf("with another signature: got %v", err)
		}
	}
	if n := signer.verified.Load(); n != 3 {
		t.Errorf("what was refused is believed to be known: %d", n)
	}
	b.clock.Advance(time.Hour)
	if err := admit(token, "read:users"); !errors.Is(err, domain.ErrManagementToken) {
		t.Errorf("after its last second: got %v", err)
	}
}
