package sqlstore_test

import (
	"fmt"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/test/contract"
)

// directories fills the tables with a large directory in two scopes.
var directories = map[string][]string{
	"sqlite":   crowdedDirectories(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)`, `n`, `CAST('x' AS BLOB)`, `CAST(CAST(i AS TEXT) AS BLOB)`),
	"postgres": crowdedDirectories(``, `generate_series(1, 8000) AS n (i)`, hashes, hashes),
}

func crowdedDirectories(with, from, bytes, unique string) []string {
	insert := func(table, columns, values string) string {
		return fmt.Sprintf(`INSERT INTO %s (%s) %s SELECT %s FROM %s`, table, columns, with, values, from)
	}
	id, whose := `CAST(i AS text)`, `CASE i % 8 WHEN 0 THEN 'o1' ELSE 'o2' END, 'production'`
	return []string{
		`INSERT INTO organizations (id, root, domain, name, hosts, demo, created_at) VALUES ('o2', 'o2', 'o2', 'O', 'null', 0, 0)`,
		insert(`organizations`, `id, root, domain, name, hosts, demo, created_at`, `'m' || `+id+`, CASE i % 8 WHEN 0 THEN 'o1' ELSE 'o2' END, 'm' || `+id+`, 'M', 'null', 0, i`),
		insert(`reserved_domains`, `domain, organization, root`, `'m' || `+id+`, 'm' || `+id+`, 'o1'`),
		insert(`users`, `id, organization, environment, created_at, updated_at, version, sequence, sealed_key, sealed`, `'u' || `+id+`, `+whose+`, i, i, 1, 1, 'one', `+bytes),
		insert(`user_emails`, `organization, environment, key_id, fingerprint, user_id`, whose+`, 'one', `+unique+`, 'u' || `+id),
		insert(`metakeys`, `id, organization, environment, name, type, required, created_at, sequence`, `'k' || `+id+`, `+whose+`, 'n' || `+id+`, 'string', 0, i, 1`),
		insert(`user_metadata`, `organization, environment, user_id, metakey, id, position, sealed_key, sealed`, whose+`, 'u' || `+id+`, 'k' || `+id+`, 'm', 1, 'one', `+bytes),
		insert(`sso_connections`, `id, organization, environment, root, service_provider, active, provider, policy, seats, default_redirection, created_at, updated_at, version, sequence, sealed_key, sealed`,
			`'c' || `+id+`, 'm' || `+id+`, 'production', CASE i % 8 WHEN 0 THEN 'o1' ELSE 'o2' END, '', 1, '', '', 0, '', i, i, 1, 1, 'one', `+bytes),
		insert(`applications`, `id, organization, environment, name, type, settings, created_at, updated_at, version, sequence`, `'a' || `+id+`, `+whose+`, 'A', 'react', '{}', i, i, 1, 1`),
		insert(`facts`, `organization, environment, kind, subject, sequence, at, actor, details`, whose+`, 'kind' || CAST(i % 20 AS text), 'x/' || `+id+`, 1, 0, 'system', ''`),
		insert(`clients`, `id, organization, environment, kind, identifier, secret, name, grants, demo, created_at`, `'x' || `+id+`, 'o1', 'production', 'management', 'key' || `+id+`, `+bytes+`, '', '{}', 0, 0`),
	}
}

// TestPagesSkipWithinAnIndex holds lists to what decides how a late page of a long one feels: the rows before it, and how
// many there are, are counted off in an index, in its order, and only the rows of the page are read.
func TestPagesSkipWithinAnIndex(t *testing.T) {
	late := organization.Listing{Limit: 20, Offset: 500}
	oldest := organization.Listing{Limit: 20, Offset: 500, Ascending: true}
	updated := organization.Listing{Limit: 20, Offset: 500, By: organization.FieldUpdated}
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			address := url(t)
			s := open(t, sqlstore.Config{URL: address}, contract.NewRing("one"))
			furnish(t, s)
			db := busy(t, name, address, directories[name])
			page := func(what, index, alias, table string, text string, args []any) walked {
				return walked{
					what, text, args, "SEARCH " + alias + " USING COVERING INDEX " + index, "Index Only Scan",
					[]string{"Sort", "TEMP B-TREE FOR", "Seq Scan on " + table, "SCAN " + alias + "\n", "Index Scan using " + index, "Index Scan Backward using " + index, "Bitmap"},
				}
			}
			users, userArgs := sqlstore.UsersPage(scope, late)
			old, oldArgs := sqlstore.UsersPage(scope, oldest)
			changed, changedArgs := sqlstore.UsersPage(scope, updated)
			keys, keyArgs := sqlstore.MetaKeysPage(scope, late)
			under, underArgs := sqlstore.OrganizationsPage("o1", late)
			events, eventArgs := sqlstore.EventsPage(scope, nil, late)
			oldestEvents, oldestArgs := sqlstore.EventsPage(scope, nil, oldest)
			tail := []string{"Seq Scan on facts", "SCAN f\n", "Bitmap", "Index Scan using facts_by_scope", "Index Scan Backward using facts_by_scope"}
			some, someArgs := sqlstore.EventsPage(scope, []string{"kind0", "kind4", "kind8"}, organization.Listing{Limit: 20, Offset: 50})
			recent, recentArgs := sqlstore.EventsPage(scope, nil, organization.Listing{Limit: 20, Offset: 50, Where: []organization.Condition{
				{Field: audit.FieldPosition, Test: organization.Above, Values: []string{"100"}}, {Field: audit.FieldAt, Test: organization.AtLeast, Values: []string{"0"}},
			}})
			applications, applicationArgs := sqlstore.ApplicationsPage(scope, late)
			connections, connectionArgs := sqlstore.ConnectionsPage("o1", late)
			ids := make([]any, 8)
			for i := range ids {
				ids[i] = fmt.Sprint("u", 8*i+8)
			}
			noScan := []string{"Sort", "TEMP B-TREE", "Seq Scan on organizations", "Seq Scan on clients", "Seq Scan on reserved_domains", "SCAN t", "SCAN o", "SCAN c", "SCAN g", "SCAN k", "Seq Scan on sso_connections"}
			walk(t, name, db, []walked{
				page("a page of users", "users_by_scope", "u", "users", users, userArgs),
				page("the oldest users", "users_by_scope", "u", "users", old, oldArgs),
				page("users as they were changed", "users_by_update", "u", "users", changed, changedArgs),
				page("a page of keys", "metakeys_by_scope", "k", "metakeys", keys, keyArgs),
				page("a page of organizations", "organizations_by_root", "o", "organizations", under, underArgs),
				page("a page of applications", "applications_by_scope", "a", "applications", applications, applicationArgs),
				page("a page of connections", "sso_connections_by_root", "c", "sso_connections", connections, connectionArgs),
				// What was told of the organization itself in the other environment is a handful, which may be sorted.
				{"a page of events", events, eventArgs, "SEARCH f USING COVERING INDEX facts_by_scope", "Index Only Scan Backward using facts_by_scope", tail},
				{"a page of events, merged", events, eventArgs, "MERGE (UNION ALL)", "Merge Append", tail},
				{"a page of events, of the organization itself", events, eventArgs, "SEARCH f USING INDEX sqlite_autoindex_facts_1 (subject=?)", "facts_subject_sequence_key", tail},
				{"a page of the oldest events", oldestEvents, oldestArgs, "MERGE (UNION ALL)", "Merge Append", tail},
				page("events of some kinds", "facts_by_scope", "f", "facts", some, someArgs),
				{"events from some time on", recent, recentArgs, "SEARCH f USING COVERING INDEX facts_by_scope (organization=? AND environment=? AND position>?)", "Index Only Scan Backward using facts_by_scope", tail},
				{"the number of users", sqlstore.UserCount, []any{"o1", "production"}, "COVERING INDEX users_by", "Index Only Scan using users_by", nil},
				{"the values of users", sqlstore.Metadata, ids, "USING INDEX sqlite_autoindex_user_metadata_1 (user_id=?)", "user_metadata_pkey", []string{"Seq Scan on user_metadata"}},
				{"a user", sqlstore.UserByID, []any{"u8", "o1", "production"}, "SEARCH u USING INDEX sqlite_autoindex_users_1", "users_pkey",
					[]string{"Seq Scan on users", "Seq Scan on user_metadata", "SCAN u", "SCAN m"}},
				{"a user by address", sqlstore.UserByEmail, []any{"o1", "production", "one", []byte("x")}, "SEARCH e USING PRIMARY KEY", "user_emails_pkey",
					[]string{"Seq Scan on users", "Seq Scan on user_metadata", "SCAN u", "SCAN m"}},
				{"a client that manages", sqlstore.Managing(organization.Target{}), []any{"key5"}, "SEARCH c USING INDEX sqlite_autoindex_clients_2", "clients_kind_identifier_key", noScan},
				{"a client that manages by domain", sqlstore.Managing(organization.Target{Domain: "m8"}), []any{"m8", "m8", "key5"},
					"SEARCH c USING INDEX sqlite_autoindex_clients_2", "clients_kind_identifier_key", noScan},
				{"a client that manages by connection", sqlstore.Managing(organization.Target{Connection: "c8"}), []any{"c8", "key5"},
					"SEARCH c USING INDEX sqlite_autoindex_clients_2", "clients_kind_identifier_key", noScan},
				{"a client that manages by identifier", sqlstore.Managing(organization.Target{ID: "m8"}), []any{"m8", "key5"},
					"SEARCH c USING INDEX sqlite_autoindex_clients_2", "clients_kind_identifier_key", noScan},
			})
		})
	}
}
