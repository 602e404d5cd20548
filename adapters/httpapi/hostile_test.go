package httpapi_test

import (
	"io"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

func TestBodiesAreLimitedByRouteAndTheRefusalArrives(t *testing.T) {
	size := func(c *fiber.Ctx) error { return c.SendString(strconv.Itoa(len(c.Request().Body()))) }
	_, address := running(t, httpapi.Config{BodyLimit: 100}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		{Method: "POST", Pattern: "/small", Handler: size}, {Method: "POST", Pattern: "/upload/:id", Handler: size, BodyLimit: 2 << 20},
	}})
	post := func(path string, n int, chunked bool) (int, string) {
		var body io.Reader = strings.NewReader(strings.Repeat("x", n))
		if chunked {
			body = io.MultiReader(body)
		}
		r, err := http.Post("http://"+address+path, "text/plain", body)
		if err != nil {
			t.Fatalf("%s %d: the refusal is lost: %v", path, n, err)
		}
		defer r.Body.Close()
		return r.StatusCode, text(t, r)
	}
	tooLarge := `{"code":"body_too_large","surface":"a"}`
	for _, chunked := range []bool{false, true} {
		for _, c := range []struct {
			path string
			n    int
			code int
			body string
		}{
			{"/small", 100, 200, "100"}, {"/small", 101, 413, tooLarge}, {"/small", 10 << 20, 413, tooLarge}, {"/nothing", 10 << 20, 413, tooLarge},
			{"/upload/1", 101, 200, "101"}, {"/upload/1", 2 << 20, 200, "2097152"}, {"/upload/1", 2<<20 + 1, 413, tooLarge},
		} {
			if code, body := post(c.path, c.n, chunked); code != c.code || body != c.body {
				t.Errorf("%s %d chunked=%v: %d %s", c.path, c.n, chunked, code, body)
			}
		}
	}
}

func TestRequestsThatTwoReadersWouldReadApartAreRefused(t *testing.T) {
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/x", says("ok")), {Method: "POST", Pattern: "/x", Handler: says("ok")},
	}})
	for name, request := range map[string]string{
		"two hosts":              "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"no host":                "GET /x HTTP/1.1\r\nAccept: */*\r\n\r\n",
		"user in host":           "GET /x HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n",
		"another host in target": "GET http://evil.example/x HTTP/1.1\r\nHost: a\r\n\r\n",
		"two lengths":            "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 1\r\n\r\nabc",
		"length and chunks":      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"odd encoding":           "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"two credentials":        "GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\n\r\n",
		"folded line":            "GET /x HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\n\r\n",
		"space before colon":     "GET /x HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n",
		"control character":      "GET /x HTTP/1.1\r\nHost: a\r\nX-A: b\x00c\r\n\r\n",
		"control in target":      "GET /x\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
		"no version":             "GET /x\r\n\r\n",
		"two types":              "POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 0\r\n\r\n",
		"nonsense":               "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
	} {
		r := raw(t, address, request)
		if body := text(t, r); r.StatusCode != 400 || body != `{"code":"request_malformed","surface":"a"}` || !r.Close {
			t.Errorf("%s: %d close=%v %s", name, r.StatusCode, r.Close, body)
		}
	}
	wants(t, raw(t, address, "GET http://a/x HTTP/1.1\r\nHost: A\r\n\r\n"), 200, "ok")
	if r := raw(t, address, "GET /x HTTP/1.1\r\nHost: a\r\nX-Long: "+strings.Repeat("a", 9000)+"\r\n\r\n"); r.StatusCode != 431 || r.Header.Get("X-Error-Code") != "headers_too_large" {
		t.Error(r.StatusCode, r.Header)
	}
}

func TestDevelopmentAnswersThisMachineOnly(t *testing.T) {
	_, address := running(t, httpapi.Config{Development: true}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{get("/x", says("ok"))}})
	request := func(host, more string) *http.Response {
		return raw(t, address, "GET /x HTTP/1.1\r\nHost: "+host+"\r\n"+more+"\r\n")
	}
	for _, host := range []string{"localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "demo.localhost", "LOCALHOST"} {
		if r := request(host, ""); r.StatusCode != 200 {
			t.Error(host, r.StatusCode)
		}
	}
	for _, host := range []string{"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", "192.168.1.2"} {
		wants(t, request(host, ""), 403, `{"code":"development_only","surface":"a"}`)
	}
	for _, header := range []string{"Forwarded: for=1.2.3.4", "X-Forwarded-For: 127.0.0.1", "x-forwarded-host: localhost", "X-Forwarded-Anything: 1"} {
		wants(t, request("localhost", header+"\r\n"), 403, `{"code":"development_only","surface":"a"}`)
	}
}

func TestTheClientIsThePeerUnlessATrustedProxySpeaks(t *testing.T) {
	who := language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{get("/", func(c *fiber.Ctx) error {
		return c.SendString(httpapi.Client(c).String() + " " + httpapi.Host(c) + " " + httpapi.ClientBucket(c))
	})}}
	trusted := httpapi.Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.0.0.0/8")}}
	_, plain := running(t, httpapi.Config{}, httpapi.Deps{}, who)
	_, behind := running(t, trusted, httpapi.Deps{}, who)
	forwarded := []string{"X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.1.1.1", "X-Forwarded-Host: evil.example, Partner.example:443"}
	wants(t, ask(t, plain, "GET", "/", forwarded...), 200, "127.0.0.1 localhost 127.0.0.1")
	wants(t, ask(t, behind, "GET", "/", forwarded...), 200, "1.2.3.4 partner.example 1.2.3.4")
	wants(t, ask(t, behind, "GET", "/"), 200, "127.0.0.1 localhost 127.0.0.1")
	wants(t, ask(t, behind, "GET", "/", "X-Forwarded-For: 9.9.9.9", "X-Forwarded-For: 8.8.8.8"), 200, "8.8.8.8 localhost 8.8.8.8")
	wants(t, ask(t, behind, "GET", "/", "X-Forwarded-For: nonsense, 10.0.0.9"), 200, "10.0.0.9 localhost 10.0.0.9")
	wants(t, ask(t, behind, "GET", "/", "X-Forwarded-For: [2001:db8:1:2:3::4]:99"), 200, "2001:db8:1:2:3::4 localhost 2001:db8:1:2::/64")
}
