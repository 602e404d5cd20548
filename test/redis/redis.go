// Package redis starts a Redis for a test and stops it afterwards.
package redis

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// Server is a running Redis.
type Server struct {
	URL     string
	process *os.Process // nil for a Redis that was there before
}

// Start gives a Redis that is gone when the test ends: the one at EIDGATE_TEST_REDIS_URL if that is set, else a
// redis-server of its own on a free port of the loopback, which keeps nothing on disk. Without either the test is
// skipped, or fails where CI is "true".
func Start(t testing.TB) *Server {
	t.Helper()
	if given := os.Getenv("EIDGATE_TEST_REDIS_URL"); given != "" {
		return &Server{URL: given}
	}
	return Own(t)
}

// Own is Start for tests that stop their Redis or keep it from answering, whatever is set.
func Own(t testing.TB) *Server {
	t.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is not installed, and CI skips nothing")
		}
		t.Skip("skipped: redis-server is not installed")
	}
	port := free(t)
	command := exec.Command(binary, // it ends with the test, by the cleanup below
		"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", t.TempDir(), "--loglevel", "warning")
	dieWithUs(command)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait() // it was killed, and says so
	})
	s := &Server{URL: (&url.URL{Scheme: "redis", Host: net.JoinHostPort("127.0.0.1", port)}).String(), process: command.Process}
	s.await(t)
	return s
}

// free is a port on the loopback that nobody listens on.
func free(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// await returns when the server answers.
func (s *Server) await(t testing.TB) {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if err = ping(u.Host); err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("redis-server does not answer: %v", err)
		}
	}
}

func ping(address string) error {
	c, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := c.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer := make([]byte, 7)
	if n, err := c.Read(answer); err != nil || string(answer[:n]) != "+PONG\r\n" {
		return fmt.Errorf("it answers %q: %w", answer[:n], err)
	}
	return nil
}

// Stop kills the server: who is connected loses the connection, who connects is refused.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if err := s.process.Kill(); err != nil {
		t.Fatal(err)
	}
}

// Freeze keeps the server from answering while it stays connected, until it is thawed.
func (s *Server) Freeze(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Thaw lets the server answer again.
func (s *Server) Thaw(t testing.TB) { s.signal(t, syscall.SIGCONT) }

func (s *Server) signal(t testing.TB, signal syscall.Signal) {
	t.Helper()
	if err := s.process.Signal(signal); err != nil {
		t.Fatal(err)
	}
}
