package binary_test

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/postgres"
)

func TestWhileTheDatabaseIsAwayRequestsAreTurnedDownQuicklyAndServiceResumesByItself(t *testing.T) {
	if os.Getenv("EIDGATE_TEST_POSTGRES_URL") != "" {
		t.Skip("the given server is not ours to stop")
	}
	t.Parallel()
	cluster := postgres.New(t)
	g := install(t, cluster.URL())
	must(t, g.environ, "migrate", "up")
	g.start(t)
	token, a := g.signIn("anna.andersson@example.com")
	if token == "" {
		t.Fatal(a)
	}
	for _, end := range []func(){cluster.Stop, cluster.ShutDown} {
		end()
		turnedDown(t, g, token)
		if err := cluster.Start(); err != nil {
			t.Fatal(err)
		}
		g.awaitReady(t)
		if a := g.ask(http.MethodGet, "/api/v1/account", token, nil); !a.ok() {
			t.Errorf("with the database back a request is answered with %v", a)
		}
		if _, a := g.signIn("anna.andersson@example.com"); !a.ok() {
			t.Errorf("with the database back a sign-in is answered with %v", a)
		}
	}
	g.awaitTold(t)
	g.stop(t)
}

// turnedDown wants 503 from whatever needs the database.
func turnedDown(t *testing.T, g *gateway, token string) {
	t.Helper()
	var took, other []time.Duration
	for i := range 40 {
		var a answer
		if i%2 == 0 {
			a = g.ask(http.MethodGet, "/api/v1/account", token, nil)
		} else {
			_, a = g.signIn("anna.andersson@example.com")
		}
		seconds, err := strconv.Atoi(a.retry)
		if a.status != http.StatusServiceUnavailable || err != nil || seconds < 1 || a.code == "" || a.took > 15*time.Second {
			t.Fatalf("without the database, request %d is answered after %v with %v, Retry-After %q", i, a.took, a, a.retry)
		}
		for _, word := range []string{"dial", "refused", "pq:", "SELECT", "EOF"} {
			if strings.Contains(a.code+" "+string(a.body), word) {
				t.Errorf("the answer tells too much: %v", a)
			}
		}
		took = append(took, a.took)
		other = append(other, g.ask(http.MethodGet, "/api/v1/account", "", nil).took) // what needs no database, to know the machine by
	}
	late := took[10:] // the breaker is open by now; now and then one request looks whether the database is back
	slices.Sort(late)
	slices.Sort(other)
	if median, usual := late[len(late)/2], other[len(other)/2]; median > 100*time.Millisecond+10*usual {
		t.Errorf("with the breaker open an answer takes %v, where others take %v", median, usual)
	}
	if status, page := g.look("/readyz"); status != http.StatusServiceUnavailable || strings.Contains(page, `"database":"ok"`) {
		t.Errorf("readiness is %d %s", status, page)
	}
	if status := g.health("/livez"); status != http.StatusOK {
		t.Errorf("liveness is %d", status)
	}
}

func TestADatabaseThatFallsSilentHoldsNobodyForLong(t *testing.T) {
	t.Parallel()
	network, database := between(t, postgres.URL(t))
	g := install(t, database)
	must(t, g.environ, "migrate", "up")
	g.start(t)
	token, a := g.signIn("anna.andersson@example.com")
	if token == "" {
		t.Fatal(a)
	}
	network.hush(true)
	var all sync.WaitGroup
	for i := range 24 { // more than there are connections
		all.Go(func() {
			var a answer
			if i%2 == 0 {
				a = g.ask(http.MethodGet, "/api/v1/account", token, nil)
			} else {
				_, a = g.signIn("anna.andersson@example.com")
			}
			if a.status != http.StatusServiceUnavailable || a.retry == "" || a.took > 12*time.Second {
				t.Errorf("with a silent database a request is answered after %v with %v", a.took, a)
			}
		})
	}
	all.Wait()
	turnedDown(t, g, token)
	network.hush(false)
	g.awaitReady(t)
	if a := g.ask(http.MethodGet, "/api/v1/account", token, nil); !a.ok() {
		t.Errorf("with the database heard again a request is answered with %v", a)
	}
	g.stop(t)
}
