package benchmark

import (
	"net/http"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/test/postgres"
)

// cost is what a request asks of the database.
type cost struct{ selects, writes, commits uint64 }

var storages = map[string]func(t testing.TB) string{
	"sqlite":   func(t testing.TB) string { t.Helper(); return "sqlite:" + t.TempDir() + "/eidgate.db" },
	"postgres": postgres.URL,
}

// TestEveryRequestKeepsToItsBudget counts statements and commits, trail and deliveries included. What costs more than
// is written here has to be worth it, and be changed here.
func TestEveryRequestKeepsToItsBudget(t *testing.T) {
	for name, storage := range storages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spend(t, open(t, storage(t), t.TempDir(), alone()))
		})
	}
}

func spend(t *testing.T, g *gateway) {
	within := spender(t, g)
	within("a sign-in", cost{selects: 2, writes: 3, commits: 1}, func() {
		g.ask(t, http.MethodPost, "/api/v1/sso/token", signIn, nil)
	})
	within("reading an account", cost{selects: 1}, func() {
		g.ask(t, http.MethodGet, "/api/v1/account", nil, nil)
	})

	var started struct {
		URL    string
		CorrID string `json:"corr_id"`
	}
	// The token with its account, the account, its organization, and the addresses that people may be sent back to;
	// then the session, its two facts, and their two deliveries.
	within("the start of a login", cost{selects: 4, writes: 3, commits: 1}, func() {
		g.ask(t, http.MethodPost, "/api/v1/criipto/ftn/auth", map[string]string{"redirect_uri": callback}, &started)
	})
	code := g.approve(t, started.URL, "anna")
	redeem := func(state string) func() {
		return func() {
			g.ask(t, http.MethodPost, "/api/v1/criipto/ftn/verify/ssn",
				map[string]string{"code": code, "redirect_uri": callback, "state": state}, nil)
		}
	}
	// Read at the door: the token with its account, the account, and the sessions that the state may mean. The first
	// commit claims the session, so that the provider is asked once. The second reads session, account, organization,
	// blocklist and claims again, and writes the session, the account, its claim, the facts and their deliveries.
	within("the end of a login", cost{selects: 9, writes: 6, commits: 2}, redeem(started.CorrID))

	g.ask(t, http.MethodPost, "/api/v1/criipto/ftn/auth", map[string]string{"redirect_uri": callback}, &started)
	code = g.approve(t, started.URL, "anna")
	within("the end of a login that proves what is known", cost{selects: 7, writes: 4, commits: 2}, redeem(started.CorrID))
}

// spender does what it is told, and compares what it cost with the budget.
func spender(t *testing.T, g *gateway) func(what string, want cost, ask func()) {
	return func(what string, want cost, ask func()) {
		t.Helper()
		before := g.store.Counts()
		ask()
		if got := difference(before, g.store.Counts()); got != want {
			t.Errorf("%s costs %+v, its budget is %+v", what, got, want)
		}
	}
}

func difference(before, after sqlstore.Counts) cost {
	return cost{
		selects: after.Selects - before.Selects, writes: after.Writes - before.Writes, commits: after.Commits - before.Commits,
	}
}
