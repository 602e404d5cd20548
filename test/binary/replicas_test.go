package binary_test

import (
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
	eventually(t, 10*time.Second, "somebody leads", func() bool { return one.leads() || other.leads() })
	eventually(t, 10*time.Second, "every fact is told", func() bool { return undelivered(t, db) == 0 })
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
		eventually(t, 10*time.Second, "the other takes over", func() bool { return follower.leads() && undelivered(t, db) == 0 })
		if took := time.Since(killed); took > 5*time.Second {
			t.Errorf("round %d: taking over took %v", round, took)
		}
		leader.start(t)
		leader, follower = follower, leader
	}
	leader.stop(t)
	eventually(t, 2*time.Second, "who stops lets the other lead at once", follower.leads)
	follower.stop(t)
}
