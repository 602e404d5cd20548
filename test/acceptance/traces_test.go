package acceptance

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/identity"
)

// TestTracesReachTheCollector sends a request through a gateway with a collector, which gets what is left at the latest
// when the gateway stops.
func TestTracesReachTheCollector(t *testing.T) {
	received := make(chan string, 100)
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && r.URL.Path == "/v1/traces" {
			received <- string(body)
		}
		w.WriteHeader(http.StatusOK)
	}))
	defer collector.Close()
	var number string
	t.Run("a gateway", func(t *testing.T) { // stops when this ends
		g := open(t, "sqlite:"+t.TempDir()+"/eidgate.db", func(g *Gateway) Door { return &overHTTP{g: g} }, "EIDGATE_OTLP_ENDPOINT="+collector.URL+"/v1/traces")
		c := register(t, g, "someone", identity.SE)
		_, outcome := g.Door.Complete(t, c, login(t, g, c, swedish, "anna"))
		outcome.OK(t)
		number = g.NumberOf(t, "anna")
	})
	close(received) // the gateway has stopped, so nothing comes any more
	var all strings.Builder
	for body := range received {
		all.WriteString(body)
	}
	if !strings.Contains(all.String(), "/api/v1/criipto/ftn/verify/ssn") {
		t.Error("the request left no span")
	}
	if strings.Contains(all.String(), number) || strings.Contains(all.String(), "someone@example.com") {
		t.Error("a span holds personal data")
	}
}
