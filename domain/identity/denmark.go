package identity

// readDanishPerson reads DDMMYYSSSS, with or without a hyphen or a space after
// the sixth digit. There is no check digit to hold it against.
func readDanishPerson(s string) (reading, Reason) {
	sc, ok := read(s, "- ", "")
	if !ok {
		return reading{}, ReasonCharset
	}
	if sc.n != 10 {
		return reading{}, ReasonLength
	}
	if !sc.separated(6) {
		return reading{}, ReasonFormat
	}
	c := sc.digits
	got := reading{form: formCPR, canon: c, size: 10, birth: danishBirth(c)}
	if c[0] >= '6' {
		got.form, got.needs = formCPRReplacement, AllowReplacement
	}
	if !exists(got.birth.Year, got.birth.Month, got.birth.Day) {
		return reading{}, ReasonDate
	}
	if c.pair(6) == 0 && c.pair(8) == 0 {
		return reading{}, ReasonSerial
	}
	return got, ""
}

// danishBirth is the date in ten digits. The seventh digit and the year give the
// century; replacement numbers have 60 added to the day.
func danishBirth(c text) Date {
	d := Date{0, c.pair(2), c.pair(0)}
	if d.Day > 60 {
		d.Day -= 60
	}
	yy := c.pair(4)
	century := 1900
	switch c[6] {
	case '4', '9':
		if yy <= 36 {
			century = 2000
		}
	case '5', '6', '7', '8':
		century = 1800
		if yy <= 57 {
			century = 2000
		}
	}
	d.Year = century + yy
	return d
}

// danishMod11 is the check sum that numbers were given until 2007, and many
// after.
func danishMod11(c text) bool {
	sum := 0
	for i, w := range [10]int{4, 3, 2, 7, 6, 5, 4, 3, 2, 1} {
		sum += w * int(c[i]-'0')
	}
	return sum%11 == 0
}
