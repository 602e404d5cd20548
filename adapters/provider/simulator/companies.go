package simulator

import (
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

// company is an invented company and the people who may sign for it.
type company struct {
	key, name, digits string
	signatories       []string
}

// companies are the ones whose signatories are known. Real Swedish numbers begin with 1 to 3 or 5 to 9 (Skatteverket,
// legal forms), so those with 4 can be nobody's; the first is the sample of a published API, which goes by it.
var companies = []company{
	{"exempel", "Exempelbolaget AB", "5590000948", []string{"anna"}},
	{"fjallbacken", "Fjällbacken Handel AB", "4020000016", []string{"anna", "erik"}},
	{"norrsken", "Norrsken Bygg AB", "4020000024", []string{"erik"}},
	{"tomma", "Tomma Stolen AB", "4020000032", nil},
}

// unknownCompany stands for a company that is none of these.
const unknownCompany = "unknown"

func (c company) number(now time.Time) identity.Number {
	n, err := identity.ParseOrg(identity.SE, c.digits, identity.Options{AsOf: identity.SE.Today(now)})
	if err != nil {
		panic("simulator: the number of " + c.key + " is not one") // the table above is part of the program
	}
	return n
}

// numbered are the companies by number, whose rules do not change with the day.
var numbered = func() map[identity.Number]string {
	all := map[identity.Number]string{}
	for _, c := range companies {
		all[c.number(time.Unix(0, 0))] = c.key
	}
	return all
}()

// companyKey names the company that an order means, "" for none.
func companyKey(n identity.Number) string {
	if n.IsZero() {
		return ""
	}
	if key, known := numbered[n]; known {
		return key
	}
	return unknownCompany
}

// signatory is the sentence about a person and a company, in Swedish as its readers expect it; "" where nobody asked.
func signatory(p person, key string) string {
	if key == "" {
		return ""
	}
	name := "det angivna företaget"
	i := slices.IndexFunc(companies, func(c company) bool { return c.key == key })
	if i >= 0 {
		name = companies[i].name
		if slices.Contains(companies[i].signatories, p.id) {
			return p.name() + " är företrädare för " + name + "."
		}
	}
	return p.name() + " är inte företrädare för " + name + "."
}

// signsFor lists the companies that a person may sign for.
func signsFor(p person, now time.Time) []inbound.SimulatedCompany {
	var all []inbound.SimulatedCompany
	for _, c := range companies {
		if slices.Contains(c.signatories, p.id) {
			all = append(all, inbound.SimulatedCompany{Number: c.number(now), Name: c.name})
		}
	}
	return all
}
