package binary_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// What organizations have is under keys, too: directories, their administrators' addresses, and the keys that sign their
// tokens. All of it is read as before when the keys are others.
func TestOrganizationsSurviveAChangeOfKeys(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		must(t, g.environ, "organization", "create", "--name", "Acme")
		g.start(t)
		s := secrets{}
		token := g.management(t, s)
		const org, users = "/api/v2/org/acme", "/api/v2/org/acme/users"
		g.directory(t, s, token)
		for i := range 220 { // more than are moved at once
			made(t, g.ask(http.MethodPost, users, token, object{"email": fmt.Sprintf("crowd-%d@example.com", i), "given_name": "Crowd"}))
		}
		connection := g.connection(t, token, administrator)
		if a := g.ask(http.MethodPost, connection+"/invite-admin", token, nil); a.status != http.StatusCreated {
			t.Fatalf("an invitation is answered with %v", a)
		}
		link := developmentLink.FindString(string(g.ask(http.MethodGet, "/dev/mail.json", "", nil).body))
		looks := []string{
			users + "?per_page=100", users + "?per_page=100&page=3", org + "/user-by-email/" + url.PathEscape("crowd-219@example.com"), org + "/token-customization/user-metakey",
			connection + "?preload_associations[]=onboarding&preload_associations[]=default_redirection", org + "/applications", "/t/acme/.well-known/sample-jwks",
		}
		seen := map[string]string{}
		for _, path := range looks {
			a := g.ask(http.MethodGet, path, token, nil)
			if seen[path] = string(a.body); !a.ok() {
				t.Fatalf("%s is answered with %v", path, a)
			}
		}

		old := strings.Fields(strings.Split(must(t, g.environ, "keys", "status"), "\n")[1])[0]
		key := must(t, g.environ, "keys", "add")
		eventually(t, patience, "the gateway knows the key", func() bool { return g.knows(key) })
		must(t, g.environ, "keys", "activate", key)
		made(t, g.ask(http.MethodPost, users, token, object{"email": "between@example.com"}))
		must(t, g.environ, "keys", "rotate")
		must(t, g.environ, "keys", "retire", old)
		eventually(t, patience, "the gateway has forgotten the key", func() bool { return !g.knows(old) })
		late := made(t, g.ask(http.MethodPost, users, token, object{"email": "late@example.com"}))

		check := func(when string) {
			for _, path := range looks {
				a := g.ask(http.MethodGet, path, token, nil)
				if !a.ok() || !strings.HasPrefix(path, users) && string(a.body) != seen[path] {
					t.Errorf("%s %s is answered with %v", when, path, a)
				}
			}
			for _, taken := range []string{"crowd-0@example.com", "crowd-219@example.com", "between@example.com", "late@example.com"} {
				if a := g.ask(http.MethodPost, users, token, object{"email": taken}); a.status != http.StatusUnprocessableEntity {
					t.Errorf("%s an address that is taken is answered with %v", when, a)
				}
				if a := g.ask(http.MethodGet, org+"/user-by-email/"+url.PathEscape(taken), token, nil); !a.ok() {
					t.Errorf("%s a user is looked for by address: %v", when, a)
				}
			}
			if a := g.ask(http.MethodGet, org+"/token-customization/sample?user_id="+late.ID, token, nil); !a.ok() {
				t.Errorf("%s a sample is answered with %v", when, a)
			}
			if a := g.ask(http.MethodGet, link, "", nil); a.status != http.StatusOK {
				t.Errorf("%s the link of a letter is answered with %v", when, a)
			}
		}
		check("while serving")
		g.stop(t)
		g.start(t) // with nothing in memory
		check("after a start")

		must(t, g.environ, "organization", "rotate-key", "acme")
		if a := g.ask(http.MethodGet, org+"/token-customization/sample?user_id="+late.ID, token, nil); !a.ok() {
			t.Errorf("a sample is answered with %v", a)
		}
		if keys := string(g.ask(http.MethodGet, "/t/acme/.well-known/sample-jwks", "", nil).body); strings.Count(keys, `"kid"`) != 2 {
			t.Error("the key of before is no longer published, or there is no new one")
		}
	})
}
