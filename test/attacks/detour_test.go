package attacks

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/organization"
	domain "github.com/eidgate/eidgate/domain/organization"
)

// narrower is a server that may send people to few addresses.
func (g *gateway) narrower(t *testing.T) party {
	t.Helper()
	return g.joins(t, organization.Enrolment{Domain: organization.DemoDomain, Environment: domain.Production, Kind: domain.KindSession, Addresses: domain.Addresses{
		Redirect: []string{"https://app.example", "https://one.example/done"}, DefaultRedirect: "https://one.example/done",
	}})
}

func (g *gateway) joins(t *testing.T, e organization.Enrolment) party {
	t.Helper()
	c, secret, err := g.registry.Enrol(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	return g.party(t, c.Identifier, secret)
}

func TestNobodyIsSentFromAHostedSessionWhereTheClientDoesNotAllow(t *testing.T) {
	t.Parallel()
	g := open(t)
	p := g.narrower(t)
	create := func(flow string, members map[string]any) answer {
		g.clock.Advance(100 * time.Millisecond) // an account may create so many a second
		all := map[string]any{"flow": flow, "requestedAttributes": []string{"name"}, "allowedProviders": []string{"sbid"}, "embeddedParentDomains": []string{"shop.example"}}
		for name, value := range members {
			all[name] = value
		}
		body, err := json.Marshal(all)
		if err != nil {
			t.Fatal(err)
		}
		return p.ask(t, http.MethodPost, sessions, string(body))
	}
	at := func(which, address string) answer {
		if which == "returnUrl" {
			return create("embedded", map[string]any{which: address})
		}
		urls := map[string]string{"success": "https://one.example/done", "abort": "https://one.example/done", "error": "https://one.example/done"}
		urls[which] = address
		return create("redirect", map[string]any{"callbackUrls": urls})
	}
	for _, which := range []string{"success", "abort", "error", "returnUrl"} {
		for _, fine := range []string{"https://app.example/x?y=1", "https://one.example/done", "https://one.example/done#part", "https://app.example/https://evil.example"} {
			if a := at(which, fine); a.status != http.StatusOK {
				t.Errorf("%s at %s is answered with %d %s", which, fine, a.status, a.code)
			}
		}
		for _, evil := range append(detours, "https://app.example/ ", "https://app.example/\r\nLocation: https://evil.example", "https://app.example/\u0000", "https://app.example/#a#b", "https://app.example/#\nX") {
			if evil == "https://app.example#@evil.example" || evil == "https://app.example/#fragment" || which == "returnUrl" && evil == "" {
				continue // a fragment is the client's own business, and a returnUrl may be left out
			}
			if a := at(which, evil); a.status != http.StatusBadRequest || strings.Contains(a.text(), "evil") {
				t.Errorf("%s at %q is answered with %d %s", which, evil, a.status, a.code)
			}
		}
	}
}

// What a caller says of a session cannot take the place of what we say to its person's browser.
func TestAReferenceAddsNothingToTheAddressThatAPersonIsSentTo(t *testing.T) {
	t.Parallel()
	g := open(t)
	p := g.narrower(t)
	for _, reference := range []string{"x&sessionId=other", "x#fragment", "x\r\nSet-Cookie: a=b", "x\nLocation: https://evil.example", "//evil.example", "x?success=1", "%0d%0aSet-Cookie:x", "\u2028", "'\"><script>alert(1)</script>"} {
		g.clock.Advance(100 * time.Millisecond)
		body := `{"flow":"redirect","requestedAttributes":["name"],"allowedProviders":["mitid"],"externalReference":` + quoted(reference) + `,
			"callbackUrls":{"success":"https://app.example/ok?sessionId=forged&externalReference=forged","abort":"https://app.example/no?a=1","error":"https://app.example/err"}}`
		a := p.ask(t, http.MethodPost, sessions, body)
		if a.status == http.StatusBadRequest {
			continue
		}
		o := p.hosts(t, body)
		b := g.browser(t)
		b.begins(t, o)
		a = b.get(t, b.approves(t, o, "mette"))
		to, err := url.Parse(a.header.Get("Location"))
		if err != nil || to.Host != "app.example" || to.Path != "/ok" || to.Fragment != "" || len(a.header.Values("Set-Cookie")) > 1 {
			t.Fatalf("%q leads somewhere else", reference)
		}
		if q := to.Query(); len(q) != 2 || len(q["sessionId"]) != 1 || q.Get("sessionId") != o.ID || len(q["externalReference"]) != 1 || q.Get("externalReference") != reference {
			t.Errorf("%q leads to other parameters", reference)
		}
	}
}

// An account's sessions are nobody else's, whatever a stranger knows of them.
func TestASessionOfAnotherAccountIsNone(t *testing.T) {
	t.Parallel()
	g := open(t)
	p := g.shop(t)
	if _, err := g.registry.Found(t.Context(), "Thieves", nil); err != nil {
		t.Fatal(err)
	}
	thieves := map[string]party{
		"another organization": g.joins(t, organization.Enrolment{Domain: "thieves", Environment: domain.Production, Kind: domain.KindSession, Addresses: domain.Addresses{AnyLoopback: true}}),
		"another environment":  g.joins(t, organization.Enrolment{Domain: organization.DemoDomain, Environment: domain.Sandbox, Kind: domain.KindSession, Addresses: domain.Addresses{AnyLoopback: true}}),
	}
	o := p.hosts(t, redirected(`"mitid"`))
	var made struct {
		Account string `json:"accountId"`
	}
	if err := json.Unmarshal(p.ask(t, http.MethodGet, o.path, "").body, &made); err != nil || made.Account == "" {
		t.Fatal("a session has no account")
	}
	foreign := []string{o.ID, o.ticket(), g.demo().login(t).ID, "01890000-0000-7000-8000-000000000000", "%2e%2e", "x"}
	for who, thief := range thieves {
		var first string
		for _, id := range foreign {
			for _, query := range []string{"", "?signicat-accountId=" + made.Account, "?sessionNonce=x"} {
				g.clock.Advance(time.Second)
				a := thief.ask(t, http.MethodGet, sessions+"/"+id+query, "")
				want := http.StatusNotFound
				if strings.Contains(query, made.Account) {
					want = http.StatusForbidden
				}
				if a.status != want || strings.Contains(a.text(), done) {
					t.Errorf("%s asks for a session, and is answered with %d %s", who, a.status, a.code)
				}
			}
			g.clock.Advance(time.Second)
			a := thief.ask(t, http.MethodPost, sessions+"/"+id+"/cancel", "")
			if first == "" {
				first = a.code
			}
			if a.status != http.StatusBadRequest || a.code != first {
				t.Errorf("%s cancels a session, and is answered with %d %s", who, a.status, a.code)
			}
		}
	}
	// Nor is it one of another surface of its own organization's.
	for _, path := range []string{"/v3/mitid/auth/" + o.ID, "/v3/bankid-se/auth/" + o.ID} {
		g.clock.Advance(time.Second)
		if a := g.demo().ask(t, http.MethodGet, path, ""); a.status != http.StatusNotFound {
			t.Errorf("%s is answered with %d", path, a.status)
		}
	}
	// What opens its page opens nothing else, and what names it opens no page.
	if a := g.browser(t).get(t, g.base+"/s/"+o.ID); a.status != http.StatusNotFound {
		t.Errorf("a page by the session's name is answered with %d", a.status)
	}
	if o.ticket() == p.hosts(t, redirected(`"mitid"`)).ticket() || len(o.ticket()) < 22 {
		t.Error("a ticket can be guessed")
	}
	p.stands(t, o, "CREATED")
}

// An access token is worth nothing from the moment on that its client is revoked.
func TestATokenOfARevokedClientOpensNothing(t *testing.T) {
	t.Parallel()
	g := open(t)
	c, secret, err := g.registry.Enrol(t.Context(), organization.Enrolment{
		Domain: organization.DemoDomain, Environment: domain.Production, Kind: domain.KindSession, Addresses: domain.Addresses{AnyLoopback: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := g.party(t, c.Identifier, secret)
	o := p.hosts(t, redirected(`"mitid"`))
	if err := g.registry.Revoke(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	for _, a := range []answer{
		p.ask(t, http.MethodGet, o.path, ""), p.ask(t, http.MethodPost, o.path+"/cancel", ""), p.ask(t, http.MethodPost, sessions, redirected(`"mitid"`)),
	} {
		if a.status != http.StatusUnauthorized || a.code != "invalid_token" {
			t.Errorf("a token of a revoked client is answered with %d %s", a.status, a.code)
		}
	}
	g.shop(t).stands(t, o, "CREATED")
	g.clock.Advance(11 * time.Minute)
	late := g.shop(t)
	g.clock.Advance(11 * time.Minute)
	if a := late.ask(t, http.MethodGet, o.path, ""); a.status != http.StatusUnauthorized {
		t.Errorf("a token that has expired is answered with %d", a.status)
	}
}
