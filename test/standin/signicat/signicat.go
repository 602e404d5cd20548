// Package signicat plays Signicat's Authentication REST API (version 1) inside a test, over real connections: access tokens,
// sessions by redirect and headless, encrypted answers, the page that sends browsers back, and people who do as they are told.
//
// It takes the members that are documented for a create and no others, in their documented forms and limits, so that a client
// which is sloppy fails here first. It shares no code with the client it tests.
package signicat

import (
	"crypto/tls"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/standin"
)

// The client and the account that every stand-in knows.
const (
	ClientID = "sandbox-brave-otter-1"
	Secret   = "a secret with & and + and åäö"
	Account  = "a-sdge-0123456789abcdefghij"
)

// The paths below the address of the stand-in.
const (
	basePath  = "/auth/rest"
	tokenPath = "/auth/open/connect/token"
)

// The requests that can go wrong, as the server names them.
const (
	Token  = "POST " + tokenPath
	Create = "POST " + basePath + "/sessions"
	Get    = "GET " + basePath + "/sessions/{id}"
	Cancel = "POST " + basePath + "/sessions/{id}/cancel"
)

// Config says what differs from one test to the next.
type Config struct {
	Now      func() time.Time // nil for the machine's clock
	TLS      bool             // https, with a certificate that only [Service.Transport] trusts
	Life     time.Duration    // of access tokens; zero is ten minutes
	Envelope Envelope         // how answers are encrypted; zero is ECDH-ES with A256CBC-HS512
}

// Service is a running stand-in. Its methods may be called at any time from any goroutine.
type Service struct {
	*standin.Server
	BaseURL  string // of the API
	TokenURL string

	config Config
	now    func() time.Time

	mu       sync.Mutex
	tokens   map[string]time.Time
	sessions map[string]*session
	body     []byte // of the last create
	twist    func(answer map[string]any)
	seal     func(envelope *Envelope)
}

// New starts a stand-in on a free port of 127.0.0.1 and stops it with the test.
func New(t testing.TB, c Config) *Service {
	t.Helper()
	s := &Service{
		config: c, now: c.Now, tokens: map[string]time.Time{}, sessions: map[string]*session{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.config.Life == 0 {
		s.config.Life = 10 * time.Minute
	}
	routes := s.routes()
	serving := standin.Serving{Handler: routes, Name: func(r *http.Request) string {
		_, pattern := routes.Handler(r)
		return pattern
	}}
	if c.TLS {
		serving.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	s.Server = standin.Serve(t, serving)
	s.BaseURL, s.TokenURL = s.URL+basePath, s.URL+tokenPath
	return s
}

// Body is the body of the last create.
func (s *Service) Body() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.body
}

// Twist spoils every session that is told from now on; nil ends that.
func (s *Service) Twist(twist func(answer map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twist = twist
}

// Seal changes how answers are encrypted from now on; nil ends that.
func (s *Service) Seal(change func(*Envelope)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seal = change
}

// Revoke forgets all access tokens: whoever shows one is answered with 401.
func (s *Service) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

func (s *Service) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc(Token, s.token)
	mux.HandleFunc(Create, s.admitted(s.create))
	mux.HandleFunc(Get, s.admitted(s.get))
	mux.HandleFunc(Cancel, s.admitted(s.cancel))
	mux.HandleFunc("GET /broker/sp/external-service/login", s.showPage)
	mux.HandleFunc("POST /broker/sp/external-service/login", s.decidePage)
	return mux
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left is no concern of ours
}
