package sqlstore

import (
	"context"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type metakeys struct{ l *link }

const (
	metakeyFields = `k.id, k.organization, k.environment, k.name, k.type, k.required, k.created_at, k.sequence`
	metakeysOf    = `SELECT ` + metakeyFields + ` FROM metakeys k WHERE k.organization = ? AND k.environment = ?`
	metakeyByName = metakeysOf + ` AND k.name = ?`
	metakeysAll   = metakeysOf + ` ORDER BY k.name`
	metakeyInsert = `INSERT INTO metakeys (id, organization, environment, name, type, required, created_at, sequence)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	metakeyTaken  = `SELECT COUNT(*) FROM metakeys WHERE organization = ? AND environment = ? AND name = ?`
	metakeyDelete = `DELETE FROM metakeys WHERE id = ? AND organization = ? AND environment = ?`
)

var metakeyList = listed{
	table: "metakeys k", key: "k.id", fields: metakeyFields,
	known: map[string]column{
		organization.FieldCreated:  {name: "k.created_at", whole: true},
		organization.FieldName:     {name: "k.name"},
		organization.FieldType:     {name: "k.type"},
		organization.FieldRequired: {name: "k.required", whole: true},
	},
}

type metakeyRow struct {
	id, organization, environment, name, kind string
	required, created, sequence               int64
}

func (r *metakeyRow) fields() []any {
	return []any{&r.id, &r.organization, &r.environment, &r.name, &r.kind, &r.required, &r.created, &r.sequence}
}

func metakeysIn(rows []metakeyRow) []organization.MetaKey {
	list := make([]organization.MetaKey, 0, len(rows))
	for _, r := range rows {
		list = append(list, organization.MetaKey{
			ID:    r.id,
			Scope: organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)},
			Name:  r.name, Type: organization.MetaType(r.kind), Required: r.required != 0, CreatedAt: instant(r.created),
			Sequence: r.sequence,
		})
	}
	return list
}

func (k metakeys) FindByName(ctx context.Context, scope organization.Scope, name string) (organization.MetaKey, error) {
	var r metakeyRow
	found, err := k.l.one(ctx, &r, metakeyByName, scope.Organization, string(scope.Environment), name)
	if err != nil || !found {
		return organization.MetaKey{}, or(err, organization.ErrNoMetaKey)
	}
	return metakeysIn([]metakeyRow{r})[0], nil
}

func (k metakeys) All(ctx context.Context, scope organization.Scope) ([]organization.MetaKey, error) {
	rows, err := all[metakeyRow](ctx, k.l, metakeysAll, scope.Organization, string(scope.Environment))
	if err != nil {
		return nil, err
	}
	return metakeysIn(rows), nil
}

func (k metakeys) List(ctx context.Context, scope organization.Scope, q organization.Listing) ([]organization.MetaKey, int, error) {
	rows, total, err := page[metakeyRow](ctx, k.l, metakeyList, ofScope("k", scope), q)
	if err != nil {
		return nil, 0, err
	}
	return metakeysIn(rows), total, nil
}

func (k metakeys) Add(ctx context.Context, one organization.MetaKey) error {
	n, err := k.l.exec(ctx, metakeyInsert, one.ID, one.Scope.Organization, string(one.Scope.Environment), one.Name,
		string(one.Type), truth(one.Required), micros(one.CreatedAt), one.Sequence)
	if err != nil || n > 0 {
		return err
	}
	taken, err := k.l.number(ctx, metakeyTaken, one.Scope.Organization, string(one.Scope.Environment), one.Name)
	if err == nil && taken == 0 {
		return outbound.ErrIdentifierUsed
	}
	return or(err, organization.ErrMetaKeyTaken)
}

// Remove takes the values along by the database's own doing.
func (k metakeys) Remove(ctx context.Context, one organization.MetaKey) error {
	n, err := k.l.exec(ctx, metakeyDelete, one.ID, one.Scope.Organization, string(one.Scope.Environment))
	if err != nil || n == 0 {
		return or(err, organization.ErrNoMetaKey)
	}
	return nil
}
