package identity

import "strings"

// hetuChecks are the check characters in the order of their remainders. They
// are also all the digits and letters that a Finnish number can hold.
const hetuChecks = "0123456789ABCDEFHJKLMNPRSTUVWXY"

// readFinnishPerson reads DDMMYYcZZZq, the one spelling there is; letters may be
// small.
func readFinnishPerson(s string) (reading, Reason) {
	got := reading{form: formHetu, size: 11}
	for i := range len(s) {
		b := upper(s[i])
		if !hetuMayHold(b, i, len(s)) {
			return reading{}, ReasonCharset
		}
		if i < got.size {
			got.canon[i] = b
		}
	}
	if len(s) != got.size {
		return reading{}, ReasonLength
	}
	c := got.canon
	if finnishCentury(c[6]) == 0 {
		return reading{}, ReasonCenturySign
	}
	got.birth = finnishBirth(c)
	if !exists(got.birth.Year, got.birth.Month, got.birth.Day) {
		return reading{}, ReasonDate
	}
	individual := c.triple(7)
	if individual < 2 {
		return reading{}, ReasonSerial
	}
	day := c.pair(0)*10_000 + c.pair(2)*100 + c.pair(4)
	if c[10] != hetuChecks[(day*1000+individual)%31] {
		return reading{}, ReasonChecksum
	}
	if individual >= 900 {
		got.form, got.needs = formHetuTemporary, AllowTemporary
	}
	return got, ""
}

// hetuMayHold reports whether the character can stand at place i. In an input of
// the wrong length the places mean nothing, and any character of the alphabet
// will do. The seventh character is judged as a sign, later.
func hetuMayHold(b byte, i, length int) bool {
	check := strings.IndexByte(hetuChecks, b) >= 0
	switch {
	case length != 11:
		return check || b == '+' || b == '-'
	case i == 6:
		return b < 0x80
	case i == 10:
		return check
	}
	return b-'0' <= 9
}

// upper folds small ASCII letters and touches nothing else.
func upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - ('a' - 'A')
	}
	return b
}

// finnishCentury is the first year of the century that the sign stands for, 0
// for no sign.
func finnishCentury(sign byte) int {
	switch sign {
	case '+':
		return 1800
	case '-', 'Y', 'X', 'W', 'V', 'U':
		return 1900
	case 'A', 'B', 'C', 'D', 'E', 'F':
		return 2000
	}
	return 0
}

func finnishBirth(c text) Date {
	return Date{finnishCentury(c[6]) + c.pair(4), c.pair(2), c.pair(0)}
}
