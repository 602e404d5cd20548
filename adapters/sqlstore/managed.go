package sqlstore

import (
	"context"

	"github.com/eidgate/eidgate/domain/organization"
)

const organizationManaged = organizationColumns + ` WHERE o.root = ? AND o.id <> ? ORDER BY o.id`

// Managed holds the root first: what was founded under it meanwhile is seen by the statement that comes after.
func (o organizations) Managed(ctx context.Context, root string) ([]organization.Organization, error) {
	if err := o.hold(ctx, root, o.l.store.dialect.lockRow); err != nil {
		return nil, err
	}
	rows, err := all[organizationRow](ctx, o.l, organizationManaged, root, root)
	if err != nil {
		return nil, err
	}
	return organizationsOf(rows)
}
