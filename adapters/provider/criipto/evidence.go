package criipto

import (
	"cmp"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// allKinds lets every kind of number through: which of them an organization accepts is decided where its account
// is known.
const allKinds = identity.AllowSynthetic | identity.AllowHelp | identity.AllowInterim | identity.AllowReplacement |
	identity.AllowTemporary | identity.AllowNO2032

// evidence says in our words what the token proves. The eID and the level are those of the context that the
// provider states, whatever was asked for; a context that is not one of ours gives no eID and no number.
func (t idToken) evidence(now time.Time) eid.Evidence {
	c := t.claims
	e := eid.Evidence{Provider: Name, Subject: t.subject, TokenID: t.id, IssuedAt: t.issuedAt}
	stated, ok := c.text("authenticationtype")
	if !ok {
		stated, _ = c.text("acr")
	}
	if proven := eid.Context(stated); proven.Valid() {
		e.Context = proven
		e.EID, _ = proven.EID()
		e.Assurance = proven.Assurance()
	}
	if level, stated := mitIDLevel(c); stated && e.EID == eid.DKMitID {
		e.Assurance = min(e.Assurance, level)
	}
	e.Number, e.Malformed = nationalNumber(e.EID, c, now)
	e.Name = nameIn(c, "name")
	e.GivenName = cmp.Or(nameIn(c, "given_name"), nameIn(c, "givenname"))
	e.Surname = cmp.Or(nameIn(c, "family_name"), nameIn(c, "surname"))
	if birth, ok := c.text("birthdate"); ok {
		e.BirthDate, _ = identity.ParseDate(birth)
	}
	reach(&e, c)
	return e
}

// mitIDLevel reads the level that MitID's Danish attribute profile (OIOSAML 3) states beside the context; the lower
// one counts.
func mitIDLevel(c object) (level eid.Assurance, stated bool) {
	text, ok := c.text("gov:saml:attribute:LoA")
	if !ok {
		return eid.Unstated, false
	}
	for _, level := range []eid.Assurance{eid.Low, eid.Substantial, eid.High} {
		if strings.EqualFold(text, level.String()) {
			return level, true
		}
	}
	return eid.Unstated, true
}

// nationalNumber reads the number from the one claim in which the scheme carries it. It never looks at another
// country's claim: the same digits are two people in two countries.
func nationalNumber(e eid.EID, c object, now time.Time) (n identity.Number, malformed bool) {
	claim := ""
	switch e {
	case eid.SEBankID:
		claim = "ssn"
	case eid.SEFreja:
		attributes := c.within("details").within("requestedAttributes")
		if _, there := attributes["ssn"]; there {
			// Freja serves people of other countries as well; their numbers are not Swedish ones.
			if c = attributes.within("ssn"); !isSweden(c) {
				return identity.Number{}, false
			}
		}
		claim = "ssn"
	case eid.NOBankID, eid.NOVipps:
		claim = "socialno"
	case eid.DKMitID:
		claim = "cprNumberIdentifier"
	case eid.FIFTN:
		claim = "hetu"
	default:
		return identity.Number{}, false
	}
	text, ok := c.text(claim)
	switch {
	case !ok:
		return identity.Number{}, c[claim] != nil && string(c[claim]) != "null"
	case text == "":
		return identity.Number{}, false
	}
	country := e.Country()
	n, err := identity.ParsePerson(country, text, identity.Options{AsOf: country.Today(now), Allow: allKinds})
	return n, err != nil
}

func isSweden(ssn object) bool {
	country, ok := ssn.text("country")
	return ok && country == string(identity.SE)
}

// nameIn reads a name of bounded length for people to read.
func nameIn(c object, claim string) string {
	text, _ := c.text(claim)
	return provider.Readable(text, provider.LongestName)
}
