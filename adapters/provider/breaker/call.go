package breaker

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/eidgate/eidgate/domain/eid"
)

// call does work, if the breaker lets it, within the time-out. telling is false when a success says nothing about
// the provider's health.
func (g *Guarded) call(ctx context.Context, telling bool, work func(context.Context) error) error {
	if err := ctx.Err(); err != nil { // nobody waits, so nothing is begun
		return eid.ErrProvider.Because(err)
	}
	_, err := g.breaker.Execute(func() (struct{}, error) {
		limited, cancel := context.WithTimeout(ctx, g.config.Timeout)
		defer cancel()
		err := classify(limited, attempt(limited, work))
		if (err == nil && !telling) || (err != nil && (ctx.Err() != nil || !declared(err))) {
			return struct{}{}, untold{err}
		}
		return struct{}{}, err
	})
	if u, ok := errors.AsType[untold](err); ok {
		return u.err
	}
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		return eid.ErrProvider.RetryIn(g.wait()).Because(err)
	}
	return err
}

// wait is how long until the breaker lets a probe through; a second when one is under way.
func (g *Guarded) wait() time.Duration {
	if left := time.UnixMicro(g.until.Load()).Sub(g.clock.Now()); left > 0 {
		return left
	}
	return time.Second
}

// attempt does work and turns its panic into an error: the sweepers and collectors that call providers have
// nobody behind them to catch it, and nobody knows what the provider was told before.
func attempt(ctx context.Context, work func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = eid.ErrProviderUncertain.Because(panicked(p))
		}
	}()
	return work(ctx)
}

// panicked tells where it happened. What was panicked with is shown only when the runtime made it: anything else
// may hold what nobody should read.
func panicked(p any) error {
	if r, ok := p.(runtime.Error); ok {
		return fmt.Errorf("panic: %w\n%s", r, debug.Stack())
	}
	return fmt.Errorf("panic with a %T\n%s", p, debug.Stack())
}

// classify gives errors of a call that was ended their meaning: the provider may have got it. A provider that
// knows better, say that it never was connected, keeps its word.
func classify(ctx context.Context, err error) error {
	if err == nil || declared(err) {
		return err
	}
	if ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return eid.ErrProviderUncertain.Because(err)
	}
	return err
}

// declared holds for the errors that providers choose with care.
func declared(err error) bool {
	return answered(err) || errors.Is(err, eid.ErrProvider) || errors.Is(err, eid.ErrProviderUncertain)
}

// answers are the errors by which a provider shows that it is there, although it says something that helps nobody.
var answers = []error{
	eid.ErrCodeRejected, eid.ErrEvidenceRejected, eid.ErrMisconfigured, eid.ErrOrderGone, eid.ErrInProgress, eid.ErrUnknownPerson,
	eid.ErrOrderRefused, eid.ErrCardRejected,
}

func answered(err error) bool {
	return err == nil || slices.ContainsFunc(answers, func(a error) bool { return errors.Is(err, a) })
}

// untold carries the outcome, good or bad, of a call that says nothing about the provider's health.
type untold struct{ err error }

func (u untold) Error() string { return "a call that tells nothing about the provider" }

func tellsNothing(err error) bool {
	_, ok := errors.AsType[untold](err)
	return ok
}
