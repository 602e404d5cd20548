package provider

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// MostBytes is how much of an answer is read where a protocol has no reason for more. What a person signed may come back
// in it, in base64 more than once.
const MostBytes = 1 << 20

// Line is the way to a provider's servers. It follows no redirect, so that what is sent goes to the address it was meant
// for and to no other.
type Line struct {
	Name      string            // of the provider, in what the operator reads
	Transport http.RoundTripper // see [NewTransport]
	Timeout   time.Duration     // of a call, from its start to the last byte of the answer
}

// Answer is an answer that came to its end, whatever it says.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Ask makes the request, within Timeout, and reads the whole answer, of at most that many bytes. When it fails, the error
// is one of [Plain], with [ErrTooLarge] for a longer answer, and sent tells whether the request, or a part of it, left us.
func (l Line) Ask(r *http.Request, most int64) (a Answer, sent bool, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), l.Timeout)
	defer cancel()
	var left atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { left.Store(true) }})
	response, err := l.Transport.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return Answer{}, left.Load(), Plain(l.Name, err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, most+1))
	switch {
	case err != nil:
		return Answer{}, true, Plain(l.Name, err)
	case int64(len(body)) > most:
		return Answer{}, true, Plain(l.Name, ErrTooLarge)
	}
	return Answer{response.StatusCode, response.Header, body}, true, nil
}

// Post is for those who know us by our certificate. It sends a body as application/json, without a charset, and gives the
// answer of at most [MostBytes]. It fails with [eid.ErrProvider] when the request did not leave us, with
// [eid.ErrMisconfigured] when the other side does not take our certificate, and with [eid.ErrProviderUncertain] otherwise.
func (l Line) Post(ctx context.Context, address string, body []byte) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return Answer{}, eid.ErrMisconfigured.Because(Plain(l.Name, ErrTransport))
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "eidgate")
	a, sent, err := l.Ask(r, MostBytes)
	switch {
	case err == nil:
		return a, nil
	case errors.Is(err, ErrRefusesUs):
		// With TLS 1.3 this news comes after our request has left, but nobody reads what a stranger sends.
		return Answer{}, eid.ErrMisconfigured.Because(err)
	case sent:
		return Answer{}, eid.ErrProviderUncertain.Because(err)
	}
	return Answer{}, eid.ErrProvider.Because(err)
}
