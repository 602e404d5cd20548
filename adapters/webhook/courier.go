// Package webhook brings news to the servers of clients, by POST over the network.
//
// The addresses come from clients, so they are hostile: what an address leads to is judged when the connection is made,
// by the very address it is made to, whatever a name meant a moment before. No redirect is followed, no proxy is asked,
// and an answer is looked at no longer than it takes to know its status.
//
//	address ──> well formed, host and port fit ──> names resolve ──> each address is judged as it is connected to ──> TLS ──> POST
//
// [Guard] puts a breaker before each receiving host.
package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	userAgent       = "eidgate"
	signatureHeader = "X-Signature-SHA256"
	deliveryHeader  = "X-Eidgate-Delivery"

	mostHeader = 16 << 10    // of an answer
	mostBody   = 64 << 10    // of an answer: read so that the connection can be used again, and dropped
	drainTime  = time.Second // for reading that

	idlePerHost = 2
	idleInAll   = 128
	mostPerHost = 16
	idleTime    = 30 * time.Second
)

// Config is how a courier travels. Zero values stand for the defaults, which are those of production.
type Config struct {
	// AllowLoopback lets news go to loopback too, over plain http as well. It is for development.
	AllowLoopback bool
	Timeout       time.Duration  // of a delivery as a whole; 15 seconds
	Connect       time.Duration  // of finding and reaching the receiver, and again of the TLS handshake; 5 seconds
	Resolver      *net.Resolver  // nil for the machine's
	Roots         *x509.CertPool // whom to trust; nil for whom the machine trusts
}

func (c Config) withDefaults() Config {
	if c.Timeout <= 0 {
		c.Timeout = 15 * time.Second
	}
	if c.Connect <= 0 {
		c.Connect = 5 * time.Second
	}
	return c
}

var _ outbound.Courier = (*Courier)(nil)

// Courier implements [outbound.Courier] and is safe for concurrent use.
type Courier struct {
	config Config
	clock  outbound.Clock
	secure *http.Transport
	plain  *http.Transport // to loopback, where the configuration allows it
}

// New makes a courier. It makes no network call.
func New(c Config, clock outbound.Clock) *Courier { return build(c, clock, nil) }

// build lets tests see the addresses that connections would be made to, and stop them.
func build(c Config, clock outbound.Clock, watch watcher) *Courier {
	c = c.withDefaults()
	return &Courier{
		config: c, clock: clock,
		secure: c.transport(reach{loopback: c.AllowLoopback, public: true, watch: watch}),
		plain:  c.transport(reach{loopback: c.AllowLoopback, watch: watch}),
	}
}

// transport speaks HTTP/1.1 only: a transport with a dialer of its own does, unless it is told otherwise, and one
// connection that many deliveries share would let them hang together.
func (c Config) transport(r reach) *http.Transport {
	return &http.Transport{
		DialContext:            r.dialer(net.Dialer{Timeout: c.Connect, Resolver: c.Resolver}),
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots},
		TLSHandshakeTimeout:    c.Connect,
		DisableCompression:     true,
		MaxIdleConns:           idleInAll,
		MaxIdleConnsPerHost:    idlePerHost,
		MaxConnsPerHost:        mostPerHost,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: mostHeader,
	}
}

// Close gives up the connections that nobody uses.
func (c *Courier) Close() {
	c.secure.CloseIdleConnections()
	c.plain.CloseIdleConnections()
}

// Bring posts the parcel, once. An answer of 2xx is a delivery, as soon as its header is there. Retry-After is reported
// up to an hour. Every error has one of this package's faults as its cause; none shows the address, the body or what was
// answered.
func (c *Courier) Bring(ctx context.Context, p outbound.Parcel) (status int, retryAfter time.Duration, err error) {
	if !c.fits(p.Address) {
		return 0, 0, outbound.ErrAddressForbidden.Because(ErrTargetRefused)
	}
	limited, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodPost, p.Address, bytes.NewReader(p.Body))
	if err != nil {
		return 0, 0, outbound.ErrAddressForbidden.Because(ErrTargetRefused)
	}
	dress(request.Header, p)
	// The transport itself, and no client around it: it follows no redirect and keeps no cookie.
	carrier := c.secure
	if request.URL.Scheme == "http" {
		carrier = c.plain
	}
	answer, err := carrier.RoundTrip(request)
	if err != nil {
		if ctx.Err() != nil {
			return 0, 0, outbound.ErrNotDelivered.Because(ErrInterrupted)
		}
		return 0, 0, failed(err)
	}
	defer func() { _ = answer.Body.Close() }()
	drain(answer.Body, cancel)
	if cause := judge(answer.StatusCode); cause != nil {
		return answer.StatusCode, wish(answer.Header.Get("Retry-After"), c.clock.Now()), outbound.ErrNotDelivered.Because(cause)
	}
	return answer.StatusCode, 0, nil
}

func dress(h http.Header, p outbound.Parcel) {
	h.Set("User-Agent", userAgent)
	h.Set("Content-Type", p.ContentType)
	h.Set(deliveryHeader, p.ID)
	if p.Signature != "" {
		h.Set(signatureHeader, p.Signature)
	}
}

// drain reads what is left of a small answer. One that is large, or takes its time, costs its connection instead.
func drain(body io.Reader, giveUp func()) {
	timer := time.AfterFunc(drainTime, giveUp)
	defer timer.Stop()
	_, _ = io.CopyN(io.Discard, body, mostBody)
}
