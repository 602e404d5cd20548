// Package database gives the tests of use cases a real store: a fresh database, its schema up to date, and keys of its own.
package database

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/postgres"
)

// SQLite is the address of a database that is not there yet.
func SQLite(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }

// OnEither runs a test on a fresh database of each kind: what happens at once happens otherwise on each.
func OnEither(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, postgres.URL(t)) })
}

// Open opens a database until the test is over, with a keyring that was made by the clock. The store has the patience that a
// crowd on a slow machine needs.
func Open(t testing.TB, url string, clock outbound.Clock) (*sqlstore.Store, *vault.Vault) {
	t.Helper()
	keyring := filepath.Join(t.TempDir(), "keys.json")
	if err := vault.Create(keyring, clock.Now()); err != nil {
		t.Fatal(err)
	}
	ring, err := vault.Open(keyring, vault.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url, Wait: time.Minute, Attempts: 100}, ring, ring)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return store, ring
}
