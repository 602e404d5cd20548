// Package smtp plays a mail server on loopback: over real TCP, with STARTTLS and AUTH, as strict as the strictest, and
// with mishaps on demand.
package smtp

import (
	"bufio"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/test/standin"
)

// Behaviour is how the server behaves; the zero value takes every letter from everybody.
type Behaviour struct {
	// Implicit speaks TLS from the first byte.
	Implicit bool
	// NoSTARTTLS offers none.
	NoSTARTTLS bool
	// User and Password must be given before a letter is taken, if set, by one of Mechanisms (PLAIN when nil).
	User, Password string
	Mechanisms     []string
	// UTF8 takes addresses outside of ASCII.
	UTF8 bool
	// Answers replaces what the server says to a command, or to what stands for one: "greeting", "EHLO", "MAIL", "RCPT",
	// "DATA", "." and so on. "" hangs up, and "silence" says nothing until the client leaves.
	Answers map[string]string
}

// Silence is the answer of a server that says nothing.
const Silence = "silence"

// Received is a letter that was taken over.
type Received struct {
	From, To string // of the envelope, as they stood in the commands
	Data     string // lines end with \r\n, dots are no longer doubled
	TLS      bool
	User     string // who had logged in
}

// Server is a mail server.
type Server struct {
	behaviour Behaviour
	listener  net.Listener
	tls       *tls.Config

	lock     sync.Mutex
	received []Received
	commands []string
	broken   []string
	open     map[net.Conn]bool
	busy     sync.WaitGroup

	silent chan struct{}
	fall   sync.Once
}

// Start starts a server whose certificate, for 127.0.0.1, is the authority's. It ends with the test.
func Start(t testing.TB, a *standin.Authority, b Behaviour) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		behaviour: b, listener: listener, open: map[net.Conn]bool{}, silent: make(chan struct{}),
		tls: &tls.Config{Certificates: []tls.Certificate{a.Server(t)}, MinVersion: tls.VersionTLS12},
	}
	s.busy.Go(s.accept)
	t.Cleanup(s.stop)
	return s
}

// Address is host and port.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Received gives the letters that were taken over, the oldest first.
func (s *Server) Received() []Received {
	s.lock.Lock()
	defer s.lock.Unlock()
	return slices.Clone(s.received)
}

// Commands gives the first words of what was said, in order and in capitals.
func (s *Server) Commands() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return slices.Clone(s.commands)
}

// Silent is closed when the server falls silent.
func (s *Server) Silent() <-chan struct{} { return s.silent }

// Broken names what clients did that RFC 5321 forbids.
func (s *Server) Broken() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return slices.Clone(s.broken)
}

func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.lock.Lock()
		s.open[conn] = true
		s.lock.Unlock()
		s.busy.Go(func() {
			defer func() {
				_ = conn.Close()
				s.lock.Lock()
				delete(s.open, conn)
				s.lock.Unlock()
			}()
			line := conn
			if s.behaviour.Implicit {
				line = tls.Server(conn, s.tls)
			}
			(&talk{server: s, conn: line, in: bufio.NewReader(line), secure: s.behaviour.Implicit}).run()
		})
	}
}

func (s *Server) stop() {
	_ = s.listener.Close()
	s.lock.Lock()
	for conn := range s.open {
		_ = conn.Close()
	}
	s.lock.Unlock()
	s.busy.Wait()
}

func (s *Server) note(list *[]string, text string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	*list = append(*list, text)
}

func (s *Server) take(r Received) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.received = append(s.received, r)
}

func first(line string) string {
	word, _, _ := strings.Cut(line, " ")
	return strings.ToUpper(word)
}
