package idkollen_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	standin "github.com/eidgate/eidgate/test/standin/idkollen"
)

// frejaUsers are one Freja user of each country that numbers are known of: IDkollen's word for the country, and the
// person, with an eID of it.
var frejaUsers = map[string]struct {
	home eid.EID
	name string
}{
	"SWEDEN": {eid.SEBankID, standin.Anna}, "NORWAY": {eid.NOBankID, standin.Kari},
	"DENMARK": {eid.DKMitID, standin.Mette}, "FINLAND": {eid.FIFTN, standin.Vilma},
}

// countryIn is whose number a result has to have: the eID's own country, and with Freja that which the result names.
func countryIn(raw []byte, e eid.EID) identity.Country {
	if e != eid.SEFreja {
		return e.Country()
	}
	var said map[string]any
	if json.Unmarshal(raw, &said) != nil {
		return ""
	}
	word, _ := said["country"].(string)
	return frejaUsers[word].home.Country()
}

// ends has a person of the stand-in approve an order at Freja, and gives the session as it is then.
func (b bench) ends(t *testing.T, s eid.Snapshot, who string) eid.Snapshot {
	t.Helper()
	step := b.begun(t, s)
	if err := b.decide(s, *step.Challenge, standin.Approve(who)); err != nil {
		t.Fatal(err)
	}
	got, err := b.Rig.Provider.Advance(t.Context(), step.Thread, outbound.Nudge{})
	if err != nil || got.Evidence == nil {
		t.Fatalf("got %v", err)
	}
	open := eid.Restore(s)
	if _, err := open.Complete(*got.Evidence, b.clock.Now()); err != nil {
		t.Fatal(err)
	}
	return open.Snapshot()
}

func TestFrejaUsersOfAllFourCountriesAreToldWithTheirNumbers(t *testing.T) {
	for word, user := range frejaUsers {
		for _, operation := range []eid.Operation{eid.Authenticate, eid.Sign} {
			b := newBench(t)
			end := b.ends(t, b.order(t, eid.SEFreja, operation, eid.App), user.name)
			if e := end.Evidence; end.State != eid.Completed || e.Number != number(t, user.home, user.name) || e.Malformed || e.Assurance != eid.Substantial {
				t.Errorf("%s, %s: ended %s %s, malformed is %v", word, operation, end.State, end.Reason, e.Malformed)
			}
		}
	}
}

func TestAFrejaUserOfAnyOfTheFourCountriesCanBeNamed(t *testing.T) {
	for word, user := range frejaUsers {
		for _, channel := range []eid.Channel{eid.App, eid.Backchannel} {
			b := newBench(t)
			s := b.order(t, eid.SEFreja, eid.Authenticate, channel)
			s.Order.Require.Person = number(t, user.home, user.name)
			if end := b.ends(t, s, user.name); end.State != eid.Completed || end.Evidence.Number != s.Order.Require.Person {
				t.Errorf("%s by %s: ended %s %s", word, channel, end.State, end.Reason)
			}
			if channel == eid.Backchannel && b.sent(t, "/v3/freja/backchannel/auth")["country"] != word {
				t.Errorf("%s: another country is named", word)
			}
		}
	}
}

func TestAFrejaUserOfAnotherCountryIsNotTheOneWhoWasNamed(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.SEFreja, eid.Authenticate, eid.App)
	s.Order.Require.Person = number(t, eid.NOBankID, standin.Kari)
	if end := b.ends(t, s, standin.Mette); end.State != eid.Failed || end.Reason != eid.ReasonOtherPerson {
		t.Errorf("ended %s %s", end.State, end.Reason)
	}
}

func TestTheAgeOfAFrejaUserAbroadIsRead(t *testing.T) {
	for word, user := range frejaUsers {
		b := newBench(t)
		if end := b.ends(t, b.order(t, eid.SEFreja, eid.ProveAge, eid.App), user.name); end.State != eid.Completed || !end.AgeFits {
			t.Errorf("%s: ended %s %s", word, end.State, end.Reason)
		}
	}
}

func TestFrejaIsAskedForNobodyOfAnotherKind(t *testing.T) {
	b := newBench(t)
	company, err := identity.ParseOrg(identity.DK, "13748136", identity.Options{AsOf: b.clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for name, person := range map[string]identity.Number{"nobody": {}, "a company": company} {
		s := b.order(t, eid.SEFreja, eid.Authenticate, eid.Backchannel)
		s.Order.Require.Person = person
		if _, err := b.Begin(t.Context(), s); !errors.Is(err, eid.ErrOrderRefused) || b.there.Calls("POST /v3/freja/backchannel/auth") != 0 {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
