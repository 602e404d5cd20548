package identity_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
)

func TestANorwegianNumberIsReadInEveryAcceptedForm(t *testing.T) {
	const s, k = "27034698436", identity.KindFnr
	judge(t, identity.NO, "person", []row{
		{about: "canonical", in: s, want: "ok", kind: k, birth: "1946-03-27", sex: "F"},
		{about: "one space", in: "270346 98436", want: "ok", kind: k, canonical: s, birth: "1946-03-27", sex: "F"},
		{about: "one hyphen", in: "270346-98436", want: "ok", kind: k, canonical: s, birth: "1946-03-27", sex: "F"},
		{about: "blanks around", in: " \n27034698436\t", want: "ok", kind: k, canonical: s, birth: "1946-03-27", sex: "F"},
		{about: "another sandbox identity", in: "16084138758", want: "ok", kind: k, birth: "1941-08-16", sex: "M"},
		{about: "a vendor's placeholder", in: "10098235846", want: "checksum"},
		{about: "another placeholder", in: "07128312345", want: "checksum"},
		{about: "two spaces", in: "270346  98436", want: "format"},
		{about: "space and hyphen", in: "270346 -98436", want: "format"},
		{about: "space after five", in: "27034 698436", want: "format"},
		{about: "a space in two places", in: "27 0346 98436", want: "format"},
		{about: "hyphen in front", in: "-27034698436", want: "format"},
		{about: "plus", in: "270346+98436", want: "charset"},
		{about: "tab inside", in: "270346\t98436", want: "charset"},
		{about: "full stop", in: "270346.98436", want: "charset"},
		{about: "no-break space", in: "270346\u00a098436", want: "charset"},
		{about: "ten digits with hyphen", in: "270346-9843", want: "length"},
		{about: "twelve digits", in: "270346984366", want: "length"},
	})
}

func TestNorwegianMarksOnDayAndMonthNeedTheirFlags(t *testing.T) {
	syn, help := identity.AllowSynthetic, identity.AllowHelp
	of := func(ddmmyy string) string { return norwegian(t, ddmmyy, 120, 0) }
	for _, c := range []struct {
		about, ddmmyy string
		kind          identity.Kind
		needs         identity.Allow
		birth         string
		synthetic     identity.Tri
	}{
		{"ordinary", "150190", identity.KindFnr, 0, "1990-01-15", identity.TriNo},
		{"ordinary December", "151290", identity.KindFnr, 0, "1990-12-15", identity.TriNo},
		{"day +40", "550190", identity.KindDnr, 0, "1990-01-15", identity.TriNo},
		{"day +40, last", "711290", identity.KindDnr, 0, "1990-12-31", identity.TriNo},
		{"month +40, first", "154190", identity.KindHnr, help, "1990-01-15", identity.TriUnknown},
		{"month +40, last", "155290", identity.KindHnr, help, "1990-12-15", identity.TriUnknown},
		{"day and month +40", "554190", identity.KindDnrHnr, help, "1990-01-15", identity.TriUnknown},
		{"month +65, first", "156690", identity.KindFnr, syn, "1990-01-15", identity.TriYes},
		{"month +65, last", "157790", identity.KindFnr, syn, "1990-12-15", identity.TriYes},
		{"day +40, month +65", "556690", identity.KindDnr, syn, "1990-01-15", identity.TriYes},
		{"month +80, first", "158190", identity.KindFnr, syn, "1990-01-15", identity.TriYes},
		{"month +80, last", "159290", identity.KindFnr, syn, "1990-12-15", identity.TriYes},
		{"day +40, month +80", "558190", identity.KindDnr, syn, "1990-01-15", identity.TriYes},
	} {
		s := of(c.ddmmyy)
		sex := map[byte]string{0: "F", 1: "M"}[(s[8]-'0')%2]
		rows := []row{{about: c.about + ", allowed", in: s, allow: c.needs, want: "ok", kind: c.kind, birth: c.birth, sex: sex}}
		if c.needs != 0 {
			rows = append(rows,
				row{about: c.about + ", by default", in: s, want: "kind_not_allowed"},
				row{about: c.about + ", with all other flags", in: s, allow: everything &^ c.needs, want: "kind_not_allowed"})
		}
		judge(t, identity.NO, "person", rows)
		if got := person(t, identity.NO, s).Synthetic(); got != c.synthetic {
			t.Errorf("%s: synthetic %v, want %v", c.about, got, c.synthetic)
		}
	}
}

func TestNorwegianMarksThatNobodyDocumentedAreNoDates(t *testing.T) {
	var rows []row
	for month := range 100 {
		m := month
		switch {
		case m >= 1 && m <= 12, m >= 41 && m <= 52, m >= 66 && m <= 77, m >= 81 && m <= 92:
			continue
		}
		rows = append(rows, row{about: fmt.Sprintf("month %02d", m), in: norwegian(t, fmt.Sprintf("15%02d90", m), 120, 0), allow: everything, want: "date"})
	}
	for _, d := range []string{"00", "32", "39", "40", "72", "79"} {
		rows = append(rows, row{about: "day " + d, in: norwegian(t, d+"0190", 120, 0), allow: everything, want: "date"})
	}
	judge(t, identity.NO, "person", append(rows,
		row{about: "30 February", in: norwegian(t, "300290", 120, 0), want: "date"},
		row{about: "31 April", in: norwegian(t, "310490", 120, 0), want: "date"},
		row{about: "29 February 1990", in: norwegian(t, "290290", 120, 0), want: "date"},
		row{about: "29 February 1992", in: norwegian(t, "290292", 120, 0), want: "ok", kind: identity.KindFnr, birth: "1992-02-29", sex: sexOf(norwegian(t, "290292", 120, 0))},
		row{about: "29 February 1900", in: norwegian(t, "290200", 120, 0), want: "date"},
		row{about: "29 February 2000", in: norwegian(t, "290200", 620, 0), want: "ok", kind: identity.KindFnr, birth: "2000-02-29", sex: sexOf(norwegian(t, "290200", 620, 0))},
		row{about: "all zeros, which pass both sums", in: "00000000000", allow: everything, want: "date"},
		row{about: "a bad day before a bad serial", in: norwegian(t, "310445", 620, 0), want: "date"},
	))
}

func sexOf(s string) string {
	if (s[8]-'0')%2 == 1 {
		return "M"
	}
	return "F"
}

func TestSharedHelpNumbersSayNothingAboutThePerson(t *testing.T) {
	h := identity.AllowHelp
	for _, first := range []string{"80", "89", "90", "99"} {
		s := norwegian(t, first+"9999", 120, 0)
		judge(t, identity.NO, "person", []row{
			{about: first + " by default", in: s, want: "kind_not_allowed"},
			{about: first + " allowed", in: s, allow: h, want: "ok", kind: identity.KindFHnr},
			{about: first + " allowed in 2032", in: s, asOf: "2032-06-15", allow: h, want: "ok", kind: identity.KindFHnr},
			{about: first + " with a wrong digit", in: s[:10] + string('0'+(s[10]-'0'+1)%10), allow: h, want: "checksum"},
			{about: first + " by the sums of 2032", in: norwegian(t, first+"9999", 120, 1), allow: everything, want: "checksum"},
		})
		n := person(t, identity.NO, s)
		if n.Synthetic() != identity.TriNo || n.Masked() != s[:6]+"*****" || n.Display(day(t, usual)) != s[:6]+" "+s[6:] {
			t.Errorf("got %v %s %s", n.Synthetic(), n.Masked(), n.Display(day(t, usual)))
		}
	}
}

// centuries is the table of the authorities: who is born from first to last has
// individual numbers from low to high. What no line covers was never given out.
type centuries []struct{ low, high, first, last int }

var (
	ordinary = centuries{
		{0, 499, 1900, 1999},
		{500, 749, 1854, 1899},
		{900, 999, 1940, 1999},
		{500, 999, 2000, 2039},
	}
	dNumbers = centuries{
		{500, 599, 1858, 1899},
		{0, 199, 1900, 1939},
		{0, 499, 1940, 1999},
		{600, 999, 1940, 1999},
		{200, 999, 2000, 2039},
	}
)

func (c centuries) year(individual, yy int) int {
	for _, l := range c {
		for y := l.first; y <= l.last; y++ {
			if y%100 == yy && individual >= l.low && individual <= l.high {
				return y
			}
		}
	}
	return 0
}

func TestTheNorwegianCenturyIsTheOneOfTheTables(t *testing.T) {
	asOf := day(t, "2026-06-15")
	var all []int
	for i := range 1000 {
		all = append(all, i)
	}
	edges := []int{0, 1, 198, 199, 200, 201, 498, 499, 500, 501, 598, 599, 600, 601, 748, 749, 750, 751, 898, 899, 900, 901, 998, 999}
	for _, c := range []struct {
		about, ddmm string
		table       centuries
		individuals []int
	}{
		{"fødselsnummer", "1503", ordinary, all},
		{"its help number", "1543", ordinary, edges},
		{"its synthetic of the tax agency", "1583", ordinary, edges},
		{"its synthetic of the health net", "1568", ordinary, edges},
		{"D-number", "5503", dNumbers, all},
		{"its help number, too", "5543", dNumbers, edges},
		{"its synthetic of the tax agency, too", "5583", dNumbers, edges},
		{"its synthetic of the health net, too", "5568", dNumbers, edges},
	} {
		t.Run(c.about, func(t *testing.T) {
			judged := 0
			for yy := range 100 {
				for _, individual := range c.individuals {
					s, ok := withKs(fmt.Sprintf("%s%02d%03d", c.ddmm, yy, individual), 0)
					if !ok {
						continue
					}
					judged++
					want, birth := "ok", ""
					switch y := c.table.year(individual, yy); {
					case y == 0:
						want = "serial"
					case y*10000+315 > 20260615:
						want = "future"
					default:
						birth = fmt.Sprintf("%d-03-15", y)
					}
					n, err := identity.ParsePerson(identity.NO, s, identity.Options{AsOf: asOf, Allow: everything})
					got := "ok"
					if err != nil {
						got = string(err.(*identity.Error).Reason)
					}
					if got != want || n.Birth(asOf).ISO() != birth {
						t.Fatalf("individual %03d, year %02d: got %s %s, want %s %s", individual, yy, got, n.Birth(asOf).ISO(), want, birth)
					}
				}
			}
			if judged < 80*len(c.individuals) { // some have no check digits, about a sixth
				t.Errorf("only %d numbers could be made", judged)
			}
		})
	}
	// Published by the health net as a test person of 1999; the table says 1899.
	judge(t, identity.NO, "person", []row{
		{about: "a disputed D-number", in: "70019950032", allow: everything, want: "ok", kind: identity.KindDnr, birth: "1899-01-30", sex: "F"},
	})
}

func TestTheSchemeOf2032IsReadFromItsDayOnOrWithItsFlag(t *testing.T) {
	new32, k := identity.AllowNO2032, identity.KindFnr
	old, fresh := "27034698436", "30108299939"
	synthetic := norwegian(t, "158136", 120, 2)
	dnr := norwegian(t, "550136", 120, 3)
	rows := []row{
		{about: "official example, remainder 1, before", in: fresh, asOf: "2031-12-31", want: "kind_not_allowed"},
		{about: "official example, remainder 1, flag", in: fresh, allow: new32, want: "ok", kind: k},
		{about: "official example, remainder 1, on the day", in: fresh, asOf: "2032-01-01", want: "ok", kind: k},
		{about: "official example, remainder 0, before", in: "30108299920", asOf: "2031-12-31", want: "ok", kind: k, birth: "1982-10-30", sex: "M"},
		{about: "official example, remainder 0, on the day", in: "30108299920", asOf: "2032-01-01", want: "ok", kind: k},
		{about: "official example of 1932", in: "02013299997", asOf: "2031-12-31", want: "future"},
		{about: "the same in 2032", in: "02013299997", asOf: "2032-01-01", want: "ok", kind: k},
		{about: "an old number tells no birth any more", in: old, asOf: "2032-01-01", want: "ok", kind: k},
		{about: "a D-number, remainder 3, before", in: dnr, want: "kind_not_allowed"},
		{about: "a D-number, remainder 3, flag", in: dnr, allow: new32, want: "ok", kind: identity.KindDnr},
		{about: "a D-number, remainder 3, after", in: dnr, asOf: "2032-01-01", want: "ok", kind: identity.KindDnr},
		{about: "synthetic, remainder 2, one flag", in: synthetic, allow: new32, want: "kind_not_allowed"},
		{about: "synthetic, remainder 2, the other flag", in: synthetic, allow: identity.AllowSynthetic, want: "kind_not_allowed"},
		{about: "synthetic, remainder 2, both flags", in: synthetic, allow: identity.AllowSandbox | new32, want: "ok", kind: k},
		{about: "synthetic, remainder 2, after", in: synthetic, asOf: "2033-01-01", allow: identity.AllowSynthetic, want: "ok", kind: k},
		{about: "no series is closed to the new scheme", in: norwegian(t, "150145", 620, 1), asOf: "2032-01-01", want: "ok", kind: k},
		{about: "nor to remainder 0 from then on", in: norwegian(t, "150145", 620, 0), asOf: "2032-01-01", want: "ok", kind: k},
		{about: "but before then it is", in: norwegian(t, "150145", 620, 0), asOf: "2031-12-31", allow: everything, want: "serial"},
		{about: "29 February of a leap year", in: norwegian(t, "290204", 120, 1), allow: new32, want: "ok", kind: k},
		{about: "29 February 00, in 20YY", in: norwegian(t, "290200", 120, 1), allow: new32, want: "ok", kind: k},
		{about: "29 February of a common year", in: norwegian(t, "290205", 120, 1), allow: new32, want: "date"},
		{about: "29 February 00, remainder 0, after", in: norwegian(t, "290200", 120, 0), asOf: "2032-01-01", want: "ok", kind: k},
		{about: "a help number has no new scheme", in: norwegian(t, "154190", 120, 1), asOf: "2032-01-01", allow: everything, want: "checksum"},
	}
	for r1 := range 11 {
		want := "checksum"
		if r1 <= 3 {
			want = "ok"
		}
		rows = append(rows, row{about: fmt.Sprintf("remainder %d", r1), in: norwegian(t, "150190", 120, r1), asOf: "2032-01-01", want: want, kind: k})
	}
	judge(t, identity.NO, "person", rows)

	n := person(t, identity.NO, old)
	if years, ok := n.Age(day(t, "2031-12-31")); !ok || years != 85 {
		t.Errorf("the day before: got %d %v", years, ok)
	}
	if _, ok := n.Age(day(t, "2032-01-01")); ok {
		t.Error("an age in 2032")
	}
	if _, _, ok := n.AgeBounds(day(t, "2032-01-01")); ok {
		t.Error("bounds of an age in 2032")
	}
	if n.Birth(time.Time{}) != (identity.Date{}) || n.Sex(time.Time{}) != identity.SexUnknown {
		t.Error("a birth or a sex without a reference date")
	}
}
