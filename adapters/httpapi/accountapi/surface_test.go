package accountapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/accountapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func pointer[T any](v T) *T { return &v }

func TestRequestsAreHandedOnInTheDomainsWords(t *testing.T) {
	g := open(t, accountapi.Config{})
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		want                     any
	}{
		{"sign-in", "POST", "/api/v1/sso/token", signIn, nil, inbound.PartnerSignIn{ClientID: "demo-sso", ClientSecret: "s", Email: "anna@example.com"}},
		{"kept login", "POST", "/api/v1/crm/auth/login", `{"username":"a","password":"b","keep_logged":"true"}`, nil, true},
		{"short login", "POST", "/api/v1/crm/auth/login", `{"username":"a","password":"b","keep_logged":0}`, nil, false},
		{"registration", "POST", "/api/v1/account", newAccount, asCRM(), inbound.Registration{
			Scope: scope, Actor: "client/crm-client", Country: "SE", Type: account.Single, PlanID: 1, SSN: "19680202-0575",
			Profile: account.Profile{FirstName: "Anna", LastName: "Ek & Co", Email: "anna@example.com", Language: "SV"},
		}},
		{"own update ignores what an owner may not change", "PUT", "/api/v1/account",
			`{"first_name":"A","phone":null,"email":5,"ssn":{},"type":[],"plan_id":"x","country_code":0,"is_active":"maybe","other":1}`, asApp(),
			inbound.AccountUpdate{Scope: scope, ID: 7, Actor: "account/7", ByOwner: true, Change: account.Change{FirstName: pointer("A"), Phone: pointer("")}}},
		{"office update ignores the number", "PATCH", "/api/v1/account/7", `{"ssn":"19680202-0575","email":"x@y.example","is_active":"0","plan_id":"2","country_code":"se","type":"FAMILY"}`, asCRM(),
			inbound.AccountUpdate{Scope: scope, ID: 7, Actor: "client/crm-client", PlanID: pointer(int64(2)), Change: account.Change{
				Email: pointer("x@y.example"), Active: pointer(false), Country: pointer(identity.SE), Type: pointer(account.Family),
			}}},
		{"v2 by the owner", "PUT", "/api/v2/account/7", `{"city":"Å","email":"evil@example.com"}`, asApp(),
			inbound.AccountUpdate{Scope: scope, ID: 7, Actor: "account/7", ByOwner: true, Change: account.Change{City: pointer("Å")}}},
		{"v2 by an office", "PUT", "/api/v2/account/7", `{"city":"Å"}`, asCRM(),
			inbound.AccountUpdate{Scope: scope, ID: 7, Actor: "client/crm-client", Change: account.Change{City: pointer("Å")}}},
		{"password", "POST", "/api/v2/account/password", `{"password":"new password","password_confirmation":"new password"}`, asApp(),
			inbound.PasswordChange{Scope: scope, ID: 7, Actor: "account/7", Keep: 2, New: "new password"}},
		{"bound start", "POST", "/api/v1/criipto/ftn/auth", `{"redirect_uri":"https://app.example/cb","method":"dk.mitid.high","state":"s 1"}`, asApp(),
			inbound.VerificationStart{Scope: scope, AccountID: 7, Host: "id.example", RedirectURI: "https://app.example/cb", Context: "urn:grn:authn:dk:mitid:high", State: "s 1"}},
		{"unbound start", "POST", "/api/v1/criipto/ftn/auth", `{"redirect_uri":"https://app.example/cb"}`, nil,
			inbound.VerificationStart{Host: "id.example", RedirectURI: "https://app.example/cb"}},
		{"return", "POST", "/api/v1/criipto/ftn/verify/ssn", `{"code":"c","redirect_uri":"https://app.example/cb","method":"urn:grn:authn:no:vipps"}`, asApp(),
			inbound.VerificationCode{Scope: scope, AccountID: 7, Code: "c", RedirectURI: "https://app.example/cb", Context: "urn:grn:authn:no:vipps"}},
		{"page", "GET", "/api/v1/accounts?page=99999999999999999999&per_page=0", "", asCRM(), inbound.AccountPage{Number: 10_000_000, Size: 1}},
		{"usual page", "GET", "/api/v1/accounts", "", asCRM(), inbound.AccountPage{Number: 1, Size: 15}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.reset(nil)
			a := g.ask(t, c.method, c.path, c.body, c.headers...)
			if got := g.last(); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%d %s\nasked %s\nwant  %s", a.StatusCode, a.body, mustShow(got), mustShow(c.want))
			}
		})
	}
}

func mustShow(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%+v", v)
	}
	return string(b)
}

func TestTheNineAliasesStandForTheirContexts(t *testing.T) {
	g := open(t, accountapi.Config{})
	for alias, context := range map[string]eid.Context{
		"se.bankid.same": "urn:grn:authn:se:bankid:same-device", "se.bankid.qr": "urn:grn:authn:se:bankid:another-device:qr",
		"fi.all": "urn:grn:authn:fi:all", "fi.bank-id": "urn:grn:authn:fi:bank-id", "fi.mobile-id": "urn:grn:authn:fi:mobile-id",
		"dk.mitid.low": "urn:grn:authn:dk:mitid:low", "dk.mitid.substantial": "urn:grn:authn:dk:mitid:substantial",
		"dk.mitid.high": "urn:grn:authn:dk:mitid:high", "dk.mitid.business": "urn:grn:authn:dk:mitid:business",
		"urn:grn:authn:no:bankid": "urn:grn:authn:no:bankid", "urn:grn:authn:xx:new:thing": "urn:grn:authn:xx:new:thing", "": "urn:grn:authn:se:bankid",
	} {
		g.limits.Reset()
		a := g.ask(t, "POST", "/api/v1/criipto/ftn/auth", `{"redirect_uri":"https://a.example/","method":"`+alias+`"}`, asApp()...)
		if !strings.Contains(a.body, `"acr_values":"`+string(context)+`"`) {
			t.Errorf("%q: %s", alias, a.body)
		}
	}
	for _, alias := range []string{"SE.BANKID.QR", "se.bankid", "urn:grn:authn:se", "urn:grn:authn:SE:bankid", "urn:other:se:bankid", "urn:grn:authn:se:bankid ", "no.bankid"} {
		g.limits.Reset()
		a := g.ask(t, "POST", "/api/v1/criipto/ftn/auth", `{"redirect_uri":"https://a.example/","method":"`+alias+`"}`, asApp(standard)...)
		if a.StatusCode != 422 || !strings.Contains(a.body, `"field":"method"`) {
			t.Errorf("%q: %d %s", alias, a.StatusCode, a.body)
		}
	}
}

func TestTheVersionIsChosenByExactlyOneHeaderValue(t *testing.T) {
	g := open(t, accountapi.Config{})
	for value, standardized := range map[string]bool{"2026-06-12": true, "2026-06-13": false, "2026-06-12T00:00:00Z": false, "": false, "latest": false} {
		a := g.ask(t, "GET", "/api/v1/nothing", "", "X-API-Version: "+value)
		if got := strings.Contains(a.body, `"code":"NOT_FOUND"`); got != standardized {
			t.Errorf("%q: %s", value, a.body)
		}
	}
	all := open(t, accountapi.Config{NormalizeAll: true})
	if a := all.ask(t, "GET", "/api/v1/account", "", asApp()...); !strings.Contains(a.body, `"is_active":true`) {
		t.Error(a.body)
	}
}

func TestACredentialIsReadAsTheRFCSays(t *testing.T) {
	g := open(t, accountapi.Config{})
	for header, status := range map[string]int{
		"Bearer " + appToken: 200, "bearer " + appToken: 200, "BEARER  " + appToken: 200,
		"Bearer": 401, "Bearer ": 401, "Basic " + appToken: 401, appToken: 401, "Bearer " + appToken + " x": 401, "Bearer x " + appToken: 401,
		"Bearer " + appToken + ", Bearer " + crmToken: 401, "Bearer " + strings.Replace(appToken, "|", " | ", 1): 401,
	} {
		a := g.ask(t, "GET", "/api/v1/account", "", "Authorization: "+header)
		if a.StatusCode != status {
			t.Errorf("%q: %d", header, a.StatusCode)
		}
		if status == 401 && (a.Header.Get("Www-Authenticate") != "Bearer" || a.body != `{"message":"Unauthenticated."}`) {
			t.Errorf("%q: %v %s", header, a.Header, a.body)
		}
	}
	if a := g.ask(t, "GET", "/api/v1/account", "", append(asApp(), asCRM()...)...); a.StatusCode != 400 || a.body != `{"message":"The request is not well-formed HTTP."}` {
		t.Error("two credentials:", a.StatusCode, a.body)
	}
}

func TestEveryRouteRefusesTheWrongCredential(t *testing.T) {
	g := open(t, accountapi.Config{})
	open := map[string]bool{"/api/v1/crm/auth/login": true, "/api/v1/sso/token": true, "/api/v1/sso/code": true, "/api/v1/sso/login": true, "/api/v1/criipto/ftn/auth": true}
	for _, r := range accountapi.New(accountapi.Config{}, accountapi.Deps{}).Routes() {
		if open[r.Pattern] {
			continue
		}
		path := strings.ReplaceAll(r.Pattern, ":account_id", "7")
		for _, header := range []string{"Authorization: Basic ZGVtbzpkZW1vLWVpZC1zZWNyZXQ=", "Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "X-Nothing: 1"} {
			g.limits.Reset()
			if a := g.ask(t, r.Method, path, "", header); a.StatusCode != 401 || a.body != `{"message":"Unauthenticated."}` {
				t.Errorf("%s %s with %s: %d %s", r.Method, path, header, a.StatusCode, a.body)
			}
		}
	}
}

func TestTheEIDRoutesShareTenRequestsAMinutePerClient(t *testing.T) {
	g := open(t, accountapi.Config{})
	paths := []string{"/api/v1/criipto/ftn/auth", "/api/v1/criipto/ftn/verify/ssn", "/api/v1/criipto/verify/ssn"}
	for i := range 10 {
		a := g.ask(t, "POST", paths[i%3], `{}`, asApp()...)
		if a.StatusCode != 422 || a.Header.Get("X-Ratelimit-Limit") != "10" || a.Header.Get("X-Ratelimit-Remaining") != fmt.Sprint(9-i) {
			t.Fatal(i, a.StatusCode, a.Header)
		}
	}
	g.reset(nil)
	for _, path := range paths {
		for _, version := range []string{"X-Nothing: 1", standard} {
			a := g.ask(t, "POST", path, loginBack, asApp(version)...)
			if a.StatusCode != 429 || a.Header.Get("Retry-After") != "2" || a.Header.Get("X-Ratelimit-Reset") != fmt.Sprint(then.Unix()+60) ||
				a.Header.Get("X-Ratelimit-Remaining") != "0" || a.Header.Get("X-Error-Code") != "RATE_LIMITED" {
				t.Error(path, a.StatusCode, a.Header)
			}
		}
	}
	if g.last() != nil {
		t.Errorf("a refused request reached the house: %v", g.last())
	}
	if a := g.ask(t, "POST", paths[1], loginBack, "Authorization: Bearer wrong"); a.StatusCode != 401 {
		t.Error("the address has a count of its own:", a.StatusCode)
	}
	for range 9 {
		g.ask(t, "POST", paths[1], loginBack, "Authorization: Bearer wrong")
	}
	if a := g.ask(t, "POST", paths[0], loginStart); a.StatusCode != 429 {
		t.Error("guessing is not limited:", a.StatusCode)
	}
}

func TestWhoFailsTenTimesIsNotHeardForAWhile(t *testing.T) {
	g := open(t, accountapi.Config{})
	for _, c := range []struct {
		path, body, other string
		headers           []string
		wrong             error
	}{
		{"/api/v1/sso/token", signIn, strings.Replace(signIn, "demo-sso", "another", 1), nil, organization.ErrClientRefused},
		{"/api/v1/crm/auth/login", `{"username":"a","password":"b"}`, `{"username":"c","password":"b"}`, nil, organization.ErrClientRefused},
		{"/api/v1/sso/login", `{"code":"x"}`, "", nil, account.ErrCode},
		{"/api/v2/account/password", `{"password":"12345678","password_confirmation":"12345678"}`, "", asApp(), account.ErrPassword},
	} {
		g.limits.Reset()
		g.reset(nil)
		for i := range 15 {
			a := g.ask(t, "POST", c.path, c.body, c.headers...)
			if costly := c.wrong == account.ErrPassword; (a.StatusCode >= 300) != (costly && i >= 10) {
				t.Fatal("only where checking is costly do successes count:", c.path, i, a.StatusCode)
			}
		}
		g.limits.Reset()
		g.reset(c.wrong)
		for range 10 {
			if a := g.ask(t, "POST", c.path, c.body, c.headers...); a.StatusCode != 401 && a.StatusCode != 422 {
				t.Fatal(a.StatusCode)
			}
		}
		g.reset(nil)
		legacy := g.ask(t, "POST", c.path, c.body, c.headers...)
		standardized := g.ask(t, "POST", c.path, c.body, append(c.headers, standard)...)
		if legacy.StatusCode != 409 || legacy.body != `{"message":"Too Many Attempts."}` || legacy.Header.Get("Retry-After") != "2" {
			t.Error(c.path, legacy.StatusCode, legacy.body)
		}
		if standardized.StatusCode != 429 || standardized.body != `{"error":{"code":"RATE_LIMITED","message":"Too Many Attempts."}}` {
			t.Error(c.path, standardized.StatusCode, standardized.body)
		}
		if g.last() != nil {
			t.Error(c.path, "reached the house")
		}
		if c.other != "" {
			if a := g.ask(t, "POST", c.path, c.other); a.StatusCode != 200 {
				t.Error("another identifier pays for it:", a.StatusCode)
			}
		}
	}
}

func TestAReferenceThatIsNoHeaderIsToldInTheBodyAlone(t *testing.T) {
	for _, foreign := range []string{"ordre-\u00e6\u2028", strings.Repeat("x", 256)} { // a message may have brought it
		g := open(t, accountapi.Config{})
		g.done.Correlation = foreign
		a := g.ask(t, "POST", "/api/v1/criipto/ftn/verify/ssn", `{"code":"c","redirect_uri":"https://app.example/cb"}`, asApp()...)
		if a.StatusCode != 200 || a.Header.Get("X-Correlation-Id") != "" || !strings.Contains(a.body, foreign[:6]) {
			t.Error(a.StatusCode, a.Header, a.body)
		}
	}
}

func TestAClientIsHeldToItsRateOnEveryRouteAndTheOthersAreNot(t *testing.T) {
	g := open(t, accountapi.Config{ClientRate: 3})
	for i := range 6 {
		if a := g.ask(t, "GET", "/api/v1/plans", "", asCRM()...); a.StatusCode != 200 {
			t.Fatal(i, a.StatusCode)
		}
	}
	if a := g.ask(t, "GET", "/api/v1/accounts", "", asCRM(standard)...); a.StatusCode != 429 || a.Header.Get("X-Ratelimit-Limit") != "6" {
		t.Error(a.StatusCode, a.Header)
	}
	if a := g.ask(t, "GET", "/api/v1/account", "", asApp()...); a.StatusCode != 200 || a.Header.Get("X-Ratelimit-Limit") != "" {
		t.Error(a.StatusCode, a.Header)
	}
}

func TestEveryKindOfFailureHasAStatusACodeAndAShapeInBothVersions(t *testing.T) {
	g := open(t, accountapi.Config{})
	for _, f := range []*fault.Fault{
		fault.ErrInternal, eid.ErrOrder, account.ErrUnauthenticated, account.ErrForbidden, account.ErrNoAccount, account.ErrStale, httpapi.ErrThrottled,
		eid.ErrMisconfigured, eid.ErrProvider, httpapi.ErrNoPath, httpapi.ErrMethod, httpapi.ErrTooLarge, httpapi.ErrHeaderLarge, httpapi.ErrSlow,
		httpapi.ErrRequest, httpapi.ErrNotLocal, httpapi.ErrDeadline, httpapi.ErrMediaType, httpapi.ErrJSON, httpapi.ErrNotObject, httpapi.ErrTwice,
		httpapi.ErrDeep, httpapi.ErrUnicode, httpapi.ErrFields,
	} {
		for _, version := range []string{"legacy", "standardized"} {
			g.reset(f)
			e := exchange{as: "app"}
			a := g.ask(t, "PUT", "/api/v1/account", `{}`, e.headers(version)...)
			if a.StatusCode < 400 || a.Header.Get("X-Error-Code") == "" || a.Header.Get("X-Eidgate-Fault") != f.Code() || !json.Valid([]byte(a.body)) {
				t.Errorf("%s: %d %v %s", f.Code(), a.StatusCode, a.Header, a.body)
			}
			if version == "standardized" && !strings.HasPrefix(a.body, `{"error":{"code":"`+a.Header.Get("X-Error-Code")+`","message":"`) {
				t.Errorf("%s: %s", f.Code(), a.body)
			}
		}
	}
}

// corpus is what hostile clients send in place of a body.
func corpus() map[string]string {
	return map[string]string{
		"half":           `{"email":`,
		"trailing":       `{} {}`,
		"array":          `[]`,
		"number":         `1`,
		"null":           `null`,
		"twice":          `{"email":"a","email":"b"}`,
		"twice, escaped": `{"email":"a","\u0065mail":"b"}`,
		"deep":           strings.Repeat(`{"a":`, 10000) + "1" + strings.Repeat("}", 10000),
		"deep arrays":    `{"a":` + strings.Repeat("[", 30000) + strings.Repeat("]", 30000) + "}",
		"nul":            `{"email":"a\u0000b"}`,
		"raw nul":        "{\"email\":\"a\x00b\"}",
		"not UTF-8":      "{\"email\":\"\xff\xfe\"}",
		"lone surrogate": `{"email":"\ud800"}`,
		"XML":            `<a/>`,
		"form":           `email=a&client_id=b`,
		"BOM":            "\xef\xbb\xbf{}",
		"comment":        `{/**/}`,
		"single quotes":  `{'a':1}`,
		"NaN":            `{"a":NaN}`,
		"10 MB":          `{"email":"` + strings.Repeat("a", 10<<20) + `"}`,
	}
}

func TestHostileBodiesGetAClearAnswerOnEveryRoute(t *testing.T) {
	g := open(t, accountapi.Config{})
	for _, r := range accountapi.New(accountapi.Config{}, accountapi.Deps{}).Routes() {
		if r.Method == http.MethodGet || r.Method == http.MethodDelete {
			continue
		}
		headers := asApp(standard)
		path := strings.ReplaceAll(r.Pattern, ":account_id", "7")
		if a := g.ask(t, r.Method, path, "", headers...); a.StatusCode == 403 {
			headers = asCRM(standard)
		}
		for name, body := range corpus() {
			g.limits.Reset()
			g.reset(nil)
			a := g.ask(t, r.Method, path, body, headers...)
			wantStatus, wantCode := 400, "BAD_REQUEST"
			if name == "10 MB" {
				wantStatus, wantCode = 413, "PAYLOAD_TOO_LARGE"
			}
			if a.StatusCode != wantStatus || a.Header.Get("X-Error-Code") != wantCode || !strings.HasPrefix(a.body, `{"error":{"code":"`+wantCode+`","message":"`) || len(a.body) > 200 {
				t.Errorf("%s %s %s: %d %.300s", r.Method, path, name, a.StatusCode, a.body)
			}
			if g.last() != nil {
				t.Errorf("%s %s: %s reached the house", r.Method, path, name)
			}
		}
		for _, contentType := range []string{"text/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "nonsense"} {
			g.limits.Reset()
			a := g.ask(t, r.Method, path, `{}`, append(headers, "Content-Type: "+contentType)...)
			if a.StatusCode != 400 {
				t.Errorf("%s %s as %s: %d", r.Method, path, contentType, a.StatusCode)
			}
		}
	}
}

func TestRequestsThatAreNotReadToTheirEndAreAnsweredInOurWords(t *testing.T) {
	g := open(t, accountapi.Config{})
	for version, want := range map[string]string{
		standard:       `{"error":{"code":"BAD_REQUEST","message":"The headers are larger than allowed."}}`,
		"X-Nothing: 1": `{"message":"The headers are larger than allowed."}`,
	} {
		a := g.ask(t, "GET", "/api/v1/account", "", version, "X-Large: "+strings.Repeat("x", 100_000))
		if a.StatusCode != 431 || a.body != want {
			t.Errorf("%s: %d %s", version, a.StatusCode, a.body)
		}
	}
}

func TestNoAnswerEchoesWhatWasWrong(t *testing.T) {
	g := open(t, accountapi.Config{})
	const bait = "19680202-0575<script>' OR 1=1"
	for _, body := range []string{`{"ssn":{"x":"` + bait + `"}}`, `{"` + bait + `":`, `{"plan_id":"` + bait + `"}`, `{"country_code":["` + bait + `"]}`} {
		for _, version := range []string{standard, "X-Nothing: 1"} {
			a := g.ask(t, "POST", "/api/v1/account", body, asCRM(version)...)
			if a.StatusCode < 400 || strings.Contains(a.body, "script") || strings.Contains(a.body, "0575") || strings.Contains(fmt.Sprint(a.Header), "0575") {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		}
	}
}
