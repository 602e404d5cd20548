package idkollen

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// mostBytes is how much of an answer is read, but for documents.
const mostBytes = 1 << 20

var (
	errGarbage   = errors.New("idkollen: the answer is not what the API says")
	errTooLarge  = errors.New("idkollen: the answer is too large")
	errTransport = errors.New("idkollen: the connection failed")
	errName      = errors.New("idkollen: the host name does not resolve")
	errTLS       = errors.New("idkollen: the TLS certificate does not verify")
)

// httpStatus is an answer that is no success.
type httpStatus int

func (s httpStatus) Error() string { return "idkollen: HTTP status " + strconv.Itoa(int(s)) }

// answer is a whole answer of the API.
type answer struct {
	status httpStatus
	header http.Header
	body   []byte
}

// message reads the one member of error answers, "" when there is none. It is looked at and never repeated.
func (a answer) message() string {
	o, err := readObject(a.body)
	if err != nil {
		return ""
	}
	f := fields{o: o}
	return f.text("message")
}

// newTransport asks no proxy of the environment.
func newTransport() http.RoundTripper {
	return &http.Transport{
		DialContext:            (&net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    2 * time.Second,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        60 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		ForceAttemptHTTP2:      true,
		// A connection that the network has forgotten is noticed, and not used for everybody until the system gives it up.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 5 * time.Second, PingTimeout: 2 * time.Second},
	}
}

// payload is what is sent.
type payload struct {
	kind string // the media type
	data []byte
	most int64 // of the answer, in bytes; 0 for mostBytes
}

func (p *Provider) post(ctx context.Context, path string, body any) (got answer, sent bool, err error) {
	data, err := json.Marshal(body)
	if err != nil {
		return answer{}, false, errTransport
	}
	return p.ask(ctx, http.MethodPost, path, &payload{kind: "application/json", data: data})
}

// ask makes one request and reads the answer to its end. It follows no redirect. When it fails, sent says whether the
// request, or a part of it, left us.
func (p *Provider) ask(ctx context.Context, method, path string, what *payload) (got answer, sent bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()
	var left atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { left.Store(true) }})
	if what == nil {
		what = &payload{}
	}
	r, err := http.NewRequestWithContext(ctx, method, p.base+path, bytes.NewReader(what.data))
	if err != nil {
		return answer{}, false, errTransport
	}
	r.SetBasicAuth(p.account, p.secret())
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "eidgate")
	if what.kind != "" {
		r.Header.Set("Content-Type", what.kind)
	}
	client := http.Client{Transport: p.transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	back, err := client.Do(r)
	if err != nil {
		return answer{}, left.Load(), plain(err)
	}
	defer func() { _ = back.Body.Close() }()
	most := what.most
	if most == 0 {
		most = mostBytes
	}
	body, err := io.ReadAll(io.LimitReader(back.Body, most+1))
	switch {
	case err != nil:
		return answer{}, true, plain(err)
	case int64(len(body)) > most:
		return answer{}, true, errTooLarge
	}
	return answer{status: httpStatus(back.StatusCode), header: back.Header, body: body}, true, nil
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
