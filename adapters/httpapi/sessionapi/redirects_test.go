package sessionapi_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
)

// strangers are addresses that look like the registered ones https://rp.example (its whole host) and
// https://exact.example/done?a=1 (itself alone), and are not.
var strangers = []string{
	"https://rp.example.evil.example/", "https://evilrp.example/", "https://evil.example/rp.example", "https://evil.example/https://rp.example/",
	"https://rp.example@evil.example/", "https://rp.example:x@evil.example/", "https://user@rp.example/", "https://@rp.example/",
	"https://rp.example:444/", "https://rp.example:80/", "https://rp.example:0443x/", "http://rp.example/", "HTTP://rp.example/", "ftp://rp.example/",
	"https://rp.example./", "https://rp.example%2eevil.example/", "https://rp.example%00.evil.example/", "https://rp.exаmple/", "https://xn--rp-exmple-5fg.example/",
	"//rp.example/", "/\\rp.example/", "https:/rp.example/", "https:rp.example", "https:///rp.example/", "https://\\rp.example/", "https://rp.example\\@evil.example/",
	"https://rp.example\t/", " https://rp.example/", "https://rp.example/ ", "https://rp.example/a b", "https://rp.example/\n", "https://rp.example/\r\nSet-Cookie: a=b",
	"https://rp.example/a\\b", "https://rp.example/#a b", "https://rp.example/#\\", "https://rp.example/#a#b", "https://rp.example/%zz", "https://rp.example/å",
	"javascript:alert(1)", "javascript://rp.example/%0aalert(1)", "data:text/html,x", "blob:https://rp.example/1", "rp.example", "/done", "?a=1", "#x", "com.example.app://done",
	"intent://rp.example/#Intent;scheme=https;end", "https://exact.example/done", "https://exact.example/done?a=1&b=2", "https://exact.example/done?a=2",
	"https://exact.example/done/?a=1", "https://exact.example/Done?a=1", "https://exact.example/done%3Fa=1", "https://exact.example/x/../done?a=1",
	"https://exact.example/%64one?a=1", "https://EXACT.example/done?a=1", "https://exact.example:443/done?a=1", "http://localhost:3000/done",
	"http://127.0.0.1:3000/", "http://localhost:3001/", "https://[::1]/", "https://rp.example:65536/", "https://rp.example:-1/",
	"https://rp.example/" + strings.Repeat("a", 2000),
}

func TestNobodyIsSentWhereTheClientDidNotRegister(t *testing.T) {
	if len(strangers) < 40 {
		t.Fatal("the corpus has shrunk")
	}
	g := open(t, sessionapi.Config{})
	for _, address := range strangers {
		quoted, err := json.Marshal(address)
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"success", "abort", "error"} {
			good := []string{`"https://rp.example/1"`, `"https://rp.example/2"`, `"https://rp.example/3"`}
			good[i] = string(quoted)
			body := redirecting(t, `{"callbackUrls":{"success":`+good[0]+`,"abort":`+good[1]+`,"error":`+good[2]+`}}`)
			g.limits.Reset()
			if a := g.ask(t, "full", "POST", sessions, body); a.StatusCode != 400 || a.blames(t) != "callbackUrls."+name {
				t.Errorf("%q as %s: %d %s", address, name, a.StatusCode, a.body)
			}
		}
		g.limits.Reset()
		a := g.ask(t, "full", "POST", sessions, `{"flow":"embedded","requestedAttributes":[],"embeddedParentDomains":["rp.example"],"returnUrl":`+string(quoted)+`}`)
		if a.StatusCode != 400 || a.blames(t) != "returnUrl" {
			t.Errorf("%q to return to: %d %s", address, a.StatusCode, a.body)
		}
	}
	if g.starts() != 0 {
		t.Errorf("%d sessions were started", g.starts())
	}
	// Neither a list nor a second member makes an address another one.
	for _, body := range []string{
		redirecting(t, `{"callbackUrls":{"success":["https://rp.example/"],"abort":"https://rp.example/","error":"https://rp.example/"}}`),
		strings.Replace(plainRedirect, `"success":`, `"Success":"https://evil.example/","success":`, 1),
		strings.Replace(plainRedirect, `"callbackUrls":`, `"CallbackUrls":{"success":"https://evil.example/"},"callbackUrls":`, 1),
		strings.Replace(plainRedirect, `"success":`, `"success":"https://evil.example/","success":`, 1),
	} {
		g.limits.Reset()
		if a := g.ask(t, "full", "POST", sessions, body); a.StatusCode != 400 {
			t.Errorf("%s: %d", body, a.StatusCode)
		}
	}
}

func TestPeopleReturnToWhatTheClientRegisteredWithTheirSession(t *testing.T) {
	g := open(t, sessionapi.Config{})
	id := "sessionId="
	for _, c := range []struct{ as, address, want string }{
		{"full", "https://rp.example", "https://rp.example/?" + id}, {"full", "https://rp.example/", "https://rp.example/?" + id},
		{"full", "https://rp.example:443/abort", "https://rp.example:443/abort?" + id}, {"full", "https://RP.example", "https://RP.example/?" + id},
		{"full", "https://rp.example#success", "https://rp.example/?" + id + "#success"}, {"full", "https://rp.example?x=1", "https://rp.example/?x=1&" + id},
		{"full", "https://rp.example/?", "https://rp.example/?" + id}, {"full", "https://rp.example/a?&x", "https://rp.example/a?x&" + id},
		{"full", "https://rp.example/a?sessionId=forged&x=1&sessionId=again", "https://rp.example/a?x=1&" + id},
		{"full", "https://rp.example/a?session%49d=forged", "https://rp.example/a?" + id}, {"full", "https://rp.example/a?sessionid=kept", "https://rp.example/a?sessionid=kept&" + id},
		{"full", "https://rp.example/a#/route?sessionId=kept", "https://rp.example/a?" + id + "#/route?sessionId=kept"},
		{"full", "https://rp.example/a/../b;c?q=a+b%20c", "https://rp.example/a/../b;c?q=a+b%20c&" + id},
		{"full", "https://exact.example/done?a=1", "https://exact.example/done?a=1&" + id}, {"full", "https://exact.example/done?a=1#top", "https://exact.example/done?a=1&" + id + "#top"},
		{"sandbox", "http://localhost:3000/cb", "http://localhost:3000/cb?" + id},
	} {
		g.forget()
		quoted := strconv.Quote(c.address)
		a := g.ask(t, c.as, "POST", sessions, redirecting(t, `{"callbackUrls":{"success":`+quoted+`,"abort":`+quoted+`,"error":`+quoted+`}}`))
		if a.StatusCode != 200 {
			t.Errorf("%s: %d %s", c.address, a.StatusCode, a.body)
			continue
		}
		urls, _ := a.members(t)["callbackUrls"].(map[string]any)
		if want := strings.Replace(c.want, id, id+firstID, 1); urls["success"] != want || urls["abort"] != want || urls["error"] != want {
			t.Errorf("%s becomes %v", c.address, urls)
		}
	}
	// Plain http is for the own machine, and there only where nothing is at stake.
	for as, config := range map[string]sessionapi.Config{"sandbox": {}, "full": {LoopbackHTTP: true}} {
		g := open(t, config)
		body := redirecting(t, `{"callbackUrls":{"success":"http://localhost:3000/a","abort":"http://localhost:3000/b","error":"http://localhost:3000/c"}}`)
		if a := g.ask(t, as, "POST", sessions, body); a.StatusCode != 200 {
			t.Errorf("%s: %d %s", as, a.StatusCode, a.body)
		}
	}
}

func TestTheReferenceComesBackInPlaceOfAnother(t *testing.T) {
	g := open(t, sessionapi.Config{})
	m := g.create(t, redirecting(t, `{"externalReference":"å /?&#","callbackUrls":{"success":"https://rp.example/?externalReference=old","abort":"https://rp.example/","error":"https://rp.example/"}}`)).members(t)
	urls, _ := m["callbackUrls"].(map[string]any)
	if want := "https://rp.example/?sessionId=" + firstID + "&externalReference=%C3%A5+%2F%3F%26%23"; urls["success"] != want {
		t.Error(urls["success"])
	}
}
