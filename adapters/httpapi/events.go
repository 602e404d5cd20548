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
type Events struct{ b *bytes.Buffer }

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

// Say puts events into a stream. It is false behind the last one.
type Say = func(*Events) (more bool)

// StreamEvents answers with a stream; a client whose stream breaks off comes again after retry. next waits until there is
// something to say, or until leaving is closed because the server is about to stop, and gives what says it. done is called
// once, when the stream is over or nobody reads it any more, which shows when something is said. All of them are called
// after the handler has returned, so nothing of c may be used in them.
//
// Thousands of streams may be open. So each is written by the goroutine of its connection, and what has much to do is done
// by a passing one: the stack of the former stays small.
func StreamEvents(c *fiber.Ctx, retry time.Duration, next func(leaving <-chan struct{}) Say, done func()) {
	body := &eventBody{next: next, done: done, server: visitOf(c).server, more: true}
	if body.server != nil {
		body.leaving = body.server.leaving
	}
	body.head = "retry: " + strconv.FormatInt(retry.Milliseconds(), 10) + "\n\n"
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no") // proxies that gather answers would keep the news to themselves
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Context().SetBodyStream(body, -1)
}

// eventBody is a stream as the body of an answer.
type eventBody struct {
	events  Events
	next    func(<-chan struct{}) Say
	done    func()
	leaving <-chan struct{}
	server  *Server
	head    string
	more    bool
}

// Read waits for the next events, and gives them in pieces.
func (b *eventBody) Read(p []byte) (int, error) {
	for b.events.b == nil {
		if !b.more {
			return 0, io.EOF
		}
		say := b.next(b.leaving)
		said := make(chan struct{})
		go func() {
			defer close(said)
			b.gather(say)
		}()
		<-said
	}
	n, _ := b.events.b.Read(p) // it is not empty
	if b.events.b.Len() == 0 {
		b.release()
	}
	return n, nil
}

// gather lets say fill a buffer. A panic ends this stream and no other.
func (b *eventBody) gather(say Say) {
	b.events.b = buffers.Get().(*bytes.Buffer)
	b.events.b.Reset()
	b.events.b.WriteString(b.head)
	b.head = ""
	err := guarded(func() error { b.more = say(&b.events); return nil })
	if err != nil {
		b.more = false
		if p, ok := errors.AsType[panicError](err); ok && b.server != nil {
			b.server.deps.Log.Error("a stream of events broke off", slog.String("cause", p.Error()), slog.String("stack", string(p.stack)))
		}
	}
	if b.events.b.Len() == 0 {
		b.release()
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
