package sqlstore

import (
	"context"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

// scoped are the tables whose rows go with an organization and are there in one environment by themselves. What is
// missing here belongs to a row of one of these, or, like the keys that sign, serves both environments.
var scoped = []string{
	"clients", "accounts", "users", "sso_connections", "metakeys", "plans", "documents", "evidence", "callbacks",
	"access_tokens", "login_codes", "receipts", "spent", "sessions",
}

// occupied asks every table for one row. Of a deleted application there is a row, and nothing in it.
var occupied = func() string {
	var b strings.Builder
	b.WriteString(`SELECT CASE WHEN `)
	for _, table := range scoped {
		b.WriteString(`EXISTS (SELECT 1 FROM ` + table + ` WHERE organization = ? AND environment = ?) OR `)
	}
	b.WriteString(`EXISTS (SELECT 1 FROM applications WHERE organization = ? AND environment = ? AND deleted_at IS NULL) THEN 1 ELSE 0 END`)
	return b.String()
}()

// Occupied holds the organization first: whatever names it and is being added meanwhile is waited for, and seen.
func (o organizations) Occupied(ctx context.Context, scope organization.Scope) (bool, error) {
	if err := o.hold(ctx, scope.Organization, o.l.store.dialect.lockRow); err != nil {
		return false, err
	}
	args := make([]any, 0, 2*len(scoped)+2)
	for range len(scoped) + 1 {
		args = append(args, scope.Organization, string(scope.Environment))
	}
	n, err := o.l.number(ctx, occupied, args...)
	return n > 0, err
}
