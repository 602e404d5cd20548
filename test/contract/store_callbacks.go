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

func storeCallback(scope organization.Scope, session string) outbound.Callback {
	return outbound.Callback{
		Session: session, Scope: scope, Client: "c1", Address: "https://address-of-news.example/" + session,
		ContentType: "application/json", Body: []byte("body-of-news \x00\xff of " + session), CreatedAt: storeNow,
	}
}

func (s *Storage) keepCallbacks(t *testing.T, all ...outbound.Callback) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, c := range all {
			if err := tx.Callbacks().Add(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// courier claims callbacks for a minute.
func (s *Storage) courier(t *testing.T, n int, now time.Time) []outbound.Callback {
	t.Helper()
	list, err := s.ClaimCallbacks(t.Context(), n, now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// carried expects exactly these callbacks to be claimed.
func (s *Storage) carried(t *testing.T, now time.Time, want ...string) {
	t.Helper()
	if got := storeNews(s.courier(t, 100, now)); !slices.Equal(got, want) {
		t.Errorf("claimed %v, want %v", got, want)
	}
}

func storeNews(list []outbound.Callback) (sessions []string) {
	for _, c := range list {
		sessions = append(sessions, c.Session)
	}
	return sessions
}

func (s *Storage) tried(t *testing.T, c outbound.Callback, a outbound.CallbackAttempt, state outbound.CallbackState, due time.Time) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Callbacks().Tried(ctx, c, a, state, due) })
}

func (s *Storage) attempts(t *testing.T, scope organization.Scope, session string) (state outbound.CallbackState, list []outbound.CallbackAttempt, err error) {
	err = s.View(t.Context(), func(ctx context.Context, r outbound.Reader) (err error) {
		state, list, err = r.Callbacks().Attempts(ctx, scope, session)
		return err
	})
	return state, list, err
}

func storeAttempt(n int, failure string) outbound.CallbackAttempt {
	a := outbound.CallbackAttempt{Number: n, At: storeNow.Add(time.Duration(n) * time.Second), Took: 1500 * time.Microsecond, Status: 204, Failure: failure}
	if failure != "" {
		a.Status = 0
	}
	return a
}

var storeCallbacks = []storePromise{
	{"are claimed as they were added, of all scopes, longest waiting first", func(t *testing.T, s *Storage) {
		second, first, other := storeCallback(storeScope, "second"), storeCallback(storeScope, "first"), storeCallback(storeOther.Scope(organization.Sandbox), "other")
		first.CreatedAt = storeNow.Add(-time.Second)
		other.CreatedAt, other.Body = storeNow.Add(time.Microsecond), nil
		s.keepCallbacks(t, second, first, other)
		if got := s.courier(t, 1, storeNow); !reflect.DeepEqual(got, []outbound.Callback{first}) {
			t.Errorf("the first is %v", storeNews(got))
		}
		if got := s.courier(t, 10, storeNow.Add(time.Microsecond)); !reflect.DeepEqual(got, []outbound.Callback{second, other}) {
			t.Errorf("then come %v", storeNews(got))
		}
	}},
	{"are nobody else's until the lease ends", func(t *testing.T, s *Storage) {
		s.keepCallbacks(t, storeCallback(storeScope, "s1"))
		s.carried(t, storeNow, "s1")
		s.carried(t, storeNow.Add(time.Minute-time.Microsecond))
		s.carried(t, storeNow.Add(time.Minute), "s1")
	}},
	{"are one for a session", func(t *testing.T, s *Storage) {
		s.keepCallbacks(t, storeCallback(storeScope, "s1"))
		s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Callbacks().Add(ctx, storeCallback(storeScope, "s1"))
		})
	}},
	{"wait after a failed attempt, which is counted, and end with the last", func(t *testing.T, s *Storage) {
		for _, end := range []outbound.CallbackState{outbound.CallbackDelivered, outbound.CallbackGivenUp} {
			id := "s " + string(end)
			s.keepCallbacks(t, storeCallback(storeScope, id))
			if state, list, err := s.attempts(t, storeScope, id); state != outbound.CallbackWaiting || len(list) > 0 || err != nil {
				t.Errorf("untried it is %s after %+v, %v", state, list, err)
			}
			c, failed, last := s.courier(t, 1, storeNow)[0], storeAttempt(1, "timeout"), storeAttempt(2, "")
			s.tried(t, c, failed, outbound.CallbackWaiting, storeNow.Add(10*time.Second))
			s.carried(t, storeNow.Add(10*time.Second-time.Microsecond))
			again := s.courier(t, 1, storeNow.Add(10*time.Second))
			if want := storeCallback(storeScope, id); len(again) != 1 || again[0].Attempts != 1 || string(again[0].Body) != string(want.Body) {
				t.Fatalf("again comes %v", storeNews(again))
			}
			before := s.needing(t, "one")
			s.tried(t, again[0], last, end, time.Time{})
			if after := s.needing(t, "one"); after != before-1 {
				t.Errorf("%s: %d sealed values are left of %d", end, after, before)
			}
			s.carried(t, storeNow.Add(time.Hour))
			state, list, err := s.attempts(t, storeScope, id)
			if state != end || !reflect.DeepEqual(list, []outbound.CallbackAttempt{failed, last}) || err != nil {
				t.Errorf("it is %s after %+v, %v", state, list, err)
			}
		}
	}},
	{"stay delivered or given up, and count what comes late", func(t *testing.T, s *Storage) {
		s.keepCallbacks(t, storeCallback(storeScope, "s1"))
		first := s.courier(t, 1, storeNow)[0]
		second := s.courier(t, 1, storeNow.Add(time.Minute))[0]
		s.tried(t, second, storeAttempt(1, ""), outbound.CallbackDelivered, time.Time{})
		s.tried(t, first, storeAttempt(1, "timeout"), outbound.CallbackWaiting, storeNow)
		s.tried(t, first, storeAttempt(2, "timeout"), outbound.CallbackGivenUp, storeNow)
		s.carried(t, storeNow.Add(time.Hour))
		state, list, err := s.attempts(t, storeScope, "s1")
		if state != outbound.CallbackDelivered || len(list) != 3 || list[0].Failure != "" || list[2].Number != 3 || err != nil {
			t.Errorf("it is %s after %+v, %v", state, list, err)
		}
	}},
	{"can be put off while they wait", func(t *testing.T, s *Storage) {
		s.keepCallbacks(t, storeCallback(storeScope, "s1"), storeCallback(storeScope, "s2"), storeCallback(storeScope, "s3"))
		done := s.courier(t, 10, storeNow)[0]
		s.tried(t, done, storeAttempt(1, ""), outbound.CallbackDelivered, time.Time{})
		for _, ids := range [][]string{nil, {"s1", "s2", "unknown"}} {
			if err := s.PostponeCallbacks(t.Context(), ids, storeNow.Add(time.Second)); err != nil {
				t.Fatal(err)
			}
		}
		s.carried(t, storeNow.Add(time.Second-time.Microsecond))
		if got := s.courier(t, 10, storeNow.Add(time.Second)); len(got) != 1 || got[0].Session != "s2" || got[0].Attempts != 0 {
			t.Errorf("then come %v", storeNews(got))
		}
		if state, _, err := s.attempts(t, storeScope, "s1"); state != outbound.CallbackDelivered || err != nil {
			t.Errorf("the delivered one is %s, %v", state, err)
		}
	}},
	{"are not seen or tried elsewhere", func(t *testing.T, s *Storage) {
		s.keepCallbacks(t, storeCallback(storeScope, "s1"))
		for where, scope := range storeElsewhere {
			t.Run(where, func(t *testing.T) {
				if _, _, err := s.attempts(t, scope, "s1"); !errors.Is(err, eid.ErrNoSession) {
					t.Errorf("found: %v", err)
				}
				for _, state := range []outbound.CallbackState{outbound.CallbackWaiting, outbound.CallbackDelivered} {
					s.fails(t, eid.ErrNoSession, func(ctx context.Context, tx outbound.Tx) error {
						return tx.Callbacks().Tried(ctx, storeCallback(scope, "s1"), storeAttempt(1, ""), state, storeNow)
					})
				}
			})
		}
		if state, list, err := s.attempts(t, storeScope, "s1"); state != outbound.CallbackWaiting || len(list) > 0 || err != nil {
			t.Errorf("it is %s after %+v, %v", state, list, err)
		}
	}},
	{"leave out what cannot be unsealed, until the lease ends", func(t *testing.T, s *Storage) {
		broken := storeCallback(storeScope, "broken")
		broken.CreatedAt = storeNow.Add(-time.Second)
		s.keepCallbacks(t, broken, storeCallback(storeScope, "sound"))
		s.Exec(t, `UPDATE callbacks SET sealed = ? WHERE session = ?`, []byte("nonsense"), "broken")
		if got := s.courier(t, 1, storeNow); len(got) > 0 {
			t.Errorf("claimed %v", storeNews(got))
		}
		s.carried(t, storeNow, "sound")
	}},
	{"go to one claimer each, however many claim at the same time", func(t *testing.T, s *Storage) {
		const callbacks, couriers = 40, 20
		for i := range callbacks {
			s.keepCallbacks(t, storeCallback(storeScope, fmt.Sprint("s", i)))
		}
		claims := make(chan []outbound.Callback, couriers+1)
		storeRace(t, couriers, func(int) error {
			list, err := s.ClaimCallbacks(t.Context(), 5, storeNow, time.Minute)
			claims <- list
			return err
		})
		claims <- s.courier(t, callbacks, storeNow) // some may have stood aside for others
		close(claims)
		seen := map[string]int{}
		for list := range claims {
			for _, id := range storeNews(list) {
				seen[id]++
			}
		}
		for id, n := range seen {
			if n != 1 {
				t.Errorf("callback %s was claimed %d times", id, n)
			}
		}
		if len(seen) != callbacks {
			t.Errorf("%d of %d claimed", len(seen), callbacks)
		}
	}},
	{"are removed some time after they ended, with their attempts, and never before", func(t *testing.T, s *Storage) {
		for i := range 4 {
			s.keepCallbacks(t, storeCallback(storeScope, fmt.Sprint("s", i)))
		}
		for i, c := range s.courier(t, 3, storeNow) {
			s.tried(t, c, storeAttempt(i+1, "gone"), outbound.CallbackGivenUp, time.Time{})
		}
		var gone []int
		for _, n := range []int{1, 10, 10} {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				n, err := tx.Callbacks().Purge(ctx, storeNow.Add(3*time.Second), n)
				gone = append(gone, n)
				return err
			})
		}
		if !reflect.DeepEqual(gone, []int{1, 1, 0}) {
			t.Errorf("removed %v", gone)
		}
		s.keepCallbacks(t, storeCallback(storeScope, "s0")) // whose attempts are gone as well
		if _, list, err := s.attempts(t, storeScope, "s0"); len(list) > 0 || err != nil {
			t.Errorf("left are %+v, %v", list, err)
		}
		if state, _, err := s.attempts(t, storeScope, "s3"); state != outbound.CallbackWaiting || err != nil {
			t.Errorf("the waiting one is %q, %v", state, err)
		}
	}},
}
