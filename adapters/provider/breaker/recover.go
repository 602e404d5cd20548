package breaker

import (
	"context"
	"time"

	"github.com/sony/gobreaker/v2"
)

// lateness is how much later than due a probe is made: a breaker opens after its time, not at it.
const lateness = time.Millisecond

// again is when to look again whose turn it is, while somebody else's call is the probe.
const again = time.Second

// Recover probes the provider whenever its breaker has been open for its time, until ctx ends. An order that is begun
// at a provider that is still away may cost its person the time-out, and then it cannot be given to anybody else; so
// while Recover runs, orders are kept away until its probes, or questions about orders that stand, have succeeded. It
// returns at once where the provider is no [outbound.Prober]: orders are the only probes there.
func (g *Guarded) Recover(ctx context.Context) {
	if g.prober == nil {
		return
	}
	g.recovering.Store(true)
	defer g.recovering.Store(false)
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.opened:
			due.Reset(g.config.Open + lateness)
		case <-due.C:
			if g.breaker.State() == gobreaker.StateClosed {
				continue
			}
			// How it ended, the breaker knows; and when it opens anew, so do we.
			_ = g.call(ctx, true, g.prober.Probe)
			due.Reset(min(again, g.config.Open))
		}
	}
}
