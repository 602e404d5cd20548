package httpapi

import (
	"io"
	"net"
	"sync/atomic"
	"time"
)

// listener gives every connection the manners below.
type listener struct {
	net.Listener
	server *Server
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	fresh := &connection{Conn: c, server: l.server}
	l.server.silent.Store(fresh, struct{}{})
	return fresh, nil
}

// connection cuts off a peer that stops taking what we write, without a time limit on whole answers, which would
// cut streams. And it lets a peer that is still sending read our refusal: closing at once would make the system
// reset the connection, and the refusal would be lost on its way.
type connection struct {
	net.Conn
	server *Server
	linger bool // set before Close, by the goroutine that serves the connection
	spoken atomic.Bool
	head   []byte // how the request that is being read begins; emptied by the first byte of its answer
}

// headLength is how much of a request is remembered in case that fasthttp gives up on it.
const headLength = 1 << 10

const (
	lingerTime  = time.Second
	lingerBytes = 32 << 20
)

func (c *connection) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if free := headLength - len(c.head); free > 0 && n > 0 {
		c.head = append(c.head, b[:min(n, free)]...)
	}
	if n > 0 && !c.spoken.Load() {
		c.spoken.Store(true)
		c.server.silent.Delete(c)
	}
	return n, err
}

func (c *connection) Write(b []byte) (int, error) {
	c.head = c.head[:0]
	if err := c.Conn.SetWriteDeadline(c.server.deps.Clock.Now().Add(c.server.config.WriteStall)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func (c *connection) Close() error {
	c.server.silent.Delete(c)
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && c.linger {
		c.linger = false
		if half.CloseWrite() == nil && c.Conn.SetReadDeadline(c.server.deps.Clock.Now().Add(lingerTime)) == nil {
			_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes)
		}
	}
	return c.Conn.Close()
}
