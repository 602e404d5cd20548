package simulator

import (
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

// person is somebody invented who goes by an official test number.
type person struct {
	id, given, surname string
	country            identity.Country
	digits             string
	birth              identity.Date // as the eID states it
	eids               []eid.EID
}

var (
	swedish   = []eid.EID{eid.SEBankID, eid.SEFreja}
	norwegian = []eid.EID{eid.NOBankID, eid.NOVipps}
	danish    = []eid.EID{eid.DKMitID}
	finnish   = []eid.EID{eid.FIFTN}
)

// people is everybody, country by country. The names are ours; the numbers are published for testing:
// Skatteverket's test personnummer and its sample coordination number, Skatteetaten's synthetic population (month
// +80), MedCom's national test CPR numbers (serials 9989 to 9996), and the test persons of the Finnish Digital and
// Population Data Services Agency and Suomi.fi (individual numbers from 900).
var people = []person{
	{"anna", "Anna", "Andersson", identity.SE, "199001012385", identity.Date{Year: 1990, Month: 1, Day: 1}, swedish},
	{"erik", "Erik", "Eriksson", identity.SE, "200001012392", identity.Date{Year: 2000, Month: 1, Day: 1}, swedish},
	{"saga", "Saga", "Andersson", identity.SE, "201701102384", identity.Date{Year: 2017, Month: 1, Day: 10}, swedish},
	{"sam", "Sam", "Sjöberg", identity.SE, "197010632391", identity.Date{Year: 1970, Month: 10, Day: 3}, swedish},
	{"kari", "Kari", "Nordmann", identity.NO, "05840399895", identity.Date{Year: 2003, Month: 4, Day: 5}, norwegian},
	{"lars", "Lars", "Hansen", identity.NO, "12829499914", identity.Date{Year: 1994, Month: 2, Day: 12}, norwegian},
	{"nils", "Nils", "Nordmann", identity.NO, "17912099997", identity.Date{Year: 2020, Month: 11, Day: 17}, norwegian},
	{"mette", "Mette", "Jensen", identity.DK, "2911829996", identity.Date{Year: 1982, Month: 11, Day: 29}, danish},
	{"jens", "Jens", "Nielsen", identity.DK, "1502779995", identity.Date{Year: 1977, Month: 2, Day: 15}, danish},
	{"emil", "Emil", "Jensen", identity.DK, "0212159995", identity.Date{Year: 2015, Month: 12, Day: 2}, danish},
	{"aino", "Aino", "Virtanen", identity.FI, "210281-9988", identity.Date{Year: 1981, Month: 2, Day: 21}, finnish},
	{"eino", "Eino", "Korhonen", identity.FI, "040594V9030", identity.Date{Year: 1994, Month: 5, Day: 4}, finnish},
	{"elias", "Elias", "Virtanen", identity.FI, "010516B903X", identity.Date{Year: 2016, Month: 5, Day: 1}, finnish},
}

// majority is the age at which people come of age in all four countries.
const majority = 18

func personCalled(id string) (person, bool) {
	i := slices.IndexFunc(people, func(p person) bool { return p.id == id })
	if i < 0 {
		return person{}, false
	}
	return people[i], true
}

// number reads the person's number by the rules of a sandbox, where test populations count.
func (p person) number(now time.Time) (identity.Number, error) {
	return identity.ParsePerson(p.country, p.digits, identity.Options{
		AsOf: p.country.Today(now), Allow: identity.AllowSandbox,
	})
}

// People lists everybody, country by country.
func (s *Simulator) People() []inbound.SimulatedPerson {
	return s.shown(func(person) bool { return true })
}

// having lists those who have the eID.
func (s *Simulator) having(e eid.EID) []inbound.SimulatedPerson {
	return s.shown(func(p person) bool { return slices.Contains(p.eids, e) })
}

func (s *Simulator) shown(which func(person) bool) []inbound.SimulatedPerson {
	now := s.clock.Now()
	shown := make([]inbound.SimulatedPerson, 0, len(people))
	for _, p := range people {
		n, err := p.number(now)
		if err != nil || !which(p) {
			continue // a number that is not valid on this day belongs to nobody
		}
		shown = append(shown, inbound.SimulatedPerson{
			ID: p.id, Number: n, GivenName: p.given, Surname: p.surname, BirthDate: p.birth,
			EIDs: slices.Clone(p.eids), Minor: p.birth.AtLeast(majority, p.country.Today(now)) == identity.TriNo,
		})
	}
	return shown
}
