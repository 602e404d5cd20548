package sqlstore

import (
	"context"
	"time"
)

const (
	leaseHold = `INSERT INTO leases (name, owner, fence, until) VALUES (?, ?, 1, ?)
		ON CONFLICT (name) DO UPDATE SET
			fence = leases.fence + CASE WHEN leases.owner = excluded.owner THEN 0 ELSE 1 END,
			owner = excluded.owner, until = excluded.until
		WHERE leases.owner = excluded.owner OR leases.until <= ?
		RETURNING fence`
	// The row stays, so that the fence goes on growing.
	leaseRelease = `UPDATE leases SET owner = '', until = 0 WHERE name = ? AND owner = ?`
)

// Hold takes or renews a lease in one statement.
func (s *Store) Hold(ctx context.Context, name, owner string, now time.Time, life time.Duration) (fence int64, ok bool, err error) {
	err = s.do(ctx, func(ctx context.Context, l *link) error {
		var n number
		var err error
		ok, err = l.one(ctx, &n, leaseHold, name, owner, micros(now.Add(life)), micros(now))
		fence = n.n
		return err
	})
	if err != nil {
		return 0, false, err
	}
	return fence, ok, nil
}

// Release ends the owner's lease. Somebody else's stays.
func (s *Store) Release(ctx context.Context, name, owner string) error {
	return s.do(ctx, func(ctx context.Context, l *link) error {
		_, err := l.exec(ctx, leaseRelease, name, owner)
		return err
	})
}
