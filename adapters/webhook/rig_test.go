package webhook_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/adapters/webhook"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// receiver is a client's server on loopback, with TLS, and how often it was asked.
type receiver struct {
	*httptest.Server
	asked atomic.Int64
}

func newReceiver(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.asked.Add(1)
		body, _ := io.ReadAll(request.Body) // only then does the server notice that a courier leaves
		request.Body = io.NopCloser(bytes.NewReader(body))
		answer(w, request)
	}))
	r.Config.ErrorLog = log.New(io.Discard, "", 0)
	r.StartTLS()
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(r.Certificate())
	return pool
}

// courier is one of development that trusts the receiver.
func (r *receiver) courier(t *testing.T, change func(c *webhook.Config)) *webhook.Courier {
	t.Helper()
	config := webhook.Config{AllowLoopback: true, Roots: r.roots()}
	if change != nil {
		change(&config)
	}
	c := webhook.New(config, system.Clock{})
	t.Cleanup(c.Close)
	return c
}

func parcel(address string) outbound.Parcel {
	return outbound.Parcel{Address: address, ContentType: "application/json", Body: []byte(`{"id":"1"}`), Signature: "sig", ID: "1"}
}

// fails wants an error with a cause, and that neither shows anything of the parcel.
func fails(t *testing.T, err, want, cause error) {
	t.Helper()
	if !errors.Is(err, want) || !errors.Is(err, cause) {
		t.Errorf("got %v because of %v, want %v because of %v", err, fault.Of(err).Cause(), want, cause)
		return
	}
	if text := err.Error() + fault.Of(err).Cause().Error(); strings.Contains(text, "://") || strings.Contains(text, "127.0.0.1") {
		t.Errorf("the error shows the address: %s", text)
	}
}

// canary listens on loopback in both families and counts who comes.
type canary struct {
	port string
	hits atomic.Int64
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	c := &canary{}
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c.port = strconv.Itoa(first.Addr().(*net.TCPAddr).Port)
	listeners := []net.Listener{first}
	if second, err := net.Listen("tcp", "[::1]:"+c.port); err == nil {
		listeners = append(listeners, second)
	}
	var all sync.WaitGroup
	for _, l := range listeners {
		all.Go(func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				c.hits.Add(1)
				_ = conn.Close()
			}
		})
	}
	t.Cleanup(func() {
		for _, l := range listeners {
			_ = l.Close()
		}
		all.Wait()
	})
	return c
}

var errNotHere = errors.New("no test connects to the Internet")

// watched is a courier of production, with names of its own, and the public addresses that it would have connected to.
func watched(t *testing.T, resolver *net.Resolver) (c *webhook.Courier, reached func() []netip.Addr) {
	t.Helper()
	var mu sync.Mutex
	var all []netip.Addr
	c = webhook.NewWatched(webhook.Config{Resolver: resolver, Timeout: 5 * time.Second, Connect: time.Second}, system.Clock{}, func(a netip.Addr) error {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, a)
		return errNotHere
	})
	t.Cleanup(c.Close)
	return c, func() []netip.Addr {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

// record answers one question: addresses, a name that this is an alias for, or nothing.
type record struct {
	addresses []string
	alias     string
	silent    bool // no answer at all
}

// names is a resolver on the test's own server, and how often each name was asked for.
func names(t *testing.T, answer func(name string, asked int) record) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { _ = conn.Close(); <-done })
	go func() {
		defer close(done)
		asked := map[string]int{}
		for buffer := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			name, kind, end := question(buffer[:n])
			asked[name+kind]++
			r := answer(name, asked[name+kind])
			if !r.silent {
				_, _ = conn.WriteTo(reply(buffer[:end], kind, r), from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// question reads the only question of a DNS message (RFC 1035 section 4.1.2).
func question(m []byte) (name, kind string, end int) {
	var labels []string
	end = 12
	for m[end] != 0 {
		labels = append(labels, string(m[end+1:end+1+int(m[end])]))
		end += 1 + int(m[end])
	}
	kind = map[byte]string{1: "A", 28: "AAAA"}[m[end+2]]
	return strings.ToLower(strings.Join(labels, ".")), kind, end + 5
}

// reply puts answers of no life behind the question.
func reply(question []byte, kind string, r record) []byte {
	m := append([]byte(nil), question...)
	m[2], m[3] = 0x81, 0x80
	count := byte(0)
	owner := []byte{0xc0, 12}
	if r.alias != "" {
		var target []byte
		for label := range strings.SplitSeq(r.alias, ".") {
			target = append(append(target, byte(len(label))), label...)
		}
		target = append(target, 0)
		m = append(append(m, owner...), 0, 5, 0, 1, 0, 0, 0, 0, 0, byte(len(target)))
		owner = []byte{0xc0 | byte(len(m)>>8), byte(len(m))}
		m = append(m, target...)
		count++
	}
	for _, text := range r.addresses {
		a := netip.MustParseAddr(text)
		if a.Is4() != (kind == "A") {
			continue
		}
		raw := a.AsSlice()
		m = append(append(m, owner...), 0, map[string]byte{"A": 1, "AAAA": 28}[kind], 0, 1, 0, 0, 0, 0, 0, byte(len(raw)))
		m = append(m, raw...)
		count++
	}
	copy(m[4:12], []byte{0, 1, 0, count, 0, 0, 0, 0})
	return m
}
