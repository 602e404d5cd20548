package visits_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi/visits"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/test/browser"
)

func TestLookingChangesNothing(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	for range 3 {
		a := v.get("/s/t1")
		a.want(t, http.StatusOK, "")
		for _, part := range []string{"Acme Bank", "BankID", `action="/s/t1/begin"`, `action="/s/t1/cancel"`, `<html lang="en">`} {
			if !strings.Contains(a.body, part) {
				t.Errorf("the page lacks %s", part)
			}
		}
	}
	v.json("/s/t1/state").want(t, http.StatusOK, "")
	if times, _ := s.sessions.Begun("t1"); times != 0 {
		t.Errorf("looking began the session %d times", times)
	}
	if again := v.get("/s/t1"); len(v.Cookies()) != 1 || len(again.Cookies()) != 0 {
		t.Errorf("a browser that looks has %d names", len(v.Cookies()))
	}
	other := s.visitor()
	other.get("/s/t1")
	other.post("/s/t1/begin").want(t, http.StatusSeeOther, "")
	v.get("/s/t1").want(t, http.StatusForbidden, "other_browser") // who only looked owns nothing
}

func TestTwoClicksOfOneBrowserAreOne(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.get("/s/t1")
	for range 2 {
		if a := v.post("/s/t1/begin"); a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 0 {
			t.Errorf("a click is answered with %d and %d cookies", a.StatusCode, len(a.Cookies()))
		}
	}
}

func TestTheButtonBindsThisBrowserAndShowsTheCode(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	a := v.post("/s/t1/begin")
	a.want(t, http.StatusSeeOther, "")
	if to := a.Header.Get("Location"); to != "/s/t1" {
		t.Errorf("the way back leads elsewhere: %s", to)
	}
	set := a.Cookies()
	if len(set) != 1 {
		t.Fatalf("got %d cookies", len(set))
	}
	if c := set[0]; c.Name != "eidgate" || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 0 || !c.Expires.IsZero() || len(c.Value) < 32 {
		t.Errorf("the cookie is not as it should be: name %s, %d characters", c.Name, len(c.Value))
	}
	if times, address := s.sessions.Begun("t1"); times != 1 || address != "127.0.0.1" {
		t.Errorf("begun %d times from %q", times, address)
	}
	page := v.get("/s/t1")
	for _, part := range []string{`src="data:image/svg&#43;xml;base64,`, `href="bankid:///?autostarttoken=7c40b5c9-fa74-49cf-b98c-bfe651f9a7c6&amp;redirect=null"`, `role="status"`, `<noscript><meta http-equiv="refresh" content="2;url=/s/t1"></noscript>`} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	before := news(t, v, "t1")
	s.clock.Advance(time.Second)
	after := news(t, v, "t1")
	if before["qr"] == nil || before["qr"] == after["qr"] {
		t.Error("a second later it is the same code")
	}
	if again := v.post("/s/t1/begin"); len(again.Cookies()) != 0 || len(v.Cookies()) != 1 {
		t.Error("a browser that is known got another cookie")
	}
}

func news(t *testing.T, v visitor, ticket string) map[string]any {
	t.Helper()
	a := v.json("/s/" + ticket + "/state")
	a.want(t, http.StatusOK, "")
	var n map[string]any
	if err := json.Unmarshal([]byte(a.body), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCookiesOfHTTPSAreSecureAndForThisHostAlone(t *testing.T) {
	s := open(t, func(c *visits.Config) { c.PublicURL = "https://id.example" })
	s.sessions.Open(login("t1"))
	a := s.visitor().post("/s/t1/begin", "Origin", "https://id.example")
	a.want(t, http.StatusSeeOther, "")
	if set := a.Cookies(); len(set) != 1 || set[0].Name != "__Host-eidgate" || !set[0].Secure || set[0].Path != "/" || set[0].Domain != "" {
		t.Error("the cookie is not for this host alone")
	}
}

func TestOneSecretServesAllSessionsOfABrowser(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	s.sessions.Open(login("t2"))
	v := s.visitor()
	v.post("/s/t1/begin")
	if a := v.post("/s/t2/begin"); a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 0 {
		t.Error("the second session got a secret of its own")
	}
	v.get("/s/t1").want(t, http.StatusOK, "")
	v.get("/s/t2").want(t, http.StatusOK, "")
}

func TestTheWayOnLeadsToTheProviderOverAPageOfOurs(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(redirect("t1"))
	v := s.visitor()
	a := v.post("/s/t1/begin?lang=da")
	a.want(t, http.StatusSeeOther, "")
	to := a.Header.Get("Location")
	if !strings.HasPrefix(to, "/s/t1?") {
		t.Fatalf("a form's answer leads to %s, which the policy about forms forbids", to)
	}
	page := v.get(to)
	address := html.EscapeString("https://mitid.example/authorize?a=1&state=t1")
	for _, part := range []string{`data-now="1"`, `href="` + address + `"`, `content="0;url=` + address + `"`, `lang="da"`} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
	if back := v.get("/s/t1"); strings.Contains(back.body, "data-now") || strings.Contains(back.body, `content="0`) || !strings.Contains(back.body, address) {
		t.Error("who comes back by the browser's button is sent away again, or cannot go on")
	}
}

func TestReturningFromTheProvider(t *testing.T) {
	s := open(t, nil)
	begun := func(ticket string, outcome eid.State, returnTo string) visitor {
		n := redirect(ticket)
		n.Outcome, n.ReturnTo = outcome, returnTo
		s.sessions.Open(n)
		v := s.visitor()
		v.post("/s/" + ticket + "/begin")
		return v
	}
	if a := begun("t1", eid.Completed, "https://shop.example/back?id=1").get("/callback/criipto?code=c%2B1&state=t1"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "https://shop.example/back?id=1" {
		t.Errorf("who approved ends at %s", a.Header.Get("Location"))
	}
	if came := s.sessions.Came(); len(came) != 1 || came[0]["code"] != "c+1" || came[0]["state"] != "t1" {
		t.Error("what the browser brought did not arrive")
	}
	for ticket, c := range map[string]struct {
		outcome  eid.State
		returnTo string
	}{"t2": {eid.Refused, "https://shop.example/back"}, "t3": {eid.Completed, ""}, "t4": {eid.Completed, "javascript:alert(1)"}, "t5": {"", "https://shop.example/back"}} {
		if a := begun(ticket, c.outcome, c.returnTo).get("/callback/criipto?code=c&state=" + ticket); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/s/"+ticket {
			t.Errorf("%s: got %d to %s", ticket, a.StatusCode, a.Header.Get("Location"))
		}
	}
	v := begun("t6", eid.Completed, "https://shop.example/back")
	v.get("/callback/criipto?state=t6&state=t7").want(t, http.StatusBadRequest, "request_malformed")
	v.get("/callback/criipto?state=unknown").want(t, http.StatusNotFound, "visit_unknown")
	s.visitor().get("/callback/criipto?code=c&state=t6").want(t, http.StatusForbidden, "other_browser")
}

func TestNothingFromARequestIsEverRedirectedTo(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	evil := "?url=https://evil.example&redirect=https://evil.example&return_to=//evil.example&lang=//evil.example"
	for _, a := range []answer{v.post("/s/t1/begin" + evil), v.post("/s/t1/cancel" + evil), v.get("/s/t1" + evil), v.get("/callback/x" + evil + "&state=t1"), v.get("/s/%2F%2Fevil.example"), v.post("/s/%2F%2Fevil.example/begin")} {
		if strings.Contains(a.Header.Get("Location"), "evil") || strings.Contains(a.body, `href="https://evil`) {
			t.Errorf("%s leads to a stranger", a.Request.URL.Path)
		}
	}
}

func TestAProviderCallsUs(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(redirect("t1"))
	v := s.visitor()
	body := "\x00not json " + strings.Repeat("x", 200<<10)
	a := v.ask(http.MethodPost, "/callback/signicat/t1", body, "X-Signature", "abc", "Cookie", "eidgate=stolen", "Origin", "https://provider.example", "Sec-Fetch-Site", "cross-site")
	a.want(t, http.StatusNoContent, "")
	calls := s.sessions.Calls()
	if len(calls) != 1 || calls[0].Provider != "signicat" || calls[0].Ticket != "t1" || string(calls[0].Body) != body || calls[0].Headers["X-Signature"] != "abc" {
		t.Fatal("the call did not arrive as it was sent")
	}
	if _, told := calls[0].Headers["Cookie"]; told || len(a.Cookies()) != 0 {
		t.Error("cookies have no part in a provider's call")
	}
	v.ask(http.MethodPost, "/callback/signicat/t1", strings.Repeat("x", 256<<10+1)).want(t, http.StatusRequestEntityTooLarge, "body_too_large")
	v.ask(http.MethodPost, "/callback/signicat/t9", "{}").want(t, http.StatusNotFound, "visit_unknown")
}

func TestSayingNo(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	v.post("/s/t1/cancel").want(t, http.StatusSeeOther, "")
	page := v.get("/s/t1")
	if !strings.Contains(page.body, "Cancelled") || !strings.Contains(page.body, `href="https://shop.example/back?id=1&amp;refId=a%26b"`) || strings.Contains(page.body, "/cancel") {
		t.Error("the page does not say that it is over, or where to go")
	}
}

func TestWithoutAScriptThePageComesAnewUntilItIsOver(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin?lang=fi")
	refresh := regexp.MustCompile(`<noscript><meta http-equiv="refresh" content="(\d+);url=([^"]*)"></noscript>`)
	next := func(change func(*browser.Session)) []string {
		s.sessions.Change("t1", change)
		return refresh.FindStringSubmatch(v.get("/s/t1?lang=fi").body)
	}
	if m := next(func(*browser.Session) {}); m == nil || m[1] != "2" || m[2] != "/s/t1?lang=fi" {
		t.Errorf("a code comes anew: %v", m)
	}
	if m := next(func(n *browser.Session) { n.Hint = eid.HintSigning }); m == nil || m[2] != "/s/t1?lang=fi" {
		t.Errorf("waiting comes anew: %v", m)
	}
	if m := next(func(n *browser.Session) { n.State, n.Hint = eid.Completed, "" }); m == nil || html.UnescapeString(m[2]) != "https://shop.example/back?id=1&refId=a%26b" {
		t.Errorf("who approved is sent back: %v", m)
	}
	if m := next(func(n *browser.Session) { n.State, n.Reason = eid.Refused, eid.ReasonTimedOut }); m == nil || m[1] != "9" || html.UnescapeString(m[2]) != "https://shop.example/back?id=1&refId=a%26b" {
		t.Errorf("who has read why it came to nothing is sent back: %v", m)
	}
}

func TestACodeIsShownOnlyUntilAnAppHasIt(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	for hint, shown := range map[eid.Hint]bool{"": true, eid.HintOutstanding: true, eid.HintNoClient: true, eid.HintStarted: false, eid.HintSigning: false, "newWord": false} {
		s.sessions.Change("t1", func(n *browser.Session) { n.Hint = hint })
		if n := news(t, v, "t1"); (n["qr"] != nil) != shown || n["status"] == "" {
			t.Errorf("at %q the code is shown: %v", hint, !shown)
		}
	}
}

func TestNoAnswerHoldsTheSecretOfACode(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	for _, a := range []answer{v.get("/s/t1"), v.post("/s/t1/begin"), v.get("/s/t1"), v.json("/s/t1/state")} {
		text := a.body
		for _, m := range regexp.MustCompile(`base64,([A-Za-z0-9+/=]+)`).FindAllStringSubmatch(html.UnescapeString(text), -1) {
			picture, err := base64.StdEncoding.DecodeString(m[1])
			if err != nil {
				t.Fatal(err)
			}
			text += string(picture)
		}
		if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(secret)))) {
			t.Fatal("an answer holds the secret")
		}
	}
}

func TestTroubleAtTheStartLeavesTheBrowserItsSecret(t *testing.T) {
	s := open(t, nil)
	n := login("t1")
	n.BeginFails = eid.ErrProvider.Because(errors.New("refused"))
	s.sessions.Open(n)
	v := s.visitor()
	a := v.post("/s/t1/begin?lang=sv")
	a.want(t, http.StatusServiceUnavailable, "provider_unavailable")
	if len(a.Cookies()) != 1 || !strings.Contains(a.body, `href="/s/t1?lang=sv"`) || !strings.Contains(a.body, "Försök igen") || a.Header.Get("Retry-After") == "" {
		t.Error("the page offers no other try, or the browser could not make it")
	}
	s.sessions.Change("t1", func(n *browser.Session) { n.BeginFails = nil })
	v.post("/s/t1/begin").want(t, http.StatusSeeOther, "")
}
