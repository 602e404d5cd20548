package sqlstore

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// A waiting callback is due from a time on, as a delivery is: claiming it moves that time to the end of the lease.

const (
	// Materialized, the rows to claim are chosen once, whatever way the update is planned.
	callbacksClaim = `WITH due AS MATERIALIZED (
		SELECT session FROM callbacks WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at LIMIT ?`
	callbacksClaimed = `) UPDATE callbacks SET due_at = ? WHERE session IN (SELECT session FROM due)
		RETURNING session, organization, environment, client, created_at, attempts, sealed`
	callbacksPostpone = `UPDATE callbacks SET due_at = ? WHERE state = 'waiting' AND session IN (`
)

type callbackRow struct {
	session, organization, environment, client string
	created, attempts                          int64
	sealed                                     []byte
}

func (r *callbackRow) fields() []any {
	return []any{&r.session, &r.organization, &r.environment, &r.client, &r.created, &r.attempts, &r.sealed}
}

// callback fails with [outbound.ErrSealBroken].
func (s *Store) callback(ctx context.Context, r *callbackRow) (outbound.Callback, error) {
	scope := organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)}
	var head callbackHead
	body, err := s.unsealBulk(ctx, callbackPlace(scope, r.session), r.sealed, &head)
	if err != nil {
		return outbound.Callback{}, err
	}
	return outbound.Callback{
		Session: r.session, Scope: scope, Client: r.client, Address: head.Address, ContentType: head.ContentType, Body: body,
		CreatedAt: instant(r.created), Attempts: int(r.attempts),
	}, nil
}

// ClaimCallbacks gives those first that were created first.
func (s *Store) ClaimCallbacks(ctx context.Context, n int, now time.Time, lease time.Duration) ([]outbound.Callback, error) {
	var claimed []outbound.Callback
	err := s.do(ctx, func(ctx context.Context, l *link) error {
		claimed = nil
		rows, err := all[callbackRow](ctx, l, callbacksClaim+s.dialect.skipLocked+callbacksClaimed,
			micros(now), max(n, 0), micros(now.Add(lease)))
		if err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b callbackRow) int {
			return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.session, b.session))
		})
		for i := range rows {
			one, err := s.callback(ctx, &rows[i])
			switch {
			case errors.Is(err, outbound.ErrSealBroken):
				s.counts.broken.Add(1)
			case err != nil:
				return err
			default:
				claimed = append(claimed, one)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// PostponeCallbacks leaves alone what does not wait any more.
func (s *Store) PostponeCallbacks(ctx context.Context, sessions []string, until time.Time) error {
	if len(sessions) == 0 {
		return nil
	}
	return s.do(ctx, func(ctx context.Context, l *link) error {
		for some := range slices.Chunk(sessions, claimsAtOnce) {
			text, args := inList(callbacksPostpone, some, itself, micros(until))
			if _, err := l.exec(ctx, text, args...); err != nil {
				return err
			}
		}
		return nil
	})
}
