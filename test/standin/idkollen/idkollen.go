// Package idkollen plays IDkollen's REST API (version 3) inside a test, over real connections: orders of every operation,
// the limit of one question a second, call-backs with their signature, the page that sends browsers back, documents, and
// people who do as they are told.
//
// It takes the members that are documented for an operation and no others, in their documented forms and limits, so that
// a client which is sloppy fails here first. It shares no code with the client it tests.
package idkollen

import (
	"crypto/subtle"
	"crypto/tls"
	"encoding/json"
	"net/http"
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
	*standin.Server // which names requests by method and path without identifiers, such as "GET /v3/bankid-se/auth"
	BaseURL         string

	config Config
	now    func() time.Time

	mu        sync.Mutex
	orders    map[string]*order
	papers    map[string][]byte
	callbacks []Callback
	bodies    map[string][]byte // the last that came, by method and path
	twist     func(result map[string]any)
}

// New starts a stand-in on a free port of 127.0.0.1 and stops it with the test.
func New(t testing.TB, c Config) *Service {
	t.Helper()
	s := &Service{
		config: c, now: c.Now, orders: map[string]*order{}, papers: map[string][]byte{},
		bodies: map[string][]byte{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	serving := standin.Serving{Handler: s.routes(), Name: func(r *http.Request) string { return r.Method + " " + withoutID(r.URL.Path) }}
	if c.TLS {
		serving.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	s.Server = standin.Serve(t, serving)
	s.BaseURL = s.URL
	return s
}

// Body is the last body that came with a request, named as in [standin.Server.Misbehave].
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

func (s *Service) routes() http.Handler {
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
		if !strings.HasPrefix(r.URL.Path, "/page/") && !authentic(r) {
			refuse(w, http.StatusUnauthorized, "unauthorized")
			return
		}
		mux.ServeHTTP(w, r)
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
