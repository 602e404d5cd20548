package contract

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storeClaimOne = []storePromise{
	{"is told to the session, which can be saved then", func(t *testing.T, s *Storage) {
		s.open(t, storeWaiting(storeScope, "s1", time.Hour))
		one := s.session(t, storeScope, "s1")
		ok, err := s.ClaimSession(t.Context(), storeWatcher, one, storeNow, time.Minute)
		if !ok || err != nil {
			t.Fatalf("refused: %v, %v", ok, err)
		}
		want := eid.Claim{Owner: storeWatcher, Until: storeNow.Add(time.Minute)}
		if got := one.Snapshot(); got.Claim != want || got.Version != 2 {
			t.Errorf("claimed %+v, at version %d", got.Claim, got.Version)
		}
		if got := s.session(t, storeScope, "s1").Snapshot(); got.Claim != want || !got.Due.Equal(storeNow.Add(time.Hour)) {
			t.Errorf("stored: %+v, due %v", got.Claim, got.Due)
		}
		s.watched(t, storeRival, storeNow.Add(time.Hour-time.Microsecond))
		s.saveSession(t, one)
	}},
	{"does not make anybody ask by the clock who did not", func(t *testing.T, s *Storage) {
		s.open(t, storeSession(storeScope, "s1"))
		if ok, err := s.ClaimSession(t.Context(), storeWatcher, s.session(t, storeScope, "s1"), storeNow, time.Minute); !ok || err != nil {
			t.Fatalf("refused: %v, %v", ok, err)
		}
		kept, err := s.RenewSessions(t.Context(), storeWatcher, []string{"s1"}, storeNow, 2*time.Minute)
		if err != nil || !slices.Equal(kept, []string{"s1"}) {
			t.Errorf("kept %v, %v", kept, err)
		}
		s.watched(t, storeRival, storeNow.Add(time.Hour))
	}},
	{"is refused while a claim runs, and once the session has changed or settled", func(t *testing.T, s *Storage) {
		refused := func(how, owner string, one *eid.Session, now time.Time) {
			t.Helper()
			before := one.Snapshot()
			ok, err := s.ClaimSession(t.Context(), owner, one, now, time.Minute)
			if after := one.Snapshot(); ok || err != nil || after.Claim != before.Claim || after.Version != before.Version {
				t.Errorf("%s: %v, %v", how, ok, err)
			}
		}
		s.open(t, storeWaiting(storeScope, "s1", 0))
		old := s.session(t, storeScope, "s1")
		s.watched(t, storeWatcher, storeNow, "s1")
		claimed := s.session(t, storeScope, "s1")
		refused("changed", storeRival, old, storeNow.Add(time.Hour))
		refused("claimed", storeRival, claimed, storeNow.Add(30*time.Second-time.Microsecond))
		refused("claimed by the same owner", storeWatcher, claimed, storeNow.Add(time.Second))
		if ok, err := s.ClaimSession(t.Context(), storeRival, claimed, storeNow.Add(30*time.Second), time.Minute); !ok || err != nil {
			t.Errorf("after the claim: %v, %v", ok, err)
		}
		if _, err := claimed.Refuse(eid.ReasonDeclined, storeNow); err != nil {
			t.Fatal(err)
		}
		s.saveSession(t, claimed)
		refused("settled", storeWatcher, s.session(t, storeScope, "s1"), storeNow.Add(time.Hour))
		unknown := storeSession(storeScope, "unknown")
		unknown.Version = 1
		refused("unknown", storeWatcher, eid.Restore(unknown), storeNow)
	}},
	{"is refused elsewhere", func(t *testing.T, s *Storage) {
		s.open(t, storeWaiting(storeScope, "s1", 0))
		for where, scope := range storeElsewhere {
			foreign := storeWaiting(scope, "s1", 0)
			foreign.Version = 1
			ok, err := s.ClaimSession(t.Context(), storeWatcher, eid.Restore(foreign), storeNow, time.Minute)
			if ok || err != nil {
				t.Errorf("%s: %v, %v", where, ok, err)
			}
		}
	}},
}

var storeDue = []storePromise{
	{"though a watcher had claimed them, once that claim is over", func(t *testing.T, s *Storage) {
		one := storeWaiting(storeScope, "s1", 0)
		one.ExpiresAt = storeNow.Add(time.Second)
		s.open(t, one)
		s.watched(t, storeWatcher, storeNow, "s1")
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			early, err := tx.Sessions().Due(ctx, storeNow.Add(30*time.Second-time.Microsecond), 10)
			if err != nil {
				return err
			}
			due, err := tx.Sessions().Due(ctx, storeNow.Add(30*time.Second), 10)
			if got := storeIDs(due); len(early) > 0 || !slices.Equal(got, []string{"s1"}) {
				t.Errorf("before: %v, then: %v", storeIDs(early), got)
			}
			return err
		})
	}},
	{"but for those that cannot be unsealed, however many stand before the others", func(t *testing.T, s *Storage) {
		for i := range 7 {
			one := storeSession(storeScope, fmt.Sprint("broken", i))
			one.ExpiresAt = storeNow.Add(-time.Hour)
			s.open(t, one)
		}
		s.Exec(t, `UPDATE sessions SET sealed = ? WHERE id <> ?`, []byte("nonsense"), "")
		for i := range 4 {
			one := storeSession(storeScope, fmt.Sprint("sound", i))
			one.ExpiresAt = storeNow.Add(-time.Minute + time.Duration(i))
			s.open(t, one)
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			for n, want := range map[int][]string{0: nil, 3: {"sound0", "sound1", "sound2"}, 10: {"sound0", "sound1", "sound2", "sound3"}} {
				due, err := tx.Sessions().Due(ctx, storeNow, n)
				if err != nil {
					return err
				}
				if got := storeIDs(due); !slices.Equal(got, want) {
					t.Errorf("of at most %d: %v", n, got)
				}
			}
			return nil
		})
	}},
}
