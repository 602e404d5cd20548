package document

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Purger removes documents and evidence whose time is over. Any number of replicas may purge at once.
type Purger struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
}

// purgeBatch bounds one unit of work.
const purgeBatch = 100

// Purge removes what is over and says how much it was: batch by batch, until nothing is left or ctx ends.
func (p *Purger) Purge(ctx context.Context) (removed int, err error) {
	now := p.Clock.Now()
	for _, of := range []func(outbound.Tx) purgeable{
		func(tx outbound.Tx) purgeable { return tx.Documents() },
		func(tx outbound.Tx) purgeable { return tx.Evidence() },
	} {
		n, err := p.batches(ctx, now, of)
		if removed += n; err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// purgeable is what removes up to n things that are kept no longer than until the given time.
type purgeable interface {
	Purge(ctx context.Context, now time.Time, n int) (int, error)
}

func (p *Purger) batches(ctx context.Context, now time.Time, of func(outbound.Tx) purgeable) (removed int, err error) {
	for {
		n := 0
		err := p.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) (err error) {
			n, err = of(tx).Purge(ctx, now, purgeBatch)
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
