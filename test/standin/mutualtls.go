package standin

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Secured is a server that wants a certificate of whoever calls. It can be unplugged, and counts and spoils calls. Its
// methods may be called at any time from any goroutine.
type Secured struct {
	URL string

	handler http.Handler
	config  *tls.Config
	http2   bool

	mu      sync.Mutex
	server  *httptest.Server
	down    bool
	calls   map[string]int
	mishaps map[string][]Mishap
}

// Speaks is what a server speaks.
type Speaks struct {
	TLS   uint16 // the newest version, 0 for any
	HTTP2 bool   // beside HTTP/1.1
}

// Secure starts a server on a free port of 127.0.0.1 and stops it with the test. Callers need a certificate of the
// authority's.
func Secure(t testing.TB, a *Authority, speaks Speaks, handler http.Handler) *Secured {
	t.Helper()
	s := &Secured{
		handler: handler, http2: speaks.HTTP2, calls: map[string]int{}, mishaps: map[string][]Mishap{},
		config: &tls.Config{
			MinVersion: tls.VersionTLS12, MaxVersion: speaks.TLS, Certificates: []tls.Certificate{a.Server(t)},
			ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: a.Pool(),
		},
	}
	s.start(nil)
	s.URL = s.server.URL
	t.Cleanup(s.Unplug)
	return s
}

func (s *Secured) start(listener net.Listener) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	if listener != nil {
		_ = server.Listener.Close()
		server.Listener = listener
	}
	server.TLS, server.EnableHTTP2 = s.config.Clone(), s.http2
	server.StartTLS()
	s.server, s.down = server, false
}

func (s *Secured) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.calls[r.URL.Path]++
	var mishap Mishap
	if waiting := s.mishaps[r.URL.Path]; len(waiting) > 0 {
		mishap, s.mishaps[r.URL.Path] = waiting[0], waiting[1:]
	}
	s.mu.Unlock()
	if mishap != nil {
		mishap(w, r)
		return
	}
	s.handler.ServeHTTP(w, r)
}

// Unplug closes the port: connections are refused from now on. Unplugging twice is no different.
func (s *Secured) Unplug() {
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
func (s *Secured) Replug(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.down {
		return
	}
	listener, err := net.Listen("tcp", strings.TrimPrefix(s.URL, "https://"))
	if err != nil {
		t.Fatalf("the stand-in's port cannot be opened again: %v", err)
	}
	s.start(listener)
}

// Calls tells how often a path was asked for.
func (s *Secured) Calls(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[path]
}

// Misbehave makes the next requests for a path go wrong, one after the other.
func (s *Secured) Misbehave(path string, mishaps ...Mishap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mishaps[path] = append(s.mishaps[path], mishaps...)
}

// Endless is JSON of 100 MiB, as long as somebody reads it.
func Endless(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"padding":"`)
	piece := strings.Repeat("x", 1<<20)
	for range 100 {
		if _, err := io.WriteString(w, piece); err != nil {
			return
		}
	}
	_, _ = io.WriteString(w, `"}`)
}
