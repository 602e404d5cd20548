// Package signicat plays Signicat's Authentication REST API (version 1) inside a test, over real connections: access tokens,
// sessions by redirect and headless, encrypted answers, the page that sends browsers back, and people who do as they are told.
//
// It takes the members that are documented for a create and no others, in their documented forms and limits, so that a client
// which is sloppy fails here first. It shares no code with the client it tests.
package signicat

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
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

// The requests that can go wrong, as [Service.Misbehave] and [Service.Calls] name them.
const (
	Token  = "POST token"
	Create = "POST sessions"
	Get    = "GET sessions"
	Cancel = "POST cancel"
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
	BaseURL  string // of the API
	TokenURL string

	config Config
	now    func() time.Time

	mu       sync.Mutex
	address  string
	server   *httptest.Server
	down     bool
	tokens   map[string]time.Time
	sessions map[string]*session
	mishaps  map[string][]standin.Mishap
	calls    map[string]int
	body     []byte // of the last create
	twist    func(answer map[string]any)
	seal     func(envelope *Envelope)
}

// New starts a stand-in on a free port of 127.0.0.1 and stops it with the test.
func New(t testing.TB, c Config) *Service {
	t.Helper()
	s := &Service{
		config: c, now: c.Now, tokens: map[string]time.Time{}, sessions: map[string]*session{},
		mishaps: map[string][]standin.Mishap{}, calls: map[string]int{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.config.Life == 0 {
		s.config.Life = 10 * time.Minute
	}
	s.server = httptest.NewUnstartedServer(s.handler())
	s.start()
	s.address = s.server.URL
	s.BaseURL, s.TokenURL = s.address+basePath, s.address+tokenPath
	t.Cleanup(s.Unplug)
	return s
}

func (s *Service) start() {
	if s.config.TLS {
		s.server.StartTLS()
	} else {
		s.server.Start()
	}
}

// Transport trusts the stand-in's certificate.
func (s *Service) Transport() http.RoundTripper { return s.server.Client().Transport }

// Unplug closes the port: connections are refused from now on. Unplugging twice is no different.
func (s *Service) Unplug() {
	s.mu.Lock()
	server, down := s.server, s.down
	s.down = true
	s.mu.Unlock()
	if !down {
		server.CloseClientConnections()
		server.Close()
	}
}

// Replug opens the same port again. What was known is known still.
func (s *Service) Replug(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.down {
		return
	}
	_, port, _ := strings.Cut(s.address, "://")
	listener, err := net.Listen("tcp", port)
	if err != nil {
		t.Fatalf("the stand-in's port cannot be opened again: %v", err)
	}
	s.server = httptest.NewUnstartedServer(s.handler())
	_ = s.server.Listener.Close()
	s.server.Listener = listener
	s.start()
	s.down = false
}

// Misbehave makes the next requests go wrong, one after the other.
func (s *Service) Misbehave(request string, mishaps ...standin.Mishap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mishaps[request] = append(s.mishaps[request], mishaps...)
}

// Calls tells how often something was asked for.
func (s *Service) Calls(request string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[request]
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

func (s *Service) handler() http.Handler {
	mux := http.NewServeMux()
	on := func(name, pattern string, handler http.HandlerFunc) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			s.mu.Lock()
			s.calls[name]++
			var mishap standin.Mishap
			if waiting := s.mishaps[name]; len(waiting) > 0 {
				mishap, s.mishaps[name] = waiting[0], waiting[1:]
			}
			s.mu.Unlock()
			if mishap != nil {
				mishap(w, r)
				return
			}
			handler(w, r)
		})
	}
	on(Token, "POST "+tokenPath, s.token)
	on(Create, "POST "+basePath+"/sessions", s.admitted(s.create))
	on(Get, "GET "+basePath+"/sessions/{id}", s.admitted(s.get))
	on(Cancel, "POST "+basePath+"/sessions/{id}/cancel", s.admitted(s.cancel))
	mux.HandleFunc("GET /broker/sp/external-service/login", s.showPage)
	mux.HandleFunc("POST /broker/sp/external-service/login", s.decidePage)
	return mux
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left is no concern of ours
}
