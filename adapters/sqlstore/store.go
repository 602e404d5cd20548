package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/sony/gobreaker/v2"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Interface guards.
var (
	_ outbound.UnitOfWork    = (*Store)(nil)
	_ outbound.Postbag       = (*Store)(nil)
	_ outbound.Leases        = (*Store)(nil)
	_ outbound.Rekeyer       = (*Store)(nil)
	_ outbound.SessionClaims = (*Store)(nil)
	_ outbound.CallbackBag   = (*Store)(nil)
)

// Store is one database. It is safe for use by many goroutines.
type Store struct {
	config  Config
	dialect dialect
	writing *pool
	reading *pool
	breaker *gobreaker.TwoStepCircuitBreaker[struct{}]
	sealer  outbound.Sealer
	prints  outbound.Fingerprints
	view    *link // the way to the database outside of transactions
	counts  counters
	rekey   rekeying
	spread  atomic.Uint64
	closed  atomic.Bool
}

// Open opens the database, and makes the file of an SQLite one; the schema is for [Store.Migrate]. PostgreSQL is
// not connected to yet, so that a gateway starts while its database is away. The error names no secret.
func Open(ctx context.Context, c Config, sealer outbound.Sealer, prints outbound.Fingerprints) (*Store, error) {
	c = c.filled()
	d, writing, reading, err := c.pools()
	if err != nil {
		return nil, err
	}
	s := &Store{
		config: c, dialect: d, writing: writing, reading: reading, breaker: newBreaker(c), sealer: sealer, prints: prints,
	}
	s.view = &link{store: s, pool: reading}
	if d.name == sqliteDialect.name {
		if err := writing.db.PingContext(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("sqlstore: %w", err), s.Close())
		}
	}
	return s, nil
}

// Close ends the connections once what runs on them is over. Afterwards everything fails with
// [outbound.ErrStorage]. Closing twice changes nothing.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	var err error
	if s.reading != s.writing {
		err = s.reading.close()
	}
	if err = errors.Join(err, s.writing.close()); s.dialect.away(err) {
		return nil // connections that are broken need no closing
	}
	return err
}

// Ping asks the database for a sign of life, through the breaker: it tells what a request would meet, and closes
// the breaker when the database is back. It fails with [outbound.ErrStorage].
func (s *Store) Ping(ctx context.Context) error {
	_, err := s.view.one(ctx, &number{}, `SELECT 1`)
	return err
}

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.dialect.name }

// Counts is how much work the database was given since the store was opened.
type Counts struct {
	Selects   uint64 // statements that read
	Writes    uint64 // statements that write
	Commits   uint64 // transactions that wrote something and were kept
	Rollbacks uint64 // transactions that were undone
	Reruns    uint64 // units of work that were run again because others got in between
	Faults    uint64 // times the database could not be reached
	Broken    uint64 // rows that were left out of an answer because they could not be unsealed
}

type counters struct{ selects, writes, commits, rollbacks, reruns, faults, broken atomic.Uint64 }

// Counts tells how much work the database was given. Transaction control is not counted as statements.
func (s *Store) Counts() Counts {
	c := &s.counts
	return Counts{
		Selects: c.selects.Load(), Writes: c.writes.Load(), Commits: c.commits.Load(),
		Rollbacks: c.rollbacks.Load(), Reruns: c.reruns.Load(), Faults: c.faults.Load(), Broken: c.broken.Load(),
	}
}

// Connections tells how many connections are in use, and how many there can be.
func (s *Store) Connections() (used, most int) {
	used, most = len(s.writing.slots), cap(s.writing.slots)
	if s.reading != s.writing {
		used, most = used+len(s.reading.slots), most+cap(s.reading.slots)
	}
	return used, most
}

// Breaker is the state of the breaker: "closed" while all is well, "open" or "half-open".
func (s *Store) Breaker() string { return s.breaker.State().String() }
