package identity

import "time"

// Date is a day of the Gregorian calendar of which parts may be unknown: these
// are 0. The zero Date is altogether unknown. It is personal data as soon as it
// is somebody's birth, and unlike a [Number] it prints.
type Date struct{ Year, Month, Day int }

// DateOf is the civil date of t in t's own location. The zero time gives the
// unknown date.
func DateOf(t time.Time) Date {
	if t.IsZero() {
		return Date{}
	}
	year, month, day := t.Date()
	return Date{year, int(month), day}
}

// ParseDate reads YYYY-MM-DD, nothing else, and is false for a day that does not
// exist.
func ParseDate(s string) (Date, bool) {
	if len(s) != len(time.DateOnly) {
		return Date{}, false
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() == 0 {
		return Date{}, false
	}
	return DateOf(t), true
}

// Complete reports whether year, month and day are all known.
func (d Date) Complete() bool { return d.Year != 0 && d.Month != 0 && d.Day != 0 }

// ISO is the date as YYYY-MM-DD, or "" when it is not complete.
func (d Date) ISO() string {
	if !d.Complete() {
		return ""
	}
	return time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// After reports whether d is later than e. Both should be complete.
func (d Date) After(e Date) bool {
	if d.Year != e.Year {
		return d.Year > e.Year
	}
	if d.Month != e.Month {
		return d.Month > e.Month
	}
	return d.Day > e.Day
}

// earliest and latest are the first and the last day that a date with a known
// year can mean.
func (d Date) earliest() Date {
	return Date{d.Year, max(d.Month, 1), max(d.Day, 1)}
}

func (d Date) latest() Date {
	if d.Month == 0 {
		d.Month = 12
	}
	if d.Day == 0 {
		d.Day = daysIn(d.Year, d.Month)
	}
	return d
}

// exists reports whether the day is in the calendar. It does not go through
// time.Date, which would make 1 May of 31 April.
func exists(year, month, day int) bool {
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}
