package sqlstore

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type tokens struct{ l *link }

const (
	bearerByID = `SELECT t.id, t.organization, t.environment, t.kind, t.account, t.client, t.hash, t.created_at, t.expires_at,
		t.last_used_at, c.demo, c.revoked_at,
		a.id, COALESCE(a.country, ''), COALESCE(a.type, ''), COALESCE(a.plan_id, 0), COALESCE(a.active, 0), a.activated_at,
		COALESCE(a.created_at, 0), COALESCE(a.updated_at, 0), COALESCE(a.version, 0), COALESCE(a.sequence, 0), a.sealed,
		COALESCE(p.name, ''), COALESCE(p.monitors, 0), COALESCE(p.created_at, 0), COALESCE(p.updated_at, 0)
		FROM access_tokens t
		LEFT JOIN clients c ON c.id = t.client AND c.organization = t.organization AND c.environment = t.environment
		LEFT JOIN accounts a ON a.id = t.account AND a.organization = t.organization AND a.environment = t.environment` +
		accountPlan + `
		WHERE t.id = ?`
	tokenInsert = `INSERT INTO access_tokens (id, organization, environment, kind, account, client, hash, created_at,
		expires_at, last_used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	tokensOf = `DELETE FROM access_tokens WHERE organization = ? AND environment = ? AND account = ? AND id <> ?`
	codesOf  = `DELETE FROM login_codes WHERE organization = ? AND environment = ? AND account = ?`

	tokensExpired = `DELETE FROM access_tokens WHERE expires_at < ?`
	codesExpired  = `DELETE FROM login_codes WHERE expires_at < ?`
)

// bearerRow is a token with its client and account, as stored.
type bearerRow struct {
	id                              int64
	organization, environment, kind string
	account                         int64
	client                          string
	hash                            []byte
	created, expires                int64
	used                            sql.NullInt64
	demo, revoked                   sql.NullInt64 // demo is NULL when the client is gone
	owner                           sql.NullInt64 // NULL when the account is gone, or the token has none
	a                               accountRow
}

func (r *bearerRow) fields() []any {
	a := &r.a
	return []any{
		&r.id, &r.organization, &r.environment, &r.kind, &r.account, &r.client, &r.hash, &r.created, &r.expires,
		&r.used, &r.demo, &r.revoked,
		&r.owner, &a.country, &a.kind, &a.plan, &a.active, &a.activated,
		&a.created, &a.updated, &a.version, &a.sequence, &a.sealed,
		&a.planName, &a.planMonitors, &a.planCreated, &a.planUpdated,
	}
}

// Bearer treats a token whose client is gone as one whose client was revoked, and one whose account is gone as
// unknown.
func (t tokens) Bearer(ctx context.Context, id int64) (account.Bearer, error) {
	var r bearerRow
	found, err := t.l.one(ctx, &r, bearerByID, id)
	if err != nil {
		return account.Bearer{}, err
	}
	if !found {
		return account.Bearer{}, account.ErrUnauthenticated
	}
	b := account.Bearer{
		Token: account.Token{
			ID:    r.id,
			Scope: organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
			Kind:  account.TokenKind(r.kind), Account: r.account, Client: r.client,
			CreatedAt: instant(r.created), ExpiresAt: instant(r.expires), LastUsedAt: instantOr(r.used),
		},
		ClientRevoked: r.revoked.Valid || !r.demo.Valid,
		ClientDemo:    r.demo.Int64 != 0,
	}
	if copy(b.Token.Hash[:], r.hash) != len(b.Token.Hash) || r.account != 0 && !r.owner.Valid {
		return account.Bearer{}, account.ErrUnauthenticated
	}
	if r.account == 0 {
		return b, nil
	}
	r.a.id, r.a.organization, r.a.environment = r.owner.Int64, r.organization, r.environment
	b.Account, err = accounts(t).restore(ctx, &r.a)
	if err != nil {
		return account.Bearer{}, err
	}
	return b, nil
}

func (t tokens) Add(ctx context.Context, one account.Token) error {
	n, err := t.l.exec(ctx, tokenInsert, one.ID, one.Scope.Organization, string(one.Scope.Environment), string(one.Kind),
		one.Account, one.Client, one.Hash[:], micros(one.CreatedAt), micros(one.ExpiresAt), maybe(one.LastUsedAt))
	if err == nil && n == 0 {
		return outbound.ErrIdentifierUsed
	}
	return err
}

func (t tokens) RevokeOf(ctx context.Context, scope organization.Scope, accountID, keep int64) (int, error) {
	n, err := t.l.exec(ctx, tokensOf, scope.Organization, string(scope.Environment), accountID, keep)
	if err != nil {
		return 0, err
	}
	_, err = t.l.exec(ctx, codesOf, scope.Organization, string(scope.Environment), accountID)
	return int(n), err
}

// touchedAtOnce keeps a statement below the number of arguments that either database takes.
const touchedAtOnce = 10_000

// Touch writes up to 10,000 tokens in one statement. It never sets a time back.
func (t tokens) Touch(ctx context.Context, lastUsed map[int64]time.Time) error {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(lastUsed)), touchedAtOnce) {
		args := make([]any, 0, 2*len(ids))
		for _, id := range ids {
			args = append(args, id, micros(lastUsed[id]))
		}
		text := `UPDATE access_tokens SET last_used_at = used.column2 FROM (VALUES ` +
			places(`(CAST(? AS BIGINT), CAST(? AS BIGINT))`, len(ids)) + `) AS used
			WHERE access_tokens.id = used.column1
			AND (access_tokens.last_used_at IS NULL OR access_tokens.last_used_at < used.column2)`
		if _, err := t.l.once(ctx, text, args...); err != nil {
			return err
		}
	}
	return nil
}

// places repeats a place for arguments, with commas between.
func places(one string, n int) string {
	return strings.TrimSuffix(strings.Repeat(one+", ", n), ", ")
}

func (t tokens) Purge(ctx context.Context, before time.Time) (int, error) {
	total := 0
	for _, text := range []string{tokensExpired, codesExpired} {
		n, err := t.l.exec(ctx, text, micros(before))
		if err != nil {
			return 0, err
		}
		total += int(n)
	}
	return total, nil
}
