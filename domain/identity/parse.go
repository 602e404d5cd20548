package identity

import "unique"

// rules are what a reader must know beside the text.
type rules struct {
	today Date

	// stored is set for our own canonical forms. A number that was valid on some
	// day stays readable on every other.
	stored bool
}

// reading is a number taken apart, before anything of it is interned. It lives
// on the stack.
type reading struct {
	form  form
	canon text
	size  int
	birth Date  // as far as it can be held against the reference date
	needs Allow // what must be allowed for it
}

// ParsePerson reads the number of a person of the country c. Blanks around it
// are cut off; inside, a separator may stand where the country prints one and
// nowhere else. Only ASCII counts.
//
// A refusal is an [*Error], which is [ErrInvalid] to [errors.Is]. Other errors
// are [ErrNoReferenceDate] and [ErrUnknownCountry].
func ParsePerson(c Country, s string, o Options) (Number, error) {
	return parse(c, s, o, readPerson)
}

// ParseOrg reads the number of an organisation of the country c; otherwise it is
// like [ParsePerson]. A Swedish sole trader's number is the owner's personal
// number: it is refused with [ReasonIsPerson], and whoever serves sole traders
// then calls ParsePerson and has personal data in hand.
func ParseOrg(c Country, s string, o Options) (Number, error) {
	return parse(c, s, o, readOrg)
}

// ParseCanonical reads back what [Number.Reveal] gave, of a person or an
// organisation. Nothing is trimmed, no other spelling is taken, no day is looked
// at and every kind is allowed; but the kind must be the one that the digits
// say, else the reason is [ReasonKindNotAllowed].
func ParseCanonical(c Country, k Kind, s string) (Number, error) {
	if !c.known() {
		return Number{}, ErrUnknownCountry
	}
	f, ok := formOf(c, k)
	if !ok {
		return Number{}, &Error{c, ReasonKindNotAllowed}
	}
	read := readPerson
	if forms[f].org {
		read = readOrg
	}
	got, why := read(c, s, rules{stored: true})
	switch {
	case why != "":
		return Number{}, &Error{c, why}
	case string(got.canon[:got.size]) != s:
		return Number{}, &Error{c, ReasonFormat}
	case got.form != f:
		return Number{}, &Error{c, ReasonKindNotAllowed}
	}
	return got.number(), nil
}

// reader reads a number of a country that is known.
type reader func(Country, string, rules) (reading, Reason)

func parse(c Country, s string, o Options, read reader) (Number, error) {
	if !c.known() {
		return Number{}, ErrUnknownCountry
	}
	if o.AsOf.IsZero() {
		return Number{}, ErrNoReferenceDate
	}
	got, why := judge(c, s, o, read)
	if why != "" {
		return Number{}, &Error{c, why}
	}
	return got.number(), nil
}

// judge is parsing without interning and without errors.
func judge(c Country, s string, o Options, read reader) (reading, Reason) {
	today := DateOf(o.AsOf)
	got, why := read(c, s, rules{today: today})
	switch {
	case why != "":
		return reading{}, why
	case got.bornAfter(today):
		return reading{}, ReasonFuture
	case got.needs&^o.Allow != 0:
		return reading{}, ReasonKindNotAllowed
	}
	return got, ""
}

func readPerson(c Country, s string, r rules) (reading, Reason) {
	s, why := trim(s)
	if why != "" {
		return reading{}, why
	}
	switch c {
	case SE:
		return readSwedishPerson(s, r)
	case NO:
		return readNorwegianPerson(s, r)
	case DK:
		return readDanishPerson(s)
	}
	return readFinnishPerson(s)
}

func readOrg(c Country, s string, r rules) (reading, Reason) {
	s, why := trim(s)
	if why != "" {
		return reading{}, why
	}
	switch c {
	case SE:
		return readSwedishOrg(s, r)
	case NO:
		return readNorwegianOrg(s)
	case DK:
		return readDanishOrg(s)
	}
	return readFinnishOrg(s)
}

// number interns the reading.
func (r *reading) number() Number {
	var b [1 + len(r.canon)]byte
	b[0] = byte(r.form)
	n := 1 + copy(b[1:], r.canon[:r.size])
	return Number{handle: unique.Make(string(b[:n]))}
}

// bornAfter reports whether even the earliest day that the birth can mean is
// later than today.
func (r *reading) bornAfter(today Date) bool {
	return r.birth.Year != 0 && r.birth.earliest().After(today)
}
