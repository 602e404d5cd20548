package orgapi_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
	"github.com/valyala/fasthttp/fasthttputil"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/accountapi"
	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/system"
)

func TestItSharesItsPrefixesWithTheAccountSurface(t *testing.T) {
	account, eid := accountapi.New(accountapi.Config{}, accountapi.Deps{}), eidapi.New(eidapi.Config{}, eidapi.Deps{})
	own := orgapi.New(orgapi.Config{}, orgapi.Deps{})
	for _, surfaces := range [][]httpapi.Surface{{account, eid, own}, {own, account, eid}} {
		server, err := httpapi.New(httpapi.Config{}, surfaces, httpapi.Deps{Clock: system.Clock{}, IDs: fixed{}})
		if err != nil {
			t.Fatal(err)
		}
		l := fasthttputil.NewInmemoryListener()
		go func() { _ = (&fasthttp.Server{Handler: server.Handler()}).Serve(l) }()
		client := http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return l.Dial() }}}
		for path, ours := range map[string]bool{
			"/api/v2": true, "/api/v2/": true, "/api/v2/nothing": true, "/api/v2/org/misapret/users": true, "/api/v2/sso-connections": true, "/oauth/token/x": true, "/oauth": true,
			"/t/misapret/x": true, "/org/misapret": true, "/enterprise/x/login": true, "/api/v1/tenants/x": true, "/api/v1/tenants": true,
			"/api/v2/account/7/x": false, "/api/v2/accounts": false, "/api/v2/alarms/1": false, "/api/v1/tenantsx": false, "/api/v1/account/x/y": false,
			"/api/v22": false, "/three": false, "/orgs": false, "/enterprises": false, "/v3/org": false, "/": false,
		} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://id.example"+path, nil)
			r.RequestURI = ""
			w, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			if err := w.Write(&b); err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(b.String(), `"doc_urls":[]`); got != ours {
				t.Errorf("%s: %s", path, b.String())
			}
		}
		client.CloseIdleConnections()
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}
