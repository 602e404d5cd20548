package visits_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/visits"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/browser"
)

// embedded is a session whose page may stand inside of two other sites' pages.
func embedded(ticket string) browser.Session {
	s := choice(ticket)
	s.Frames, s.Proof = []string{"https://shop.example", "https://www.shop.example"}, "the-proof-of-"+ticket
	return s
}

var hidden = regexp.MustCompile(`<input type="hidden" name="browser" value="([A-Za-z0-9]{40})" autocomplete="off">`)

// carried is the secret that a page holds, "" for none.
func carried(a answer) string {
	if m := hidden.FindStringSubmatch(a.body); m != nil {
		return m[1]
	}
	return ""
}

func TestOnlyTheNamedSitesMayFrameThePage(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(embedded("t1"))
	s.sessions.Open(login("t2"))
	v := s.blocked()
	first := v.get("/s/t1")
	secret := carried(first)
	pages := []answer{
		first, v.form("/s/t1/begin", "eid=se.bankid&browser="+secret), v.form("/s/t1", "browser="+secret),
		s.blocked().get("/s/t1"), // begun by now, so it is another browser's: that, too, is seen inside
		v.form("/s/t1/begin", "eid=xx&browser="+strings.Repeat("x", 40)),
	}
	for i, a := range pages[:4] {
		if p := a.Header.Get("Content-Security-Policy"); !strings.HasSuffix(p, "; frame-ancestors https://shop.example https://www.shop.example") || a.Header.Get("X-Frame-Options") != "" {
			t.Errorf("page %d: %s", i, p)
		}
	}
	for _, a := range []answer{v.get("/s/t2"), v.get("/s/unknown"), v.post("/s/t2/begin")} {
		if p := a.Header.Get("Content-Security-Policy"); !strings.HasSuffix(p, "frame-ancestors 'none'") {
			t.Errorf("%s: %s", a.Request.URL.Path, p)
		}
	}
}

func TestAnOriginThatIsNoneFramesNothing(t *testing.T) {
	s := open(t, nil)
	n := embedded("t1")
	n.Frames = []string{"*", "https://*", "https://*.example", "https://a.example; script-src *", "https://a.example b", "javascript:x", "https://", "data:", "'self'", "https://a.example/path", "https://a.example,https://b.example"}
	s.sessions.Open(n)
	if p := s.blocked().get("/s/t1").Header.Get("Content-Security-Policy"); !strings.HasSuffix(p, "frame-ancestors 'none'") || strings.Count(p, "script-src") != 1 {
		t.Errorf("got %s", p)
	}
	n.Frames = []string{"https://a.example:8443", "http://localhost:*", "http://localhost"}
	s.sessions.Open(n)
	if p := s.blocked().get("/s/t1").Header.Get("Content-Security-Policy"); !strings.HasSuffix(p, "frame-ancestors https://a.example:8443 http://localhost:* http://localhost") {
		t.Errorf("got %s", p)
	}
}

func TestAFramedPageNeedsNoCookie(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(embedded("t1"))
	v := s.blocked()
	first := v.get("/s/t1?lang=sv")
	secret := carried(first)
	if secret == "" || strings.Contains(first.body, "data-browser") {
		t.Fatal("the page carries no secret")
	}
	page := v.form("/s/t1/begin?lang=sv", "eid=se.bankid&browser="+secret)
	page.want(t, http.StatusOK, "")
	if a := s.sessions.Arrived("t1"); a.Browser != secret || !a.Cookieless || a.EID != eid.SEBankID {
		t.Error("it did not arrive as what it is")
	}
	for _, part := range []string{`data-browser="` + secret, `data-events="/s/t1/events?lang=sv"`, `data-proof="the-proof-of-t1"`, `data-session="session-t1"`, `<form id="anew" method="post" action="/s/t1?lang=sv" hidden>`, `<noscript><p><button class="yes" type="submit" form="anew">Gå vidare`, `formaction="/s/t1?lang=fi"`} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if strings.Contains(page.body, "http-equiv") {
		t.Error("the page would come anew without being known")
	}
	v.get("/s/t1").want(t, http.StatusForbidden, "other_browser")
	v.json("/s/t1/state").want(t, http.StatusForbidden, "other_browser")
	v.json("/s/t1/state", "X-Eidgate-Browser", secret).want(t, http.StatusOK, "")
	v.json("/s/t1/state?browser="+secret).want(t, http.StatusForbidden, "other_browser")
	v.form("/s/t1?browser="+secret, "").want(t, http.StatusForbidden, "other_browser")
	if a := v.form("/s/t1?lang=fi", "browser="+secret); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `<html lang="fi">`) || carried(a) != secret {
		t.Error("the page does not come anew")
	}
	if a := v.form("/s/t1/reconsider", "browser="+secret); a.StatusCode != http.StatusOK || len(order(a)) != 6 || carried(a) != secret {
		t.Error("there is no other choice")
	}
	v.form("/s/t1/begin", "eid=dk.mitid&browser="+secret)
	if a := v.form("/s/t1/cancel", "browser="+secret); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `data-outcome="refused"`) || !strings.Contains(a.body, "Cancelled") {
		t.Error("the no is not shown")
	}
	for _, a := range []answer{first, page} {
		for _, c := range a.Cookies() {
			if c.Name == "eidgate" {
				t.Error("a framed page sets the cookie of pages that stand alone")
			}
		}
	}
}

func TestAFramedPageUsesTheCookieThatComesBack(t *testing.T) {
	s := open(t, func(c *visits.Config) { c.PublicURL = "https://id.example" })
	s.sessions.Open(embedded("t1"))
	v := s.blocked()
	first := v.get("/s/t1")
	secret, set := carried(first), first.Header.Get("Set-Cookie")
	if want := "__Host-eidgate-framed=" + secret + "; path=/; HttpOnly; secure; SameSite=None; Partitioned"; set != want {
		t.Fatal("the cookie is not as it should be")
	}
	back := []string{"Origin", "https://id.example", "Cookie", "__Host-eidgate-framed=" + secret}
	a := v.form("/s/t1/begin", "eid=se.bankid&browser="+secret, back...)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/s/t1" || s.sessions.Arrived("t1").Cookieless {
		t.Error("the cookie counts for nothing")
	}
	page := v.get("/s/t1", "Cookie", "__Host-eidgate-framed="+secret)
	if strings.Contains(page.body, "data-browser") || !strings.Contains(page.body, `content="2;url=/s/t1"`) || carried(page) != secret || strings.Contains(page.body, `id="anew"`) {
		t.Error("the page does not rely on the cookie")
	}
	// Another framed page has meanwhile got a cookie of its own: what this one carries counts.
	other := v.form("/s/t1", "browser="+secret, "Origin", "https://id.example", "Cookie", "__Host-eidgate-framed="+strings.Repeat("x", 40))
	if other.StatusCode != http.StatusOK || !strings.Contains(other.body, `data-browser="`+secret) {
		t.Error("the cookie of another page is in the way")
	}
	// And a browser that has both cookies is known by the one that the session is of.
	both := "__Host-eidgate=" + strings.Repeat("y", 40) + "; __Host-eidgate-framed=" + secret
	v.get("/s/t1", "Cookie", both).want(t, http.StatusOK, "")
}

func TestOverPlainHTTPTheFramedCookieHasNoPrefix(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(embedded("t1"))
	if set := s.blocked().get("/s/t1").Header.Get("Set-Cookie"); !strings.HasPrefix(set, "eidgate-framed=") || !strings.HasSuffix(set, "; secure; SameSite=None; Partitioned") {
		t.Error("the cookie is not as it should be")
	}
}

func TestASecretOfAnotherSessionIsUseless(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(embedded("t1"))
	s.sessions.Open(embedded("t2"))
	mine, theirs := s.blocked(), s.blocked()
	a, b := carried(mine.get("/s/t1")), carried(theirs.get("/s/t2"))
	mine.form("/s/t1/begin", "eid=se.bankid&browser="+a)
	theirs.form("/s/t2/begin", "eid=se.bankid&browser="+b)
	for _, path := range []string{"/s/t1", "/s/t1/begin", "/s/t1/cancel", "/s/t1/reconsider"} {
		x := theirs.form(path, "eid=se.freja&browser="+b)
		x.want(t, http.StatusForbidden, "other_browser")
		if carried(x) != "" || strings.Contains(x.body, "<form") || strings.Contains(x.body, a) {
			t.Errorf("%s: a stranger is given something", path)
		}
	}
	theirs.form("/s/t1", "browser="+b+"&browser="+a).want(t, http.StatusForbidden, "other_browser")
	theirs.json("/s/t1/state", "X-Eidgate-Browser", b).want(t, http.StatusForbidden, "other_browser")
	theirs.json("/s/t1/events", "X-Eidgate-Browser", b).want(t, http.StatusForbidden, "other_browser")
	for _, junk := range []string{"", "short", strings.Repeat("<", 40), strings.Repeat("a", 41)} {
		theirs.form("/s/t1", "browser="+url.QueryEscape(junk)).want(t, http.StatusForbidden, "other_browser")
	}
}

func TestFramedPagesAreGuardedLikeOthers(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(embedded("t1"))
	v := s.blocked()
	secret := carried(v.get("/s/t1"))
	for _, path := range []string{"/s/t1", "/s/t1/begin", "/s/t1/reconsider", "/s/t1/cancel"} {
		v.form(path, "eid=se.bankid&browser="+secret, "Origin", "https://shop.example", "Sec-Fetch-Site", "cross-site").want(t, http.StatusForbidden, "page_foreign")
	}
	if times, _ := s.sessions.Begun("t1"); times != 0 {
		t.Error("the page around it begins the session")
	}
}

func TestAFramedPageEndsWhereTheOrganizationSays(t *testing.T) {
	s := open(t, nil)
	n := embedded("t1")
	n.ReturnTo = "https://shop.example/back?sessionNonce=x"
	s.sessions.Open(n)
	v := s.blocked()
	secret := carried(v.get("/s/t1"))
	v.form("/s/t1/begin", "eid=se.bankid&browser="+secret)
	s.sessions.Settle("t1", eid.Failed, eid.ReasonOtherPerson)
	a := v.form("/s/t1", "browser="+secret)
	for _, part := range []string{`data-auto="8000"`, `data-outcome="failed"`, `content="9;url=https://shop.example/back?sessionNonce=x"`, "Somebody else was expected"} {
		if !strings.Contains(a.body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	n.ReturnTo = ""
	n.State = eid.Completed
	s.sessions.Open(n)
	if a := v.get("/s/t1"); strings.Contains(a.body, "close this window") || !strings.Contains(a.body, "You have shown who you are.") || strings.Contains(a.body, "http-equiv") {
		t.Error("the result does not stay")
	}
}

func TestTroubleAtTheStartOfAFramedPageCanBeOvercome(t *testing.T) {
	s := open(t, nil)
	n := embedded("t1")
	n.BeginFails = eid.ErrProvider
	s.sessions.Open(n)
	v := s.blocked()
	secret := carried(v.get("/s/t1"))
	a := v.form("/s/t1/begin?lang=nb", "eid=se.bankid&browser="+secret)
	a.want(t, http.StatusServiceUnavailable, "provider_unavailable")
	if carried(a) != secret || !strings.Contains(a.body, `action="/s/t1?lang=nb"`) || !strings.Contains(a.Header.Get("Content-Security-Policy"), "frame-ancestors https://shop.example") {
		t.Error("there is no way on inside of the frame")
	}
	if next := v.form("/s/t1?lang=nb", "browser="+secret); !strings.Contains(next.body, `action="/s/t1/reconsider?lang=nb"`) || !strings.Contains(next.body, `action="/s/t1/begin?lang=nb"`) {
		t.Error("neither another try nor another choice is offered")
	}
}
