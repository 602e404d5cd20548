package identity

import "time"

// Masked is a person's number as staff may see it: the last four or five
// characters are stars, as in "19900101****". It still shows the date of birth
// and so belongs on a screen that asks for it, never in a log, a trace or an
// error; those get [Number.String]. It is "" for organisations, whose numbers
// are public, and for the zero Number.
func (n Number) Masked() string {
	if n.IsZero() || n.IsOrg() {
		return ""
	}
	c := n.Reveal()
	if n.Country() == NO {
		return c[:6] + "*****"
	}
	return c[:len(c)-4] + "****"
}

// Display is the number as the country prints it, with all its digits:
// "900101-2385", "158385 00002", "251248-9996", "131052-308T"; organisations
// "559000-0948", "974 760 673", "13748136", "2077474-0". A Swedish hyphen
// becomes a plus in the year of asOf in which the person turns 100; nowhere else
// does asOf matter. "" for the zero Number.
func (n Number) Display(asOf time.Time) string {
	c := n.Reveal()
	switch n.form() {
	case formPersonnummer, formSamordningsnummer, formInterim:
		sign := "-"
		if asOf.Year()-swedishBirth(n.canonical()).Year >= 100 {
			sign = "+"
		}
		return c[2:8] + sign + c[8:]
	case formFnr, formDnr, formHnr, formDnrHnr, formFHnr:
		return c[:6] + " " + c[6:]
	case formCPR, formCPRReplacement, formOrgSE:
		return c[:6] + "-" + c[6:]
	case formOrgNO:
		return c[:3] + " " + c[3:6] + " " + c[6:]
	case formYTunnus:
		return c[:7] + "-" + c[7:]
	}
	return c
}
