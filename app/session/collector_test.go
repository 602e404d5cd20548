package session_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestASessionThatNobodyPollsComesToItsEndAndItsNewsIsKept(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		f := r.flows(t, p)
		s := f.begin(t, eid.App, func(s *inbound.SessionStart) { s.Order.NotifyAt = "https://app.example/news" })
		f.collect(t) // not due yet
		if p.pestered() != 0 || f.collector.Watching() != 0 {
			t.Fatalf("asked %d times too early, watching %d", p.pestered(), f.collector.Watching())
		}
		r.clock.Advance(restTime)
		f.collect(t)
		p.answer = approving(t)
		r.clock.Advance(restTime)
		f.collect(t)
		got := r.stored(t, s.ID)
		if got.State != eid.Completed || got.Thread != nil || f.collector.Watching() != 0 {
			t.Errorf("%s %s, watching %d", got.State, got.Reason, f.collector.Watching())
		}
		bag, err := r.store.ClaimCallbacks(t.Context(), 10, r.clock.Now(), time.Minute)
		if err != nil || len(bag) != 1 || string(bag[0].Body) != `{"id":"`+s.ID+`","state":"completed"}` || bag[0].Address != "https://app.example/news" || bag[0].Client != f.acting.Client.ID {
			t.Errorf("%d callbacks wait: %v", len(bag), err)
		}
		r.view(t, func(ctx context.Context, reader outbound.Reader) error {
			kept, err := reader.Evidence().Find(ctx, r.scope(), s.ID)
			if err != nil || len(kept.Proofs) != 1 || string(kept.Proofs[0].Data) != "<signature/>" {
				t.Errorf("%d proofs are kept: %v", len(kept.Proofs), err)
			}
			return nil
		})
	})
}

func TestWhatChangesNothingIsNotWritten(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.App)
	r.clock.Advance(restTime)
	f.collect(t)
	before, counts := r.stored(t, s.ID), r.store.Counts()
	for range 3 {
		r.clock.Advance(restTime)
		f.collect(t)
	}
	after := r.store.Counts()
	if p.pestered() != 4 || r.stored(t, s.ID).Version != before.Version {
		t.Errorf("asked %d times, saved %d times", p.pestered(), r.stored(t, s.ID).Version-before.Version)
	}
	if looks := after.Writes - counts.Writes; looks > 3 { // looking for sessions to claim is a statement that may write
		t.Errorf("%d statements for three rounds", looks)
	}
}

func TestAHintIsKeptAndToldOnce(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.App)
	p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		return outbound.Step{Hint: eid.HintSigning, Rest: restTime}, nil
	}
	for range 3 {
		r.clock.Advance(restTime)
		f.collect(t)
	}
	if got := f.poll(t, s.ID); got.Hint != eid.HintSigning {
		t.Errorf("the hint is %s", got.Hint)
	}
	if told := r.trail(t, audit.SessionProgressed); len(told) != 1 || told[0].Details["hint"] != "signing" {
		t.Errorf("it was told %d times", len(told))
	}
}

func TestTwoProcessesNeverAskForTheSameSession(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		var mu sync.Mutex
		at := map[string]time.Time{}
		p.begin = func(_ context.Context, s eid.Snapshot) (outbound.Step, error) {
			return outbound.Step{Challenge: &eid.Challenge{AppToken: "t"}, Thread: []byte(s.ID), Rest: restTime}, nil
		}
		p.answer = func(_ context.Context, thread []byte, _ outbound.Nudge) (outbound.Step, error) {
			mu.Lock()
			defer mu.Unlock()
			if now := r.clock.Now(); at[string(thread)].Equal(now) {
				t.Error("one session was asked for twice at one moment")
			} else {
				at[string(thread)] = now
			}
			return outbound.Step{Rest: restTime}, nil
		}
		one, two := r.flowsOf(t, "one", p), r.flowsOf(t, "two", p)
		for range 30 {
			one.begin(t, eid.App)
		}
		for range 4 {
			r.clock.Advance(restTime)
			var both sync.WaitGroup
			both.Go(func() { one.collect(t) })
			both.Go(func() { two.collect(t) })
			both.Wait()
		}
		if n := one.collector.Watching() + two.collector.Watching(); n != 30 || len(at) != 30 {
			t.Errorf("%d sessions are watched, %d were asked for", n, len(at))
		}
	})
}

func TestADeadProcessesSessionsAreTakenOver(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		dead, alive := r.flowsOf(t, "dead", p), r.flowsOf(t, "alive", p)
		s := dead.begin(t, eid.App)
		r.clock.Advance(restTime)
		dead.collect(t)
		p.answer = approving(t)
		for range 8 { // the lease of the dead one runs
			r.clock.Advance(restTime)
			alive.collect(t)
		}
		if got := r.stored(t, s.ID); got.State != eid.Pending {
			t.Fatalf("taken over early: %s", got.State)
		}
		r.clock.Advance(20 * time.Second)
		alive.collect(t)
		alive.collect(t)
		if got := r.stored(t, s.ID); got.State != eid.Completed {
			t.Errorf("got %s %s", got.State, got.Reason)
		}
	})
}

func TestALongWaitIsRenewedAndEndsAsExpired(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f, other := r.flowsOf(t, "one", p), r.flowsOf(t, "two", p)
	s := f.begin(t, eid.App)
	for range 29 {
		r.clock.Advance(10 * time.Second)
		f.collect(t)
		other.collect(t)
	}
	if f.collector.Watching() != 1 || other.collector.Watching() != 0 {
		t.Errorf("watched by %d and %d", f.collector.Watching(), other.collector.Watching())
	}
	r.clock.Advance(10 * time.Second)
	f.collect(t)
	if got := r.stored(t, s.ID); got.State != eid.Expired || len(p.cancelled) != 1 {
		t.Errorf("got %s %s, the provider heard of it %d times", got.State, got.Reason, len(p.cancelled))
	}
}

func TestAProcessThatStopsGivesItsSessionsBack(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	one, two := r.flowsOf(t, "one", p), r.flowsOf(t, "two", p)
	one.begin(t, eid.App)
	r.clock.Advance(restTime)
	one.collect(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	one.collector.Run(ctx)
	two.collect(t)
	if one.collector.Watching() != 0 || two.collector.Watching() != 1 {
		t.Errorf("watched by %d and %d", one.collector.Watching(), two.collector.Watching())
	}
}

func TestACancelledSessionIsNotCompletedByWhoIsJustAsking(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		f := r.flows(t, p)
		s := f.begin(t, eid.App)
		evidence := anna(t)
		p.answer = func(ctx context.Context, _ []byte, _ outbound.Nudge) (outbound.Step, error) {
			if _, err := f.Cancel(ctx, f.query(s.ID)); err != nil {
				t.Errorf("cancel: %v", err)
			}
			return outbound.Step{Evidence: evidence}, nil
		}
		r.clock.Advance(restTime)
		f.collect(t)
		if got := r.stored(t, s.ID); got.State != eid.Refused || got.Reason != eid.ReasonCancelled || f.collector.Watching() != 0 {
			t.Errorf("got %s %s, watching %d", got.State, got.Reason, f.collector.Watching())
		}
	})
}
