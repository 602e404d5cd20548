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

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/callback"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/ports/outbound"
)

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
		p := &callback.Purger{Work: b, Clock: system.Clock{}, Keep: 30 * time.Minute}
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
			Work: b, Bag: b, Courier: c, Clock: system.Clock{},
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
