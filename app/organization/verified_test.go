package organization

import (
	"strconv"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
)

func TestATokenIsRememberedForAsLongAsItsKeyIsPublishedAndUnderNoOther(t *testing.T) {
	var v verified[shown]
	one, two := []organization.SigningKey{{ID: "one"}}, []organization.SigningKey{{ID: "two"}, {ID: "one"}}
	v.keep("a.b.c", "one", shown{client: "c1"})
	for name, c := range map[string]struct {
		token, key string
		keys       []organization.SigningKey
		known      bool
	}{
		"as it was kept":    {"a.b.c", "one", one, true},
		"after a rotation":  {"a.b.c", "one", two, true},
		"without its key":   {"a.b.c", "one", two[:1], false},
		"without any key":   {"a.b.c", "one", nil, false},
		"under another key": {"a.b.c", "two", two, false},
		"another signature": {"a.b.d", "one", one, false},
		"nothing":           {"", "one", one, false},
	} {
		s, known := v.find(c.token, c.key, c.keys)
		if known != c.known || known && s.client != "c1" {
			t.Errorf("%s: known is %v", name, known)
		}
	}
}

func TestTheMemoryForTokensIsBounded(t *testing.T) {
	var v verified[shown]
	keys := []organization.SigningKey{{ID: "one"}}
	for i := range mostVerified + 10 {
		v.keep(strconv.Itoa(i), "one", shown{})
	}
	if len(v.kept) != mostVerified {
		t.Errorf("%d are remembered", len(v.kept))
	}
	if _, known := v.find(strconv.Itoa(mostVerified+9), "one", keys); !known {
		t.Error("the last one was forgotten at once")
	}
	long := strings.Repeat("a", mostToken+1)
	v.keep(long, "one", shown{})
	if _, known := v.find(long, "one", keys); known || len(v.kept) != mostVerified {
		t.Error("a token is remembered that is too long to be looked at")
	}
}
