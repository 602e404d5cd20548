package identity_test

import (
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
)

// refusals are all the texts that a refusal can have, whatever the input.
func refusals() map[string]bool {
	texts := map[string]bool{
		identity.ErrUnknownCountry.Error():  true,
		identity.ErrNoReferenceDate.Error(): true,
	}
	for _, c := range identity.Countries() {
		for _, r := range []identity.Reason{
			identity.ReasonEmpty, identity.ReasonCharset, identity.ReasonLength, identity.ReasonFormat,
			identity.ReasonCentury, identity.ReasonCenturySign, identity.ReasonDate, identity.ReasonSerial,
			identity.ReasonChecksum, identity.ReasonFuture, identity.ReasonPrefix, identity.ReasonThirdDigit,
			identity.ReasonGroup, identity.ReasonLeadingZero, identity.ReasonIsPerson, identity.ReasonKindNotAllowed,
		} {
			texts["identity: "+string(c)+": "+string(r)] = true
		}
	}
	return texts
}

func FuzzParsePerson(f *testing.F) { fuzz(f, "person") }

func FuzzParseOrg(f *testing.F) { fuzz(f, "org") }

func fuzz(f *testing.F, class string) {
	for _, e := range examples(f) {
		if e.Class == class {
			f.Add(e.Country, e.Input, int64(0), uint16(everything))
		}
	}
	f.Add("SE", "900101+9802", int64(-40000), uint16(0))
	f.Add("NO", "30108299939", int64(2500), uint16(everything))
	f.Add("FI", "112038-9", int64(1), uint16(0))
	texts := refusals()
	f.Fuzz(func(t *testing.T, country, s string, days int64, allow uint16) {
		asOf := time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(days%800_000))
		o := identity.Options{AsOf: asOf, Allow: identity.Allow(allow)}
		n, err := parse(class, country, s, o)
		if err != nil {
			if !texts[err.Error()] {
				t.Fatalf("an error with a text of its own: %q", err)
			}
			if !n.IsZero() {
				t.Fatal("a refused input left a number")
			}
			return
		}
		canonical := n.Reveal()
		if again, err := parse(class, country, canonical, o); err != nil || again != n {
			t.Fatalf("%q is read as %q, which is read as %q: %v", s, canonical, again.Reveal(), err)
		}
		if back, err := identity.ParseCanonical(n.Country(), n.Kind(), canonical); err != nil || back != n {
			t.Fatalf("%q is not read back: %v", canonical, err)
		}
		if n.IsOrg() != (class == "org") || string(n.Country()) != country || n.Kind() == "" {
			t.Fatalf("%q is %v", canonical, n)
		}
		birth := n.Birth(asOf)
		if birth.Complete() {
			if d, ok := identity.ParseDate(birth.ISO()); !ok || d != birth {
				t.Fatalf("%q is born on %v, which does not exist", canonical, birth)
			}
			if years, ok := n.Age(asOf); !ok || years < 0 || years > 230 && asOf.Year() < 2030 {
				t.Fatalf("%q is %d years old: %v", canonical, years, ok)
			}
		}
		if least, greatest, ok := n.AgeBounds(asOf); ok && (least < 0 || greatest < least || greatest > least+1) {
			t.Fatalf("%q is between %d and %d", canonical, least, greatest)
		}
		if n.Sex(asOf) != identity.SexUnknown && !birth.Complete() {
			t.Fatalf("%q has a sex and no birth", canonical)
		}
		_, _, _ = n.Masked(), n.Mod11(), n.Synthetic()
		shown := n.Display(asOf)
		if n.Country() == identity.SE && class == "person" && asOf.Year()-birth.Year >= 200 {
			return // a plus says a hundred years or more, and does not say how many hundred
		}
		if again, err := parse(class, country, shown, o); err != nil || again != n {
			t.Fatalf("%q is shown as %q, which is read as %q: %v", canonical, shown, again.Reveal(), err)
		}
	})
}

func FuzzParseCanonical(f *testing.F) {
	for kind, n := range stored(f) {
		f.Add(string(n.Country()), string(kind), n.Reveal())
	}
	texts := refusals()
	f.Fuzz(func(t *testing.T, country, kind, s string) {
		n, err := identity.ParseCanonical(identity.Country(country), identity.Kind(kind), s)
		if err != nil {
			if !texts[err.Error()] {
				t.Fatalf("an error with a text of its own: %q", err)
			}
			if !n.IsZero() || !errors.Is(err, identity.ErrInvalid) && !errors.Is(err, identity.ErrUnknownCountry) {
				t.Fatalf("got %v, %v", n, err)
			}
			return
		}
		if n.Reveal() != s || string(n.Kind()) != kind || string(n.Country()) != country {
			t.Fatalf("%q is read back as %q", s, n.Reveal())
		}
	})
}
