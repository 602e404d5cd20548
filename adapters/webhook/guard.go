package webhook

import (
	"container/list"
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/eidgate/eidgate/ports/outbound"
)

// GuardConfig is when to leave a receiver alone, and for how long. Zero values stand for the defaults.
type GuardConfig struct {
	Failures  int           // in a row, before a breaker opens; 5
	Open      time.Duration // how long it stays open before one parcel is let through; 30 seconds
	Receivers int           // how many are remembered; of more, those that were not called for longest are forgotten; 4096
}

func (c GuardConfig) withDefaults() GuardConfig {
	if c.Failures <= 0 {
		c.Failures = 5
	}
	if c.Open <= 0 {
		c.Open = 30 * time.Second
	}
	if c.Receivers <= 0 {
		c.Receivers = 4096
	}
	return c
}

// The states of a breaker, as observe is told them.
const (
	Closed   = "closed"
	HalfOpen = "half_open"
	Open     = "open"
)

var _ outbound.Courier = (*Guarded)(nil)

// Guarded is a courier with a breaker before each receiving host and port.
//
// What counts against a receiver is no answer, or one of 502, 503 or 504, by which what stands before it says that it is
// away. Any other answer shows that it is there: clients can share a host, and what goes wrong at the address of one must
// not keep the news of another. Nothing is learned from an address that is forbidden, and from a delivery that we ended
// ourselves.
type Guarded struct {
	courier outbound.Courier
	config  GuardConfig
	clock   outbound.Clock
	observe func(state string)

	mu       sync.Mutex
	breakers map[string]*list.Element // of *breaker, by receiver
	recent   *list.List               // called last comes first
}

type breaker struct {
	*gobreaker.CircuitBreaker[struct{}]
	receiver string
	until    atomic.Int64 // when an open one lets a parcel through, in microseconds since 1970
}

// Guard puts breakers before a courier. observe, where given, is told the state that any of them enters; it must be quick.
func Guard(courier outbound.Courier, c GuardConfig, clock outbound.Clock, observe func(state string)) *Guarded {
	if observe == nil {
		observe = func(string) {}
	}
	return &Guarded{courier: courier, config: c.withDefaults(), clock: clock, observe: observe, breakers: map[string]*list.Element{}, recent: list.New()}
}

var (
	errAway   = errors.New("webhook: the receiver is away")
	errUntold = errors.New("webhook: nothing was learned about the receiver")
)

// Bring is the courier's Bring. While the receiver's breaker is open it fails at once with [outbound.ErrNotDelivered]
// that says when to try again.
func (g *Guarded) Bring(ctx context.Context, p outbound.Parcel) (status int, retryAfter time.Duration, err error) {
	to := receiver(p.Address)
	if to == "" {
		return g.courier.Bring(ctx, p)
	}
	b := g.of(to)
	_, verdict := b.Execute(func() (struct{}, error) {
		status, retryAfter, err = g.courier.Bring(ctx, p)
		return struct{}{}, learned(ctx, status, err)
	})
	if errors.Is(verdict, gobreaker.ErrOpenState) || errors.Is(verdict, gobreaker.ErrTooManyRequests) {
		return 0, 0, outbound.ErrNotDelivered.RetryIn(g.wait(b)).Because(ErrRests)
	}
	return status, retryAfter, err
}

func learned(ctx context.Context, status int, err error) error {
	switch {
	case err != nil && (ctx.Err() != nil || errors.Is(err, outbound.ErrAddressForbidden)):
		return errUntold
	case status == 0, status == http.StatusBadGateway, status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout:
		return errAway
	}
	return nil
}

// wait is how long until the breaker lets a parcel through; a second while one is under way.
func (g *Guarded) wait(b *breaker) time.Duration {
	return max(time.UnixMicro(b.until.Load()).Sub(g.clock.Now()), time.Second)
}

// of gives the receiver's breaker.
func (g *Guarded) of(receiver string) *breaker {
	g.mu.Lock()
	defer g.mu.Unlock()
	if e := g.breakers[receiver]; e != nil {
		g.recent.MoveToFront(e)
		return e.Value.(*breaker)
	}
	b := &breaker{receiver: receiver}
	b.CircuitBreaker = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		MaxRequests: 1,
		Timeout:     g.config.Open,
		ReadyToTrip: func(n gobreaker.Counts) bool { return int(n.ConsecutiveFailures) >= g.config.Failures },
		IsExcluded:  func(err error) bool { return errors.Is(err, errUntold) },
		OnStateChange: func(_ string, _, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				b.until.Store(g.clock.Now().Add(g.config.Open).UnixMicro())
			}
			g.observe(stateName(to))
		},
	})
	g.breakers[receiver] = g.recent.PushFront(b)
	if g.recent.Len() > g.config.Receivers {
		oldest := g.recent.Remove(g.recent.Back()).(*breaker)
		delete(g.breakers, oldest.receiver)
	}
	return b
}

func stateName(s gobreaker.State) string {
	switch s {
	case gobreaker.StateOpen:
		return Open
	case gobreaker.StateHalfOpen:
		return HalfOpen
	default:
		return Closed
	}
}
