package metrics_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/metrics"
)

func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatal(w.Code)
	}
	return w.Body.String()
}

func TestWhatHappenedCanBeScraped(t *testing.T) {
	m := metrics.New("1.2.3")
	m.Answer("account", "/api/v1/account", "GET", 200, "", 3*time.Millisecond)
	m.Answer("account", "/api/v1/account", "GET", 204, "", 0)
	m.Answer("account", "", "other", 404, "NOT_FOUND", 0)
	m.Answer("account", "/x", "GET", 0, "", 0)
	m.Breaker("criipto", "open")
	m.Breaker("simulator", "closed")
	m.Breaker("simulator", "nonsense")
	m.RelayLag(1500 * time.Millisecond)
	m.Relaxed("identity.synthetic")
	m.LimiterFallback()
	got := scrape(t, m)
	for _, line := range []string{
		`eidgate_http_requests_total{code="",method="GET",route="/api/v1/account",status="2xx",surface="account"} 2`,
		`eidgate_http_requests_total{code="NOT_FOUND",method="other",route="none",status="4xx",surface="account"} 1`,
		`eidgate_http_requests_total{code="",method="GET",route="/x",status="other",surface="account"} 1`,
		`eidgate_http_request_seconds_bucket{route="/api/v1/account",surface="account",le="0.005"} 2`,
		`eidgate_provider_breaker_state{provider="criipto"} 2`,
		`eidgate_provider_breaker_state{provider="simulator"} 0`,
		`eidgate_relay_lag_seconds 1.5`,
		`eidgate_relaxed{key="identity.synthetic"} 1`,
		`eidgate_limiter_fallbacks_total 1`,
		`eidgate_build_info{version="1.2.3"} 1`,
		`go_goroutines `,
	} {
		if !strings.Contains(got, "\n"+line) {
			t.Errorf("not there: %s", line)
		}
	}
}

func TestTwoGatewaysInOneProcessCountApart(t *testing.T) {
	one, other := metrics.New("1"), metrics.New("1")
	one.LimiterFallback()
	if !strings.Contains(scrape(t, other), "\neidgate_limiter_fallbacks_total 0") {
		t.Error("they share a count")
	}
}

func BenchmarkAnswer(b *testing.B) {
	m := metrics.New("1")
	for b.Loop() {
		m.Answer("account", "/api/v1/account", "GET", 200, "", time.Millisecond)
	}
}
