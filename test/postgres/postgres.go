// Package postgres gives tests a real PostgreSQL server: a throw-away cluster made from the binaries that are
// installed, one for each test binary, and in it a schema of its own for each test.
//
//	func TestMain(m *testing.M) { os.Exit(postgres.Main(m)) }
//
//	store, err := sqlstore.Open(ctx, sqlstore.Config{URL: postgres.URL(t)}, ...)
//
// EIDGATE_TEST_POSTGRES_URL names another server to use instead. Where there is neither, tests are skipped in one
// plain line; with CI=true they fail instead.
package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver named postgres
)

var (
	shared struct {
		sync.Mutex
		cluster *Cluster
		err     error
	}
	schemas atomic.Int64
)

// Main runs the tests and removes the cluster, if one was made. It is for TestMain; without it the server ends with
// the test process all the same, and the next test run removes its files.
func Main(m *testing.M) int {
	code := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster != nil {
		shared.cluster.Remove()
	}
	return code
}

// URL gives the address of a fresh, empty schema, which is dropped when the test ends.
func URL(t testing.TB) string {
	t.Helper()
	if given := os.Getenv("EIDGATE_TEST_POSTGRES_URL"); given != "" {
		return schema(t, given)
	}
	shared.Lock()
	if shared.cluster == nil && shared.err == nil {
		shared.cluster, shared.err = Start()
	}
	cluster, err := shared.cluster, shared.err
	shared.Unlock()
	if err != nil {
		unavailable(t, err)
	}
	return schema(t, cluster.URL())
}

// New starts a cluster for one test, which may stop and start it at will. It ends with the test.
func New(t testing.TB) *Cluster {
	t.Helper()
	cluster, err := Start()
	if err != nil {
		unavailable(t, err)
	}
	t.Cleanup(cluster.Remove)
	return cluster
}

// Durable gives the address of an empty schema on a server of its own that loses nothing: with fsync and
// synchronous_commit on, which it makes sure of. Server and schema end with the test.
func Durable(t testing.TB) string {
	t.Helper()
	address := os.Getenv("EIDGATE_TEST_POSTGRES_URL")
	if address == "" {
		cluster, err := StartDurable()
		if err != nil {
			unavailable(t, err)
		}
		t.Cleanup(cluster.Remove)
		address = cluster.URL()
	}
	db, err := sql.Open("postgres", address)
	if err != nil {
		t.Fatal("EIDGATE_TEST_POSTGRES_URL is no URL")
	}
	defer func() { _ = db.Close() }()
	var fsync, commit string
	if err := db.QueryRowContext(t.Context(), `SELECT current_setting('fsync'), current_setting('synchronous_commit')`).Scan(&fsync, &commit); err != nil {
		t.Fatalf("cannot use the PostgreSQL server: %v", err)
	}
	if fsync != "on" || commit != "on" {
		t.Fatalf("the PostgreSQL server forgets: fsync is %s and synchronous_commit is %s", fsync, commit)
	}
	return schema(t, address)
}

func unavailable(t testing.TB, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("no PostgreSQL to test with: %v", err)
	}
	t.Skipf("no PostgreSQL to test with: %v", err)
}

func schema(t testing.TB, server string) string {
	t.Helper()
	address, err := url.Parse(server)
	if err != nil {
		t.Fatal("EIDGATE_TEST_POSTGRES_URL is no URL")
	}
	db, err := sql.Open("postgres", server)
	if err != nil {
		t.Fatalf("cannot use the PostgreSQL server: %v", err)
	}
	name := fmt.Sprintf("eidgate_test_%d_%d", os.Getpid(), schemas.Add(1))
	if _, err := db.ExecContext(t.Context(), `CREATE SCHEMA `+name); err != nil {
		t.Fatalf("cannot make a schema: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if _, err := db.ExecContext(ctx, `DROP SCHEMA `+name+` CASCADE`); err != nil {
			t.Errorf("cannot drop the schema: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	query := address.Query()
	query.Set("search_path", name)
	address.RawQuery = query.Encode()
	return address.String()
}
