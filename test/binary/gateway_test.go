package binary_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/postgres"
)

// gateway is an installation: configuration, data and two addresses, which outlive any one process.
type gateway struct {
	environ  []string
	data     string // the data directory
	database string // as the configuration names it
	base     string // of the API
	ops      string
	process  *process
}

// storages runs a promise on both databases. The one it is given is empty, and migrated on PostgreSQL.
func storages(t *testing.T, promise func(t *testing.T, g *gateway)) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		promise(t, install(t, ""))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		g := install(t, postgres.URL(t))
		must(t, g.environ, "migrate", "up")
		promise(t, g)
	})
}

// install prepares an installation in development mode; database is "" for SQLite in the data directory. More of the
// environment may follow.
func install(t *testing.T, database string, more ...string) *gateway {
	t.Helper()
	g := &gateway{data: filepath.Join(t.TempDir(), "data"), database: database}
	listen, ops := port(t), port(t)
	g.base, g.ops = "http://"+listen, "http://"+ops
	g.environ = []string{"EIDGATE_DATA_DIR=" + g.data, "EIDGATE_LISTEN=" + listen, "EIDGATE_OPS_LISTEN=" + ops, "EIDGATE_HTTP_DRAIN=1ms"}
	if database == "" {
		g.database = "sqlite:" + filepath.Join(g.data, "eidgate.db")
	} else {
		g.environ = append(g.environ, "EIDGATE_DATABASE_URL="+database)
	}
	g.environ = append(g.environ, more...)
	return g
}

// twin is another process of the same installation, at other addresses.
func (g *gateway) twin(t *testing.T) *gateway {
	t.Helper()
	other := *g
	listen, ops := port(t), port(t)
	other.base, other.ops, other.process = "http://"+listen, "http://"+ops, nil
	other.environ = append(slices.Clone(g.environ), "EIDGATE_LISTEN="+listen, "EIDGATE_OPS_LISTEN="+ops)
	return &other
}

// port is a free address below those that the system gives to outgoing connections, so that it stays free while the
// program is down.
func port(t *testing.T) string {
	t.Helper()
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000))
		if l, err := net.Listen("tcp", address); err == nil {
			_ = l.Close()
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

// patience is how long a test waits for what normally takes moments: only what never happens is to fail by it, on however busy
// a machine.
const patience = 60 * time.Second

// begin starts a process, ready or not.
func (g *gateway) begin(t *testing.T) {
	t.Helper()
	g.process = launch(t, g.environ, nil)
}

// start starts a process and waits until it is ready.
func (g *gateway) start(t *testing.T) {
	t.Helper()
	g.begin(t)
	g.awaitReady(t)
}

func (g *gateway) awaitReady(t *testing.T) {
	t.Helper()
	eventually(t, patience, "ready", func() bool {
		select {
		case <-g.process.ended:
			t.Fatalf("the program ended: %s", g.process.out)
		default:
		}
		return g.health("/readyz") == http.StatusOK
	})
}

// stop asks the process to end, and wants it to end well.
func (g *gateway) stop(t *testing.T) {
	t.Helper()
	g.process.signal(t, syscall.SIGTERM)
	if status := g.process.status(t, patience); status != 0 {
		t.Errorf("the program ended with %d: %s", status, g.process.out)
	}
}

var quick = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// health is the status of an ops path, 0 when nobody answers.
func (g *gateway) health(path string) int {
	status, _ := g.look(path)
	return status
}

// look reads an ops page.
func (g *gateway) look(path string) (status int, text string) {
	response, err := quick.Get(g.ops + path)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	content, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(content)
}
