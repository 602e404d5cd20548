package standin

import "strings"

// The people who can log in, by the name that [Provider.Approve] takes. Their numbers are test numbers that the
// schemes' operators publish.
const (
	Terne = "terne" // SE, by BankID
	Sten  = "sten"  // SE, by Freja
	Kari  = "kari"  // NO
	Ola   = "ola"   // NO
	Mette = "mette" // DK
	Jens  = "jens"  // DK
	Vilma = "vilma" // FI
)

type person struct {
	sub    string
	number string         // the national number, as the scheme's claim spells it
	claims map[string]any // beside the number
}

var people = map[string]person{
	Terne: {"{1a0b2c3d-0001-4000-8000-000000000001}", "196802020575",
		map[string]any{"name": "Terne Paulsen", "given_name": "Terne", "family_name": "Paulsen", "country": "SE"}},
	Sten: {"{1a0b2c3d-0002-4000-8000-000000000002}", "195002229598",
		map[string]any{"registrationLevel": "EXTENDED", "birthdate": "1950-02-22"}},
	Kari: {"{1a0b2c3d-0003-4000-8000-000000000003}", "27034698436",
		map[string]any{"name": "Kari Prøve", "birthdate": "1946-03-27", "uniqueuserid": "9578-6000-4-351726", "country": "NO"}},
	Ola: {"{1a0b2c3d-0004-4000-8000-000000000004}", "16084138758",
		map[string]any{"name": "Ola Prøve", "birthdate": "1941-08-16", "country": "NO"}},
	Mette: {"{1a0b2c3d-0005-4000-8000-000000000005}", "2101270087",
		map[string]any{"name": "Mette Prøve", "birthdate": "1927-01-21", "uuid": "74ffcd31-fbaf-4c33-bdac-169f25c1e416", "country": "DK"}},
	Jens: {"{1a0b2c3d-0006-4000-8000-000000000006}", "2712589100",
		map[string]any{"name": "Jens Prøve", "birthdate": "1958-12-27", "country": "DK"}},
	Vilma: {"{1a0b2c3d-0007-4000-8000-000000000007}", "070770-905D",
		map[string]any{"given_name": "Vilma", "family_name": "Tunnistus", "name": "Tunnistus Vilma", "birthdate": "1970-07-07", "satu": "", "country": "FI"}},
}

// Number is the national number of one of the people, as the scheme's claim spells it; "" for nobody.
func Number(who string) string { return people[who].number }

// claimsOf is what the scheme of a context says of a person. Norway and Denmark tell the number only if the scope
// asks for it, Freja by a scope of its own.
func claimsOf(who person, context, scope string) map[string]any {
	asked := strings.Fields(scope)
	claims := map[string]any{
		"sub": who.sub, "nameidentifier": strings.NewReplacer("{", "", "}", "", "-", "").Replace(who.sub),
		"authenticationtype": context,
	}
	for name, value := range who.claims {
		claims[name] = value
	}
	has := func(scope string) bool {
		for _, s := range asked {
			if s == scope {
				return true
			}
		}
		return false
	}
	switch scheme := strings.TrimPrefix(context, "urn:grn:authn:"); {
	case strings.HasPrefix(scheme, "se:bankid"):
		claims["identityscheme"], claims["ssn"] = "sebankid", who.number
	case strings.HasPrefix(scheme, "se:frejaid"):
		claims["identityscheme"] = "sefrejaid"
		if has("frejaid:ssn") {
			claims["details"] = map[string]any{"requestedAttributes": map[string]any{
				"ssn": map[string]any{"ssn": who.number, "country": "SE"}, "basicUserInfo": map[string]any{"name": "Sten", "surname": "Prov"}}}
		}
	case strings.HasPrefix(scheme, "no:"):
		claims["identityscheme"] = "nobankid-oidc"
		if strings.HasPrefix(scheme, "no:vipps") {
			claims["identityscheme"] = "novippslogin"
			for scope, claim := range map[string][2]string{
				"phone": {"mobilephone", "4740000000"}, "email": {"emailaddress", "ola@example.no"},
				"address": {"address", "Storgata 1\n0155 Oslo"},
			} {
				if has(scope) {
					claims[claim[0]] = claim[1]
				}
			}
		}
		if has("ssn") {
			claims["socialno"] = who.number
		}
	case strings.HasPrefix(scheme, "dk:mitid"):
		claims["identityscheme"] = "dkmitid"
		if has("ssn") && !strings.HasSuffix(scheme, ":business") { // employees have no personal number there
			claims["cprNumberIdentifier"] = who.number
		}
	case strings.HasPrefix(scheme, "fi:"):
		claims["identityscheme"], claims["hetu"] = "fitupas", who.number
	}
	return claims
}
