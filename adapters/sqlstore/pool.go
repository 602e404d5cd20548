package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
)

// errCrowded: no connection became free in time.
var errCrowded = errors.New("sqlstore: no connection became free in time")

// pool is the connections to one database, and the statements that are kept prepared on them.
//
// lib/pq sends a statement with arguments in two round trips unless it is prepared. So every statement is prepared
// once and kept; database/sql prepares it anew on each connection that has not seen it, also after a reconnect.
type pool struct {
	db    *sqlx.DB
	slots chan struct{} // as many as connections, so that waiting for one is bounded
	wait  time.Duration
	kept  sync.Map // text of a statement -> *sqlx.Stmt
}

func newPool(db *sqlx.DB, connections int, wait time.Duration) *pool {
	return &pool{db: db, slots: make(chan struct{}, connections), wait: wait}
}

// enter waits for a connection to be free. Who entered must leave.
func (p *pool) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	patience := time.NewTimer(p.wait)
	defer patience.Stop()
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-patience.C:
		return errCrowded
	}
}

func (p *pool) leave() { <-p.slots }

// refresh closes the connections that nobody uses: when one broke, the others may have broken with it.
func (p *pool) refresh() {
	p.db.SetMaxIdleConns(0)
	p.db.SetMaxIdleConns(cap(p.slots))
}

// statement gives the kept statement, nil when there is none yet.
func (p *pool) statement(text string) *sqlx.Stmt {
	if s, ok := p.kept.Load(text); ok {
		return s.(*sqlx.Stmt)
	}
	return nil
}

// keep prepares a statement for good. It needs a free connection: call it outside of transactions, or a crowd of
// them would wait for each other.
func (p *pool) keep(ctx context.Context, text string) (*sqlx.Stmt, error) {
	if s := p.statement(text); s != nil {
		return s, nil
	}
	s, err := p.db.PreparexContext(ctx, p.db.Rebind(text))
	if err != nil {
		return nil, err
	}
	if first, lost := p.kept.LoadOrStore(text, s); lost {
		return first.(*sqlx.Stmt), s.Close()
	}
	return s, nil
}

// answer runs a statement outside of transactions, and prepares it before if it is to be kept. It may run longer than it
// may take to prepare it.
func (p *pool) answer(ctx, running context.Context, keep bool, text string, args []any) (*sql.Rows, error) {
	if !keep {
		return p.db.QueryContext(running, p.db.Rebind(text), args...)
	}
	kept, err := p.keep(ctx, text)
	if err != nil {
		return nil, err
	}
	return kept.QueryContext(running, args...)
}

func (p *pool) close() error {
	p.kept.Range(func(_, s any) bool {
		_ = s.(*sqlx.Stmt).Close() // the connections are about to be closed as well
		return true
	})
	return p.db.Close()
}
