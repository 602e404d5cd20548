package attacks

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"
)

// party is an organization's server at the session API, with an access token.
type party struct {
	g     *gateway
	token string
}

func (g *gateway) party(t *testing.T, identifier, secret string) party {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {"signicat-api"}, "client_id": {identifier}, "client_secret": {secret}}
	a := send(t, http.MethodPost, g.base+"/auth/open/connect/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	var issued struct {
		Token string `json:"access_token"`
	}
	if json.Unmarshal(a.body, &issued) != nil || issued.Token == "" {
		t.Fatalf("an access token is answered with %d %s", a.status, a.code)
	}
	return party{g, issued.Token}
}

// shop is the demo organization's own server.
func (g *gateway) shop(t *testing.T) party {
	t.Helper()
	return g.party(t, "demo-session", "demo-session-secret")
}

const sessions = "/auth/rest/sessions"

func (p party) ask(t *testing.T, method, path, body string) answer {
	t.Helper()
	return send(t, method, p.g.base+path, body, "Authorization", "Bearer "+p.token)
}

// hosts creates a session, which must work. Its person can do everything that those of operations can.
func (p party) hosts(t *testing.T, body string) began {
	t.Helper()
	a := p.ask(t, http.MethodPost, sessions, body)
	var made struct {
		ID  string
		URL string `json:"authenticationUrl"`
	}
	if a.status != http.StatusOK || json.Unmarshal(a.body, &made) != nil || made.ID == "" {
		t.Fatalf("a session is answered with %d %s", a.status, a.code)
	}
	return began{path: sessions + "/" + made.ID, ID: made.ID, URL: made.URL}
}

// redirected are the bodies of sessions on a page that stands alone, embedded of those in a frame.
func redirected(providers string) string {
	return `{"flow":"redirect","requestedAttributes":["name","nin"],"allowedProviders":[` + providers + `],"externalReference":"a caller's own",
		"callbackUrls":{"success":"` + done + `","abort":"` + done + `?no","error":"` + done + `?error"}}`
}

const embedded = `{"flow":"embedded","requestedAttributes":["name","nin"],"allowedProviders":["sbid"],"embeddedParentDomains":["shop.example"],"returnUrl":"` + done + `"}`

// tale is a session as the API tells of it.
type tale struct {
	Status  string
	Code    string
	Nonce   string `json:"sessionNonce"`
	Subject *struct{ Name string }
}

// told asks how far a session is, as soon as one may ask again.
func (p party) told(t *testing.T, o began, query string) (s tale, a answer) {
	t.Helper()
	p.g.clock.Advance(time.Second)
	if a = p.ask(t, http.MethodGet, o.path+query, ""); a.status == http.StatusOK && json.Unmarshal(a.body, &s) != nil {
		t.Fatal("a session is not told in JSON")
	}
	return s, a
}

// stands fails unless the session does so.
func (p party) stands(t *testing.T, o began, status string) {
	t.Helper()
	if s, a := p.told(t, o, ""); s.Status != status {
		t.Errorf("the session is %q (%d %s), and should be %s", s.Status, a.status, a.code, status)
	}
}

// posts sends a form of a page.
func (b *browser) posts(t *testing.T, address string, form url.Values, headers ...string) answer {
	t.Helper()
	a := through(t, b.client, http.MethodPost, address, form.Encode(),
		append([]string{"Accept", "text/html", "Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
	b.seen.Write(a.body)
	return a
}

var (
	pageSecret = regexp.MustCompile(`name="browser" value="([A-Za-z0-9]{40})"`)
	pageProof  = regexp.MustCompile(`data-proof="([A-Za-z0-9_-]+)"`)
)

func one(t *testing.T, what *regexp.Regexp, in answer) string {
	t.Helper()
	found := what.FindSubmatch(in.body)
	if found == nil {
		t.Fatalf("the page has no %s, and is answered with %d %s", what, in.status, in.code)
	}
	return string(found[1])
}

// settles waits until a session is over. Whoever asks the provider works by the real clock, so that both go on.
func (g *gateway) settles(t *testing.T, o began) {
	t.Helper()
	again := time.NewTicker(30 * time.Millisecond)
	defer again.Stop()
	for n := range 4_000 { // two minutes
		if g.session(t, o).State.Settled() {
			return
		}
		if n < 300 { // no more, or it runs out
			g.clock.Advance(300 * time.Millisecond)
		}
		<-again.C
	}
	t.Fatal("the session does not end")
}
