package surface

import (
	"context"
	"sync"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Window counts for ever, so that limits are reached and never forgotten. It stands in for the limiter, the attempts and the
// pacer of a surface.
type Window struct {
	retry  time.Duration
	from   time.Time
	mu     sync.Mutex
	counts map[string]int
}

// NewWindow has counted nothing yet. Whoever is turned down is told to come back after retry; a limit is forgotten at the end
// of the period that begins at from, or so it is said.
func NewWindow(retry time.Duration, from time.Time) *Window {
	return &Window{retry: retry, from: from, counts: map[string]int{}}
}

// Take counts an event where one is left.
func (w *Window) Take(_ context.Context, bucket string, l outbound.Limit) outbound.Allowance {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.peek(bucket, l)
	if a.Allowed {
		w.counts[bucket]++
		a.Remaining--
	}
	return a
}

// Pass lets the burst of a pace through, and then nothing.
func (w *Window) Pass(ctx context.Context, bucket string, p outbound.Pace) outbound.Allowance {
	return w.Take(ctx, bucket, outbound.Limit{Events: p.Burst})
}

// Peek counts nothing.
func (w *Window) Peek(_ context.Context, bucket string, l outbound.Limit) outbound.Allowance {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.peek(bucket, l)
}

func (w *Window) peek(bucket string, l outbound.Limit) outbound.Allowance {
	left := l.Events - w.counts[bucket]
	a := outbound.Allowance{Allowed: left > 0, Remaining: max(0, left), Reset: w.from.Add(l.Per)}
	if !a.Allowed {
		a.RetryAfter = w.retry
	}
	return a
}

// Reset forgets what was counted.
func (w *Window) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts = map[string]int{}
}
