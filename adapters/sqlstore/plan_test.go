package sqlstore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/test/contract"
)

// crowd fills the tables with what a busy gateway holds, behind the store's back.
var crowd = map[string][]string{
	"sqlite":   crowded(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)`, `n`, `CAST('x' AS BLOB)`, `CAST(CAST(i AS TEXT) AS BLOB)`),
	"postgres": crowded(``, `generate_series(1, 6000) AS n (i)`, hashes, hashes),
}

const hashes = `decode(md5(CAST(i AS text)), 'hex')`

// crowded takes an expression for bytes, and one for bytes that differ from row to row.
func crowded(with, from, bytes, unique string) []string {
	insert := func(table, columns, values string) string {
		return fmt.Sprintf(`INSERT INTO %s (%s) %s SELECT %s FROM %s WHERE i > 100`, table, columns, with, values, from)
	}
	return []string{
		`INSERT INTO organizations (id, domain, name, hosts, demo, created_at) VALUES ('o2', 'o2', 'O', 'null', 0, 0)`,
		insert(`accounts`, `id, organization, environment, country, type, plan_id, active, created_at, updated_at, version, sequence, sealed, sealed_key`,
			`i, CASE i % 2 WHEN 0 THEN 'o1' ELSE 'o2' END, 'production', 'SE', 'SINGLE', 0, 1, 0, 0, 1, 1, `+bytes+`, 'one'`),
		insert(`facts`, `organization, environment, kind, subject, sequence, at, actor, details`,
			`CASE i % 8 WHEN 0 THEN 'o1' ELSE 'o2' END, 'production', CASE i % 6 WHEN 0 THEN 'session.completed' WHEN 1 THEN 'session.refused' ELSE 'k' END, 'x/' || CAST(i AS text), 1, i, 'system', ''`),
		insert(`access_tokens`, `id, organization, environment, kind, account, client, hash, created_at, expires_at`,
			`i, 'o1', 'production', 'app', i, 'c1', `+bytes+`, 0, 0`),
		insert(`deliveries`, `destination, fact, due_at, attempts`, `'broker', i, 0, 0`),
		insert(`sessions`, `id, organization, environment, state, account, opened_at, expires_at, settled_at, claim_owner, version, sequence, reference, reference_key, sealed, sealed_key, due_at, watch_at, ticket`,
			`'s' || CAST(i AS text), 'o1', 'production', 'pending', i, i, i, CASE WHEN i % 10 = 0 THEN NULL ELSE i END, '', 1, 1, `+bytes+`, 'one', `+bytes+`, 'one', i, i, CASE i % 3 WHEN 0 THEN `+unique+` END`),
		insert(`clients`, `id, organization, environment, kind, identifier, secret, name, grants, demo, created_at`,
			`'x' || CAST(i AS text), 'o1', 'production', 'eid', 'web' || CAST(i AS text), `+bytes+`, '', '{}', 0, 0`),
		insert(`documents`, `id, organization, environment, session, created_at, kept_until, sealed_key, sealed`,
			`'d' || CAST(i AS text), 'o1', 'production', '', 0, i, 'one', `+bytes),
		insert(`evidence`, `session, organization, environment, created_at, kept_until, sealed_key, sealed`,
			`'s' || CAST(i AS text), 'o1', 'production', 0, i, 'one', `+bytes),
		insert(`callbacks`, `session, organization, environment, client, state, due_at, created_at, settled_at, attempts`,
			`'s' || CAST(i AS text), 'o1', 'production', '', CASE i % 10 WHEN 0 THEN 'waiting' ELSE 'delivered' END, i, 0, CASE i % 10 WHEN 0 THEN NULL ELSE i END, 0`),
	}
}

// TestHotStatementsWalkAnIndex holds the statements that run all the time, or over long tables, to a plan that reads
// what they need and sorts nothing.
func TestHotStatementsWalkAnIndex(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			address := url(t)
			s := open(t, sqlstore.Config{URL: address}, contract.NewRing("one"))
			furnish(t, s)
			walk(t, name, busy(t, name, address, crowd[name]), []walked{
				{"the number of accounts", sqlstore.AccountTotal, []any{"o1", "production"},
					"COVERING INDEX accounts_by_scope", "Index Only Scan using accounts_by_scope", nil},
				{"a page of accounts", sqlstore.AccountPage, []any{"o1", "production", 20, 1000},
					"COVERING INDEX accounts_by_scope", "Index Only Scan using accounts_by_scope",
					[]string{"Sort", "Seq Scan on accounts", "TEMP B-TREE", "SCAN a"}},
				{"facts of a scope", sqlstore.FactList, []any{"o1", "production", int64(50), 100},
					"INDEX facts_by_scope", "Index Scan using facts_by_scope", []string{"Sort", "TEMP B-TREE"}},
				{"a bearer", sqlstore.BearerByID, []any{int64(1)}, "INTEGER PRIMARY KEY", "access_tokens_pkey",
					[]string{"Seq Scan on accounts", "Seq Scan on access_tokens"}},
				{"sessions that are due", sqlstore.SessionsDue, []any{int64(1), int64(1), 100, 0}, "INDEX sessions_due", "sessions_due",
					[]string{"Sort", "TEMP B-TREE"}},
				{"pending sessions of an account", sqlstore.PendingOf, []any{int64(500), "o1", "production"},
					"INDEX sessions_by_account", "sessions_by_account", nil},
				{"sessions by reference", sqlstore.ByReference, []any{"o1", "production", []byte("x"), []byte("y")},
					"INDEX sessions_by_reference", "sessions_by_reference", nil},
				{"a session by ticket", sqlstore.ByTicket, []any{[]byte("x")}, "INDEX sessions_by_ticket", "sessions_by_ticket", nil},
				{"the sessions that changed of a few that are watched", s.SessionsWatched(), []any{watchedTickets(3)},
					"SEARCH sessions USING INDEX sessions_by_ticket (ticket=?)", "Index Scan using sessions_by_ticket", scanned},
				{"the sessions that changed of 2,000 that are watched", s.SessionsWatched(), []any{watchedTickets(2000)},
					"SEARCH sessions USING INDEX sessions_by_ticket (ticket=?)", "Index Scan using sessions_by_ticket", scanned},
				{"usage of a while", s.Usage(), []any{int64(3000), int64(3300)}, "SEARCH facts USING INDEX facts_settled (at>? AND at<?)",
					"facts_settled", []string{"Seq Scan on facts", "SCAN facts"}},
				{"a claim on sessions", s.SessionsClaim(), []any{int64(400), 100, "watch/x", int64(9), int64(9)}, "INDEX sessions_watched",
					"Index Scan using sessions_watched", []string{"Sort", "TEMP B-TREE", "Seq Scan on sessions", "SCAN sessions"}},
				{"a renewal of claims", sqlstore.SessionsRenew, []any{int64(1), int64(1), int64(1), "watch/x", "s1", "s2"},
					"sqlite_autoindex_sessions_1 (id=?)", "sessions_pkey", []string{"Seq Scan on sessions"}},
				{"a client that acts", sqlstore.ClientActing, []any{"eid", "web500"}, "SEARCH c USING INDEX sqlite_autoindex_clients_2",
					"clients_kind_identifier_key", []string{"Seq Scan on clients"}},
				{"a client that asks about a session", sqlstore.ClientAsking, []any{"s500", "eid", "web500"},
					"SEARCH s USING INDEX sqlite_autoindex_sessions_1 (id=?)", "sessions_pkey",
					[]string{"Seq Scan on sessions", "Seq Scan on clients", "SCAN c", "SCAN s"}},
				{"a claim on callbacks", s.CallbacksClaim(), []any{int64(400), 100, int64(9)}, "INDEX callbacks_due",
					"Index Scan using callbacks_due", []string{"Sort", "TEMP B-TREE"}},
				{"documents whose time is over", sqlstore.DocumentsPurge, []any{int64(150), 10}, "INDEX documents_by_time", "documents_by_time", nil},
				{"evidence whose time is over", sqlstore.EvidencePurge, []any{int64(150), 10}, "INDEX evidence_by_time", "evidence_by_time", nil},
				{"callbacks that ended", sqlstore.CallbacksPurge, []any{int64(150), 10}, "INDEX callbacks_settled", "callbacks_settled", nil},
				{"a claim on deliveries", s.DeliveryClaim(), []any{"broker", int64(1), 100, int64(2), "broker"},
					"PRIMARY KEY (destination=?)", "deliveries_pkey", []string{"Sort", "TEMP B-TREE"}},
			})
		})
	}
}

// scanned is what no plan for watched sessions may say.
var scanned = []string{"Seq Scan on sessions", "SCAN sessions", "Hash Join", "Merge Join", "AUTOMATIC", "Sort"}

// watchedTickets names n tickets by their hashes, as the statement for watched sessions takes them.
func watchedTickets(n int) string {
	known := make([]string, n)
	for i := range known {
		known[i] = fmt.Sprintf(`"%064x":%d`, i, i)
	}
	return "{" + strings.Join(known, ",") + "}"
}

// busy is the database with rows of which it knows how many there are.
func busy(t *testing.T, dialect, address string, statements []string) *sqlx.DB {
	t.Helper()
	db := raw(t, address)
	db.SetMaxOpenConns(1)
	for _, statement := range append(slices.Clone(statements), map[string]string{"sqlite": `ANALYZE`, "postgres": `VACUUM ANALYZE`}[dialect]) {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	return db
}

// walked is a statement and its plan.
type walked struct {
	what, statement string
	args            []any
	sqlite, other   string   // what the plan has to say
	not             []string // and what it must not say
}

func walk(t *testing.T, dialect string, db *sqlx.DB, statements []walked) {
	t.Helper()
	for _, c := range statements {
		plan, want := explain(t, db.Rebind, c.statement, dialect, c.args, func(statement string, args ...any) []string {
			rows, err := db.Queryx(statement, args...)
			if err != nil {
				t.Fatalf("%s: %v", c.what, err)
			}
			defer func() { _ = rows.Close() }()
			var lines []string
			for rows.Next() {
				columns, err := rows.SliceScan()
				if err != nil {
					t.Fatal(err)
				}
				lines = append(lines, fmt.Sprint(columns[len(columns)-1]))
			}
			return lines
		}), c.other
		if dialect == "sqlite" {
			want = c.sqlite
		}
		if !strings.Contains(plan, want) {
			t.Errorf("%s does not use %q:\n%s", c.what, want, plan)
		}
		for _, not := range c.not {
			if strings.Contains(plan, not) {
				t.Errorf("%s does %q:\n%s", c.what, not, plan)
			}
		}
	}
}

// explain asks for a statement's plan.
func explain(t *testing.T, rebind func(string) string, statement, dialect string, args []any, query func(string, ...any) []string) string {
	t.Helper()
	if dialect == "sqlite" {
		return strings.Join(query(`EXPLAIN QUERY PLAN `+statement, args...), "\n")
	}
	literals := make([]string, len(args))
	for i, a := range args {
		literals[i] = fmt.Sprintf("'%v'", a)
		if b, ok := a.([]byte); ok {
			literals[i] = fmt.Sprintf(`'\x%x'`, b)
		}
	}
	query(`PREPARE asked AS ` + rebind(statement))
	plan := query(`EXPLAIN EXECUTE asked (` + strings.Join(literals, ", ") + `)`)
	query(`DEALLOCATE asked`)
	return strings.Join(plan, "\n")
}
