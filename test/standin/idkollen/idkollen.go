// Package idkollen plays IDkollen's REST API (version 3) inside a test, over real connections: orders of every operation,
// the limit of one question a second, call-backs with their signature, the page that sends browsers back, documents, and
// people who do as they are told.
//
// It takes the members that are documented for an operation and no others, in their documented forms and limits, so that
// a client which is sloppy fails here first. It shares no code with the client it tests.
package idkollen

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/standin"
)

// The account that every stand-in knows.
const (
	Account = "acme-account"
	Secret  = "a secret with: colon, + and åäö"
)

// Config says what differs from one test to the next.
type Config struct {
	Now         func() time.Time // nil for the machine's clock
	TLS         bool             // https, with a certificate that only [Service.Transport] trusts
	Allowed     []string         // hosts to which browsers and call-backs may go
	CallbackKey string           // signs call-backs, "" for none
	// CallbackClient delivers call-backs; nil keeps them for [Service.Callbacks] alone.
	CallbackClient *http.Client
}

// Service is a running stand-in. Its methods may be called at any time from any goroutine.
type Service struct {
	BaseURL string

	config Config
	now    func() time.Time

	mu        sync.Mutex
	server    *httptest.Server
	down      bool
	orders    map[string]*order
	papers    map[string][]byte
	callbacks []Callback
	mishaps   map[string][]standin.Mishap
	calls     map[string]int
	bodies    map[string][]byte // the last that came, by method and path
	twist     func(result map[string]any)
}

// New starts a stand-in on a free port of 127.0.0.1 and stops it with the test.
func New(t testing.TB, c Config) *Service {
	t.Helper()
	s := &Service{
		config: c, now: c.Now, orders: map[string]*order{}, papers: map[string][]byte{},
		mishaps: map[string][]standin.Mishap{}, calls: map[string]int{}, bodies: map[string][]byte{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.server = httptest.NewUnstartedServer(s.handler())
	s.start()
	s.BaseURL = s.server.URL
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
	_, address, _ := strings.Cut(s.BaseURL, "://")
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatalf("the stand-in's port cannot be opened again: %v", err)
	}
	s.server = httptest.NewUnstartedServer(s.handler())
	_ = s.server.Listener.Close()
	s.server.Listener = listener
	s.start()
	s.down = false
}

// Misbehave makes the next requests go wrong, one after the other. Requests are named by method and path without
// identifiers, such as "GET /v3/bankid-se/auth".
func (s *Service) Misbehave(request string, mishaps ...standin.Mishap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mishaps[request] = append(s.mishaps[request], mishaps...)
}

// Calls tells how often something was asked for, named as in [Service.Misbehave].
func (s *Service) Calls(request string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[request]
}

// Body is the last body that came with a request, named as in [Service.Misbehave].
func (s *Service) Body(request string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bodies[request]
}

// Twist spoils every result from now on; nil ends that.
func (s *Service) Twist(twist func(result map[string]any)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twist = twist
}

func (s *Service) handler() http.Handler {
	mux := http.NewServeMux()
	for path, op := range operations() {
		mux.HandleFunc("POST "+path, s.begin(op))
		if op.follow == path {
			mux.HandleFunc("GET "+path+"/{id}", s.follow(path))
			mux.HandleFunc("DELETE "+path+"/{id}", s.cancel(path))
		}
	}
	mux.HandleFunc("POST /v3/bankid-se/verify", s.verifyCard)
	for _, path := range []string{"/document", "/v3/document"} {
		mux.HandleFunc("POST "+path, s.upload)
		mux.HandleFunc("GET "+path+"/{id}", s.download)
		mux.HandleFunc("DELETE "+path+"/{id}", s.remove)
	}
	mux.HandleFunc("GET /page/{ticket}", s.showPage)
	mux.HandleFunc("POST /page/{ticket}", s.decidePage)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Method + " " + withoutID(r.URL.Path)
		s.mu.Lock()
		s.calls[name]++
		var mishap standin.Mishap
		if waiting := s.mishaps[name]; len(waiting) > 0 {
			mishap, s.mishaps[name] = waiting[0], waiting[1:]
		}
		s.mu.Unlock()
		switch {
		case mishap != nil:
			mishap(w, r)
		case !strings.HasPrefix(r.URL.Path, "/page/") && !authentic(r):
			refuse(w, http.StatusUnauthorized, "unauthorized")
		default:
			mux.ServeHTTP(w, r)
		}
	})
}

func authentic(r *http.Request) bool {
	user, password, ok := r.BasicAuth()
	return ok && user == Account && subtle.ConstantTimeCompare([]byte(password), []byte(Secret)) == 1
}

// withoutID cuts off the identifier of an order or a document, all of which are UUIDs.
func withoutID(path string) string {
	if i := strings.LastIndexByte(path, '/'); len(path)-i-1 == 36 {
		return path[:i]
	}
	return path
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that left is no concern of ours
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"message": message})
}

// uuid is a random one (RFC 9562 version 4).
func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
