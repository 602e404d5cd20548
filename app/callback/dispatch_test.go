package callback_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/callback"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/ports/outbound"
)

const partner = "https://partner.example"

func TestNewsIsDeliveredOnceSignedAndToldInTheTrail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newBag(client("c", "k", partner)), &courier{}
		_, stop := start(t, b, c)
		defer stop()
		b.add("s1", "c", partner+"/news", time.Now())
		time.Sleep(time.Minute)
		if c.count() != 1 {
			t.Fatalf("it was delivered %d times", c.count())
		}
		body := []byte(`{"id":"s1"}`)
		if p := c.parcels[0]; p.ID != "s1" || p.Address != partner+"/news" || string(p.Body) != string(body) || p.ContentType != "application/json" || p.Signature != callback.Sign([]byte("k"), body) {
			t.Error("another parcel was delivered")
		}
		kept := b.of("s1")
		if kept.state != outbound.CallbackDelivered || len(kept.attempts) != 1 || kept.attempts[0].Number != 1 || kept.attempts[0].Status != 204 || kept.attempts[0].Failure != "" {
			t.Errorf("kept as %s after %+v", kept.state, kept.attempts)
		}
		if got := b.told("s1"); !slices.Equal(got, []string{audit.CallbackDelivered}) {
			t.Errorf("the trail says %v", got)
		}
	})
}

func TestNewsIsFoundWithinASecondUnaskedAndAtOnceWhenNudged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newBag(client("c", "k", partner)), &courier{}
		d, stop := start(t, b, c)
		defer stop()
		for i, most := range []time.Duration{time.Second, 50 * time.Millisecond} {
			time.Sleep(time.Minute)
			session, added := fmt.Sprint(i), time.Now()
			b.add(session, "c", partner, added)
			if i == 1 {
				d.Nudge()
			}
			time.Sleep(2 * time.Second)
			if at := c.times(session); len(at) != 1 || at[0].Sub(added) > most {
				t.Errorf("delivered at %v", at)
			}
		}
		before := b.questions()
		time.Sleep(time.Minute)
		if asked := b.questions() - before; asked > 62 {
			t.Errorf("with nothing to do it asked %d times in a minute", asked)
		}
	})
}

func TestAProcessThatDiesInTheMiddleIsFollowedByOneThatTellsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner))
		process := &mortal{bag: b}
		first := &courier{do: func(context.Context, outbound.Parcel) (int, time.Duration, error) {
			process.kill() // after the receiver took it, before that is written down
			return 204, 0, nil
		}}
		b.add("s", "c", partner, time.Now())
		_, stopFirst := start(t, process, first)
		defer stopFirst()
		time.Sleep(time.Second)
		second := &courier{}
		_, stopSecond := start(t, b, second)
		defer stopSecond()
		time.Sleep(2 * time.Minute)
		if first.count() != 1 || second.count() != 1 || b.of("s").state != outbound.CallbackDelivered {
			t.Errorf("told %d and %d times, kept as %s", first.count(), second.count(), b.of("s").state)
		}
	})
}

func TestAnAttemptThatEndsAfterAnotherProcessDeliveredIsKeptAndTellsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner))
		stopped := &courier{do: func(context.Context, outbound.Parcel) (int, time.Duration, error) {
			time.Sleep(2 * time.Minute) // as kill -STOP: no context is looked at, and the claim ends meanwhile
			return 500, 0, outbound.ErrNotDelivered
		}}
		b.add("s", "c", partner, time.Now())
		_, stopFirst := start(t, b, stopped)
		defer stopFirst()
		time.Sleep(time.Second)
		_, stopSecond := start(t, b, &courier{})
		defer stopSecond()
		time.Sleep(10 * time.Minute)
		kept := b.of("s")
		if kept.state != outbound.CallbackDelivered || len(kept.attempts) != 2 || kept.attempts[1].Number != 2 || kept.attempts[1].Status != 500 {
			t.Errorf("kept as %s after %+v", kept.state, kept.attempts)
		}
		if got := b.told("s"); !slices.Equal(got, []string{audit.CallbackDelivered}) {
			t.Errorf("the trail says %v", got)
		}
	})
}

func TestAStoppingDispatcherEndsWhatItBeganAndGivesBackTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner, "https://slow.example"))
		c := &courier{do: func(ctx context.Context, p outbound.Parcel) (int, time.Duration, error) {
			if strings.Contains(p.Address, "slow") {
				return hang(ctx)
			}
			time.Sleep(time.Second)
			return 204, 0, nil
		}}
		for i := range 10 {
			b.add(fmt.Sprint("quick", i), "c", partner, time.Now())
			b.add(fmt.Sprint("slow", i), "c", "https://slow.example/", time.Now())
		}
		_, stop := start(t, b, c)
		time.Sleep(500 * time.Millisecond)
		began := time.Now()
		stop()
		if took := time.Since(began); took > 4*time.Second {
			t.Errorf("it took %v to stop", took)
		}
		if n := b.count(outbound.CallbackDelivered); n != 2 {
			t.Errorf("%d of the two that were begun are delivered", n)
		}
		again, err := b.ClaimCallbacks(t.Context(), 100, system.Clock{}.Now(), time.Second)
		if err != nil || len(again) != 18 {
			t.Errorf("%d can be claimed at once: %v", len(again), err)
		}
		for i := range 10 {
			if n := len(b.of(fmt.Sprint("slow", i)).attempts); n != 0 {
				t.Errorf("a delivery that was cut short counts as %d attempts", n)
			}
		}
	})
}

func TestTwoDispatchersShareTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner))
		slow := func(context.Context, outbound.Parcel) (int, time.Duration, error) {
			time.Sleep(50 * time.Millisecond)
			return 204, 0, nil
		}
		one, two := &courier{do: slow}, &courier{do: slow}
		for i := range 500 {
			b.add(fmt.Sprint(i), "c", partner, time.Now())
		}
		_, stopOne := start(t, b, one)
		defer stopOne()
		_, stopTwo := start(t, b, two)
		defer stopTwo()
		time.Sleep(time.Minute)
		if b.count(outbound.CallbackDelivered) != 500 || one.count()+two.count() != 500 || one.count() < 50 || two.count() < 50 {
			t.Errorf("they told %d and %d", one.count(), two.count())
		}
	})
}

func TestWhileStorageIsAwayNothingIsLostAndOneLineIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newBag(client("c", "k", partner)), &courier{}
		process := &mortal{bag: b}
		process.kill()
		var lines strings.Builder
		d := callback.New(callback.Ports{Work: process, Bag: process, Courier: c, Clock: system.Clock{}}, slog.New(slog.NewTextHandler(&lines, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); d.Run(ctx) }()
		b.add("s", "c", partner, time.Now())
		time.Sleep(time.Hour)
		process.lock.Lock()
		process.dead = false
		process.lock.Unlock()
		time.Sleep(2 * time.Second)
		cancel()
		<-done
		if n := strings.Count(lines.String(), "\n"); n != 1 || b.of("s").state != outbound.CallbackDelivered {
			t.Errorf("%d lines, kept as %s", n, b.of("s").state)
		}
	})
}
