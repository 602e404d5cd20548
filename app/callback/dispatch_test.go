package callback_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/app/callback"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/ports/outbound"
)

// clock is the bubble's own time.
type clock struct{}

func (clock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// courier notes what it was given, and does as it is told.
type courier struct {
	mu      sync.Mutex
	parcels []outbound.Parcel
	at      []time.Time
	do      func(ctx context.Context, p outbound.Parcel) (int, time.Duration, error)
}

func (c *courier) Bring(ctx context.Context, p outbound.Parcel) (int, time.Duration, error) {
	c.mu.Lock()
	c.parcels, c.at = append(c.parcels, p), append(c.at, time.Now())
	c.mu.Unlock()
	if c.do == nil {
		return 204, 0, nil
	}
	return c.do(ctx, p)
}

func (c *courier) times(id string) (list []time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, p := range c.parcels {
		if p.ID == id {
			list = append(list, c.at[i])
		}
	}
	return list
}

func (c *courier) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.parcels)
}

// hang is a receiver that takes fifteen seconds to say nothing.
func hang(ctx context.Context) (int, time.Duration, error) {
	timer := time.NewTimer(15 * time.Second)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return 0, 0, outbound.ErrNotDelivered
}

type storage interface {
	outbound.UnitOfWork
	outbound.CallbackBag
}

func dispatcher(s storage, c outbound.Courier) *callback.Dispatcher {
	return callback.New(callback.Ports{Work: s, Bag: s, Courier: c, Clock: clock{}}, slog.New(slog.DiscardHandler))
}

// start runs a dispatcher until the returned function stops it.
func start(t *testing.T, s storage, c outbound.Courier) (d *callback.Dispatcher, stop func()) {
	d = dispatcher(s, c)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); d.Run(ctx) }()
	return d, func() { cancel(); <-done }
}

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
		before := b.asked
		time.Sleep(time.Minute)
		if asked := b.asked - before; asked > 62 {
			t.Errorf("with nothing to do it asked %d times in a minute", asked)
		}
	})
}

func TestAReceiverThatAlwaysFailsIsTriedElevenTimesInAboutADayAndGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner))
		c := &courier{do: func(context.Context, outbound.Parcel) (int, time.Duration, error) {
			return 500, 0, outbound.ErrNotDelivered
		}}
		_, stop := start(t, b, c)
		defer stop()
		for i := range 10 {
			b.add(fmt.Sprint(i), "c", partner, time.Now())
		}
		time.Sleep(48 * time.Hour)
		waits := []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour}
		second := map[time.Duration]bool{}
		for i := range 10 {
			at := c.times(fmt.Sprint(i))
			if len(at) != 11 {
				t.Fatalf("it was tried %d times", len(at))
			}
			for n, want := range waits {
				if wait := at[n+1].Sub(at[n]); wait < want*8/10 || wait > want*12/10+time.Second {
					t.Errorf("attempt %d came after %v, not %v", n+2, wait, want)
				}
			}
			second[at[10].Sub(at[9]).Round(time.Minute)] = true
			kept := b.of(fmt.Sprint(i))
			if kept.state != outbound.CallbackGivenUp || len(kept.attempts) != 11 || kept.attempts[10].Number != 11 || kept.attempts[10].Failure == "" || kept.Body != nil {
				t.Errorf("kept as %s after %d attempts", kept.state, len(kept.attempts))
			}
			if got := b.told(fmt.Sprint(i)); !slices.Equal(got, []string{audit.CallbackGivenUp}) {
				t.Errorf("the trail says %v", got)
			}
		}
		if len(second) < 5 {
			t.Errorf("all came back together: %v", second)
		}
	})
}

func TestALongerWishOfTheReceiverIsHonouredUpToAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner))
		c := &courier{do: func(_ context.Context, p outbound.Parcel) (int, time.Duration, error) {
			return 429, map[string]time.Duration{"short": time.Second, "long": 10 * time.Minute, "endless": 100 * time.Hour}[p.ID], outbound.ErrNotDelivered
		}}
		_, stop := start(t, b, c)
		defer stop()
		for _, session := range []string{"short", "long", "endless"} {
			b.add(session, "c", partner, time.Now())
		}
		time.Sleep(2 * time.Hour)
		for session, want := range map[string]time.Duration{"short": 5 * time.Second, "long": 10 * time.Minute, "endless": time.Hour} {
			at := c.times(session)
			if wait := at[1].Sub(at[0]); wait < want*8/10 || wait > want*12/10+time.Second {
				t.Errorf("%s: tried again after %v", session, wait)
			}
		}
	})
}

func TestWhatCannotGetBetterIsGivenUpAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		revoked, _ := client("revoked", "k", partner).Revoke(time.Now())
		foreign := client("foreign", "k", partner)
		foreign.Scope.Organization = "another"
		b := newBag(client("c", "k", partner, "https://10.0.0.1"), revoked, foreign)
		c := &courier{do: func(_ context.Context, p outbound.Parcel) (int, time.Duration, error) {
			if strings.Contains(p.Address, "10.0.0.1") {
				return 0, 0, outbound.ErrAddressForbidden
			}
			return 410, 0, outbound.ErrNotDelivered
		}}
		_, stop := start(t, b, c)
		defer stop()
		cases := map[string]struct{ client, address, failure string }{
			"gone": {"c", partner, "callback_not_delivered"}, "forbidden": {"c", "https://10.0.0.1/", "callback_address_forbidden"},
			"revoked": {"revoked", partner, "client_revoked"}, "unknown": {"nobody", partner, "client_unknown"},
			"taken": {"c", "https://other.example/", "address_not_allowed"}, "foreign": {"foreign", partner, "address_not_allowed"},
		}
		for session, one := range cases {
			b.add(session, one.client, one.address, time.Now())
		}
		time.Sleep(time.Hour)
		for session, one := range cases {
			kept := b.of(session)
			if kept.state != outbound.CallbackGivenUp || len(kept.attempts) != 1 || kept.attempts[0].Failure != one.failure {
				t.Errorf("%s: kept as %s after %+v", session, kept.state, kept.attempts)
			}
		}
		if c.count() != 2 {
			t.Errorf("%d parcels were handed to the courier", c.count())
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
		again, err := b.ClaimCallbacks(t.Context(), 100, clock{}.Now(), time.Second)
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
		d := callback.New(callback.Ports{Work: process, Bag: process, Courier: c, Clock: clock{}}, slog.New(slog.NewTextHandler(&lines, nil)))
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

func TestPurgingForgetsWhatIsOverForLongEnough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := newBag(client("c", "k", partner)), &courier{}
		d := dispatcher(b, c)
		for i := range 450 {
			b.add(fmt.Sprint(i), "c", partner, time.Now())
		}
		for d.Tick(t.Context()) > 0 || b.count(outbound.CallbackWaiting) > 0 {
			time.Sleep(time.Second)
		}
		time.Sleep(time.Hour)
		b.add("new", "c", partner, time.Now())
		d.Tick(t.Context())
		b.add("waiting", "c", partner, time.Now().Add(time.Hour))
		p := &callback.Purger{Work: b, Clock: clock{}, Keep: 30 * time.Minute}
		if n, err := p.Purge(t.Context()); err != nil || n != 450 || len(b.callbacks) != 2 {
			t.Errorf("%d were removed, %d are left: %v", n, len(b.callbacks), err)
		}
	})
}

func TestMetricsHearOfEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner))
		var mu sync.Mutex
		heard := map[string]int{}
		lag := time.Duration(0)
		c := &courier{do: func(_ context.Context, p outbound.Parcel) (int, time.Duration, error) {
			if p.ID == "bad" {
				return 500, 0, outbound.ErrNotDelivered
			}
			return 204, 0, nil
		}}
		d := callback.New(callback.Ports{
			Work: b, Bag: b, Courier: c, Clock: clock{},
			Tried: func(outcome string, _ time.Duration) { mu.Lock(); defer mu.Unlock(); heard[outcome]++ },
			Lag:   func(waiting time.Duration) { lag = max(lag, waiting) },
		}, slog.New(slog.DiscardHandler))
		b.add("bad", "c", partner, time.Now())
		b.add("good", "c", partner, time.Now().Add(-time.Minute))
		b.add("alien", "nobody", partner, time.Now())
		d.Tick(t.Context())
		if heard[callback.Failed] != 1 || heard[callback.Delivered] != 1 || heard[callback.GivenUp] != 1 || lag != time.Minute {
			t.Errorf("heard %v, a lag of %v", heard, lag)
		}
	})
}
