package provider_test

import (
	"testing"

	"github.com/eidgate/eidgate/adapters/provider"
)

func TestABrowserIsSentNowhereLessSafeThanTheAPI(t *testing.T) {
	for _, c := range []struct {
		base, address string
		trusted       bool
	}{
		{"https://api.example", "https://login.example/a?b=c", true}, {"https://api.example", "http://login.example/", false},
		{"https://api.example", "http://127.0.0.1/", false}, {"http://127.0.0.1:1", "http://127.0.0.1:2/", true}, {"http://localhost", "http://[::1]/", true},
		{"http://127.0.0.1:1", "http://login.example/", false}, {"https://api.example", "https://user@login.example/", false},
		{"https://api.example", "javascript:alert(1)", false}, {"https://api.example", "https:///path", false}, {"https://api.example", "", false},
	} {
		if got := provider.Trusts(c.base, c.address); got != c.trusted {
			t.Errorf("%s from %s: got %v", c.address, c.base, got)
		}
	}
}

func TestABaseIsNothingButASchemeAHostAndAPath(t *testing.T) {
	for address, good := range map[string]bool{
		"https://api.example": true, "https://api.example/auth/rest": true, "https://api.example/": false, "https://u@api.example": false,
		"https://api.example?a": false, "https://api.example#a": false, "api.example": false, "": false,
	} {
		if _, ok := provider.BaseAddress(address); ok != good {
			t.Errorf("%q: got %v", address, ok)
		}
	}
}

func TestAChallengeNamesItsParameters(t *testing.T) {
	c := provider.ChallengeAt("https://login.example/go?a=1&b=%26")
	if c.URL != "https://login.example/go?a=1&b=%26" || c.Action != "https://login.example/go" || c.Params["a"] != "1" || c.Params["b"] != "&" || len(c.Params) != 2 {
		t.Errorf("got %v at %s", c.Params, c.Action)
	}
}
