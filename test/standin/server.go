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

// Server can be unplugged, and counts and spoils requests. Its methods may be called at any time from any goroutine.
type Server struct {
	URL string

	serving Serving

	mu      sync.Mutex
	server  *httptest.Server
	down    bool
	calls   map[string]int
	mishaps map[string][]Mishap
}

// Serving says how a server serves, and what.
type Serving struct {
	Handler http.Handler
	Name    func(*http.Request) string // what Calls and Misbehave call a request; nil for its path
	TLS     *tls.Config                // nil for plain HTTP; without certificates there is one that only [Server.Transport] trusts
	HTTP2   bool                       // over TLS, beside HTTP/1.1
}

// Serve starts a server on a free port of 127.0.0.1 and stops it with the test.
func Serve(t testing.TB, serving Serving) *Server {
	t.Helper()
	if serving.Name == nil {
		serving.Name = func(r *http.Request) string { return r.URL.Path }
	}
	s := &Server{serving: serving, calls: map[string]int{}, mishaps: map[string][]Mishap{}}
	s.start(nil)
	s.URL = s.server.URL
	t.Cleanup(s.Unplug)
	return s
}

func (s *Server) start(listener net.Listener) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	if listener != nil {
		_ = server.Listener.Close()
		server.Listener = listener
	}
	if s.serving.TLS == nil {
		server.Start()
	} else {
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.TLS, server.EnableHTTP2 = s.serving.TLS.Clone(), s.serving.HTTP2
		server.StartTLS()
	}
	s.server, s.down = server, false
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	name := s.serving.Name(r)
	s.mu.Lock()
	s.calls[name]++
	var mishap Mishap
	if waiting := s.mishaps[name]; len(waiting) > 0 {
		mishap, s.mishaps[name] = waiting[0], waiting[1:]
	}
	s.mu.Unlock()
	if mishap != nil {
		mishap(w, r)
		return
	}
	s.serving.Handler.ServeHTTP(w, r)
}

// Transport trusts the server's own certificate. Once it was unplugged it is another one.
func (s *Server) Transport() http.RoundTripper {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server.Client().Transport
}

// Unplug closes the port: connections are refused from now on. Unplugging twice is no different.
func (s *Server) Unplug() {
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
func (s *Server) Replug(t testing.TB) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.down {
		return
	}
	_, address, _ := strings.Cut(s.URL, "://")
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatalf("the stand-in's port cannot be opened again: %v", err)
	}
	s.start(listener)
}

// Calls tells how often something was asked for.
func (s *Server) Calls(request string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[request]
}

// Misbehave makes the next requests of a name go wrong, one after the other.
func (s *Server) Misbehave(request string, mishaps ...Mishap) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mishaps[request] = append(s.mishaps[request], mishaps...)
}

// behave forgets all mishaps that have not happened yet.
func (s *Server) behave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.mishaps)
}
