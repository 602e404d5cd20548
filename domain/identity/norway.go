package identity

import "time"

// readNorwegianPerson reads DDMMYYIIIKK, with or without a space or a hyphen
// after the sixth digit.
func readNorwegianPerson(s string, r rules) (reading, Reason) {
	sc, ok := read(s, " -", "")
	if !ok {
		return reading{}, ReasonCharset
	}
	if sc.n != 11 {
		return reading{}, ReasonLength
	}
	if !sc.separated(6) {
		return reading{}, ReasonFormat
	}
	c := sc.digits
	r1, r2 := norwegianRemainders(c)
	got := reading{canon: c, size: 11}

	// A help number of the first digit says nothing about the person; there is
	// only a check sum to look at.
	if c[0] >= '8' {
		if r1 != 0 || r2 != 0 {
			return reading{}, ReasonChecksum
		}
		got.form, got.needs = formFHnr, AllowHelp
		return got, ""
	}

	l, ok := norwegianLayout(c)
	if !ok || !exists(2000+l.yy, l.month, l.day) {
		return reading{}, ReasonDate
	}
	got.form, got.needs = l.form, l.needs

	// The century is in the individual number only as long as the scheme of
	// 1964 is the only one. 20YY is the calendar of the other, and differs from
	// it on one day, 29 February 1900.
	if r1 == 0 && !r.stored && r.today.Year < firstYearOf2032 {
		got.birth = norwegianBirth(c)
		if got.birth.Year == 0 {
			return reading{}, ReasonSerial
		}
		if !exists(got.birth.Year, l.month, l.day) {
			return reading{}, ReasonDate
		}
	}

	switch {
	case r2 != 0 || r1 > 3:
		return reading{}, ReasonChecksum
	case r1 == 0:
	case l.form != formFnr && l.form != formDnr:
		return reading{}, ReasonChecksum // the new scheme is the tax agency's, for its own numbers
	case r.today.Year < firstYearOf2032:
		got.needs |= AllowNO2032
	}
	return got, ""
}

// firstYearOf2032 is when numbers of the new scheme begin to be issued, on its
// first day.
const firstYearOf2032 = 2032

// layout is what the first six digits say when the marks are taken off.
type layout struct {
	form           form
	needs          Allow
	day, month, yy int
}

// norwegianLayout takes the marks off day and month. ok is false for a shift
// that nobody has documented.
func norwegianLayout(c text) (l layout, ok bool) {
	l = layout{form: formFnr, day: c.pair(0), month: c.pair(2), yy: c.pair(4)}
	plain, help := formFnr, formHnr
	if c[0] >= '4' {
		l.day -= 40
		plain, help = formDnr, formDnrHnr
	}
	l.form = plain
	switch m := l.month; {
	case m >= 1 && m <= 12:
	case m >= 41 && m <= 52:
		l.month -= 40
		l.form, l.needs = help, AllowHelp
	case m >= 66 && m <= 77:
		l.month -= 65
		l.needs = AllowSynthetic
	case m >= 81 && m <= 92:
		l.month -= 80
		l.needs = AllowSynthetic
	default:
		return layout{}, false
	}
	return l, true
}

// norwegianTellsBirth reports whether the number can only be of the scheme of
// 1964, and so tells the century and the sex.
func norwegianTellsBirth(c text, asOf time.Time) bool {
	r1, _ := norwegianRemainders(c)
	return r1 == 0 && !asOf.IsZero() && asOf.Year() < firstYearOf2032
}

// norwegianBirth is the birth date by the scheme of 1964, unknown where the
// individual number gives no century. The layout was checked before.
func norwegianBirth(c text) Date {
	l, _ := norwegianLayout(c)
	century := fnrCentury
	if l.form == formDnr || l.form == formDnrHnr {
		century = dnrCentury
	}
	if y := century(c.triple(6), l.yy); y != 0 {
		return Date{y + l.yy, l.month, l.day}
	}
	return Date{}
}

// fnrCentury is the first year of the century by individual number and year, 0
// for the combinations that were never given out.
func fnrCentury(individual, yy int) int {
	switch {
	case individual < 500:
		return 1900
	case yy < 40:
		return 2000
	case individual >= 900:
		return 1900
	case individual < 750 && yy >= 54:
		return 1800
	}
	return 0
}

// dnrCentury is fnrCentury for D-numbers, whose series was widened in 2021.
func dnrCentury(individual, yy int) int {
	switch {
	case yy < 40 && individual < 200:
		return 1900
	case yy < 40:
		return 2000
	case individual < 500 || individual >= 600:
		return 1900
	case yy >= 58:
		return 1800
	}
	return 0
}

var (
	norwegianWeights1 = [10]int{3, 7, 6, 1, 8, 9, 4, 5, 2, 1}
	norwegianWeights2 = [11]int{5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1}
)

// norwegianRemainders are the two check sums modulo 11, over the digits as they
// stand. Both are 0 in the scheme of 1964; the first is up to 3 in that of 2032.
func norwegianRemainders(c text) (r1, r2 int) {
	for i, w := range norwegianWeights1 {
		r1 += w * int(c[i]-'0')
	}
	for i, w := range norwegianWeights2 {
		r2 += w * int(c[i]-'0')
	}
	return r1 % 11, r2 % 11
}
