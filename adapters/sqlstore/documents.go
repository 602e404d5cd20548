package sqlstore

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

type documents struct{ l *link }

const (
	documentByID = `SELECT session, created_at, kept_until, sealed FROM documents
		WHERE id = ? AND organization = ? AND environment = ?`
	documentInsert = `INSERT INTO documents (id, organization, environment, session, created_at, kept_until, sealed_key, sealed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	documentRemove = `DELETE FROM documents WHERE id = ? AND organization = ? AND environment = ?`
	documentsPurge = `DELETE FROM documents WHERE id IN (
		SELECT id FROM documents WHERE kept_until <= ? ORDER BY kept_until LIMIT ?)`
)

type documentRow struct {
	session       string
	created, kept int64
	sealed        []byte
}

func (r *documentRow) fields() []any { return []any{&r.session, &r.created, &r.kept, &r.sealed} }

// documentHead stands before the content in a document's sealed value.
type documentHead struct {
	Name []byte `json:"name,omitempty"`
	Hash string `json:"hash"`
}

func (d documents) Find(ctx context.Context, scope organization.Scope, id string) (outbound.KeptDocument, error) {
	var r documentRow
	found, err := d.l.one(ctx, &r, documentByID, id, scope.Organization, string(scope.Environment))
	if err != nil || !found {
		return outbound.KeptDocument{}, or(err, eid.ErrNoDocument)
	}
	var head documentHead
	content, err := d.l.store.unsealBulk(ctx, documentPlace(scope, id), r.sealed, &head)
	if err != nil {
		return outbound.KeptDocument{}, err
	}
	return outbound.KeptDocument{
		Document: eid.Document{ID: id, Name: string(head.Name), Hash: head.Hash, Content: content},
		Scope:    scope, Session: r.session, CreatedAt: instant(r.created), KeptUntil: instant(r.kept),
	}, nil
}

// Add fails with [outbound.ErrIdentifierUsed].
func (d documents) Add(ctx context.Context, one outbound.KeptDocument) error {
	head := documentHead{Name: []byte(one.Name), Hash: one.Hash}
	sealed, key, err := d.l.store.sealBulk(ctx, documentPlace(one.Scope, one.ID), head, one.Content)
	if err != nil {
		return err
	}
	n, err := d.l.exec(ctx, documentInsert, one.ID, one.Scope.Organization, string(one.Scope.Environment), one.Session,
		micros(one.CreatedAt), micros(one.KeptUntil), key, sealed)
	if err == nil && n == 0 {
		return outbound.ErrIdentifierUsed
	}
	return err
}

func (d documents) Remove(ctx context.Context, scope organization.Scope, id string) error {
	n, err := d.l.exec(ctx, documentRemove, id, scope.Organization, string(scope.Environment))
	if err == nil && n == 0 {
		return eid.ErrNoDocument
	}
	return err
}

func (d documents) Purge(ctx context.Context, now time.Time, n int) (int, error) {
	gone, err := d.l.exec(ctx, documentsPurge, micros(now), max(n, 0))
	return int(gone), err
}
