package identity

// readSwedishOrg reads NNNNNNNNNN and 16NNNNNNNNNN, each with or without a
// hyphen before the last four.
func readSwedishOrg(s string, r rules) (reading, Reason) {
	sc, ok := read(s, "-", "")
	if !ok {
		return reading{}, ReasonCharset
	}
	if sc.n != 10 && sc.n != 12 {
		return reading{}, ReasonLength
	}
	if !sc.separated(sc.n - 4) {
		return reading{}, ReasonFormat
	}
	c := sc.digits
	if sc.n == 12 {
		if c[0] != '1' || c[1] != '6' {
			if isSwedishPerson(s, r) {
				return reading{}, ReasonIsPerson
			}
			return reading{}, ReasonPrefix
		}
		s = s[2:]
		copy(c[:], c[2:])
		c[10], c[11] = 0, 0
	}
	switch {
	case isSwedishPerson(s, r):
		return reading{}, ReasonIsPerson
	case c[0] == '0':
		return reading{}, ReasonGroup
	case c[2] < '2': // the third digit keeps it apart from a month
		return reading{}, ReasonThirdDigit
	case luhn(c[:10]) != 0:
		return reading{}, ReasonChecksum
	}
	return reading{form: formOrgSE, canon: c, size: 10}, ""
}

// isSwedishPerson reports whether ParsePerson would take it.
func isSwedishPerson(s string, r rules) bool {
	got, why := readSwedishPerson(s, r)
	return why == "" && !got.bornAfter(r.today)
}

// readNorwegianOrg reads NNNNNNNNN and NNN NNN NNN. Real ones start with 8 or 9
// and test data with 2 or 3; nothing forbids the rest, which live registers do
// not know.
func readNorwegianOrg(s string) (reading, Reason) {
	sc, ok := read(s, " ", "")
	if !ok {
		return reading{}, ReasonCharset
	}
	if sc.n != 9 {
		return reading{}, ReasonLength
	}
	if !sc.separated(3, 6) {
		return reading{}, ReasonFormat
	}
	c := sc.digits
	if !mod11(c, 3, 2, 7, 6, 5, 4, 3, 2, 1) {
		return reading{}, ReasonChecksum
	}
	got := reading{form: formOrgNO, canon: c, size: 9}
	if c[0] < '8' {
		got.needs = AllowSynthetic
	}
	return got, ""
}

// readDanishOrg reads NNNNNNNN and NN NN NN NN.
func readDanishOrg(s string) (reading, Reason) {
	sc, ok := read(s, " ", "")
	if !ok {
		return reading{}, ReasonCharset
	}
	if sc.n != 8 {
		return reading{}, ReasonLength
	}
	if !sc.separated(2, 4, 6) {
		return reading{}, ReasonFormat
	}
	c := sc.digits
	if c[0] == '0' {
		return reading{}, ReasonLeadingZero
	}
	if !mod11(c, 2, 7, 6, 5, 4, 3, 2, 1) {
		return reading{}, ReasonChecksum
	}
	return reading{form: formCVR, canon: c, size: 8}, ""
}

// readFinnishOrg reads NNNNNNN-N and NNNNNNNN, and the old NNNNNN-N, which lacks
// the leading zero of today.
func readFinnishOrg(s string) (reading, Reason) {
	sc, ok := read(s, "-", "")
	if !ok {
		return reading{}, ReasonCharset
	}
	c := sc.digits
	switch {
	case sc.n == 7 && sc.marks != 0 && sc.separated(6):
		copy(c[1:], c[:7])
		c[0] = '0'
	case sc.n != 8:
		return reading{}, ReasonLength
	case !sc.separated(7):
		return reading{}, ReasonFormat
	}
	if !mod11(c, 7, 9, 10, 5, 8, 4, 2, 1) {
		return reading{}, ReasonChecksum
	}
	return reading{form: formYTunnus, canon: c, size: 8}, ""
}

// mod11 reports whether the weighted digits, of which the last is the check
// digit, add up to a multiple of 11. No digit can make up for a remainder of 1,
// so such numbers fail with every check digit.
func mod11(c text, weights ...int) bool {
	sum := 0
	for i, w := range weights {
		sum += w * int(c[i]-'0')
	}
	return sum%11 == 0
}
