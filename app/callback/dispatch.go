// Package callback brings the news of settled sessions to clients: at least once, from any number of processes, each
// attempt written down.
//
//	claim what is due ──> a lane for each receiving host ──> sign, deliver ──> write down: delivered, due again, given up
//	                               └── no room: due again when there will be
//
// Callbacks outlive the process. One that was claimed by a process that dies is due again when the lease ends, so whatever
// happens between claiming and writing down only means that a client is told twice. Lanes run side by side, and one
// whose receiver hangs holds little: it delays no other.
package callback

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	claimLife  = time.Minute      // of a claim: longer than a callback waits in its lane, is delivered and written down
	freshness  = 35 * time.Second // a claim older than this has no time left for a delivery
	batchSize  = 100
	settleTime = 5 * time.Second // for writing down what was done, also when stopping
	graceTime  = 3 * time.Second // for deliveries under way when stopping

	gather   = 25 * time.Millisecond // how long a callback waits for its neighbours
	idleLow  = 50 * time.Millisecond // looking for callbacks slows down from here ...
	idleHigh = time.Second           // ... to here while there are none
)

// What became of an attempt, as [Ports.Tried] is told it.
const (
	Delivered = "delivered"
	Failed    = "failed" // and is tried again
	GivenUp   = "given_up"
)

// Ports is what a dispatcher needs. The courier must end every delivery within 20 seconds.
type Ports struct {
	Work    outbound.UnitOfWork
	Bag     outbound.CallbackBag
	Courier outbound.Courier
	Clock   outbound.Clock
	Tried   func(outcome string, took time.Duration) // is told of every attempt; nil ignores
	Lag     func(waiting time.Duration)              // is told how long the oldest claimed one waits for its first attempt; nil ignores
}

// Dispatcher delivers callbacks. [Dispatcher.Run] and [Dispatcher.Tick] belong to one goroutine.
type Dispatcher struct {
	ports   Ports
	log     *slog.Logger
	lanes   *lanes
	running sync.WaitGroup // deliveries
	nudged  chan struct{}
	idle    time.Duration

	mu    sync.Mutex
	known string // the failure that was logged last, "" once all is well
}

// New makes a dispatcher.
func New(p Ports, log *slog.Logger) *Dispatcher {
	if p.Tried == nil {
		p.Tried = func(string, time.Duration) {}
	}
	if p.Lag == nil {
		p.Lag = func(time.Duration) {}
	}
	return &Dispatcher{ports: p, log: log, lanes: newLanes(), nudged: make(chan struct{}, 1)}
}

// Nudge says that there may be something to deliver. It never waits, and may be called by anybody at any time; without
// it a callback is found within a second.
func (d *Dispatcher) Nudge() {
	select {
	case d.nudged <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. Then it claims no more, gives back what was not begun, and leaves what was a few seconds to
// end. Failures of storage are logged and outlived.
func (d *Dispatcher) Run(ctx context.Context) {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	for wait := time.Duration(0); d.rest(ctx, wait); {
		wait = d.turn(ctx, working)
	}
	late := time.AfterFunc(graceTime, stop)
	defer late.Stop()
	d.postpone(working, d.lanes.empty(d.ports.Clock.Now()))
	d.running.Wait()
}

// Tick claims once, waits until everything that was claimed is delivered or due again, and says how many it claimed.
func (d *Dispatcher) Tick(ctx context.Context) (claimed int) {
	claimed, _ = d.claim(ctx, ctx)
	d.running.Wait()
	return claimed
}

// rest waits, or until somebody nudges. It is false when ctx has ended.
func (d *Dispatcher) rest(ctx context.Context, wait time.Duration) bool {
	nudged := d.nudged
	if wait <= gather {
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
func (d *Dispatcher) turn(ctx, working context.Context) time.Duration {
	if d.lanes.room(d.ports.Clock.Now()) == 0 {
		return gather
	}
	claimed, full := d.claim(ctx, working)
	switch {
	case claimed > 0 && full:
		d.idle = 0
		return 0
	case claimed > 0:
		d.idle = 0
		return gather
	}
	d.idle = min(max(2*d.idle, idleLow), idleHigh)
	return d.idle
}

// claim takes what is due and there is room for, and begins to deliver it. full says that there may be more.
func (d *Dispatcher) claim(ctx, working context.Context) (claimed int, full bool) {
	now := d.ports.Clock.Now()
	n := min(batchSize, d.lanes.room(now))
	if n == 0 {
		return 0, false
	}
	due, err := d.ports.Bag.ClaimCallbacks(ctx, n, now, claimLife)
	if err != nil {
		d.complain(ctx, "callbacks cannot be claimed", err)
		return 0, false
	}
	d.well()
	d.lag(due, now)
	later := map[time.Time][]string{}
	for _, c := range due {
		if until, ok := d.lanes.admit(c, now); !ok {
			later[until] = append(later[until], c.Session)
		}
	}
	d.begin(working)
	d.postpone(ctx, later)
	return len(due), len(due) == n
}

func (d *Dispatcher) lag(due []outbound.Callback, now time.Time) {
	oldest := time.Duration(0)
	for _, c := range due {
		if c.Attempts == 0 {
			oldest = max(oldest, now.Sub(c.CreatedAt))
		}
	}
	d.ports.Lag(oldest)
}

// begin delivers what may be delivered now, each in a goroutine of its own; when one ends, its place is taken by what
// waits, in whatever lane.
func (d *Dispatcher) begin(ctx context.Context) {
	jobs, late := d.lanes.next(d.ports.Clock.Now())
	d.postpone(ctx, late)
	for _, j := range jobs {
		d.running.Go(func() {
			d.postpone(ctx, d.deliver(ctx, j))
			d.begin(ctx)
		})
	}
}

// postpone gives callbacks back untried.
func (d *Dispatcher) postpone(ctx context.Context, later map[time.Time][]string) {
	if len(later) == 0 {
		return
	}
	ctx, cancel := settling(ctx)
	defer cancel()
	for until, sessions := range later {
		if err := d.ports.Bag.PostponeCallbacks(ctx, sessions, until); err != nil {
			d.complain(ctx, "callbacks cannot be postponed", err)
		}
	}
}

// complain logs a failure, but for one that only says that the dispatcher is stopping, and once for many of a kind: a
// database that is away for an hour is one piece of news.
func (d *Dispatcher) complain(ctx context.Context, what string, err error) {
	f := fault.Of(err)
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil || d.known == what+f.Code() {
		return
	}
	d.known = what + f.Code()
	d.log.Warn(what, "fault", f.Code(), "cause", f.Cause())
}

func (d *Dispatcher) well() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known = ""
}

// settling is a context for writing down what was done, also when the dispatcher is stopping.
func settling(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), settleTime)
}
