package simulator_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

func TestEverybodyHasAnOfficialTestNumber(t *testing.T) {
	s, c := begin(t)
	if got := s.People(); len(got) != 14 {
		t.Fatalf("%d people; somebody's number does not parse", len(got))
	}
	seen := map[identity.Number]string{}
	for _, p := range s.People() {
		country := p.Number.Country()
		allow := identity.AllowSandbox
		if country == identity.SE || country == identity.DK {
			allow = 0 // they look like everybody else's
		}
		if _, err := identity.ParsePerson(country, p.Number.Reveal(), identity.Options{AsOf: country.Today(c.Now()), Allow: allow}); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
		if (country == identity.NO || country == identity.FI) && p.Number.Synthetic() != identity.TriYes {
			t.Errorf("%s does not have a synthetic number", p.ID)
		}
		if tail := p.Number.Reveal()[6:]; country == identity.DK && (tail < "9989" || tail > "9996") {
			t.Errorf("%s is outside of the pool of test numbers", p.ID)
		}
		if birth := p.Number.Birth(c.Now()); birth != p.BirthDate {
			t.Errorf("%s: the eID says %v, the number %v", p.ID, p.BirthDate, birth)
		}
		if other, taken := seen[p.Number]; taken {
			t.Errorf("%s and %s share a number", p.ID, other)
		}
		seen[p.Number] = p.ID
	}
}

func TestThePeopleThatOthersRelyOnAreThere(t *testing.T) {
	s, c := begin(t)
	minors, adults, coordination := map[identity.Country]int{}, map[identity.Country]int{}, 0
	countries := map[string]identity.Country{}
	for _, p := range s.People() {
		countries[p.ID] = p.Number.Country()
		age, known := p.BirthDate.Age(p.Number.Country().Today(c.Now()))
		if !known || p.Minor != (age < 18) {
			t.Errorf("%s is %d, minor %v", p.ID, age, p.Minor)
		}
		if p.Minor {
			minors[p.Number.Country()]++
		} else {
			adults[p.Number.Country()]++
		}
		if p.Number.Kind() == identity.KindSamordningsnummer {
			coordination++
		}
	}
	for id, country := range map[string]identity.Country{"anna": identity.SE, "kari": identity.NO, "mette": identity.DK, "aino": identity.FI} {
		if countries[id] != country {
			t.Errorf("%s is of %q", id, countries[id])
		}
	}
	for _, country := range identity.Countries() {
		if minors[country] < 1 || adults[country] < 2 {
			t.Errorf("%s has %d minors and %d adults", country, minors[country], adults[country])
		}
	}
	if coordination != 1 {
		t.Errorf("%d people have a coordination number", coordination)
	}
}

func TestFrejaHasAnAdultOfEveryCountry(t *testing.T) {
	s, _ := begin(t)
	abroad := map[identity.Country]string{}
	for _, p := range s.People() {
		if country := p.Number.Country(); country != identity.SE && slices.Contains(p.EIDs, eid.SEFreja) {
			abroad[country] += p.ID
			if p.Minor || p.Withheld {
				t.Errorf("%s is a minor, or of unknown age", p.ID)
			}
		}
	}
	if !maps.Equal(abroad, map[identity.Country]string{identity.NO: "kari", identity.DK: "mette", identity.FI: "aino"}) {
		t.Errorf("outside Sweden it is %v", abroad)
	}
}

func TestPeopleGrowUp(t *testing.T) {
	s, c := begin(t)
	c.Advance(20 * 365 * 24 * time.Hour)
	for _, p := range s.People() {
		if p.Minor {
			t.Errorf("%s is still a minor", p.ID)
		}
	}
}

func TestEveryEIDIsOfferedOnceByRedirectAndHasPeople(t *testing.T) {
	s, _ := begin(t)
	for _, e := range eid.EIDs() {
		offers, people := 0, 0
		for _, o := range s.Offers() {
			if o.EID == e && o.Operation == eid.Authenticate && o.Channel == eid.Redirect && o.Offline {
				offers++
			}
		}
		for _, p := range s.People() {
			for _, has := range p.EIDs {
				if has == e {
					people++
				}
			}
		}
		if offers != 1 || people < 2 {
			t.Errorf("%s: %d offers, %d people", e, offers, people)
		}
	}
}
