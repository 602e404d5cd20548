package organization_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/eidgate/eidgate/domain/organization"
)

// connectionID is what clients hold an identifier of a connection against.
var connectionID = regexp.MustCompile(`^[a-z0-9_]+_[23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz]{22}$`)

func TestShortIdentifiersAreSpelledAsOtherLibrariesDo(t *testing.T) {
	for id, want := range map[string]string{
		"00000000-0000-0000-0000-000000000000": "2222222222222222222222",
		"00000000-0000-0000-0000-000000000001": "2222222222222222222223",
		"00000000-0000-0000-0000-000000000039": "2222222222222222222232", // 57
		"ffffffff-ffff-ffff-ffff-ffffffffffff": "oZEq7ovRbLq6UnGMPwc8B5",
		"3b1f8b40-222c-4a6e-b77e-779d5a94e21c": "CXc85b4rqinB7s5J52TRYb",
	} {
		if got := organization.ConnectionID("acme", id); got != "acme_"+want {
			t.Errorf("%s is spelled %s", id, got)
		}
	}
}

func TestTwoUUIDsAreNeverSpelledAlike(t *testing.T) {
	seen := map[string]bool{}
	for range 2000 {
		id := organization.ConnectionID("acme", uuid.NewString())
		if !connectionID.MatchString(id) || seen[id] {
			t.Fatalf("%s is no identifier, or is twice", id)
		}
		seen[id] = true
	}
}

func TestAnIdentifierOfAnotherFormStillHasAName(t *testing.T) {
	one, other := organization.ConnectionID("acme", "no UUID"), organization.ConnectionID("acme", "no uuid")
	if one == other || !connectionID.MatchString(one) || strings.Contains(one, " ") {
		t.Errorf("they are called %q and %q", one, other)
	}
}
