package binary_test

import (
	"database/sql"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/postgres"
)

// leads holds when the process has said that its relay leads, and not that another does since.
func (g *gateway) leads() bool {
	text := g.process.out.String()
	return strings.LastIndex(text, "this relay leads") > strings.LastIndex(text, "another relay leads")
}

func TestOfTwoProcessesBothServeAndOneTellsAndTheOtherTakesOver(t *testing.T) {
	t.Parallel()
	one := install(t, postgres.URL(t))
	must(t, one.environ, "migrate", "up")
	one.start(t)
	other := one.twin(t)
	other.start(t)
	office := one.office(t)
	db := one.plain(t)
	for i, g := range []*gateway{one, other} {
		token, a := g.signIn("anna.andersson@example.com")
		if token == "" {
			t.Fatal(a)
		}
		for _, at := range []*gateway{one, other} { // a token is good at either
			if a := at.ask(http.MethodGet, "/api/v1/account", token, nil); !a.ok() {
				t.Errorf("process %d: %v", i, a)
			}
		}
		if id, a := g.register(office, "somebody@example.com", "SE", ""); (id == 0) != (i == 1) {
			t.Errorf("an address at process %d: %v", i, a)
		}
	}
	eventually(t, patience, "somebody leads", func() bool { return one.leads() || other.leads() })
	eventually(t, patience, "every fact is told", func() bool { return undelivered(t, db) == 0 })
	leader, follower := one, other
	if other.leads() {
		leader, follower = other, one
	}
	if leader.leads() && follower.leads() {
		t.Fatal("both lead")
	}
	for round := range 2 {
		leader.process.kill()
		killed := time.Now()
		if _, a := follower.signIn("anna.andersson@example.com"); !a.ok() {
			t.Fatalf("after the other was killed a sign-in is answered with %v", a)
		}
		if undelivered(t, db) == 0 && !follower.leads() {
			t.Fatal("there is nothing to tell, so this says nothing")
		}
		eventually(t, patience, "the other takes over", func() bool { return follower.leads() && undelivered(t, db) == 0 })
		t.Logf("round %d: taking over took %v", round, time.Since(killed)) // how long it may, package relay's tests say
		leader.start(t)
		leader, follower = follower, leader
	}
	was := leaseholder(t, db)
	leader.stop(t)
	if leaseholder(t, db) == was {
		t.Error("who stops keeps the lease until it runs out")
	}
	eventually(t, patience, "the other leads", follower.leads)
	follower.stop(t)
}

// leaseholder is who has the lease of the relay, "" for nobody.
func leaseholder(t *testing.T, db *sql.DB) (owner string) {
	t.Helper()
	if err := db.QueryRowContext(t.Context(), `SELECT owner FROM leases WHERE name = 'relay'`).Scan(&owner); err != nil {
		t.Fatal(err)
	}
	return owner
}
