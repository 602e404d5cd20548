package identity

import "time"

// Tri is an answer that may be unknown.
type Tri uint8

// The three answers.
const (
	TriUnknown Tri = iota
	TriNo
	TriYes
)

func triOf(yes bool) Tri {
	if yes {
		return TriYes
	}
	return TriNo
}

// Age is the number of completed years at asOf, on its civil date. Somebody born
// on 29 February completes a year on 1 March where there is no 29th, so that no
// gate opens a day early. ok is false when d is not complete, when asOf is zero,
// and before the birth.
func (d Date) Age(asOf time.Time) (years int, ok bool) {
	if !d.Complete() || asOf.IsZero() {
		return 0, false
	}
	years = completed(d, DateOf(asOf))
	return max(years, 0), years >= 0
}

// AgeBounds is the least and the greatest age that fits what is known of d, the
// same twice for a complete date. ok is false when the year is unknown, when
// asOf is zero, and before the earliest possible birth.
func (d Date) AgeBounds(asOf time.Time) (least, greatest int, ok bool) {
	if d.Year == 0 || asOf.IsZero() {
		return 0, 0, false
	}
	today := DateOf(asOf)
	greatest = completed(d.earliest(), today)
	if greatest < 0 {
		return 0, 0, false
	}
	// Who stands before us has been born, however late in the year.
	least = max(completed(d.latest(), today), 0)
	return least, greatest, true
}

// AtLeast reports whether somebody born on d is years old or older at asOf: yes
// when even the latest possible birth is early enough, no when not even the
// earliest is, else unknown.
func (d Date) AtLeast(years int, asOf time.Time) Tri {
	least, greatest, ok := d.AgeBounds(asOf)
	switch {
	case !ok:
		return TriUnknown
	case least >= years:
		return TriYes
	case greatest < years:
		return TriNo
	}
	return TriUnknown
}

// AtMost reports whether somebody born on d is years old or younger at asOf: yes
// when even the earliest possible birth is late enough, no when not even the
// latest is, else unknown.
func (d Date) AtMost(years int, asOf time.Time) Tri {
	least, greatest, ok := d.AgeBounds(asOf)
	switch {
	case !ok:
		return TriUnknown
	case greatest <= years:
		return TriYes
	case least > years:
		return TriNo
	}
	return TriUnknown
}

// completed counts the years from birth to today; below 0 before the birth.
func completed(birth, today Date) int {
	years := today.Year - birth.Year
	if today.Month < birth.Month || today.Month == birth.Month && today.Day < birth.Day {
		years--
	}
	return years
}
