package identity_test

import (
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
)

func TestAnAgeIsTheCompletedYears(t *testing.T) {
	for _, c := range []struct {
		born, asOf string
		years      int
		ok         bool
	}{
		{"1990-06-15", "2026-06-14", 35, true},
		{"1990-06-15", "2026-06-15", 36, true},
		{"1990-12-31", "2026-01-01", 35, true},
		{"1990-01-01", "2025-12-31", 35, true},
		{"2008-02-29", "2026-02-28", 17, true},
		{"2008-02-29", "2026-03-01", 18, true},
		{"2008-02-29", "2028-02-28", 19, true},
		{"2008-02-29", "2028-02-29", 20, true},
		{"2008-02-28", "2028-02-29", 20, true},
		{"2026-06-15", "2026-06-15", 0, true},
		{"2026-06-15", "2026-06-14", 0, false},
		{"2026-06-15", "1990-06-14", 0, false},
		{"1897-12-21", "2026-06-15", 128, true},
	} {
		born, _ := identity.ParseDate(c.born)
		years, ok := born.Age(day(t, c.asOf))
		if years != c.years || ok != c.ok {
			t.Errorf("%s at %s: got %d %v, want %d %v", c.born, c.asOf, years, ok, c.years, c.ok)
		}
		least, greatest, ok := born.AgeBounds(day(t, c.asOf))
		if least != c.years || greatest != c.years || ok != c.ok {
			t.Errorf("%s at %s: got bounds %d %d %v", c.born, c.asOf, least, greatest, ok)
		}
	}
}

func TestAPartialBirthHasBoundsAndNoAge(t *testing.T) {
	for _, c := range []struct {
		about           string
		born            identity.Date
		asOf            string
		least, greatest int
		ok              bool
	}{
		{"month and day unknown", identity.Date{Year: 2008}, "2026-06-15", 17, 18, true},
		{"on the last day of the year", identity.Date{Year: 2008}, "2026-12-31", 18, 18, true},
		{"on the first day of the year", identity.Date{Year: 2008}, "2026-01-01", 17, 18, true},
		{"day unknown, before the month", identity.Date{Year: 2008, Month: 7}, "2026-06-30", 17, 17, true},
		{"day unknown, in the month", identity.Date{Year: 2008, Month: 6}, "2026-06-15", 17, 18, true},
		{"day unknown, on its last day", identity.Date{Year: 2008, Month: 6}, "2026-06-30", 18, 18, true},
		{"day unknown, after the month", identity.Date{Year: 2008, Month: 5}, "2026-06-01", 18, 18, true},
		{"day unknown, in a leap February", identity.Date{Year: 2008, Month: 2}, "2026-02-28", 17, 18, true},
		{"day unknown, in a common February", identity.Date{Year: 2007, Month: 2}, "2026-02-28", 19, 19, true},
		{"month unknown", identity.Date{Year: 2008, Day: 15}, "2026-01-14", 17, 17, true},
		{"month unknown, from its first day", identity.Date{Year: 2008, Day: 15}, "2026-01-15", 17, 18, true},
		{"month unknown, on its last day", identity.Date{Year: 2008, Day: 15}, "2026-12-15", 18, 18, true},
		{"this year", identity.Date{Year: 2026}, "2026-06-15", 0, 0, true},
		{"next year", identity.Date{Year: 2027}, "2026-06-15", 0, 0, false},
		{"unknown", identity.Date{}, "2026-06-15", 0, 0, false},
		{"year unknown", identity.Date{Month: 6, Day: 15}, "2026-06-15", 0, 0, false},
	} {
		least, greatest, ok := c.born.AgeBounds(day(t, c.asOf))
		if least != c.least || greatest != c.greatest || ok != c.ok {
			t.Errorf("%s: got %d %d %v, want %d %d %v", c.about, least, greatest, ok, c.least, c.greatest, c.ok)
		}
		if years, ok := c.born.Age(day(t, c.asOf)); ok {
			t.Errorf("%s: %d years old", c.about, years)
		}
	}
	n := person(t, identity.SE, withLuhn("20080060238"))
	if least, greatest, ok := n.AgeBounds(day(t, usual)); least != 17 || greatest != 18 || !ok {
		t.Errorf("a coordination number: got %d %d %v", least, greatest, ok)
	}
	if _, ok := n.Age(day(t, usual)); ok {
		t.Error("a coordination number without a birthday has an age")
	}
	n = person(t, identity.SE, withLuhn("20080601238"))
	if least, greatest, ok := n.AgeBounds(day(t, usual)); least != 18 || greatest != 18 || !ok {
		t.Errorf("a whole birth date: got %d %d %v", least, greatest, ok)
	}
}

func TestAnAgeGateNeedsTheWorstCaseToPass(t *testing.T) {
	asOf := day(t, "2026-06-15")
	for _, c := range []struct {
		about           string
		born            identity.Date
		least18, most18 identity.Tri
	}{
		{"18 today", identity.Date{Year: 2008, Month: 6, Day: 15}, identity.TriYes, identity.TriYes},
		{"18 tomorrow", identity.Date{Year: 2008, Month: 6, Day: 16}, identity.TriNo, identity.TriYes},
		{"19 today", identity.Date{Year: 2007, Month: 6, Day: 15}, identity.TriYes, identity.TriNo},
		{"18 this year", identity.Date{Year: 2008}, identity.TriUnknown, identity.TriYes},
		{"18 this month", identity.Date{Year: 2008, Month: 6}, identity.TriUnknown, identity.TriYes},
		{"18 last month", identity.Date{Year: 2008, Month: 5}, identity.TriYes, identity.TriYes},
		{"19 this year", identity.Date{Year: 2007}, identity.TriYes, identity.TriUnknown},
		{"20 this year", identity.Date{Year: 2006}, identity.TriYes, identity.TriNo},
		{"17 this year", identity.Date{Year: 2009}, identity.TriNo, identity.TriYes},
		{"unknown", identity.Date{}, identity.TriUnknown, identity.TriUnknown},
		{"not born", identity.Date{Year: 2027}, identity.TriUnknown, identity.TriUnknown},
	} {
		if got := c.born.AtLeast(18, asOf); got != c.least18 {
			t.Errorf("%s: at least 18: got %d, want %d", c.about, got, c.least18)
		}
		if got := c.born.AtMost(18, asOf); got != c.most18 {
			t.Errorf("%s: at most 18: got %d, want %d", c.about, got, c.most18)
		}
	}
}

func TestThereIsNoAgeWithoutAReferenceDate(t *testing.T) {
	n := person(t, identity.SE, "199001012385")
	if _, ok := n.Age(time.Time{}); ok {
		t.Error("an age")
	}
	if _, _, ok := n.AgeBounds(time.Time{}); ok {
		t.Error("bounds")
	}
	if got := n.Birth(time.Time{}).AtLeast(0, time.Time{}); got != identity.TriUnknown {
		t.Errorf("an answer: %v", got)
	}
}

func TestADateIsReadInOneFormAndOnlyIfItExists(t *testing.T) {
	d, ok := identity.ParseDate("2024-02-29")
	if !ok || d != (identity.Date{Year: 2024, Month: 2, Day: 29}) || d.ISO() != "2024-02-29" || !d.Complete() {
		t.Errorf("got %v %v", d, ok)
	}
	for _, s := range []string{"", "2023-02-29", "2024-04-31", "2024-2-29", "20240229", "2024-02-29T00:00:00Z", " 2024-02-29", "2024-00-01", "0000-01-01", "２024-02-29"} {
		if d, ok := identity.ParseDate(s); ok || d != (identity.Date{}) {
			t.Errorf("%q: got %v", s, d)
		}
	}
	for _, d := range []identity.Date{{}, {Year: 1990}, {Year: 1990, Month: 2}, {Year: 1990, Day: 2}, {Month: 1, Day: 2}} {
		if d.Complete() || d.ISO() != "" {
			t.Errorf("%v is complete: %q", d, d.ISO())
		}
	}
	if identity.DateOf(time.Time{}) != (identity.Date{}) {
		t.Error("the zero time is a date")
	}
}

func TestTodayIsTheCivilDateOfTheCountry(t *testing.T) {
	for _, c := range []struct {
		country identity.Country
		now     string
		want    string
	}{
		{identity.SE, "2026-01-15T22:59:59Z", "2026-01-15"},
		{identity.SE, "2026-01-15T23:00:00Z", "2026-01-16"},
		{identity.NO, "2026-01-15T23:00:00Z", "2026-01-16"},
		{identity.DK, "2026-01-15T23:00:00Z", "2026-01-16"},
		{identity.FI, "2026-01-15T22:00:00Z", "2026-01-16"},
		{identity.FI, "2026-01-15T21:59:59Z", "2026-01-15"},
		{"", "2026-01-15T23:59:59Z", "2026-01-15"},
		{identity.NO, "2031-12-31T23:00:00Z", "2032-01-01"},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		today := c.country.Today(now)
		if got := today.Format(time.RFC3339); got != c.want+"T00:00:00Z" {
			t.Errorf("%s at %s: got %s, want %s", c.country, c.now, got, c.want)
		}
		if again := c.country.Today(today); !again.Equal(today) {
			t.Errorf("%s: today of today is %s", c.country, again)
		}
	}
	if _, err := time.LoadLocation("Europe/Stockholm"); err != nil {
		t.Skip("no time zone data on this machine: summer time cannot be checked")
	}
	summer := time.Date(2026, 7, 15, 22, 0, 0, 0, time.UTC)
	if got := identity.SE.Today(summer).Day(); got != 16 {
		t.Errorf("in summer: the %dth", got)
	}
}
