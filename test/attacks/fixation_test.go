package attacks

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func forbidden(t *testing.T, what string, a answer) {
	t.Helper()
	if a.status != http.StatusForbidden {
		t.Errorf("%s is answered with %d", what, a.status)
	}
}

func TestAnAttackerWhoSendsAVictimHisPageGetsNothingBack(t *testing.T) {
	t.Parallel()
	g := open(t)
	attacker, victim := g.browser(t), g.browser(t)
	o := g.demo().login(t)
	attacker.get(t, o.URL) // looks first, and has a cookie of its own then, but binds nothing
	victim.begins(t, o)
	back := victim.approves(t, o, "mette")
	for _, address := range []string{o.URL, o.URL + "/state", back} {
		forbidden(t, "the attacker", attacker.get(t, address))
	}
	forbidden(t, "the attacker's begin", attacker.visit(t, http.MethodPost, o.URL+"/begin"))
	forbidden(t, "the attacker's no", attacker.visit(t, http.MethodPost, o.URL+"/cancel"))
	if to := victim.get(t, back).header.Get("Location"); !strings.HasPrefix(to, done+"?id=") {
		t.Error("the victim is not sent back to the organization")
	}
	for _, address := range []string{o.URL, o.URL + "/state", back} {
		if a := attacker.get(t, address); a.status != http.StatusForbidden || strings.Contains(a.text(), o.ID) {
			t.Errorf("after the end the attacker is answered with %d", a.status)
		}
	}
	attacker.quiet(t, "mette")
	o.is(t, "COMPLETED")
}

func TestAVictimCannotGoOnWithWhatAnAttackerBegan(t *testing.T) {
	t.Parallel()
	g := open(t)
	attacker, victim := g.browser(t), g.browser(t)
	o := g.demo().login(t)
	attacker.begins(t, o)
	for _, path := range []string{"", "/state", "?lang=da&on=1"} {
		if a := victim.get(t, o.URL+path); a.status != http.StatusForbidden || strings.Contains(a.text(), "Demo AB") {
			t.Errorf("the victim is answered with %d", a.status)
		}
	}
	for _, path := range []string{"/begin", "/cancel"} {
		forbidden(t, "the victim's "+path, victim.visit(t, http.MethodPost, o.URL+path))
	}
	o.is(t, "PENDING")
}

func TestAVictimWhoFollowsTheProvidersAddressOfAnAttackerProvesNothingToHim(t *testing.T) {
	t.Parallel()
	g := open(t)
	attacker, victim := g.browser(t), g.browser(t)
	o := g.demo().login(t)
	attacker.begins(t, o)
	// The attacker sends the provider's own address on; the victim approves there and comes back in their own browser.
	back := victim.approvesAt(t, onwardOf(t, attacker.get(t, o.URL)), o, "mette")
	forbidden(t, "the victim", victim.get(t, back))
	attacker.get(t, o.URL)
	attacker.get(t, o.URL+"/state")
	attacker.quiet(t, "mette")
	o.is(t, "PENDING")
}

func TestAReturnInAnotherBrowserIsNone(t *testing.T) {
	t.Parallel()
	g := open(t)
	own, other := g.browser(t), g.browser(t)
	o := g.demo().login(t)
	own.begins(t, o)
	back := own.approves(t, o, "mette")
	forbidden(t, "a browser without a cookie", other.get(t, back))
	// A browser that has begun another session has a name, and is still another.
	other.begins(t, g.demo().login(t))
	forbidden(t, "a browser with a session of its own", other.get(t, back))
	forbidden(t, "a cookie of the right form", send(t, http.MethodGet, back, "", "Cookie", "eidgate="+strings.Repeat("a", 40)))
	forbidden(t, "a forged cookie", send(t, http.MethodGet, back, "", "Cookie", "eidgate=; eidgate="+strings.Repeat("%00", 13)+"a"))
	o.is(t, "PENDING")
	for range 3 { // brought again, it is spent once
		if to := own.get(t, back).header.Get("Location"); !strings.HasPrefix(to, done+"?id=") {
			t.Error("its own browser is not sent on")
		}
	}
	o.is(t, "COMPLETED")
	other.quiet(t, "mette")
}

func TestACookieThatASiblingHasSetNamesNoBrowser(t *testing.T) {
	t.Parallel()
	g := open(t, "EIDGATE_PUBLIC_URL=https://127.0.0.1:8443") // TLS ends before the gateway
	known := strings.Repeat("Known0", 7)[:40]
	// A sibling can set cookies for the whole site, but none whose name begins with __Host- (RFC 6265bis, 4.1.3.2).
	tossed := []string{
		"eidgate=" + known, "eidgate=" + known + "; eidgate=" + known, "__Secure-eidgate=" + known, "__host-eidgate=" + known,
		"__HOST-eidgate=" + known, "\u2000__Host-eidgate=" + known, "\u00a0__Host-eidgate=" + known, "__Host-eidgate\u2000=" + known,
		`$Version=1; eidgate="` + known + `"`, `x="; __Host-eidgate=` + known[:39] + `"`, "=eidgate=" + known, "__Host-eidgate", ",__Host-eidgate=" + known,
	}
	for _, cookie := range tossed {
		o := g.demo().login(t)
		page := g.base + strings.TrimPrefix(o.URL, "https://127.0.0.1:8443")
		a := send(t, http.MethodPost, page+"/begin", "", "Accept", "text/html", "Cookie", cookie)
		given := a.header.Get("Set-Cookie")
		if a.status != http.StatusSeeOther || given == "" || strings.Contains(given, known) {
			t.Errorf("%q: the victim's begin is answered with %d and no cookie of its own", cookie, a.status)
			continue
		}
		for _, want := range []string{"__Host-eidgate=", "secure", "httponly", "path=/", "samesite=lax"} {
			if !strings.Contains(strings.ToLower(given), strings.ToLower(want)) {
				t.Errorf("the cookie has no %s", want)
			}
		}
		if lower := strings.ToLower(given); strings.Contains(lower, "domain=") || strings.Contains(lower, "expires=") || strings.Contains(lower, "max-age=") {
			t.Error("the cookie is for more than this host and this sitting")
		}
		for _, his := range []string{"eidgate=" + known, "__Host-eidgate=" + known, cookie} {
			forbidden(t, "whoever knows the tossed cookie", send(t, http.MethodGet, page, "", "Accept", "text/html", "Cookie", his))
		}
	}
}

func TestAnAttackerWhoPollsFromElsewhereIsToldNothing(t *testing.T) {
	t.Parallel()
	g := open(t)
	o := g.demo().start(t, "bankid-se/auth", `{}`)
	g.approve(t, o.ID, "anna")
	if s := o.ends(t); s.Status != "COMPLETED" || s.SSN == "" {
		t.Fatalf("the session is %s %s", s.Status, s.Error)
	}
	thief := g.stranger(t, "Thieves")
	for _, elsewhere := range []string{o.path, "/v3/bankid-se/sign/" + o.ID, "/v3/bankid-se/age-verification/" + o.ID, "/v3/freja/auth/" + o.ID, "/v3/document/" + o.ID} {
		for _, c := range []client{thief, g.demo()} {
			if elsewhere == o.path && c != thief {
				continue
			}
			g.clock.Advance(time.Second)
			if a := c.ask(t, http.MethodGet, elsewhere, ""); a.status != http.StatusNotFound || strings.Contains(a.text(), g.people["anna"].SSN) {
				t.Errorf("%s at %s is answered with %d", c.identifier, elsewhere, a.status)
			}
		}
	}
	for name, headers := range map[string][]string{
		"nobody": nil, "a wrong secret": {"Authorization", "Basic ZGVtbzp3cm9uZw=="}, "a bearer": {"Authorization", "Bearer " + o.ID}, "a cookie": {"Cookie", "eidgate=" + strings.Repeat("a", 40)},
	} {
		if a := send(t, http.MethodGet, g.base+o.path, "", headers...); a.status != http.StatusUnauthorized {
			t.Errorf("%s is answered with %d", name, a.status)
		}
	}
	// The session has no page, so what stands for its ticket opens none.
	for _, address := range []string{"/s/" + o.ID, "/s/" + o.AutoStartToken, "/s/" + o.QRStartToken, "/s/" + o.QRStartSecret} {
		if a := send(t, http.MethodGet, g.base+address, ""); a.status != http.StatusNotFound {
			t.Errorf("a page under another name is answered with %d", a.status)
		}
	}
}
