package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type callbacks struct{ l *link }

const (
	callbackInsert = `INSERT INTO callbacks (session, organization, environment, client, state, due_at, created_at, attempts,
		sealed_key, sealed) VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	callbackAttempts = `SELECT c.state, a.number, COALESCE(a.at, 0), COALESCE(a.took, 0), COALESCE(a.status, 0), COALESCE(a.failure, '')
		FROM callbacks c LEFT JOIN callback_attempts a ON a.session = c.session
		WHERE c.session = ? AND c.organization = ? AND c.environment = ? ORDER BY a.number`

	callbackWaits = `UPDATE callbacks SET attempts = attempts + 1, due_at = ?
		WHERE session = ? AND organization = ? AND environment = ? AND state = 'waiting' RETURNING attempts`
	callbackEnds = `UPDATE callbacks SET attempts = attempts + 1, state = ?, settled_at = ?, sealed_key = NULL, sealed = NULL
		WHERE session = ? AND organization = ? AND environment = ? AND state = 'waiting' RETURNING attempts`
	callbackLate = `UPDATE callbacks SET attempts = attempts + 1
		WHERE session = ? AND organization = ? AND environment = ? RETURNING attempts`
	attemptInsert = `INSERT INTO callback_attempts (session, number, at, took, status, failure) VALUES (?, ?, ?, ?, ?, ?)`

	callbacksPurge = `DELETE FROM callbacks WHERE session IN (
		SELECT session FROM callbacks WHERE settled_at IS NOT NULL AND settled_at < ? ORDER BY settled_at LIMIT ?)`
)

type attemptRow struct {
	state            string
	number           sql.NullInt64 // NULL before the first attempt
	at, took, status int64
	failure          string
}

func (r *attemptRow) fields() []any {
	return []any{&r.state, &r.number, &r.at, &r.took, &r.status, &r.failure}
}

// callbackHead stands before the body in a callback's sealed value.
type callbackHead struct {
	Address     string `json:"address"`
	ContentType string `json:"content_type"`
}

func (c callbacks) Attempts(
	ctx context.Context, scope organization.Scope, session string,
) (outbound.CallbackState, []outbound.CallbackAttempt, error) {
	rows, err := all[attemptRow](ctx, c.l, callbackAttempts, session, scope.Organization, string(scope.Environment))
	if err != nil || len(rows) == 0 {
		return "", nil, or(err, eid.ErrNoSession)
	}
	var attempts []outbound.CallbackAttempt
	for _, r := range rows {
		if !r.number.Valid {
			continue
		}
		attempts = append(attempts, outbound.CallbackAttempt{
			Number: int(r.number.Int64), At: instant(r.at), Took: time.Duration(r.took) * time.Microsecond,
			Status: int(r.status), Failure: r.failure,
		})
	}
	return outbound.CallbackState(rows[0].state), attempts, nil
}

// Add makes the callback due from its creation on. It fails with [outbound.ErrIdentifierUsed] when the session has one.
func (c callbacks) Add(ctx context.Context, one outbound.Callback) error {
	head := callbackHead{Address: one.Address, ContentType: one.ContentType}
	sealed, key, err := c.l.store.sealBulk(ctx, callbackPlace(one.Scope, one.Session), head, one.Body)
	if err != nil {
		return err
	}
	n, err := c.l.exec(ctx, callbackInsert, one.Session, one.Scope.Organization, string(one.Scope.Environment), one.Client,
		micros(one.CreatedAt), micros(one.CreatedAt), one.Attempts, key, sealed)
	if err == nil && n == 0 {
		return outbound.ErrIdentifierUsed
	}
	return err
}

// Tried counts attempts by itself: two that were made at the same time, because the first outlived its lease, get
// numbers of their own. What was delivered or given up stays so, whatever a late attempt says.
func (c callbacks) Tried(
	ctx context.Context, one outbound.Callback, a outbound.CallbackAttempt, state outbound.CallbackState, due time.Time,
) error {
	key := []any{one.Session, one.Scope.Organization, string(one.Scope.Environment)}
	text, args := callbackWaits, append([]any{micros(due)}, key...)
	if state != outbound.CallbackWaiting {
		text, args = callbackEnds, append([]any{string(state), micros(a.At)}, key...)
	}
	var attempt number
	found, err := c.l.one(ctx, &attempt, text, args...)
	if err == nil && !found {
		found, err = c.l.one(ctx, &attempt, callbackLate, key...)
	}
	if err != nil || !found {
		return or(err, eid.ErrNoSession)
	}
	_, err = c.l.exec(ctx, attemptInsert, one.Session, attempt.n, micros(a.At), a.Took.Microseconds(), a.Status, a.Failure)
	return err
}

func (c callbacks) Purge(ctx context.Context, before time.Time, n int) (int, error) {
	gone, err := c.l.exec(ctx, callbacksPurge, micros(before), max(n, 0))
	return int(gone), err
}
