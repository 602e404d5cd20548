package callback_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/adapters/webhook"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

const dead = "https://dead.example"

// mixed answers at once, but for the dead receiver, which hangs.
func mixed(ctx context.Context, p outbound.Parcel) (int, time.Duration, error) {
	if strings.HasPrefix(p.Address, dead) {
		return hang(ctx)
	}
	return 204, 0, nil
}

func TestOneReceiverThatHangsDelaysNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		others := make([]string, 200)
		for i := range others {
			others[i] = fmt.Sprintf("https://r%d.example", i)
		}
		b, c := newBag(client("c", "k", append(others, dead)...)), &courier{do: mixed}
		for i := range 1000 {
			b.add(fmt.Sprint("dead", i), "c", dead+"/news", time.Now().Add(-time.Hour)) // these wait longest
		}
		_, stop := start(t, b, webhook.Guard(c, webhook.GuardConfig{}, system.Clock{}, nil))
		defer stop()
		var late []time.Duration
		for i, other := range others {
			session, added := fmt.Sprint("r", i), time.Now()
			b.add(session, "c", other+"/news", added)
			time.Sleep(1100 * time.Millisecond)
			if at := c.times(session); len(at) == 1 {
				late = append(late, at[0].Sub(added))
			}
		}
		if slices.Sort(late); len(late) != 200 || late[199] > time.Second || late[100] > 500*time.Millisecond {
			t.Fatalf("%d of 200 were told in time", len(late))
		}
		if n := b.count(outbound.CallbackWaiting); n != 1000 {
			t.Errorf("%d wait for the one that hangs", n)
		}
	})
}

func TestManyReceiversThatHangLeaveRoomForOneThatDoesNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := []string{partner}
		for i := range 40 {
			hosts = append(hosts, fmt.Sprintf("https://hangs%d.example", i))
		}
		b := newBag(client("c", "k", hosts...))
		c := &courier{do: func(ctx context.Context, p outbound.Parcel) (int, time.Duration, error) {
			if strings.Contains(p.Address, "hangs") {
				return hang(ctx)
			}
			return 204, 0, nil
		}}
		for i := range 400 {
			b.add(fmt.Sprint("hangs", i), "c", hosts[1+i%40], time.Now())
		}
		_, stop := start(t, b, c)
		defer stop()
		time.Sleep(2 * time.Second)
		added := time.Now()
		b.add("s", "c", partner, added)
		time.Sleep(20 * time.Second)
		if at := c.times("s"); len(at) != 1 || at[0].Sub(added) > time.Second {
			t.Errorf("told at %v, added at %v", at, added)
		}
	})
}

func TestWhatWaitsForADeadReceiverIsLookedAtLessAndLessOftenAndToldOnceItIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 300
		b := newBag(client("c", "k", dead))
		var mu sync.Mutex
		away, tries := true, 0
		c := &courier{do: func(ctx context.Context, _ outbound.Parcel) (int, time.Duration, error) {
			mu.Lock()
			gone := away
			tries++
			mu.Unlock()
			if gone {
				return hang(ctx)
			}
			return 204, 0, nil
		}}
		for i := range many {
			b.add(fmt.Sprint(i), "c", dead, time.Now())
		}
		_, stop := start(t, b, webhook.Guard(c, webhook.GuardConfig{}, system.Clock{}, nil))
		defer stop()
		time.Sleep(10 * time.Hour)
		b.mu.Lock()
		before := b.writes
		b.mu.Unlock()
		time.Sleep(time.Hour)
		b.mu.Lock()
		writes := b.writes - before
		b.mu.Unlock()
		if writes > 4*many {
			t.Errorf("in the eleventh hour there were %d writes for %d callbacks", writes, many)
		}
		mu.Lock()
		if tries > 2000 || tries < 100 {
			t.Errorf("it was tried %d times", tries)
		}
		away = false
		mu.Unlock()
		// An attempt of its own can be eight hours away; most have made few, because it was left alone.
		time.Sleep(90 * time.Minute)
		if n := b.count(outbound.CallbackDelivered); n < many*9/10 {
			t.Errorf("90 minutes after it is back %d of %d are told", n, many)
		}
		time.Sleep(11 * time.Hour)
		if n := b.count(outbound.CallbackDelivered); n != many {
			t.Errorf("%d of %d are told in the end", n, many)
		}
	})
}

func TestAReceiverThatIsLeftAloneCostsNoAttemptButNothingWaitsForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner))
		c := &courier{do: func(context.Context, outbound.Parcel) (int, time.Duration, error) {
			return 0, 0, outbound.ErrNotDelivered.RetryIn(10 * time.Minute).Because(webhook.ErrRests)
		}}
		_, stop := start(t, b, c)
		defer stop()
		for i := range 60 {
			b.add(fmt.Sprint(i), "c", partner, time.Now())
		}
		time.Sleep(35 * time.Hour)
		if n := b.count(outbound.CallbackWaiting); n != 60 || len(b.of("0").attempts) != 0 {
			t.Errorf("%d wait; the first was tried %d times", n, len(b.of("0").attempts))
		}
		time.Sleep(4 * time.Hour)
		for i := range 60 {
			kept := b.of(fmt.Sprint(i))
			if kept.state != outbound.CallbackGivenUp || len(kept.attempts) != 1 || kept.attempts[0].Failure != fault.Of(webhook.ErrRests).Code() {
				t.Errorf("after 39 hours it is kept as %s after %d attempts", kept.state, len(kept.attempts))
			}
		}
	})
}

func TestAReceiverThatFellSilentGetsOneParcelAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(client("c", "k", partner))
		var mu sync.Mutex
		now, most := 0, 0
		silent := time.Now().Add(time.Second)
		c := &courier{do: func(ctx context.Context, _ outbound.Parcel) (int, time.Duration, error) {
			if time.Now().Before(silent) {
				time.Sleep(10 * time.Millisecond)
				return 204, 0, nil
			}
			mu.Lock()
			if now++; time.Now().After(silent.Add(20 * time.Second)) {
				most = max(most, now)
			}
			mu.Unlock()
			defer func() { mu.Lock(); defer mu.Unlock(); now-- }()
			return hang(ctx)
		}}
		_, stop := start(t, b, c)
		defer stop()
		for i := range 200 {
			b.add(fmt.Sprint(i), "c", partner, time.Now())
			b.add(fmt.Sprint("later", i), "c", partner, silent)
		}
		time.Sleep(5 * time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if most != 1 {
			t.Errorf("up to %d parcels hung with it at a time", most)
		}
	})
}

func TestABurstForOneReceiverGoesOutAsQuicklyAsItTakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 3000
		b := newBag(client("c", "k", partner))
		var mu sync.Mutex
		now, most := 0, 0
		c := &courier{do: func(context.Context, outbound.Parcel) (int, time.Duration, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(50 * time.Millisecond)
			mu.Lock()
			now--
			mu.Unlock()
			return 204, 0, nil
		}}
		for i := range many {
			b.add(fmt.Sprint(i), "c", partner, time.Now())
		}
		_, stop := start(t, b, c)
		defer stop()
		time.Sleep(60 * time.Second) // eight at a time at 50 ms need 19
		mu.Lock()
		defer mu.Unlock()
		if n := b.count(outbound.CallbackDelivered); n != many || most > 8 {
			t.Errorf("%d of %d are told, at most %d at a time", n, many, most)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		claims := 0
		for _, kept := range b.callbacks {
			claims += kept.claims
		}
		if claims > 6*many {
			t.Errorf("%d callbacks were claimed %d times", many, claims)
		}
	})
}
