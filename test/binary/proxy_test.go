package binary_test

import (
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// proxy stands between the program and its database, and can fall silent without hanging up, as a network does.
type proxy struct {
	listener net.Listener
	mu       sync.Mutex
	flow     *sync.Cond
	silent   bool
	open     []net.Conn
}

// between gives the database's address with a proxy in front of it.
func between(t *testing.T, database string) (*proxy, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l}
	p.flow = sync.NewCond(&p.mu)
	var all sync.WaitGroup
	server := u.Host
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { p.carry(c, server) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.hush(false)
		p.mu.Lock()
		for _, c := range p.open {
			_ = c.Close()
		}
		p.mu.Unlock()
		all.Wait()
	})
	u.Host = l.Addr().String()
	return p, u.String()
}

// hush makes the proxy carry nothing any more, or carry on.
func (p *proxy) hush(silent bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.silent = silent
	p.flow.Broadcast()
}

func (p *proxy) carry(c net.Conn, server string) {
	s, err := net.Dial("tcp", server)
	if err != nil {
		_ = c.Close()
		return
	}
	p.mu.Lock()
	p.open = append(p.open, c, s)
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.copy(s, c) })
	both.Go(func() { p.copy(c, s) })
	both.Wait()
}

func (p *proxy) copy(to, from net.Conn) {
	defer func() { _ = to.Close() }()
	for chunk := make([]byte, 1<<16); ; {
		n, err := from.Read(chunk)
		p.mu.Lock()
		for p.silent {
			p.flow.Wait()
		}
		p.mu.Unlock()
		if n > 0 {
			if _, err := io.Copy(to, strings.NewReader(string(chunk[:n]))); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
