package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// A session that somebody has to ask about by the clock has a time from which on it may be claimed for that: when it is
// due, or when the claim on it ends, whichever is later. It is kept in a column of its own, so that claiming walks one
// index and never looks at what is claimed already.

const (
	// Materialized, the rows to claim are chosen once, whatever way the update is planned.
	sessionsClaim = `WITH due AS MATERIALIZED (
		SELECT id FROM sessions WHERE watch_at <= ? AND settled_at IS NULL ORDER BY watch_at LIMIT ?`
	sessionsClaimed = `) UPDATE sessions SET claim_owner = ?, claim_until = ?, watch_at = ?, version = version + 1
		WHERE id IN (SELECT id FROM due) RETURNING ` + sessionFields

	// laterOfDue is the end of a claim, or what is due if that comes later.
	laterOfDue = `CASE WHEN due_at > CAST(? AS BIGINT) THEN due_at WHEN due_at IS NOT NULL THEN CAST(? AS BIGINT) END`

	sessionClaim = `UPDATE sessions SET claim_owner = ?, claim_until = ?, watch_at = ` + laterOfDue + `, version = version + 1
		WHERE id = ? AND organization = ? AND environment = ? AND version = ? AND settled_at IS NULL
		AND (claim_until IS NULL OR claim_until <= ?)`
	sessionsRenew = `UPDATE sessions SET claim_until = ?, watch_at = ` + laterOfDue + `
		WHERE claim_owner = ? AND settled_at IS NULL AND id IN (`
	sessionsRelease = `UPDATE sessions SET claim_owner = '', claim_until = NULL, due_at = ?, watch_at = ?
		WHERE claim_owner = ? AND settled_at IS NULL AND id IN (`
)

// claimsAtOnce keeps a statement below the number of arguments that either database takes.
const claimsAtOnce = 4096

// watchAt is from when on a session may be claimed for asking, NULL when nobody has to ask.
func watchAt(s eid.Snapshot) sql.NullInt64 {
	if s.Due.IsZero() || s.State.Settled() || !s.SettledAt.IsZero() {
		return sql.NullInt64{}
	}
	if s.Claim.Until.After(s.Due) {
		return maybe(s.Claim.Until)
	}
	return maybe(s.Due)
}

// ClaimSessions takes sessions in one statement.
func (s *Store) ClaimSessions(ctx context.Context, owner string, n int, now time.Time, lease time.Duration) ([]*eid.Session, error) {
	var claimed []*eid.Session
	err := s.do(ctx, func(ctx context.Context, l *link) error {
		until := micros(now.Add(lease))
		rows, err := all[sessionRow](ctx, l, sessionsClaim+s.dialect.skipLocked+sessionsClaimed,
			micros(now), max(n, 0), owner, until, until)
		if err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b sessionRow) int {
			return cmp.Or(cmp.Compare(a.due.Int64, b.due.Int64), cmp.Compare(a.id, b.id))
		})
		claimed, err = sessions{l}.sound(ctx, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// ClaimSession takes a session that no claim holds any more, not even one of the same owner: within a process as well
// only one may ask.
func (s *Store) ClaimSession(ctx context.Context, owner string, one *eid.Session, now time.Time, lease time.Duration) (bool, error) {
	was, until := one.Snapshot(), now.Add(lease)
	scope := was.Order.Scope
	var n int64
	err := s.do(ctx, func(ctx context.Context, l *link) (err error) {
		n, err = l.exec(ctx, sessionClaim, owner, micros(until), micros(until), micros(until), was.ID, scope.Organization,
			string(scope.Environment), was.Version, micros(now))
		return err
	})
	if err != nil || n == 0 {
		return false, err
	}
	was.Claim, was.Version = eid.Claim{Owner: owner, Until: until}, was.Version+1
	*one = *eid.Restore(was)
	return true, nil
}

// RenewSessions prolongs up to 4,096 claims in one statement. The sessions keep their versions: whoever works on one of
// them can still save it.
func (s *Store) RenewSessions(ctx context.Context, owner string, ids []string, now time.Time, lease time.Duration) ([]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	until := micros(now.Add(lease))
	var kept []string
	err := s.do(ctx, func(ctx context.Context, l *link) error {
		kept = nil
		for some := range slices.Chunk(ids, claimsAtOnce) {
			text, args := inList(sessionsRenew, some, itself, until, until, until, owner)
			rows, err := all[textRow](ctx, l, text+` RETURNING id`, args...)
			if err != nil {
				return err
			}
			for _, r := range rows {
				kept = append(kept, r.text)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return kept, nil
}

// ReleaseSessions leaves alone what the owner has not, or not any more. The sessions keep their versions.
func (s *Store) ReleaseSessions(ctx context.Context, owner string, ids []string, due time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	return s.do(ctx, func(ctx context.Context, l *link) error {
		for some := range slices.Chunk(ids, claimsAtOnce) {
			text, args := inList(sessionsRelease, some, itself, maybe(due), maybe(due), owner)
			if _, err := l.exec(ctx, text, args...); err != nil {
				return err
			}
		}
		return nil
	})
}

func itself(s string) string { return s }
