package identity_test

import (
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

// stored is one number of every kind, in canonical form.
func stored(t testing.TB) map[identity.Kind]identity.Number {
	t.Helper()
	numbers := []identity.Number{
		person(t, identity.SE, "199001012385"),
		person(t, identity.SE, "197010632391"),
		person(t, identity.SE, withLuhn("19900101T38")),
		person(t, identity.NO, "27034698436"),
		person(t, identity.NO, norwegian(t, "550190", 120, 0)),
		person(t, identity.NO, norwegian(t, "154190", 120, 0)),
		person(t, identity.NO, norwegian(t, "554190", 120, 0)),
		person(t, identity.NO, norwegian(t, "899999", 120, 0)),
		person(t, identity.DK, "2512489996"),
		person(t, identity.DK, "6101650001"),
		person(t, identity.FI, "131052-308T"),
		person(t, identity.FI, "070770-905D"),
		org(t, identity.SE, "5590000948"),
		org(t, identity.NO, "974760673"),
		org(t, identity.DK, "13748136"),
		org(t, identity.FI, "20774740"),
	}
	byKind := map[identity.Kind]identity.Number{}
	for _, n := range numbers {
		byKind[n.Kind()] = n
	}
	if len(byKind) != 16 {
		t.Fatalf("%d kinds of 16", len(byKind))
	}
	return byKind
}

func TestWhatWasRevealedIsReadBackAsTheSameNumber(t *testing.T) {
	numbers := stored(t)
	for kind, n := range numbers {
		back, err := identity.ParseCanonical(n.Country(), kind, n.Reveal())
		if err != nil || back != n {
			t.Errorf("%s: got %v, %v", kind, back, err)
		}
		again, err := parse(class(n), string(n.Country()), n.Reveal(), identity.Options{AsOf: day(t, usual), Allow: everything})
		if err != nil || again != n {
			t.Errorf("%s, parsed: got %v, %v", kind, again, err)
		}
	}
}

func class(n identity.Number) string {
	if n.IsOrg() {
		return "org"
	}
	return "person"
}

func TestADisplayedNumberIsReadAsTheSameNumber(t *testing.T) {
	for _, asOf := range []string{"2025-12-31", "2026-01-01", "2028-02-29"} {
		for kind, n := range stored(t) {
			when := day(t, asOf)
			back, err := parse(class(n), string(n.Country()), n.Display(when), identity.Options{AsOf: when, Allow: everything})
			if err != nil || back != n {
				t.Errorf("%s at %s: got %v, %v", kind, asOf, back, err)
			}
		}
	}
}

func TestTheKindOfAStoredNumberMustBeTheOneOfItsDigits(t *testing.T) {
	numbers := stored(t)
	for kind, n := range numbers {
		for other := range numbers {
			if other == kind {
				continue
			}
			back, err := identity.ParseCanonical(n.Country(), other, n.Reveal())
			if !errors.Is(err, identity.ErrInvalid) || !back.IsZero() {
				t.Errorf("%s as %s: got %v, %v", kind, other, back, err)
			}
		}
		if _, err := identity.ParseCanonical(n.Country(), "passport", n.Reveal()); reason(t, err) != "kind_not_allowed" {
			t.Errorf("unknown kind: got %v", err)
		}
	}
	// Of two kinds with the same layout, the reason is the kind.
	if _, err := identity.ParseCanonical(identity.SE, identity.KindPersonnummer, "197010632391"); reason(t, err) != "kind_not_allowed" {
		t.Errorf("got %v", err)
	}
}

func TestOnlyTheCanonicalFormIsReadBack(t *testing.T) {
	for _, c := range []struct {
		country identity.Country
		kind    identity.Kind
		in      string
	}{
		{identity.SE, identity.KindPersonnummer, "19900101-2385"},
		{identity.SE, identity.KindPersonnummer, "900101-2385"},
		{identity.SE, identity.KindPersonnummer, "9001012385"},
		{identity.SE, identity.KindPersonnummer, "900101+2385"},
		{identity.SE, identity.KindPersonnummer, "18900101+9802"},
		{identity.SE, identity.KindPersonnummer, " 199001012385"},
		{identity.SE, identity.KindPersonnummer, "199001012385\n"},
		{identity.SE, identity.KindPersonnummer, ""},
		{identity.SE, identity.KindOrgSE, "559000-0948"},
		{identity.SE, identity.KindOrgSE, "165590000948"},
		{identity.SE, identity.KindOrgSE, "9001012385"},
		{identity.NO, identity.KindFnr, "270346 98436"},
		{identity.NO, identity.KindOrgNO, "974 760 673"},
		{identity.DK, identity.KindCPR, "251248-9996"},
		{identity.DK, identity.KindCVR, "13 74 81 36"},
		{identity.FI, identity.KindHetu, "131052-308t"},
		{identity.FI, identity.KindYTunnus, "2077474-0"},
		{identity.FI, identity.KindYTunnus, "112038-9"},
	} {
		if n, err := identity.ParseCanonical(c.country, c.kind, c.in); !errors.Is(err, identity.ErrInvalid) || !n.IsZero() {
			t.Errorf("%q: got %v, %v", c.in, n, err)
		}
	}
}

func TestAStoredShortFormIsTooShort(t *testing.T) {
	_, err := identity.ParseCanonical(identity.SE, identity.KindPersonnummer, "9001012385")
	if got := reason(t, err); got != "length" {
		t.Errorf("got %s", got)
	}
}

func TestAStoredNumberOutlivesTheDayItWasJudgedOn(t *testing.T) {
	for _, c := range []struct {
		about   string
		country identity.Country
		kind    identity.Kind
		in      string
	}{
		{"a birth in what is the future for most", identity.SE, identity.KindPersonnummer, withLuhn("20991231238")},
		{"another", identity.DK, identity.KindCPR, "0101575001"},
		{"another", identity.FI, identity.KindHetu, withHetu("311299F308")},
		{"the scheme of 2032", identity.NO, identity.KindFnr, "30108299939"},
		{"a series that only the scheme of 2032 has", identity.NO, identity.KindFnr, norwegian(t, "150145", 620, 0)},
		{"a leap day that only the scheme of 2032 has", identity.NO, identity.KindFnr, norwegian(t, "290200", 120, 0)},
	} {
		n, err := identity.ParseCanonical(c.country, c.kind, c.in)
		if err != nil || n.Reveal() != c.in {
			t.Errorf("%s: got %v", c.about, err)
		}
	}
	n, err := identity.ParseCanonical(identity.NO, identity.KindFnr, norwegian(t, "150145", 620, 0))
	if err != nil {
		t.Fatal(err)
	}
	if got := n.Birth(day(t, usual)); got != (identity.Date{}) {
		t.Errorf("a series without a century: born %v", got)
	}
}

func TestNumbersAreEqualWhenCountryKindAndCanonicalFormAre(t *testing.T) {
	if person(t, identity.SE, "900101-2385") != person(t, identity.SE, " 199001012385 ") {
		t.Error("two spellings, two numbers")
	}
	if person(t, identity.SE, "900101+9802") == person(t, identity.SE, "199001012385") {
		t.Error("two people, one number")
	}
	seen := map[identity.Number]int{}
	for range 2 {
		for _, n := range stored(t) {
			seen[n]++
		}
	}
	for n, times := range seen {
		if times != 2 {
			t.Errorf("%v: met %d times", n, times)
		}
	}
}
