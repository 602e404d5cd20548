package eid

import "strings"

// Context is an authentication context class reference (OpenID Connect Core 1.0 section 2): the exact way in
// which a scheme is used, as a URN such as urn:grn:authn:se:bankid:another-device:qr. More words behind a URN
// refine it.
type Context string

const contextPrefix = "urn:grn:authn:"

// schemes maps the first two words of a context to its scheme.
var schemes = map[string]EID{
	"se:bankid": SEBankID, "se:frejaid": SEFreja,
	"no:bankid": NOBankID, "no:vipps": NOVipps,
	"dk:mitid": DKMitID,
	"fi:all":   FIFTN, "fi:bank-id": FIFTN, "fi:mobile-id": FIFTN, "fi:bankid": FIFTN,
}

// Valid holds for a well-formed URN of the family, of a known scheme or not:
// urn:grn:authn:, two letters of country, and words of lower-case letters, digits and hyphens.
func (c Context) Valid() bool {
	rest, found := strings.CutPrefix(string(c), contextPrefix)
	if !found || len(c) > 200 {
		return false
	}
	words := strings.Split(rest, ":")
	if len(words) < 2 || len(words[0]) != 2 || strings.Trim(words[0], "abcdefghijklmnopqrstuvwxyz") != "" {
		return false
	}
	for _, w := range words[1:] {
		if w == "" || w[0] == '-' || strings.Trim(w, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// EID is the scheme that the context belongs to; ok is false for schemes that eidgate does not know.
func (c Context) EID() (e EID, ok bool) {
	words := strings.SplitN(strings.TrimPrefix(string(c), contextPrefix), ":", 3)
	if !c.Valid() {
		return "", false
	}
	e, ok = schemes[words[0]+":"+words[1]]
	return e, ok
}

// Assurance is the level that the context names or stands for: MitID by its name, Finnish and Norwegian
// substantial contexts as such, Norwegian BankID otherwise high, the Swedish ones substantial (level 3 of the Swedish
// trust framework for electronic identities), and Unstated where the scheme says nothing.
func (c Context) Assurance() Assurance {
	e, _ := c.EID()
	switch {
	case strings.HasSuffix(string(c), ":high"):
		return High
	case strings.HasSuffix(string(c), ":substantial"), e == FIFTN, e == SEBankID, e == SEFreja:
		return Substantial
	case strings.HasSuffix(string(c), ":low"):
		return Low
	case e == NOBankID:
		return High
	}
	return Unstated
}

// fiAll is the one context whose refinements are spelled otherwise than with more words.
const fiAll Context = contextPrefix + "fi:all"

// names holds for contexts that end in a level of assurance.
func (c Context) names() bool {
	for _, level := range []Assurance{Low, Substantial, High} {
		if strings.HasSuffix(string(c), ":"+level.String()) {
			return true
		}
	}
	return false
}

// Satisfies holds when a login proven in context c is what asked stands for: the same context or a refinement of
// it, another Finnish identity where any was asked for, or the same scheme at a higher level than asked.
func (c Context) Satisfies(asked Context) bool {
	if c == asked || strings.HasPrefix(string(c), string(asked)+":") {
		return c.Valid()
	}
	have, ok := c.EID()
	if want, known := asked.EID(); !ok || !known || have != want {
		return false
	}
	if asked == fiAll {
		return true
	}
	return asked.names() && c.names() && c.Assurance() >= asked.Assurance()
}

// DefaultContext is the way in which a scheme is used when the order names none: any device, and the level that
// a national number needs.
func (e EID) DefaultContext() Context {
	switch e {
	case SEBankID:
		return contextPrefix + "se:bankid"
	case SEFreja:
		return contextPrefix + "se:frejaid"
	case NOBankID:
		return contextPrefix + "no:bankid"
	case NOVipps:
		return contextPrefix + "no:vipps"
	case DKMitID:
		return contextPrefix + "dk:mitid:substantial"
	case FIFTN:
		return fiAll
	}
	return ""
}
