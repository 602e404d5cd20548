package identity_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
)

// everything is every flag there is.
const everything = identity.AllowSynthetic | identity.AllowHelp | identity.AllowInterim |
	identity.AllowReplacement | identity.AllowTemporary | identity.AllowNO2032

// example is one worked example; a nil field means that there is nothing to
// say.
type example struct {
	Country       string   `json:"country"`
	Class         string   `json:"class"`
	Input         string   `json:"input"`
	AsOf          string   `json:"as_of"`
	Valid         bool     `json:"valid"`
	DefaultAccept bool     `json:"default_accept"`
	Kind          *string  `json:"kind"`
	Canonical     *string  `json:"canonical"`
	Display       *string  `json:"display"`
	Masked        *string  `json:"masked"`
	Birthdate     *string  `json:"birthdate"`
	Sex           *string  `json:"sex"`
	Age           *int     `json:"age"`
	Synthetic     *bool    `json:"synthetic"`
	Reason        string   `json:"reason"`
	ReasonAny     []string `json:"reason_any"`
}

func examples(t testing.TB) []example {
	t.Helper()
	raw, err := os.ReadFile("testdata/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []example
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no examples")
	}
	return all
}

func day(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// parse reads a person or, for the class "org", an organisation.
func parse(class, country, s string, o identity.Options) (identity.Number, error) {
	if class == "org" {
		return identity.ParseOrg(identity.Country(country), s, o)
	}
	return identity.ParsePerson(identity.Country(country), s, o)
}

// reason is why err refused a number, "ok" for nil.
func reason(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return "ok"
	}
	var e *identity.Error
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *identity.Error", err)
	}
	if !errors.Is(err, identity.ErrInvalid) {
		t.Fatalf("%v is not ErrInvalid", err)
	}
	return string(e.Reason)
}

// seen writes down everything that a number has to say, in the terms of an
// example.
func seen(n identity.Number, asOf time.Time) example {
	var e example
	filled := func(s string) *string {
		if s == "" {
			return nil
		}
		return &s
	}
	e.Kind = filled(string(n.Kind()))
	e.Canonical = filled(n.Reveal())
	e.Display = filled(n.Display(asOf))
	e.Masked = filled(n.Masked())
	e.Birthdate = filled(n.Birth(asOf).ISO())
	e.Sex = filled(map[identity.Sex]string{identity.SexMale: "M", identity.SexFemale: "F"}[n.Sex(asOf)])
	if years, ok := n.Age(asOf); ok {
		e.Age = &years
	}
	if s := n.Synthetic(); s != identity.TriUnknown {
		yes := s == identity.TriYes
		e.Synthetic = &yes
	}
	return e
}

func check[T comparable](t *testing.T, what string, got, want *T) {
	t.Helper()
	show := func(p *T) any {
		if p == nil {
			return "nothing"
		}
		return *p
	}
	if (got == nil) != (want == nil) || got != nil && *got != *want {
		t.Errorf("%s: got %v, want %v", what, show(got), show(want))
	}
}

func TestEveryFieldOfEveryPublishedExampleHolds(t *testing.T) {
	for _, e := range examples(t) {
		t.Run(e.Country+"/"+e.Class+"/"+e.Input, func(t *testing.T) {
			asOf := day(t, e.AsOf)
			n, err := parse(e.Class, e.Country, e.Input, identity.Options{AsOf: asOf, Allow: everything})
			if (err == nil) != e.Valid {
				t.Fatalf("valid: got %v, want %v", err, e.Valid)
			}
			why := reason(t, err)
			accepted := append([]string{e.Reason}, e.ReasonAny...)
			found := false
			for _, a := range accepted {
				found = found || a == why
			}
			if !found {
				t.Errorf("reason: got %s, want %v", why, accepted)
			}
			got := seen(n, asOf)
			check(t, "kind", got.Kind, e.Kind)
			check(t, "canonical", got.Canonical, e.Canonical)
			check(t, "display", got.Display, e.Display)
			check(t, "masked", got.Masked, e.Masked)
			check(t, "birthdate", got.Birthdate, e.Birthdate)
			check(t, "sex", got.Sex, e.Sex)
			check(t, "age", got.Age, e.Age)
			check(t, "synthetic", got.Synthetic, e.Synthetic)

			_, err = parse(e.Class, e.Country, e.Input, identity.Options{AsOf: asOf})
			if (err == nil) != e.DefaultAccept {
				t.Errorf("default_accept: got %v, want %v", err, e.DefaultAccept)
			}
		})
	}
}
