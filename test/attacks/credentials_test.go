package attacks

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/accountapi"
	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/app/organization"
)

// words are how a surface says that it does not know somebody.
type words struct {
	members   []string // of the body
	challenge string   // how WWW-Authenticate begins
	routes    []httpapi.Route
}

// surfaces are those that want a credential.
func surfaces() map[string]words {
	return map[string]words{
		"account":      {[]string{"message"}, "", accountapi.New(accountapi.Config{}, accountapi.Deps{}).Routes()},
		"eid":          {[]string{"message"}, "Basic ", eidapi.New(eidapi.Config{}, eidapi.Deps{}).Routes()},
		"organization": {[]string{"error"}, "Bearer ", orgapi.New(orgapi.Config{}, orgapi.Deps{}).Routes()},
		"session":      {[]string{"code", "detail", "status", "title", "traceId", "type"}, "Bearer ", sessionapi.New(sessionapi.Config{}, sessionapi.Deps{}).Routes()},
	}
}

// anonymous holds for routes that want no credential, or a secret in the body.
func anonymous(pattern string) bool {
	return strings.HasPrefix(pattern, "/t/") || strings.HasPrefix(pattern, "/auth/open/") || strings.HasSuffix(pattern, "/oauth/token") || strings.HasPrefix(pattern, "/api/v1/sso/") || pattern == "/api/v1/crm/auth/login"
}

// Each surface knows its own credentials and nobody else's, however often routes were put together anew.
func TestNoCredentialOpensAnotherSurface(t *testing.T) {
	t.Parallel()
	for range 3 {
		g := open(t)
		shown := credentials(t, g)
		asked := 0
		for name, s := range surfaces() {
			for _, r := range s.routes {
				if anonymous(r.Pattern) {
					continue
				}
				path := placeholder.ReplaceAllLiteralString(r.Pattern, nowhere)
				for owner, list := range shown {
					for i, credential := range list {
						if owner == name || credential == "" && strings.HasSuffix(r.Pattern, "/criipto/ftn/auth") { // who may be anonymous in development
							continue
						}
						asked++
						if strings.Contains(r.Pattern, "/criipto/") {
							g.clock.Advance(7 * time.Second) // there everybody may ask ten times a minute
						}
						headers := []string{"Authorization", strings.Replace(credential, "#", base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "nobody-%d:secret", asked)), 1)}
						if credential == "" {
							headers = nil
						}
						a := send(t, r.Method, g.base+path, `{"a":`, headers...)
						var body map[string]any
						_ = json.Unmarshal(a.body, &body) // then it has no members
						if a.status != http.StatusUnauthorized || !slices.Equal(slices.Sorted(maps.Keys(body)), s.members) || !strings.HasPrefix(a.header.Get("WWW-Authenticate"), s.challenge) || a.code == "" {
							t.Errorf("%s %s with credential %d of %s: %d %s in the members %v", r.Method, r.Pattern, i, owner, a.status, a.code, slices.Sorted(maps.Keys(body)))
						}
					}
				}
			}
		}
		if asked < 1000 {
			t.Errorf("asked %d times", asked)
		}
	}
}

// credentials are all that anybody can have, by the surface that knows them.
func credentials(t *testing.T, g *gateway) map[string][]string {
	t.Helper()
	token := func(path, body string) string {
		var got struct{ Token string }
		if a := send(t, http.MethodPost, g.base+path, body); json.Unmarshal(a.body, &got) != nil || got.Token == "" {
			t.Fatalf("%s is answered with %d", path, a.status)
		}
		return "Bearer " + got.Token
	}
	basic := func(identifier, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(identifier+":"+secret))
	}
	boss := g.manager(t, organization.DemoDomain, nil)
	e := boss.acquire(t, "Samples")
	var sample struct {
		Access   string `json:"access_token_jwt"`
		Identity string `json:"id_token_jwt"`
	}
	if a := boss.ask(t, http.MethodGet, e.fill("/api/v2/org/:org_domain/token-customization/sample?user_id=$user"), ""); json.Unmarshal(a.body, &sample) != nil || sample.Access == "" || sample.Identity == "" {
		t.Fatalf("a sample is answered with %d", a.status)
	}
	access := g.party(t, "demo-session", "demo-session-secret").token
	head, rest, _ := strings.Cut(access, ".")
	bossHead, bossRest, _ := strings.Cut(boss.token, ".")
	return map[string][]string{
		"account": {
			token("/api/v1/sso/token", `{"client_id":"demo-sso","client_secret":"demo-sso-secret","email":"anna.andersson@example.com"}`),
			token("/api/v1/crm/auth/login", `{"username":"crm@demo.example","password":"demo-crm-password"}`),
		},
		"eid":          {basic("demo", "demo-eid-secret")},
		"organization": {"Bearer " + boss.token},
		"session":      {"Bearer " + access},
		"nobody": {
			"", "Bearer " + sample.Access, "Bearer " + sample.Identity, "Bearer ", "Bearer nonsense", "Bearer a.b.c", "Bearer 12|" + strings.Repeat("x", 40),
			"Basic #", "Basic nonsense", "Digest username=demo", boss.token, "Bearer " + boss.token[:len(boss.token)-4] + "AAAA",
			// What one key signed under the name of another, with no key at all, and two tokens in one.
			"Bearer " + bossHead + "." + rest, "Bearer " + head + "." + bossRest, "Bearer eyJhbGciOiJub25lIn0." + rest, "Bearer " + access[:len(access)-4] + "AAAA",
			"Bearer " + access + "," + boss.token, "Bearer " + access[:20] + " " + access[20:], "Basic " + access, access,
		},
	}
}
