package session_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/database"
)

const keep = time.Hour

// sweep sweeps once and expects so many settled and removed.
func sweep(t *testing.T, r *rig, settled, removed int) {
	t.Helper()
	s := &session.Sweeper{Ledger: &session.Ledger{Work: r.store}, Clock: r.clock, Keep: keep}
	if gotSettled, gotRemoved, err := s.Sweep(t.Context()); err != nil || gotSettled != settled || gotRemoved != removed {
		t.Errorf("settled %d and removed %d, want %d and %d: %v", gotSettled, gotRemoved, settled, removed, err)
	}
}

// put stores sessions as far along as tests want them.
func (r *rig) put(t *testing.T, ids []string, along func(s *eid.Session)) {
	t.Helper()
	r.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, id := range ids {
			s, facts, err := eid.Open(id, "nonce of "+id, r.order(), r.clock.Now(), 15*time.Minute)
			if err != nil {
				return err
			}
			if along != nil {
				along(s)
			}
			if err := tx.Sessions().Save(ctx, s); err != nil {
				return err
			}
			if err := tx.Facts().Append(ctx, facts...); err != nil {
				return err
			}
		}
		return nil
	})
}

// pend lets sessions wait for their person without telling of it.
func (r *rig) pend(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		r.put(t, []string{id}, nil)
		r.do(t, func(ctx context.Context, tx outbound.Tx) error {
			s, err := tx.Sessions().Find(ctx, r.scope(), id)
			if err != nil {
				return err
			}
			facts, err := s.Present("p", eid.Challenge{URL: "https://p.example/"}, []byte("thread"), r.clock.Now())
			if err != nil {
				return err
			}
			if err := tx.Sessions().Save(ctx, s); err != nil {
				return err
			}
			return tx.Facts().Append(ctx, facts...)
		})
	}
}

func (r *rig) take(t *testing.T, id string, lease time.Duration) {
	t.Helper()
	r.do(t, func(ctx context.Context, tx outbound.Tx) error {
		s, err := tx.Sessions().Find(ctx, r.scope(), id)
		if err != nil {
			return err
		}
		if err := s.Take("somebody", r.clock.Now(), lease); err != nil {
			return err
		}
		return tx.Sessions().Save(ctx, s)
	})
}

func TestWhatNobodyFinishedIsSettledByHowFarItCame(t *testing.T) {
	r := newRig(t)
	r.put(t, []string{"opened"}, nil)
	r.pend(t, "pending", "claimed", "held")
	r.take(t, "claimed", 30*time.Second)
	r.clock.Advance(15*time.Minute - time.Microsecond)
	r.take(t, "held", 30*time.Second)
	sweep(t, r, 0, 0) // not yet
	r.clock.Advance(time.Microsecond)
	sweep(t, r, 3, 0)
	for id, want := range map[string]struct {
		state  eid.State
		reason string
	}{
		"opened": {eid.Failed, eid.ReasonStartLost}, "pending": {eid.Expired, ""}, "claimed": {eid.Failed, eid.ReasonEvidenceLost}, "held": {eid.Pending, ""},
	} {
		if s := r.stored(t, id); s.State != want.state || s.Reason != want.reason || s.State.Settled() && (s.Thread != nil || !s.SettledAt.Equal(r.clock.Now())) {
			t.Errorf("%s is %s %q", id, s.State, s.Reason)
		}
	}
	r.clock.Advance(30 * time.Second)
	sweep(t, r, 1, 0)
	if s := r.stored(t, "held"); s.State != eid.Failed || s.Reason != eid.ReasonEvidenceLost {
		t.Errorf("what was held is %s %q", s.State, s.Reason)
	}
	if failed, expired := len(r.trail(t, audit.SessionFailed)), len(r.trail(t, audit.SessionExpired)); failed != 3 || expired != 1 {
		t.Errorf("the trail tells of %d failed and %d expired", failed, expired)
	}
	sweep(t, r, 0, 0)
}

func TestSettledSessionsGoWhenTheyWereKeptLongEnough(t *testing.T) {
	r := newRig(t)
	r.pend(t, "old")
	r.clock.Advance(15 * time.Minute)
	sweep(t, r, 1, 0)
	r.pend(t, "young")
	r.clock.Advance(keep)
	sweep(t, r, 1, 0) // kept for exactly as long as promised
	r.clock.Advance(time.Microsecond)
	sweep(t, r, 0, 1)
	err := r.store.View(t.Context(), func(ctx context.Context, reader outbound.Reader) error {
		_, err := reader.Sessions().Find(ctx, r.scope(), "old")
		return err
	})
	if !errors.Is(err, eid.ErrNoSession) {
		t.Errorf("the old session is there: %v", err)
	}
	if s := r.stored(t, "young"); s.State != eid.Expired {
		t.Errorf("the young session is %s", s.State)
	}
	if n := len(r.trail(t, audit.SessionExpired)); n != 2 {
		t.Errorf("the trail lost facts: %d are left", n)
	}
}

func TestSweepersThatMeetSettleEachSessionOnce(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		const many = 60
		var ids []string
		for i := range many {
			ids = append(ids, fmt.Sprintf("session-%d", i))
		}
		r.put(t, ids, nil)
		r.clock.Advance(time.Hour)
		var all sync.WaitGroup
		var mu sync.Mutex
		sum := 0
		for range 4 {
			all.Go(func() {
				s := &session.Sweeper{Ledger: &session.Ledger{Work: r.store}, Clock: r.clock, Keep: keep}
				settled, _, err := s.Sweep(t.Context())
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				sum += settled
			})
		}
		all.Wait()
		if told := len(r.trail(t, audit.SessionFailed)); sum != many || told != many {
			t.Errorf("settled %d, told %d, want %d", sum, told, many)
		}
	})
}

func TestABacklogIsSweptAtOnce(t *testing.T) {
	r := newRig(t)
	const many = 450 // more than one unit of work takes
	var ids []string
	for i := range many {
		ids = append(ids, fmt.Sprintf("session-%d", i))
	}
	r.put(t, ids, nil)
	r.clock.Advance(time.Hour)
	sweep(t, r, many, 0)
	r.clock.Advance(keep + time.Second)
	sweep(t, r, 0, many)
}

func TestASweepWithoutStorageSaysSoAndClaimsNothing(t *testing.T) {
	r := newRig(t)
	r.put(t, []string{"one"}, nil)
	r.clock.Advance(time.Hour)
	s := &session.Sweeper{Ledger: &session.Ledger{Work: &database.Breaking{Store: r.store, From: 1}}, Clock: r.clock, Keep: keep}
	if settled, removed, err := s.Sweep(t.Context()); !errors.Is(err, outbound.ErrStorage) || settled != 0 || removed != 0 {
		t.Errorf("settled %d, removed %d: %v", settled, removed, err)
	}
	sweep(t, r, 1, 0)
}
