package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
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
// Thousands of streams may be open. So a stream takes its connection away from the server's loop, whose buffers go to other
// requests, and has a goroutine with a small stack: what has much to do is done by a passing one. It ends with the connection,
// on which no other request follows.
func StreamEvents(c *fiber.Ctx, retry time.Duration, next func(leaving <-chan struct{}) Say, done func()) {
	s := &eventStream{next: next, done: done, server: visitOf(c).server, more: true}
	if s.server != nil {
		s.leaving = s.server.leaving
	}
	s.head = "retry: " + strconv.FormatInt(retry.Milliseconds(), 10) + "\n\n"
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no") // proxies that gather answers would keep the news to themselves
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Context().SetBodyStream(&promised{s}, -1)
}

// promised is the body of an answer that is to be a stream. Whoever answers otherwise, or to a question about the head alone,
// closes it.
type promised struct{ stream *eventStream }

func (*promised) Read([]byte) (int, error) { return 0, io.EOF }

func (p *promised) Close() error {
	if s := p.stream; s != nil {
		p.stream = nil
		s.done()
	}
	return nil
}

// release lets a stream that was promised have the connection.
func (s *Server) release(ctx *fasthttp.RequestCtx) {
	p, is := ctx.Response.BodyStream().(*promised)
	if !is || ctx.IsHead() {
		return
	}
	stream := p.stream
	p.stream = nil
	s.streams.Add(1)
	ctx.HijackSetNoResponse(true)
	ctx.Hijack(func(held net.Conn) {
		ctx.Response.Header.SetContentLength(-1) // in chunks
		ctx.Response.Header.SetConnectionClose()
		head := bytes.Clone(ctx.Response.Header.Header())
		if keeper, is := held.(interface{ UnsafeConn() net.Conn }); is {
			held = keeper.UnsafeConn() // without the buffer, which goes back when we return
		}
		go func() {
			defer s.streams.Done()
			stream.run(held, head)
		}()
	})
}

// eventStream is a stream that is open.
type eventStream struct {
	events  Events
	next    func(<-chan struct{}) Say
	done    func()
	leaving <-chan struct{}
	server  *Server
	head    string
	more    bool
}

// run writes head and events until there are no more, or nobody takes them.
func (b *eventStream) run(conn net.Conn, head []byte) {
	defer func() {
		_ = conn.Close()
		b.done()
	}()
	for _, err := conn.Write(head); err == nil && b.more; {
		say := b.next(b.leaving)
		said := make(chan struct{})
		go func() {
			defer close(said)
			b.gather(say)
		}()
		<-said
		if b.events.b != nil {
			_, err = conn.Write(chunk(b.events.b))
			b.release()
		}
		if err == nil && !b.more {
			_, _ = io.WriteString(conn, "0\r\n\r\n") // nobody is told if that fails
		}
	}
}

// chunkHead is where the length of a chunk goes (RFC 9112, section 7.1).
const chunkHead = "00000000\r\n"

// chunk completes what was gathered behind a chunkHead.
func chunk(b *bytes.Buffer) []byte {
	length := fmt.Sprintf("%08x", b.Len()-len(chunkHead))
	b.WriteString("\r\n")
	copy(b.Bytes(), length)
	return b.Bytes()
}

// gather lets say fill a buffer. A panic ends this stream and no other.
func (b *eventStream) gather(say Say) {
	b.events.b = buffers.Get().(*bytes.Buffer)
	b.events.b.Reset()
	b.events.b.WriteString(chunkHead)
	b.events.b.WriteString(b.head)
	b.head = ""
	err := guarded(func() error { b.more = say(&b.events); return nil })
	if err != nil {
		b.more = false
		if p, ok := errors.AsType[panicError](err); ok && b.server != nil {
			b.server.deps.Log.Error("a stream of events broke off", slog.String("cause", p.Error()), slog.String("stack", string(p.stack)))
		}
	}
	if b.events.b.Len() == len(chunkHead) {
		b.release()
	}
}

// release gives the buffer back as long as there is nothing to say.
func (b *eventStream) release() {
	buffers.Put(b.events.b)
	b.events.b = nil
}
