package account

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

// receiptLife is how long a command that is told again is recognised.
const receiptLife = 7 * 24 * time.Hour

// Purger removes tokens, login codes, spent things and receipts whose time is over.
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
		if err != nil {
			return err
		}
		receipts, err := tx.Receipts().Purge(ctx, now.Add(-receiptLife))
		removed = tokens + spent + receipts
		return err
	})
	return removed, err
}
