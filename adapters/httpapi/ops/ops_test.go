package ops_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/ops"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/ports/outbound"
)

type answer struct {
	Status string
	Checks map[string]string
	Keys   []string
}

// open makes the surface with one check that fails as told.
func open(t *testing.T, broken *error) (*ops.Surface, func(path string) (int, answer)) {
	t.Helper()
	surface := ops.New(ops.Config{
		Checks:  []ops.Check{{Name: "database", Run: func(context.Context) error { return *broken }}},
		Keys:    func() []string { return []string{"k1"} },
		Metrics: func(c *fiber.Ctx) error { return c.SendString("figures") }, Everything: true,
	})
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{surface}, httpapi.Deps{Clock: system.Clock{}, IDs: system.IDs{}})
	if err != nil {
		t.Fatal(err)
	}
	l := fasthttputil.NewInmemoryListener()
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = l.Close() })
	client := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return l.Dial() }}}
	return surface, func(path string) (int, answer) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = response.Body.Close() }()
		var a answer
		if err := json.NewDecoder(response.Body).Decode(&a); err != nil && response.StatusCode != http.StatusNotFound {
			t.Fatal(err)
		}
		return response.StatusCode, a
	}
}

func TestTheGatewayIsReadyWhileEveryCheckPasses(t *testing.T) {
	var broken error
	_, ask := open(t, &broken)
	if status, a := ask("/readyz"); status != http.StatusOK || a.Status != "ready" || a.Checks["database"] != "ok" || len(a.Keys) != 1 {
		t.Errorf("%d %+v", status, a)
	}
	broken = outbound.ErrStorage
	if status, a := ask("/readyz"); status != http.StatusServiceUnavailable || a.Status != "not_ready" || a.Checks["database"] != outbound.ErrStorage.Code() {
		t.Errorf("%d %+v", status, a)
	}
}

func TestItLivesWhateverIsBroken(t *testing.T) {
	broken := error(outbound.ErrStorage)
	surface, ask := open(t, &broken)
	surface.Drain()
	if status, a := ask("/livez"); status != http.StatusOK || a.Status != "alive" {
		t.Errorf("%d %+v", status, a)
	}
}

func TestADrainingGatewayIsNotReady(t *testing.T) {
	var broken error
	surface, ask := open(t, &broken)
	surface.Drain()
	if status, a := ask("/readyz"); status != http.StatusServiceUnavailable || a.Status != "draining" {
		t.Errorf("%d %+v", status, a)
	}
}

func TestOtherPathsAreRefusedInJSON(t *testing.T) {
	var broken error
	_, ask := open(t, &broken)
	if status, _ := ask("/api/v1/account"); status != http.StatusNotFound {
		t.Errorf("status %d", status)
	}
}
