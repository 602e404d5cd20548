// Package metrics is what operators may count: requests, providers, deliveries, limits. No label ever names a
// person, an organization, a client or anything else that a caller can choose.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics counts. Its methods may be called at any time from anywhere.
type Metrics struct {
	registry  *prometheus.Registry
	requests  *prometheus.CounterVec
	took      *prometheus.HistogramVec
	breakers  *prometheus.GaugeVec
	relayLag  prometheus.Gauge
	relaxed   *prometheus.GaugeVec
	fallbacks prometheus.Counter
	callbacks *prometheus.HistogramVec
	breaking  *prometheus.CounterVec
	waiting   prometheus.Gauge
}

// states are the values of eidgate_provider_breaker_state.
var states = map[string]float64{"closed": 0, "half_open": 1, "open": 2}

// New makes metrics of their own registry, with those of the Go runtime and the process. Version is the build's.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "eidgate_http_requests_total", Help: "Answers by surface, route, method, class of status, and error code.",
		}, []string{"surface", "route", "method", "status", "code"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "eidgate_http_request_seconds", Help: "How long answers took.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"surface", "route"}),
		breakers: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "eidgate_provider_breaker_state", Help: "The breaker before a provider: 0 closed, 1 half open, 2 open.",
		}, []string{"provider"}),
		relayLag: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "eidgate_relay_lag_seconds", Help: "How long the oldest fact waits for its delivery, 0 when none waits.",
		}),
		relaxed: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "eidgate_relaxed", Help: "1 for each configuration key that production has set wider than it is by default.",
		}, []string{"key"}),
		fallbacks: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "eidgate_limiter_fallbacks_total", Help: "Requests that this process counted alone, because the shared limiter did not answer in time.",
		}),
	}
	m.callbacks = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "eidgate_callback_seconds", Help: "How long attempts to deliver callbacks took, by outcome: delivered, failed (and tried again) or given_up.",
		Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 15},
	}, []string{"outcome"})
	m.breaking = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "eidgate_callback_breakers_total", Help: "How often the breaker of any receiver entered a state.",
	}, []string{"state"})
	m.waiting = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "eidgate_callback_lag_seconds", Help: "How long the oldest callback waits for its first attempt.",
	})
	m.registry.MustRegister(m.callbacks, m.breaking, m.waiting)
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "eidgate_build_info", Help: "1, with the version of the build."}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(m.requests, m.took, m.breakers, m.relayLag, m.relaxed, m.fallbacks, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handler serves the metrics in Prometheus' formats. It belongs on the operators' listener.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// Answer counts one answer of the HTTP server. Route is the pattern, "" for paths that do not exist; code is the
// stable error code, "" on success.
func (m *Metrics) Answer(surface, route, method string, status int, code string, took time.Duration) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(surface, route, method, class(status), code).Inc()
	m.took.WithLabelValues(surface, route).Observe(took.Seconds())
}

func class(status int) string {
	if status < 100 || status > 599 {
		return "other"
	}
	return strconv.Itoa(status/100) + "xx"
}

// Breaker notes the state of a provider's breaker: closed, half_open or open. Other words are ignored.
func (m *Metrics) Breaker(provider, state string) {
	if value, known := states[state]; known {
		m.breakers.WithLabelValues(provider).Set(value)
	}
}

// RelayLag notes how long the oldest undelivered fact has been waiting.
func (m *Metrics) RelayLag(waiting time.Duration) { m.relayLag.Set(max(0, waiting.Seconds())) }

// CertificateExpiry shows how long a provider still takes our certificate: left is asked at every scrape.
func (m *Metrics) CertificateExpiry(provider string, left func() time.Duration) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "eidgate_provider_certificate_expiry_seconds", Help: "How long the provider still takes our certificate; below 0 it has ended.",
		ConstLabels: prometheus.Labels{"provider": provider},
	}, func() float64 { return left().Seconds() }))
}

// Sessions shows how many sessions this process watches, and how many stored rows it met that it cannot unseal: both are
// asked at every scrape.
func (m *Metrics) Sessions(watched func() int, broken func() uint64) {
	m.registry.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "eidgate_sessions_watched", Help: "Sessions whose providers this process asks by the clock.",
		}, func() float64 { return float64(watched()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "eidgate_storage_broken_rows_total", Help: "Rows that were left out because they cannot be unsealed.",
		}, func() float64 { return float64(broken()) }),
	)
}

// Callback notes an attempt to deliver a callback.
func (m *Metrics) Callback(outcome string, took time.Duration) {
	m.callbacks.WithLabelValues(outcome).Observe(took.Seconds())
}

// CallbackLag notes how long the oldest callback has been waiting for its first attempt.
func (m *Metrics) CallbackLag(waiting time.Duration) { m.waiting.Set(max(0, waiting.Seconds())) }

// CallbackBreaker notes the state that a receiver's breaker enters. Receivers are not named: callers choose them.
func (m *Metrics) CallbackBreaker(state string) { m.breaking.WithLabelValues(state).Inc() }

// Relaxed notes that production has set a configuration key wider than it is by default.
func (m *Metrics) Relaxed(key string) { m.relaxed.WithLabelValues(key).Set(1) }

// LimiterFallback counts a request that was limited by this process alone.
func (m *Metrics) LimiterFallback() { m.fallbacks.Inc() }
