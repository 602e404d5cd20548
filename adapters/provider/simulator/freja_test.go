package simulator_test

import (
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

func TestFrejaTellsPeopleOfOtherCountriesWithTheirOwnNumbers(t *testing.T) {
	for person, country := range map[string]identity.Country{"kari": identity.NO, "mette": identity.DK, "aino": identity.FI} {
		for _, channel := range []eid.Channel{eid.App, eid.Backchannel, eid.Page, eid.Redirect} {
			levels := []eid.Registration{eid.Extended, eid.Plus}
			if channel == eid.Redirect {
				levels = levels[:1] // where nobody can ask for more
			}
			for _, level := range levels {
				s, c := begin(t)
				order := eid.Order{EID: eid.SEFreja, Channel: channel, Require: eid.Requirement{Registration: level}}
				number, _ := named(t, s, person)
				if channel == eid.Backchannel {
					order.Require.Person = number
				}
				e := evidenceOf(t, s, c, order, person)
				if e.EID != eid.SEFreja || e.Number != number || e.Number.Country() != country || e.Subject != person || e.Address == "" {
					t.Errorf("%s by %s is told otherwise", person, channel)
				}
				if e.PersonID != "" || e.IssuerID != "" {
					t.Errorf("%s by %s: another eID's data are told", person, channel)
				}
				if (e.Assurance == eid.High) != (level == eid.Plus) {
					t.Errorf("%s by %s: %q proves %q", person, channel, level, e.Assurance)
				}
			}
		}
	}
}

func TestFrejaKnowsOnlyThoseAbroadWhoHaveIt(t *testing.T) {
	s, c := begin(t)
	for _, person := range []string{"lars", "nils", "jens", "emil", "eino", "elias", "onni"} {
		order := eid.Order{EID: eid.SEFreja, Channel: eid.Backchannel}
		order.Require.Person, _ = named(t, s, person)
		if _, err := s.Begin(t.Context(), session(c, person, order)); !errors.Is(err, eid.ErrUnknownPerson) {
			t.Errorf("%s can be notified: %v", person, err)
		}
	}
}

func TestFrejaLetsNobodyAbroadHaveTwoOrders(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.SEFreja, Channel: eid.Backchannel}
	order.Require.Person, _ = named(t, s, "mette")
	first := start(t, s, session(c, "s1", order))
	if _, err := s.Begin(t.Context(), session(c, "s2", order)); !errors.Is(err, eid.ErrInProgress) {
		t.Errorf("got %v", err)
	}
	if got := tick(t, s, first.Thread); got.Refusal != eid.ReasonRejected {
		t.Errorf("the first ended as %q", got.Refusal)
	}
	mitID := order
	mitID.EID, mitID.BindingMessage = eid.DKMitID, "blue whale"
	start(t, s, session(c, "s3", order))
	start(t, s, session(c, "s4", mitID)) // which is another eID of hers
}
