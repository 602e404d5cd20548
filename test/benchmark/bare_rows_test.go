package benchmark

import (
	"database/sql"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
)

var numbered = regexp.MustCompile(`\$\d+`)

// keep prepares one of the gateway's own statements. It fails when that is not the one that a handler knows.
func keep(t testing.TB, db *sqlx.DB, s statement, begins string) *sqlx.Stmt {
	t.Helper()
	if !strings.HasPrefix(s.text, begins) {
		t.Fatalf("the gateway sends %.60q where the bare handler expects %q", s.text, begins)
	}
	text := s.text
	if db.DriverName() == "sqlite" {
		text = numbered.ReplaceAllString(text, "?")
	}
	kept, err := db.Preparex(text)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	return kept
}

// bytesOf reads what PostgreSQL was given for a bytea.
func bytesOf(t testing.TB, arg []byte) []byte {
	t.Helper()
	value, err := hex.DecodeString(strings.TrimPrefix(string(arg), `\x`))
	if err != nil || len(value) == 0 {
		t.Fatalf("no bytes stand where a bare handler expects some: %v", err)
	}
	return value
}

// Of what the gateway gives to its INSERT of a session, this is what a bare handler repeats.
const (
	referenceKeyOf = 16
	sealedOf       = 17
	sealedKeyOf    = 18
)

type accountRow struct {
	id                                       int64
	organization, environment, country, kind string
	plan, active                             int64
	activated                                sql.NullInt64
	created, updated, version, sequence      int64
	sealed                                   []byte
	planName                                 string
	planMonitors, planCreated, planUpdated   int64
}

type tokenRow struct {
	id                              int64
	organization, environment, kind string
	account                         int64
	client                          string
	hash                            []byte
	created, expires                int64
	used, demo, revoked             sql.NullInt64
}

type clientRow struct {
	id, organization, environment, kind, identifier string
	secret                                          []byte
	name, grants                                    string
	demo, created                                   int64
	revoked                                         sql.NullInt64
	sealed                                          []byte
}

func (r *clientRow) fields() []any {
	return []any{&r.id, &r.organization, &r.environment, &r.kind, &r.identifier, &r.secret, &r.name, &r.grants, &r.demo, &r.created, &r.revoked, &r.sealed}
}

type organizationRow struct {
	id, root, domain, name, hosts, details    string
	demo, created, updated, version, sequence int64
}

func (r *organizationRow) fields() []any {
	return []any{
		&r.id, &r.root, &r.domain, &r.name, &r.hosts, &r.details, &r.demo, &r.created, &r.updated, &r.version, &r.sequence,
	}
}

func (r *accountRow) scan(row *sqlx.Row) error {
	return row.Scan(&r.id, &r.organization, &r.environment, &r.country, &r.kind, &r.plan, &r.active, &r.activated, &r.created,
		&r.updated, &r.version, &r.sequence, &r.sealed, &r.planName, &r.planMonitors, &r.planCreated, &r.planUpdated)
}

// sessionRow is a session beside the client that asks for it.
type sessionRow struct {
	id                sql.NullString
	state             string
	opened, expires   int64
	settled, due      sql.NullInt64
	claimOwner        string
	claimUntil        sql.NullInt64
	version, sequence int64
	sealed            []byte
}

func (r *sessionRow) fields() []any {
	return []any{
		&r.id, &r.state, &r.opened, &r.expires, &r.settled, &r.due, &r.claimOwner, &r.claimUntil, &r.version, &r.sequence, &r.sealed,
	}
}
