package sqlstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type sessions struct{ l *link }

const (
	sessionFields = `id, organization, environment, state, opened_at, expires_at, settled_at, due_at, claim_owner, claim_until,
		version, sequence, sealed`
	sessionColumns     = `SELECT ` + sessionFields + ` FROM sessions`
	sessionByID        = sessionColumns + ` WHERE id = ? AND organization = ? AND environment = ?`
	sessionByNonce     = sessionColumns + ` WHERE organization = ? AND environment = ? AND nonce = ?`
	sessionByTicket    = sessionColumns + ` WHERE ticket = ?`
	sessionByReference = sessionColumns + ` WHERE organization = ? AND environment = ? AND reference IN (`
	sessionsNewest     = ` ORDER BY opened_at DESC, id DESC LIMIT 10`
	sessionsPending    = sessionColumns + ` WHERE account = ? AND account <> 0 AND organization = ? AND environment = ?
		AND state = 'pending' AND settled_at IS NULL` + sessionsNewest
	sessionsDue = sessionColumns + ` WHERE settled_at IS NULL AND expires_at <= ?
		AND (claim_until IS NULL OR claim_until <= ?) ORDER BY expires_at LIMIT ? OFFSET ?`

	sessionInsert = `INSERT INTO sessions (id, organization, environment, state, account, opened_at, expires_at, settled_at,
		due_at, claim_owner, claim_until, watch_at, version, sequence, ticket, nonce, reference, reference_key, sealed, sealed_key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	sessionUpdate = `UPDATE sessions SET state = ?, expires_at = ?, settled_at = ?, due_at = ?, claim_owner = ?, claim_until = ?,
		watch_at = ?, version = version + 1, sequence = ?, ticket = ?, sealed = ?, sealed_key = ?
		WHERE id = ? AND organization = ? AND environment = ? AND version = ?`
	sessionsPurge = `DELETE FROM sessions WHERE id IN (
		SELECT id FROM sessions WHERE settled_at IS NOT NULL AND settled_at < ? ORDER BY settled_at LIMIT ?)`
)

// sessionRow is a session as stored.
type sessionRow struct {
	id, organization, environment, state string
	opened, expires                      int64
	settled, due                         sql.NullInt64
	claimOwner                           string
	claimUntil                           sql.NullInt64
	version, sequence                    int64
	sealed                               []byte
}

func (r *sessionRow) fields() []any {
	return []any{
		&r.id, &r.organization, &r.environment, &r.state, &r.opened, &r.expires, &r.settled, &r.due, &r.claimOwner,
		&r.claimUntil, &r.version, &r.sequence, &r.sealed,
	}
}

// restore opens a stored session. It fails with outbound.ErrSealBroken.
func (s sessions) restore(ctx context.Context, r *sessionRow) (*eid.Session, error) {
	scope := organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)}
	var c sealedSession
	if err := c.unseal(ctx, s.l.store, sessionPlace(scope, r.id), r.sealed); err != nil {
		return nil, err
	}
	snapshot := eid.Snapshot{
		ID: r.id, State: eid.State(r.state), OpenedAt: instant(r.opened), ExpiresAt: instant(r.expires),
		SettledAt: instantOr(r.settled), Due: instantOr(r.due), Claim: eid.Claim{Owner: r.claimOwner, Until: instantOr(r.claimUntil)},
		Version: r.version, Sequence: r.sequence,
	}
	if err := c.into(&snapshot, scope); err != nil {
		return nil, err
	}
	s.l.read(sessionSubject(r.id), r.version)
	return eid.Restore(snapshot), nil
}

func sessionSubject(id string) string { return "session/" + id }

func (s sessions) Find(ctx context.Context, scope organization.Scope, id string) (*eid.Session, error) {
	return s.find(ctx, sessionByID, id, scope.Organization, string(scope.Environment))
}

func (s sessions) FindByNonce(ctx context.Context, scope organization.Scope, nonce string) (*eid.Session, error) {
	if nonce == "" {
		return nil, eid.ErrNoSession
	}
	return s.find(ctx, sessionByNonce, scope.Organization, string(scope.Environment), hashed(nonce))
}

func (s sessions) FindByTicket(ctx context.Context, ticket string) (*eid.Session, error) {
	if ticket == "" {
		return nil, eid.ErrNoSession
	}
	return s.find(ctx, sessionByTicket, hashed(ticket))
}

func (s sessions) find(ctx context.Context, text string, args ...any) (*eid.Session, error) {
	var r sessionRow
	found, err := s.l.one(ctx, &r, text, args...)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, eid.ErrNoSession
	}
	return s.restore(ctx, &r)
}

// hashed is how a nonce or ticket is kept: it is random and long, so a plain hash gives nothing away. None is NULL,
// which has to be an untyped nil: lib/pq writes a nil slice as an empty value.
func hashed(secret string) any {
	if secret == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

func (s sessions) FindByCorrelation(ctx context.Context, scope organization.Scope, correlation string) ([]*eid.Session, error) {
	if correlation == "" {
		return nil, nil
	}
	prints, err := s.l.store.correlationPrints(ctx, scope, correlation)
	if err != nil {
		return nil, err
	}
	args := []any{scope.Organization, string(scope.Environment)}
	for _, p := range prints {
		args = append(args, p.Sum[:])
	}
	return s.list(ctx, sessionByReference+places("?", len(prints))+`)`+sessionsNewest, args...)
}

func (s *Store) correlationPrints(ctx context.Context, scope organization.Scope, correlation string) ([]identity.Fingerprint, error) {
	return s.prints.OfText(ctx, scope, "correlation", correlation)
}

// reference is the keyed hash under which the caller's own reference is found, and its key: the one that seals,
// which every process knows by the time it does. It need not be unique, so one is enough. No reference is NULL.
func (s *Store) reference(ctx context.Context, scope organization.Scope, correlation string) (sum, key any, err error) {
	if correlation == "" {
		return nil, nil, nil
	}
	prints, err := s.correlationPrints(ctx, scope, correlation)
	if err != nil {
		return nil, nil, err
	}
	chosen := prints[0]
	for _, p := range prints {
		if p.Key == s.sealer.Newest() {
			chosen = p
		}
	}
	return chosen.Sum[:], chosen.Key, nil
}

func (s sessions) PendingOf(ctx context.Context, scope organization.Scope, accountID int64) ([]*eid.Session, error) {
	return s.list(ctx, sessionsPending, accountID, scope.Organization, string(scope.Environment))
}

// Due leaves out what cannot be unsealed, and looks behind it: one broken row must not keep others from their end.
func (s sessions) Due(ctx context.Context, now time.Time, n int) ([]*eid.Session, error) {
	var due []*eid.Session
	for seen := 0; len(due) < n; {
		rows, err := all[sessionRow](ctx, s.l, sessionsDue, micros(now), micros(now), n, seen)
		if err != nil {
			return nil, err
		}
		sound, err := s.sound(ctx, rows)
		if err != nil {
			return nil, err
		}
		due = append(due, sound[:min(n-len(due), len(sound))]...)
		if seen += len(rows); len(rows) < n {
			break
		}
	}
	return due, nil
}

// sound restores the sessions that can be unsealed.
func (s sessions) sound(ctx context.Context, rows []sessionRow) ([]*eid.Session, error) {
	list := make([]*eid.Session, 0, len(rows))
	for i := range rows {
		one, err := s.restore(ctx, &rows[i])
		switch {
		case errors.Is(err, outbound.ErrSealBroken):
			s.l.store.counts.broken.Add(1)
		case err != nil:
			return nil, err
		default:
			list = append(list, one)
		}
	}
	return list, nil
}

func (s sessions) list(ctx context.Context, text string, args ...any) ([]*eid.Session, error) {
	rows, err := all[sessionRow](ctx, s.l, text, args...)
	if err != nil {
		return nil, err
	}
	list := make([]*eid.Session, 0, len(rows))
	for i := range rows {
		one, err := s.restore(ctx, &rows[i])
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

func (s sessions) Save(ctx context.Context, one *eid.Session) error {
	was := one.Snapshot()
	if err := s.write(ctx, was); err != nil {
		return err
	}
	s.l.kept(sessionSubject(was.ID), one, was.Version)
	return nil
}

func (s sessions) write(ctx context.Context, one eid.Snapshot) error {
	scope := one.Order.Scope
	kept := sealedSessionOf(one)
	sealed, key, err := kept.seal(ctx, s.l.store, sessionPlace(scope, one.ID))
	if err != nil {
		return err
	}
	var n int64
	if one.Version == 0 {
		reference, referenceKey, err := s.l.store.reference(ctx, scope, one.Order.Correlation)
		if err != nil {
			return err
		}
		n, err = s.l.exec(ctx, sessionInsert, one.ID, scope.Organization, string(scope.Environment), string(one.State),
			one.Order.Account, micros(one.OpenedAt), micros(one.ExpiresAt), maybe(one.SettledAt), maybe(one.Due),
			one.Claim.Owner, maybe(one.Claim.Until), watchAt(one), one.Sequence, hashed(one.Ticket), hashed(one.Nonce), reference, referenceKey, sealed, key)
		if err != nil {
			return err
		}
	} else {
		n, err = s.l.exec(ctx, sessionUpdate, string(one.State), micros(one.ExpiresAt), maybe(one.SettledAt), maybe(one.Due),
			one.Claim.Owner, maybe(one.Claim.Until), watchAt(one), one.Sequence, hashed(one.Ticket), sealed, key, one.ID, scope.Organization, string(scope.Environment), one.Version)
		if err != nil {
			return err
		}
	}
	if n == 0 {
		s.l.outdated(sessionSubject(one.ID), one.Version)
		return eid.ErrStale
	}
	return nil
}

func (s sessions) Purge(ctx context.Context, before time.Time, n int) (int, error) {
	gone, err := s.l.exec(ctx, sessionsPurge, micros(before), max(n, 0))
	return int(gone), err
}
