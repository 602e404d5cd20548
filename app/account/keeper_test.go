package account_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func TestANewAddressEndsTheAccountsTokensAndCodes(t *testing.T) {
	r := newRig(t)
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	bystander := r.register(t, r.acme.scope(), "bystander@example.com", identity.SE)
	s := r.signIns()
	first, second, beside := token(t, s, r.acme.asks("someone@example.com")), token(t, s, r.acme.asks("someone@example.com")), token(t, s, r.acme.asks("bystander@example.com"))
	code, err := s.LoginCode(t.Context(), r.acme.asks("someone@example.com"))
	if err != nil {
		t.Fatal(err)
	}
	r.update(t, a, account.Change{Email: new("Someone@Example.com"), City: new("Uppsala")})
	good(t, s, first, true) // the same address in other letters
	r.update(t, a, account.Change{Email: new("new@example.com")})
	good(t, s, first, false)
	good(t, s, second, false)
	good(t, s, beside, true)
	_, err = s.RedeemLoginCode(t.Context(), code)
	blames(t, err, account.ErrCode, "")
	_, err = s.AppToken(t.Context(), r.acme.asks("someone@example.com"))
	blames(t, err, account.ErrNoAccount, "")
	good(t, s, token(t, s, r.acme.asks("new@example.com")), true)
	if facts := r.trail(t, a.Scope, audit.AccountTokensRevoked); len(facts) != 1 || facts[0].Details["count"] != "2" || facts[0].Actor != "client/test" {
		t.Errorf("the trail says %v", facts)
	}
	r.update(t, bystander, account.Change{Email: new("someone@example.com")}) // the old address is free
	_, err = r.keeper().Update(t.Context(), inbound.AccountUpdate{Scope: a.Scope, ID: a.ID, Change: account.Change{Email: new(" SOMEONE@example.com")}})
	blames(t, err, account.ErrEmailTaken, "email")
}

func TestAnOwnerChangesTheProfileAndNothingElse(t *testing.T) {
	r := newRig(t)
	if _, err := r.registry.Offer(t.Context(), "acme", "Basic", true); err != nil {
		t.Fatal(err)
	}
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	s := r.signIns()
	clear := token(t, s, r.acme.asks("someone@example.com"))
	business, norway := account.Business, identity.NO
	updated, err := r.keeper().Update(t.Context(), inbound.AccountUpdate{
		Scope: a.Scope, ID: a.ID, Actor: account.Subject(a.ID), ByOwner: true, PlanID: new(int64(1)),
		Change: account.Change{City: new("Uppsala"), Email: new("new@example.com"), Active: new(false), Type: &business, Country: &norway},
	})
	if err != nil {
		t.Fatal(err)
	}
	if updated.Profile.City != "Uppsala" || updated.Profile.Email != "someone@example.com" || !updated.Active || updated.Type != account.Single || updated.Country != identity.SE || updated.Plan.ID != 0 {
		t.Errorf("it became %+v", updated)
	}
	good(t, s, clear, true)
	before := r.store.Counts().Commits
	_, err = r.keeper().Update(t.Context(), inbound.AccountUpdate{
		Scope: a.Scope, ID: a.ID, ByOwner: true, PlanID: new(int64(99)), Change: account.Change{Email: new("not an address"), City: new("Uppsala")},
	})
	if err != nil || r.store.Counts().Commits != before {
		t.Errorf("what an owner may not say is not ignored: %v", err)
	}
	_, err = r.keeper().Update(t.Context(), inbound.AccountUpdate{Scope: a.Scope, ID: a.ID, ByOwner: true, Change: account.Change{FirstName: new("")}})
	blames(t, err, account.ErrInvalid, "first_name")
}

func TestTheBackOfficeChangesPlansOfItsOwnScope(t *testing.T) {
	r := newRig(t)
	if _, err := r.registry.Offer(t.Context(), "acme", "Basic", true); err != nil {
		t.Fatal(err)
	}
	a := r.registerWith(t, "someone@example.com", firstSwede)
	update := func(plan int64) (account.Snapshot, error) {
		return r.keeper().Update(t.Context(), inbound.AccountUpdate{Scope: a.Scope, ID: a.ID, Actor: "client/test", PlanID: &plan})
	}
	if got, err := update(1); err != nil || !got.Monitored() || got.Plan.Name != "Basic" {
		t.Errorf("monitored %v: %v", got.Monitored(), err)
	}
	_, err := update(2)
	blames(t, err, account.ErrNoPlan, "plan")
	if got, err := update(0); err != nil || got.Monitored() || got.Plan.ID != 0 {
		t.Errorf("monitored %v: %v", got.Monitored(), err)
	}
	started, stopped := r.trail(t, a.Scope, audit.AccountMonitoringStarted), r.trail(t, a.Scope, audit.AccountMonitoringStopped)
	if len(started) != 1 || len(stopped) != 1 {
		t.Errorf("started %d times, stopped %d times", len(started), len(stopped))
	}
	if plans, err := r.keeper().Plans(t.Context(), r.other.scope()); err != nil || len(plans) != 0 {
		t.Errorf("another organization sees %v: %v", plans, err)
	}
	b := r.register(t, r.other.scope(), "b@example.com", identity.SE)
	_, err = r.keeper().Update(t.Context(), inbound.AccountUpdate{Scope: b.Scope, ID: b.ID, PlanID: new(int64(1))})
	blames(t, err, account.ErrNoPlan, "plan")
}

func TestAnothersAccountIsWhatNeverWas(t *testing.T) {
	r := newRig(t)
	a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
	k := r.keeper()
	for _, c := range []struct {
		scope organization.Scope
		id    int64
	}{{r.other.scope(), a.ID}, {r.acme.Scope(organization.Sandbox), a.ID}, {a.Scope, a.ID + 1}, {a.Scope, 0}, {a.Scope, -1}} {
		_, err := k.Find(t.Context(), c.scope, c.id)
		blames(t, err, account.ErrNoAccount, "")
		_, err = k.Update(t.Context(), inbound.AccountUpdate{Scope: c.scope, ID: c.id, Change: account.Change{City: new("X")}})
		blames(t, err, account.ErrNoAccount, "")
		blames(t, k.Delete(t.Context(), c.scope, c.id, "client/test"), account.ErrNoAccount, "")
		blames(t, r.changer().ChangePassword(t.Context(), inbound.PasswordChange{Scope: c.scope, ID: c.id, New: "correct horse"}), account.ErrNoAccount, "")
	}
	if got := r.read(t, a); got.Version != a.Version {
		t.Error("it was changed")
	}
}

func TestADeletedAccountTakesEverythingWithIt(t *testing.T) {
	r := newRig(t)
	a := r.registerWith(t, "someone@example.com", firstSwede)
	s := r.signIns()
	clear := token(t, s, r.acme.asks("someone@example.com"))
	if err := r.keeper().Delete(t.Context(), a.Scope, a.ID, "client/test"); err != nil {
		t.Fatal(err)
	}
	good(t, s, clear, false)
	blames(t, r.keeper().Delete(t.Context(), a.Scope, a.ID, "client/test"), account.ErrNoAccount, "")
	next := r.registerWith(t, "someone@example.com", firstSwede)
	good(t, s, clear, false)
	if b, err := s.Authenticate(t.Context(), token(t, s, r.acme.asks("someone@example.com"))); err != nil || b.Token.Account != next.ID {
		t.Errorf("got %v", err)
	}
	if n := len(r.trail(t, a.Scope, audit.AccountDeleted)); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func TestPagesStayInTheirBounds(t *testing.T) {
	r := newRig(t)
	const many = 103
	var ids []int64
	for i := range many {
		ids = append(ids, r.register(t, r.acme.scope(), fmt.Sprintf("a%d@example.com", i), identity.SE).ID)
	}
	slices.Sort(ids)
	r.register(t, r.other.scope(), "stranger@example.com", identity.SE)
	for _, c := range []struct {
		number, size int
		want         []int64
	}{
		{1, 15, ids[:15]}, {2, 15, ids[15:30]}, {7, 15, ids[90:105:105][:13]}, {8, 15, nil}, {1, 100, ids[:100]}, {2, 100, ids[100:]},
		{0, 3, ids[:3]}, {-5, 3, ids[:3]}, {1, 0, ids[:1]}, {1, -1, ids[:1]}, {1, 1000, ids[:100]}, {math.MaxInt, math.MaxInt, nil}, {math.MinInt, math.MinInt, ids[:1]},
	} {
		list, total, err := r.keeper().List(t.Context(), r.acme.scope(), inbound.AccountPage{Number: c.number, Size: c.size})
		var got []int64
		for _, a := range list {
			got = append(got, a.ID)
		}
		if err != nil || total != many || !slices.Equal(got, c.want) {
			t.Errorf("page %d of %d: %d accounts of %d: %v", c.number, c.size, len(got), total, err)
		}
	}
}

func TestAListByAddressHoldsThatAccountAndNobodyElses(t *testing.T) {
	r := newRig(t)
	anna := r.register(t, r.acme.scope(), "anna@example.com", identity.SE)
	r.register(t, r.acme.scope(), "erik@example.com", identity.SE)
	r.register(t, r.other.scope(), "stranger@example.com", identity.SE)
	for _, c := range []struct {
		email  string
		number int
		total  int
		shown  int
	}{
		{"ANNA@example.com", 1, 1, 1}, {"anna@example.com", 2, 1, 0}, {"nobody@example.com", 1, 0, 0}, {"stranger@example.com", 1, 0, 0},
	} {
		list, total, err := r.keeper().List(t.Context(), r.acme.scope(), inbound.AccountPage{Number: c.number, Size: 10, Email: c.email})
		if err != nil || total != c.total || len(list) != c.shown || c.shown > 0 && list[0].ID != anna.ID {
			t.Errorf("%s: %d of %d: %v", c.email, len(list), total, err)
		}
	}
}

func TestChangesAtOnceAreAllKeptAndToldInOrder(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		a := r.register(t, r.acme.scope(), "someone@example.com", identity.SE)
		for _, err := range crowd(20, func(i int) error {
			_, err := r.keeper().Update(t.Context(), inbound.AccountUpdate{Scope: a.Scope, ID: a.ID, Actor: "client/test", Change: account.Change{City: new(fmt.Sprintf("City %d", i))}})
			return err
		}) {
			if err != nil {
				t.Errorf("%s: %v", fault.Of(err).Kind(), err)
			}
		}
		facts := r.trail(t, a.Scope, audit.AccountUpdated)
		for i, f := range facts {
			if f.Sequence != int64(i)+2 {
				t.Errorf("fact %d has the sequence %d", i, f.Sequence)
			}
		}
		if len(facts) != 20 {
			t.Errorf("%d changes were told", len(facts))
		}
	})
}
