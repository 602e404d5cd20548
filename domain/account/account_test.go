package account_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

var now = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func registration() account.Registration {
	return account.Registration{
		ID: 12, Scope: organization.Scope{Organization: "o1", Environment: organization.Production}, Country: identity.SE, Actor: "client/c1",
		Profile: account.Profile{FirstName: " Anna ", LastName: "Andersson", Email: "Anna@Example.com", Language: "sv"},
	}
}

func registered(t *testing.T) *account.Account {
	t.Helper()
	a, _, err := account.Register(registration(), now)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func number(t *testing.T, c identity.Country, digits string) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(c, digits, identity.Options{AsOf: now, Allow: ^identity.Allow(0)})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func kinds(facts []audit.Fact) string {
	var list []string
	for _, f := range facts {
		list = append(list, f.Kind)
	}
	return strings.Join(list, " ")
}

func fields(err error) map[string]bool {
	found := map[string]bool{}
	for _, v := range fault.Of(err).Violations() {
		found[v.Field] = true
	}
	return found
}

func TestRegistrationTrimsAndTellsOnce(t *testing.T) {
	a, facts, err := account.Register(registration(), now)
	if err != nil || kinds(facts) != "account.registered" {
		t.Fatalf("%v %v", kinds(facts), err)
	}
	if s := a.Snapshot(); s.Profile.FirstName != "Anna" || s.Profile.Language != "SV" || s.Type != account.Single || !s.Active || s.Activation != now {
		t.Errorf("got %+v", s)
	}
}

func TestARegistrationReportsEveryFieldAtFault(t *testing.T) {
	r := registration()
	r.Country, r.Type = "XX", "TEAM"
	r.Profile = account.Profile{LastName: "a\x00b", Email: "not an address", Phone: "070-123", Language: "swedish"}
	_, _, err := account.Register(r, now)
	if !errors.Is(err, account.ErrInvalid) {
		t.Fatal(err)
	}
	for _, f := range []string{"country", "type", "first_name", "last_name", "email", "phone", "language"} {
		if !fields(err)[f] {
			t.Errorf("%s is not blamed", f)
		}
	}
}

func TestAnEmailAddressIsNeededOnlyWithoutAPhone(t *testing.T) {
	r := registration()
	r.Profile.Email = ""
	if _, _, err := account.Register(r, now); !fields(err)["email"] {
		t.Errorf("got %v", err)
	}
	r.Profile.Phone = "+46701234567"
	if _, _, err := account.Register(r, now); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestEmailAddressesThatAreNone(t *testing.T) {
	for _, bad := range []string{
		"x", "x@", "@x.se", "x@y", "a b@x.se", "Anna <a@x.se>", "a@x.se\r\nBcc: b@x.se", "a@x.se,b@x.se", "a@@x.se", strings.Repeat("a", 250) + "@x.se", "a\u202e@x.se",
	} {
		r := registration()
		r.Profile.Email = bad
		if _, _, err := account.Register(r, now); !fields(err)["email"] {
			t.Errorf("%q passes", bad)
		}
	}
}

func TestAChangeThatChangesNothingTellsNothing(t *testing.T) {
	a := registered(t)
	same := "Anna"
	facts, revoke, err := a.Update(account.Change{FirstName: &same}, "client/c1", now)
	if len(facts) != 0 || revoke || err != nil {
		t.Errorf("got %v %v %v", facts, revoke, err)
	}
}

func TestANewEmailAddressOrDeactivationEndsTokensAndOtherSpellingsDoNot(t *testing.T) {
	other, spelled, off, last := "other@example.com", "ANNA@example.com", false, "Berg"
	for name, c := range map[string]struct {
		change account.Change
		want   bool
	}{
		"new address":        {account.Change{Email: &other}, true},
		"same, other case":   {account.Change{Email: &spelled}, false},
		"deactivation":       {account.Change{Active: &off}, true},
		"another surname":    {account.Change{LastName: &last}, false},
		"surname and status": {account.Change{LastName: &last, Active: &off}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if _, revoke, err := registered(t).Update(c.change, "client/c1", now); err != nil || revoke != c.want {
				t.Errorf("got %v %v", revoke, err)
			}
		})
	}
}

func TestTheOwnerChangesNeitherAddressNorWhatAnAdministratorDecides(t *testing.T) {
	text, off, kind, country := "x@example.com", false, account.Business, identity.NO
	c := account.Change{FirstName: &text, Email: &text, Plan: &account.Plan{ID: 2}, Active: &off, Type: &kind, Country: &country}.ByOwner()
	if c.FirstName == nil || c.Email != nil || c.Plan != nil || c.Active != nil || c.Type != nil || c.Country != nil {
		t.Errorf("got %+v", c)
	}
}

func TestARefusedChangeLeavesTheAccountAsItWas(t *testing.T) {
	a, bad := registered(t), "no address"
	before := a.Snapshot()
	if _, _, err := a.Update(account.Change{Email: &bad}, "client/c1", now.Add(time.Hour)); err == nil || a.Snapshot() != before {
		t.Errorf("got %v, changed %v", err, a.Snapshot() != before)
	}
}

func proof(n identity.Number) eid.Evidence {
	return eid.Evidence{EID: eid.SEBankID, Provider: "p", Number: n}
}

func rules() account.NumberRules { return account.NumberRules{AsOf: now} }

func TestAProvenNumberReachesItsAccountOnce(t *testing.T) {
	a, n := registered(t), number(t, identity.SE, "196802020575")
	facts, err := a.AttachNumber(proof(n), "s1", rules())
	if err != nil || kinds(facts) != "account.number_attached" || a.Snapshot().Number != n {
		t.Fatalf("%v %v", kinds(facts), err)
	}
	if facts, err = a.AttachNumber(proof(n), "s2", rules()); err != nil || len(facts) != 0 {
		t.Errorf("attaching it again: %v %v", kinds(facts), err)
	}
	if _, err = a.AttachNumber(proof(number(t, identity.SE, "189602299803")), "s3", rules()); !errors.Is(err, account.ErrNumberFixed) || a.Snapshot().Number != n {
		t.Errorf("another number: %v", err)
	}
}

func TestANumberThatDoesNotFitIsRefused(t *testing.T) {
	good := number(t, identity.SE, "196802020575")
	for name, c := range map[string]struct {
		evidence eid.Evidence
		want     error
	}{
		"none":                {proof(identity.Number{}), account.ErrNumberMissing},
		"malformed":           {eid.Evidence{Malformed: true}, account.ErrNumberInvalid},
		"of another country":  {proof(number(t, identity.NO, "27034698436")), account.ErrNumberInvalid},
		"of a simulated soul": {eid.Evidence{Number: good, Simulated: true}, account.ErrNumberUnusable},
	} {
		t.Run(name, func(t *testing.T) {
			a := registered(t)
			before := a.Snapshot()
			if facts, err := a.AttachNumber(c.evidence, "s", rules()); !errors.Is(err, c.want) || len(facts) != 0 || !fields(err)["number"] || a.Snapshot() != before {
				t.Errorf("got %v %v", kinds(facts), err)
			}
		})
	}
}

func TestSyntheticNumbersCountOnlyWhereAllowed(t *testing.T) {
	r := registration()
	r.Country = identity.NO
	a, _, err := account.Register(r, now)
	if err != nil {
		t.Fatal(err)
	}
	synthetic := proof(number(t, identity.NO, "21929774873"))
	if _, err := a.AttachNumber(synthetic, "s", rules()); !errors.Is(err, account.ErrNumberInvalid) {
		t.Errorf("production: %v", err)
	}
	if _, err := a.AttachNumber(synthetic, "s", account.NumberRules{AsOf: now, Allow: identity.AllowSynthetic}); err != nil {
		t.Errorf("sandbox: %v", err)
	}
}

func TestMonitoringFollowsThePlanAndTheNumber(t *testing.T) {
	r := registration()
	r.Plan = account.Plan{ID: 1, Monitors: true}
	a, facts, err := account.Register(r, now)
	if err != nil || a.Snapshot().Monitored() || kinds(facts) != "account.registered" {
		t.Fatalf("%v %v", kinds(facts), err)
	}
	facts, err = a.AttachNumber(proof(number(t, identity.SE, "196802020575")), "s", rules())
	if err != nil || kinds(facts) != "account.number_attached account.monitoring_started" || !a.Snapshot().Monitored() {
		t.Errorf("%v %v", kinds(facts), err)
	}
	facts, _, err = a.Update(account.Change{Plan: &account.Plan{ID: 2}}, "client/c1", now)
	if err != nil || kinds(facts) != "account.updated account.monitoring_stopped" {
		t.Errorf("%v %v", kinds(facts), err)
	}
}

func TestTheCountryIsFixedOnceThereIsANumber(t *testing.T) {
	a, norway := registered(t), identity.NO
	if _, err := a.AttachNumber(proof(number(t, identity.SE, "196802020575")), "s", rules()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Update(account.Change{Country: &norway}, "client/c1", now); !fields(err)["country"] {
		t.Errorf("got %v", err)
	}
}

func TestAnAddressIsFoundInAnyCaseButNeverByALetterThatOnlyLooksAlike(t *testing.T) {
	for _, same := range []string{"mike@example.com", " MIKE@Example.COM "} {
		if got := identity.FoldEmail(same); got != "mike@example.com" {
			t.Errorf("%q is %q", same, got)
		}
	}
	if identity.FoldEmail("ÅSA@exämple.se") != identity.FoldEmail("åsa@EXÄMPLE.se") {
		t.Error("letters outside of ASCII have two cases too")
	}
	// U+0130 and U+212A are other letters, of other mailboxes and other domains, whose lower case is in ASCII.
	for _, other := range []string{"m\u0130ke@example.com", "mi\u212Ae@example.com"} {
		if identity.FoldEmail(other) == "mike@example.com" {
			t.Errorf("%+q is taken for somebody else's address", other)
		}
	}
}
