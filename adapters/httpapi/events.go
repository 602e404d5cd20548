package httpapi

import (
	"bufio"
	"errors"
	"log/slog"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Events is a stream of server-sent events (HTML Standard, section 9.2) on its way to one client. Its methods fail once
// the client is gone, which shows at the first write behind that.
type Events struct {
	// Leaving is closed when the server is about to stop.
	Leaving <-chan struct{}
	w       *bufio.Writer
}

// Draining holds when the server that has the request is about to stop, so that no stream should begin.
func Draining(c *fiber.Ctx) bool {
	s := visitOf(c).server
	return s != nil && s.Draining()
}

// StreamEvents answers with a stream; a client whose stream breaks off comes again after retry. run writes the events: it
// goes on after the handler has returned, so nothing of c may be used in it, and the stream ends with it.
func StreamEvents(c *fiber.Ctx, retry time.Duration, run func(Events)) {
	var events Events
	server := visitOf(c).server
	if server != nil {
		events.Leaving = server.leaving
	}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no") // proxies that gather answers would keep the news to themselves
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		events.w = w
		err := guarded(func() error {
			if err := events.line("retry: " + strconv.FormatInt(retry.Milliseconds(), 10)); err == nil {
				run(events)
			}
			return nil
		})
		if p, ok := errors.AsType[panicError](err); ok && server != nil {
			server.deps.Log.Error("a stream of events broke off", slog.String("cause", p.Error()), slog.String("stack", string(p.stack)))
		}
	})
}

// Send is one event without a name. data has no line breaks.
func (e Events) Send(data []byte) error { return e.line("data: " + string(data)) }

// Name is an event that has a name and nothing else.
func (e Events) Name(name string) error { return e.line("event: " + name + "\ndata:") }

// Beat says nothing, so that nobody on the way takes the stream for dead.
func (e Events) Beat() error { return e.line(":") }

// line writes lines and the empty one that ends them.
func (e Events) line(lines string) error {
	_, _ = e.w.WriteString(lines)
	_, _ = e.w.WriteString("\n\n")
	return e.w.Flush() // the writer remembers what failed before
}
