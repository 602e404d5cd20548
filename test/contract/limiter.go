package contract

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Limits is what a bench for limiters offers.
type Limits struct {
	outbound.Limiter
	outbound.Pacer
	Clock outbound.Clock
	// Elapse lets time go by.
	Elapse func(time.Duration)
}

// slack is how much real time may go by in a test that has a clock of its own.
const slack = 5 * time.Second

// TestLimiter holds an adapter to the promises of [outbound.Limiter] and [outbound.Pacer]. Each call of open gives
// one that has counted nothing.
func TestLimiter(t *testing.T, open func(t *testing.T) Limits) {
	ctx := context.Background()
	limit := outbound.Limit{Events: 3, Per: time.Minute}

	t.Run("as many as allowed pass, and not one more", func(t *testing.T) {
		l := open(t)
		for i := range 3 {
			if a := l.Take(ctx, "anna", limit); !a.Allowed || a.Remaining != 2-i || a.RetryAfter != 0 {
				t.Errorf("event %d: %+v", i+1, a)
			}
		}
		for range 3 {
			a := l.Take(ctx, "anna", limit)
			if a.Allowed || a.Remaining != 0 || a.RetryAfter <= time.Minute-slack || a.RetryAfter > time.Minute {
				t.Errorf("one too many: %+v", a)
			}
			if end := l.Clock.Now().Add(a.RetryAfter); a.Reset.Before(end.Add(-slack)) || a.Reset.After(end.Add(slack)) {
				t.Errorf("the window ends at %v, and one may try again at %v", a.Reset, end)
			}
		}
	})

	t.Run("the window begins with the first event, and refused ones do not push it", func(t *testing.T) {
		l := open(t)
		l.Elapse(40 * time.Second) // no window begins before there is an event
		for range 3 {
			l.Take(ctx, "anna", limit)
		}
		for range 5 {
			l.Elapse(10 * time.Second)
			if l.Take(ctx, "anna", limit).Allowed {
				t.Fatal("allowed too soon")
			}
		}
		if a := l.Take(ctx, "anna", limit); a.RetryAfter > 10*time.Second {
			t.Errorf("after 50 seconds of trying: %+v", a)
		}
		l.Elapse(10*time.Second + time.Millisecond)
		for i := range 3 {
			if a := l.Take(ctx, "anna", limit); !a.Allowed || a.Remaining != 2-i {
				t.Errorf("event %d of the next window: %+v", i+1, a)
			}
		}
		if a := l.Take(ctx, "anna", limit); a.Allowed || a.RetryAfter <= time.Minute-slack {
			t.Errorf("one too many in the next window: %+v", a)
		}
	})

	t.Run("an event late in the window does not make it longer", func(t *testing.T) {
		l := open(t)
		l.Take(ctx, "anna", limit)
		l.Elapse(50 * time.Second)
		if a := l.Take(ctx, "anna", limit); !a.Allowed || a.Remaining != 1 {
			t.Errorf("got %+v", a)
		}
		l.Elapse(10*time.Second + time.Millisecond)
		if a := l.Take(ctx, "anna", limit); !a.Allowed || a.Remaining != 2 {
			t.Errorf("in the next window: %+v", a)
		}
	})

	t.Run("looking costs nothing", func(t *testing.T) {
		l := open(t)
		for range 10 {
			if a := l.Peek(ctx, "anna", limit); !a.Allowed || a.Remaining != 2 || a.RetryAfter != 0 {
				t.Fatalf("before the first event: %+v", a)
			}
		}
		for i := range 3 {
			before, a := l.Peek(ctx, "anna", limit), l.Take(ctx, "anna", limit)
			if before.Allowed != a.Allowed || before.Remaining != a.Remaining {
				t.Errorf("event %d: saw %+v, got %+v", i+1, before, a)
			}
		}
		if a := l.Peek(ctx, "anna", limit); a.Allowed || a.RetryAfter <= 0 {
			t.Errorf("when full: %+v", a)
		}
	})

	t.Run("buckets do not meet", func(t *testing.T) {
		l := open(t)
		for range 4 {
			l.Take(ctx, "anna", limit)
		}
		for _, other := range []string{"kari", "", "ann", "annaa", "Anna", "anna\x00", "wanna"} {
			if a := l.Take(ctx, other, limit); !a.Allowed || a.Remaining != 2 {
				t.Errorf("%q: %+v", other, a)
			}
		}
		if a := l.Pass(ctx, "anna", outbound.Pace{PerSecond: 1, Burst: 1}); !a.Allowed {
			t.Errorf("a pace of the same name: %+v", a)
		}
	})

	t.Run("nothing allowed is nothing allowed", func(t *testing.T) {
		l := open(t)
		for _, a := range []outbound.Allowance{
			l.Take(ctx, "a", outbound.Limit{Per: time.Minute}), l.Peek(ctx, "a", outbound.Limit{Per: time.Minute}),
			l.Take(ctx, "a", outbound.Limit{Events: -1, Per: time.Minute}),
			l.Pass(ctx, "a", outbound.Pace{}), l.Pass(ctx, "a", outbound.Pace{PerSecond: -1, Burst: 1}),
			l.Pass(ctx, "a", outbound.Pace{PerSecond: 1}),
		} {
			if a.Allowed || a.RetryAfter <= 0 {
				t.Errorf("got %+v", a)
			}
		}
	})

	t.Run("of a crowd exactly as many as allowed get through", func(t *testing.T) {
		l := open(t)
		var (
			group   sync.WaitGroup
			allowed atomic.Int64
			paced   atomic.Int64
		)
		for range 20 {
			group.Go(func() {
				for range 10 {
					if l.Take(ctx, "anna", outbound.Limit{Events: 25, Per: time.Hour}).Allowed {
						allowed.Add(1)
					}
					if l.Pass(ctx, "anna", outbound.Pace{PerSecond: 1, Burst: 100}).Allowed {
						paced.Add(1)
					}
				}
			})
		}
		group.Wait()
		if n := allowed.Load(); n != 25 {
			t.Errorf("%d of 25 were allowed", n)
		}
		if n := paced.Load(); n < 100 || n > 100+int64(slack/time.Second) {
			t.Errorf("%d of 100 kept the pace", n)
		}
	})

	t.Run("a pace lets a burst pass and then so many a second", func(t *testing.T) {
		l := open(t)
		pace := outbound.Pace{PerSecond: 2, Burst: 60}
		passed := func(tries int) (n int) {
			for range tries {
				if l.Pass(ctx, "anna", pace).Allowed {
					n++
				}
			}
			return n
		}
		real := 2 * int(slack/time.Second) // what may be refilled while the test runs
		if n := passed(100); n < 60 || n > 60+real {
			t.Errorf("%d passed at once", n)
		}
		a := l.Pass(ctx, "anna", pace)
		for a.Allowed {
			a = l.Pass(ctx, "anna", pace)
		}
		if full := a.Reset.Sub(l.Clock.Now()); a.RetryAfter <= 0 || a.RetryAfter > time.Second/2 || a.Remaining != 0 ||
			full < 30*time.Second-slack || full > 30*time.Second {
			t.Errorf("when empty: %+v", a)
		}
		l.Elapse(10 * time.Second)
		if n := passed(100); n < 20 || n > 20+real {
			t.Errorf("%d passed after ten seconds", n)
		}
		l.Elapse(time.Hour)
		if a := l.Pass(ctx, "anna", pace); !a.Allowed || a.Remaining != 59 {
			t.Errorf("after a rest: %+v", a)
		}
		if n := passed(100); n < 59 || n > 59+real {
			t.Errorf("%d passed after a rest", n)
		}
	})

	t.Run("who waits as long as told is let through", func(t *testing.T) {
		l := open(t)
		pace := outbound.Pace{PerSecond: 3, Burst: 2}
		for i := range 20 {
			a := l.Pass(ctx, "anna", pace)
			if a.Allowed {
				continue
			}
			l.Elapse(a.RetryAfter)
			if a := l.Pass(ctx, "anna", pace); !a.Allowed {
				t.Fatalf("event %d: %+v", i, a)
			}
		}
	})

	t.Run("names may be long and strange", func(t *testing.T) {
		l := open(t)
		for i := range 10 {
			name := string(make([]byte, 10_000)) + "\r\nFLUSHALL\r\n" + strconv.Itoa(i)
			if a := l.Take(ctx, name, outbound.Limit{Events: 1, Per: time.Minute}); !a.Allowed {
				t.Errorf("first: %+v", a)
			}
			if a := l.Take(ctx, name, outbound.Limit{Events: 1, Per: time.Minute}); a.Allowed {
				t.Errorf("second: %+v", a)
			}
		}
	})
}
