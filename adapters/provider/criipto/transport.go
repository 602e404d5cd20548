package criipto

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"

	"github.com/eidgate/eidgate/adapters/provider"
)

var (
	errGarbage   = errors.New("criipto: the answer is not what the protocol says")
	errTransport = provider.Plain(Name, provider.ErrTransport)
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
	t := provider.NewTransport(tls.Certificate{}, nil)
	t.MaxIdleConnsPerHost = 16
	return t
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
	answer.Body = &body{ReadCloser: answer.Body, left: provider.MostBytes, call: c}
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
		return 0, provider.ErrTooLarge
	}
	if err != nil && err != io.EOF {
		b.call.cut.Store(true)
	}
	return n, err
}
