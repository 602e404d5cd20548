package sessionapi_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

// lives are requests whose sessions are followed through all their states.
var lives = map[string]string{
	"redirect": `{"prefilledInput":{"mobile":"+4799716935","email":"bruce@example.com","username":"bruce","firstName":null},
		"additionalParameters":{"nbid_idp":"BID","other":"x"},
		"callbackUrls":{"success":"https://rp.example/ok?x=1","abort":"https://rp.example/no","error":"https://rp.example/#oh"},
		"requestedLoa":"SUBSTANTIAL","tags":["tag1","tag2"],"allowedProviders":["NBID"],"language":"no","flow":"REDIRECT","themeId":"agkaa12",
		"requestedAttributes":["firstName","lastName","nin","nbidIdp"],"externalReference":"my-reference <12345>","usageReference":"my-usage",
		"sessionLifetime":600,"requestDomain":"eid.example","returnUrl":null,"unknown":[{}]}`,
	"redirect-least":  plainRedirect,
	"embedded":        `{"flow":"embedded","requestedAttributes":["name","dateOfBirth"],"allowedProviders":["sbid"],"embeddedParentDomains":["example.com"],"returnUrl":"https://rp.example/back"}`,
	"headless-sbid":   `{"flow":"HEADLESS","requestedAttributes":["nin","name"],"allowedProviders":["sbid"],"additionalParameters":{"sbid_flow":"QR","sbid_end_user_ip":"127.0.0.1"},"sessionLifetime":0}`,
	"headless-launch": `{"flow":"headless","requestedAttributes":[],"allowedProviders":["sbid"],"additionalParameters":{"sbid_flow":"APP_LAUNCH"}}`,
	"headless-freja":  `{"flow":"headless","requestedAttributes":["name","email"],"allowedProviders":["freja"]}`,
}

// life walks sessions of one request through all states, and writes down what is said.
func life(t *testing.T, g gateway, request string) string {
	t.Helper()
	var b strings.Builder
	ask := func(title, method, path, body string) {
		g.limits.Reset()
		a := g.ask(t, "full", method, path, body)
		fmt.Fprintf(&b, "\n==== %s ====\n%s %s\n\n%s", title, method, strings.ReplaceAll(path, g.id(), "{id}"), shown(a.Response, a.body))
	}
	again := func() {
		g.forget()
		g.create(t, request)
	}
	poll := func(title string) { ask(title, "GET", sessions+"/"+g.id(), "") }
	fmt.Fprintf(&b, "POST %s\n%s\n", sessions, request)
	ask("create", "POST", sessions, request)
	poll("opened")
	g.with(t, func(s *eid.Session) error {
		if s.Snapshot().Order.Channel == eid.Page {
			if _, err := s.Bind(browser, then); err != nil {
				return err
			}
			if len(s.Snapshot().Order.Choices) > 0 {
				if _, err := s.Choose(eid.DKMitID, then); err != nil {
					return err
				}
			}
			if _, err := s.Present("provider", eid.Challenge{URL: "https://provider.example/?secret=1", AppToken: "secret", QR: "secret"}, nil, then); err != nil {
				return err
			}
		}
		_, _, err := s.Proceed(eid.Progress{Hint: eid.HintSigning}, then)
		return err
	})
	poll("under way")
	g.with(t, func(s *eid.Session) error {
		_, err := s.Complete(evidence(t, s.Snapshot().Order), then)
		return err
	})
	poll("success")
	ask("cancel when over", "POST", sessions+"/"+g.id()+"/cancel", "null")
	for _, end := range []struct {
		title  string
		settle func(s *eid.Session) error
	}{
		{"abort", func(s *eid.Session) error { _, err := s.Refuse(eid.ReasonDeclined, then); return err }},
		{"error", func(s *eid.Session) error { _, err := s.Fail(eid.ReasonInvalidEID, then); return err }},
		{"too little assurance", func(s *eid.Session) error { _, err := s.Fail(eid.ReasonAssurance, then); return err }},
		{"expired", func(s *eid.Session) error { s.Expire(then.Add(24 * time.Hour)); return nil }},
	} {
		again()
		g.with(t, end.settle)
		poll(end.title)
	}
	again()
	ask("cancel", "POST", sessions+"/"+g.id()+"/cancel", "")
	poll("cancelled")
	return b.String()
}

func TestEverySessionSaysInEveryStateWhatIsPromised(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for name, request := range lives {
		t.Run(name, func(t *testing.T) {
			g.forget()
			told := life(t, g, request)
			surface.Golden(t, "session-"+name+".txt", told)
			if strings.Contains(told, "secret") {
				t.Error("what the provider shows on its page is nothing for others")
			}
		})
	}
}

func TestRefusalsAreWordedForTheCaller(t *testing.T) {
	g := open(t, sessionapi.Config{})
	one := sessions + "/" + firstID
	for _, c := range []struct {
		name, as, method, path, body string
		err                          error
		headers                      []string
	}{
		{name: "no-token", method: "POST", path: sessions, body: plainRedirect},
		{name: "bad-token", as: "nobody", method: "POST", path: sessions, body: `{`},
		{name: "basic", method: "GET", path: one, headers: []string{"Authorization: Basic YTpi"}},
		{name: "two-tokens", method: "GET", path: one, headers: []string{"Authorization: Bearer token-full, token-full"}},
		{name: "revoked", as: "revoked", method: "GET", path: one},
		{name: "account", as: "full", method: "POST", path: sessions + "?signicat-accountId=sandbox-kind-otter-1", body: `{`},
		{name: "malformed", as: "full", method: "POST", path: sessions, body: `{"flow":`},
		{name: "not-an-object", as: "full", method: "POST", path: sessions, body: `[]`},
		{name: "media-type", as: "full", method: "POST", path: sessions, body: plainRedirect, headers: []string{"Content-Type: text/xml"}},
		{name: "jose", as: "full", method: "POST", path: sessions, body: "eyJ.a.b.c.d", headers: []string{"Content-Type: application/jose"}},
		{name: "members", as: "full", method: "POST", path: sessions, body: `{"flow":"redirect","callbackUrls":{"success":"http://rp.example/"},"tags":1,"themeId":"12345678901"}`},
		{name: "provider", as: "full", method: "POST", path: sessions, body: redirecting(t, `{"allowedProviders":["spid"]}`)},
		{name: "flow", as: "full", method: "POST", path: sessions, body: changed(t, headless, `{"allowedProviders":["nbid"]}`)},
		{name: "encryption", as: "full", method: "POST", path: sessions, body: redirecting(t, `{"allowedProviders":["ftn"]}`)},
		{name: "address", as: "full", method: "POST", path: sessions, body: strings.Replace(plainRedirect, "rp.example/no", "evil.example/no", 1)},
		{name: "tag", as: "full", method: "POST", path: sessions, body: redirecting(t, `{"tags":["a","19990807-2391"]}`)},
		{name: "no-route", as: "full", method: "POST", path: sessions, body: plainRedirect, err: eid.ErrNoRoute},
		{name: "forbidden", as: "full", method: "POST", path: sessions, body: plainRedirect, err: organization.ErrFeature},
		{name: "in-progress", as: "full", method: "POST", path: sessions, body: headless, err: eid.ErrInProgress},
		{name: "provider-away", as: "full", method: "POST", path: sessions, body: headless, err: eid.ErrProvider},
		{name: "provider-ill", as: "full", method: "POST", path: sessions, body: headless, err: eid.ErrMisconfigured},
		{name: "storage-away", as: "full", method: "GET", path: one, err: outbound.ErrStorage},
		{name: "ours", as: "full", method: "GET", path: one, err: errors.New("a secret")},
		{name: "unknown", as: "full", method: "GET", path: one},
		{name: "cancel-unknown", as: "full", method: "POST", path: one + "/cancel", body: "null"},
		{name: "cancel-body", as: "full", method: "POST", path: one + "/cancel", body: "[1]"},
		{name: "path", as: "full", method: "GET", path: "/auth/rest/nothing"},
		{name: "method", as: "full", method: "DELETE", path: one},
		{name: "list", as: "full", method: "GET", path: sessions},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.forget()
			g.fail(c.err)
			a := g.ask(t, c.as, c.method, c.path, c.body, c.headers...)
			surface.Golden(t, "refused-"+c.name+".txt", c.method+" "+c.path+"\n"+c.body+"\n\n"+shown(a.Response, a.body))
			m := a.members(t)
			if a.StatusCode < 400 || m["code"] != a.Header.Get("X-Error-Code") || m["code"] == "" || m["title"] == "" || m["detail"] == "" || m["status"] != float64(a.StatusCode) || len(m["traceId"].(string)) != 32 {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
			if strings.Contains(a.body, "secret") || strings.Contains(a.body, "19990807") {
				t.Error("the refusal tells too much")
			}
			if g.starts() != 0 {
				t.Error("a session was started all the same")
			}
		})
	}
	g.forget()
	for range 20 { // a second
		if a := g.ask(t, "full", "POST", sessions, plainRedirect); a.StatusCode != 200 {
			t.Fatal(a.StatusCode)
		}
	}
	a := g.ask(t, "full", "POST", sessions, plainRedirect)
	surface.Golden(t, "refused-throttled.txt", "POST "+sessions+"\n\n"+shown(a.Response, a.body))
	if a.StatusCode != httpapi.Status(httpapi.ErrThrottled) {
		t.Error(a.StatusCode)
	}
}

func TestAnInventedPersonIsSaidToBeOne(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for _, yes := range []bool{true, false} {
		g.forget()
		g.mu.Lock()
		g.invented = yes
		g.mu.Unlock()
		want := map[bool]string{true: "true"}[yes]
		for _, a := range []answer{g.create(t, plainRedirect), g.get(t, ""), g.ask(t, "full", "POST", sessions+"/"+firstID+"/cancel", "")} {
			if got := a.Header.Get("X-Eidgate-Simulated"); a.StatusCode != 200 || got != want {
				t.Errorf("%d, simulated %q", a.StatusCode, got)
			}
		}
	}
}
