package orgapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
)

const tokens = "/api/v2/oauth/token"

func TestWrongSecretsAreHeardTenTimes(t *testing.T) {
	g := open(t, orgapi.Config{})
	wrong := func(identifier string) string {
		return `{"client_id":"` + identifier + `","client_secret":"wrong","grant_type":"client_credentials"}`
	}
	for range 10 {
		if a := g.ask(t, "", "POST", tokens, wrong("full")); a.StatusCode != http.StatusUnauthorized {
			t.Fatal(a)
		}
	}
	for _, path := range []string{tokens, "/oauth/token"} { // the right secret is not heard either, at any of the doors
		a := g.ask(t, "", "POST", path, tokenBody)
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" || a.Header.Get("X-Error-Code") != "temporarily_unavailable" || strings.Contains(a.body, "token-of") {
			t.Error(a)
		}
	}
	if a := g.ask(t, "", "POST", tokens, wrong("reader")); a.StatusCode != http.StatusUnauthorized {
		t.Error("another client is counted with the first:", a)
	}
	if a := g.ask(t, "full", "GET", orgs, ""); a.StatusCode != http.StatusOK {
		t.Error("a token that is there stopped working:", a)
	}
}

func TestADomainThatIsNotTheClientsCountsAsAWrongSecret(t *testing.T) {
	g := open(t, orgapi.Config{})
	ask := func() answer {
		return g.ask(t, "", "POST", tokens, strings.Replace(tokenBody, "your-domain", "elsewhere", 1))
	}
	for range 10 {
		if a := ask(); a.StatusCode != http.StatusUnauthorized {
			t.Fatal(a)
		}
	}
	if a := ask(); a.StatusCode != http.StatusTooManyRequests {
		t.Error(a)
	}
}

func TestRequestsThatAreNoAttemptCountForNothing(t *testing.T) {
	g := open(t, orgapi.Config{})
	for range 20 {
		for _, body := range []string{`{`, `{}`, `{"grant_type":"password","client_id":"full","client_secret":"wrong"}`, `{"grant_type":"client_credentials","client_id":"full"}`} {
			if a := g.ask(t, "", "POST", tokens, body); a.StatusCode != 400 && a.StatusCode != 401 {
				t.Fatal(a)
			}
		}
	}
	if a := g.ask(t, "", "POST", tokens, tokenBody); a.StatusCode != http.StatusOK {
		t.Error(a)
	}
}

func TestClientsAreHeldToTheirPace(t *testing.T) {
	g := open(t, orgapi.Config{ClientRate: 2})
	for i := range 5 {
		a := g.ask(t, "full", "GET", misapret, "")
		if want := []int{200, 200, 200, 200, 429}[i]; a.StatusCode != want {
			t.Errorf("request %d: %d", i, a.StatusCode)
		}
		if i == 4 && (a.Header.Get("Retry-After") != "1" || a.body != `{"error":{"type":"too_many_requests","message":"Too many requests; try again later.","doc_urls":[]}}`) {
			t.Error(a)
		}
	}
	if a := g.ask(t, "sandbox", "GET", misapret, ""); a.StatusCode != 200 {
		t.Error("another client is counted with the first:", a)
	}
	for i := range 5 { // looking for other people's things is no way around it
		a := g.ask(t, "named", "GET", orgs+"/elsewhere", "")
		if want := []int{404, 404, 404, 404, 429}[i]; a.StatusCode != want {
			t.Errorf("search %d: %d", i, a.StatusCode)
		}
	}
	for range 10 { // and who is nobody cannot use up anybody's pace
		if a := g.ask(t, "raw Bearer nonsense", "GET", misapret, ""); a.StatusCode != 401 {
			t.Error(a)
		}
	}
}

func TestTokensAreHandedOutAtAPace(t *testing.T) {
	g := open(t, orgapi.Config{ClientRate: 1})
	for i := range 3 {
		a := g.ask(t, "", "POST", tokens, tokenBody)
		if want := []int{200, 200, 429}[i]; a.StatusCode != want {
			t.Errorf("request %d: %d", i, a.StatusCode)
		}
	}
}

func TestATokenRequestSaysWhoAsksOnce(t *testing.T) {
	g := open(t, orgapi.Config{})
	const basic = "Authorization: Basic ZnVsbDpzZWNyZXQlM0FmdWxs"
	for _, c := range []struct {
		body   string
		header string
		status int
	}{
		{"grant_type=client_credentials", basic, 200}, {"grant_type=client_credentials&client_id=full", basic, 200},
		{"grant_type=client_credentials&client_id=reader", basic, 400}, {"grant_type=client_credentials&client_id=full&client_secret=secret:full", basic, 400},
		{"grant_type=client_credentials", "Authorization: Basic !", 401}, {"grant_type=client_credentials", "Authorization: Basic OnNlY3JldA==", 401},
		{"grant_type=client_credentials&client_id=full&client_secret=secret:full", "Authorization: Bearer token-of-full", 401},
		{"grant_type=client_credentials&client_id=full&client_secret=" + strings.Repeat("x", 1001), "", 401}, {"grant_type=client_credentials&client_id=&client_secret=", "", 401},
		{"grant_type[]=client_credentials&client_id=full&client_secret=secret:full", "", 400}, {"grant_type=client_credentials&client_id[a]=full&client_secret=secret:full", "", 400},
		{"grant_type=client_credentials&client_id=full&client_secret=secret:full&domain=your-domain&tenant_domain=your-domain&audience=", "", 200},
		{"grant_type=client_credentials&client_id=full&client_secret=secret:full&domain[]=your-domain", "", 400},
		{`{"grant_type":"client_credentials","client_id":"full","client_secret":"secret:full","scope":7,"kind":"sso"}`, "", 200},
	} {
		g.limits.Reset()
		g.reset(nil)
		headers := []string{"Content-Type: " + form}
		if c.header != "" {
			headers = append(headers, c.header)
		}
		a := g.ask(t, "", "POST", tokens, c.body, headers...)
		if a.StatusCode != c.status || (g.last() != nil) != (c.status == 200) {
			t.Errorf("%.100s %s: %d", c.body, c.header, a.StatusCode)
		}
		if !strings.HasPrefix(a.body, `{"`) || c.status != 200 && !strings.HasPrefix(a.body, `{"error":"invalid_`) {
			t.Errorf("%.100s: %s", c.body, a.body)
		}
	}
}
