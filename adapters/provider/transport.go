package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// What can be wrong with the way to a provider, or with what came back. [Plain] puts the provider's name before them.
var (
	ErrTooLarge  = errors.New("the answer is too large")
	ErrTransport = errors.New("the connection failed")
	ErrName      = errors.New("the host name does not resolve")
	ErrTLS       = errors.New("the server's certificate does not verify")
	ErrRefusesUs = errors.New("the server refuses our certificate, or TLS with us")
)

// NewTransport is what carries requests: TLS 1.2 or later, no proxy that the environment names, no compression, no more
// than two seconds for a connection and as many for TLS, 64 KiB of header. It shows own unless that is empty, and trusts
// nothing but roots; nil stands for those of the system. It keeps up to 64 connections to a host that nobody needs.
//
// Following redirects and bounding bodies are not the transport's business: see [Line].
func NewTransport(own tls.Certificate, roots *x509.CertPool) *http.Transport {
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

// failure is what went wrong on the way to a provider, with its name, for the operator.
type failure struct {
	name string
	why  error
}

func (f failure) Error() string { return f.name + ": " + f.why.Error() }
func (f failure) Unwrap() error { return f.why }

// Plain reduces a failure of the way to the provider of that name to words of our own: those of net/http quote addresses
// and answers. What it gives is, to [errors.Is], one of the errors above, [context.Canceled], [context.DeadlineExceeded]
// for whatever took too long, [io.ErrUnexpectedEOF] or a [syscall.Errno], and nothing else of err is behind it.
func Plain(name string, err error) error { return failure{name, reduced(err)} }

func reduced(err error) error {
	var timeout interface{ Timeout() bool }
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		return context.DeadlineExceeded
	}
	if refusesUs(err) {
		return ErrRefusesUs
	}
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return ErrName
	}
	_, invalid := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case invalid || unknown:
		return ErrTLS
	case errors.Is(err, ErrTooLarge):
		return ErrTooLarge
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	}
	return ErrTransport
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

// longestWait bounds how long an answer can make us wait.
const longestWait = 10 * time.Minute

// RetryAfter is how long an answer asks to be left alone, by the header Retry-After (RFC 9110 section 10.2.3) or, where
// that is missing, by the first of the others that is not: seconds, or a time. It is at most ten minutes, and 0 when no
// header says anything sensible.
func RetryAfter(h http.Header, now time.Time, others ...string) time.Duration {
	text := h.Get("Retry-After")
	for _, other := range others {
		if text == "" {
			text = h.Get(other)
		}
	}
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil {
		wait = time.Duration(min(seconds, int(longestWait/time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, 0), longestWait)
}
