package relay

import (
	"context"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// outcome is what became of the claimed facts of one kind, in order: told, then at most one that failed, then those
// that were not tried.
type outcome struct {
	kind   string
	told   []audit.Told
	failed *audit.Told
	err    error
	rest   []audit.Told
}

// deliver publishes a batch and writes down what became of it. Kinds are published side by side, so that one whose
// listener is slow or broken delays no other; within a kind the first failure ends the attempt.
func (r *Relay) deliver(ctx context.Context, batch []audit.Told, now time.Time) {
	limit := earlier(now.Add(batchTime), r.until)
	publishing, cancel := context.WithTimeout(ctx, limit.Sub(r.clock.Now()))
	defer cancel()

	var mu sync.Mutex
	var outcomes []outcome
	var lanes sync.WaitGroup
	for kind, facts := range byKind(batch) {
		paused := r.pauses[kind].runs(now)
		lanes.Go(func() {
			o := outcome{rest: facts}
			if !paused {
				o = r.publish(publishing, facts, limit)
			}
			o.kind = kind
			mu.Lock()
			defer mu.Unlock()
			outcomes = append(outcomes, o)
		})
	}
	lanes.Wait()
	r.settle(ctx, outcomes, now.Add(claimLife))
}

func (r *Relay) publish(ctx context.Context, facts []audit.Told, limit time.Time) (o outcome) {
	for i, f := range facts {
		if ctx.Err() != nil || !r.clock.Now().Before(limit) {
			o.rest = facts[i:]
			return o
		}
		if err := r.publisher.Publish(ctx, f); err != nil {
			o.failed, o.err, o.rest = &facts[i], err, facts[i+1:]
			return o
		}
		o.told = facts[:i+1]
	}
	return o
}

// settle removes what was told, in one go, and gives back the rest: what failed after a time that doubles with
// every attempt, its kind for as long as the kind is paused, and what there was no time for soon. Once the claim is
// over there is nothing to give back any more.
func (r *Relay) settle(ctx context.Context, outcomes []outcome, claimed time.Time) {
	stopping := ctx.Err() != nil
	ctx, cancel := settling(ctx)
	defer cancel()
	now := r.clock.Now()
	var told []audit.Told
	later := map[time.Time][]audit.Told{}
	for _, o := range outcomes {
		told = append(told, o.told...)
		again := now
		switch p := r.pauses[o.kind]; {
		case stopping:
			if o.failed != nil {
				later[now] = append(later[now], *o.failed)
			}
		case o.failed != nil:
			p = p.longer(o.failed.ID(), now)
			r.pauses[o.kind], again = p, p.until
			r.log.Warn("a fact cannot be published", "kind", o.kind, "attempts", o.failed.Attempts, "fault", fault.Of(o.err).Code())
			alone := now.Add(backOff(o.failed.Attempts+1, mostWait, o.failed.ID()))
			later[alone] = append(later[alone], *o.failed)
		case p.runs(now):
			again = p.until
		default:
			delete(r.pauses, o.kind)
			if len(o.rest) > 0 && !stopping {
				again = now.Add(idleHigh) // slow: let others go first
			}
		}
		if len(o.rest) > 0 {
			later[again] = append(later[again], o.rest...)
		}
	}
	if len(told) > 0 {
		if err := r.postbag.Delivered(ctx, outbound.Broker, told); err != nil {
			r.complain(ctx, "told facts cannot be ticked off and will be told again", err)
		}
	}
	if !now.Before(claimed) {
		return
	}
	for until, facts := range later {
		if err := r.postbag.Postpone(ctx, outbound.Broker, facts, until); err != nil {
			r.complain(ctx, "deliveries cannot be postponed", err)
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
