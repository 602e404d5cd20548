package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var (
	storeWatcher = eid.Watcher("one")
	storeRival   = eid.Watcher("two")
)

// storeWaiting is a session whose provider is to be asked at the given time from storeNow on.
func storeWaiting(scope organization.Scope, id string, due time.Duration) eid.Snapshot {
	one := storeSession(scope, id)
	one.Due = storeNow.Add(due)
	return one
}

// watch claims sessions for 30 seconds.
func (s *Storage) watch(t *testing.T, owner string, n int, now time.Time) []*eid.Session {
	t.Helper()
	list, err := s.ClaimSessions(t.Context(), owner, n, now, 30*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// watched expects exactly these sessions to be claimed.
func (s *Storage) watched(t *testing.T, owner string, now time.Time, want ...string) {
	t.Helper()
	if got := storeIDs(s.watch(t, owner, 100, now)); !slices.Equal(got, want) {
		t.Errorf("%s claimed %v, want %v", owner, got, want)
	}
}

func (s *Storage) session(t *testing.T, scope organization.Scope, id string) *eid.Session {
	t.Helper()
	var one *eid.Session
	s.view(t, func(ctx context.Context, r outbound.Reader) (err error) {
		one, err = r.Sessions().Find(ctx, scope, id)
		return err
	})
	return one
}

func (s *Storage) saveSession(t *testing.T, one *eid.Session) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Sessions().Save(ctx, one) })
}

var storeClaims = []storePromise{
	{"take the sessions of all scopes whose time has come, longest waiting first", func(t *testing.T, s *Storage) {
		never, settled, spent, free := storeSession(storeScope, "never"), storeWaiting(storeScope, "settled", -time.Hour),
			storeWaiting(storeScope, "spent", -time.Hour), storeWaiting(storeScope, "free", -4*time.Second)
		settled.State, settled.SettledAt = eid.Completed, storeNow
		spent.Claim = eid.Claim{Owner: "code", Until: storeNow.Add(time.Microsecond)}
		free.Claim = eid.Claim{Owner: "code", Until: storeNow}
		s.open(t, never, settled, spent, free, storeWaiting(storeScope, "later", time.Microsecond), storeWaiting(storeScope, "now", 0),
			storeWaiting(storeHome.Scope(organization.Sandbox), "sandbox", -2*time.Second),
			storeWaiting(storeOther.Scope(organization.Production), "other", -3*time.Second))
		if got := storeIDs(s.watch(t, storeWatcher, 2, storeNow)); !slices.Equal(got, []string{"other", "sandbox"}) {
			t.Errorf("the first two are %v", got)
		}
		s.watched(t, storeRival, storeNow, "free", "now")
		s.watched(t, storeRival, storeNow.Add(time.Microsecond), "spent", "later")
	}},
	{"give what was saved, with the claim and a new version", func(t *testing.T, s *Storage) {
		want := storeFull(t)
		want.State, want.SettledAt, want.Claim = eid.Pending, time.Time{}, eid.Claim{}
		s.open(t, want)
		got := s.watch(t, storeWatcher, 10, want.Due)
		want.Claim, want.Version = eid.Claim{Owner: storeWatcher, Until: want.Due.Add(30 * time.Second)}, 2
		if len(got) != 1 || !reflect.DeepEqual(got[0].Snapshot(), want) {
			t.Fatalf("claimed %v, not as it was saved", storeIDs(got))
		}
		if stored := s.session(t, storeScope, "s1"); !reflect.DeepEqual(stored.Snapshot(), want) {
			t.Error("it is stored otherwise than it was given")
		}
		s.saveSession(t, got[0])
	}},
	{"make worthless what was read before", func(t *testing.T, s *Storage) {
		s.open(t, storeWaiting(storeScope, "s1", 0))
		before := s.session(t, storeScope, "s1")
		s.watched(t, storeWatcher, storeNow, "s1")
		s.fails(t, eid.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Sessions().Save(ctx, before) })
		if ok, err := s.ClaimSession(t.Context(), storeRival, before, storeNow.Add(time.Hour), time.Minute); ok || err != nil {
			t.Errorf("claimed at an old version: %v, %v", ok, err)
		}
	}},
	{"are taken over from an owner who died, when the lease ends", func(t *testing.T, s *Storage) {
		s.open(t, storeWaiting(storeScope, "s1", 0))
		s.watched(t, storeWatcher, storeNow, "s1")
		s.watched(t, storeRival, storeNow.Add(30*time.Second-time.Microsecond))
		s.watched(t, storeRival, storeNow.Add(30*time.Second), "s1")
		kept, err := s.RenewSessions(t.Context(), storeWatcher, []string{"s1"}, storeNow.Add(31*time.Second), time.Minute)
		if err != nil || len(kept) > 0 {
			t.Errorf("the first owner believes to have %v, %v", kept, err)
		}
	}},
	{"hold as long as they are renewed, and leave the version as it is", func(t *testing.T, s *Storage) {
		s.open(t, storeWaiting(storeScope, "mine", 0), storeWaiting(storeScope, "settled", 0), storeWaiting(storeScope, "due later", 0))
		mine := s.watch(t, storeWatcher, 10, storeNow)
		if len(mine) != 3 {
			t.Fatalf("claimed %v", storeIDs(mine))
		}
		for _, one := range mine {
			switch one.Snapshot().ID {
			case "settled":
				if _, err := one.Refuse(eid.ReasonDeclined, storeNow); err != nil {
					t.Fatal(err)
				}
				s.saveSession(t, one)
			case "due later":
				one.Wait(storeNow.Add(time.Hour))
				s.saveSession(t, one)
			}
		}
		s.open(t, storeWaiting(storeScope, "theirs", 0), storeSession(storeScope, "nobody's"))
		s.watched(t, storeRival, storeNow, "theirs")
		kept, err := s.RenewSessions(t.Context(), storeWatcher, []string{"settled", "due later", "theirs", "unknown", "mine", "nobody's", "mine"},
			storeNow.Add(20*time.Second), 30*time.Second)
		slices.Sort(kept)
		if err != nil || !slices.Equal(kept, []string{"due later", "mine"}) {
			t.Errorf("kept %v, %v", kept, err)
		}
		s.watched(t, storeRival, storeNow.Add(50*time.Second-time.Microsecond), "theirs")
		if got := s.session(t, storeScope, "mine").Snapshot(); got.Version != 2 || got.Claim != (eid.Claim{Owner: storeWatcher, Until: storeNow.Add(50 * time.Second)}) {
			t.Errorf("at version %d, claimed %+v", got.Version, got.Claim)
		}
		i := slices.IndexFunc(mine, func(one *eid.Session) bool { return one.Snapshot().ID == "mine" })
		s.saveSession(t, mine[i])
		s.watched(t, storeRival, storeNow.Add(59*time.Minute), "mine", "theirs")
		s.watched(t, storeRival, storeNow.Add(time.Hour), "mine", "theirs", "due later")
		if kept, err := s.RenewSessions(t.Context(), storeWatcher, nil, storeNow, time.Minute); err != nil || len(kept) > 0 {
			t.Errorf("of none kept %v, %v", kept, err)
		}
	}},
	{"end when they are released by their owner, and the sessions are due when the owner says", func(t *testing.T, s *Storage) {
		s.open(t, storeWaiting(storeScope, "s1", 0), storeWaiting(storeScope, "s2", 0))
		s.watch(t, storeWatcher, 10, storeNow)
		release := func(owner string, due time.Time, ids ...string) {
			t.Helper()
			if err := s.ReleaseSessions(t.Context(), owner, ids, due); err != nil {
				t.Fatal(err)
			}
		}
		release(storeRival, storeNow, "s1", "s2")
		release(storeWatcher, storeNow)
		s.watched(t, storeRival, storeNow)
		release(storeWatcher, storeNow.Add(time.Second), "s1", "unknown")
		s.watched(t, storeRival, storeNow.Add(time.Second-time.Microsecond))
		if got := s.session(t, storeScope, "s1").Snapshot(); got.Claim != (eid.Claim{}) || !got.Due.Equal(storeNow.Add(time.Second)) {
			t.Errorf("released: %+v, due %v", got.Claim, got.Due)
		}
		s.watched(t, storeRival, storeNow.Add(time.Second), "s1")
	}},
	{"follow what is saved", func(t *testing.T, s *Storage) {
		s.open(t, storeSession(storeScope, "s1"))
		s.watched(t, storeWatcher, storeNow)
		change := func(do func(one *eid.Session)) {
			t.Helper()
			one := s.session(t, storeScope, "s1")
			do(one)
			s.saveSession(t, one)
		}
		change(func(one *eid.Session) { one.Wait(storeNow.Add(time.Second)) })
		s.watched(t, storeWatcher, storeNow.Add(time.Second-time.Microsecond))
		s.watched(t, storeWatcher, storeNow.Add(time.Second), "s1")
		change(func(one *eid.Session) { one.GiveBack() })
		s.watched(t, storeWatcher, storeNow.Add(time.Second), "s1")
		change(func(one *eid.Session) {
			one.GiveBack()
			if err := one.Take("code", storeNow, time.Minute); err != nil {
				t.Fatal(err)
			}
		})
		s.watched(t, storeWatcher, storeNow.Add(time.Minute-time.Microsecond))
		s.watched(t, storeWatcher, storeNow.Add(time.Minute), "s1")
		change(func(one *eid.Session) { one.GiveBack(); one.Wait(time.Time{}) })
		s.watched(t, storeWatcher, storeNow.Add(time.Hour))
		change(func(one *eid.Session) { one.Wait(storeNow) })
		change(func(one *eid.Session) {
			if _, err := one.Fail(eid.ReasonStartLost, storeNow); err != nil {
				t.Fatal(err)
			}
		})
		s.watched(t, storeWatcher, storeNow.Add(time.Hour))
	}},
	{"leave out what cannot be unsealed, and do not take it again before the lease ends", func(t *testing.T, s *Storage) {
		s.open(t, storeWaiting(storeScope, "broken", -time.Second), storeWaiting(storeScope, "sound", 0))
		s.Exec(t, `UPDATE sessions SET sealed = ? WHERE id = ?`, []byte("nonsense"), "broken")
		if got := s.watch(t, storeWatcher, 1, storeNow); len(got) > 0 {
			t.Errorf("claimed %v", storeIDs(got))
		}
		s.watched(t, storeWatcher, storeNow, "sound")
		s.watched(t, storeWatcher, storeNow.Add(time.Second))
	}},
	{"are of one owner each, however many claim at the same time", func(t *testing.T, s *Storage) {
		const sessions, owners = 60, 20
		for i := range sessions {
			s.open(t, storeWaiting(storeScope, fmt.Sprint("s", i), -time.Duration(i)*time.Millisecond))
		}
		claims := make(chan []*eid.Session, owners+1)
		storeRace(t, owners, func(i int) error {
			list, err := s.ClaimSessions(t.Context(), eid.Watcher(fmt.Sprint(i)), 5, storeNow, time.Minute)
			claims <- list
			return err
		})
		claims <- s.watch(t, storeWatcher, sessions, storeNow) // some may have stood aside for others
		close(claims)
		seen := map[string]int{}
		for list := range claims {
			for _, id := range storeIDs(list) {
				seen[id]++
			}
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("session %s was claimed %d times", id, n)
			}
		}
		if len(seen) != sessions {
			t.Errorf("%d of %d claimed", len(seen), sessions)
		}
	}},
	{"of one session go to exactly one of many who try at the same time", func(t *testing.T, s *Storage) {
		s.open(t, storeSession(storeScope, "s1"))
		taken := errors.New("taken")
		won, lost := storeRace(t, 30, func(i int) error {
			ok, err := s.ClaimSession(t.Context(), eid.Watcher(fmt.Sprint(i)), s.session(t, storeScope, "s1"), storeNow, time.Minute)
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
