package binary_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

func TestTheLinesOfTheReadmeKeepAnOrganization(t *testing.T) {
	lines := strings.Join(scripts(t, "Organizations, with curl"), "echo\n")
	storages(t, func(t *testing.T, g *gateway) {
		g.start(t)
		out := play(t, g, t.TempDir(), lines)
		for what, times := range map[string]int{
			`"email":"eva@northwind.example"`: 4, `"given_name":"Eva"`: 2, // as made, and as found; the e-mail address in two places
			`"sso_admin_email":"it@northwind.example"`: 1, `"state":"not_initialized"`: 1,
			"set up single sign-on (SAML) for Northwind Foods AB": 1, g.base + "/onboarding/": 1,
			`"event_code":"API_SSO_ADMIN_INVITED"`: 1, `"total_count":1`: 3,
			`{"keys":[]}`: 1, `"alg":"RS256"`: 1, `"error"`: 0,
		} {
			if strings.Count(out, what) != times {
				t.Errorf("%q is there %d times, not %d", what, strings.Count(out, what), times)
			}
		}
		if token := regexp.MustCompile(`(?m)^eyJ[\w-]+\.[\w-]+\.[\w-]+$`); !token.MatchString(out) {
			t.Error("no sample of a token was printed")
		}
		var published struct{ Keys []json.RawMessage }
		a := g.ask("GET", "/t/northwind-foods-ab/.well-known/sample-jwks", "", nil)
		if err := json.Unmarshal(a.body, &published); err != nil || len(published.Keys) != 1 {
			t.Errorf("%d keys are published: %v", len(published.Keys), err)
		}
		if page := g.ask("GET", "/docs/events", "", nil); !page.ok() || !strings.Contains(string(page.body), ` id="API_SSO_ADMIN_INVITED"`) {
			t.Error("the page of log events lacks their codes")
		}
	})
}
