package sqlstore

import (
	"context"

	"github.com/eidgate/eidgate/domain/organization"
)

// Every request of a management client begins with one statement: who it is, and what it wants to act on. The target is
// looked for under the client's own organization and nowhere else, and what is not there does not keep the client from
// being found. A client of an organization that another one manages finds nothing: it is no root.

var (
	managed     = clientFields + `, ` + organizationFields + `, ` + organizationOrNone("t")
	managingOwn = `SELECT ` + clientFields + `, ` + organizationFields + `, ` + organizationFields + `, '', '', ''
		FROM clients c JOIN organizations o ON o.id = c.organization` + managingWho
	managingByDomain = `SELECT ` + managed + `, COALESCE(g.organization, ''), COALESCE(g.root, ''), COALESCE(g.domain, '')
		FROM clients c JOIN organizations o ON o.id = c.organization
		LEFT JOIN organizations t ON t.domain = ? AND t.root = o.id
		LEFT JOIN reserved_domains g ON g.domain = ? AND g.root = o.id` + managingWho
	managingByID = `SELECT ` + managed + `, '', '', ''
		FROM clients c JOIN organizations o ON o.id = c.organization
		LEFT JOIN organizations t ON t.id = ? AND t.root = o.id` + managingWho
	managingByConnection = `SELECT ` + managed + `, '', '', ''
		FROM clients c JOIN organizations o ON o.id = c.organization
		LEFT JOIN sso_connections k ON k.id = ? AND k.environment = c.environment
		LEFT JOIN organizations t ON t.id = k.organization AND t.root = o.id` + managingWho
)

const managingWho = ` WHERE c.kind = 'management' AND c.identifier = ?`

type managingRow struct {
	c          clientRow
	root, goal organizationRow
	gone       goneRow
}

func (r *managingRow) fields() []any {
	return append(append(append(r.c.fields(), r.root.fields()...), r.goal.fields()...), r.gone.fields()...)
}

func (c clients) Managing(ctx context.Context, identifier string, target organization.Target) (organization.Managing, error) {
	text, args := managingOf(target)
	for i, a := range args {
		if !storable([]any{a}) {
			args[i] = "" // nothing is named so; the client is to be found all the same
		}
	}
	var r managingRow
	found, err := c.l.one(ctx, &r, text, append(args, identifier)...)
	if err != nil || !found {
		return organization.Managing{}, or(err, organization.ErrNoClient)
	}
	var m organization.Managing
	if m.Client, err = c.restore(ctx, &r.c); err != nil {
		return organization.Managing{}, err
	}
	if m.Root, err = r.root.organization(); err != nil {
		return organization.Managing{}, err
	}
	if r.goal.id == "" {
		m.Gone = organization.Gone{ID: r.gone.id, Root: r.gone.root, Domain: r.gone.domain}
		return m, nil
	}
	if m.Target, err = r.goal.organization(); err != nil {
		return organization.Managing{}, err
	}
	return m, nil
}

func managingOf(t organization.Target) (text string, args []any) {
	switch {
	case t.Domain != "":
		return managingByDomain, []any{t.Domain, t.Domain}
	case t.ID != "":
		return managingByID, []any{t.ID}
	case t.Connection != "":
		return managingByConnection, []any{t.Connection}
	}
	return managingOwn, nil
}
