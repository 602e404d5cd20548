// Package breaker stands between us and a provider: it ends calls that take too long, and stops calling a
// provider that does not answer, so that people are told at once instead of waiting for nothing.
//
// What counts against a provider is [eid.ErrProvider], [eid.ErrProviderUncertain], a panic, and a call that ran
// into the guard's own time-out. What counts for it is an answer, whatever it says: a step, and that includes a
// person's no, [eid.ErrCodeRejected], [eid.ErrEvidenceRejected], and [eid.ErrMisconfigured], for a provider that
// refuses us is there, and an open breaker would only hide what an operator has to mend. Nothing is learned from
// a call whose caller left or ran out of time, from the success of a Begin that makes no network call, and from
// errors that a provider does not declare.
//
//	closed ──(so many failures in a row)──▶ open ──(after a while)──▶ half open ──(probes succeed)──▶ closed
//	                                         ▲                            │
//	                                         └────────(one fails)─────────┘
//
// What people begin is no probe where there is another way to learn: see [Guarded.Recover].
package breaker

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Config is when to give up on a provider, and for how long. Zero values stand for the defaults.
type Config struct {
	Failures int           // in a row, before the breaker opens; 5
	Open     time.Duration // how long it stays open before a probe; 10 seconds
	HalfOpen int           // how many probes at once, all of which have to succeed; 1
	Timeout  time.Duration // of a single call; 3 seconds. Callers' own deadlines should leave it that much
}

func (c Config) withDefaults() Config {
	d := Config{Failures: 5, Open: 10 * time.Second, HalfOpen: 1, Timeout: 3 * time.Second}
	if c.Failures > 0 {
		d.Failures = c.Failures
	}
	if c.Open > 0 {
		d.Open = c.Open
	}
	if c.HalfOpen > 0 {
		d.HalfOpen = c.HalfOpen
	}
	if c.Timeout > 0 {
		d.Timeout = c.Timeout
	}
	return d
}

// The states, as observe is told them.
const (
	Closed   = "closed"
	HalfOpen = "half_open"
	Open     = "open"
)

var _ outbound.Provider = (*Guarded)(nil)

// Guarded is a provider behind its breaker. It offers what the provider offers.
type Guarded struct {
	provider outbound.Provider
	config   Config
	clock    outbound.Clock
	breaker  *gobreaker.CircuitBreaker[struct{}]
	until    atomic.Int64 // when an open breaker lets a probe through, in microseconds since 1970
	offline  map[order]bool

	prober     outbound.Prober // nil where the provider is none
	recovering atomic.Bool     // somebody probes
	opened     chan struct{}   // the breaker has opened since Recover looked
}

// order is what of a session tells which offer it takes.
type order struct {
	eid       eid.EID
	operation eid.Operation
	channel   eid.Channel
}

// Guard puts a breaker before a provider. observe is told the breaker's state, now and whenever it changes; it is
// called while calls wait, so it must be quick and call nothing of the provider.
func Guard(p outbound.Provider, c Config, clock outbound.Clock, observe func(provider, state string)) *Guarded {
	g := &Guarded{provider: p, config: c.withDefaults(), clock: clock, offline: map[order]bool{}, opened: make(chan struct{}, 1)}
	g.prober, _ = p.(outbound.Prober)
	for _, o := range p.Offers() {
		g.offline[order{o.EID, o.Operation, o.Channel}] = o.Offline
	}
	g.breaker = gobreaker.NewCircuitBreaker[struct{}](gobreaker.Settings{
		Name:         p.Name(),
		MaxRequests:  uint32(g.config.HalfOpen),
		Timeout:      g.config.Open,
		ReadyToTrip:  func(n gobreaker.Counts) bool { return int(n.ConsecutiveFailures) >= g.config.Failures },
		IsSuccessful: answered,
		IsExcluded:   tellsNothing,
		OnStateChange: func(provider string, _, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				g.until.Store(g.clock.Now().Add(g.config.Open).UnixMicro())
				select {
				case g.opened <- struct{}{}:
				default:
				}
			}
			observe(provider, stateName(to))
		},
	})
	observe(p.Name(), Closed)
	return g
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

// Resting is how long the breaker will let no order through, 0 while it does.
func (g *Guarded) Resting() time.Duration {
	if state := g.breaker.State(); state == gobreaker.StateOpen || g.spared(state) {
		return g.wait()
	}
	return 0
}

// spared holds while it is not for people to find out whether the provider is there again.
func (g *Guarded) spared(state gobreaker.State) bool {
	return state != gobreaker.StateClosed && g.recovering.Load()
}

// Name is the provider's name.
func (g *Guarded) Name() string { return g.provider.Name() }

// Offers is what the provider offers, whatever the state of the breaker.
func (g *Guarded) Offers() []outbound.Offer { return g.provider.Offers() }

// Begin is the provider's Begin. While the breaker is open it fails with [eid.ErrProvider] at once and says when
// to come back, also where Begin would make no network call: there is no use in sending a person to a provider
// from which we could not learn the outcome. While [Guarded.Recover] runs, the same holds until its probes succeed.
func (g *Guarded) Begin(ctx context.Context, session eid.Snapshot) (step outbound.Step, err error) {
	o := session.Order
	offline := g.offline[order{o.EID, o.Operation, o.Channel}]
	if !offline && g.spared(g.breaker.State()) {
		return outbound.Step{}, eid.ErrProvider.RetryIn(g.wait()).Because(gobreaker.ErrOpenState)
	}
	err = g.call(ctx, !offline, func(ctx context.Context) (err error) {
		step, err = g.provider.Begin(ctx, session)
		return err
	})
	return step, err
}

// Advance is the provider's Advance, or [eid.ErrProvider] while the breaker is open: the code, if there is one,
// has not been sent and can be used later.
func (g *Guarded) Advance(ctx context.Context, thread []byte, nudge outbound.Nudge) (step outbound.Step, err error) {
	err = g.call(ctx, true, func(ctx context.Context) (err error) {
		step, err = g.provider.Advance(ctx, thread, nudge)
		return err
	})
	return step, err
}

// Cancel is the provider's Cancel, or [eid.ErrProvider] while the breaker is open.
func (g *Guarded) Cancel(ctx context.Context, thread []byte) error {
	return g.call(ctx, true, func(ctx context.Context) error { return g.provider.Cancel(ctx, thread) })
}

// redeemer is a redeemer behind a provider's breaker.
type redeemer struct {
	redeemer outbound.CodeRedeemer
	guard    *Guarded
}

// GuardRedeemer puts the breaker of a provider before something else that calls the same provider: the two fail
// and recover together.
func GuardRedeemer(r outbound.CodeRedeemer, g *Guarded) outbound.CodeRedeemer {
	return redeemer{r, g}
}

// Redeem is the redeemer's Redeem, or [eid.ErrProvider] while the breaker is open.
func (r redeemer) Redeem(ctx context.Context, code string) (evidence eid.Evidence, err error) {
	err = r.guard.call(ctx, true, func(ctx context.Context) (err error) {
		evidence, err = r.redeemer.Redeem(ctx, code)
		return err
	})
	return evidence, err
}

// checker is a checker of cards behind a provider's breaker.
type checker struct {
	checker outbound.CardChecker
	guard   *Guarded
}

// GuardCards puts the breaker of a provider before its checking of cards: the two fail and recover together.
func GuardCards(c outbound.CardChecker, g *Guarded) outbound.CardChecker { return checker{c, g} }

// Name is the provider's name.
func (c checker) Name() string { return c.checker.Name() }

// CheckCard is the checker's CheckCard, or [eid.ErrProvider] while the breaker is open.
func (c checker) CheckCard(ctx context.Context, qr string) (card eid.Card, err error) {
	err = c.guard.call(ctx, true, func(ctx context.Context) (err error) {
		card, err = c.checker.CheckCard(ctx, qr)
		return err
	})
	return card, err
}
