package attacks

import (
	"html"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
	"time"
)

// browser is somebody's own: with cookies, and all that it was ever sent.
type browser struct {
	g      *gateway
	client *http.Client
	seen   strings.Builder
}

func (g *gateway) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{g: g, client: &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: caller.CheckRedirect}}
}

func (b *browser) visit(t *testing.T, method, address string, headers ...string) answer {
	t.Helper()
	a := through(t, b.client, method, address, "", append([]string{"Accept", "text/html"}, headers...)...)
	b.seen.Write(a.body)
	for name, values := range a.header {
		b.seen.WriteString("\n" + name + ": " + strings.Join(values, "\n"))
	}
	return a
}

func (b *browser) get(t *testing.T, address string, headers ...string) answer {
	t.Helper()
	return b.visit(t, http.MethodGet, address, headers...)
}

// begins presses the button of a page, which must work.
func (b *browser) begins(t *testing.T, o began) {
	t.Helper()
	if a := b.visit(t, http.MethodPost, o.URL+"/begin"); a.status != http.StatusSeeOther {
		t.Fatalf("a person's begin is answered with %d %s", a.status, a.code)
	}
}

var onward = regexp.MustCompile(`href="([^"]*/simulator/oauth2/authorize[^"]*)"`)

// approves takes the person from the page to the provider, who is told who it is, and gives the address that the browser
// is sent back to with the proof.
func (b *browser) approves(t *testing.T, o began, who string) (back string) {
	t.Helper()
	return b.approvesAt(t, onwardOf(t, b.get(t, o.URL)), o, who)
}

// onwardOf is the provider's address on a page.
func onwardOf(t *testing.T, page answer) string {
	t.Helper()
	link := onward.FindStringSubmatch(page.text())
	if link == nil {
		t.Fatal("the page has no way on to the provider")
	}
	return html.UnescapeString(link[1])
}

// approvesAt is approves from the provider's address on.
func (b *browser) approvesAt(t *testing.T, address string, o began, who string) (back string) {
	t.Helper()
	b.get(t, address)
	b.g.approve(t, o.ID, who)
	back = b.get(t, address).header.Get("Location")
	if !strings.Contains(back, "/callback/simulator?") {
		t.Fatal("the browser is not sent back to us")
	}
	return back
}

// quiet fails when the browser was told anything about a person, or of a code that stands for one.
func (b *browser) quiet(t *testing.T, who string) {
	t.Helper()
	p := b.g.people[who]
	if p.SSN == "" || p.Surname == "" {
		t.Fatal("nobody is called", who)
	}
	for what, secret := range map[string]string{
		"a number": p.SSN, "a given name": p.GivenName, "a surname": p.Surname, "an address": p.Address, "an e-mail address": p.Email, "a code": "code=",
	} {
		if secret != "" && strings.Contains(b.seen.String(), secret) {
			t.Errorf("the attacker's browser was told %s", what)
		}
	}
}
