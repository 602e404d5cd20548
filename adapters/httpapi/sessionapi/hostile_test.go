package sessionapi_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
)

// corpus is what hostile clients send in place of a body, and the status that it gets.
func corpus() map[string]int {
	return map[string]int{
		`{"flow":`: 400, `{} {}`: 400, `[]`: 400, `1`: 400, `null`: 400, `"x"`: 400, " ": 400, `{"tags":["a","b"`: 400,
		`{"flow":"redirect","flow":"headless"}`: 400, `{"flow":"redirect","\u0066low":"headless"}`: 400, `{"flow":"redirect","FLOW":"headless"}`: 400,
		strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000):          400,
		`{"tags":` + strings.Repeat("[", 30000) + strings.Repeat("]", 30000) + "}": 400,
		`{"tags":["` + strings.Repeat(`a","`, 5000) + `"]}`:                        400,
		`{"flow":"a\u0000b"}`: 400, "{\"flow\":\"a\x00b\"}": 400, "{\"flow\":\"\xff\xfe\"}": 400, `{"flow":"\ud800"}`: 400,
		`<a/>`: 400, `flow=redirect`: 400, "\xef\xbb\xbf{}": 400, `{/**/}`: 400, `{'a':1}`: 400, `{"a":NaN}`: 400, `{"sessionLifetime":1e}`: 400,
		`{"flow":"` + strings.Repeat("a", 1<<20) + `"}`: 413,
	}
}

func TestHostileBodiesGetAClearAnswer(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for body, status := range corpus() {
		g.forget()
		a := g.ask(t, "full", "POST", sessions, body)
		if a.StatusCode != status || a.members(t)["code"] == "" || len(a.body) > 1000 || g.starts() != 0 {
			t.Errorf("%.30q: %d %.300s", body, a.StatusCode, a.body)
		}
	}
	for _, contentType := range []string{"text/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "nonsense"} {
		g.forget()
		if a := g.ask(t, "full", "POST", sessions, plainRedirect, "Content-Type: "+contentType); a.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("as %s: %d", contentType, a.StatusCode)
		}
	}
	g.forget()
	if a := g.ask(t, "full", "POST", sessions, plainRedirect, "Content-Encoding: gzip"); a.StatusCode != http.StatusUnsupportedMediaType {
		t.Error(a.StatusCode)
	}
}

func TestABodyThatCannotBeReadIsRefusedByACodeOfTheDocs(t *testing.T) {
	g := open(t, sessionapi.Config{})
	docs, err := os.ReadFile("../pages/site/docs/sessions.html")
	if err != nil {
		t.Fatal(err)
	}
	for body, code := range map[string]string{
		`[]`: "json_not_object", "\xef\xbb\xbf{}": "json_malformed", `{"flow":`: "json_malformed", `{"flow":"a\u0000b"}`: "json_not_unicode",
		`{"flow":"redirect","flow":"headless"}`: "json_duplicate_member", `{"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}": "json_too_deep",
		`{"tags":["` + strings.Repeat(`a","`, 5000) + `"]}`: "json_too_many_values",
	} {
		g.forget()
		a := g.ask(t, "full", "POST", sessions, body)
		if m := a.members(t); a.StatusCode != 400 || m["code"] != code || m["title"] != "Invalid Body Error" {
			t.Errorf("%.30q: %d %s", body, a.StatusCode, a.body)
		}
		if !strings.Contains(string(docs), "<code>"+code+"</code>") {
			t.Errorf("the docs say nothing of %s", code)
		}
	}
}

func TestARequestWithEverythingAtItsLongestFits(t *testing.T) {
	g := open(t, sessionapi.Config{})
	long := func(n int) string { return strings.Repeat(`\u0061`, n) }
	list := func(items, n int) string { return `["` + strings.Repeat(long(n)+`","`, items-1) + long(n) + `"]` }
	g.create(t, redirecting(t, `{"tags":`+list(100, 100)+`,"requestedAttributes":`+list(200, 100)+`,"externalReference":"`+long(100)+`"}`))
	g.forget()
	body := `{"tags":` + list(100, 100) + `,"requestedAttributes":` + list(200, 100) + `,` + plainRedirect[1:]
	body = strings.Replace(body, `"requestedAttributes":[],`, "", 1)
	if a := g.ask(t, "full", "POST", sessions, body); a.StatusCode != 200 {
		t.Error(a.StatusCode, a.body)
	}
}

func TestCancelTakesWhatClientsSend(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for body, want := range map[string]int{"": 200, "null": 200, " null\n": 200, "{}": 200, `{"a":[1]}`: 200, "[]": 400, "1": 400, `{"a":`: 400, "nul": 400} {
		g.forget()
		g.create(t, plainRedirect)
		if a := g.ask(t, "full", "POST", sessions+"/"+g.id()+"/cancel", body); a.StatusCode != want {
			t.Errorf("%q: %d %s", body, a.StatusCode, a.body)
		}
	}
}

func TestHeadersOfClientsAreNoObstacle(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for _, header := range []string{
		"Accept: application/json", "Accept: */*", "Accept: application/jose", "Accept: text/html", "Signicat-SDK: dotnet 1.15.0", "Signicat-OrganizationId: org-1",
		"Content-Type: application/json; charset=utf-8", "Content-Type: application/vnd.x+json", "Authorization: bearer token-full", "Accept-Encoding: gzip, br",
	} {
		g.forget()
		if a := g.ask(t, "full", "POST", sessions+"?x=1&x=2", plainRedirect, header); a.StatusCode != 200 {
			t.Errorf("%s: %d %s", header, a.StatusCode, a.body)
		}
	}
}

func TestIdentifiersOfStrangersAreUnknown(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for _, id := range []string{"x", "%27%20OR%201=1", "..%2f..%2fetc", strings.Repeat("a", 2000), "0198a1f2-3b4c-7d5e-8f60-00000000000é", "%F0%9F%98%80", "null"} {
		g.forget()
		if a := g.ask(t, "full", "GET", sessions+"/"+id, ""); a.StatusCode != 404 {
			t.Errorf("%.20s: %d", id, a.StatusCode)
		}
		if a := g.ask(t, "full", "POST", sessions+"/"+id+"/cancel", ""); a.StatusCode != 400 && a.StatusCode != 404 {
			t.Errorf("%.20s: %d", id, a.StatusCode)
		}
	}
}
