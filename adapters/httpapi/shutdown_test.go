package httpapi_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

func TestShutdownLetsRequestsInFlightFinishAndClosesBehindThem(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	s, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/slow", func(c *fiber.Ctx) error { close(entered); <-leave; return c.SendString("done") }), get("/quick", says("quick")),
	}}}, httpapi.Deps{Clock: clock{}, IDs: ids{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served, answered, down := make(chan error, 1), make(chan *http.Response, 1), make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	go func() { answered <- ask(t, l.Addr().String(), "GET", "/slow") }()
	<-entered
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	go func() { down <- s.Shutdown(ctx, 300*time.Millisecond) }()
	for !s.Draining() {
		time.Sleep(time.Millisecond)
	}
	r := ask(t, l.Addr().String(), "GET", "/quick")
	if !r.Close {
		t.Error("an answer while draining keeps its connection open")
	}
	wants(t, r, 200, "quick")
	close(leave)
	wants(t, <-answered, 200, "done")
	if err := errors.Join(<-down, <-served); err != nil {
		t.Error(err)
	}
}

func TestShutdownDoesNotWaitForConnectionsThatNeverSpoke(t *testing.T) {
	s, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{get("/", says(""))}}}, httpapi.Deps{Clock: clock{}, IDs: ids{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	for range 3 {
		silent, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
	}
	ask(t, l.Addr().String(), "GET", "/") // the others have been accepted by now
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := errors.Join(s.Shutdown(ctx, 0), <-served); err != nil {
		t.Error(err)
	}
}

func TestAPeerThatStopsReadingIsCutOff(t *testing.T) {
	s, err := httpapi.New(httpapi.Config{WriteStall: 50 * time.Millisecond}, []httpapi.Surface{language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/", func(c *fiber.Ctx) error { return c.Send(make([]byte, 64<<20)) }),
	}}}, httpapi.Deps{Clock: clock{}, IDs: ids{}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	deaf, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	if _, err := io.WriteString(deaf, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := deaf.Read(make([]byte, 1)); err != nil { // the answer has begun
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := errors.Join(s.Shutdown(ctx, 0), <-served); err != nil {
		t.Error("the server still waits for it:", err)
	}
}
