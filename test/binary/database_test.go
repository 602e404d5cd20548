package binary_test

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// trail reads the demo organization's facts, with the program's own store and keys.
func (g *gateway) trail(t *testing.T) []audit.Told {
	t.Helper()
	ring, err := vault.Open(filepath.Join(g.data, "keys.json"), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: g.database}, ring, ring)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	var all []audit.Told
	err = store.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
		demo, err := r.Organizations().FindByDomain(ctx, "demo")
		if err != nil {
			return err
		}
		for after := int64(0); ; after = all[len(all)-1].Position {
			some, err := r.Facts().List(ctx, demo.Scope(organization.Production), after, 1000)
			if err != nil || len(some) == 0 {
				return err
			}
			all = append(all, some...)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// plain opens the database beside the program, for looking only.
func (g *gateway) plain(t *testing.T) *sql.DB {
	t.Helper()
	driver, source := "postgres", g.database
	if path, ok := strings.CutPrefix(g.database, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=query_only(1)&_pragma=busy_timeout(5000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// undelivered counts the facts that nobody was told of.
func undelivered(t *testing.T, db *sql.DB) (n int) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM deliveries`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// awaitTold waits until every fact was told.
func (g *gateway) awaitTold(t *testing.T) {
	t.Helper()
	db := g.plain(t)
	eventually(t, patience, "every fact is told", func() bool { return undelivered(t, db) == 0 })
}
