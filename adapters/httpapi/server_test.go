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
		get("/nil", func(*fiber.Ctx) error { nobodys["x"] = 1; return nil }),
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

var nobodys map[string]int

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
