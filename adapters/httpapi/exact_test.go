package httpapi

import (
	"slices"
	"testing"
)

func TestExactReadersConvertNothing(t *testing.T) {
	members, err := scan(`{"text":"a\u00e5","flag":true,"off":false,"whole":-7,"list":["x","\u00e5",""],"none":[],"null":null,` +
		`"digits":"1","one":1,"half":1.0,"power":1e2,"huge":9223372036854775808,"mixed":["x",1],"hole":["x",null],"nested":[["x"]],"object":{}}`)
	if err != nil {
		t.Fatal(err)
	}
	b := &Body{members: members}
	if text, there := b.ExactText("text"); !there || text != "aå" {
		t.Error("text")
	}
	if on, there := b.ExactFlag("flag"); !there || !on {
		t.Error("flag")
	}
	if on, there := b.ExactFlag("off"); !there || on {
		t.Error("off")
	}
	if n, there := b.ExactWhole("whole"); !there || n != -7 {
		t.Error("whole")
	}
	if list, there := b.ExactTexts("list"); !there || !slices.Equal(list, []string{"x", "å", ""}) {
		t.Error("list", list)
	}
	if list, there := b.ExactTexts("none"); !there || len(list) != 0 {
		t.Error("empty list", list)
	}
	if !b.Has("null") || b.Has("missing") {
		t.Error("has")
	}
	for _, missing := range []func() bool{
		func() bool { _, there := b.ExactText("missing"); return there },
		func() bool { _, there := b.ExactFlag("missing"); return there },
		func() bool { _, there := b.ExactWhole("missing"); return there },
		func() bool { _, there := b.ExactTexts("missing"); return there },
	} {
		if missing() || b.Err() != nil {
			t.Error("a missing member is there, or is a mistake")
		}
	}
	for reader, wrong := range map[string][]string{
		"text":  {"null", "one", "flag", "list", "object"},
		"flag":  {"null", "one", "digits", "text", "list"},
		"whole": {"null", "digits", "half", "power", "huge", "flag", "list"},
		"list":  {"null", "text", "mixed", "hole", "nested", "object", "flag"},
	} {
		for _, name := range wrong {
			var there bool
			before := len(b.violations)
			switch reader {
			case "text":
				_, there = b.ExactText(name)
			case "flag":
				_, there = b.ExactFlag(name)
			case "whole":
				_, there = b.ExactWhole(name)
			case "list":
				_, there = b.ExactTexts(name)
			}
			if there || len(b.violations) != before+1 || b.violations[before].Field != name {
				t.Errorf("%s reads %s", reader, name)
			}
		}
	}
}
