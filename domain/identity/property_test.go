package identity_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

// chance is the same on every run.
func chance() *rand.Rand { return rand.New(rand.NewPCG(1947, 1964)) }

// changed gives s with every other digit in every place, but for the first skip
// places.
func changed(s string, skip int, each func(string)) {
	for i := skip; i < len(s); i++ {
		for d := byte('0'); d <= '9'; d++ {
			if s[i] != d {
				each(s[:i] + string(d) + s[i+1:])
			}
		}
	}
}

func TestEverySingleWrongDigitOfASwedishNumberIsNoticed(t *testing.T) {
	r := chance()
	for range 300 {
		shift := r.IntN(2) * 60
		// The two digits of the century are not under the check sum.
		s := withLuhn(fmt.Sprintf("19%02d%02d%02d%03d", 27+r.IntN(73), 1+r.IntN(12), shift+1+r.IntN(28), 1+r.IntN(999)))
		person(t, identity.SE, s)
		changed(s, 2, func(wrong string) {
			if n, err := identity.ParsePerson(identity.SE, wrong, identity.Options{AsOf: day(t, usual), Allow: everything}); err == nil {
				t.Fatalf("%s for %s passes as %s", wrong, s, n.Kind())
			}
		})
	}
	changed("5590000948", 0, func(wrong string) {
		if _, err := identity.ParseOrg(identity.SE, wrong, identity.Options{AsOf: day(t, usual), Allow: everything}); err == nil {
			t.Errorf("%s passes", wrong)
		}
	})
}

func TestEverySingleWrongDigitOfANorwegianNumberIsNoticedBefore2032(t *testing.T) {
	r := chance()
	marks := []string{"0", "4", "8"}
	for range 300 {
		ddmmyy := fmt.Sprintf("%02d%s%d%02d", 1+r.IntN(28)+r.IntN(2)*40, marks[r.IntN(3)], 1+r.IntN(9), 40+r.IntN(60))
		s := norwegian(t, ddmmyy, r.IntN(450), 0)
		person(t, identity.NO, s)
		changed(s, 0, func(wrong string) {
			o := identity.Options{AsOf: day(t, usual), Allow: everything &^ identity.AllowNO2032}
			if n, err := identity.ParsePerson(identity.NO, wrong, o); err == nil {
				t.Fatalf("%s for %s passes as %s", wrong, s, n.Kind())
			}
		})
	}
}

func TestTwoNeighbouringDigitsOfANorwegianNumberCannotBeSwapped(t *testing.T) {
	r := chance()
	for range 300 {
		s := norwegian(t, fmt.Sprintf("%02d%02d%02d", 1+r.IntN(28), 1+r.IntN(12), 40+r.IntN(60)), r.IntN(450), 0)
		for i := 1; i < len(s); i++ {
			if s[i-1] == s[i] {
				continue
			}
			wrong := s[:i-1] + string(s[i]) + string(s[i-1]) + s[i+1:]
			o := identity.Options{AsOf: day(t, usual), Allow: everything &^ identity.AllowNO2032}
			if _, err := identity.ParsePerson(identity.NO, wrong, o); err == nil {
				t.Fatalf("%s for %s passes", wrong, s)
			}
		}
	}
}

func TestEverySingleWrongDigitOfAFinnishNumberIsNoticed(t *testing.T) {
	r := chance()
	for range 300 {
		s := withHetu(fmt.Sprintf("%02d%02d%02d-%03d", 1+r.IntN(28), 1+r.IntN(12), r.IntN(100), 2+r.IntN(898)))
		person(t, identity.FI, s)
		changed(s[:6]+s[7:10], 0, func(wrong string) {
			wrong = wrong[:6] + s[6:7] + wrong[6:] + s[10:]
			if _, err := identity.ParsePerson(identity.FI, wrong, identity.Options{AsOf: day(t, usual), Allow: everything}); err == nil {
				t.Fatalf("%s for %s passes", wrong, s)
			}
		})
	}
}

// The other way round it is a promise not to make: a caller must not take a
// Danish number that parses for one that was typed well.
func TestAWrongDigitInADanishSerialIsNotNoticed(t *testing.T) {
	changed("9996", 0, func(serial string) {
		if _, err := identity.ParsePerson(identity.DK, "251270"+serial, identity.Options{AsOf: day(t, usual)}); err != nil {
			t.Errorf("%s: %v", serial, err)
		}
	})
}

func TestAFlagOnlyEverAddsNumbers(t *testing.T) {
	asOf := day(t, usual)
	for kind, n := range stored(t) {
		for flags := range everything + 1 {
			fewer, err := parse(class(n), string(n.Country()), n.Reveal(), identity.Options{AsOf: asOf, Allow: flags})
			if err != nil {
				if got := reason(t, err); got != "kind_not_allowed" {
					t.Errorf("%s under %b: %s", kind, flags, got)
				}
				continue
			}
			if fewer != n {
				t.Errorf("%s under %b is %v", kind, flags, fewer)
			}
			for more := identity.Allow(1); more <= everything; more <<= 1 {
				if _, err := parse(class(n), string(n.Country()), n.Reveal(), identity.Options{AsOf: asOf, Allow: flags | more}); err != nil {
					t.Errorf("%s passes under %b and not under %b", kind, flags, flags|more)
				}
			}
		}
	}
}

// Days on which calendars trip: the turn of the year, and the leap day.
func TestTheSameNumberIsAcceptedOnEveryDayAfterItsBirth(t *testing.T) {
	for _, asOf := range []string{"2026-12-31", "2027-01-01", "2028-02-29", "2028-03-01", "2031-12-31", "2032-01-01", "2032-02-29"} {
		for kind, n := range stored(t) {
			again, err := parse(class(n), string(n.Country()), n.Reveal(), identity.Options{AsOf: day(t, asOf), Allow: everything})
			if err != nil || again != n {
				t.Errorf("%s at %s: %v", kind, asOf, err)
			}
		}
	}
}
