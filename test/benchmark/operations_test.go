package benchmark

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"go.uber.org/fx"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/postgres"
)

// BenchmarkOperationStartOnPostgres compares starts at the simulator. A relay carries the facts of either side. The
// sessions are left to the collector of another process, as if there were one: what they cost while they wait is no part
// of a start, and a benchmark opens more of them than a process would watch.
func BenchmarkOperationStartOnPostgres(b *testing.B) {
	database := postgres.Durable(b)
	know := listenToOperations(b)
	house := open(b, database, b.TempDir(), unwatched())
	other := sibling(b, database, operationTables...)
	db := pooled(b, other)
	ours, theirs := opponents(b, house, &bareOperations{db: db, know: know, committed: carry(b, other)})
	body, err := json.Marshal(operation)
	if err != nil {
		b.Fatal(err)
	}
	alternate(b, ours, theirs, func(address string) [][]byte {
		return [][]byte{request(address, http.MethodPost, "/v3/bankid-se/auth", operator, body)}
	})
}

// polled is how many sessions the clients go round. Each may be polled once a second, which is so as long as fewer
// polls than that are answered in a second.
const polled = 20_000

// BenchmarkOperationPollOnPostgres compares polls of sessions that wait for their person and that the collector of
// another process watches. The limiter is as in life: there are as many sessions as it takes.
func BenchmarkOperationPollOnPostgres(b *testing.B) {
	database := postgres.Durable(b)
	know := listenToOperations(b)
	var sessions inbound.Sessions
	var known inbound.Clients
	house := open(b, database, b.TempDir(), alone(), fx.Populate(&sessions, &known))
	ids := wait(b, house, sessions, known)
	other := sibling(b, database, append(operationTables, "sessions")...)
	ours, theirs := opponents(b, house, &bareOperations{db: pooled(b, other), know: know, committed: func() {}})
	alternate(b, ours, theirs, func(address string) (all [][]byte) {
		for _, id := range ids {
			all = append(all, request(address, http.MethodGet, "/v3/bankid-se/auth/"+id, operator, nil))
		}
		return all
	})
}

// operationTables are those that the eID operations API reads from, in the order in which they need each other.
var operationTables = []string{"organizations", "clients"}

// listenToOperations is [listen] for a start and a poll. The first round finds out what there is to know for later ones.
func listenToOperations(t testing.TB) (k operationsKnowledge) {
	t.Helper()
	address, wire := tap(t, postgres.URL(t))
	g := open(t, address, t.TempDir(), alone())
	for range 2 {
		k.start = wire.during(func() { g.operate(t, http.MethodPost, "/v3/bankid-se/auth", operation, &k.started) })
		k.poll = wire.during(func() { g.operate(t, http.MethodGet, "/v3/bankid-se/auth/"+k.started.ID, nil, &k.polled) })
	}
	return k
}

func opponents(t testing.TB, house *gateway, other *bareOperations) (ours, theirs string) {
	t.Helper()
	other.prepare(t)
	return strings.TrimPrefix(house.base, "http://"), serve(t, other.app())
}

// pooled has as many connections as there are clients.
func pooled(t testing.TB, database string) *sqlx.DB {
	t.Helper()
	db := sqlx.MustConnect("postgres", database)
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(clients)
	db.SetMaxIdleConns(clients)
	return db
}

// wait opens sessions that go on waiting, claimed by a collector that is nowhere. They live for five minutes.
func wait(b *testing.B, house *gateway, sessions inbound.Sessions, known inbound.Clients) (ids []string) {
	b.Helper()
	acting, err := known.Authenticate(b.Context(), inbound.Credentials{Kind: "eid", Identifier: "demo", Secret: "demo-eid-secret"})
	if err != nil {
		b.Fatal(err)
	}
	order := eid.Order{
		Surface: "eid", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.App, Wants: eid.WantNumber,
		Text: operation["intent"], PersonAddress: operation["ipAddress"], Correlation: operation["refId"],
	}
	ids = begun(b, sessions, inbound.SessionStart{Acting: acting, Order: order})
	claim(b, house.store)
	return ids
}

// begun has as many sessions started as are polled, by all clients at once.
func begun(b *testing.B, sessions inbound.Sessions, start inbound.SessionStart) (ids []string) {
	b.Helper()
	ids = make([]string, polled)
	failures := make([]error, clients)
	var crowd sync.WaitGroup
	for i := range clients {
		crowd.Go(func() {
			for n := i; n < polled && failures[i] == nil; n += clients {
				var s inbound.Session
				s, failures[i] = sessions.Start(b.Context(), start)
				ids[n] = s.ID
			}
		})
	}
	crowd.Wait()
	for _, err := range failures {
		if err != nil {
			b.Fatal(err)
		}
	}
	return ids
}

func claim(b *testing.B, claims outbound.SessionClaims) {
	b.Helper()
	due := time.Now().Add(time.Minute) // when every one of them is
	claimed, err := claims.ClaimSessions(b.Context(), eid.Watcher("nowhere"), polled, due, 10*time.Minute)
	if err != nil || len(claimed) != polled {
		b.Fatalf("%d sessions are claimed: %v", len(claimed), err)
	}
}
