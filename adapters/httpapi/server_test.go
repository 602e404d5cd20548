package httpapi_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	oteltrace "go.opentelemetry.io/otel/trace"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
)

// clock and ids are the two ports that the server itself asks.
type clock struct{}

func (clock) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

type ids struct{}

func (ids) New() string   { return "made-by-us" }
func (ids) Number() int64 { return 1 }

// language is a surface of a few rows that words a failure as its own name and the fault's code.
type language struct {
	name   string
	owns   []string
	routes []httpapi.Route
}

func (l language) Name() string            { return l.name }
func (l language) Owns() []string          { return l.owns }
func (l language) Routes() []httpapi.Route { return l.routes }
func (l language) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	httpapi.Refused(c, f.Code())
	httpapi.WriteJSON(c, httpapi.Status(f), map[string]string{"surface": l.name, "code": f.Code()})
}

func says(text string) fiber.Handler {
	return func(c *fiber.Ctx) error { return c.SendString(text) }
}

func get(pattern string, h fiber.Handler) httpapi.Route {
	return httpapi.Route{Method: http.MethodGet, Pattern: pattern, Handler: h}
}

// running starts a server on loopback for the length of a test and gives its address.
func running(t *testing.T, config httpapi.Config, deps httpapi.Deps, surfaces ...httpapi.Surface) (*httpapi.Server, string) {
	t.Helper()
	deps.Clock, deps.IDs = clock{}, ids{}
	s, err := httpapi.New(config, surfaces, deps)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx, 0); err != nil {
			t.Error("shutdown:", err)
		}
		if err := <-done; err != nil {
			t.Error("serve:", err)
		}
	})
	return s, l.Addr().String()
}

// raw sends bytes as they are and reads one answer.
func raw(t *testing.T, address, request string) *http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	go func() { _, _ = io.WriteString(conn, request) }()
	method, _, _ := strings.Cut(request, " ")
	response, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func ask(t *testing.T, address, method, path string, headers ...string) *http.Response {
	t.Helper()
	return raw(t, address, method+" "+path+" HTTP/1.1\r\nHost: localhost\r\n"+strings.Join(append(headers, ""), "\r\n")+"\r\n")
}

func wants(t *testing.T, r *http.Response, status int, body string) {
	t.Helper()
	if got := text(t, r); r.StatusCode != status || got != body {
		t.Errorf("got %d %s, want %d %s", r.StatusCode, got, status, body)
	}
}

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

func TestEveryAnswerHasTheHeadersOfTheHouse(t *testing.T) {
	_, address := running(t, httpapi.Config{PublicURL: "https://id.example"}, httpapi.Deps{},
		language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{get("/x", says("")), get("/panic", func(*fiber.Ctx) error { panic("no") })}})
	for _, path := range []string{"/x", "/nothing", "/panic"} {
		r := ask(t, address, "GET", path)
		for name, want := range map[string]string{
			"X-Request-Id": "made-by-us", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
			"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Strict-Transport-Security": "max-age=31536000",
			"Server": "", "X-Powered-By": "",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
	}
}

func TestASaneRequestIDIsEchoedAndAnyOtherIsReplaced(t *testing.T) {
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/", func(c *fiber.Ctx) error { return c.SendString(httpapi.RequestID(c)) }),
	}})
	for sent, want := range map[string]string{
		"abc-1_2.3": "abc-1_2.3", "": "made-by-us", "a b": "made-by-us", "<x>": "made-by-us", "å": "made-by-us",
		strings.Repeat("a", 100): strings.Repeat("a", 100), strings.Repeat("a", 101): "made-by-us",
	} {
		r := ask(t, address, "GET", "/", "X-Request-Id: "+sent)
		if r.Header.Get("X-Request-Id") != want || text(t, r) != want {
			t.Errorf("%q: %v", sent, r.Header)
		}
	}
}

func TestFailuresKeepTheirSecretsAndTheLogTellsTheOperator(t *testing.T) {
	var log bytes.Buffer
	var mu sync.Mutex
	deps := httpapi.Deps{Log: slog.New(slog.NewJSONHandler(locked{&mu, &log}, nil))}
	refused := fault.ErrInternal.Because(errors.New("relation does not exist"))
	_, address := running(t, httpapi.Config{}, deps, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/plain", func(*fiber.Ctx) error { return errors.New("dial tcp: refused") }),
		get("/fault", func(*fiber.Ctx) error { return refused }),
		get("/panic", func(*fiber.Ctx) error { panic("secret words") }),
		get("/nil", func(*fiber.Ctx) error { var m map[string]int; m["x"] = 1; return nil }),
		get("/late", func(c *fiber.Ctx) error { return context.DeadlineExceeded }),
		get("/half", func(c *fiber.Ctx) error { _ = c.SendString("half an answer"); return refused }),
	}})
	for path, want := range map[string]string{
		"/plain": "internal", "/fault": "internal", "/panic": "internal", "/nil": "internal", "/half": "internal", "/late": "deadline_exceeded",
	} {
		r := ask(t, address, "GET", path+"?ssn=190001011234", "Cookie: k=v", "Authorization: Bearer 1|x")
		if body := text(t, r); r.StatusCode < 500 || body != `{"code":"`+want+`","surface":"a"}` {
			t.Errorf("%s: %d %s", path, r.StatusCode, body)
		}
		if path == "/late" && r.Header.Get("Retry-After") != "5" {
			t.Error("unavailable without a time to come back")
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for _, known := range []string{"dial tcp: refused", "relation does not exist", "panic: string", "server_test.go", "assignment to entry in nil map", `"request_id":"made-by-us"`, `"route":"/late"`} {
		if !strings.Contains(log.String(), known) {
			t.Errorf("the log does not tell %q", known)
		}
	}
	for _, secret := range []string{"190001011234", "k=v", "1|x", "secret words"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
}

type locked struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}

// clumsy is a surface that cannot word a failure.
type clumsy struct{ language }

func (clumsy) Refuse(*fiber.Ctx, error) { panic("speechless") }

func TestASurfaceThatCannotWordAFailureStillAnswers(t *testing.T) {
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, clumsy{language{name: "a", owns: []string{"/"}}})
	wants(t, ask(t, address, "GET", "/x"), 404, `{"code":"path_unknown","message":"There is nothing at this path."}`)
}

func TestEveryRouteHasItsOwnDeadline(t *testing.T) {
	left := func(c *fiber.Ctx) error {
		deadline, _ := c.UserContext().Deadline()
		return c.SendString(strconv.Itoa(int(time.Until(deadline).Round(time.Second).Seconds())))
	}
	_, address := running(t, httpapi.Config{Timeout: 7 * time.Second}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/usual", left), {Method: "GET", Pattern: "/long", Handler: left, Deadline: time.Minute},
	}})
	wants(t, ask(t, address, "GET", "/usual"), 200, "7")
	wants(t, ask(t, address, "GET", "/long"), 200, "60")
}

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

func TestOneRequestsWordsNeverBecomeAnothers(t *testing.T) {
	var mu sync.Mutex
	var kept []string
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/p/:name", func(c *fiber.Ctx) error {
			mu.Lock()
			defer mu.Unlock()
			kept = append(kept, httpapi.Param(c, "name"), c.Query("q"), c.Get("X-Word"))
			return nil
		}),
	}})
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	var want []string
	for _, name := range []string{"anna", "bert", "cleo"} {
		fmt.Fprintf(conn, "GET /p/%s?q=%s HTTP/1.1\r\nHost: a\r\nX-Word: %s\r\n\r\n", name, name, name)
		r, err := http.ReadResponse(reader, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		want = append(want, name, name, name)
	}
	if fmt.Sprint(kept) != fmt.Sprint(want) {
		t.Error(kept)
	}
}

func TestShutdownLetsRequestsInFlightFinishAndClosesBehindThem(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/slow", func(c *fiber.Ctx) error { close(entered); <-leave; return c.SendString("done") }), get("/quick", says("quick")),
	}}}, httpapi.Deps{Clock: clock{}, IDs: ids{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served, answered, down := make(chan error, 1), make(chan *http.Response, 1), make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	go func() { answered <- ask(t, l.Addr().String(), "GET", "/slow") }()
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	go func() { down <- s.Shutdown(ctx, 300*time.Millisecond) }()
	for !s.Draining() {
		time.Sleep(time.Millisecond)
	}
	r := ask(t, l.Addr().String(), "GET", "/quick")
	if !r.Close {
		t.Error("an answer while draining keeps its connection open")
	}
	wants(t, r, 200, "quick")
	close(leave)
	wants(t, <-answered, 200, "done")
	if err := errors.Join(<-down, <-served); err != nil {
		t.Error(err)
	}
}

func TestShutdownDoesNotWaitForConnectionsThatNeverSpoke(t *testing.T) {
	s, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{get("/", says(""))}}}, httpapi.Deps{Clock: clock{}, IDs: ids{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	for range 3 {
		silent, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
	}
	ask(t, l.Addr().String(), "GET", "/") // the others have been accepted by now
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := errors.Join(s.Shutdown(ctx, 0), <-served); err != nil {
		t.Error(err)
	}
}

func TestAPeerThatStopsReadingIsCutOff(t *testing.T) {
	s, err := httpapi.New(httpapi.Config{WriteStall: 50 * time.Millisecond}, []httpapi.Surface{language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/", func(c *fiber.Ctx) error { return c.Send(make([]byte, 64<<20)) }),
	}}}, httpapi.Deps{Clock: clock{}, IDs: ids{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	deaf, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	if _, err := io.WriteString(deaf, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := deaf.Read(make([]byte, 1)); err != nil { // the answer has begun
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := errors.Join(s.Shutdown(ctx, 0), <-served); err != nil {
		t.Error("the server still waits for it:", err)
	}
}

func TestMetricsAreToldPatternsAndNothingElse(t *testing.T) {
	told := make(chan string, 9)
	observe := func(surface, route, method string, status int, code string, _ time.Duration) {
		told <- fmt.Sprint(surface, " ", route, " ", method, " ", status, " ", code)
	}
	_, address := running(t, httpapi.Config{}, httpapi.Deps{Observe: observe},
		language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{get("/p/:id", says(""))}})
	ask(t, address, "GET", "/p/123?x=y")
	ask(t, address, "BREW", "/elsewhere/456")
	for _, want := range []string{"a /p/:id GET 200 ", "a  other 404 path_unknown"} {
		if got := <-told; got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
}

func TestASpanIsNamedByItsRouteAndContinuesTheCallersTrace(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	tracer := trace.NewTracerProvider(trace.WithSpanProcessor(spans)).Tracer("test")
	_, address := running(t, httpapi.Config{}, httpapi.Deps{Tracer: tracer}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/p/:id", func(c *fiber.Ctx) error {
			return c.SendString(oteltrace.SpanContextFromContext(c.UserContext()).TraceID().String())
		}),
		get("/broken", func(*fiber.Ctx) error { return errors.New("no") }),
	}})
	const traceID, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	wants(t, ask(t, address, "GET", "/p/secret", "traceparent: 00-"+traceID+"-"+parent+"-01"), 200, traceID)
	ask(t, address, "GET", "/broken")
	ended := spans.Ended()
	if len(ended) != 2 {
		t.Fatal(len(ended), "spans")
	}
	first, second := ended[0], ended[1]
	if first.Name() != "GET /p/:id" || first.Parent().SpanID().String() != parent || first.Status().Code != codes.Unset {
		t.Error(first.Name(), first.Parent(), first.Status())
	}
	if second.Name() != "GET /broken" || second.Status().Code != codes.Error || second.Status().Description != "internal" {
		t.Error(second.Name(), second.Status())
	}
	for _, a := range first.Attributes() {
		if strings.Contains(a.Value.String(), "secret") {
			t.Error(a)
		}
	}
}

func TestJSONIsWrittenAsItIs(t *testing.T) {
	_, address := running(t, httpapi.Config{}, httpapi.Deps{}, language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/", func(c *fiber.Ctx) error {
			httpapi.WriteJSON(c, 201, map[string]string{"url": "https://x/?a=b&c=<d>"})
			return nil
		}),
	}})
	r := ask(t, address, "GET", "/")
	if r.Header.Get("Content-Type") != "application/json" {
		t.Error(r.Header)
	}
	body := text(t, r)
	if body != `{"url":"https://x/?a=b&c=<d>"}` || r.StatusCode != 201 || !json.Valid([]byte(body)) {
		t.Error(r.StatusCode, body)
	}
}
