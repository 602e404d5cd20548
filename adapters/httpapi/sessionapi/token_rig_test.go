package sessionapi_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/surface"
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

type still struct{}

func (still) New() string   { return "0198a1f2-3b4c-7d5e-8f60-718293a4b5c6" }
func (still) Number() int64 { return 1 }

// tokenGateway is the surface on a running server, as far as it asks for no access token.
type tokenGateway struct {
	*issuer
	limits  *surface.Window
	address string
}

func openTokens(t *testing.T, config sessionapi.Config) tokenGateway {
	t.Helper()
	g := tokenGateway{issuer: &issuer{}, limits: surface.NewWindow(time.Second, then)}
	api := sessionapi.New(config, sessionapi.Deps{Tokens: g.issuer, Limiter: g.limits, Attempts: g.limits, Pacer: g.limits})
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{api}, httpapi.Deps{Clock: system.Clock{}, IDs: still{}})
	if err != nil {
		t.Fatal(err)
	}
	g.address = surface.Serve(t, server)
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
	headers := e.headers
	if e.body != "" {
		headers = unless(headers, "Content-Type: application/x-www-form-urlencoded")
	}
	w, text := surface.Ask(t, g.address, e.method, e.path, e.body, headers...)
	judge(t, w, text)
	return w, text
}

func basicOf(identifier, secret string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(identifier+":"+secret))
}

// shown is an answer as golden files have it.
func shown(w *http.Response, body string) string {
	return surface.Text(w, body, []string{
		"Allow", "Cache-Control", "Content-Type", "Pragma", "Retry-After", "Vary", "Www-Authenticate", "X-Error-Code", "X-Trace-Id",
	})
}
