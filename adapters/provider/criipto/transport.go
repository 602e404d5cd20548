package criipto

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// mostBytes is how much of an answer is read.
const mostBytes = 1 << 20

var (
	errGarbage   = errors.New("criipto: the answer is not what the protocol says")
	errTooLarge  = errors.New("criipto: the answer is larger than 1 MiB")
	errTransport = errors.New("criipto: the connection failed")
	errName      = errors.New("criipto: the host name does not resolve")
	errTLS       = errors.New("criipto: the TLS certificate does not verify")
)

// httpStatus is an answer that is no success.
type httpStatus int

func (s httpStatus) Error() string { return "criipto: HTTP status " + strconv.Itoa(int(s)) }

// oauthError is an error code of the provider. Codes that no paper names are not repeated: what comes from outside
// could be anything.
type oauthError string

func (e oauthError) Error() string {
	switch e {
	case "invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "invalid_request_object", "invalid_request_uri",
		"unauthorized_client", "unsupported_grant_type", "unsupported_response_type", "request_not_supported",
		"request_uri_not_supported", "registration_not_supported", "server_error", "temporarily_unavailable", "slow_down":
		return "criipto: " + string(e)
	}
	return "criipto: an unknown error code"
}

// newTransport is what carries requests when the configuration brings nothing. A token endpoint is asked rarely
// and must answer soon.
func newTransport() http.RoundTripper {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    2 * time.Second,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        60 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
		// A connection that the network has forgotten is noticed, and not used for everybody until the system gives it up.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 2 * time.Second},
	}
}

// call watches one request, because what a failure means depends on how far it came.
type call struct {
	next http.RoundTripper
	sent atomic.Bool // the request, or a part of it, left us
	cut  atomic.Bool // the answer did not come, or not to its end
}

// client follows no redirect: a code is sent to the address that discovery named and to no other.
func (c *call) client() *http.Client {
	return &http.Client{Transport: c, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// RoundTrip implements [http.RoundTripper].
func (c *call) RoundTrip(r *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{WroteHeaders: func() { c.sent.Store(true) }}
	answer, err := c.next.RoundTrip(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
	if err != nil {
		c.cut.Store(true)
		return nil, err
	}
	c.sent.Store(true) // whatever a foreign transport tells the trace, who answers was asked
	answer.Body = &body{ReadCloser: answer.Body, left: mostBytes, call: c}
	return answer, nil
}

// body gives up on answers without end, and notes answers that break off.
type body struct {
	io.ReadCloser
	left int
	call *call
}

func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errTooLarge
	}
	if err != nil && err != io.EOF {
		b.call.cut.Store(true)
	}
	return n, err
}

// plain reduces a failure of the transport to words of our own. Those of net/http quote addresses and answers.
func plain(err error) error {
	var timeout interface{ Timeout() bool }
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return context.DeadlineExceeded
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return errName
	}
	_, invalid := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case invalid || unknown:
		return errTLS
	case errors.Is(err, errTooLarge):
		return errTooLarge
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	}
	return errTransport
}

// retryAfter reads the header of that name (RFC 9110 section 10.2.3), at most ten minutes; 0 when there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(min(seconds, 600)) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), 10*time.Minute)
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}
