package identity

import (
	"time"
	"unique"
)

// Number is the number of a person or an organisation, checked when it was
// parsed. It is immutable and comparable: == means the same country, kind and
// canonical form, and it may be the key of a map. The zero Number is no number;
// all its methods are safe.
//
// It holds one handle and nothing else. fmt does not call methods on values in
// unexported fields, so methods alone would not keep the digits out of a printed
// struct; the handle does, because a pointer is all there is to print.
type Number struct {
	// handle interns the form as one byte, followed by the canonical form. It
	// must stay a handle of a string: fmt looks into a pointer to a struct.
	handle unique.Handle[string]
}

// IsZero reports whether n is no number.
func (n Number) IsZero() bool { return n == Number{} }

// Country is the country that issued the number; "" for the zero Number.
func (n Number) Country() Country { return forms[n.form()].country }

// Kind says what sort of number it is; "" for the zero Number.
func (n Number) Kind() Kind { return forms[n.form()].kind }

// IsOrg reports whether the number is an organisation's. Those are public.
func (n Number) IsOrg() bool { return forms[n.form()].org }

// Reveal is the canonical form, the only one to store and to look up by: SE
// twelve digits, NO eleven, DK ten, FI eleven characters with the sign, in
// capitals; organisations SE ten digits, NO nine, DK and FI eight. It is the
// only way to get all the digits without a say in how they are shown, so that
// the places where they leave are easily found. "" for the zero Number.
func (n Number) Reveal() string {
	if n.IsZero() {
		return ""
	}
	return n.handle.Value()[1:]
}

// Sex is the legal sex at the time of issue, as the digits tell it.
type Sex uint8

// The sexes that a number can tell.
const (
	SexUnknown Sex = iota
	SexMale
	SexFemale
)

// Birth is the date of birth in the number, with 0 for its unknown parts: SE
// coordination numbers may lack the day or the month. It is wholly unknown for
// organisations and NO help numbers with first digit 8 or 9, and in Norway when
// asOf is zero or 2032 or later, or the number is of the scheme of 2032.
//
// It is a hint: Swedish numbers may carry a neighbouring day, and what an eID
// says about the birth outranks the number.
func (n Number) Birth(asOf time.Time) Date {
	switch c := n.canonical(); n.form() {
	case formPersonnummer, formSamordningsnummer, formInterim:
		return swedishBirth(c)
	case formFnr, formDnr, formHnr, formDnrHnr:
		if norwegianTellsBirth(c, asOf) {
			return norwegianBirth(c)
		}
	case formCPR, formCPRReplacement:
		return danishBirth(c)
	case formHetu, formHetuTemporary:
		return finnishBirth(c)
	}
	return Date{}
}

// Sex is the sex in the number, a hint only. It is unknown wherever the birth
// date is not complete.
func (n Number) Sex(asOf time.Time) Sex {
	if !n.Birth(asOf).Complete() {
		return SexUnknown
	}
	digit := n.canonical()[forms[n.form()].country.sexAt()]
	if digit%2 == 1 { // '0' is even
		return SexMale
	}
	return SexFemale
}

// sexAt is the place of the digit whose parity tells the sex.
func (c Country) sexAt() int {
	switch c {
	case SE:
		return 10
	case NO:
		return 8
	}
	return 9
}

// Synthetic reports whether the number belongs to a population of test data, as
// far as its digits tell: Norway's and Finland's do, and a Norwegian month +40
// may be either. Test numbers of Sweden and Denmark look like all others, and
// get no.
func (n Number) Synthetic() Tri {
	c := n.canonical()
	switch n.form() {
	case noForm, formHnr, formDnrHnr:
		return TriUnknown
	case formFnr, formDnr:
		return triOf(c.pair(2) > 12)
	case formHetuTemporary:
		return TriYes
	case formOrgNO:
		return triOf(c[0] == '2' || c[0] == '3')
	}
	return TriNo
}

// Mod11 reports whether a Danish personal number passes the old check sum. That
// is information and no verdict: numbers that fail are issued and are valid.
// Unknown for all other numbers.
func (n Number) Mod11() Tri {
	switch n.form() {
	case formCPR, formCPRReplacement:
		return triOf(danishMod11(n.canonical()))
	}
	return TriUnknown
}

// Age is the completed years at asOf by the birth date in the number; see
// [Date.Age]. ok is false for partial and unknown births.
func (n Number) Age(asOf time.Time) (years int, ok bool) {
	return n.Birth(asOf).Age(asOf)
}

// AgeBounds is the least and greatest age at asOf by the birth date in the
// number, equal when it is complete; see [Date.AgeBounds].
func (n Number) AgeBounds(asOf time.Time) (least, greatest int, ok bool) {
	return n.Birth(asOf).AgeBounds(asOf)
}

func (n Number) form() form {
	if n.IsZero() {
		return noForm
	}
	return form(n.handle.Value()[0])
}

// canonical is the canonical form, laid out for reading digits.
func (n Number) canonical() (c text) {
	copy(c[:], n.Reveal())
	return c
}
