package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Events gathers server-sent events (HTML Standard, section 9.2) on their way to one client.
type Events struct {
	// Leaving is closed when the server is about to stop.
	Leaving <-chan struct{}
	b       *bytes.Buffer
}

// Send is an event without a name, and v in JSON. It panics on values that have no JSON form, which is a mistake of the
// program.
func (e *Events) Send(v any) {
	e.b.WriteString("data: ")
	encoder := json.NewEncoder(e.b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	e.b.WriteString("\n")
}

// Name is an event that has a name and nothing else.
func (e *Events) Name(name string) { e.b.WriteString("event: " + name + "\ndata:\n\n") }

// Beat says nothing, so that nobody on the way takes the stream for dead.
func (e *Events) Beat() { e.b.WriteString(":\n\n") }

// Draining holds when the server that has the request is about to stop, so that no stream should begin.
func Draining(c *fiber.Ctx) bool {
	s := visitOf(c).server
	return s != nil && s.Draining()
}

// StreamEvents answers with a stream; a client whose stream breaks off comes again after retry. next waits until there is
// something to say, says it, and is false behind the last event. done is called once, when the stream is over or nobody
// reads it any more, which shows when something is said. Both are called after the handler has returned, so nothing of c
// may be used in them.
//
// The stream is written by the goroutine of its connection, since thousands may be open.
func StreamEvents(c *fiber.Ctx, retry time.Duration, next func(*Events) (more bool), done func()) {
	body := &eventBody{next: next, done: done, server: visitOf(c).server, more: true}
	if body.server != nil {
		body.events.Leaving = body.server.leaving
	}
	body.head = "retry: " + strconv.FormatInt(retry.Milliseconds(), 10) + "\n\n"
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no") // proxies that gather answers would keep the news to themselves
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Context().SetBodyStream(body, -1)
}

// eventBody is a stream as the body of an answer.
type eventBody struct {
	events Events
	next   func(*Events) bool
	done   func()
	server *Server
	head   string
	more   bool
}

// Read waits for the next events, and gives them in pieces.
func (b *eventBody) Read(p []byte) (int, error) {
	for b.events.b == nil {
		if !b.more {
			return 0, io.EOF
		}
		b.events.b = buffers.Get().(*bytes.Buffer)
		b.events.b.Reset()
		b.events.b.WriteString(b.head)
		b.head = ""
		b.gather()
		if b.events.b.Len() == 0 {
			b.release()
		}
	}
	n, _ := b.events.b.Read(p) // it is not empty
	if b.events.b.Len() == 0 {
		b.release()
	}
	return n, nil
}

// gather lets what next says come into the buffer. A panic ends this stream and no other.
func (b *eventBody) gather() {
	err := guarded(func() error { b.more = b.next(&b.events); return nil })
	if err == nil {
		return
	}
	b.more = false
	if p, ok := errors.AsType[panicError](err); ok && b.server != nil {
		b.server.deps.Log.Error("a stream of events broke off", slog.String("cause", p.Error()), slog.String("stack", string(p.stack)))
	}
}

// release gives the buffer back as long as there is nothing to say.
func (b *eventBody) release() {
	buffers.Put(b.events.b)
	b.events.b = nil
}

// Close ends the stream.
func (b *eventBody) Close() error {
	if b.done != nil {
		b.done()
		b.done, b.more = nil, false
	}
	return nil
}
