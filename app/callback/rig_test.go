package callback_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/callback"
	"github.com/eidgate/eidgate/ports/outbound"
)

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
	return callback.New(callback.Ports{Work: s, Bag: s, Courier: c, Clock: system.Clock{}}, slog.New(slog.DiscardHandler))
}

// start runs a dispatcher until the returned function stops it.
func start(t *testing.T, s storage, c outbound.Courier) (d *callback.Dispatcher, stop func()) {
	d = dispatcher(s, c)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); d.Run(ctx) }()
	return d, func() { cancel(); <-done }
}
