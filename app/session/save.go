package session

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// save keeps a session with its facts and whatever belongs to both, in one unit of work. On success the session knows
// its new version; it fails with [eid.ErrStale].
func save(ctx context.Context, work outbound.UnitOfWork, session *eid.Session, facts []audit.Fact,
	also func(ctx context.Context, tx outbound.Tx, saved eid.Snapshot) error,
) error {
	before, version := session.Snapshot(), int64(0)
	err := work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		again := eid.Restore(before) // work may run twice; a save of an earlier run was rolled back
		if err := tx.Sessions().Save(ctx, again); err != nil {
			return err
		}
		if also != nil {
			if err := also(ctx, tx, before); err != nil {
				return err
			}
		}
		version = again.Snapshot().Version
		if len(facts) == 0 {
			return nil
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err == nil {
		session.Saved(version)
	}
	return err
}

// cancelTime is how long taking an order back may last: trying is enough, for it ends by itself.
const cancelTime = 2 * time.Second

func cancelOrder(ctx context.Context, p outbound.Provider, thread []byte) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelTime)
	defer cancel()
	_ = p.Cancel(ctx, thread)
}
