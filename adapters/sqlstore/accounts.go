package sqlstore

import (
	"context"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type accounts struct{ l *link }

const (
	accountColumns = `a.id, a.organization, a.environment, a.country, a.type, a.plan_id, a.active, a.activated_at,
		a.created_at, a.updated_at, a.version, a.sequence, a.sealed,
		COALESCE(p.name, ''), COALESCE(p.monitors, 0), COALESCE(p.created_at, 0), COALESCE(p.updated_at, 0)`
	accountPlan = ` LEFT JOIN plans p
		ON p.organization = a.organization AND p.environment = a.environment AND p.id = a.plan_id`

	accountByID = `SELECT ` + accountColumns + ` FROM accounts a` + accountPlan + `
		WHERE a.id = ? AND a.organization = ? AND a.environment = ?`
	accountByEmail = `SELECT ` + accountColumns + ` FROM email_claims c
		JOIN accounts a ON a.id = c.account AND a.organization = c.organization AND a.environment = c.environment` +
		accountPlan + `
		WHERE c.organization = ? AND c.environment = ? AND c.key_id = ? AND c.fingerprint = ?`
	accountPage = `SELECT ` + accountColumns + ` FROM (
			SELECT id FROM accounts WHERE organization = ? AND environment = ? ORDER BY id LIMIT ? OFFSET ?
		) page JOIN accounts a ON a.id = page.id` + accountPlan + ` ORDER BY page.id`
	accountTotal = `SELECT COUNT(*) FROM accounts WHERE organization = ? AND environment = ?`

	accountInsert = `INSERT INTO accounts (id, organization, environment, country, type, plan_id, active, activated_at,
		created_at, updated_at, version, sequence, sealed, sealed_key)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	accountUpdate = `UPDATE accounts SET country = ?, type = ?, plan_id = ?, active = ?, activated_at = ?,
		updated_at = ?, version = version + 1, sequence = ?, sealed = ?, sealed_key = ?
		WHERE id = ? AND organization = ? AND environment = ? AND version = ?`
	accountDelete = `DELETE FROM accounts WHERE id = ? AND organization = ? AND environment = ? AND version = ?`
)

func (a accounts) Find(ctx context.Context, scope organization.Scope, id int64) (*account.Account, error) {
	found, err := a.find(ctx, accountByID, id, scope.Organization, string(scope.Environment))
	if found == nil && err == nil {
		err = account.ErrNoAccount
	}
	return found, err
}

func (a accounts) FindByEmail(ctx context.Context, scope organization.Scope, email string) (*account.Account, error) {
	prints, err := a.l.store.emailPrints(ctx, scope, email)
	if err != nil {
		return nil, err
	}
	for _, p := range prints { // nearly always the first: older keys live during a rotation only
		found, err := a.find(ctx, accountByEmail, scope.Organization, string(scope.Environment), p.Key, p.Sum[:])
		if found != nil || err != nil {
			return found, err
		}
	}
	return nil, account.ErrNoAccount
}

func (a accounts) find(ctx context.Context, text string, args ...any) (*account.Account, error) {
	var r accountRow
	found, err := a.l.one(ctx, &r, text, args...)
	if err != nil || !found {
		return nil, err
	}
	return a.restore(ctx, &r)
}

func (a accounts) restore(ctx context.Context, r *accountRow) (*account.Account, error) {
	s, err := a.l.store.snapshot(ctx, r)
	if err != nil {
		return nil, err
	}
	a.l.read(account.Subject(s.ID), s.Version)
	return account.Restore(s), nil
}

func (a accounts) List(ctx context.Context, scope organization.Scope, page outbound.Page) ([]*account.Account, int, error) {
	total, err := a.l.number(ctx, accountTotal, scope.Organization, string(scope.Environment))
	if err != nil {
		return nil, 0, err
	}
	rows, err := all[accountRow](ctx, a.l, accountPage, scope.Organization, string(scope.Environment),
		max(page.Limit, 0), max(page.Offset, 0))
	if err != nil {
		return nil, 0, err
	}
	list := make([]*account.Account, 0, len(rows))
	for i := range rows {
		one, err := a.restore(ctx, &rows[i])
		if err != nil {
			return nil, 0, err
		}
		list = append(list, one)
	}
	return list, int(total), nil
}

// Save writes the account and its claims. A Save that fails with a fault of the domain leaves nothing behind, so
// that the unit of work can go on and keep something else.
func (a accounts) Save(ctx context.Context, one *account.Account) error {
	s := one.Snapshot()
	sealed, key, err := a.l.store.sealAccount(ctx, s)
	if err != nil {
		return err
	}
	wants, err := a.l.store.wanted(ctx, s)
	if err != nil {
		return err
	}
	var held []claimRow
	if s.Version > 0 {
		if held, err = all[claimRow](ctx, a.l, claimsOfAccount, s.ID, s.ID); err != nil {
			return err
		}
	}
	write := func() error { return a.write(ctx, s, sealed, key) }
	if changesClaims(wants, held) {
		row := write
		write = func() error {
			return a.l.whole(ctx, func() error {
				if err := row(); err != nil {
					return err
				}
				return a.l.claim(ctx, s.Scope, s.ID, wants, held)
			})
		}
	}
	if err := write(); err != nil {
		return err
	}
	a.l.kept(account.Subject(s.ID), one, s.Version)
	return nil
}

func changesClaims(wants []wanted, held []claimRow) bool {
	for _, w := range wants {
		if add, clear := w.missing(held); clear || len(add) > 0 {
			return true
		}
	}
	return false
}

func (a accounts) write(ctx context.Context, s account.Snapshot, sealed []byte, key string) error {
	if s.Version == 0 {
		n, err := a.l.exec(ctx, accountInsert, s.ID, s.Scope.Organization, string(s.Scope.Environment), string(s.Country),
			string(s.Type), s.Plan.ID, truth(s.Active), maybe(s.Activation), micros(s.CreatedAt), micros(s.UpdatedAt),
			s.Sequence, sealed, key)
		if err == nil && n == 0 {
			err = outbound.ErrIdentifierUsed
		}
		return err
	}
	n, err := a.l.exec(ctx, accountUpdate, string(s.Country), string(s.Type), s.Plan.ID, truth(s.Active),
		maybe(s.Activation), micros(s.UpdatedAt), s.Sequence, sealed, key,
		s.ID, s.Scope.Organization, string(s.Scope.Environment), s.Version)
	if err == nil && n == 0 {
		a.l.outdated(account.Subject(s.ID), s.Version)
		err = account.ErrStale
	}
	return err
}

func (a accounts) Delete(ctx context.Context, one *account.Account) error {
	s := one.Snapshot()
	n, err := a.l.exec(ctx, accountDelete, s.ID, s.Scope.Organization, string(s.Scope.Environment), s.Version)
	if err != nil {
		return err
	}
	if n == 0 {
		a.l.outdated(account.Subject(s.ID), s.Version)
		return account.ErrStale
	}
	_, err = tokens(a).RevokeOf(ctx, s.Scope, s.ID, 0)
	return err
}
