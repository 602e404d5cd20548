package sqlstore_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/postgres"
)

func TestMain(m *testing.M) { os.Exit(postgres.Main(m)) }

func TestSQLiteKeepsItsPromises(t *testing.T) {
	contract.TestStore(t, func(t *testing.T, ring *contract.Ring) *contract.Storage { return storage(t, sqliteURL(t), ring) })
}

func TestPostgreSQLKeepsItsPromises(t *testing.T) {
	postgres.URL(t) // says once why it is skipped
	contract.TestStore(t, func(t *testing.T, ring *contract.Ring) *contract.Storage { return storage(t, postgres.URL(t), ring) })
}

func sqliteURL(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "eidgate.db") }

// urls gives a fresh database of each kind.
var urls = map[string]func(t testing.TB) string{"sqlite": sqliteURL, "postgres": postgres.URL}

// open opens a store on a database and brings its schema up to date.
func open(t testing.TB, c sqlstore.Config, ring *contract.Ring) *sqlstore.Store {
	t.Helper()
	s, err := sqlstore.Open(t.Context(), c, ring, ring)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func storage(t *testing.T, url string, ring *contract.Ring) *contract.Storage {
	t.Helper()
	// Crowds of 200 on a busy machine wait longer than a request may.
	config := sqlstore.Config{URL: url, Wait: time.Minute, Attempts: 100}
	return &contract.Storage{
		Store: open(t, config, ring),
		Ring:  ring,
		Beside: func(t *testing.T, ring *contract.Ring) contract.Store {
			return open(t, config, ring)
		},
		Dump: func(t *testing.T) []byte {
			if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
				return files(t, path)
			}
			return rows(t, raw(t, url))
		},
		Exec: func(t *testing.T, statement string, args ...any) {
			db := raw(t, url)
			if _, err := db.ExecContext(t.Context(), db.Rebind(statement), args...); err != nil {
				t.Fatal(err)
			}
		},
	}
}

// raw is the database without any store.
func raw(t testing.TB, url string) *sqlx.DB {
	t.Helper()
	driver, address := "postgres", url
	if path, ok := strings.CutPrefix(url, "sqlite:"); ok {
		driver, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"
	}
	db, err := sqlx.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// files reads the database and its companions as they lie on the disk.
func files(t *testing.T, path string) []byte {
	t.Helper()
	var all []byte
	found, err := filepath.Glob(path + "*")
	if err != nil || len(found) < 2 {
		t.Fatalf("found %v, %v", found, err)
	}
	for _, name := range found {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, content...)
	}
	return all
}

// rows reads every row of every table, bytes as they are.
func rows(t *testing.T, db *sqlx.DB) []byte {
	t.Helper()
	var tables []string
	if err := db.SelectContext(t.Context(), &tables, `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`); err != nil {
		t.Fatal(err)
	}
	var all bytes.Buffer
	for _, table := range tables {
		all.WriteString(table + "\n")
		dump(t, db, table, &all)
	}
	return all.Bytes()
}

func dump(t *testing.T, db *sqlx.DB, table string, into *bytes.Buffer) {
	t.Helper()
	found, err := db.QueryxContext(t.Context(), `SELECT * FROM `+table)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }()
	for found.Next() {
		columns, err := found.SliceScan()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range columns {
			if b, ok := c.([]byte); ok {
				into.Write(b)
			} else {
				fmt.Fprint(into, c)
			}
			into.WriteByte('|')
		}
		into.WriteByte('\n')
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
}
