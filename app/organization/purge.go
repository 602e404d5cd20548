package organization

import (
	"context"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Purger removes links and visits whose time is over. Any number of replicas may purge at once.
type Purger struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
}

// Purge removes what is over and says how much it was.
func (p *Purger) Purge(ctx context.Context) (removed int, err error) {
	now := p.Clock.Now()
	err = p.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		removed, err = tx.Invitations().Purge(ctx, now)
		return err
	})
	return removed, err
}
