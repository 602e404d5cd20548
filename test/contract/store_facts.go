package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func (s *Storage) tell(t *testing.T, facts ...audit.Fact) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Facts().Append(ctx, facts...) })
}

func storeMany(subject string, n int) (facts []audit.Fact) {
	for i := range n {
		facts = append(facts, storeFact(subject, int64(i+1)))
	}
	return facts
}

var storeFacts = []storePromise{
	{"come back as they were appended, in order of position", func(t *testing.T, s *Storage) {
		full, bare := storeFact("account/1", 1), audit.Fact{Organization: storeScope.Organization, Environment: string(storeScope.Environment), Kind: "k", Subject: "account/2", Sequence: 1, At: storeNow, Actor: "x"}
		full.Details = map[string]string{"a": "1", "b": "ø \" \\"}
		s.tell(t, full, bare)
		s.tell(t, storeMany("account/3", 19)...)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			told, err := r.Facts().List(ctx, storeScope, 0, 100)
			if len(told) != 21 {
				t.Fatalf("got %d facts, %v", len(told), err)
			}
			for _, want := range []audit.Fact{full, bare} {
				if !slices.ContainsFunc(told, func(f audit.Told) bool { return reflect.DeepEqual(f.Fact, want) }) {
					t.Errorf("missing: %+v", want)
				}
			}
			if !slices.IsSortedFunc(told, func(a, b audit.Told) int { return int(a.Position - b.Position) }) {
				t.Error("not in order of position")
			}
			some, err2 := r.Facts().List(ctx, storeScope, told[4].Position, 3)
			if !reflect.DeepEqual(some, told[5:8]) {
				t.Errorf("behind a position: %+v", some)
			}
			return errors.Join(err, err2)
		})
	}},
	{"are not seen elsewhere", func(t *testing.T, s *Storage) {
		s.tell(t, storeFact("account/1", 1))
		for where, scope := range storeElsewhere {
			if got := storeSequences(t, s, scope); len(got) > 0 {
				t.Errorf("%s: %v", where, got)
			}
		}
	}},
	{"have no gap per subject, however many append at the same time", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 30, func(int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				told, err := tx.Facts().List(ctx, storeScope, 0, 100)
				if err != nil {
					return err
				}
				return tx.Facts().Append(ctx, storeFact("account/1", int64(len(told)+1)))
			})
		})
		got := storeSequences(t, s, storeScope)
		slices.Sort(got)
		for i, sequence := range got {
			if sequence != int64(i+1) {
				t.Fatalf("the trail holds %v", got)
			}
		}
		if won == 0 || len(got) != won {
			t.Errorf("%d appended, %d are there; the others: %v", won, len(got), lost)
		}
	}},
}

var storeDeliveries = []storePromise{
	{"of every fact to the broker are claimed oldest first, with the fact", func(t *testing.T, s *Storage) {
		s.tell(t, storeMany("account/1", 5)...)
		elsewhere := storeFact("account/2", 1)
		elsewhere.Organization, elsewhere.Environment = storeOther.ID, string(organization.Sandbox)
		s.tell(t, elsewhere)
		first, rest := s.claim(t, 4, storeNow), s.claim(t, 10, storeNow)
		if len(first) != 4 || len(rest) != 2 {
			t.Fatalf("claimed %d and %d", len(first), len(rest))
		}
		for i, told := range append(first, rest[0]) {
			if want := storeFact("account/1", told.Sequence); !reflect.DeepEqual(told.Fact, want) || told.Destination != outbound.Broker || told.Attempts != 0 {
				t.Errorf("number %d: %+v", i, told)
			}
		}
		if !reflect.DeepEqual(rest[1].Fact, elsewhere) {
			t.Errorf("of another scope: %+v", rest[1])
		}
	}},
	{"are nobody else's until the lease ends, and then know how often they were tried", func(t *testing.T, s *Storage) {
		s.tell(t, storeFact("account/1", 1))
		s.claim(t, 10, storeNow)
		if got := s.claim(t, 10, storeNow.Add(time.Minute-time.Microsecond)); len(got) > 0 {
			t.Errorf("claimed twice: %+v", got)
		}
		if got := s.claim(t, 10, storeNow.Add(time.Minute)); len(got) != 1 || got[0].Attempts != 1 {
			t.Errorf("after the lease: %+v", got)
		}
	}},
	{"are gone once delivered, and their facts stay", func(t *testing.T, s *Storage) {
		s.tell(t, storeMany("account/1", 3)...)
		claimed := s.claim(t, 2, storeNow)
		for range 2 { // twice is no mistake
			if err := s.Delivered(t.Context(), outbound.Broker, claimed); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Delivered(t.Context(), outbound.Broker, nil); err != nil {
			t.Error(err)
		}
		if got := s.claim(t, 10, storeNow.Add(time.Hour)); len(got) != 1 || got[0].Sequence != 3 {
			t.Errorf("left are %+v", got)
		}
		if got := storeSequences(t, s, storeScope); len(got) != 3 {
			t.Errorf("the trail holds %v", got)
		}
	}},
	{"can be put off", func(t *testing.T, s *Storage) {
		s.tell(t, storeMany("account/1", 3)...)
		claimed := s.claim(t, 2, storeNow)
		if err := s.Postpone(t.Context(), outbound.Broker, claimed, storeNow.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if got := s.claim(t, 10, storeNow); len(got) != 1 || got[0].Sequence != 3 {
			t.Errorf("meanwhile: %+v", got)
		}
		if got := s.claim(t, 10, storeNow.Add(time.Second)); len(got) != 2 || got[0].Attempts != 1 {
			t.Errorf("then: %+v", got)
		}
	}},
	{"are of one destination only", func(t *testing.T, s *Storage) {
		s.tell(t, storeFact("account/1", 1))
		if got, err := s.Claim(t.Context(), "webhook:1", 10, storeNow, time.Minute); err != nil || len(got) > 0 {
			t.Errorf("of another destination: %v %v", got, err)
		}
		claimed := s.claim(t, 1, storeNow)
		if err := s.Delivered(t.Context(), "webhook:1", claimed); err != nil {
			t.Fatal(err)
		}
		if got := s.claim(t, 10, storeNow.Add(time.Hour)); len(got) != 1 {
			t.Error("delivered to another destination, it is gone")
		}
	}},
	{"go to one claimer each, however many claim at the same time", func(t *testing.T, s *Storage) {
		const facts = 60
		s.tell(t, storeMany("account/1", facts)...)
		claims := make(chan []audit.Told, 20)
		storeRace(t, cap(claims), func(int) error {
			told, err := s.Claim(t.Context(), outbound.Broker, 5, storeNow, time.Minute)
			claims <- told
			return err
		})
		close(claims)
		seen := map[int64]int{}
		for told := range claims {
			for _, f := range told {
				seen[f.Position]++
			}
		}
		for _, f := range s.claim(t, facts, storeNow) { // some may have stood aside for others
			seen[f.Position]++
		}
		if len(seen) != facts {
			t.Errorf("%d of %d claimed", len(seen), facts)
		}
		for position, n := range seen {
			if n != 1 {
				t.Errorf("fact %d was claimed %d times", position, n)
			}
		}
	}},
	{"can be settled by the thousand", func(t *testing.T, s *Storage) {
		s.tell(t, storeMany("account/1", 1500)...)
		claimed := s.claim(t, 1500, storeNow)
		if len(claimed) != 1500 {
			t.Fatalf("claimed %d", len(claimed))
		}
		if err := s.Delivered(t.Context(), outbound.Broker, claimed); err != nil {
			t.Fatal(err)
		}
		if got := s.claim(t, 10, storeNow.Add(time.Hour)); len(got) > 0 {
			t.Errorf("left are %d", len(got))
		}
	}},
}

func (s *Storage) claim(t *testing.T, n int, now time.Time) []audit.Told {
	t.Helper()
	told, err := s.Claim(t.Context(), outbound.Broker, n, now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return told
}

var storeLeases = []storePromise{
	{"are held by one owner at a time, who may renew", func(t *testing.T, s *Storage) {
		first, ok := s.hold(t, "relay", "a", storeNow)
		if !ok {
			t.Fatal("nobody holds it, and it is refused")
		}
		if _, ok := s.hold(t, "relay", "b", storeNow.Add(5*time.Second-time.Microsecond)); ok {
			t.Error("two hold it")
		}
		if again, ok := s.hold(t, "relay", "a", storeNow.Add(4*time.Second)); !ok || again != first {
			t.Errorf("renewed: %v, fence %d after %d", ok, again, first)
		}
		if _, ok := s.hold(t, "relay", "b", storeNow.Add(8*time.Second)); ok {
			t.Error("the renewal was lost")
		}
		if _, ok := s.hold(t, "Relay", "b", storeNow); !ok {
			t.Error("another lease is taken for this one")
		}
	}},
	{"are taken over when they end, with a higher fence", func(t *testing.T, s *Storage) {
		fence := int64(0)
		for i, owner := range []string{"a", "b", "a", "c"} {
			next, ok := s.hold(t, "relay", owner, storeNow.Add(time.Duration(i)*5*time.Second))
			if !ok || next <= fence {
				t.Errorf("%s: %v, fence %d after %d", owner, ok, next, fence)
			}
			fence = next
		}
	}},
	{"can be released by their owner, and the fence goes on growing", func(t *testing.T, s *Storage) {
		first, _ := s.hold(t, "relay", "a", storeNow)
		if err := s.Release(t.Context(), "relay", "b"); err != nil {
			t.Fatal(err)
		}
		if _, ok := s.hold(t, "relay", "b", storeNow); ok {
			t.Error("released by somebody else")
		}
		if err := s.Release(t.Context(), "relay", "a"); err != nil {
			t.Fatal(err)
		}
		if next, ok := s.hold(t, "relay", "b", storeNow); !ok || next <= first {
			t.Errorf("after the release: %v, fence %d after %d", ok, next, first)
		}
	}},
	{"go to exactly one of many who try at the same time", func(t *testing.T, s *Storage) {
		taken := errors.New("taken")
		won, lost := storeRace(t, 30, func(i int) error {
			_, ok, err := s.Hold(t.Context(), "relay", fmt.Sprint(i), storeNow, time.Minute)
			if err == nil && !ok {
				return taken
			}
			return err
		})
		if won != 1 || lost["taken"] != 29 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
	}},
}

func (s *Storage) hold(t *testing.T, name, owner string, now time.Time) (int64, bool) {
	t.Helper()
	fence, ok, err := s.Hold(t.Context(), name, owner, now, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return fence, ok
}
