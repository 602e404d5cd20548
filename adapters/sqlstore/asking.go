package sqlstore

import (
	"context"
	"database/sql"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

// Every request of a client begins with one of these, so each is one statement.

const (
	clientActing = `SELECT ` + clientFields + `, ` + organizationFields + `
		FROM clients c JOIN organizations o ON o.id = c.organization WHERE c.kind = ? AND c.identifier = ?`
	clientAsking = `SELECT ` + clientFields + `, s.id, COALESCE(s.state, ''), COALESCE(s.opened_at, 0), COALESCE(s.expires_at, 0),
		s.settled_at, s.due_at, COALESCE(s.claim_owner, ''), s.claim_until, COALESCE(s.version, 0), COALESCE(s.sequence, 0), s.sealed
		FROM clients c
		LEFT JOIN sessions s ON s.id = ? AND s.organization = c.organization AND s.environment = c.environment
		WHERE c.kind = ? AND c.identifier = ?`
)

type actingRow struct {
	c clientRow
	o organizationRow
}

func (r *actingRow) fields() []any { return append(r.c.fields(), r.o.fields()...) }

func (c clients) Acting(ctx context.Context, kind organization.Kind, identifier string) (organization.Acting, error) {
	var r actingRow
	found, err := c.l.one(ctx, &r, clientActing, string(kind), identifier)
	if err != nil || !found {
		return organization.Acting{}, or(err, organization.ErrNoClient)
	}
	client, err := c.restore(ctx, &r.c)
	if err != nil {
		return organization.Acting{}, err
	}
	home, err := r.o.organization()
	if err != nil {
		return organization.Acting{}, err
	}
	return organization.Acting{Client: client, Organization: home}, nil
}

// askingRow is a client with the session that it asks about; its identifier is NULL when there is none.
type askingRow struct {
	c  clientRow
	id sql.NullString
	s  sessionRow
}

func (r *askingRow) fields() []any {
	s := &r.s
	return append(r.c.fields(), &r.id, &s.state, &s.opened, &s.expires, &s.settled, &s.due, &s.claimOwner, &s.claimUntil,
		&s.version, &s.sequence, &s.sealed)
}

func (c clients) Asking(
	ctx context.Context, kind organization.Kind, identifier, session string,
) (organization.Client, *eid.Session, error) {
	if !storable([]any{session}) {
		session = "" // no session is named so; the client is to be found all the same
	}
	var r askingRow
	found, err := c.l.one(ctx, &r, clientAsking, session, string(kind), identifier)
	if err != nil || !found {
		return organization.Client{}, nil, or(err, organization.ErrNoClient)
	}
	client, err := c.restoreBare(ctx, &r.c)
	if err != nil || !r.id.Valid {
		return client, nil, err
	}
	r.s.id, r.s.organization, r.s.environment = r.id.String, r.c.organization, r.c.environment
	one, err := sessions(c).restore(ctx, &r.s)
	if err != nil {
		return organization.Client{}, nil, err
	}
	return client, one, nil
}
