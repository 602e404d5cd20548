package eidapi_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

func newWindow() *surface.Window { return surface.NewWindow(time.Second/2, then) }

// generous lets everything through.
type generous struct{}

func (generous) Take(context.Context, string, outbound.Limit) outbound.Allowance {
	return outbound.Allowance{Allowed: true}
}
func (generous) Peek(context.Context, string, outbound.Limit) outbound.Allowance {
	return outbound.Allowance{Allowed: true}
}
func (generous) Pass(context.Context, string, outbound.Pace) outbound.Allowance {
	return outbound.Allowance{Allowed: true}
}

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

func serve(t testing.TB, config eidapi.Config, h *house, limits *surface.Window) *httpapi.Server {
	t.Helper()
	api := eidapi.New(config, eidapi.Deps{Clients: h, Sessions: h, Documents: h, Cards: h, Clock: fixed{}, Limiter: limits, Attempts: limits, Pacer: limits})
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{api}, httpapi.Deps{Clock: system.Clock{}, IDs: fixed{}})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func open(t testing.TB, config eidapi.Config) gateway {
	t.Helper()
	g := gateway{house: newHouse(t), limits: newWindow()}
	server := serve(t, config, g.house, g.limits)
	g.address = surface.Serve(t, server)
	return g
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	body string
}

// ask sends a request as a client of the house. Headers are written as "Name: value".
func (g gateway) ask(t testing.TB, as, method, path, body string, headers ...string) answer {
	t.Helper()
	if as != "" {
		headers = append([]string{"Authorization: " + credential(as)}, headers...)
	}
	w, text := surface.Ask(t, g.address, method, path, body, headers...)
	return answer{w, text}
}

// credential is the header of a client of the house, or of whatever stands behind "raw ".
func credential(as string) string {
	if raw, found := strings.CutPrefix(as, "raw "); found {
		return raw
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(as+":secret:"+as))
}

// shownHeaders are those that golden files hold.
var shownHeaders = []string{
	"Allow", "Cache-Control", "Content-Disposition", "Content-Type", "Retry-After", "Www-Authenticate", "X-Eidgate-Simulated", "X-Error-Code", "X-Request-Id",
}

func (a answer) String() string { return surface.Text(a.Response, a.body, shownHeaders) }
