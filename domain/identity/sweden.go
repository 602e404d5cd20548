package identity

// interimLetters may stand in the first place of the serial of an interim
// number, where they count as 1.
const interimLetters = "TRSUWXJKLMN"

// readSwedishPerson reads YYYYMMDDNNNC and YYMMDDNNNC, each with or without a
// hyphen or a plus before the last four.
func readSwedishPerson(s string, r rules) (reading, Reason) {
	sc, ok := read(s, "-+", interimLetters)
	if !ok || sc.letter >= 0 && sc.letter != sc.n-4 {
		return reading{}, ReasonCharset
	}
	if sc.n != 12 && (sc.n != 10 || r.stored) {
		return reading{}, ReasonLength
	}
	if !sc.separated(sc.n - 4) {
		return reading{}, ReasonFormat
	}
	if why := sc.completeCentury(r.today.Year); why != "" {
		return reading{}, why
	}

	c := sc.digits
	got := reading{form: formPersonnummer, canon: c, size: 12, birth: swedishBirth(c)}
	year, month, day := got.birth.Year, c.pair(4), c.pair(6)
	switch {
	case exists(year, month, day):
	case sc.letter >= 0:
		return reading{}, ReasonDate // nobody shifts the day of an interim number
	case day < 60 || day > 91, month > 12, month != 0 && day != 60 && !exists(year, month, day-60):
		return reading{}, ReasonDate
	default:
		got.form = formSamordningsnummer
	}

	if sc.letter >= 0 {
		got.form, got.needs = formInterim, AllowInterim
		c[8] = '1'
	}
	if c.triple(8) == 0 {
		return reading{}, ReasonSerial
	}
	if luhn(c[2:12]) != 0 {
		return reading{}, ReasonChecksum
	}
	return got, ""
}

// completeCentury checks the century of twelve digits, and finds that of ten: a
// plus means that the person turns 100 this year or has done so before, by the
// year alone. It leaves twelve digits.
func (s *scan) completeCentury(thisYear int) Reason {
	var year int
	if s.n == 10 {
		latest := thisYear
		if s.sign == '+' {
			latest -= 100
		}
		yy := s.digits.pair(0)
		year = latest - ((latest-yy)%100+100)%100
		if year < 1800 || year > 2099 { // of a reference date far from now
			return ReasonCentury
		}
		copy(s.digits[2:], s.digits[:10])
		s.digits[0], s.digits[1] = byte('0'+year/1000), byte('0'+year/100%10)
		return ""
	}
	year = s.digits.pair(0)*100 + s.digits.pair(2)
	if year < 1800 || year > 2099 {
		return ReasonCentury
	}
	if s.sign == '+' && thisYear-year < 100 {
		return ReasonCenturySign
	}
	return ""
}

// swedishBirth is the birth date in twelve digits that were checked. Month 00
// and day 60 stand for unknown parts.
func swedishBirth(c text) Date {
	d := Date{c.pair(0)*100 + c.pair(2), c.pair(4), c.pair(6)}
	if d.Day >= 60 {
		d.Day -= 60
	}
	return d
}

// luhn is the sum over the digits, the last of which weighs 1; 0 modulo 10 when
// the check digit is right.
func luhn(digits []byte) int {
	sum := 0
	for i, b := range digits {
		d := int(b - '0')
		if (len(digits)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum % 10
}
