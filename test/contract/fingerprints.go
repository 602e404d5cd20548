package contract

import (
	"slices"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// TestFingerprints holds an adapter to the promises of [outbound.Fingerprints]. Each call of open gives one with
// keys of its own.
func TestFingerprints(t *testing.T, open func(t *testing.T) outbound.Fingerprints) {
	scope := organization.Scope{Organization: "acme", Environment: organization.Production}
	otherScopes := map[string]organization.Scope{
		"as another organization":      {Organization: "other", Environment: organization.Production},
		"in the other environment":     {Organization: "acme", Environment: organization.Sandbox},
		"with the names cut elsewhere": {Organization: "acmep", Environment: "roduction"},
	}
	tolvan := canonical(t, identity.SE, identity.KindPersonnummer, "191212121212")

	t.Run("the same number has the same fingerprints", func(t *testing.T) {
		f := open(t)
		first := ofNumber(t, f, scope, tolvan)
		if len(first) == 0 || first[0].Key == "" || first[0].Sum == [32]byte{} {
			t.Fatalf("got %d fingerprints, or an empty one", len(first))
		}
		if again := ofNumber(t, f, scope, canonical(t, identity.SE, identity.KindPersonnummer, "191212121212")); !slices.Equal(first, again) {
			t.Error("asked again, they differ")
		}
	})

	t.Run("different numbers have different fingerprints", func(t *testing.T) {
		f := open(t)
		seen := map[identity.Fingerprint]int{}
		for i, n := range []identity.Number{
			tolvan, canonical(t, identity.SE, identity.KindPersonnummer, "198507099805"), canonical(t, identity.NO, identity.KindFnr, "31080700442"),
			canonical(t, identity.FI, identity.KindHetu, "131052-308T"),
		} {
			for _, p := range ofNumber(t, f, scope, n) {
				if other, taken := seen[p]; taken {
					t.Errorf("numbers %d and %d share a fingerprint", other, i)
				}
				seen[p] = i
			}
		}
	})

	t.Run("the same number has other fingerprints", func(t *testing.T) {
		f := open(t)
		for name, other := range otherScopes {
			t.Run(name, func(t *testing.T) {
				apart(t, ofNumber(t, f, scope, tolvan), ofNumber(t, f, other, tolvan))
				apart(t, ofTheText(t, f, scope, "email", "a@example.com"), ofTheText(t, f, other, "email", "a@example.com"))
			})
		}
	})

	t.Run("the same text of another purpose has other fingerprints", func(t *testing.T) {
		f := open(t)
		apart(t, ofTheText(t, f, scope, "email", "a"), ofTheText(t, f, scope, "code", "a"))
		apart(t, ofTheText(t, f, scope, "email", "a"), ofTheText(t, f, scope, "emaila", ""))
		apart(t, ofTheText(t, f, scope, "email", "a"), ofTheText(t, f, scope, "email", "A"))
	})

	t.Run("no text meets a number", func(t *testing.T) {
		f := open(t)
		for _, purpose := range []string{"", "SE", "number", "number/1"} {
			for _, text := range []string{"191212121212", "\x1f191212121212", "SE\x1f191212121212"} {
				apart(t, ofNumber(t, f, scope, tolvan), ofTheText(t, f, scope, purpose, text))
			}
		}
	})

	t.Run("no number has no fingerprint", func(t *testing.T) {
		if prints, err := open(t).Of(t.Context(), scope, identity.Number{}); err == nil {
			t.Errorf("got %d fingerprints", len(prints))
		}
	})

	t.Run("other keys make other fingerprints", func(t *testing.T) {
		mine, theirs := ofNumber(t, open(t), scope, tolvan), ofNumber(t, open(t), scope, tolvan)
		if mine[0].Sum == theirs[0].Sum {
			t.Error("anybody can make them")
		}
	})
}

func canonical(t *testing.T, country identity.Country, kind identity.Kind, text string) identity.Number {
	t.Helper()
	n, err := identity.ParseCanonical(country, kind, text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func ofNumber(t *testing.T, f outbound.Fingerprints, s organization.Scope, n identity.Number) []identity.Fingerprint {
	t.Helper()
	prints, err := f.Of(t.Context(), s, n)
	if err != nil {
		t.Fatal(err)
	}
	return prints
}

func ofTheText(t *testing.T, f outbound.Fingerprints, s organization.Scope, purpose, text string) []identity.Fingerprint {
	t.Helper()
	prints, err := f.OfText(t.Context(), s, purpose, text)
	if err != nil {
		t.Fatal(err)
	}
	return prints
}

// apart expects two things to have no fingerprint in common.
func apart(t *testing.T, a, b []identity.Fingerprint) {
	t.Helper()
	if len(a) == 0 || len(a) != len(b) {
		t.Fatalf("%d fingerprints and %d", len(a), len(b))
	}
	for _, p := range a {
		if slices.Contains(b, p) {
			t.Errorf("they share one %s", p)
		}
	}
}
