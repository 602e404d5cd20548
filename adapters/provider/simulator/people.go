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
	phone, address     string
	issued             identity.Date // when the BankID was, in Sweden
	withheld           bool          // the eID tells neither number nor birth date
}

var (
	swedish   = []eid.EID{eid.SEBankID, eid.SEFreja}
	norwegian = []eid.EID{eid.NOBankID, eid.NOVipps}
	danish    = []eid.EID{eid.DKMitID}
	finnish   = []eid.EID{eid.FIFTN}
)

// andFreja adds Freja, which serves people of all four countries, to the eIDs of one outside Sweden.
func andFreja(eids []eid.EID) []eid.EID { return slices.Concat(eids, []eid.EID{eid.SEFreja}) }

// people is everybody, country by country. The names are ours; the numbers are published for testing:
// Skatteverket's test personnummer and its sample coordination number, Skatteetaten's synthetic population (month
// +80), MedCom's national test CPR numbers (serials 9989 to 9996), and Finnish individual numbers from 900, which the
// Digital and Population Data Services Agency keeps for tests.
//
// Telephones ring nobody: the Swedish ones are of the range that PTS keeps free for films and books, and the others
// begin with 00 behind the country, which no plan assigns. Addresses are made up.
//
// Kari, Mette and Aino have Freja as well, which knows them by the numbers of their own countries.
//
// Onni's bank passes on neither number nor birth date, as the Finnish Trust Network allows: with him an age stays
// unknown.
var people = []person{
	{"anna", "Anna", "Andersson", identity.SE, "199001012385", identity.Date{Year: 1990, Month: 1, Day: 1}, swedish, "+46701740605", "Storgatan 1, 111 22 Stockholm", identity.Date{Year: 2024, Month: 3, Day: 18}, false},
	{"erik", "Erik", "Eriksson", identity.SE, "200001012392", identity.Date{Year: 2000, Month: 1, Day: 1}, swedish, "+46701740606", "Björkvägen 7, 903 25 Umeå", identity.Date{Year: 2025, Month: 9, Day: 2}, false},
	{"saga", "Saga", "Andersson", identity.SE, "201701102384", identity.Date{Year: 2017, Month: 1, Day: 10}, swedish, "+46701740607", "Storgatan 1, 111 22 Stockholm", identity.Date{Year: 2025, Month: 12, Day: 1}, false},
	{"sam", "Sam", "Sjöberg", identity.SE, "197010632391", identity.Date{Year: 1970, Month: 10, Day: 3}, swedish, "+46701740608", "Hamngatan 12, 411 06 Göteborg", identity.Date{Year: 2023, Month: 6, Day: 30}, false},
	{"kari", "Kari", "Nordmann", identity.NO, "05840399895", identity.Date{Year: 2003, Month: 4, Day: 5}, andFreja(norwegian), "+4700000001", "Fjordgata 3, 5003 Bergen", identity.Date{}, false},
	{"lars", "Lars", "Hansen", identity.NO, "12829499914", identity.Date{Year: 1994, Month: 2, Day: 12}, norwegian, "+4700000002", "Skogveien 21, 0350 Oslo", identity.Date{}, false},
	{"nils", "Nils", "Nordmann", identity.NO, "17912099997", identity.Date{Year: 2020, Month: 11, Day: 17}, norwegian, "+4700000003", "Fjordgata 3, 5003 Bergen", identity.Date{}, false},
	{"mette", "Mette", "Jensen", identity.DK, "2911829996", identity.Date{Year: 1982, Month: 11, Day: 29}, andFreja(danish), "+4500000001", "Møllevej 5, 8000 Aarhus C", identity.Date{}, false},
	{"jens", "Jens", "Nielsen", identity.DK, "1502779995", identity.Date{Year: 1977, Month: 2, Day: 15}, danish, "+4500000002", "Havnegade 18, 1058 København K", identity.Date{}, false},
	{"emil", "Emil", "Jensen", identity.DK, "0212159995", identity.Date{Year: 2015, Month: 12, Day: 2}, danish, "+4500000003", "Møllevej 5, 8000 Aarhus C", identity.Date{}, false},
	{"aino", "Aino", "Virtanen", identity.FI, "210281-9988", identity.Date{Year: 1981, Month: 2, Day: 21}, andFreja(finnish), "+358000000001", "Koivutie 4 A 2, 00100 Helsinki", identity.Date{}, false},
	{"eino", "Eino", "Korhonen", identity.FI, "040594V9030", identity.Date{Year: 1994, Month: 5, Day: 4}, finnish, "+358000000002", "Satamakatu 9, 33200 Tampere", identity.Date{}, false},
	{"elias", "Elias", "Virtanen", identity.FI, "010516B903X", identity.Date{Year: 2016, Month: 5, Day: 1}, finnish, "+358000000003", "Koivutie 4 A 2, 00100 Helsinki", identity.Date{}, false},
	{"onni", "Onni", "Laine", identity.FI, "081181-9984", identity.Date{Year: 1981, Month: 11, Day: 8}, finnish, "+358000000004", "Kalliokuja 2, 20100 Turku", identity.Date{}, true},
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

// name is how the eID spells the person.
func (p person) name() string { return p.given + " " + p.surname }

func (p person) email() string { return p.id + "@example.com" }

func (p person) has(e eid.EID) bool { return slices.Contains(p.eids, e) }

// whom finds the person whom an order names, if it is one of ours, and whether it names anybody: Vipps goes by telephone,
// the others by number.
func whom(order eid.Order, now time.Time) (p person, ours, named bool) {
	byPhone := order.EID == eid.NOVipps && order.Phone != ""
	if !byPhone && order.Require.Person.IsZero() {
		return person{}, false, false
	}
	i := slices.IndexFunc(people, func(p person) bool {
		if !p.has(order.EID) {
			return false
		}
		if byPhone {
			return p.phone == order.Phone
		}
		n, err := p.number(now)
		return err == nil && n == order.Require.Person
	})
	if i < 0 {
		return person{}, false, true
	}
	return people[i], true, true
}

// People lists everybody, country by country.
func (s *Simulator) People() []inbound.SimulatedPerson {
	return s.shown(func(person) bool { return true })
}

// having lists those who have the eID.
func (s *Simulator) having(e eid.EID) []inbound.SimulatedPerson {
	return s.shown(func(p person) bool { return p.has(e) })
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
			Phone: p.phone, Email: p.email(), Address: p.address, Card: s.cardOf(p, now), SignsFor: signsFor(p, now),
			Withheld: p.withheld,
		})
	}
	return shown
}
