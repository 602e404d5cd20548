package surface

import (
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// CheckWords fails the test unless the dictionaries are those of the languages that people are offered, each with a word of
// its own for everything that English has a word for, and no others. The word for one of the shared may be the English one.
func CheckWords(t testing.TB, dictionaries map[string]httpapi.Dictionary, shared ...string) {
	t.Helper()
	english := dictionaries["en"]
	for code, words := range dictionaries {
		for key, text := range english {
			if strings.TrimSpace(words[key]) == "" {
				t.Errorf("%s has no word for %s", code, key)
			}
			if code != "en" && words[key] == text && !slices.Contains(shared, key) {
				t.Errorf("%s says %s in English", code, key)
			}
		}
		for key := range words {
			if english[key] == "" {
				t.Errorf("%s alone has the word %s", code, key)
			}
		}
	}
	for _, l := range httpapi.Languages() {
		if dictionaries[l.Code] == nil {
			t.Errorf("people are offered %s, which nobody speaks", l.Code)
		}
	}
	if len(httpapi.Languages()) != len(dictionaries) {
		t.Error("a language is not offered")
	}
}
