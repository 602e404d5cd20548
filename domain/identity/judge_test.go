package identity_test

import (
	"fmt"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

// usual is the reference date where a row names none.
const usual = "2026-06-15"

// row is one judgement of a table. For a number that is accepted, an empty
// canonical form means the input itself, and an empty birth or sex means that
// the number does not tell.
type row struct {
	about     string
	in        string
	asOf      string
	allow     identity.Allow
	want      string
	kind      identity.Kind
	canonical string
	birth     string
	sex       string
}

func judge(t *testing.T, country identity.Country, class string, rows []row) {
	t.Helper()
	for _, r := range rows {
		t.Run(r.about, func(t *testing.T) {
			if r.asOf == "" {
				r.asOf = usual
			}
			asOf := day(t, r.asOf)
			n, err := parse(class, string(country), r.in, identity.Options{AsOf: asOf, Allow: r.allow})
			if got := reason(t, err); got != r.want {
				t.Fatalf("%q: got %s, want %s", r.in, got, r.want)
			}
			if err != nil {
				if !n.IsZero() {
					t.Error("a refused input left a number")
				}
				return
			}
			if r.canonical == "" {
				r.canonical = r.in
			}
			if n.Country() != country || n.Kind() != r.kind || n.Reveal() != r.canonical {
				t.Errorf("got %s %s %s, want %s %s %s", n.Country(), n.Kind(), n.Reveal(), country, r.kind, r.canonical)
			}
			if got := n.Birth(asOf).ISO(); got != r.birth {
				t.Errorf("birth: got %q, want %q", got, r.birth)
			}
			sex := map[identity.Sex]string{identity.SexMale: "M", identity.SexFemale: "F"}[n.Sex(asOf)]
			if sex != r.sex {
				t.Errorf("sex: got %q, want %q", sex, r.sex)
			}
		})
	}
}

// person parses what must be accepted with every kind allowed.
func person(t testing.TB, c identity.Country, s string) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(c, s, identity.Options{AsOf: day(t, usual), Allow: everything})
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return n
}

func org(t testing.TB, c identity.Country, s string) identity.Number {
	t.Helper()
	n, err := identity.ParseOrg(c, s, identity.Options{AsOf: day(t, usual), Allow: everything})
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return n
}

// What follows makes numbers of every shape, by sums of its own: tests must not
// ask the code they test.

// weighted sums digits times weights. Letters count as 1.
func weighted(digits string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		d := 1
		if digits[i] <= '9' {
			d = int(digits[i] - '0')
		}
		sum += d * w
	}
	return sum
}

// withLuhn adds the check digit to eleven characters, or to nine.
func withLuhn(s string) string {
	sum := 0
	for i, w := range []int{2, 1, 2, 1, 2, 1, 2, 1, 2} {
		p := weighted(s[len(s)-9+i:], w)
		sum += p/10 + p%10
	}
	return s + fmt.Sprint((10-sum%10)%10)
}

// withKs adds both check digits to nine; the first sum leaves r1. ok is false
// where no digit will do.
func withKs(s string, r1 int) (number string, ok bool) {
	k1 := ((r1-weighted(s, 3, 7, 6, 1, 8, 9, 4, 5, 2))%11 + 11) % 11
	if k1 == 10 {
		return "", false
	}
	s += fmt.Sprint(k1)
	k2 := (11 - weighted(s, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)%11) % 11
	if k2 == 10 {
		return "", false
	}
	return s + fmt.Sprint(k2), true
}

// norwegian is withKs for the first individual number from the given one that
// has check digits.
func norwegian(t testing.TB, ddmmyy string, individual, r1 int) string {
	t.Helper()
	for i := individual; i < individual+20; i++ {
		if s, ok := withKs(fmt.Sprintf("%s%03d", ddmmyy, i), r1); ok {
			return s
		}
	}
	t.Fatalf("no check digits for %s%03d", ddmmyy, individual)
	return ""
}

// withHetu adds the check character to ten characters.
func withHetu(s string) string {
	var n int
	fmt.Sscan("1"+s[:6]+s[7:], &n)
	return s + string("0123456789ABCDEFHJKLMNPRSTUVWXY"[(n-1_000_000_000)%31])
}
