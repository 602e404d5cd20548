package callback_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/adapters/webhook"
	"github.com/eidgate/eidgate/app/callback"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

func TestTheSignatureIsThatOfThePublishedCheckValue(t *testing.T) {
	body := `{"id":"1668b9da-bff1-4dfc-ad48-60507b5a8d12","refId":"12398698","status":"FAILED","error":"INVALID_ID"}`
	if got := callback.Sign([]byte("test-hmac-key"), []byte(body)); got != "YDn0bCte7+txjnybD+9GIlLEFCuq0bDHgoI8nXskIqw=" {
		t.Errorf("got %s", got)
	}
}

// serve is a client's server, and whom to trust to reach it.
func serve(t *testing.T, answer http.HandlerFunc) (address string, roots *x509.CertPool) {
	t.Helper() // all of them have one certificate
	s := httptest.NewUnstartedServer(answer)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	roots = x509.NewCertPool()
	roots.AddCert(s.Certificate())
	return s.URL, roots
}

func TestAReceiverInTroubleIsTriedByTheScheduleUntilItTakesTheNews(t *testing.T) {
	var lured atomic.Int64
	target, _ := serve(t, func(http.ResponseWriter, *http.Request) { lured.Add(1) })
	answers := []http.HandlerFunc{
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Retry-After", "900"); w.WriteHeader(429) },
		func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusFound) },
		func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
	}
	type arrival struct{ id, signature, body string }
	var mu sync.Mutex
	var arrived []arrival
	address, roots := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		n := len(arrived)
		arrived = append(arrived, arrival{r.Header.Get("X-Eidgate-Delivery"), r.Header.Get("X-Signature-SHA256"), string(body)})
		mu.Unlock()
		answers[min(n, len(answers)-1)](w, r)
	})

	h := clock.At(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	courier := webhook.New(webhook.Config{AllowLoopback: true, Roots: roots, Timeout: 300 * time.Millisecond}, h)
	t.Cleanup(courier.Close)
	b := newBag(client("c", "demo-callback-key"))
	b.add("s", "c", address+"/news", h.Now())
	d := callback.New(callback.Ports{Work: b, Bag: b, Courier: webhook.Guard(courier, webhook.GuardConfig{}, h, nil), Clock: h}, slog.New(slog.DiscardHandler))
	for range answers {
		h.Set(b.of("s").due.Add(-time.Microsecond))
		if n := d.Tick(t.Context()); n != 0 {
			t.Fatal("it is tried before it is due")
		}
		h.Set(b.of("s").due)
		d.Tick(t.Context())
	}
	kept := b.of("s")
	if kept.state != outbound.CallbackDelivered || len(kept.attempts) != len(answers) || lured.Load() != 0 {
		t.Fatalf("kept as %s after %d attempts; %d came to the redirect's target", kept.state, len(kept.attempts), lured.Load())
	}
	want := []struct {
		status  int
		failure string
		wait    time.Duration
		exact   bool
	}{
		{500, "receiver_declined", 0, true}, {500, "receiver_declined", 5 * time.Second, false}, {429, "receiver_declined", 30 * time.Second, false},
		{302, "receiver_redirects", 15 * time.Minute, true}, {0, "receiver_timed_out", 10 * time.Minute, false}, {0, "receiver_hung_up", 30 * time.Minute, false},
		{204, "", time.Hour, false},
	}
	before := kept.CreatedAt
	for i, w := range want {
		a := kept.attempts[i]
		wait, loose := a.At.Sub(before), w.wait/5
		if w.exact {
			loose = 0
		}
		if a.Number != i+1 || a.Status != w.status || a.Failure != w.failure || wait < w.wait-loose || wait > w.wait+loose {
			t.Errorf("attempt %+v after %v", a, wait)
		}
		before = a.At
		m := hmac.New(sha256.New, []byte("demo-callback-key"))
		_, _ = m.Write([]byte(arrived[i].body))
		if arrived[i].id != "s" || arrived[i].body != fmt.Sprintf(`{"id":%q}`, "s") || arrived[i].signature != base64.StdEncoding.EncodeToString(m.Sum(nil)) {
			t.Errorf("attempt %d brought something else", i+1)
		}
	}
}

func TestInProductionNewsForALoopbackAddressIsGivenUpUntold(t *testing.T) {
	var came atomic.Int64
	address, roots := serve(t, func(http.ResponseWriter, *http.Request) { came.Add(1) })
	h := clock.At(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	courier := webhook.New(webhook.Config{Roots: roots}, h)
	t.Cleanup(courier.Close)
	b := newBag(client("c", "k"))
	b.add("s", "c", address, h.Now())
	callback.New(callback.Ports{Work: b, Bag: b, Courier: webhook.Guard(courier, webhook.GuardConfig{}, h, nil), Clock: h}, slog.New(slog.DiscardHandler)).Tick(t.Context())
	kept := b.of("s")
	if kept.state != outbound.CallbackGivenUp || len(kept.attempts) != 1 || kept.attempts[0].Failure != "receiver_forbidden" || came.Load() != 0 {
		t.Errorf("kept as %s after %+v, told %d times", kept.state, kept.attempts, came.Load())
	}
}

func TestOneEndpointHangsWhileTwoHundredOthersAreTold(t *testing.T) {
	stuck := make(chan struct{})
	hanging, roots := serve(t, func(http.ResponseWriter, *http.Request) { <-stuck })
	t.Cleanup(func() { close(stuck) })
	courier := webhook.New(webhook.Config{AllowLoopback: true, Roots: roots, Timeout: 30 * time.Second}, system.Clock{})
	t.Cleanup(courier.Close)
	b := newBag(client("c", "k"))
	var told atomic.Int64
	done := make(chan struct{})
	for i := range 100 {
		b.add(fmt.Sprint("stuck", i), "c", hanging, time.Now().Add(-time.Hour))
	}
	for i := range 10 {
		address, _ := serve(t, func(http.ResponseWriter, *http.Request) {
			if told.Add(1) == 200 {
				close(done)
			}
		})
		for j := range 20 {
			b.add(fmt.Sprint("told", i, ".", j), "c", address, time.Now())
		}
	}
	_, stop := start(t, b, courier)
	defer stop()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatalf("%d of 200 were told", told.Load())
	}
}
