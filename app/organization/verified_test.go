package organization

import (
	"strconv"
	"strings"
	"testing"
)

func TestATokenIsRememberedWithTheKeyThatSignedIt(t *testing.T) {
	var v verified[shown]
	if _, _, known := v.find("a.b.c"); known {
		t.Error("a token is known that was never shown")
	}
	v.keep("a.b.c", "one", shown{client: "c1"})
	if s, key, known := v.find("a.b.c"); !known || key != "one" || s.client != "c1" {
		t.Errorf("known is %v, by the key %q", known, key)
	}
	for name, token := range map[string]string{"another signature": "a.b.d", "nothing": ""} {
		if _, _, known := v.find(token); known {
			t.Errorf("%s is known", name)
		}
	}
}

func TestTheMemoryForTokensIsBounded(t *testing.T) {
	var v verified[shown]
	for i := range mostVerified + 10 {
		v.keep(strconv.Itoa(i), "one", shown{})
	}
	if len(v.kept) != mostVerified {
		t.Errorf("%d are remembered", len(v.kept))
	}
	if _, _, known := v.find(strconv.Itoa(mostVerified + 9)); !known {
		t.Error("the last one was forgotten at once")
	}
	long := strings.Repeat("a", mostToken+1)
	v.keep(long, "one", shown{})
	if _, _, known := v.find(long); known || len(v.kept) != mostVerified {
		t.Error("a token is remembered that is too long to be looked at")
	}
}
