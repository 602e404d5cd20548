package benchmark

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jmoiron/sqlx"
	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/relay"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/postgres"
)

// BenchmarkAgainstBareOnPostgres compares on a server that forgets nothing. A relay carries the facts of either side.
func BenchmarkAgainstBareOnPostgres(b *testing.B) {
	database := postgres.Durable(b)
	know := listen(b)
	house := open(b, database, b.TempDir(), roomy())
	tokens := house.tokens(b)
	other := sibling(b, database, accountTables...)
	db := pooled(b, other)
	compare(b, house, &bare{reading: db, writing: db, know: know, committed: carry(b, other)}, tokens)
}

// BenchmarkAgainstBareOnSQLite compares on one file for each side, without relays: two programs that write one file
// wait for each other in steps that are longer than what is measured.
func BenchmarkAgainstBareOnSQLite(b *testing.B) {
	know := listen(b)
	folder := b.TempDir()
	file := filepath.Join(folder, "house.db")
	house := open(b, "sqlite:"+file, folder, roomy(), alone())
	tokens := house.tokens(b)
	copied := filepath.Join(folder, "bare.db")
	db := sqlx.MustConnect("sqlite", "file:"+file)
	if _, err := db.Exec(`VACUUM INTO ?`, copied); err != nil {
		b.Fatal(err)
	}
	_ = db.Close()
	way := func(parameters string, connections int) *sqlx.DB {
		db := sqlx.MustConnect("sqlite", "file:"+copied+"?_pragma=busy_timeout(2000)&_pragma=foreign_keys(1)&"+parameters)
		b.Cleanup(func() { _ = db.Close() })
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		return db
	}
	writing := way("_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)", 1)
	compare(b, house, &bare{reading: way("_pragma=query_only(1)", 4), writing: writing, know: know, committed: func() {}}, tokens)
}

// listen learns which statements the gateway sends, from one on PostgreSQL that does everything once before, so that
// its statements are prepared.
func listen(b testing.TB) (k knowledge) {
	b.Helper()
	address, wire := tap(b, postgres.URL(b))
	g := open(b, address, b.TempDir(), alone())
	start := map[string]string{"redirect_uri": callback}
	for range 2 {
		k.signIn = wire.during(func() { g.ask(b, http.MethodPost, "/api/v1/sso/token", signIn, nil) })
		k.show = wire.during(func() { g.ask(b, http.MethodGet, "/api/v1/account", nil, nil) })
		k.start = wire.during(func() { g.ask(b, http.MethodPost, "/api/v1/criipto/ftn/auth", start, &k.started) })
	}
	return k
}

func compare(b *testing.B, house *gateway, other *bare, tokens []string) {
	b.Helper()
	other.prepare(b)
	ours, theirs := strings.TrimPrefix(house.base, "http://"), serve(b, other.app())

	secret, err := json.Marshal(signIn)
	if err != nil {
		b.Fatal(err)
	}
	start, err := json.Marshal(map[string]string{"redirect_uri": callback})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("GetAccount", func(b *testing.B) {
		alternate(b, ours, theirs, func(address string) (all [][]byte) {
			for _, token := range tokens {
				all = append(all, request(address, http.MethodGet, "/api/v1/account", "Bearer "+token, nil))
			}
			return all
		})
	})
	b.Run("SignIn", func(b *testing.B) {
		alternate(b, ours, theirs, func(address string) [][]byte {
			return [][]byte{request(address, http.MethodPost, "/api/v1/sso/token", "", secret)}
		})
	})
	b.Run("StartLogin", func(b *testing.B) {
		alternate(b, ours, theirs, func(address string) (all [][]byte) {
			for _, token := range tokens {
				all = append(all, request(address, http.MethodPost, "/api/v1/criipto/ftn/auth", "Bearer "+token, start))
			}
			return all
		})
	})
}

// serve lets a bare handler listen, and gives its address.
func serve(b testing.TB, app *fiber.App) (address string) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(l) }()
	b.Cleanup(func() { _ = app.Shutdown() })
	return l.Addr().String()
}

// alternate measures both sides in turns, and reports the medians. The ratio is the median of the turns' own.
func alternate(b *testing.B, ours, theirs string, spell func(address string) [][]byte) {
	b.Helper()
	house, bare := side{address: ours, requests: &requests{list: spell(ours)}}, side{address: theirs, requests: &requests{list: spell(theirs)}}
	if house, bare := house.size(b), bare.size(b); abs(house-bare)*20 > house {
		b.Fatalf("the gateway answers with %d bytes, the bare handler with %d", house, bare)
	}
	var ratio []float64
	for turn := range rounds {
		first, second := func() { house.measure(b) }, func() { bare.measure(b) }
		if turn%2 == 1 {
			first, second = second, first
		}
		first()
		second()
		ratio = append(ratio, 100*house.perSecond[turn]/bare.perSecond[turn])
	}
	b.ReportMetric(median(ratio), "%-of-bare")
	b.ReportMetric(slices.Min(ratio), "%-in-worst-round")
	b.ReportMetric(slices.Max(ratio), "%-in-best-round")
	b.ReportMetric(median(house.perSecond), "house-req/s")
	b.ReportMetric(median(bare.perSecond), "bare-req/s")
	b.ReportMetric(median(house.effort), "house-cpu-µs/req")
	b.ReportMetric(median(bare.effort), "bare-cpu-µs/req")
	b.ReportMetric(0, "ns/op")
}

// side is one of the two, and what was measured of it, turn by turn.
type side struct {
	address           string
	requests          *requests
	perSecond, effort []float64
}

func (s *side) measure(b *testing.B) {
	b.Helper()
	perSecond, effort := load(b, s.address, s.requests)
	s.perSecond, s.effort = append(s.perSecond, perSecond), append(s.effort, effort)
}

// size is how long an answer's body is.
func (s *side) size(b testing.TB) int {
	b.Helper()
	v, err := visit(s.address)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = v.conn.Close() }()
	body, err := v.ask(s.requests.next())
	if err != nil {
		b.Fatal(err)
	}
	return len(body)
}

func abs(n int) int { return max(n, -n) }

// tokens are one for each client.
func (g *gateway) tokens(b *testing.B) (list []string) {
	b.Helper()
	for range clients {
		var answer struct{ Token string }
		g.ask(b, http.MethodPost, "/api/v1/sso/token", signIn, &answer)
		list = append(list, answer.Token)
	}
	return list
}

// accountTables are those that the account surface's requests read from, in the order in which they need each other.
var accountTables = []string{"organizations", "clients", "plans", "accounts", "email_claims", "access_tokens"}

// sibling makes a second schema on the server, with the same tables, and in some of them the same records.
func sibling(b testing.TB, database string, copied ...string) (address string) {
	b.Helper()
	u, err := url.Parse(database)
	if err != nil {
		b.Fatal(err)
	}
	q := u.Query()
	schema := q.Get("search_path")
	db := sqlx.MustConnect("postgres", database)
	run := func(text string) {
		if _, err := db.Exec(text); err != nil {
			b.Fatal(err)
		}
	}
	run(`CREATE SCHEMA ` + schema + `_bare`)
	b.Cleanup(func() { run(`DROP SCHEMA ` + schema + `_bare CASCADE`); _ = db.Close() })
	q.Set("search_path", schema+"_bare")
	u.RawQuery = q.Encode()

	store, err := sqlstore.Open(b.Context(), sqlstore.Config{URL: u.String()}, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if _, err := store.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	for _, table := range copied {
		run(fmt.Sprintf(`INSERT INTO %[1]s_bare.%[2]s SELECT * FROM %[1]s.%[2]s`, schema, table))
	}
	return u.String()
}

// carry relays what the bare handler tells, as the gateway's relay does, to nobody. It gives what to call after a
// commit.
func carry(b *testing.B, database string) (committed func()) {
	b.Helper()
	store, err := sqlstore.Open(b.Context(), sqlstore.Config{URL: database, Connections: 1}, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	r := relay.New(relay.Ports{Leases: store, Postbag: store, Publisher: nobody{}, Clock: system.Clock{}}, "bare", slog.New(slog.DiscardHandler))
	ctx, end := context.WithCancel(context.WithoutCancel(b.Context()))
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	b.Cleanup(func() { end(); <-done; _ = store.Close() })
	return r.Nudge
}

type nobody struct{}

func (nobody) Publish(context.Context, audit.Told) error { return nil }

// roomy lets more logins start than one account may: every ten of them count as somebody else's. The limiter's work
// stays the same.
func roomy() fx.Option {
	return fx.Decorate(func(l outbound.Limiter) outbound.Limiter { return &roomyLimiter{Limiter: l} })
}

type roomyLimiter struct {
	outbound.Limiter
	taken atomic.Int64
}

func (l *roomyLimiter) Take(ctx context.Context, bucket string, limit outbound.Limit) outbound.Allowance {
	if limit.Events == 10 && limit.Per == time.Minute {
		bucket += strconv.FormatInt(l.taken.Add(1)/10, 10)
	}
	return l.Limiter.Take(ctx, bucket, limit)
}
