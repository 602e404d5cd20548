package session

import (
	"context"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Canceller takes orders back.
type Canceller struct {
	Routes *Routes
	Clock  outbound.Clock
	Ledger *Ledger
}

// Cancel settles the session, and then tells its provider, as well as can be. What has settled stays as it is.
func (c *Canceller) Cancel(ctx context.Context, q inbound.SessionQuery) (inbound.Session, error) {
	find := func(ctx context.Context, tx outbound.Tx) (*eid.Session, error) {
		session, err := tx.Sessions().Find(ctx, q.Scope, q.ID)
		if err == nil && !q.Fits(session.Snapshot().Order) {
			return nil, eid.ErrNoSession
		}
		return session, err
	}
	s, err := c.refuse(ctx, find, eid.ReasonCancelled)
	if err != nil {
		return inbound.Session{}, err
	}
	return c.Routes.seen(s, c.Clock.Now()), nil
}

// refuse settles the session that find gives for a reason, whoever has claimed it: what the claimant brings comes too
// late then.
func (c *Canceller) refuse(ctx context.Context, find func(ctx context.Context, tx outbound.Tx) (*eid.Session, error), reason string) (eid.Snapshot, error) {
	return c.change(ctx, find, func(session *eid.Session) ([]audit.Fact, error) {
		if session.Snapshot().State.Settled() {
			return nil, nil
		}
		return session.Refuse(reason, c.Clock.Now())
	})
}

// change keeps what do makes of the session that find gives, and then takes back at its provider the order that was under
// way and is not any more. No facts, no change.
func (c *Canceller) change(ctx context.Context, find func(ctx context.Context, tx outbound.Tx) (*eid.Session, error),
	do func(session *eid.Session) ([]audit.Fact, error),
) (after eid.Snapshot, err error) {
	var before eid.Snapshot
	var facts []audit.Fact
	err = c.Ledger.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		session, err := find(ctx, tx)
		if err != nil {
			return err
		}
		before = session.Snapshot()
		facts, err = do(session)
		after = session.Snapshot()
		if err != nil || len(facts) == 0 {
			return err
		}
		if err := tx.Sessions().Save(ctx, session); err != nil {
			return err
		}
		after = session.Snapshot()
		if err := c.Ledger.settled(ctx, tx, after, outcome{}); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		return eid.Snapshot{}, err
	}
	if len(facts) == 0 {
		return after, nil
	}
	c.Ledger.tell(after)
	if p, known := c.Routes.Provider(before.Provider); known && before.State == eid.Pending {
		cancelOrder(ctx, p, before.Thread)
	}
	return after, nil
}
