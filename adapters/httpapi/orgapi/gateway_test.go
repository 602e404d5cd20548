package orgapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/test/surface"
)

func newWindow() *surface.Window { return surface.NewWindow(time.Second/2, then) }

type fixed struct{}

func (fixed) Now() time.Time { return then }
func (fixed) New() string    { return "request-id" }
func (fixed) Number() int64  { return 1 }

// gateway is the surface on a running server.
type gateway struct {
	*house
	limits  *surface.Window
	address string
}

func open(t testing.TB, config orgapi.Config) gateway {
	t.Helper()
	g := gateway{house: newHouse(), limits: newWindow()}
	if config.PublicURL == "" {
		config.PublicURL = "https://id.example"
	}
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{orgapi.New(config, g.deps())}, httpapi.Deps{Clock: system.Clock{}, IDs: fixed{}})
	if err != nil {
		t.Fatal(err)
	}
	g.address = surface.Serve(t, server)
	return g
}

// deps has the house behind every port that it can answer for.
func (g gateway) deps() orgapi.Deps {
	return orgapi.Deps{
		Management: g.house, Organizations: offices{g.house}, Directory: g.house, Applications: g.house,
		Connections: switchboard{g.house}, Tokens: g.house, Trail: g.house,
		Limiter: g.limits, Attempts: g.limits, Pacer: g.limits, Clock: fixed{},
	}
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

// ask sends a request with the token of a client of the house. Headers are written as "Name: value".
func (g gateway) ask(t testing.TB, as, method, path, body string, headers ...string) answer {
	t.Helper()
	if as != "" {
		headers = append([]string{"Authorization: " + credential(as)}, headers...)
	}
	w, text := surface.Ask(t, g.address, method, path, body, headers...)
	return answer{w, text}
}

// credential is the header with a client's token, or whatever stands behind "raw ".
func credential(as string) string {
	if raw, found := strings.CutPrefix(as, "raw "); found {
		return raw
	}
	return "Bearer token-of-" + as
}

// shownHeaders are those that golden files hold.
var shownHeaders = []string{
	"Allow", "Cache-Control", "Content-Type", "Pragma", "Retry-After", "Www-Authenticate", "X-Eidgate-Fault", "X-Eidgate-Letter", "X-Eidgate-Warning", "X-Error-Code", "X-Request-Id",
}

func (a answer) String() string { return surface.Text(a.Response, a.body, shownHeaders) }
