package benchmark

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/test/clock"
)

// TestEverySessionKeepsToItsBudget counts like [TestEveryRequestKeepsToItsBudget], for the session API and what its pages
// can do that others cannot.
func TestEverySessionKeepsToItsBudget(t *testing.T) {
	for name, storage := range storages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			later := &clock.Running{}
			g := open(t, storage(t), t.TempDir(), alone(), by(later))
			bearer := spendOnAccess(t, g)
			spendOnHeadless(t, g, later, bearer)
			spendOnChoice(t, g, later, bearer)
		})
	}
}

func spendOnAccess(t *testing.T, g *gateway) (bearer string) {
	within := spender(t, g)
	g.hosted(t) // the first one makes the key
	within("a token", cost{selects: 1}, func() { bearer = g.hosted(t) })
	// The first token that is shown has the keys read that verify it. Who else could be named in a text is looked up once for
	// all starts of some seconds.
	g.send(t, http.MethodPost, hostedSessions, bearer, headless, nil)
	within("the keys", cost{selects: 1}, func() { g.send(t, http.MethodGet, "/auth/open/.well-known/openid-configuration/jwks", "", nil, nil) })
	return bearer
}

func spendOnHeadless(t *testing.T, g *gateway, later *clock.Running, bearer string) {
	within := spender(t, g)
	var s hostedSession
	get := func() { g.send(t, http.MethodGet, hostedSessions+"/"+s.ID, bearer, nil, &s) }
	// Client with organization; then the session, its two facts, and their two deliveries.
	within("a headless session", cost{selects: 1, writes: 3, commits: 1}, func() { g.send(t, http.MethodPost, hostedSessions, bearer, headless, &s) })
	within("a question while the provider rests", cost{selects: 1}, get)
	later.Advance(rest)
	// The claim, and its end.
	within("a question that has the provider asked, in vain", cost{selects: 1, writes: 2, commits: 2}, get)
	if err := g.people.Approve(t.Context(), s.ID, "anna"); err != nil {
		t.Fatal(err)
	}
	for range 3 { // hints, as with the eID operations API
		later.Advance(rest)
		get()
	}
	later.Advance(rest)
	// The claim; then the session, its proofs, its fact and the delivery.
	within("a question that brings the end", cost{selects: 1, writes: 5, commits: 2}, get)
	later.Advance(rest)
	within("a question about a session that is over", cost{selects: 1}, get)
	if s.Status != "SUCCESS" {
		t.Errorf("the session ends %s", s.Status)
	}
}

func spendOnChoice(t *testing.T, g *gateway, later *clock.Running, bearer string) {
	within := spender(t, g)
	order := map[string]any{
		"flow": "redirect", "requestedAttributes": []string{"name"}, "allowedProviders": []string{"mitid", "sbid"}, "callbackUrls": hosted["callbackUrls"],
	}
	var s hostedSession
	create := func() { g.send(t, http.MethodPost, hostedSessions, bearer, order, &s) }
	cancel := func() { g.send(t, http.MethodPost, hostedSessions+"/"+s.ID+"/cancel", bearer, nil, nil) }
	// Client with organization; then the session, its fact and the delivery.
	within("a session on a page", cost{selects: 1, writes: 3, commits: 1}, create)
	within("a question about it", cost{selects: 1}, func() { g.send(t, http.MethodGet, hostedSessions+"/"+s.ID, bearer, nil, nil) })
	// Client with organization, and the session; then as before.
	within("a cancellation", cost{selects: 2, writes: 3, commits: 1}, cancel)
	within("a second cancellation", cost{selects: 2}, cancel)

	create()
	b := g.browser(t)
	page := "/s/" + s.AuthenticationURL[strings.LastIndexByte(s.AuthenticationURL, '/')+1:]
	within("a look at the page with the choice", cost{selects: 1}, func() { b.do(t, http.MethodGet, page, nil) })
	// The session with its organization, both found under the claim that lets one browser place the order once; what was
	// chosen and whose the session is are two facts, and that it is pending is the third.
	within("the choice", cost{selects: 2, writes: 6, commits: 2}, func() { b.do(t, http.MethodPost, page+"/begin", url.Values{"eid": {"se.bankid"}}) })
	within("a look by the page's script", cost{selects: 1}, func() { b.do(t, http.MethodGet, page+"/state", nil) })
	// The session; then itself, its fact and the delivery.
	within("another thought", cost{selects: 1, writes: 3, commits: 1}, func() { b.do(t, http.MethodPost, page+"/reconsider", nil) })
	within("another choice", cost{selects: 2, writes: 6, commits: 2}, func() { b.do(t, http.MethodPost, page+"/begin", url.Values{"eid": {"dk.mitid"}}) })
	within("the person's no", cost{selects: 1, writes: 3, commits: 1}, func() { b.do(t, http.MethodPost, page+"/cancel", nil) })
}

// browser is somebody's, with a cookie.
type browser struct {
	base string
	*http.Client
}

func (g *gateway) browser(t testing.TB) browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return browser{g.base, &http.Client{Timeout: client.Timeout, Jar: jar, CheckRedirect: client.CheckRedirect}}
}

// do asks for something, which has to succeed.
func (b browser) do(t testing.TB, method, path string, filled url.Values) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.base+path, strings.NewReader(filled.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode > 399 {
		t.Fatalf("%s %s: status %d %s", method, path[strings.LastIndexByte(path, '/'):], response.StatusCode, response.Header.Get("X-Error-Code"))
	}
}
