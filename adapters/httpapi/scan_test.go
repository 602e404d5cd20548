package httpapi

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/fault"
)

func TestOnlyUnambiguousObjectsAreRead(t *testing.T) {
	for text, want := range map[string]*fault.Fault{
		`{}`: nil, " \t\r\n{ } \n": nil, `{"a":1,"b":[1,{"a":[]}],"c":{"a":1,"b":2},"d":-0.5e+10,"e":null,"f":true,"g":false}`: nil,
		`{"a":"\"\\\/\b\f\n\r\tå\u00e5\ud83d\ude00"}`: nil, `{"":1}`: nil, `{"a":0}`: nil, `{"a":"�"}`: nil, `{"a":"\ufffd"}`: nil,
		``: ErrJSON, ` `: ErrJSON, `{`: ErrJSON, `{"a"}`: ErrJSON, `{"a":}`: ErrJSON, `{"a":1,}`: ErrJSON, `{,}`: ErrJSON, `{"a":1 "b":2}`: ErrJSON,
		`{} x`: ErrJSON, `{}{}`: ErrJSON, `{"a":01}`: ErrJSON, `{"a":+1}`: ErrJSON, `{"a":.5}`: ErrJSON, `{"a":1.}`: ErrJSON, `{"a":1e}`: ErrJSON, `{"a":-}`: ErrJSON,
		`{"a":tru}`: ErrJSON, `{"a":True}`: ErrJSON, `{"a":truex}`: ErrJSON, `{a:1}`: ErrJSON, `{'a':1}`: ErrJSON, `{"a":"` + "\n" + `"}`: ErrJSON,
		`{"a":"\x"}`: ErrJSON, `{"a":"\u12"}`: ErrJSON, `{"a":"\u12G4"}`: ErrJSON, `{"a":"x`: ErrJSON, `{"a":"\`: ErrJSON, `{"a":[1,]}`: ErrJSON, `{"a":[1 2]}`: ErrJSON, `{"a":[`: ErrJSON,
		"\xef\xbb\xbf{}": ErrJSON, `nope`: ErrJSON, `{"a":1}` + "\x00": ErrJSON,
		`[]`: ErrNotObject, `1`: ErrNotObject, `"x"`: ErrNotObject, `null`: ErrNotObject, `true`: ErrNotObject,
		`{"a":1,"a":1}`: ErrTwice, `{"a":1,"\u0061":1}`: ErrTwice, `{"x":{"a":1,"a":2}}`: ErrTwice, `{"x":[{"a":1,"a":2}]}`: ErrTwice,
		`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"a":1}`: ErrTwice, `{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1,"j":1}`: ErrTwice,
		strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32): nil, strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33): ErrDeep,
		`{"a":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}`: nil, `{"a":` + strings.Repeat("[", 100000): ErrDeep,
		`{"a":"\u0000"}`: ErrUnicode, "{\"a\":\"\x00\"}": ErrUnicode, "{\"a\":\"\xff\"}": ErrUnicode, `{"a":"\ud800"}`: ErrUnicode, `{"a":"\ud800\u0041"}`: ErrUnicode,
		`{"a":"\udc00\ud800"}`: ErrUnicode, `{"\u0000":1}`: ErrUnicode, `{"a":"b\n` + "\x00" + `"}`: ErrUnicode,
	} {
		_, err := scan(text)
		if want == nil && err != nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%.80q: %v, want %v", text, err, want)
		}
		if want != nil && !Malformed(want) {
			t.Errorf("%s is no form of malformed", want.Code())
		}
	}
}

func body(t *testing.T, text string) *Body {
	t.Helper()
	members, err := scan(text)
	if err != nil {
		t.Fatal(text, err)
	}
	return &Body{members: members}
}

func show(b *Body) string {
	err := b.Err()
	if err == nil {
		return ""
	}
	var parts []string
	for _, v := range fault.Of(err).Violations() {
		parts = append(parts, v.Field+" "+v.Code)
	}
	return strings.Join(parts, ", ")
}

func TestMembersAreReadByTheirTypeAndAllMistakesAreTold(t *testing.T) {
	b := body(t, `{"text":"x","empty":"","blank":" ","null":null,"number":7,"list":[],"map":{},"yes":true}`)
	if b.Text("text") != "x" || b.Text("empty") != "" || b.Text("null") != "" || b.Text("missing") != "" || b.Required("text") != "x" || show(b) != "" {
		t.Error("texts:", show(b))
	}
	if c := b.Change("text"); c == nil || *c != "x" {
		t.Error("change:", c)
	}
	if c := b.Change("null"); c == nil || *c != "" {
		t.Error("null clears:", c)
	}
	if c := b.Change("missing"); c != nil {
		t.Error("what is missing is no change:", *c)
	}
	for _, name := range []string{"number", "list", "map", "yes"} {
		b.Text(name)
	}
	for _, name := range []string{"empty", "blank", "null", "missing", "number"} {
		b.Required(name)
	}
	want := "number not_a_string, list not_a_string, map not_a_string, yes not_a_string, empty required, blank required, null required, missing required, number not_a_string"
	if got := show(b); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestBooleansAreReadInEverySpellingThatPartnersUse(t *testing.T) {
	for spelling, want := range map[string]bool{`true`: true, `1`: true, `"1"`: true, `"true"`: true, `false`: false, `0`: false, `"0"`: false, `"false"`: false} {
		b := body(t, `{"x":`+spelling+`}`)
		if got := b.Flag("x"); got == nil || *got != want || show(b) != "" {
			t.Errorf("%s: %v %s", spelling, got, show(b))
		}
	}
	for _, spelling := range []string{`2`, `-1`, `1.0`, `"yes"`, `""`, `"TRUE"`, `[]`, `{}`, `"null"`} {
		b := body(t, `{"x":`+spelling+`}`)
		if got := b.Flag("x"); got != nil || show(b) != "x not_a_boolean" {
			t.Errorf("%s: %v %s", spelling, got, show(b))
		}
	}
	for _, b := range []*Body{body(t, `{"x":null}`), body(t, `{}`)} {
		if b.Flag("x") != nil || show(b) != "" {
			t.Error("absent:", show(b))
		}
	}
}

func TestWholeNumbersAreReadExactly(t *testing.T) {
	for spelling, want := range map[string]int64{`1`: 1, `"12"`: 12, `-3`: -3, `9007199254740993`: 9007199254740993} {
		b := body(t, `{"x":`+spelling+`}`)
		if got := b.Whole("x"); got == nil || *got != want || show(b) != "" {
			t.Errorf("%s: %v %s", spelling, got, show(b))
		}
	}
	for _, spelling := range []string{`1.0`, `1e3`, `"x"`, `""`, `true`, `[]`, `9223372036854775808`, `"+1"`, `" 1"`} {
		b := body(t, `{"x":`+spelling+`}`)
		if got := b.Whole("x"); got != nil || show(b) != "x not_an_integer" {
			t.Errorf("%s: %v %s", spelling, got, show(b))
		}
	}
}

// FuzzScan holds the reader against the standard library's: what it takes is JSON there too, with the same strings
// in it, and what it refuses as malformed is none there.
func FuzzScan(f *testing.F) {
	for _, seed := range []string{`{"a":"b","c":[1,2,{"d":null}]}`, `{"a":"\ud83d\ude00\n"}`, `{"a":-0.1e+5}`, `[]`, `{"a":1,"a":2}`, `{"a" : "\u0000"}`, "{\"\xff\":1}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		members, err := scan(text)
		switch {
		case err == nil:
			var std map[string]any
			if err := json.Unmarshal([]byte(text), &std); err != nil {
				t.Fatalf("%q is read, but it is no JSON: %v", text, err)
			}
			if len(std) != len(members) {
				t.Fatalf("%q: %d members, not %d", text, len(members), len(std))
			}
			for _, m := range members {
				if s, is := std[m.name].(string); is != (m.kind == kindString) || is && s != m.text {
					t.Fatalf("%q: %q is %q, not %q", text, m.name, m.text, s)
				}
			}
		case errors.Is(err, ErrJSON) && json.Valid([]byte(text)):
			t.Fatalf("%q is JSON", text)
		case !Malformed(fault.Of(err)):
			t.Fatalf("%q: %v", text, err)
		}
	})
}

func BenchmarkScan(b *testing.B) {
	text := `{"client_id":"demo-sso","client_secret":"demo-sso-secret","email":"anna.andersson@example.com"}`
	for b.Loop() {
		if _, err := scan(text); err != nil {
			b.Fatal(err)
		}
	}
}
