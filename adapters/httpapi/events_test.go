package httpapi_test

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// telling says what it is told to, and how often its streams were done with.
func telling(done chan<- struct{}, says ...httpapi.Say) fiber.Handler {
	return func(c *fiber.Ctx) error {
		rest := says
		httpapi.StreamEvents(c, 1500*time.Millisecond, func(<-chan struct{}) httpapi.Say {
			say := rest[0]
			rest = rest[1:]
			return say
		}, func() { done <- struct{}{} })
		return nil
	}
}

func TestEventsAreWrittenAsTheStandardSays(t *testing.T) {
	done := make(chan struct{}, 4)
	s, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{language{name: "a", owns: []string{"/"}, routes: []httpapi.Route{
		get("/events", telling(done,
			func(e *httpapi.Events) bool { e.Send(map[string]string{"a": "<b>\nc"}); return true },
			func(e *httpapi.Events) bool { return true },
			func(e *httpapi.Events) bool { e.Beat(); return true },
			func(e *httpapi.Events) bool { e.Name("over"); return false },
		)),
		get("/broken", telling(done, func(e *httpapi.Events) bool { e.Beat(); return true }, func(*httpapi.Events) bool { panic("a mistake") })),
		get("/refused", func(c *fiber.Ctx) error {
			_ = telling(done)(c)
			return httpapi.ErrThrottled
		}),
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
	for path, want := range map[string]string{
		"/events": "retry: 1500\n\ndata: {\"a\":\"<b>\\nc\"}\n\n:\n\nevent: over\ndata:\n\n",
		"/broken": "retry: 1500\n\n:\n\n",
	} {
		r := ask(t, l.Addr().String(), "GET", path)
		body, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/event-stream" || string(body) != want {
			t.Errorf("%s: got %d %q, %v", path, r.StatusCode, body, err)
		}
		<-done
	}
	if r := ask(t, l.Addr().String(), "GET", "/refused"); r.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a stream that is refused: got %d", r.StatusCode)
	}
	<-done
	if err := s.Shutdown(t.Context(), 0); err != nil {
		t.Error(err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if len(done) != 0 {
		t.Error("a stream was done with twice")
	}
}
