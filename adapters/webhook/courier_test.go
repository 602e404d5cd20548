package webhook_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/webhook"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestNewsArrivesAsItWasWorded(t *testing.T) {
	type got struct {
		method, path, body string
		header             http.Header
	}
	arrived := make(chan got, 1)
	r := newReceiver(t, func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		arrived <- got{request.Method, request.URL.RequestURI(), string(body), request.Header}
		w.WriteHeader(http.StatusNoContent)
	})
	p := parcel(r.URL + "/news?tenant=1")
	status, retryAfter, err := r.courier(t, nil).Bring(t.Context(), p)
	if err != nil || status != http.StatusNoContent || retryAfter != 0 {
		t.Fatalf("answered %d: %v", status, err)
	}
	g := <-arrived
	if g.method != http.MethodPost || g.path != "/news?tenant=1" || g.body != string(p.Body) {
		t.Errorf("%s of %d bytes to %s arrived", g.method, len(g.body), g.path)
	}
	for name, want := range map[string]string{
		"Content-Type": "application/json", "X-Signature-Sha256": "sig", "X-Eidgate-Delivery": "1", "User-Agent": "eidgate", "Accept-Encoding": "", "Cookie": "",
	} {
		if g.header.Get(name) != want {
			t.Errorf("%s is %q", name, g.header.Get(name))
		}
	}
}

func TestWithoutAKeyThereIsNoSignature(t *testing.T) {
	signed := make(chan bool, 1)
	r := newReceiver(t, func(_ http.ResponseWriter, request *http.Request) {
		signed <- len(request.Header.Values("X-Signature-SHA256")) > 0
	})
	p := parcel(r.URL)
	p.Signature = ""
	if _, _, err := r.courier(t, nil).Bring(t.Context(), p); err != nil || <-signed {
		t.Errorf("there is a signature: %v", err)
	}
}

func TestOnlyAnAnswerOf2xxIsADelivery(t *testing.T) {
	for status, cause := range map[int]error{
		200: nil, 201: nil, 204: nil, 299: nil, 300: webhook.ErrRedirects, 304: webhook.ErrRedirects, 400: webhook.ErrDeclined, 401: webhook.ErrDeclined,
		404: webhook.ErrDeclined, 410: webhook.ErrDeclined, 429: webhook.ErrDeclined, 500: webhook.ErrDeclined, 503: webhook.ErrDeclined, 599: webhook.ErrDeclined,
	} {
		r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		got, _, err := r.courier(t, nil).Bring(t.Context(), parcel(r.URL))
		if got != status {
			t.Errorf("%d is told as %d", status, got)
		}
		if cause == nil {
			if err != nil {
				t.Errorf("%d: %v", status, err)
			}
			continue
		}
		fails(t, err, outbound.ErrNotDelivered, cause)
	}
}

func TestNoRedirectIsFollowed(t *testing.T) {
	target := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	for _, status := range []int{301, 302, 303, 307, 308} {
		r := newReceiver(t, func(w http.ResponseWriter, request *http.Request) { http.Redirect(w, request, target.URL, status) })
		_, _, err := r.courier(t, nil).Bring(t.Context(), parcel(r.URL))
		fails(t, err, outbound.ErrNotDelivered, webhook.ErrRedirects)
	}
	if target.asked.Load() != 0 {
		t.Error("somebody came to the redirect's target")
	}
}

func TestAReceiversWishIsReportedUpToAnHour(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": 0, "7": 7 * time.Second, "3600": time.Hour, "86400": time.Hour, "-7": 0, "soon": 0, "99999999999999999999": 0,
		time.Now().Add(48 * time.Hour).UTC().Format(http.TimeFormat): time.Hour,
		"Mon, 02 Jan 2006 15:04:05 GMT":                              0,
	} {
		r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
			if header != "" {
				w.Header().Set("Retry-After", header)
			}
			w.WriteHeader(http.StatusTooManyRequests)
		})
		if _, wish, _ := r.courier(t, nil).Bring(t.Context(), parcel(r.URL)); wish != want {
			t.Errorf("%q is a wish for %v", header, wish)
		}
	}
}

func TestAnAnswerThatDoesNotEndIsLeft(t *testing.T) {
	endless := func(w http.ResponseWriter, request *http.Request) {
		chunk := []byte(strings.Repeat("x", 32<<10))
		for request.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	drip := func(w http.ResponseWriter, request *http.Request) {
		for range time.Tick(20 * time.Millisecond) {
			if _, err := w.Write([]byte("x")); err != nil || request.Context().Err() != nil {
				return
			}
			w.(http.Flusher).Flush()
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		within time.Duration
	}{"endless": {endless, 900 * time.Millisecond}, "drip": {drip, 3 * time.Second}} {
		r := newReceiver(t, c.answer)
		began := time.Now()
		if status, _, err := r.courier(t, nil).Bring(t.Context(), parcel(r.URL)); err != nil || status != 200 {
			t.Errorf("%s: answered %d: %v", name, status, err)
		}
		if took := time.Since(began); took > c.within {
			t.Errorf("%s: it took %v", name, took)
		}
	}
}

func TestAReceiverThatDoesNotComeToAnAnswerIsLeft(t *testing.T) {
	hang := func(_ http.ResponseWriter, request *http.Request) { <-request.Context().Done() }
	reset := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	slowHeader := raw(func(write func(string) error) {
		_ = write("HTTP/1.1 200 OK\r\n")
		for range time.Tick(20 * time.Millisecond) {
			if write("X-Slow: y\r\n") != nil {
				return
			}
		}
	})
	hugeHeader := raw(func(write func(string) error) {
		_ = write("HTTP/1.1 200 OK\r\n")
		for write("X-Filler: "+strings.Repeat("x", 4096)+"\r\n") == nil {
		}
	})
	garbage := raw(func(write func(string) error) { _ = write("220 mail.example ESMTP\r\n") })
	interim := raw(func(write func(string) error) {
		for write("HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n") == nil {
		}
	})
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		cause  error
	}{
		"hang": {hang, webhook.ErrTimedOut}, "reset": {reset, webhook.ErrHungUp}, "slow header": {slowHeader, webhook.ErrTimedOut},
		"huge header": {hugeHeader, webhook.ErrHungUp}, "garbage": {garbage, webhook.ErrHungUp}, "interim answers": {interim, webhook.ErrHungUp},
	} {
		t.Run(name, func(t *testing.T) {
			r := newReceiver(t, c.answer)
			began := time.Now()
			status, _, err := r.courier(t, func(c *webhook.Config) { c.Timeout = 300 * time.Millisecond }).Bring(t.Context(), parcel(r.URL))
			fails(t, err, outbound.ErrNotDelivered, c.cause)
			if took := time.Since(began); status != 0 || took > 2*time.Second {
				t.Errorf("answered %d after %v", status, took)
			}
		})
	}
}

// raw answers with whatever is written to the connection.
func raw(answer func(write func(string) error)) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		answer(func(text string) error {
			_, err := conn.Write([]byte(text))
			return err
		})
	}
}

func TestAReceiverHasToProveWhoItIs(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	_, _, err := r.courier(t, func(c *webhook.Config) { c.Roots = nil }).Bring(t.Context(), parcel(r.URL))
	fails(t, err, outbound.ErrNotDelivered, webhook.ErrTLS)
	// Its certificate names example.com and loopback addresses, and not this.
	_, _, err = r.courier(t, func(c *webhook.Config) {
		c.Resolver = names(t, func(string, int) record { return record{addresses: []string{"127.0.0.1"}} })
	}).Bring(t.Context(), parcel(strings.Replace(r.URL, "127.0.0.1", "other.example", 1)))
	fails(t, err, outbound.ErrNotDelivered, webhook.ErrTLS)
	if r.asked.Load() != 0 {
		t.Error("it was told all the same")
	}
}

func TestAnAddressWhereNobodyListensIsUnreachable(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	r.Close()
	_, _, err := r.courier(t, nil).Bring(t.Context(), parcel(r.URL))
	fails(t, err, outbound.ErrNotDelivered, webhook.ErrUnreachable)
}

func TestADeliveryThatWeEndOurselvesBlamesNobody(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := newReceiver(t, func(_ http.ResponseWriter, request *http.Request) { cancel(); <-request.Context().Done() })
	_, _, err := r.courier(t, nil).Bring(ctx, parcel(r.URL))
	fails(t, err, outbound.ErrNotDelivered, webhook.ErrInterrupted)
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	remotes := map[string]bool{}
	r := newReceiver(t, func(w http.ResponseWriter, request *http.Request) {
		remotes[request.RemoteAddr] = true
		_, _ = w.Write([]byte("thanks"))
	})
	c := r.courier(t, nil)
	for range 5 {
		if _, _, err := c.Bring(t.Context(), parcel(r.URL)); err != nil {
			t.Fatal(err)
		}
	}
	if len(remotes) != 1 {
		t.Errorf("%d connections were made", len(remotes))
	}
}

func TestInDevelopmentPlainHTTPGoesToLoopbackAndNowhereElse(t *testing.T) {
	canary := newCanary(t)
	c := webhook.New(webhook.Config{AllowLoopback: true, Resolver: names(t, func(string, int) record { return record{addresses: []string{"10.0.0.1"}} })}, nil)
	t.Cleanup(c.Close)
	_, _, err := c.Bring(t.Context(), parcel("http://127.0.0.1:"+canary.port+"/"))
	fails(t, err, outbound.ErrNotDelivered, webhook.ErrHungUp)
	if canary.hits.Load() != 1 {
		t.Errorf("%d came to loopback", canary.hits.Load())
	}
	for _, address := range []string{"http://app.example/", "https://10.0.0.1/", "https://app.example/", "https://169.254.169.254/"} {
		if _, _, err := c.Bring(t.Context(), parcel(address)); !errors.Is(err, outbound.ErrAddressForbidden) {
			t.Errorf("%s: %v", address, err)
		}
	}
}
