package sessionapi_test

import (
	"context"
	"encoding/base64"
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
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// issuer hands out tokens to the client "sandbox-kind-otter-1", whose secret is "s3cret/+", or fails with err where one is
// set. It counts how often it is asked.
type issuer struct {
	mu    sync.Mutex
	err   error
	keys  []inbound.PublicKey
	asked int
}

func (i *issuer) Issue(_ context.Context, c inbound.Credentials) (inbound.AccessToken, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.asked++
	if i.err == nil && (c != inbound.Credentials{Kind: organization.KindSession, Identifier: "sandbox-kind-otter-1", Secret: "s3cret/+"}) {
		return inbound.AccessToken{}, organization.ErrClientRefused
	}
	return inbound.AccessToken{Token: "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl", Life: 10 * time.Minute}, i.err
}

func (i *issuer) Read(context.Context, string) (string, error) {
	return "", organization.ErrAccessToken
}

func (i *issuer) Admit(context.Context, string) (organization.Acting, error) {
	return organization.Acting{}, organization.ErrAccessToken
}

func (i *issuer) Keys(context.Context) ([]inbound.PublicKey, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys, i.err
}

// set changes what the issuer does, and forgets what it was asked.
func (i *issuer) set(err error, keys ...inbound.PublicKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.err, i.keys, i.asked = err, keys, 0
}

func (i *issuer) times() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked
}

// counting counts for ever, so that limits are reached and never forgotten. It stands for limiters and pacers.
type counting struct {
	mu     sync.Mutex
	counts map[string]int
}

func (w *counting) Take(_ context.Context, bucket string, l outbound.Limit) outbound.Allowance {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.look(bucket, l)
	if a.Allowed {
		w.counts[bucket]++
	}
	return a
}

func (w *counting) Peek(_ context.Context, bucket string, l outbound.Limit) outbound.Allowance {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.look(bucket, l)
}

func (w *counting) Pass(ctx context.Context, bucket string, p outbound.Pace) outbound.Allowance {
	return w.Take(ctx, bucket, outbound.Limit{Events: p.Burst})
}

func (w *counting) look(bucket string, l outbound.Limit) outbound.Allowance {
	left := l.Events - w.counts[bucket]
	return outbound.Allowance{Allowed: left > 0, Remaining: max(0, left), RetryAfter: time.Second}
}

func (w *counting) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.counts = map[string]int{}
}

type still struct{}

func (still) New() string   { return "0198a1f2-3b4c-7d5e-8f60-718293a4b5c6" }
func (still) Number() int64 { return 1 }

type running struct{}

func (running) Now() time.Time { return time.Now().UTC() }

// tokenGateway is the surface on a running server, as far as it asks for no access token.
type tokenGateway struct {
	*issuer
	limits  *counting
	address string
}

func openTokens(t *testing.T, config sessionapi.Config) tokenGateway {
	t.Helper()
	g := tokenGateway{issuer: &issuer{}, limits: &counting{counts: map[string]int{}}}
	surface := sessionapi.New(config, sessionapi.Deps{Tokens: g.issuer, Limiter: g.limits, Attempts: g.limits, Pacer: g.limits})
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{surface}, httpapi.Deps{Clock: running{}, IDs: still{}})
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

// tokenExchange is one request, and what the issuer says to it.
type tokenExchange struct {
	name, method, path, body string
	headers                  []string // "Name: value"
	err                      error
	keys                     []inbound.PublicKey
}

func (g tokenGateway) play(t *testing.T, e tokenExchange) (*http.Response, string) {
	t.Helper()
	g.set(e.err, e.keys...)
	r, err := http.NewRequestWithContext(t.Context(), e.method, "http://"+g.address+e.path, strings.NewReader(e.body))
	if err != nil {
		t.Fatal(err)
	}
	if e.body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, h := range e.headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
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
	w.Request = r
	newDocument(t).judge(t, w, string(b))
	return w, string(b)
}

func basicOf(identifier, secret string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(identifier+":"+secret))
}

// shown is an answer as golden files have it.
func shown(w *http.Response, body string) string {
	var b strings.Builder
	fmt.Fprintln(&b, w.StatusCode)
	for _, name := range []string{
		"Allow", "Cache-Control", "Content-Type", "Pragma", "Retry-After", "Vary", "Www-Authenticate", "X-Error-Code", "X-Trace-Id",
	} {
		if v := w.Header.Get(name); v != "" {
			fmt.Fprintf(&b, "%s: %s\n", name, v)
		}
	}
	fmt.Fprintf(&b, "\n%s\n", body)
	return b.String()
}

// promised compares with a golden file, and with -update writes it anew.
func promised(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
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
