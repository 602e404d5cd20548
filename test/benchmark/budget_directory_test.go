package benchmark

import (
	"net/http"
	"net/url"
	"testing"
)

// TestEveryRequestAboutOrganizationsKeepsToItsBudget counts like [TestEveryRequestKeepsToItsBudget], for the organization
// API. Every request of a management client begins with one SELECT: the client, its root organization, and what it asks
// about. Every change is told: its fact and the fact's delivery are two of its writes.
func TestEveryRequestAboutOrganizationsKeepsToItsBudget(t *testing.T) {
	for name, storage := range storages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := open(t, storage(t), t.TempDir(), alone())
			bearer := spendOnTokens(t, g)
			spendOnUsers(t, g, bearer)
			spendOnApplications(t, g, bearer)
		})
	}
}

type made struct{ ID string }

func spendOnTokens(t *testing.T, g *gateway) (bearer string) {
	within := spender(t, g)
	g.manager(t) // the first one makes the key
	within("a token", cost{selects: 1}, func() { bearer = g.manager(t) })
	// The first token that is shown has the keys read that verify it.
	g.send(t, http.MethodGet, "/api/v2/organizations", bearer, nil, nil)
	// Its root, held until the end; then the domain that stays taken, and the organization.
	within("a new organization", cost{selects: 2, writes: 4, commits: 1}, func() {
		g.send(t, http.MethodPost, "/api/v2/organizations", bearer, map[string]string{"name": "Acme"}, nil)
	})
	// Nobody has to say who asks: the organization and its keys.
	within("the keys of an organization", cost{selects: 2}, func() { g.send(t, http.MethodGet, "/t/acme/.well-known/jwks.json", "", nil, nil) })
	return bearer
}

func spendOnUsers(t *testing.T, g *gateway, bearer string) {
	within := spender(t, g)
	var u made
	ask := func(method, path string, body, result any) func() {
		return func() { t.Helper(); g.send(t, method, usersOfAcme+path, bearer, body, result) }
	}
	// The user and its address.
	within("a new user", cost{selects: 1, writes: 4, commits: 1}, ask(http.MethodPost, "", somebody(0), &u))
	one := "/" + u.ID
	within("a user by identifier", cost{selects: 2}, ask(http.MethodGet, one, nil, nil))
	within("a user by address", cost{selects: 2}, func() {
		g.send(t, http.MethodGet, "/api/v2/org/acme/user-by-email/"+url.PathEscape(somebody(0).Email), bearer, nil, nil)
	})
	// The user with its metadata; then, for what a change may touch, its address and its metadata as they are now.
	within("a user's new name", cost{selects: 4, writes: 3, commits: 1}, ask(http.MethodPut, one, map[string]string{"given_name": "Beata"}, nil))
	within("a user's old name", cost{selects: 2}, ask(http.MethodPut, one, map[string]string{"given_name": "Beata"}, nil))
	// As before, and the old address that goes and the new one that comes.
	within("a user's new address", cost{selects: 4, writes: 5, commits: 1}, ask(http.MethodPut, one, map[string]string{"email": somebody(1).Email}, nil))
	// The page with the number of all, and the metadata of those on it. Behind the last page the number is asked for alone.
	within("a page of users", cost{selects: 3}, ask(http.MethodGet, "", nil, nil))
	within("a page of users behind the last", cost{selects: 3}, ask(http.MethodGet, "?page=9", nil, nil))
	within("the end of a user", cost{selects: 2, writes: 3, commits: 1}, ask(http.MethodDelete, one, nil, nil))
	// The page with the number of all, and the addresses of the users whom it names.
	within("a page of events", cost{selects: 3}, func() { g.send(t, http.MethodGet, "/api/v2/org/acme/log-events", bearer, nil, nil) })
}

func spendOnApplications(t *testing.T, g *gateway, bearer string) {
	within := spender(t, g)
	ask := func(method, path string, body, result any) func() {
		return func() { t.Helper(); g.send(t, method, "/api/v2/org/acme"+path, bearer, body, result) }
	}
	var a, c made
	within("a new application", cost{selects: 1, writes: 3, commits: 1}, ask(http.MethodPost, "/applications", map[string]any{
		"name": "Web", "application_type": "react", "allowed_redirect_urls": []string{"https://app.example/in"},
		"allowed_logout_urls":  []string{"https://app.example/out"},
		"allowed_origins_cors": []string{"https://app.example"}, "allowed_web_origins": []string{"https://app.example"},
	}, &a))
	within("a page of applications", cost{selects: 2}, ask(http.MethodGet, "/applications", nil, nil))
	// The application, held until the end, the connection under its redirection, and the redirection that is answered with;
	// the connection, the redirection, the three facts, and their deliveries.
	within("a new connection", cost{selects: 4, writes: 4, commits: 1}, ask(http.MethodPost, "/sso-connections", map[string]string{
		"application_id": a.ID, "sso_admin_email": "administrator@example.com",
	}, &c))
	within("a connection", cost{selects: 2}, ask(http.MethodGet, "/sso-connections/"+c.ID, nil, nil))
	within("a page of connections", cost{selects: 2}, ask(http.MethodGet, "/sso-connections", nil, nil))
	within("a page of every connection", cost{selects: 2}, func() { g.send(t, http.MethodGet, "/api/v2/sso-connections", bearer, nil, nil) })
	within("a page of connections with what belongs to them", cost{selects: 3},
		ask(http.MethodGet, "/sso-connections?preload_associations[]=onboarding&preload_associations[]=default_redirection", nil, nil))
}
