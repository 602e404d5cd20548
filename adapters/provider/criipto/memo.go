package criipto

import (
	"context"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// memo keeps what was fetched last. However many ask, one fetch is under way at a time, and who stops waiting does
// not stop it.
type memo[T any] struct {
	fetch   func(context.Context) (T, error)
	timeout time.Duration

	mu     sync.Mutex
	value  T
	at     time.Time // when value came, zero before that
	tried  time.Time // when the last fetch began
	flight *flight[T]
}

type flight[T any] struct {
	done  chan struct{}
	value T
	err   error
}

// last gives what was fetched last and when; at is zero when nothing was.
func (m *memo[T]) last() (value T, at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.value, m.at
}

func (m *memo[T]) lastTry() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tried
}

// renew waits for a fetch, as long as ctx lasts.
func (m *memo[T]) renew(ctx context.Context, now time.Time) (T, error) {
	f := m.start(ctx, now)
	select {
	case <-f.done:
		return f.value, f.err
	case <-ctx.Done():
		var none T
		return none, eid.ErrProvider.Because(context.Cause(ctx))
	}
}

// start makes sure that a fetch is under way. It outlives ctx, whose values it keeps.
func (m *memo[T]) start(ctx context.Context, now time.Time) *flight[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.flight != nil {
		return m.flight
	}
	f := &flight[T]{done: make(chan struct{})}
	m.flight, m.tried = f, now
	go func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.timeout)
		defer cancel()
		f.value, f.err = m.fetch(ctx)
		m.mu.Lock()
		if m.flight = nil; f.err == nil {
			m.value, m.at = f.value, now
		}
		m.mu.Unlock()
		close(f.done)
	}()
	return f
}
