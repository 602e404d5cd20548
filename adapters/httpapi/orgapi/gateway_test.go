package orgapi_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/ports/outbound"
)

var rewrite = flag.Bool("update", false, "write the golden files anew")

// window counts for ever, so that limits are reached and never forgotten.
type window struct {
	mu     sync.Mutex
	counts map[string]int
}

func (w *window) Take(_ context.Context, bucket string, l outbound.Limit) outbound.Allowance {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.peek(bucket, l)
	if a.Allowed {
		w.counts[bucket]++
	}
	return a
}

func (w *window) Pass(ctx context.Context, bucket string, p outbound.Pace) outbound.Allowance {
	return w.Take(ctx, bucket, outbound.Limit{Events: p.Burst})
}

func (w *window) Peek(_ context.Context, bucket string, l outbound.Limit) outbound.Allowance {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.peek(bucket, l)
}

func (w *window) peek(bucket string, l outbound.Limit) outbound.Allowance {
	left := l.Events - w.counts[bucket]
	a := outbound.Allowance{Allowed: left > 0, Remaining: max(0, left)}
	if !a.Allowed {
		a.RetryAfter = time.Second / 2
	}
	return a
}

func (w *window) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts = map[string]int{}
}

// ticking is the server's clock, by which connections live.
type ticking struct{}

func (ticking) Now() time.Time { return time.Now().UTC() }

type fixed struct{}

func (fixed) Now() time.Time { return then }
func (fixed) New() string    { return "request-id" }
func (fixed) Number() int64  { return 1 }

// gateway is the surface on a running server.
type gateway struct {
	*house
	limits  *window
	address string
}

func open(t testing.TB, config orgapi.Config) gateway {
	t.Helper()
	g := gateway{house: newHouse(), limits: &window{counts: map[string]int{}}}
	if config.PublicURL == "" {
		config.PublicURL = "https://id.example"
	}
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{orgapi.New(config, g.deps())}, httpapi.Deps{Clock: ticking{}, IDs: fixed{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.address = l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := server.Shutdown(ctx, 0); err != nil {
			t.Error(err)
		}
		<-done
	})
	return g
}

// deps has the house behind every port that it can answer for.
func (g gateway) deps() orgapi.Deps {
	return orgapi.Deps{
		Management: g.house, Organizations: offices{g.house}, Directory: g.house, Applications: g.house,
		Connections: switchboard{g.house}, Tokens: g.house, Trail: g.house,
		Limiter: g.limits, Attempts: g.limits, Pacer: g.limits, Clock: fixed{},
	}
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

// ask sends a request with the token of a client of the house. Headers are written as "Name: value".
func (g gateway) ask(t testing.TB, as, method, path, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+g.address+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "id.example"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if as != "" {
		r.Header.Set("Authorization", credential(as))
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	w, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	w.Request, w.Body = r, io.NopCloser(bytes.NewReader(b))
	return answer{w, string(b)}
}

// credential is the header with a client's token, or whatever stands behind "raw ".
func credential(as string) string {
	if raw, found := strings.CutPrefix(as, "raw "); found {
		return raw
	}
	return "Bearer token-of-" + as
}

// shownHeaders are those that golden files hold.
var shownHeaders = []string{
	"Allow", "Cache-Control", "Content-Type", "Pragma", "Retry-After", "Www-Authenticate", "X-Eidgate-Fault", "X-Eidgate-Letter", "X-Error-Code", "X-Request-Id",
}

func (a answer) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, a.StatusCode)
	for _, name := range shownHeaders {
		if v := a.Header.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", a.body)
	return b.String()
}

// golden compares with what a file promises.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}
