package idkollen

import (
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// countries are IDkollen's words for where the identity document of a Freja user is from, and with it the number. Of the
// other eIDs each belongs to one country, which nobody says.
var countries = map[string]identity.Country{"SWEDEN": identity.SE, "NORWAY": identity.NO, "DENMARK": identity.DK, "FINLAND": identity.FI}

// wordFor is the word for a country, "" where there is none.
func wordFor(c identity.Country) string {
	for word, known := range countries {
		if known == c {
			return word
		}
	}
	return ""
}

// read reads the number of a result by the rules of one country: that of the eID, and with Freja the one that the result
// names. Freja users from elsewhere have no number here. One whose country is not named at all is malformed, because the
// same digits are two people in two countries.
func read(e eid.EID, number, country string, now time.Time) (n identity.Number, malformed bool) {
	of := e.Country()
	if e == eid.SEFreja {
		known := false
		if of, known = countries[country]; !known && country != "" {
			return identity.Number{}, false
		}
	}
	if number == "" {
		return identity.Number{}, false
	}
	n, err := identity.ParsePerson(of, number, identity.Options{AsOf: of.Today(now), Allow: allKinds})
	return n, err != nil
}
