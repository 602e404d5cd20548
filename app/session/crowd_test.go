package session_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// TestTenThousandPendingSessionsCostTheDatabaseLittle watches a minute of them, looking as often as the collector does:
// every one is asked for in every rest of its provider, with fewer than twenty statements a second for all of them,
// nothing is saved that has not changed, and each takes a few kilobytes of memory.
func TestTenThousandPendingSessionsCostTheDatabaseLittle(t *testing.T) {
	many, seconds := 10_000, 60
	if raced { // the watch over races costs tenfold; the figures are those of an ordinary run
		many, seconds = 2_000, 10
	}
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	now := r.clock.Now()
	for batch := range many / 500 {
		r.do(t, func(ctx context.Context, tx outbound.Tx) error {
			for i := range 500 {
				order := r.order()
				order.Surface, order.Channel = "eid", eid.App
				s, _, err := eid.Open(fmt.Sprintf("session-%d-%d", batch, i), "", order, now, 5*time.Minute)
				if err != nil {
					return err
				}
				if _, err := s.Present("p", eid.Challenge{AppToken: "t"}, []byte("thread"), now); err != nil {
					return err
				}
				s.Wait(now.Add(restTime))
				if err := tx.Sessions().Save(ctx, s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	r.clock.Advance(restTime)
	unwatched := living()
	for range many / 500 { // a process that has just come up: whole batches, one after the other
		f.collect(t)
	}
	if n := f.collector.Watching(); n != many {
		t.Fatalf("%d sessions are watched", n)
	}
	memory := (living() - unwatched) / many
	if memory > 8<<10 {
		t.Errorf("a watched session takes %d bytes", memory)
	}
	asked, before := p.pestered(), r.store.Counts()
	for range seconds * int(time.Second/lookEvery) {
		r.clock.Advance(lookEvery)
		f.collect(t)
	}
	after := r.store.Counts()
	asked = p.pestered() - asked
	if want := many * seconds / int(restTime/time.Second); asked < want*9/10 || asked > want {
		t.Errorf("asked %d times, want about %d", asked, want)
	}
	statements := after.Selects - before.Selects + after.Writes - before.Writes
	if statements > uint64(20*seconds) {
		t.Errorf("%d statements in %d seconds", statements, seconds)
	}
	if s := r.stored(t, "session-0-0"); s.Version != 2 { // saved once, claimed once
		t.Errorf("an unchanged session was saved %d times", s.Version)
	}
	t.Logf("%d sessions asked for %d times in %d s: %.1f statements a second, %d bytes each", many, asked, seconds, float64(statements)/float64(seconds), memory)
}

// lookEvery is how often a running collector looks.
const lookEvery = 100 * time.Millisecond

// living is how many bytes are in use once the garbage is gone.
func living() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
