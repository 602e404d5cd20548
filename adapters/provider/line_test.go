package provider_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/test/standin"
)

// line leads to a server that answers everything in the same way.
func line(t *testing.T, answer http.HandlerFunc) (provider.Line, string) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	carrier := provider.NewTransport(tls.Certificate{}, nil)
	t.Cleanup(carrier.CloseIdleConnections)
	return provider.Line{Name: "somebody", Transport: carrier, Timeout: 5 * time.Second}, server.URL
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) }
}

func TestAnAnswerIsReadAsFarAsItMayGo(t *testing.T) {
	l, address := line(t, says(strings.Repeat("x", provider.MostBytes)))
	if a, err := l.Post(t.Context(), address, nil); err != nil || a.Status != http.StatusOK || len(a.Body) != provider.MostBytes {
		t.Errorf("the longest answer: got %d bytes and %v", len(a.Body), err)
	}
	l, address = line(t, says(strings.Repeat("x", provider.MostBytes+1)))
	a, err := l.Post(t.Context(), address, nil)
	if !errors.Is(err, eid.ErrProviderUncertain) || !errors.Is(err, provider.ErrTooLarge) || a.Body != nil {
		t.Errorf("one byte more: got %v because of %v", err, fault.Of(err).Cause())
	}
}

func TestARequestIsPostedAsJSONWithoutACharset(t *testing.T) {
	l, address := line(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || string(body) != "{}" || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" ||
			r.Header.Get("Accept") != "application/json" || r.UserAgent() != "eidgate" || r.Header.Get("Accept-Encoding") != "" {
			w.WriteHeader(http.StatusTeapot)
		}
	})
	if a, err := l.Post(t.Context(), address, []byte("{}")); err != nil || a.Status != http.StatusOK {
		t.Errorf("got status %d and %v", a.Status, err)
	}
}

func TestWhatBecameOfARequestIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		mishap standin.Mishap
		cause  error // nil for any
	}{
		"breaks off":    {standin.CutOff, io.ErrUnexpectedEOF},
		"is torn":       {standin.Reset, nil},
		"never comes":   {standin.Slow, context.DeadlineExceeded},
		"has no end":    {standin.Endless, provider.ErrTooLarge},
		"is a redirect": {standin.Elsewhere("%%% no address"), nil},
	} {
		l, address := line(t, http.HandlerFunc(c.mishap))
		if name == "never comes" {
			l.Timeout = 100 * time.Millisecond
		}
		a, err := l.Post(t.Context(), address, nil)
		if name == "is a redirect" {
			if err != nil || a.Status != http.StatusTemporaryRedirect {
				t.Errorf("an answer that %s: got status %d and %v", name, a.Status, err)
			}
			continue
		}
		if !errors.Is(err, eid.ErrProviderUncertain) || c.cause != nil && !errors.Is(err, c.cause) {
			t.Errorf("an answer that %s: got %v because of %v", name, err, fault.Of(err).Cause())
		}
	}
}

func TestWhatNeverLeftIsNotUncertain(t *testing.T) {
	l, _ := line(t, says(""))
	for name, c := range map[string]struct {
		address string
		want    *fault.Fault
	}{
		"a closed port":     {"http://127.0.0.1:1/", eid.ErrProvider},
		"no address at all": {"http://a b/", eid.ErrMisconfigured},
	} {
		_, err := l.Post(t.Context(), c.address, nil)
		if !errors.Is(err, c.want) || errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("%s: got %v because of %v", name, err, fault.Of(err).Cause())
		}
		if cause := fault.Of(err).Cause(); cause == nil || !strings.HasPrefix(cause.Error(), "somebody: ") {
			t.Errorf("%s: the operator reads %v", name, cause)
		}
	}
}
