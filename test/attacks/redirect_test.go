package attacks

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	domain "github.com/eidgate/eidgate/domain/organization"
)

// detours are addresses that look like one of the client's or of ours, or lead nowhere that a browser should go.
var detours = strings.Fields(`https://evil.example https://app.example.evil.example https://evilapp.example https://sub.app.example https://app.example.
	https://app.example@evil.example https://app.example%40evil.example https://app.example:8443/ http://app.example/ //app.example/ ///app.example /\app.example
	https:app.example https:/app.example https:///app.example \\app.example https://app.example\@evil.example https://app.example\.evil.example
	https://app.example#@evil.example https://app.example/#fragment https://app.example%2eevil.example https://app.example%00.evil.example
	https://app.example%0d%0aSet-Cookie:x https://app.example%252eevil.example https://app.example;.evil.example https://app.example,evil.example
	javascript:alert(1) JavaScript:alert(1) javascript://app.example/%0aalert(1) data:text/html,x vbscript:x file:///etc/passwd ftp://app.example/ blob:https://app.example/x
	https://one.example/ https://one.example/done/ https://one.example/done?x=1 https://one.example/done? https://one.example/done/../other https://one.example/Done
	https://one.example/done%2f..%2fother https://one.example/done;x https://one.example//done https://one.example/./done https://ONE.example/done2 https://one.example/done%20
	https://аpp.example https://app.example。evil.example https://ａpp.example https://xn--pp-6kc.example https://[::1]/ https://127.0.0.1/ http://127.0.0.1/ http://localhost/
	https://2130706433/ https://0x7f.1/ https://user:pass@app.example/ https://@app.example/ https://app.example:99999/ https://app.example:0443x/ https://app.example:-443/
	about:blank view-source:https://app.example intent://app.example#Intent;end com.example.app://done urn:x . / ? #`)

func narrow(t *testing.T, g *gateway) client {
	t.Helper()
	return g.enrol(t, "", "narrow", domain.Addresses{
		Redirect: []string{"https://app.example", "https://one.example/done"}, DefaultRedirect: "https://one.example/done",
		Callback: []string{"https://app.example"},
	}, "all")
}

func TestNobodyIsSentWhereTheClientDoesNotAllow(t *testing.T) {
	t.Parallel()
	g := open(t)
	c := narrow(t, g)
	start := func(path, member string, value any) answer {
		body, err := json.Marshal(map[string]any{member: value})
		if err != nil {
			t.Fatal(err)
		}
		return c.ask(t, http.MethodPost, "/v3/"+path, string(body))
	}
	for _, fine := range []string{"https://app.example/x?y=1", "https://app.example:443/", "https://one.example/done", "https://app.example/https://evil.example", "https://APP.example/"} {
		if a := start("mitid/auth", "redirectUrl", fine); a.status != http.StatusCreated {
			t.Errorf("%s is answered with %d %s", fine, a.status, a.text())
		}
	}
	if len(detours) < 60 {
		t.Errorf("there are %d detours", len(detours))
	}
	members := []struct{ path, member string }{{"mitid/auth", "redirectUrl"}, {"ftn/age-verification", "redirectUrl"}, {"bankid-se/auth", "callbackUrl"}}
	for _, evil := range append(detours, " https://app.example/", "https://app.example/ ", "https://app.example/\n", "https://app.example/\t", "https://app.\texample/", "https://app.example/\u0000", "") {
		for _, m := range members {
			if a := start(m.path, m.member, evil); a.status != http.StatusBadRequest && a.status != http.StatusForbidden || strings.Contains(a.text(), "evil") {
				t.Errorf("%s to %q is answered with %d", m.member, evil, a.status)
			}
		}
		// A link of the caller's app may have any scheme that runs and reads nothing; nobody is sent there by us.
		scheme, _, _ := strings.Cut(evil, ":")
		if a := start("bankid-no/auth", "appCallbackUri", evil); a.status == http.StatusCreated && scheme != "com.example.app" && scheme != "urn" && scheme != "ftp" {
			t.Errorf("appCallbackUri %q is taken", evil)
		}
	}
	for _, twisted := range []any{[]string{"https://app.example/"}, map[string]string{"url": "https://app.example/"}, 1, true, nil, []string{}} {
		if a := start("mitid/auth", "redirectUrl", twisted); a.status != http.StatusBadRequest {
			t.Errorf("an address of another type is answered with %d", a.status)
		}
	}
}

func TestAnAddressThatStandsTwiceIsNone(t *testing.T) {
	t.Parallel()
	g := open(t)
	c := narrow(t, g)
	for _, body := range []string{
		`{"redirectUrl":"https://app.example/","redirectUrl":"https://evil.example"}`, `{"redirectUrl":"https://evil.example","redirectUrl":"https://app.example/"}`,
		`{"redirectUrl":"https://app.example/","redirect\u0055rl":"https://evil.example"}`,
	} {
		if a := c.ask(t, http.MethodPost, "/v3/mitid/auth", body); a.status != http.StatusBadRequest {
			t.Errorf("a member that stands twice is answered with %d", a.status)
		}
	}
	// Other spellings, and the query, are no members: the client's default counts, and nothing of an attacker's.
	for path, body := range map[string]string{
		"/v3/mitid/auth?redirectUrl=https://evil.example": `{}`, "/v3/mitid/auth": `{"RedirectURL":"https://evil.example","redirect_uri":"https://evil.example","returnTo":"https://evil.example","order":{"ReturnTo":"https://evil.example"}}`,
	} {
		a := c.ask(t, http.MethodPost, path, body)
		if a.status != http.StatusCreated {
			t.Fatalf("a start is answered with %d", a.status)
		}
		var o began
		if err := json.Unmarshal(a.body, &o); err != nil {
			t.Fatal(err)
		}
		b := g.browser(t)
		b.begins(t, o)
		b.visit(t, http.MethodPost, o.URL+"/cancel")
		page := b.get(t, o.URL+"?redirectUrl=https://evil.example&return=https://evil.example&next=//evil.example")
		if strings.Contains(b.seen.String(), "evil.example") || !strings.Contains(page.text(), "https://one.example/done?id="+o.ID) {
			t.Error("the person is not sent to the client's own address")
		}
	}
}
