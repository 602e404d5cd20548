package organization

import (
	"context"

	"github.com/eidgate/eidgate/ports/outbound"
)

// InvitationPurger removes invitations, and visits of administrators, whose time is over.
type InvitationPurger struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
}

// Purge removes them and says how many.
func (p *InvitationPurger) Purge(ctx context.Context) (purged int, err error) {
	err = p.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		purged, err = tx.Invitations().Purge(ctx, p.Clock.Now())
		return err
	})
	return purged, err
}
