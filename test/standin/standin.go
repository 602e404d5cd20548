// Package standin plays an OpenID provider of Criipto's kind inside a test: discovery, keys, signed authorization
// requests, a login that needs no page, private_key_jwt and client_secret_basic, encrypted id_tokens, and every way
// to misbehave that a test can wish for.
//
// It is strict where the real one is strict, so that a client which is sloppy fails here first. It shares no code
// with the client it tests.
package standin

import (
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// The two applications that every stand-in knows.
const (
	ClientID    = "urn:eidgate:test:ftn"   // signed requests, private_key_jwt, encrypted id_tokens
	PlainID     = "urn:eidgate:test:plain" // a client secret, and nothing of the above
	PlainSecret = "secret with + / = % and spaces"
)

// Paths of the endpoints, for [Provider.Misbehave] and [Provider.Calls].
const (
	Discovery = "/.well-known/openid-configuration"
	JWKS      = "/.well-known/jwks"
	Authorize = "/oauth2/authorize"
	TokenPath = "/oauth2/token"
)

// Config says what differs from one test to the next. Its zero value will do.
type Config struct {
	RedirectURIs []string         // registered for both applications, beside [Callback]
	Now          func() time.Time // nil for the machine's clock
}

// Callback is a redirect address that is always registered. Nothing listens there.
const Callback = "https://partner.example/eid/callback"

// Provider is a running stand-in. Its methods may be called at any time from any goroutine.
type Provider struct {
	*Server
	Issuer string

	now       func() time.Time
	redirects map[string]bool

	mu           sync.Mutex
	keys         []signingKey
	strangers    []json.RawMessage // in the JWKS, and none of the provider's
	mitID        signingKey
	interactions map[string]authorization
	codes        map[string]*grant
	assertions   map[string]bool // jti of client assertions, each good once
	twists       []Twist
}

// New starts a stand-in on a free port of 127.0.0.1 and stops it with the test.
func New(t testing.TB, c Config) *Provider {
	t.Helper()
	p := &Provider{
		now: c.Now, redirects: map[string]bool{Callback: true},
		keys: []signingKey{providerKeys()[0]}, mitID: providerKeys()[1],
		interactions: map[string]authorization{}, codes: map[string]*grant{}, assertions: map[string]bool{},
	}
	if p.now == nil {
		p.now = time.Now
	}
	for _, uri := range c.RedirectURIs {
		p.redirects[uri] = true
	}
	p.Server = Serve(t, Serving{Handler: p.routes()})
	p.Issuer = p.URL
	return p
}

// Rotate publishes a new signing key instead of the present one, which is forgotten.
func (p *Provider) Rotate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	next := providerKeys()[2]
	if p.keys[0].id == next.id {
		next = providerKeys()[0]
	}
	p.keys = []signingKey{next}
}

// Publish puts JSON in front of the keys in the JWKS.
func (p *Provider) Publish(keys ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, k := range keys {
		p.strangers = append(p.strangers, json.RawMessage(k))
	}
}

func (p *Provider) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Discovery, p.discovery)
	mux.HandleFunc("GET "+JWKS, p.jwks)
	mux.HandleFunc(Authorize, p.authorize)
	mux.HandleFunc("GET /interaction/{id}", p.showInteraction)
	mux.HandleFunc("POST /interaction/{id}", p.interact)
	mux.HandleFunc("POST "+TokenPath, p.token)
	return mux
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer": p.Issuer, "jwks_uri": p.Issuer + JWKS,
		"authorization_endpoint": p.Issuer + Authorize, "token_endpoint": p.Issuer + TokenPath,
		"response_types_supported": []string{"code"}, "response_modes_supported": []string{"query"},
		"subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"},
	})
}

func (p *Provider) jwks(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	keys := []any{}
	for _, k := range p.strangers {
		keys = append(keys, k)
	}
	for _, k := range append([]signingKey{p.mitID}, p.keys...) {
		keys = append(keys, jose.JSONWebKey{Key: k.key.Public(), KeyID: k.id, Use: "sig", Algorithm: "RS256"})
	}
	answer(w, http.StatusOK, map[string]any{"keys": keys})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left is no concern of ours
}

func refuse(w http.ResponseWriter, status int, code, description string) {
	answer(w, status, map[string]string{"error": code, "error_description": description})
}
