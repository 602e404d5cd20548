package signicat

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
)

// person is somebody who can be told what to do.
type person struct {
	number, country, kind string // the national number
	given, surname        string
	birth                 string
	id                    string // the scheme's own
}

// The people, by the names that [Decision] takes. Their numbers are test numbers that authorities and schemes publish.
const (
	Terne = "terne" // SE
	Kari  = "kari"  // NO
	Ola   = "ola"   // NO
	Mette = "mette" // DK
	Vilma = "vilma" // FI
)

var people = map[string]person{
	Terne: {"196802020575", "SE", "PERSON", "Terne", "Paulsen", "1968-02-02", ""},
	Kari:  {"27034698436", "NO", "BIRTH", "Kari", "Prøve", "1946-03-27", "9578-6000-4-1663921"},
	Ola:   {"16084138758", "NO", "BIRTH", "Ola", "Prøve", "1941-08-16", "9578-6000-4-1663922"},
	Mette: {"2101270087", "DK", "PERSON", "Mette", "Prøve", "1927-01-21", "74ffcd31-fbaf-4c33-bdac-169f25c1e416"},
	Vilma: {"070770-905D", "FI", "PERSON", "Vilma", "Tunnistus", "1970-07-07", ""},
}

// Number is the national number of one of the people, as Signicat spells it; "" for nobody.
func Number(who string) string { return people[who].number }

// subject is what is told of a person: what was asked for and is there, and identifiers in any case.
func (p person) subject(o *session) map[string]any {
	idp := p.id
	if idp == "" {
		idp = p.number
	}
	sum := sha256.Sum256([]byte(o.provider + idp + "organization"))
	all := map[string]any{
		"name": p.given + " " + p.surname, "firstName": p.given, "lastName": p.surname, "dateOfBirth": p.birth,
		"nin": map[string]string{"value": p.number, "issuingCountry": p.country, "type": p.kind},
	}
	switch o.provider {
	case "sbid":
		all["sbidDeviceIp"], all["sbidXmlSignature"], all["sbidOcspResponse"] = "192.0.2.99", "PFNpZ25hdHVyZS8+", "b2NzcA=="
	case "nbid":
		all["nbidAlternativeSubject"], all["nbidOriginator"], all["nbidIdp"] = p.id, "CN=BankID - TestBank1 - Bank CA 3", "BID"
		if o.request.Additional["nbid_idp"] != "" {
			all["nbidIdp"] = o.request.Additional["nbid_idp"]
		}
	case "mitid":
		all["mitidUuid"], all["mitidLoa"], all["mitidHasCpr"] = p.id, "SUBSTANTIAL", "true"
		if o.request.Assurance == "high" {
			all["mitidLoa"] = "HIGH"
		}
	case "ftn":
		all["ftnHetu"], all["ftnIdp"] = p.number, "fi-op"
	case "freja":
		all["frejaRegistrationLevel"] = "EXTENDED"
		if level := o.request.Additional["freja_min_registration_level"]; level == "PLUS" {
			all["frejaRegistrationLevel"] = level
		}
		fallthrough
	case "vipps":
		all["phoneNumber"], all["email"] = "+4740000001", p.given+"@example.com"
		all["address"] = map[string]string{"street_address": "Storgatan 1", "postal_code": "111 22", "locality": "Stad", "country": "SE"}
	}
	told := map[string]any{"id": base64.URLEncoding.EncodeToString(sum[:]), "idpId": idp}
	for name, value := range all {
		if slices.Contains(o.request.Attributes, name) {
			told[name] = value
		}
	}
	return told
}

// level is how sure an eID is of its people, unless the request says more.
func level(provider, asked string) string {
	if asked != "" {
		return asked
	}
	return map[string]string{"nbid": "high", "vipps": ""}[provider]
}
