package accountapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/accountapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

const (
	signIn     = `{"client_id":"demo-sso","client_secret":"s","email":"anna@example.com"}`
	loginStart = `{"redirect_uri":"https://app.example/cb","method":"se.bankid.qr"}`
	loginBack  = `{"code":"c","redirect_uri":"https://app.example/cb","method":"se.bankid.qr","state":"order-4711"}`
	newAccount = `{"ssn":"19680202-0575","first_name":"Anna","last_name":"Ek & Co","email":"anna@example.com","country_code":"SE","lang_code":"SV","plan_id":1,"type":"SINGLE"}`
)

// exchange is one request, and what the house says to it.
type exchange struct {
	name         string
	method, path string
	as           string // "app", "crm", "" for nobody, else the credential itself
	body         string
	err          error
	undocumented bool // the request is none that the document describes
}

func exchanges() []exchange {
	const ftnAuth, ftnVerify, plainVerify = "/api/v1/criipto/ftn/auth", "/api/v1/criipto/ftn/verify/ssn", "/api/v1/criipto/verify/ssn"
	return []exchange{
		{name: "crm-login", method: "POST", path: "/api/v1/crm/auth/login", body: `{"username":"crm@demo.example","password":"p","keep_logged":"1"}`},
		{name: "crm-login-refused", method: "POST", path: "/api/v1/crm/auth/login", body: `{"username":"crm@demo.example","password":"p"}`, err: organization.ErrClientRefused},
		{name: "crm-login-incomplete", method: "POST", path: "/api/v1/crm/auth/login", body: `{"username":" ","keep_logged":"perhaps"}`},
		{name: "sso-token", method: "POST", path: "/api/v1/sso/token", body: signIn},
		{name: "sso-token-refused", method: "POST", path: "/api/v1/sso/token", body: signIn, err: organization.ErrClientRefused},
		{name: "sso-token-no-account", method: "POST", path: "/api/v1/sso/token", body: signIn, err: account.ErrNoAccount},
		{name: "sso-token-inactive", method: "POST", path: "/api/v1/sso/token", body: signIn, err: account.ErrInactive},
		{name: "sso-token-incomplete", method: "POST", path: "/api/v1/sso/token", body: `{"client_id":7,"client_secret":null}`},
		{name: "sso-token-no-address", method: "POST", path: "/api/v1/sso/token", body: `{"client_id":"a","client_secret":"b","email":"anna"}`},
		{name: "sso-token-malformed", method: "POST", path: "/api/v1/sso/token", body: `{"client_id":`},
		{name: "sso-token-storage-away", method: "POST", path: "/api/v1/sso/token", body: signIn, err: outbound.ErrStorage.RetryIn(1)},
		{name: "sso-token-broken", method: "POST", path: "/api/v1/sso/token", body: signIn, err: errors.New("secret details")},
		{name: "sso-code", method: "POST", path: "/api/v1/sso/code", body: signIn},
		{name: "sso-login", method: "POST", path: "/api/v1/sso/login", body: `{"code":"one-time-code"}`},
		{name: "sso-login-refused", method: "POST", path: "/api/v1/sso/login", body: `{"code":"x"}`, err: account.ErrCode},
		{name: "own", method: "GET", path: "/api/v1/account", as: "app"},
		{name: "own-nobody", method: "GET", path: "/api/v1/account"},
		{name: "own-unknown-token", method: "GET", path: "/api/v1/account", as: "Bearer 9|nonsense"},
		{name: "own-other-kind", method: "GET", path: "/api/v1/account", as: "crm"},
		{name: "own-storage-away", method: "GET", path: "/api/v1/account", as: "Bearer away"},
		{name: "own-update", method: "PUT", path: "/api/v1/account", as: "app", body: `{"phone":"+46701234567","zip":null}`},
		{name: "own-update-invalid", method: "PUT", path: "/api/v1/account", as: "app", body: `{"phone":"1"}`,
			err: account.ErrInvalid.With(fault.Violation{Field: "phone", Code: "x", Text: "The phone must be a number in E.164 format."}, fault.Violation{Field: "language", Code: "y", Text: "The language code must be two letters."})},
		{name: "own-update-stale", method: "PUT", path: "/api/v1/account", as: "app", body: `{"phone":"1"}`, err: account.ErrStale},
		{name: "own-update-v2", method: "PUT", path: "/api/v2/account/7", as: "app", body: `{"city":"Uppsala"}`},
		{name: "own-update-v2-foreign", method: "PUT", path: "/api/v2/account/8", as: "app", body: `{"city":"Uppsala"}`},
		{name: "password", method: "POST", path: "/api/v2/account/password", as: "app", body: `{"current_password":"old","password":"new password","password_confirmation":"new password"}`},
		{name: "password-wrong", method: "POST", path: "/api/v2/account/password", as: "app", body: `{"current_password":"old","password":"new password","password_confirmation":"new password"}`, err: account.ErrPassword.On("current_password")},
		{name: "password-unconfirmed", method: "POST", path: "/api/v2/account/password", as: "app", body: `{"password":"new password","password_confirmation":"another"}`},
		{name: "create", method: "POST", path: "/api/v1/account", as: "crm", body: newAccount},
		{name: "create-by-app", method: "POST", path: "/api/v1/account", as: "app", body: newAccount},
		{name: "create-taken", method: "POST", path: "/api/v1/account", as: "crm", body: newAccount, err: account.ErrEmailTaken},
		{name: "create-unusable", method: "POST", path: "/api/v1/account", as: "crm", body: newAccount, err: account.ErrNumberUnusable.On("number")},
		{name: "create-no-plan", method: "POST", path: "/api/v1/account", as: "crm", body: newAccount, err: account.ErrNoPlan.On("plan")},
		{name: "create-wrong-types", method: "POST", path: "/api/v1/account", as: "crm", body: `{"first_name":1,"plan_id":"x","is_active":[],"ssn":19680202}`},
		{name: "show", method: "GET", path: "/api/v1/account/7", as: "crm"},
		{name: "show-foreign", method: "GET", path: "/api/v1/account/8", as: "crm"},
		{name: "show-malformed", method: "GET", path: "/api/v1/account/seven", as: "crm"},
		{name: "show-by-app", method: "GET", path: "/api/v1/account/7", as: "app"},
		{name: "update", method: "PUT", path: "/api/v1/account/7", as: "crm", body: `{"email":"new@example.com","is_active":0,"ssn":"ignored"}`},
		{name: "update-country-fixed", method: "PUT", path: "/api/v1/account/7", as: "crm", body: `{"country_code":"NO"}`,
			err: account.ErrInvalid.With(fault.Violation{Field: "country", Text: "The country cannot change while the account has an ssn."})},
		{name: "patch", method: "PATCH", path: "/api/v1/account/7", as: "crm", body: `{"plan_id":1}`},
		{name: "update-v2", method: "PUT", path: "/api/v2/account/7", as: "crm", body: `{"type":"FAMILY"}`},
		{name: "delete", method: "DELETE", path: "/api/v1/account/7", as: "crm"},
		{name: "delete-foreign", method: "DELETE", path: "/api/v1/account/8", as: "crm"},
		{name: "list", method: "GET", path: "/api/v1/accounts?page=2&per_page=10", as: "crm"},
		{name: "list-clamped", method: "GET", path: "/api/v1/accounts?page=-3&per_page=1000", as: "crm"},
		{name: "list-beyond", method: "GET", path: "/api/v1/accounts?page=9&per_page=10", as: "crm"},
		{name: "list-invalid", method: "GET", path: "/api/v1/accounts?page=one&per_page=2.5", as: "crm", undocumented: true},
		{name: "plans", method: "GET", path: "/api/v1/plans", as: "app"},
		{name: "ftn-auth", method: "POST", path: ftnAuth, as: "app", body: loginStart},
		{name: "ftn-auth-state", method: "POST", path: ftnAuth, body: `{"redirect_uri":"https://app.example/cb","state":"simulated"}`},
		{name: "ftn-auth-crm", method: "POST", path: ftnAuth, as: "crm", body: loginStart},
		{name: "ftn-auth-bad-token", method: "POST", path: ftnAuth, as: "Bearer x", body: loginStart},
		{name: "ftn-auth-unbound", method: "POST", path: ftnAuth, body: loginStart, err: account.ErrUnauthenticated},
		{name: "ftn-auth-fields", method: "POST", path: ftnAuth, as: "app", body: `{"method":"se.bankid.magic","state":"\u00e5"}`},
		{name: "ftn-auth-address", method: "POST", path: ftnAuth, as: "app", body: loginStart, err: organization.ErrRedirect.On("redirect_uri")},
		{name: "ftn-auth-not-offered", method: "POST", path: ftnAuth, as: "app", body: loginStart, err: eid.ErrNoRoute.On("method")},
		{name: "ftn-auth-down", method: "POST", path: ftnAuth, as: "app", body: loginStart, err: eid.ErrProvider.RetryIn(30e9)},
		{name: "ftn-verify", method: "POST", path: ftnVerify, as: "app", body: loginBack},
		{name: "ftn-verify-crm", method: "POST", path: ftnVerify, as: "crm", body: loginBack},
		{name: "ftn-verify-fields", method: "POST", path: ftnVerify, as: "app", body: `{}`},
		{name: "ftn-verify-code", method: "POST", path: ftnVerify, as: "app", body: loginBack, err: eid.ErrCodeRejected},
		{name: "ftn-verify-state", method: "POST", path: ftnVerify, as: "app", body: loginBack, err: account.ErrNoVerification.On("state")},
		{name: "ftn-verify-ssn", method: "POST", path: ftnVerify, as: "app", body: loginBack, err: account.ErrNumberUnusable.On("number")},
		{name: "ftn-verify-claimed", method: "POST", path: ftnVerify, as: "app", body: loginBack, err: eid.ErrClaimed},
		{name: "ftn-verify-misconfigured", method: "POST", path: ftnVerify, as: "app", body: loginBack, err: eid.ErrMisconfigured},
		{name: "ftn-verify-slow", method: "POST", path: ftnVerify, as: "app", body: loginBack, err: eid.ErrProviderUncertain.Because(context.DeadlineExceeded)},
		{name: "plain-verify", method: "POST", path: plainVerify, as: "app", body: `{"code":"c","redirect_uri":"ignored"}`},
		{name: "plain-verify-off", method: "POST", path: plainVerify, as: "app", body: `{"code":"c"}`, err: account.ErrPlainOff},
		{name: "rule", method: "POST", path: plainVerify, as: "app", body: `{"code":"c"}`, err: eid.ErrOrder},
		{name: "path-unknown", method: "GET", path: "/api/v1/nothing", undocumented: true},
		{name: "method-unknown", method: "PATCH", path: "/api/v1/sso/token", undocumented: true},
		{name: "method-odd", method: "BREW", path: "/api/v1/account", as: "app", undocumented: true},
		{name: "method-head", method: "HEAD", path: "/api/v1/account", as: "app", undocumented: true},
		{name: "path-broken", method: "GET", path: "/api/v1/account/%00", as: "crm", undocumented: true},
	}
}

func (e exchange) headers(version string) []string {
	var headers []string
	if version == "standardized" {
		headers = append(headers, standard)
	}
	switch e.as {
	case "":
		return headers
	case "app":
		return asApp(headers...)
	case "crm":
		return asCRM(headers...)
	}
	return append(headers, "Authorization: "+e.as)
}

// shownHeaders are those that golden files hold.
var shownHeaders = []string{
	"Allow", "Cache-Control", "Content-Type", "Retry-After", "Www-Authenticate", "X-Correlation-Id", "X-Eidgate-Fault", "X-Eidgate-Simulated",
	"X-Error-Code", "X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "X-Request-Id",
}

func (a answer) String() string { return surface.Text(a.Response, a.body, shownHeaders) }

func TestEveryRouteAndOutcomeIsWordedAsPromised(t *testing.T) {
	g, doc := open(t, accountapi.Config{}), newDocument(t)
	for _, e := range exchanges() {
		t.Run(e.name, func(t *testing.T) {
			var b strings.Builder
			fmt.Fprintf(&b, "%s %s\nas: %s\n%s\n", e.method, e.path, e.as, e.body)
			for _, version := range []string{"legacy", "standardized"} {
				g.limits.Reset()
				g.reset(e.err)
				a := g.ask(t, e.method, e.path, e.body, e.headers(version)...)
				fmt.Fprintf(&b, "\n==== %s ====\n%s", version, a)
				if !e.undocumented {
					doc.Check(t, a.Response, a.body)
				}
			}
			surface.Golden(t, e.name+".txt", b.String())
		})
	}
}

func newDocument(t *testing.T) surface.Document {
	t.Helper()
	return surface.NewDocument(t, accountapi.Document())
}

func TestTheDocumentHasExactlyTheRoutesOfTheSurface(t *testing.T) {
	newDocument(t).HasRoutes(t, accountapi.New(accountapi.Config{}, accountapi.Deps{}).Routes())
}

func TestTheDocumentsOwnExamplesAreAccepted(t *testing.T) {
	doc, g := newDocument(t), open(t, accountapi.Config{})
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.RequestBody == nil {
				continue
			}
			media := operation.RequestBody.Value.Content["application/json"]
			if media.Example == nil {
				t.Errorf("%s %s has no example", method, path)
				continue
			}
			if err := media.Schema.Value.VisitJSON(media.Example); err != nil {
				t.Errorf("%s %s: %v", method, path, err)
			}
			body := mustJSON(t, media.Example)
			headers := asApp()
			if operation.Security != nil && strings.Contains(fmt.Sprint(*operation.Security), "crmToken") {
				headers = asCRM()
			}
			g.limits.Reset()
			if a := g.ask(t, method, strings.ReplaceAll(path, "{account_id}", "7"), body, headers...); a.StatusCode >= http.StatusBadRequest {
				t.Errorf("%s %s: %d %s", method, path, a.StatusCode, a.body)
			}
		}
	}
}
