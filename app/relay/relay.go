// Package relay carries facts from the trail to the message broker: at least once, by one process at a time.
//
//	hold the lease ──> claim deliveries ──> publish, kind by kind side by side ──> told: remove
//	      │                                                                   └──> not told: postpone
//	      └── held by somebody else: look again in a second
//
// Deliveries outlive the process, so whatever happens between claiming and removing only means that a fact is told
// twice. A fact carries its subject's sequence; the order of arrival is not promised.
package relay

import (
	"context"
	"log/slog"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	leaseName = "relay"

	// A lease that is not renewed lets somebody else lead within leaseLife + lookAgain, so within 5 seconds.
	leaseLife   = 3500 * time.Millisecond
	leaseMargin = 500 * time.Millisecond // clocks of several machines may differ by this much
	renewEvery  = time.Second
	lookAgain   = time.Second

	batchSize  = 100
	batchTime  = 500 * time.Millisecond // for publishing one batch: a listener that needs longer counts as broken
	claimLife  = 3 * time.Second        // a dead relay's claims end before somebody else leads
	settleTime = 2 * time.Second        // for writing down what was published, also when stopping

	gather   = 25 * time.Millisecond // how long a commit waits for its neighbours: at most 40 batches a second
	idleLow  = 50 * time.Millisecond // looking for deliveries slows down from here ...
	idleHigh = time.Second           // ... to here while there are none
)

// Relay tells facts to the world. Its methods but [Relay.Nudge] belong to one goroutine.
type Relay struct {
	leases    outbound.Leases
	postbag   outbound.Postbag
	publisher outbound.Publisher
	clock     outbound.Clock
	lag       func(time.Duration)
	owner     string
	log       *slog.Logger

	nudged  chan struct{}
	leading bool
	fence   int64
	until   time.Time // before this we lead, whatever others believe
	renewAt time.Time
	idle    time.Duration
	pauses  map[string]pause // by kind of fact
	known   string           // the failure that was logged last, "" once all is well
}

// Ports is what a relay needs.
type Ports struct {
	Leases    outbound.Leases
	Postbag   outbound.Postbag
	Publisher outbound.Publisher
	Clock     outbound.Clock
	Lag       func(waiting time.Duration) // is told how long the oldest delivery has waited; nil ignores
}

// New makes a relay. Owner names it among the relays of all processes and must be used by no other.
func New(p Ports, owner string, log *slog.Logger) *Relay {
	if p.Lag == nil {
		p.Lag = func(time.Duration) {}
	}
	return &Relay{
		leases: p.Leases, postbag: p.Postbag, publisher: p.Publisher, clock: p.Clock, lag: p.Lag, owner: owner, log: log,
		nudged: make(chan struct{}, 1), pauses: map[string]pause{},
	}
}

// Nudge says that there may be something to tell. It never waits, and may be called by anybody at any time; without
// it a fact is found within a second.
func (r *Relay) Nudge() {
	select {
	case r.nudged <- struct{}{}:
	default:
	}
}

// Run relays until ctx ends, then writes down what it has told, gives back the rest and lets somebody else lead.
// Failures of storage and broker are logged and outlived.
func (r *Relay) Run(ctx context.Context) {
	defer r.release(ctx)
	for wait := time.Duration(0); r.rest(ctx, wait); {
		wait = r.turn(ctx)
	}
}

// rest waits, or until somebody nudges a leading relay. It is false when ctx has ended.
func (r *Relay) rest(ctx context.Context, wait time.Duration) bool {
	nudged := r.nudged
	if !r.leading || wait <= gather {
		nudged = nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-nudged:
		timer.Reset(gather)
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}

// turn does one round and says how long to rest.
func (r *Relay) turn(ctx context.Context) time.Duration {
	now := r.clock.Now()
	if !r.lead(ctx, now) {
		return lookAgain
	}
	told, err := r.postbag.Claim(ctx, outbound.Broker, batchSize, now, claimLife)
	switch {
	case err != nil:
		r.complain(ctx, "deliveries cannot be claimed", err)
		return idleHigh
	case len(told) == 0:
		r.lag(0)
		r.idle = min(max(2*r.idle, idleLow), idleHigh)
		return r.idle
	}
	r.idle = 0
	r.lag(now.Sub(told[0].At))
	r.deliver(ctx, told, now)
	if len(told) == batchSize {
		return 0
	}
	return gather
}

// lead takes or renews the lease where that is due. Between two renewals it trusts the clock: after a long stop of
// the process the lease counts as lost, whoever has it now.
func (r *Relay) lead(ctx context.Context, now time.Time) bool {
	if r.leading && now.Before(r.renewAt) {
		return true
	}
	fence, ok, err := r.leases.Hold(ctx, leaseName, r.owner, now, leaseLife)
	if err != nil {
		r.complain(ctx, "the relay's lease cannot be renewed", err)
		r.leading = r.leading && now.Before(r.until)
		return r.leading
	}
	switch {
	case !ok && r.leading:
		r.log.Info("another relay leads", "fence", r.fence)
	case ok && (!r.leading || fence != r.fence):
		r.log.Info("this relay leads", "fence", fence)
	}
	r.leading, r.fence, r.known = ok, fence, ""
	r.until, r.renewAt = now.Add(leaseLife-leaseMargin), now.Add(renewEvery)
	return ok
}

func (r *Relay) release(ctx context.Context) {
	if !r.leading {
		return
	}
	r.leading = false
	ctx, cancel := settling(ctx)
	defer cancel()
	if err := r.leases.Release(ctx, leaseName, r.owner); err != nil {
		r.complain(ctx, "the relay's lease cannot be released", err)
	}
}

// complain logs a failure, but for one that only says that the relay is stopping, and once for many of a kind: a
// database that is away for an hour is one piece of news.
func (r *Relay) complain(ctx context.Context, what string, err error) {
	f := fault.Of(err)
	if ctx.Err() != nil || r.known == what+f.Code() {
		return
	}
	r.known = what + f.Code()
	r.log.Warn(what, "fault", f.Code(), "cause", f.Cause())
}

// settling is a context for writing down what was done, also when the relay is stopping.
func settling(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), settleTime)
}

// byKind sorts deliveries into their topics, each in the order in which they were claimed.
func byKind(told []audit.Told) map[string][]audit.Told {
	kinds := map[string][]audit.Told{}
	for _, t := range told {
		kinds[t.Kind] = append(kinds[t.Kind], t)
	}
	return kinds
}
