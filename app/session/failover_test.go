package session_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// resting makes the starter's route leave providers alone for a while.
func (r *rig) resting(t *testing.T, s *session.Starter, rest map[string]time.Duration, providers ...outbound.Provider) {
	t.Helper()
	var names []string
	for _, p := range providers {
		names = append(names, p.Name())
	}
	routes, err := session.NewRoutes(session.RoutesConfig{
		Order: map[eid.EID][]string{eid.SEBankID: names}, Resting: func(name string) time.Duration { return rest[name] },
	}, providers)
	if err != nil {
		t.Fatal(err)
	}
	s.Routes = routes
}

func TestWhileEverybodyIsLeftAloneNothingIsWrittenAndNobodyAsked(t *testing.T) {
	r := newRig(t)
	first, second := &scripted{name: "first", online: true}, &scripted{name: "second"}
	s := r.starter(t, first, second)
	rest := map[string]time.Duration{"first": 7 * time.Second, "second": 4 * time.Second}
	r.resting(t, s, rest, first, second)
	receipt := session.Receipt{Command: "start", ID: "1"}
	var err error
	counts := written(t, r.store, func() { _, err = s.Start(t.Context(), r.acme, r.order(), receipt) })
	if !errors.Is(err, eid.ErrProvider) || fault.Of(err).RetryAfter() != 4*time.Second {
		t.Errorf("got %v, to come back in %s", err, fault.Of(err).RetryAfter())
	}
	if counts.Commits != 0 || first.asked()+second.asked() != 0 {
		t.Errorf("it cost %+v, and %d and %d questions", counts, first.asked(), second.asked())
	}
	delete(rest, "first")
	if opened, err := s.Start(t.Context(), r.acme, r.order(), receipt); err != nil || opened.Provider != "first" {
		t.Errorf("the command was not begun anew: at %q, %v", opened.Provider, err)
	}
}

func TestWhoIsLeftAloneIsPassedOver(t *testing.T) {
	r := newRig(t)
	first, second := &scripted{name: "first", online: true}, &scripted{name: "second"}
	s := r.starter(t, first, second)
	r.resting(t, s, map[string]time.Duration{"first": time.Second}, first, second)
	var opened eid.Snapshot
	var err error
	counts := written(t, r.store, func() { opened, err = s.Start(t.Context(), r.acme, r.order(), noReceipt) })
	if err != nil || opened.Provider != "second" || first.asked() != 0 {
		t.Fatalf("at %q, the first was asked %d times: %v", opened.Provider, first.asked(), err)
	}
	if counts.Commits != 1 {
		t.Errorf("what needs no network cost %d commits", counts.Commits)
	}
	order := r.order()
	order.Context = "urn:grn:authn:no:bankid"
	r.resting(t, s, map[string]time.Duration{"first": time.Second, "second": time.Second}, first, second)
	if _, err := s.Start(t.Context(), r.acme, order, noReceipt); !errors.Is(err, eid.ErrOrder) {
		t.Errorf("an order that makes no sense is told to come back: %v", err)
	}
}

func TestOfThoseWhoAreDownTheFirstToComeBackSaysWhen(t *testing.T) {
	for _, c := range []struct{ first, second, want time.Duration }{
		{7 * time.Second, 0, 7 * time.Second}, {0, 7 * time.Second, 7 * time.Second},
		{3 * time.Second, 7 * time.Second, 3 * time.Second}, {7 * time.Second, 3 * time.Second, 3 * time.Second}, {0, 0, 0},
	} {
		r := newRig(t)
		first := &scripted{name: "first", begin: failing(eid.ErrProvider.RetryIn(c.first))}
		second := &scripted{name: "second", begin: failing(eid.ErrProvider.RetryIn(c.second))}
		_, err := r.starter(t, first, second).Start(t.Context(), r.acme, r.order(), noReceipt)
		if !errors.Is(err, eid.ErrProvider) || fault.Of(err).RetryAfter() != c.want {
			t.Errorf("%s and %s: got %v, to come back in %s", c.first, c.second, err, fault.Of(err).RetryAfter())
		}
	}
}

func TestAfterAFailureOnlyTheNextAnswerCounts(t *testing.T) {
	for name, says := range map[string]error{"refused": eid.ErrOrderRefused, "in progress": eid.ErrInProgress, "uncertain": eid.ErrProviderUncertain} {
		r := newRig(t)
		first := &scripted{name: "first", online: true, begin: failing(eid.ErrProvider.RetryIn(time.Second))}
		second, third := &scripted{name: "second", online: true, begin: failing(says)}, &scripted{name: "third", online: true}
		_, err := r.starter(t, first, second, third).Start(t.Context(), r.acme, r.order(), noReceipt)
		if !errors.Is(err, says) || third.asked() != 0 {
			t.Errorf("%s: the third was asked %d times: %v", name, third.asked(), err)
		}
		if facts := kinds(r.trail(t, "")); !slices.Equal(facts, []string{audit.SessionOpened, audit.SessionFailed}) {
			t.Errorf("%s: the trail is %v", name, facts)
		}
	}
}

// overtaken is the store when somebody is quicker, the first time.
type overtaken struct {
	*sqlstore.Store
	by func()
}

func (o *overtaken) Do(ctx context.Context, work func(ctx context.Context, tx outbound.Tx) error) error {
	if by := o.by; by != nil {
		o.by = nil
		by()
	}
	return o.Store.Do(ctx, work)
}

func TestASessionWhoseTimeIsOverIsOverAlthoughSomebodyHasClaimedIt(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	s := f.begin(t, eid.App)
	r.clock.Advance(10 * time.Minute)
	follower := f.Sessions.(session.Sessions).Follower
	claimed := 0
	follower.Advancer.Ledger.Work = &overtaken{Store: r.store, by: func() {
		all, err := r.store.ClaimSessions(t.Context(), eid.Watcher("another process"), 10, r.clock.Now(), time.Minute)
		if err != nil {
			t.Error(err)
		}
		claimed = len(all)
	}}
	if got := f.poll(t, s.ID); got.State != eid.Expired || claimed != 1 {
		t.Errorf("it is %s, and %d were claimed", got.State, claimed)
	}
	if facts := r.trail(t, audit.SessionExpired); len(facts) != 1 {
		t.Errorf("it expired %d times", len(facts))
	}
}
