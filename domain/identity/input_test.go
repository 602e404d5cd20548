package identity_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
)

// classes are the two parsers.
var classes = []string{"person", "org"}

func TestInputIsBoundedBeforeAnythingElse(t *testing.T) {
	valid := map[string]string{
		"SE/person": "199001012385", "SE/org": "5590000948",
		"NO/person": "27034698436", "NO/org": "974760673",
		"DK/person": "2512489996", "DK/org": "13748136",
		"FI/person": "131052-308T", "FI/org": "20774740",
	}
	for where, s := range valid {
		country, class, _ := strings.Cut(where, "/")
		judge(t, identity.Country(country), class, []row{
			{about: where + ": empty", in: "", want: "empty"},
			{about: where + ": 32 blanks", in: strings.Repeat(" ", 32), want: "empty"},
			{about: where + ": 33 blanks", in: strings.Repeat(" ", 33), want: "length"},
			{about: where + ": 33 bytes around a number", in: strings.Repeat(" ", 33-len(s)) + s, want: "length"},
			{about: where + ": 33 digits", in: strings.Repeat("1", 33), want: "length"},
			{about: where + ": 32 digits", in: strings.Repeat("1", 32), want: "length"},
			{about: where + ": a megabyte", in: strings.Repeat("1", 1<<20), want: "length"},
			{about: where + ": another script, beyond the bound", in: strings.Repeat("१", 12), want: "charset"},
			{about: where + ": digits, then another script beyond the bound", in: strings.Repeat("1", 32) + "१", want: "length"},
			{about: where + ": another script", in: strings.Repeat("٣", len(s)), want: "charset"},
			{about: where + ": full-width digits", in: "１" + s[1:], want: "charset"},
			{about: where + ": byte order mark", in: "\ufeff" + s, want: "charset"},
			{about: where + ": zero-width space behind", in: s + "\u200b", want: "charset"},
			{about: where + ": NUL behind", in: s + "\x00", want: "charset"},
			{about: where + ": vertical tab behind", in: s + "\v", want: "charset"},
			{about: where + ": line in between", in: s[:3] + "\n" + s[3:], want: "charset"},
		})
		for _, around := range []string{" ", "\t", "\r", "\n", " \r\n\t"} {
			n, err := parse(class, country, around+s+around, identity.Options{AsOf: day(t, usual)})
			if err != nil || n.Reveal() != s {
				t.Errorf("%s in %q: got %v", where, around, err)
			}
		}
	}
}

func TestTheReferenceDateIsRequiredAndReadInItsOwnZone(t *testing.T) {
	for _, class := range classes {
		_, err := parse(class, "SE", "199001012385", identity.Options{})
		if !errors.Is(err, identity.ErrNoReferenceDate) || errors.Is(err, identity.ErrInvalid) {
			t.Errorf("%s: got %v", class, err)
		}
	}
	east := time.FixedZone("east", 2*60*60)
	evening := time.Date(2026, 6, 14, 22, 30, 0, 0, time.UTC)
	born := withLuhn("20260615238")
	if _, err := identity.ParsePerson(identity.SE, born, identity.Options{AsOf: evening}); reason(t, err) != "future" {
		t.Errorf("on the 14th: got %v", err)
	}
	if _, err := identity.ParsePerson(identity.SE, born, identity.Options{AsOf: evening.In(east)}); err != nil {
		t.Errorf("on the 15th: got %v", err)
	}
}

func TestAnUnknownCountryIsNoVerdictOnTheNumber(t *testing.T) {
	for _, c := range []identity.Country{"", "se", "DE", "SE ", "199001012385"} {
		for _, class := range classes {
			_, err := parse(class, string(c), "199001012385", identity.Options{AsOf: day(t, usual)})
			if !errors.Is(err, identity.ErrUnknownCountry) || errors.Is(err, identity.ErrInvalid) {
				t.Errorf("%s %q: got %v", class, c, err)
			}
			if strings.ContainsAny(err.Error(), "0123456789") {
				t.Errorf("%q is in the error", c)
			}
		}
		if _, err := identity.ParseCanonical(c, identity.KindPersonnummer, "199001012385"); !errors.Is(err, identity.ErrUnknownCountry) {
			t.Errorf("canonical %q: got %v", c, err)
		}
		if _, ok := identity.ParseCountry(string(c)); ok {
			t.Errorf("%q is a country", c)
		}
	}
	for _, c := range identity.Countries() {
		if got, ok := identity.ParseCountry(string(c)); !ok || got != c {
			t.Errorf("%q: got %q %v", c, got, ok)
		}
	}
}

func TestTheCountryIsNeverGuessed(t *testing.T) {
	swede, dane := person(t, identity.SE, "260101-2384"), person(t, identity.DK, "260101-2384")
	if swede == dane || swede.Birth(day(t, usual)).ISO() != "2026-01-01" || dane.Birth(day(t, usual)).ISO() != "1901-01-26" {
		t.Errorf("got %v and %v", swede.Birth(day(t, usual)), dane.Birth(day(t, usual)))
	}
}
