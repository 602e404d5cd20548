package sqlstore

import (
	"context"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type plans struct{ l *link }

const (
	planColumns = `SELECT organization, environment, id, name, monitors, created_at, updated_at FROM plans
		WHERE organization = ? AND environment = ?`
	planByID   = planColumns + ` AND id = ?`
	planList   = planColumns + ` ORDER BY id`
	planLast   = `SELECT COALESCE(MAX(id), 0) FROM plans WHERE organization = ? AND environment = ?`
	planInsert = `INSERT INTO plans (organization, environment, id, name, monitors, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organization, environment, id) DO NOTHING`
)

type planRow struct {
	organization, environment string
	id                        int64
	name                      string
	monitors                  int64
	created, updated          int64
}

func (r *planRow) fields() []any {
	return []any{&r.organization, &r.environment, &r.id, &r.name, &r.monitors, &r.created, &r.updated}
}

func (r planRow) plan() account.Plan {
	return account.Plan{
		ID:    r.id,
		Scope: organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
		Name:  r.name, Monitors: r.monitors != 0, CreatedAt: instant(r.created), UpdatedAt: instant(r.updated),
	}
}

func (p plans) Find(ctx context.Context, scope organization.Scope, id int64) (account.Plan, error) {
	var r planRow
	found, err := p.l.one(ctx, &r, planByID, scope.Organization, string(scope.Environment), id)
	if err != nil {
		return account.Plan{}, err
	}
	if !found {
		return account.Plan{}, account.ErrNoPlan
	}
	return r.plan(), nil
}

func (p plans) List(ctx context.Context, scope organization.Scope) ([]account.Plan, error) {
	rows, err := all[planRow](ctx, p.l, planList, scope.Organization, string(scope.Environment))
	if err != nil {
		return nil, err
	}
	list := make([]account.Plan, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.plan())
	}
	return list, nil
}

func (p plans) Add(ctx context.Context, plan account.Plan) (account.Plan, error) {
	next := plan.ID == 0
	if next {
		last, err := p.l.number(ctx, planLast, plan.Scope.Organization, string(plan.Scope.Environment))
		if err != nil {
			return account.Plan{}, err
		}
		plan.ID = last + 1
	}
	n, err := p.l.exec(ctx, planInsert, plan.Scope.Organization, string(plan.Scope.Environment), plan.ID, plan.Name,
		truth(plan.Monitors), micros(plan.CreatedAt), micros(plan.UpdatedAt))
	switch {
	case err != nil:
		return account.Plan{}, err
	case n == 0 && next: // somebody else took it just now
		p.l.again = true
		return account.Plan{}, errBetween
	case n == 0:
		return account.Plan{}, outbound.ErrIdentifierUsed
	}
	return plan, nil
}
