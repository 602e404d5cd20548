package sqlstore_test

import (
	"slices"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/test/contract"
)

// TestEveryTableOfAScopeCountsForWhetherItIsOccupied looks at the schema: a table that a later migration adds must be
// among those that are asked, unless its rows cannot be there without one of theirs.
func TestEveryTableOfAScopeCountsForWhetherItIsOccupied(t *testing.T) {
	address := sqliteURL(t)
	open(t, sqlstore.Config{URL: address}, contract.NewRing("one"))
	var tables []string
	err := raw(t, address).SelectContext(t.Context(), &tables, `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND c.name = 'environment' ORDER BY m.name`)
	if err != nil {
		t.Fatal(err)
	}
	others := map[string]string{
		"facts":        "stay",
		"signing_keys": "serve both environments",
		"applications": "are asked for with a condition of their own",
		"email_claims": "are an account's", "number_claims": "are an account's",
		"user_emails": "are a user's", "user_metadata": "are a user's",
		"redirections": "are a connection's", "invitations": "are a connection's",
	}
	for _, table := range tables {
		if (others[table] != "") == slices.Contains(sqlstore.Scoped, table) {
			t.Errorf("%s must be asked, or be known not to", table)
		}
	}
	if len(tables) != len(others)+len(sqlstore.Scoped) {
		t.Errorf("there are %d tables with scopes, and %d are known", len(tables), len(others)+len(sqlstore.Scoped))
	}
}
