package session

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Sweeper settles sessions whose time is over, and removes settled ones when their answers have been kept long
// enough. Any number of replicas may sweep at once.
type Sweeper struct {
	Ledger *Ledger
	Clock  outbound.Clock
	Keep   time.Duration // how long a settled session's answer is kept
}

// sweepBatch bounds one unit of work.
const sweepBatch = 200

// Sweep does what is due and says how many sessions it settled and removed: batch by batch, until nothing is left
// or ctx ends.
func (s *Sweeper) Sweep(ctx context.Context) (settled, removed int, err error) {
	now := s.Clock.Now()
	for {
		n, err := s.settle(ctx, now)
		settled += n
		if err != nil {
			return settled, 0, err
		}
		if n < sweepBatch {
			break
		}
	}
	for {
		n, err := s.purge(ctx, now.Add(-s.Keep))
		removed += n
		if err != nil || n < sweepBatch {
			return settled, removed, err
		}
	}
}

func (s *Sweeper) settle(ctx context.Context, now time.Time) (settled int, err error) {
	err = s.Ledger.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		settled = 0
		due, err := tx.Sessions().Due(ctx, now, sweepBatch)
		if err != nil {
			return err
		}
		for _, session := range due {
			facts := session.Expire(now)
			if len(facts) == 0 {
				continue
			}
			// Somebody was quicker: the session is theirs, and the facts with it.
			if err := tx.Sessions().Save(ctx, session); errors.Is(err, eid.ErrStale) {
				continue
			} else if err != nil {
				return err
			}
			if err := s.Ledger.settled(ctx, tx, session.Snapshot(), outcome{}); err != nil {
				return err
			}
			if err := tx.Facts().Append(ctx, facts...); err != nil {
				return err
			}
			settled++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return settled, nil
}

func (s *Sweeper) purge(ctx context.Context, before time.Time) (removed int, err error) {
	err = s.Ledger.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		removed, err = tx.Sessions().Purge(ctx, before, sweepBatch)
		return err
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}
