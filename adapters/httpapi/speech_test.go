package httpapi_test

import (
	"slices"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

func TestANameThatSomebodyGaveItselfFillsNothing(t *testing.T) {
	s := httpapi.NewSpeech("en", httpapi.Dictionary{"all": "{who} asks {whom} {n} times.", "none": "Nothing."},
		map[string]string{"{who}": "{n} & {whom}", "{whom}": ""}, "{n}", "two")
	spans, err := s.Spell("all")
	want := []httpapi.Span{{Name: true, Text: "{n} & {whom}"}, {Text: " asks "}, {Name: true}, {Text: " two times."}}
	if err != nil || !slices.Equal(spans, want) {
		t.Errorf("got %+v, %v", spans, err)
	}
	if spans, err := s.Spell("none"); err != nil || len(spans) != 1 {
		t.Errorf("a sentence without names has %d pieces, %v", len(spans), err)
	}
	if _, err := s.Spell("unknown"); err == nil {
		t.Error("a key that there is not is spelled")
	}
}

func TestEveryLanguageIsOfferedAndOneIsHere(t *testing.T) {
	all := httpapi.Tongues("nb", func(code string) string { return "?lang=" + code })
	if len(all) != len(httpapi.Languages()) {
		t.Errorf("%d languages are offered", len(all))
	}
	for _, n := range all {
		if n.Here != (n.Code == "nb") || n.Href != "?lang="+n.Code || n.Name == "" {
			t.Errorf("%s is offered as %+v", n.Code, n)
		}
	}
}
