package sqlstore_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/migrations"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/postgres"
)

func TestAFreshDatabaseSaysWhatItLacksAndIsLeftAlone(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			ring := contract.NewRing("one")
			s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url(t)}, ring, ring)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			for range 2 {
				schema, err := s.MigrationStatus(t.Context())
				if err != nil || schema.Current != 0 || len(schema.Pending) == 0 || !errors.Is(schema.Ready(), sqlstore.ErrSchemaOlder) {
					t.Errorf("got %+v, %v", schema, err)
				}
			}
			applied, err := s.Migrate(t.Context())
			if err != nil || len(applied) == 0 || applied[0].Name != "00001_foundation.sql" {
				t.Errorf("applied %v, %v", applied, err)
			}
			schema, err := s.MigrationStatus(t.Context())
			if err != nil || schema.Current != schema.Newest || len(schema.Pending) > 0 || schema.Ready() != nil {
				t.Errorf("got %+v, %v", schema, err)
			}
			if applied, err := s.Migrate(t.Context()); err != nil || len(applied) > 0 {
				t.Errorf("applied again %v, %v", applied, err)
			}
		})
	}
}

func TestProcessesThatStartTogetherMigrateOnce(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			address := url(t)
			ring := contract.NewRing("one")
			var all sync.WaitGroup
			applied := make([]int, 4)
			for i := range applied {
				s, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: address}, ring, ring)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				all.Go(func() {
					steps, err := s.Migrate(t.Context())
					if err != nil {
						t.Error(err)
					}
					applied[i] = len(steps)
				})
			}
			all.Wait()
			slices.Sort(applied)
			steps, err := migrations.List(name)
			if err != nil || !slices.Equal(applied, []int{0, 0, 0, len(steps)}) {
				t.Errorf("they applied %v steps of %d, %v", applied, len(steps), err)
			}
		})
	}
}

func TestASchemaOfANewerVersionIsRefused(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			address := url(t)
			s := open(t, sqlstore.Config{URL: address}, contract.NewRing("one"))
			if _, err := raw(t, address).Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, ` + map[string]string{"sqlite": "1", "postgres": "true"}[name] + `)`); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Migrate(t.Context()); !errors.Is(err, sqlstore.ErrSchemaNewer) {
				t.Errorf("migrating: %v", err)
			}
			schema, err := s.MigrationStatus(t.Context())
			if err != nil || !errors.Is(schema.Ready(), sqlstore.ErrSchemaNewer) {
				t.Errorf("got %+v, %v", schema, err)
			}
		})
	}
}

func TestBothDialectsHaveTheSameSteps(t *testing.T) {
	sqlite, err1 := migrations.List("sqlite")
	other, err2 := migrations.List("postgres")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if len(sqlite) == 0 || !slices.Equal(sqlite, other) {
		t.Errorf("sqlite:   %v\npostgres: %v", sqlite, other)
	}
}

// TestBothDialectsHaveTheSameTables compares names, nullability, and what sort of value a column takes.
func TestBothDialectsHaveTheSameTables(t *testing.T) {
	type column struct {
		Table, Name, Sort string
		Null              bool
	}
	read := func(url, query string) (columns []column) {
		open(t, sqlstore.Config{URL: url}, contract.NewRing("one"))
		rows, err := raw(t, url).Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var c column
			if err := rows.Scan(&c.Table, &c.Name, &c.Sort, &c.Null); err != nil {
				t.Fatal(err)
			}
			if common, ok := map[string]string{"bigint": "integer", "smallint": "integer", "bytea": "blob"}[c.Sort]; ok {
				c.Sort = common
			}
			columns = append(columns, c)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return columns
	}
	sqlite := read(sqliteURL(t), `SELECT t.name, c.name, LOWER(c.type), c."notnull" = 0 FROM sqlite_master t, pragma_table_info(t.name) c
		WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE 'goose_%' ORDER BY t.name, c.name`)
	other := read(postgres.URL(t), `SELECT table_name, column_name, data_type, is_nullable = 'YES' FROM information_schema.columns
		WHERE table_schema = current_schema() AND table_name NOT LIKE 'goose_%' ORDER BY table_name COLLATE "C", column_name COLLATE "C"`)
	if len(sqlite) < 50 {
		t.Fatalf("only %d columns were found", len(sqlite))
	}
	for _, c := range sqlite {
		if !slices.Contains(other, c) {
			t.Errorf("not in PostgreSQL: %+v", c)
		}
	}
	for _, c := range other {
		if !slices.Contains(sqlite, c) {
			t.Errorf("not in SQLite: %+v", c)
		}
	}
}

func TestTheFilesAreTheOwnersAlone(t *testing.T) {
	url := "sqlite:" + t.TempDir() + "/made/eidgate.db"
	path := strings.TrimPrefix(url, "sqlite:")
	open(t, sqlstore.Config{URL: url}, contract.NewRing("one"))
	for name, want := range map[string]os.FileMode{path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, strings.TrimSuffix(path, "/eidgate.db"): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has rights %o", name, got)
		}
	}
}

func TestABadAddressIsRefusedWithoutQuotingIt(t *testing.T) {
	ring := contract.NewRing("one")
	for _, url := range []string{"", "sqlite:", "mysql://user:hemligt@host/db", "postgres://user:hemligt@host:port/db", "postgres://user:hemligt@host/db?sslmode=hemligt", "hemligt"} {
		_, err := sqlstore.Open(t.Context(), sqlstore.Config{URL: url}, ring, ring)
		if err == nil || strings.Contains(err.Error(), "hemligt") {
			t.Errorf("%q: %v", url, err)
		}
	}
}

func TestAFolderWithOddNamesIsNoMistake(t *testing.T) {
	folder := t.TempDir() + "/å b%20c?d#e"
	open(t, sqlstore.Config{URL: "sqlite:" + folder + "/eidgate.db"}, contract.NewRing("one"))
	if _, err := os.Stat(folder + "/eidgate.db"); err != nil {
		t.Error(err)
	}
}
