package httpapi_test

import (
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

func TestAFailureIsWordedByTheOwnerOfTheLongestPrefix(t *testing.T) {
	_, address := running(t, httpapi.Config{}, httpapi.Deps{},
		language{name: "account", owns: []string{"/api/v1", "/api/v2/account*"}, routes: []httpapi.Route{
			get("/api/v1/account", says("mine")), get("/api/v2/account/:id", says("byid")),
		}},
		language{name: "orgs", owns: []string{"/api/v2", "/api/v1/tenants"}, routes: []httpapi.Route{get("/api/v2/users", says("users"))}},
		language{name: "pages", owns: []string{"/"}, routes: []httpapi.Route{get("/", says("home"))}},
	)
	unknown := func(surface string) string { return `{"code":"path_unknown","surface":"` + surface + `"}` }
	for path, surface := range map[string]string{
		"/api/v1": "account", "/api/v1/": "account", "/api/v1/nothing": "account", "/api/v1/tenants/x": "orgs", "/api/v1/tenantsx": "account",
		"/api/v2/nothing": "orgs", "/api/v2/accounts": "account", "/api/v2/account/1/2": "account", "/api/v1x": "pages", "/x/y": "pages",
		"/API/V1/account": "pages", "/api/v1/account/": "account", "//api/v1/account": "pages", "/api/v1/../v1/account": "account",
	} {
		wants(t, ask(t, address, "GET", path), 404, unknown(surface))
	}
	wants(t, ask(t, address, "GET", "/api/v1/account"), 200, "mine")
	wants(t, ask(t, address, "GET", "/api/v1/account?x=/y"), 200, "mine")
}

func TestAKnownPathNamesTheMethodsItKnows(t *testing.T) {
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/things/:id", says("")), {Method: "PUT", Pattern: "/things/:name", Handler: says("")}, {Method: "POST", Pattern: "/things/static", Handler: says("")},
	}})
	for _, method := range []string{"POST", "DELETE", "OPTIONS", "TRACE", "CONNECT", "HEAD", "FOO", "get"} {
		r := ask(t, address, method, "/things/7")
		if r.StatusCode != 405 || r.Header.Get("Allow") != "GET, PUT" || r.Header.Get("X-Error-Code") != "method_not_allowed" {
			t.Error(method, r.StatusCode, r.Header)
		}
	}
	if r := ask(t, address, "DELETE", "/things/static"); r.Header.Get("Allow") != "GET, POST, PUT" {
		t.Error(r.Header.Get("Allow"))
	}
	for _, method := range []string{"FOO", "OPTIONS", "HEAD"} {
		if r := ask(t, address, method, "/nothing"); r.StatusCode != 404 || r.Header.Get("Allow") != "" {
			t.Error(method, r.StatusCode, r.Header)
		}
	}
}

func TestStaticSegmentsWinOverParametersWhateverTheOrderOfRows(t *testing.T) {
	rows := []httpapi.Route{
		get("/alarms/:id", says("one")), get("/alarms/statistic", says("statistic")), get("/alarms/:id/close", says("close")),
		get("/alarms/accounts/by-period", says("period")), get("/:any/statistic", says("any")),
	}
	for range 3 {
		rows = append(rows[1:], rows[0])
		_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: rows})
		for path, want := range map[string]string{
			"/alarms/7": "one", "/alarms/statistic": "statistic", "/alarms/accounts/close": "close",
			"/alarms/accounts/by-period": "period", "/x/statistic": "any",
		} {
			wants(t, ask(t, address, "GET", path), 200, want)
		}
	}
}

func TestTablesThatContradictEachOtherAreRefusedAtOnce(t *testing.T) {
	_, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{
		language{name: "one", owns: []string{"/a"}, routes: []httpapi.Route{get("/a/:id", says("")), get("/b/x", says("")), get("/a/:id-x", says("")), get("/a/*", says(""))}},
		language{name: "two", owns: []string{"/a", "/b"}, routes: []httpapi.Route{get("/a/:name", says("")), {Method: "FETCH", Pattern: "/b/y", Handler: says("")}, {Method: "GET", Pattern: "/b/z"}}},
	}, httpapi.Deps{Clock: clock{}, IDs: ids{}})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, mistake := range []string{
		"surfaces one and two both own /a", "GET /a/: of two is also a route of one", "GET /b/x of one lies under a prefix of two",
		`"/a/:id-x" of one`, `"/a/*" of one`, "unknown method", "no handler",
	} {
		if !strings.Contains(err.Error(), mistake) {
			t.Errorf("%q is not among the mistakes: %v", mistake, err)
		}
	}
}

func TestPathParametersAreDecodedOnce(t *testing.T) {
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/p/:x", func(c *fiber.Ctx) error { return c.SendString(httpapi.Param(c, "x")) }),
		get("/p/:x/close", func(c *fiber.Ctx) error { return c.SendString("closed " + httpapi.Param(c, "x")) }),
	}})
	for path, want := range map[string]string{"/p/a%20b": "a b", "/p/%2541": "%41", "/p/%C3%A5": "å", "/p/a+b": "a+b", "/p/a;b": "a;b",
		"/p/a-b.c:d": "a-b.c:d", "/p/a-b.c/close": "closed a-b.c"} {
		wants(t, ask(t, address, "GET", path), 200, want)
	}
	for _, path := range []string{"/p/%00", "/p/a%2Fb", "/p/%ff", "/p/%", "/p/%1", "/p/%zz", "/p/%0a", "/p/%7f", "/p/"} {
		wants(t, ask(t, address, "GET", path), 404, `{"code":"path_unknown","surface":"a"}`)
	}
}
