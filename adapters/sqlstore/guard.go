package sqlstore

import (
	"context"
	"errors"

	"github.com/sony/gobreaker/v2"

	"github.com/eidgate/eidgate/ports/outbound"
)

// What a use of the pool tells the breaker. Everything but these is a sign of life.
var (
	errAway      = errors.New("sqlstore: the database is away")
	errNoVerdict = errors.New("sqlstore: the caller gave up first")
	errClosed    = errors.New("sqlstore: the store is closed")
)

// newBreaker makes the breaker that guards the database: after some connection faults in a row it answers by
// itself, at once, and lets one request at a time find out whether the database is back. Violations, conflicts and
// callers who give up are no faults.
func newBreaker(c Config) *gobreaker.TwoStepCircuitBreaker[struct{}] {
	return gobreaker.NewTwoStepCircuitBreaker[struct{}](gobreaker.Settings{
		Name:         "storage",
		MaxRequests:  1,
		Timeout:      c.Probe,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= uint32(c.Trip) },
		IsSuccessful: func(err error) bool { return !errors.Is(err, errAway) },
		IsExcluded:   func(err error) bool { return errors.Is(err, errNoVerdict) },
	})
}

// admit asks the breaker and takes a connection's slot. The caller ends its use with done, whatever happens.
func (s *Store) admit(ctx context.Context, p *pool) (done func(verdict error), err error) {
	if s.closed.Load() {
		return nil, outbound.ErrStorage.Because(errClosed)
	}
	if err := ctx.Err(); err != nil {
		return nil, s.given(ctx, err)
	}
	report, err := s.breaker.Allow()
	if err != nil {
		return nil, outbound.ErrStorage.RetryIn(s.config.Probe).Because(err)
	}
	if err := p.enter(ctx); err != nil {
		if errors.Is(err, errCrowded) {
			report(errAway)
			return nil, outbound.ErrStorage.RetryIn(s.config.Probe).Because(err)
		}
		report(errNoVerdict)
		return nil, s.given(ctx, err)
	}
	return func(verdict error) {
		if errors.Is(verdict, errAway) {
			p.refresh()
		}
		p.leave()
		report(verdict)
	}, nil
}

// given is the fault for a caller who gave up, or whose time was over. errors.Is finds context.Canceled or
// context.DeadlineExceeded in it.
func (s *Store) given(ctx context.Context, err error) error {
	return outbound.ErrStorage.RetryIn(s.config.Probe).Because(errors.Join(ctx.Err(), err))
}
