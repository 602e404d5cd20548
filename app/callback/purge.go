package callback

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

// purgeBatch bounds one unit of work.
const purgeBatch = 200

// Purger forgets callbacks, with their attempts, that were delivered or given up long enough ago. Any number of replicas
// may purge at once.
type Purger struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
	Keep  time.Duration // how long one that is over is kept
}

// Purge removes what is over and says how many it were: batch by batch, until nothing is left or ctx ends.
func (p *Purger) Purge(ctx context.Context) (removed int, err error) {
	before := p.Clock.Now().Add(-p.Keep)
	for {
		n := 0
		err := p.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) (err error) {
			n, err = tx.Callbacks().Purge(ctx, before, purgeBatch)
			return err
		})
		if err != nil {
			return removed, err
		}
		if removed += n; n < purgeBatch {
			return removed, nil
		}
	}
}
