package account_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func TestARepeatedRegistrationGivesTheFirstAccount(t *testing.T) {
	r := newRig(t)
	reg := registration(r.acme.scope(), "someone@example.com", identity.SE)
	reg.Command, reg.SSN = "command-1", firstSwede
	first, err := r.registrar().Register(t.Context(), reg)
	if err != nil {
		t.Fatal(err)
	}
	changed := r.update(t, first, account.Change{City: new("Uppsala")})
	again, err := r.registrar().Register(t.Context(), reg)
	if err != nil || again.ID != first.ID || again.Profile.City != "Uppsala" || again.Version != changed.Version {
		t.Errorf("the repeat got %d: %v", again.ID, err)
	}
	if n := len(r.trail(t, first.Scope, audit.AccountRegistered)); n != 1 {
		t.Errorf("told %d times", n)
	}
	// The same words without the command are another account's, and its e-mail address is taken.
	reg.Command = ""
	_, err = r.registrar().Register(t.Context(), reg)
	if !errors.Is(err, account.ErrEmailTaken) && !errors.Is(err, account.ErrNumberUnusable) {
		t.Errorf("got %v", err)
	}
	// Another organization's command of the same name is another command.
	reg.Command, reg.Scope = "command-1", r.other.scope()
	if other, err := r.registrar().Register(t.Context(), reg); err != nil || other.ID == first.ID {
		t.Errorf("another organization got %d: %v", other.ID, err)
	}
	// What was deleted is not made again.
	if err := r.keeper().Delete(t.Context(), first.Scope, first.ID, "client/test"); err != nil {
		t.Fatal(err)
	}
	reg.Scope = first.Scope
	_, err = r.registrar().Register(t.Context(), reg)
	blames(t, err, account.ErrNoAccount, "")
}

func TestTwinsOfARegistrationMakeOneAccount(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		ids := make([]int64, 20)
		for _, err := range crowd(len(ids), func(i int) error {
			reg := registration(r.acme.scope(), "someone@example.com", identity.SE)
			reg.Command, reg.SSN = "command-1", firstSwede
			a, err := r.registrar().Register(t.Context(), reg)
			ids[i] = a.ID
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if slices.Min(ids) != slices.Max(ids) || len(r.trail(t, r.acme.scope(), audit.AccountRegistered)) != 1 {
			t.Errorf("made %v", slices.Compact(ids))
		}
	})
}

func TestOfManyRegistrationsWithOneNumberExactlyOneWins(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		won := 0
		for _, err := range crowd(50, func(i int) error {
			reg := registration(r.acme.scope(), fmt.Sprintf("rival%d@example.com", i), identity.SE)
			reg.SSN = []inbound.Digits{firstSwede, "680202-0575", "19680202-0575"}[i%3]
			_, err := r.registrar().Register(t.Context(), reg)
			return err
		}) {
			if err == nil {
				won++
			} else {
				blames(t, err, account.ErrNumberUnusable, "number")
			}
		}
		if won != 1 || len(r.trail(t, r.acme.scope(), audit.AccountRegistered)) != 1 {
			t.Errorf("%d won", won)
		}
	})
}

func TestWhereANumberIsRequiredNobodyIsRegisteredWithout(t *testing.T) {
	r := newRig(t)
	r.numbers.Required = true
	reg := registration(r.acme.scope(), "someone@example.com", identity.SE)
	_, err := r.registrar().Register(t.Context(), reg)
	blames(t, err, account.ErrNumberNeeded, "number")
	reg.SSN = firstSwede
	if a, err := r.registrar().Register(t.Context(), reg); err != nil || a.Number.Reveal() != firstSwede {
		t.Errorf("got %v", err)
	}
}

func TestARegistrationThatBreaksARuleLeavesNothing(t *testing.T) {
	r := newRig(t)
	r.registerWith(t, "taken@example.com", secondSwede)
	r.block(t, firstSwede)
	before := len(r.trail(t, r.acme.scope(), ""))
	var unusable []any
	for name, c := range map[string]struct {
		change func(reg *inbound.Registration)
		want   *fault.Fault
		field  string
	}{
		"a number that fails its checksum":  {func(reg *inbound.Registration) { reg.SSN = "190001011234" }, account.ErrNumberInvalid, "number"},
		"a number of another country":       {func(reg *inbound.Registration) { reg.SSN = norwegian }, account.ErrNumberInvalid, "number"},
		"a number that is taken":            {func(reg *inbound.Registration) { reg.SSN = secondSwede }, account.ErrNumberUnusable, "number"},
		"a number that is blocked":          {func(reg *inbound.Registration) { reg.SSN = firstSwede }, account.ErrNumberUnusable, "number"},
		"an address that is taken":          {func(reg *inbound.Registration) { reg.Profile.Email = "TAKEN@example.com" }, account.ErrEmailTaken, "email"},
		"a plan that is not there":          {func(reg *inbound.Registration) { reg.PlanID = 7 }, account.ErrNoPlan, "plan"},
		"an unknown country":                {func(reg *inbound.Registration) { reg.Country = "XX" }, account.ErrInvalid, "country"},
		"no name":                           {func(reg *inbound.Registration) { reg.Profile.FirstName = " " }, account.ErrInvalid, "first_name"},
		"an organization that is not there": {func(reg *inbound.Registration) { reg.Scope.Organization = "nobody" }, organization.ErrNoOrganization, ""},
	} {
		reg := registration(r.acme.scope(), "someone@example.com", identity.SE)
		c.change(&reg)
		_, err := r.registrar().Register(t.Context(), reg)
		if blames(t, err, c.want, c.field); errors.Is(err, account.ErrNumberUnusable) {
			unusable = append(unusable, shown(err))
		}
		if t.Failed() {
			t.Fatal(name)
		}
	}
	if len(unusable) != 2 || !reflect.DeepEqual(unusable[0], unusable[1]) {
		t.Errorf("blocked and taken differ: %v", unusable)
	}
	if _, total, err := r.keeper().List(t.Context(), r.acme.scope(), inbound.AccountPage{}); err != nil || total != 1 || len(r.trail(t, r.acme.scope(), "")) != before {
		t.Errorf("%d accounts are there: %v", total, err)
	}
	// The same number and address are free elsewhere.
	reg := registration(r.other.scope(), "taken@example.com", identity.SE)
	reg.SSN = secondSwede
	if _, err := r.registrar().Register(t.Context(), reg); err != nil {
		t.Errorf("in another organization: %v", err)
	}
	reg.Scope = r.acme.Scope(organization.Sandbox)
	if _, err := r.registrar().Register(t.Context(), reg); err != nil {
		t.Errorf("in the sandbox: %v", err)
	}
}

func TestEveryFieldAtFaultIsReportedBeforeTheNumberIsLookedAt(t *testing.T) {
	r := newRig(t)
	_, err := r.registrar().Register(t.Context(), inbound.Registration{Scope: r.acme.scope(), Actor: "client/test", SSN: "196802020575"})
	blamed := map[string]bool{}
	for _, v := range fault.Of(err).Violations() {
		blamed[v.Field+" "+v.Code] = true
	}
	for _, want := range []string{"country required", "first_name required", "last_name required", "email required"} {
		if !blamed[want] {
			t.Errorf("%s is not said: %v", want, blamed)
		}
	}
	if blamed["number ssn_invalid"] {
		t.Error("the number is blamed for the missing country")
	}
}
