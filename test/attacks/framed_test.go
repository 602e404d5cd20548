package attacks

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// ancestors is what the policy of an answer says of who may show it inside of something else.
func ancestors(t *testing.T, a answer) string {
	t.Helper()
	_, rest, found := strings.Cut(a.header.Get("Content-Security-Policy"), "frame-ancestors ")
	if !found || len(a.header.Values("Content-Security-Policy")) != 1 {
		t.Fatal("an answer says nothing of frames, or says it twice")
	}
	rest, _, _ = strings.Cut(rest, ";")
	return rest
}

func TestOnlyTheNamedPagesMayShowOursInsideOfTheirs(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, b := g.shop(t), g.browser(t)
	alone, within := p.hosts(t, redirected(`"mitid"`)), p.hosts(t, embedded)
	for what, o := range map[string]began{"'none'": alone, "https://shop.example": within} {
		// A page is framed as itself, as another language, as a failure, and as what is over.
		for _, path := range []string{"", "?lang=da", "?on=1", "?frames=https://evil.example"} {
			a := b.get(t, o.URL+path, "Origin", "https://evil.example", "Referer", "https://evil.example/")
			if got := ancestors(t, a); got != what || a.header.Get("X-Frame-Options") != "" && what != "'none'" {
				t.Errorf("%s may be shown by %s", path, got)
			}
		}
		for _, a := range []answer{b.posts(t, o.URL+"/begin", url.Values{"eid": {"no.bankid"}}), b.posts(t, o.URL+"/nothing", nil), b.get(t, o.URL+"/state")} {
			if got := ancestors(t, a); got != "'none'" && got != what {
				t.Errorf("an answer with %d may be shown by %s", a.status, got)
			}
		}
		p.ask(t, http.MethodPost, o.path+"/cancel", "")
		if got := ancestors(t, b.get(t, o.URL)); got != what {
			t.Errorf("the end may be shown by %s", got)
		}
	}
	for _, path := range []string{"/", "/docs", "/s/unknown", "/callback/simulator?state=x", sessions, "/auth/open/connect/token", "/simulator"} {
		if got := ancestors(t, send(t, http.MethodGet, g.base+path, "", "Accept", "text/html")); got != "'none'" {
			t.Errorf("%s may be shown by %s", path, got)
		}
	}
	for _, evil := range []string{"*", "*.example.com", "https://*", "'self'", "data:", "https:", "a.example b.example", "a.example; script-src *", "a.example\r\nX: y", "a.example/path", "user@a.example", "a.example:*", "javascript:x", "", ".", "a..example", "//a.example"} {
		body := strings.Replace(embedded, `"shop.example"`, quoted(evil), 1)
		if a := p.ask(t, http.MethodPost, sessions, body); a.status != http.StatusBadRequest {
			t.Errorf("a parent %q is answered with %d", evil, a.status)
		}
	}
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", `\r`, "\n", `\n`, "\t", `\t`, "\x00", `\u0000`).Replace(s) + `"`
}

// cookieless is a browser that keeps no cookies inside of other sites' pages.
func (g *gateway) cookieless() *browser { return &browser{g: g, client: caller} }

// frame is an embedded session, begun in a browser without cookies.
func (b *browser) frame(t *testing.T, p party) (o began, secret string) {
	t.Helper()
	o = p.hosts(t, embedded)
	secret = one(t, pageSecret, b.get(t, o.URL))
	one(t, pageSecret, b.posts(t, o.URL+"/begin", url.Values{"browser": {secret}}))
	return o, secret
}

func TestWhatAFramedPageHoldsOpensThatPageAlone(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, victim, attacker := g.shop(t), g.cookieless(), g.cookieless()
	o, secret := victim.frame(t, p)
	other, his := attacker.frame(t, p)
	proof := one(t, pageProof, victim.posts(t, o.URL, url.Values{"browser": {secret}}))

	wrong := []string{"", his, proof, o.ticket(), o.ID, strings.ToUpper(secret), secret[1:], secret + "a", reversed(secret), strings.Repeat("a", 40)}
	for i, guess := range wrong {
		for _, path := range []string{"", "/begin", "/reconsider", "/cancel"} {
			forbidden(t, "a form with a wrong secret", attacker.posts(t, o.URL+path, url.Values{"browser": {guess}}))
		}
		for _, path := range []string{"", "/state", "/events"} {
			for _, headers := range [][]string{{"X-Eidgate-Browser", guess}, {"Cookie", "eidgate=" + guess}, {"Cookie", "eidgate-framed=" + guess}} {
				if a := send(t, http.MethodGet, o.URL+path, "", append(headers, "Accept", "application/json")...); a.status != http.StatusForbidden {
					t.Errorf("guess %d at %q by %s is answered with %d", i, path, headers[0], a.status)
				}
			}
		}
	}
	// A secret counts where it is expected: not in an address, not in JSON, and not from another site's page.
	forbidden(t, "a secret in the address", send(t, http.MethodGet, o.URL+"/state?browser="+secret, ""))
	forbidden(t, "a secret in the address of a form", attacker.posts(t, o.URL+"/cancel?browser="+secret, nil))
	forbidden(t, "a secret in JSON", send(t, http.MethodPost, o.URL+"/cancel", `{"browser":"`+secret+`"}`))
	for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://shop.example"}, {"Origin", "null"}, {"Origin", "https://evil.example"}} {
		for _, path := range []string{"", "/begin", "/reconsider", "/cancel"} {
			forbidden(t, "another site's form", victim.posts(t, o.URL+path, url.Values{"browser": {secret}}, headers...))
		}
	}
	if a := send(t, http.MethodGet, o.URL+"/state", "", "X-Eidgate-Browser", secret, "Origin", "https://shop.example"); a.header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("another site's script may read what a page is told")
	}
	p.stands(t, o, "WAITING_FOR_USER")
	// It is in no address that the page leads to, and the other session is none of its business.
	forbidden(t, "the victim's secret at another session", victim.posts(t, other.URL+"/cancel", url.Values{"browser": {secret}}))
	for _, part := range strings.FieldsFunc(victim.seen.String(), func(r rune) bool { return strings.ContainsRune("\"'<> \n", r) }) {
		if strings.Contains(part, "/") && (strings.Contains(part, secret) || strings.Contains(part, proof)) {
			t.Error("a secret stands in an address")
		}
	}
}

func TestAResultOfABrowserWithoutCookiesIsForWhoeverHasItsProof(t *testing.T) {
	t.Parallel()
	g := open(t)
	p, victim, attacker := g.shop(t), g.cookieless(), g.cookieless()
	o, secret := victim.frame(t, p)
	other, his := attacker.frame(t, p)
	proof := one(t, pageProof, victim.posts(t, o.URL, url.Values{"browser": {secret}}))
	stolen := one(t, pageProof, attacker.posts(t, other.URL, url.Values{"browser": {his}}))
	g.approve(t, o.ID, "anna")
	g.settles(t, o)

	for _, query := range []string{"", "?sessionNonce=", "?sessionNonce=" + stolen, "?sessionNonce=" + secret, "?sessionNonce=" + o.ticket(), "?SessionNonce=" + proof, "?sessionNonce=" + proof[1:], "?sessionNonce=" + proof + "=", "?sessionNonce=" + stolen + "&sessionNonce=" + proof} {
		if s, a := p.told(t, o, query); a.status != http.StatusBadRequest || s.Subject != nil || strings.Contains(a.text(), g.people["anna"].Surname) {
			t.Errorf("%d characters of a nonce are answered with %d", len(query), a.status)
		}
	}
	if a := p.ask(t, http.MethodPost, o.path+"/cancel", ""); strings.Contains(a.text(), g.people["anna"].Surname) || strings.Contains(a.text(), proof) {
		t.Error("to take it back tells who it was, or how to find out")
	}
	if s, a := p.told(t, o, "?sessionNonce="+proof); a.status != http.StatusOK || s.Subject == nil || s.Subject.Name == "" || s.Nonce != proof {
		t.Errorf("the proof is answered with %d %s", a.status, a.code)
	}
	if s, a := p.told(t, other, "?sessionNonce="+proof); a.status != http.StatusBadRequest || s.Subject != nil {
		t.Errorf("the proof of another session is answered with %d", a.status)
	}
	attacker.quiet(t, "anna")
}

// Pages that stand alone and framed ones have cookies of their own, and neither is taken for the other.
func TestAFramedCookieThatASiblingHasSetNamesNoBrowser(t *testing.T) {
	t.Parallel()
	const public = "https://127.0.0.1:8443" // TLS ends before the gateway
	g := open(t, "EIDGATE_PUBLIC_URL="+public)
	p := g.shop(t)
	known := strings.Repeat("Known0", 7)[:40]
	for _, cookie := range []string{"eidgate-framed=" + known, "__Secure-eidgate-framed=" + known, "__HOST-eidgate-framed=" + known, "\u2000__Host-eidgate-framed=" + known, "__Host-eidgate=" + known} {
		o := p.hosts(t, embedded)
		page := g.base + strings.TrimPrefix(o.URL, public)
		a := send(t, http.MethodGet, page, "", "Accept", "text/html", "Cookie", cookie)
		given := strings.ToLower(strings.Join(slices.DeleteFunc(a.header.Values("Set-Cookie"), func(c string) bool { return !strings.Contains(c, "-framed=") }), "\n"))
		secret := one(t, pageSecret, a)
		if secret == known {
			t.Errorf("%q names the browser", cookie)
		}
		for _, want := range []string{"__host-eidgate-framed=", "secure", "httponly", "path=/", "samesite=none", "partitioned"} {
			if !strings.Contains(given, want) {
				t.Errorf("the cookie has no %s", want)
			}
		}
		if a := send(t, http.MethodPost, page+"/begin", url.Values{"browser": {secret}}.Encode(), "Accept", "text/html", "Cookie", cookie, "Content-Type", "application/x-www-form-urlencoded"); a.status != http.StatusOK {
			t.Fatalf("the victim's begin is answered with %d %s", a.status, a.code)
		}
		for _, his := range []string{"__Host-eidgate-framed=" + known, "__Host-eidgate=" + known, "__Host-eidgate=" + secret[1:] + "x"} {
			forbidden(t, "whoever knows the tossed cookie", send(t, http.MethodGet, page, "", "Accept", "text/html", "Cookie", his))
		}
	}
}
