package bankid

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// mostBytes is how much of an answer is read. What a person signed comes back in it, twice in base64.
const mostBytes = 1 << 20

var (
	errGarbage   = errors.New("bankid: the answer is not what the protocol says")
	errTooLarge  = errors.New("bankid: the answer is larger than 1 MiB")
	errTransport = errors.New("bankid: the connection failed")
	errName      = errors.New("bankid: the host name does not resolve")
	errTLS       = errors.New("bankid: the server's certificate does not verify")
	errRefusesUs = errors.New("bankid: our certificate is not accepted")
)

// newTransport is what carries requests. It trusts the given roots alone, and takes no proxy from the environment.
func newTransport(own tls.Certificate, roots *x509.CertPool) http.RoundTripper {
	config := &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
	if len(own.Certificate) > 0 {
		config.Certificates = []tls.Certificate{own}
	}
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    2 * time.Second,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        60 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		// A connection that the network has forgotten is noticed, and not used for everybody until the system gives it up.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 2 * time.Second},
	}
}

// answer is an answer that came to its end, whatever it says.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send posts JSON and waits for the whole answer. A failure is [eid.ErrProvider] when the request did not leave us,
// [eid.ErrMisconfigured] when the other side does not take our certificate, and [eid.ErrProviderUncertain] otherwise.
// It follows no redirect.
func (p *Provider) send(ctx context.Context, address string, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, p.config.Timeout)
	defer cancel()
	var sent atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	request, err := http.NewRequestWithContext(traced, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return answer{}, eid.ErrMisconfigured.Because(errTransport)
	}
	request.Header.Set("Content-Type", "application/json") // with a charset BankID answers 415
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "eidgate")
	response, err := p.transport.RoundTrip(request)
	if err != nil {
		return answer{}, failed(err, sent.Load())
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(io.LimitReader(response.Body, mostBytes+1))
	switch {
	case err != nil:
		return answer{}, failed(err, true)
	case len(content) > mostBytes:
		return answer{}, eid.ErrProviderUncertain.Because(errTooLarge)
	}
	return answer{response.StatusCode, response.Header, content}, nil
}

// failed says what it means that there is no answer.
func failed(err error, sent bool) error {
	cause := plain(err)
	switch {
	case errors.Is(cause, errRefusesUs):
		// With TLS 1.3 this news comes after our request has left, but nobody reads what a stranger sends.
		return eid.ErrMisconfigured.Because(cause)
	case sent:
		return eid.ErrProviderUncertain.Because(cause)
	}
	return eid.ErrProvider.Because(cause)
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
	if refusesUs(err) {
		return errRefusesUs
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
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	}
	return errTransport
}

// alerts are how a TLS server says that it does not take the client's certificate (RFC 8446 section 6.2), in the words
// of crypto/tls, which has no type for them.
var alerts = []string{
	"certificate required", "bad certificate", "unsupported certificate", "revoked certificate", "expired certificate",
	"unknown certificate", "access denied", "handshake failure",
}

func refusesUs(err error) bool {
	remote, ok := errors.AsType[*net.OpError](err)
	if !ok || remote.Op != "remote error" || remote.Err == nil {
		return false
	}
	for _, alert := range alerts {
		if strings.HasPrefix(strings.TrimPrefix(remote.Err.Error(), "tls: "), alert) {
			return true
		}
	}
	return false
}

// retryAfter reads the header of that name (RFC 9110 section 10.2.3), or else RateLimit-Reset, both in seconds; at most
// ten minutes, 0 when there is none.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := h.Get("Retry-After")
	if text == "" {
		text = h.Get("RateLimit-Reset")
	}
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(min(seconds, 600)) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), 10*time.Minute)
}
