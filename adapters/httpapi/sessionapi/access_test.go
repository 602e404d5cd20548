package sessionapi_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

func TestAccountsHaveOneNameThatSaysNothingOfThem(t *testing.T) {
	ids := map[string]bool{}
	for _, scope := range []organization.Scope{here, sandbox, foreign} {
		id := sessionapi.AccountID(scope)
		prefix := map[organization.Environment]string{organization.Production: "a-prod-", organization.Sandbox: "a-sbox-"}[scope.Environment]
		digits, found := strings.CutPrefix(id, prefix)
		if !found || len(digits) != 20 || strings.Trim(digits, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" || id != sessionapi.AccountID(scope) {
			t.Error(id)
		}
		ids[id] = true
	}
	if len(ids) != 3 || sessionapi.AccountID(here)[6:] != sessionapi.AccountID(sandbox)[6:] {
		t.Error(ids)
	}
}

func TestAnotherAccountIsRefusedAndTheOwnIsNot(t *testing.T) {
	g := open(t, sessionapi.Config{})
	own, other := sessionapi.AccountID(here), sessionapi.AccountID(sandbox)
	for query, want := range map[string]int{
		"": 200, "?signicat-accountId=" + own: 200, "?signicat-accountId=": 200, "?x=1&signicat-organizationId=org-1&SIGNICAT-ACCOUNTID=" + own: 200,
		"?signicat-accountId=" + other: 403, "?signicat-accountId=sandbox-kind-otter-1": 403, "?signicat-accountId=" + own + "&signicat-accountId=" + other: 403,
		"?signicat-accountId=" + strings.ToLower(own): 403, "?signicat-accountid=" + other: 403,
	} {
		g.forget()
		created := g.ask(t, "full", "POST", sessions+query, plainRedirect)
		if want == 403 {
			if g.starts() != 0 {
				t.Errorf("%s: a session was started", query)
			}
			g.create(t, plainRedirect)
		}
		for _, a := range []answer{
			created, g.ask(t, "full", "GET", sessions+"/"+firstID+query, ""), g.ask(t, "full", "POST", sessions+"/"+firstID+"/cancel"+query, "{}"),
		} {
			if a.StatusCode != want || want == 403 && a.members(t)["code"] != "invalid_account_id" {
				t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
			}
		}
		g.limits.Reset()
		// Whose account it is comes before whether there is such a session.
		unknown := g.ask(t, "full", "GET", sessions+"/0198a1f2-3b4c-7d5e-8f60-000000000009"+query, "")
		if want == 200 && unknown.StatusCode != 404 || want == 403 && unknown.StatusCode != 403 {
			t.Errorf("%s: %d for what does not exist", query, unknown.StatusCode)
		}
	}
}

func TestAColleagueAsksForTheSameSessions(t *testing.T) {
	g := open(t, sessionapi.Config{})
	g.create(t, plainRedirect)
	if a := g.ask(t, "colleague", "GET", sessions+"/"+firstID, ""); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	if a := g.ask(t, "sandbox", "GET", sessions+"/"+firstID, ""); a.StatusCode != 404 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestQuestionsCostOneLookIntoStorageAndRefusedOnesNone(t *testing.T) {
	g := open(t, sessionapi.Config{})
	g.create(t, plainRedirect)
	g.times()
	if a := g.ask(t, "full", "GET", sessions+"/"+firstID, ""); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	for range 3 {
		a := g.ask(t, "full", "GET", sessions+"/"+firstID, "")
		if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") != "1" || a.members(t)["code"] != "too_many_requests" {
			t.Error(a.StatusCode, a.body)
		}
	}
	if n := g.times(); n != 1 {
		t.Errorf("storage was asked %d times", n)
	}
	// Another client's questions are its own, and so are those about another session.
	if a := g.ask(t, "colleague", "GET", sessions+"/"+firstID, ""); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
	if a := g.ask(t, "full", "GET", sessions+"/0198a1f2-3b4c-7d5e-8f60-000000000009", ""); a.StatusCode != 404 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestClientsAreHeldToTheirPace(t *testing.T) {
	count := func(g gateway, most int, ask func(i int) answer) int {
		for i := range most + 1 {
			if a := ask(i); a.StatusCode == http.StatusTooManyRequests {
				if a.Header.Get("Retry-After") == "" || a.Header.Get("X-Error-Code") != "too_many_requests" {
					t.Error(a.Header)
				}
				return i
			}
		}
		return most + 1
	}
	create := func(g gateway) func(int) answer {
		return func(int) answer { return g.ask(t, "full", "POST", sessions, plainRedirect) }
	}
	get := func(g gateway) func(int) answer {
		return func(i int) answer { return g.ask(t, "full", "GET", sessions+"/none-"+strconv.Itoa(i), "") }
	}
	for _, c := range []struct {
		config       sessionapi.Config
		creates, get int
	}{
		{sessionapi.Config{}, 20, 50}, {sessionapi.Config{CreateRate: 3, GetRate: 4}, 3, 4}, {sessionapi.Config{ClientRate: 1}, 2, 2},
	} {
		g := open(t, c.config)
		if n := count(g, 60, create(g)); n != c.creates {
			t.Errorf("%+v: %d sessions were created", c.config, n)
		}
		g.forget()
		if n := count(g, 60, get(g)); n != c.get {
			t.Errorf("%+v: %d questions were answered", c.config, n)
		}
	}
}

func TestAResultOfABrowserWithoutCookiesIsForItsProofAlone(t *testing.T) {
	g := open(t, sessionapi.Config{})
	cookieless := browser
	cookieless.Cookieless = true
	g.create(t, embedded)
	g.with(t, func(s *eid.Session) error { _, err := s.Bind(cookieless, then); return err })
	if a := g.get(t, ""); a.StatusCode != 200 || a.members(t)["status"] != "CREATED" {
		t.Error(a.StatusCode, a.body)
	}
	s := g.approve(t, eid.SEBankID, cookieless)
	for query, code := range map[string]string{"": "session_nonce_required", "?sessionNonce=": "session_nonce_required", "?sessionNonce=guess": "session_nonce_invalid", "?sessionNonce=" + s.Proof() + "x": "session_nonce_invalid"} {
		if a := g.get(t, query); a.StatusCode != 400 || a.members(t)["code"] != code {
			t.Errorf("%s: %d %s", query, a.StatusCode, a.body)
		}
	}
	if m := g.ask(t, "full", "POST", sessions+"/"+g.id()+"/cancel", "").members(t); m["status"] != "SUCCESS" || m["subject"] != nil {
		t.Error("a way around the proof")
	}
	if m := g.get(t, "?sessionNonce="+s.Proof()).members(t); m["subject"] == nil || m["sessionNonce"] != s.Proof() {
		t.Error("the right proof opens nothing")
	}
	// Where a cookie vouches for the browser the proof may be left out, but not be a wrong one.
	g.create(t, embedded)
	s = g.approve(t, eid.SEBankID, browser)
	if m := g.get(t, "").members(t); m["subject"] == nil || m["sessionNonce"] != nil {
		t.Error(m["status"])
	}
	if a := g.get(t, "?sessionNonce=guess"); a.StatusCode != 400 || strings.Contains(a.body, "Kari") {
		t.Error(a.StatusCode)
	}
	if m := g.get(t, "?sessionNonce="+s.Proof()).members(t); m["sessionNonce"] != s.Proof() {
		t.Error(m["status"])
	}
}
