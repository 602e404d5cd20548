package sqlstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
)

// A delivery is due from a time on. Claiming it moves that time to the end of the lease; who does not say that it is
// delivered by then loses it to the next one.

const (
	// Materialized, the rows to claim are chosen once, whatever way the update is planned.
	deliveryClaim = `WITH due AS MATERIALIZED (
		SELECT fact FROM deliveries WHERE destination = ? AND due_at <= ? ORDER BY fact LIMIT ?`
	deliveryClaimed = `) UPDATE deliveries SET due_at = ?, attempts = attempts + 1
		WHERE destination = ? AND fact IN (SELECT fact FROM due) RETURNING fact, attempts - 1`
	factsByPosition = `SELECT ` + factColumns + ` FROM facts f WHERE f.position IN (`
	deliveryDone    = `DELETE FROM deliveries WHERE destination = ? AND fact IN (`
	deliveryLater   = `UPDATE deliveries SET due_at = ? WHERE destination = ? AND fact IN (`
)

// deliveriesAtOnce keeps a statement below the number of arguments that either database takes.
const deliveriesAtOnce = 4096

type claimedRow struct{ fact, attempts int64 }

func (r *claimedRow) fields() []any { return []any{&r.fact, &r.attempts} }

// Claim takes deliveries in one statement, and reads their facts in another.
func (s *Store) Claim(ctx context.Context, destination string, n int, now time.Time, lease time.Duration) ([]audit.Told, error) {
	var told []audit.Told
	err := s.do(ctx, func(ctx context.Context, l *link) error {
		told = nil
		claimed, err := all[claimedRow](ctx, l, deliveryClaim+s.dialect.skipLocked+deliveryClaimed,
			destination, micros(now), min(max(n, 0), deliveriesAtOnce), micros(now.Add(lease)), destination)
		if err != nil || len(claimed) == 0 {
			return err
		}
		attempts := make(map[int64]int, len(claimed))
		for _, c := range claimed {
			attempts[c.fact] = int(c.attempts)
		}
		text, args := inList(factsByPosition, claimed, func(c claimedRow) int64 { return c.fact })
		rows, err := all[factRow](ctx, l, text, args...)
		if err != nil {
			return err
		}
		for _, r := range rows {
			t, err := r.told()
			if err != nil {
				return err
			}
			t.Destination, t.Attempts = destination, attempts[r.position]
			told = append(told, t)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(told, func(a, b audit.Told) int { return cmp.Compare(a.Position, b.Position) })
	return told, nil
}

// inList ends a statement with a list of keys, filled up to a power of two by repeating the last, so that few
// different statements are kept prepared.
func inList[T, K any](text string, list []T, key func(T) K, args ...any) (string, []any) {
	size := 1
	for size < len(list) {
		size *= 2
	}
	for i := range size {
		args = append(args, key(list[min(i, len(list)-1)]))
	}
	return text + places("?", size) + `)`, args
}

// Delivered removes the deliveries. What is gone already is no mistake.
func (s *Store) Delivered(ctx context.Context, destination string, told []audit.Told) error {
	return s.settle(ctx, deliveryDone, told, destination)
}

// Postpone makes the deliveries due at the given time.
func (s *Store) Postpone(ctx context.Context, destination string, told []audit.Told, until time.Time) error {
	return s.settle(ctx, deliveryLater, told, micros(until), destination)
}

func (s *Store) settle(ctx context.Context, text string, told []audit.Told, args ...any) error {
	if len(told) == 0 {
		return nil
	}
	return s.do(ctx, func(ctx context.Context, l *link) error {
		for some := range slices.Chunk(told, deliveriesAtOnce) {
			text, all := inList(text, some, func(t audit.Told) int64 { return t.Position }, slices.Clone(args)...)
			if _, err := l.exec(ctx, text, all...); err != nil {
				return err
			}
		}
		return nil
	})
}
