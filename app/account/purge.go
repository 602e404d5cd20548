package account

import (
	"context"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Purger removes tokens, login codes and spent things whose time is over.
type Purger struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
}

// Purge removes what is over and says how much it was.
func (p *Purger) Purge(ctx context.Context) (removed int, err error) {
	now := p.Clock.Now()
	err = p.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		tokens, err := tx.Tokens().Purge(ctx, now)
		if err != nil {
			return err
		}
		spent, err := tx.Spent().Purge(ctx, now)
		removed = tokens + spent
		return err
	})
	return removed, err
}
