package postgres_test

import (
	"database/sql"
	"os"
	"testing"

	"github.com/eidgate/eidgate/test/postgres"
)

func TestMain(m *testing.M) { os.Exit(postgres.Main(m)) }

func TestEachTestHasAnEmptySchemaOfItsOwn(t *testing.T) {
	first, second := open(t, postgres.URL(t)), open(t, postgres.URL(t))
	if _, err := first.Exec(`CREATE TABLE things (id bigint)`); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Exec(`SELECT * FROM things`); err == nil {
		t.Error("the second schema sees the first one's table")
	}
}

func TestAClusterComesBackWithItsData(t *testing.T) {
	if os.Getenv("EIDGATE_TEST_POSTGRES_URL") != "" {
		t.Skip("the given server is not ours to stop")
	}
	cluster := postgres.New(t)
	db := open(t, cluster.URL())
	if _, err := db.Exec(`CREATE TABLE things (id bigint)`); err != nil {
		t.Fatal(err)
	}
	cluster.ShutDown()
	if err := db.Ping(); err == nil {
		t.Fatal("the server answers after it was shut down")
	}
	if err := cluster.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`SELECT * FROM things`); err != nil {
		t.Error(err)
	}
}

func open(t *testing.T, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}
