package attacks

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/organization"
)

// spent asks, and tells how many statements that cost. What runs by the clock asks the storage, too, so that the least
// of several times counts.
func (g *gateway) spent(t *testing.T, ask func() answer) (answer, sqlstore.Counts) {
	t.Helper()
	var a answer
	least := sqlstore.Counts{Selects: 1 << 30}
	for range 3 {
		before := g.store.Counts()
		a = ask()
		after := g.store.Counts()
		cost := sqlstore.Counts{Selects: after.Selects - before.Selects, Writes: after.Writes - before.Writes, Commits: after.Commits - before.Commits}
		if cost.Selects+cost.Writes+cost.Commits < least.Selects+least.Writes+least.Commits {
			least = cost
		}
	}
	return a, least
}

// What belongs to another root organization, or is out of a client's reach, cannot be told from what never existed: not
// by the answer, and not by the work that was done for it.
func TestForeignAndImaginaryThingsOfOrganizationsAreOne(t *testing.T) {
	t.Parallel()
	g := open(t)
	boss := g.manager(t, organization.DemoDomain, nil)
	e := boss.acquire(t, "Victim")
	own := boss.acquire(t, "Within reach")
	root := g.root(t, "Thieves and Sons")
	for name, thief := range map[string]struct {
		office
		own estate
	}{
		"another root":     {root, root.acquire(t, "Thieves at home")},
		"a limited client": {g.manager(t, organization.DemoDomain, nil, own.domain), own},
	} {
		imaginary := estate{id: nowhere, domain: "imaginary", user: nowhere, app: nowhere, spare: nowhere, connected: "imaginary_2ZLrGvQ1xBPGkQW8GMvwmw", bare: "imaginary_2ZLrGvQ1xBPGkQW8GMvwmx"}
		within := imaginary // imaginary and foreign things under one's own organization
		within.domain, within.id = thief.own.domain, thief.own.id
		foreign := e
		foreign.domain, foreign.id = thief.own.domain, thief.own.id
		before, asked := len(boss.events(t, e.domain)), 0
		for endpoint, d := range deeds() {
			method, pattern := d.pattern(endpoint)
			whole := pattern + d.body
			if d.open(endpoint) || !strings.ContainsAny(strings.TrimPrefix(whole, "/api"), ":$") || strings.Contains(whole, "Another than") {
				continue
			}
			compare := func(what string, one, other estate) {
				g.clock.Advance(time.Second)
				ask := func(e estate) func() answer {
					return func() answer { return thief.ask(t, method, e.fill(pattern), e.fill(d.body)) }
				}
				got, cost := g.spent(t, ask(one))
				want, least := g.spent(t, ask(other))
				for range 5 {
					if cost != least { // or something else was at work
						_, cost = g.spent(t, ask(one))
						_, least = g.spent(t, ask(other))
					}
				}
				if got.status != http.StatusNotFound && got.status != http.StatusUnprocessableEntity || faceless(got) != faceless(want) {
					t.Errorf("%s: %s with %s: %d %s and %d %s", name, endpoint, what, got.status, got.code, want.status, want.code)
				}
				if cost != least {
					t.Errorf("%s: %s with %s costs %+v, what never existed %+v", name, endpoint, what, cost, least)
				}
				asked++
			}
			compare("a foreign organization", e, imaginary)
			if strings.Contains(whole, ":org_domain") && (strings.Contains(whole, "_id") && strings.ContainsAny(whole, "$") || strings.Contains(pattern, "/:") && strings.Count(pattern, ":") > 1) && !strings.Contains(whole, ":user_email") {
				compare("a foreign thing in its own organization", foreign, within)
			}
		}
		if asked < 90 {
			t.Errorf("%s asked %d times", name, asked)
		}
		if after := len(boss.events(t, e.domain)); after != before {
			t.Errorf("%s left %d events in the other's log", name, after-before)
		}
		for path, secret := range map[string]string{"/api/v2/organizations?per_page=100": e.domain, "/api/v2/sso-connections?per_page=100": e.connected} {
			if a := thief.ask(t, http.MethodGet, path, ""); a.status != http.StatusOK || strings.Contains(a.text(), secret) {
				t.Errorf("%s: a list is answered with %d, or has what is another's", name, a.status)
			}
		}
		if a := thief.ask(t, http.MethodGet, "/api/v2/org/"+thief.own.domain+"/log-events", ""); a.status != http.StatusOK {
			t.Errorf("%s: its own log is answered with %d", name, a.status)
		}
	}
	if a := boss.ask(t, http.MethodGet, e.fill("/api/v2/org/:org_domain/users/:user_id"), ""); a.status != http.StatusOK {
		t.Error("the victim's user is gone", fmt.Sprint(a.status))
	}
}
