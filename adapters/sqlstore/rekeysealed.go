package sqlstore

import (
	"context"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// sealedTable is a table whose rows are sealed and found by no fingerprint: a row moves as it is, whatever it holds.
type sealedTable struct {
	table, key string
	place      func(scope organization.Scope, key string) outbound.Place
	most       int // that one transaction moves
}

var sealedTables = []sealedTable{
	{"clients", "id", clientPlace, movedAtOnce},
	{"documents", "id", documentPlace, 2}, // of 10 MiB each
	{"evidence", "session", evidencePlace, movedAtOnce},
	{"callbacks", "session", callbackPlace, movedAtOnce},
	{"sso_connections", "id", connectionPlace, 5}, // with metadata of up to 1 MiB each
	{"signing_keys", "id", signingKeyPlace, movedAtOnce},
}

// about puts the table's names into a statement.
func (t sealedTable) about(text string) string {
	return strings.NewReplacer("TABLE", t.table, "KEY", t.key).Replace(text)
}

const (
	anySealed = `SELECT KEY FROM TABLE WHERE KEY > ? AND sealed_key <> ? ORDER BY KEY LIMIT ?`
	anyToMove = `SELECT organization, environment, sealed FROM TABLE WHERE KEY = ?`
	anyMoved  = `UPDATE TABLE SET sealed_key = ?, sealed = ? WHERE KEY = ?`
	anyCount  = `SELECT COUNT(*) FROM TABLE WHERE sealed_key = ?`
)

type sealedRow struct {
	organization, environment string
	sealed                    []byte // NULL when there is nothing to move any more
}

func (r *sealedRow) fields() []any { return []any{&r.organization, &r.environment, &r.sealed} }

// move is the mover of one table.
func (t sealedTable) move(s *Store) func(ctx context.Context, l *link, place any) error {
	find, moved := t.about(anyToMove)+s.dialect.lockRow, t.about(anyMoved)
	return func(ctx context.Context, l *link, key any) error {
		var r sealedRow
		found, err := l.one(ctx, &r, find, key)
		if err != nil || !found || r.sealed == nil {
			return err
		}
		scope := organization.Scope{Organization: r.organization, Environment: organization.Environment(r.environment)}
		place := t.place(scope, key.(string))
		clear, err := s.sealer.Open(ctx, place, r.sealed)
		if err != nil {
			return lost(place.Record+", "+place.Field, err)
		}
		sealed, with, err := s.sealer.Seal(ctx, place, clear)
		if err != nil {
			return err
		}
		_, err = l.exec(ctx, moved, with, sealed, key)
		return err
	}
}
