package sqlstore

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type codes struct{ l *link }

const (
	codeInsert = `INSERT INTO login_codes (hash, id, organization, environment, account, client, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`
	// A DELETE that meets another one waits for it, and then finds nothing.
	codeRedeem = `DELETE FROM login_codes WHERE hash = ? AND expires_at > ?
		RETURNING id, organization, environment, account, client, expires_at`
)

type codeRow struct {
	id                        string
	organization, environment string
	account                   int64
	client                    string
	expires                   int64
}

func (r *codeRow) fields() []any {
	return []any{&r.id, &r.organization, &r.environment, &r.account, &r.client, &r.expires}
}

func (c codes) Add(ctx context.Context, one account.LoginCode) error {
	n, err := c.l.exec(ctx, codeInsert, one.Hash[:], one.ID, one.Scope.Organization, string(one.Scope.Environment), one.Account,
		one.Client, micros(one.ExpiresAt))
	if err == nil && n == 0 {
		return outbound.ErrIdentifierUsed
	}
	return err
}

func (c codes) Redeem(ctx context.Context, hash account.TokenHash, now time.Time) (account.LoginCode, error) {
	var r codeRow
	found, err := c.l.one(ctx, &r, codeRedeem, hash[:], micros(now))
	if err != nil {
		return account.LoginCode{}, err
	}
	if !found {
		return account.LoginCode{}, account.ErrCode
	}
	return account.LoginCode{
		ID: r.id, Hash: hash,
		Scope:   organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
		Account: r.account, Client: r.client, ExpiresAt: instant(r.expires),
	}, nil
}
