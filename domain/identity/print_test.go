package identity_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"log"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
)

// wrapped holds a number in every way that a struct can. fmt calls no methods on
// the unexported half.
type wrapped struct {
	Exported   identity.Number
	unexported identity.Number
	Pointer    *identity.Number
	pointer    *identity.Number
	Slice      []identity.Number
	slice      []identity.Number
	Map        map[identity.Number]string
	byNumber   map[identity.Number]identity.Number
	Any        any
	any        any
	Array      [1]identity.Number
	array      [1]identity.Number
	inner      struct{ n identity.Number }
	identity.Number
}

func wrap(n identity.Number) wrapped {
	return wrapped{
		Exported: n, unexported: n, Pointer: &n, pointer: &n,
		Slice: []identity.Number{n}, slice: []identity.Number{n},
		Map: map[identity.Number]string{n: ""}, byNumber: map[identity.Number]identity.Number{n: n},
		Any: n, any: n, Array: [1]identity.Number{n}, array: [1]identity.Number{n},
		inner: struct{ n identity.Number }{n}, Number: n,
	}
}

// bare is wrapped without the embedded number, whose methods would answer for
// the whole struct.
type bare struct {
	Exported   identity.Number
	unexported identity.Number
	deep       struct{ slice []identity.Number }
	any        any
}

// withoutAddresses takes the addresses of all that v points to out of what was
// printed of v, in every base that fmt writes them in. Their digits are no
// one's, and may look like anything.
func withoutAddresses(v any) *strings.Replacer {
	found := map[uintptr]bool{}
	collect(reflect.ValueOf(v), found)
	var oldnew []string
	for a := range found {
		for _, base := range []string{"%b", "%d", "%o", "%x", "%X"} {
			oldnew = append(oldnew, fmt.Sprintf(base, a), "ADDRESS")
		}
	}
	return strings.NewReplacer(oldnew...)
}

func collect(v reflect.Value, found map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		if v.IsNil() {
			return
		}
		found[v.Pointer()] = true
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		collect(v.Elem(), found)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			collect(v.Index(i), found)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			collect(k, found)
			collect(v.MapIndex(k), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			collect(v.Field(i), found)
		}
	}
}

// secrets are the pieces of a number that must not be seen: the digits, whole
// and in part, the birth date and the sex, as text and in the dresses of fmt.
func secrets(n identity.Number) []string {
	asOf := time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)
	plain := strings.NewReplacer("-", "", " ", "", "+", "").Replace(n.Reveal())
	looked := []string{n.Reveal(), plain, fmt.Sprintf("%x", n.Reveal()), fmt.Sprintf("%X", n.Reveal()), "male", "Male"}
	for i := 0; i+5 <= len(plain); i++ {
		looked = append(looked, plain[i:i+5])
	}
	if d := n.Birth(asOf); d.Complete() {
		looked = append(looked, d.ISO(), strings.ReplaceAll(d.ISO(), "-", ""))
	}
	return looked
}

// leaks are the secrets that stand in what was printed.
func leaks(n identity.Number, out string) (found []string) {
	for _, s := range secrets(n) {
		if strings.Contains(out, s) {
			found = append(found, s)
		}
	}
	return found
}

// printable are values with a number in them.
func printable(n identity.Number) []any {
	w := wrap(n)
	b := bare{n, n, struct{ slice []identity.Number }{[]identity.Number{n}}, n}
	return []any{
		n, &n, []identity.Number{n}, []*identity.Number{&n}, [2]identity.Number{n, n},
		map[identity.Number]identity.Number{n: n}, map[string]any{"n": b},
		w, &w, []wrapped{w}, b, &b, []any{n, &n, b},
		struct{ n any }{n}, struct{ n any }{&n}, struct{ e error }{refusal{n}},
	}
}

// refusal is an error that holds a number and does not say so.
type refusal struct{ n identity.Number }

func (refusal) Error() string { return "no" }

func TestNoVerbPrintsAnythingOfANumber(t *testing.T) {
	const verbs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	flags := []string{"", "+", "#", "-", " ", "0", "40", "+40.12", "-12.3"}
	for kind, n := range stored(t) {
		for _, v := range printable(n) {
			addresses := withoutAddresses(v)
			for _, verb := range verbs {
				for _, flag := range flags {
					format := "%" + flag + string(verb)
					out := fmt.Sprintf(format, v)
					if found := leaks(n, addresses.Replace(out)); found != nil {
						t.Errorf("%s of %T with %s shows %v: %s", format, v, kind, found, out)
					}
					// fmt does not ask a value about these three.
					if v == any(n) && !strings.ContainsRune("Tpw", verb) && out != n.String() {
						t.Errorf("%s of %s: %q", format, kind, out)
					}
				}
			}
			for _, out := range []string{fmt.Sprint(v), fmt.Sprintln(v), fmt.Errorf("no: %w", refusal{n}).Error(), fmt.Errorf("no: %v", v).Error()} {
				if found := leaks(n, addresses.Replace(out)); found != nil {
					t.Errorf("%T with %s shows %v: %s", v, kind, found, out)
				}
			}
		}
		if n.String() != n.GoString() || strings.ContainsAny(n.String(), "0123456789") || n.String() != string(n.Country())+"/"+string(kind) {
			t.Errorf("%s prints as %q", kind, n.String())
		}
	}
}

// The net must catch something, or the test above says nothing.
func TestALeakWouldBeSeen(t *testing.T) {
	n := person(t, identity.SE, "199001012385")
	for _, out := range []string{
		"199001012385", "{{199001012385}}", "900101-2385", "1990-01-01", "19900101****", fmt.Sprintf("%x", "199001012385"),
		fmt.Sprintf("%+v", struct{ s string }{n.Reveal()}), "female",
	} {
		if leaks(n, out) == nil {
			t.Errorf("%q was not seen", out)
		}
	}
}

func TestLoggersSeeCountryAndKindOnly(t *testing.T) {
	clock := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	for kind, n := range stored(t) {
		var out bytes.Buffer
		o := &slog.HandlerOptions{ReplaceAttr: clock}
		for _, h := range []slog.Handler{slog.NewTextHandler(&out, o), slog.NewJSONHandler(&out, o)} {
			for _, v := range printable(n) {
				out.Reset()
				slog.New(h).With("with", v).WithGroup("g").Info("message", "value", v, slog.Group("group", "value", v))
				log.New(&out, "", 0).Print(v)
				if found := leaks(n, withoutAddresses(v).Replace(out.String())); found != nil {
					t.Errorf("%T with %s shows %v: %s", v, kind, found, out.String())
				}
			}
		}
		got := n.LogValue().Group()
		if len(got) != 2 || got[0].String() != "country="+string(n.Country()) || got[1].String() != "kind="+string(kind) {
			t.Errorf("%s: %v", kind, got)
		}
	}
}

func TestEncodersAreRefused(t *testing.T) {
	for kind, n := range stored(t) {
		for _, v := range []any{n, &n, struct{ N identity.Number }{n}, struct{ N *identity.Number }{&n}, []identity.Number{n}, map[string]identity.Number{"n": n}, map[identity.Number]int{n: 1}} {
			var out bytes.Buffer
			if err := json.NewEncoder(&out).Encode(v); err == nil || !strings.Contains(err.Error(), "use Reveal") || leaks(n, withoutAddresses(v).Replace(err.Error())) != nil || out.Len() > 0 {
				t.Errorf("json of %T with %s: %v, %q", v, kind, err, out.String())
			}
		}
		for _, v := range []any{n, &n, struct{ N identity.Number }{n}, struct {
			N identity.Number `xml:",attr"`
		}{n}} {
			var out bytes.Buffer
			if err := xml.NewEncoder(&out).Encode(v); err == nil || leaks(n, err.Error()) != nil || leaks(n, out.String()) != nil {
				t.Errorf("xml of %T with %s: %v, %q", v, kind, err, out.String())
			}
		}
		for _, v := range []any{n, &n, struct{ N identity.Number }{n}, []identity.Number{n}} {
			var out bytes.Buffer
			if err := gob.NewEncoder(&out).Encode(v); err == nil || leaks(n, err.Error()) != nil || leaks(n, out.String()) != nil {
				t.Errorf("gob of %T with %s: %v, %q", v, kind, err, out.String())
			}
		}
		if out, err := json.Marshal(struct {
			N int
			n identity.Number
		}{1, n}); err != nil || string(out) != `{"N":1}` {
			t.Errorf("an unexported %s: %v, %s", kind, err, out)
		}
		for _, marshal := range []func() ([]byte, error){n.MarshalText, n.MarshalJSON, n.MarshalBinary} {
			if out, err := marshal(); !errors.Is(err, identity.ErrUseReveal) || out != nil {
				t.Errorf("%s: %v, %q", kind, err, out)
			}
		}
	}
}

func TestTemplatesPrintNothingOfANumber(t *testing.T) {
	n := person(t, identity.SE, "199001012385")
	for _, text := range []string{"{{.}}", "{{printf \"%s %v %d\" . . .}}", "{{print .}}"} {
		var out strings.Builder
		if err := template.Must(template.New("").Parse(text)).Execute(&out, n); err != nil {
			t.Fatal(err)
		}
		if err := htmltemplate.Must(htmltemplate.New("").Parse(text)).Execute(&out, n); err != nil {
			t.Fatal(err)
		}
		if leaks(n, out.String()) != nil || !strings.Contains(out.String(), "SE/personnummer") {
			t.Errorf("%s: %q", text, out.String())
		}
	}
}

func TestAFingerprintPrintsAsTheNameOfItsKey(t *testing.T) {
	f := identity.Fingerprint{Key: "key-one"}
	for i := range f.Sum {
		f.Sum[i] = 0xAB
	}
	if f != (identity.Fingerprint{Key: f.Key, Sum: f.Sum}) {
		t.Error("a fingerprint is not equal to itself")
	}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("m", "f", f, "many", []identity.Fingerprint{f})
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("m", "f", f, "many", []identity.Fingerprint{f})
	outs := []string{logged.String(), f.String(), f.GoString()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%b"} {
		outs = append(outs, fmt.Sprintf(verb, f), fmt.Sprintf(verb, &f), fmt.Sprintf(verb, []identity.Fingerprint{f}), fmt.Sprintf(verb, struct{ F identity.Fingerprint }{f}))
	}
	for _, out := range outs {
		for _, part := range []string{"171 171", "abab", "ABAB", "0xab", "10101011"} {
			if strings.Contains(out, part) {
				t.Errorf("the sum shows: %s", out)
			}
		}
		if !strings.Contains(out, "key-one") {
			t.Errorf("the key does not: %s", out)
		}
	}
	if out, err := json.Marshal(f); err == nil {
		t.Errorf("it is written as %s", out)
	}
	if out, err := f.MarshalText(); err == nil {
		t.Errorf("it is written as %s", out)
	}
}
