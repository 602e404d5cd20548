package orgapi_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/adapters/system"
)

func TestNoTypeOfAConnectionsParametersIsTakenForAnother(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, value := range []string{`0.5`, `[1]`, `["a"]`, `[["a"]]`, `{}`, `{"a":"b"}`, `[null]`} {
		for _, c := range []struct{ method, path, body string }{
			{"POST", everyConnection, `{"organization_id":%s}`}, {"POST", connections, `{"application_id":%s}`}, {"POST", connections, `{"sso_admin_email":%s}`},
			{"POST", connections, `{"send_email":%s}`}, {"POST", connections, `{"uri":%s}`}, {"POST", connections, `{"provider_type":%s}`},
			{"PUT", connection, `{"active":%s}`}, {"PUT", connection, `{"default_redirection_id":%s}`}, {"PUT", connection, `{"metadata":%s}`}, {"PUT", connection, `{"provider_type":%s}`},
			{"PUT", connection, `{"seats_limit":%s}`}, {"PUT", connection, `{"user_security_type":%s}`}, {"PUT", connection + "/sso-user-policy", `{"user_security_type":%s}`},
			{"POST", bare + onboarding, `{"sso_admin_email":%s}`}, {"PUT", connection + onboarding, `{"provider_type":%s}`}, {"POST", connection + redirection, `{"application_id":%s}`},
			{"POST", metaKeys, `{"name":%s,"type":"string","required":true}`}, {"POST", metaKeys, `{"user_metakey":{"name":"a","type":"string","required":%s}}`},
			{"DELETE", metaKeys, `{"key_name":%s}`}, {"PATCH", metadata, `{"user_id":%s,"key_name":"colour","key_value":"x"}`},
		} {
			a := g.play(t, exchange{as: "full", method: c.method, path: c.path, body: fmt.Sprintf(c.body, value)})
			if a.StatusCode != 422 || g.last() != nil {
				t.Errorf("%s %s %s: %d %s", c.path, c.body, value, a.StatusCode, a.body)
			}
		}
	}
}

func TestNobodyAssignsWhatIsNotTheirsToAConnection(t *testing.T) {
	g := open(t, orgapi.Config{})
	const evil = `"id":"evil","idp_id":"evil","sp_id":"evil","org_domain":"elsewhere","domain":"evil","__managed_by__":"evil","__domain__":"evil","__access__":"all_organizations_of:evil","__environment__":"sandbox","__type__":"evil","environment":"sandbox","inserted_at":"1999-01-01T00:00:00","updated_at":"1999-01-01T00:00:00","version":9,"default_redirection":{"id":"evil","uri":"https://evil.example"},"onboarding":{"sso_admin_email":"evil@evil.example"},"saml_config":{"acs_url":"https://evil.example"},"state":"evil","tutorial_step":99,"deleted":true`
	for _, c := range []struct{ method, path, body string }{
		{"POST", connections, `"provider_type":"okta"`}, {"PUT", connection, `"seats_limit":1`}, {"PATCH", connection + "/disable", `"a":1`}, {"PUT", connection + "/sso-user-policy", `"user_security_type":"none"`},
		{"POST", bare + onboarding, `"sso_admin_email":"it@client.example"`}, {"PUT", connection + onboarding, `"provider_type":"okta"`}, {"POST", connection + "/invite-admin", `"a":1`},
		{"PATCH", connection + "/reset-onboarding", `"a":1`}, {"POST", connection + redirection, `"application_id":"` + appID + `","uri":"` + landing + `"`},
		{"POST", metaKeys, `"name":"a","type":"string","required":true`}, {"PATCH", metadata, `"user_id":"` + userID + `","key_name":"colour","key_value":"x"`},
	} {
		a := g.play(t, exchange{as: "full", method: c.method, path: c.path, body: "{" + c.body + "," + evil + "}"})
		if a.StatusCode >= 300 || strings.Contains(a.body, "evil") || strings.Contains(a.body, "sandbox") || strings.Contains(a.body, "1999") || strings.Contains(show(g.last()), "evil") {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.StatusCode, a.body)
		}
	}
}

func TestNoRefusalAboutAConnectionEchoesWhatWasSent(t *testing.T) {
	g := open(t, orgapi.Config{})
	const bait = "BAIT<script>' OR 1=1"
	for _, c := range []struct{ method, path, body string }{
		{"POST", everyConnection, `{"organization_id":"` + bait + `"}`}, {"POST", connections, `{"application_id":"` + bait + `"}`},
		{"POST", connections, `{"sso_admin_email":"` + bait + `","send_email":"` + bait + `","provider_type":"` + bait + `"}`}, {"POST", connections, `{"` + bait + `":`},
		{"POST", connections, `{"sso_admin_email":"BAIT\r\nBcc: evil@example.com","send_email":true}`},
		{"PUT", connection, `{"metadata":"<!DOCTYPE BAIT>","provider_type":"` + bait + `"}`}, {"PUT", connection, `{"provider_type":"` + bait + `","user_security_type":"` + bait + `"}`},
		{"PUT", connection, `{"default_redirection_id":"` + bait + `"}`}, {"PUT", connection + "/sso-user-policy", `{"user_security_type":"` + bait + `"}`},
		{"POST", bare + onboarding, `{"sso_admin_email":"` + bait + `","provider_type":"` + bait + `"}`}, {"POST", connection + redirection, `{"application_id":"` + appID + `","uri":"` + bait + `"}`},
		{"POST", metaKeys, `{"name":"` + bait + `","type":"` + bait + `","required":"` + bait + `"}`}, {"DELETE", metaKeys, `{"key_name":"` + bait + `"}`},
		{"PATCH", metadata, `{"user_id":"` + bait + `","key_name":"a","key_value":"b"}`}, {"PATCH", metadata, `{"user_id":"` + userID + `","key_name":"` + bait + `","key_value":"b"}`},
		{"GET", tokenSample + "?expired=BAIT&expiration_in_seconds=BAIT", ""}, {"GET", tokenSample + "?user_id=BAIT", ""}, {"GET", everyConnection + "/BAIT", ""}, {"GET", connections + "/BAIT", ""},
		{"GET", "/t/BAIT/.well-known/jwks", ""}, {"GET", "/t/BAIT/.well-known/openid-configuration", ""}, {"GET", everyConnection + "?q[active_eq]=BAIT", ""},
	} {
		a := g.play(t, exchange{as: "full", method: c.method, path: c.path, body: c.body})
		if a.StatusCode < 400 || a.StatusCode >= 500 || strings.Contains(a.String(), "BAIT") || strings.Contains(a.String(), "<script") {
			t.Errorf("%s %s %s: %s", c.method, c.path, c.body, a)
		}
	}
}

func TestThereIsRoomForMetadataInUpdatesOfConnectionsAlone(t *testing.T) {
	g := open(t, orgapi.Config{})
	xml := strings.Repeat("<a/>", 1<<18)
	for _, escaped := range []string{xml, strings.ReplaceAll(xml, "/", `\/`)} {
		if a := g.play(t, exchange{as: "full", method: "PUT", path: connection, body: `{"metadata":"` + escaped + `"}`}); a.StatusCode != 200 {
			t.Error(a.StatusCode, len(escaped))
		}
	}
	if a := g.play(t, exchange{as: "full", method: "PUT", path: connection, body: `{"metadata":"` + strings.Repeat(xml, 2) + `"}`}); a.StatusCode != 413 {
		t.Error(a.StatusCode)
	}
	for _, path := range []string{connections, connection + onboarding, metaKeys} {
		if a := g.play(t, exchange{as: "full", method: "POST", path: path, body: `{"metadata":"` + xml + `"}`}); a.StatusCode != 413 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}

func TestPublishedKeysAreForEverybodyWhateverTheySend(t *testing.T) {
	g := open(t, orgapi.Config{})
	want := g.play(t, exchange{method: "GET", path: published}).String()
	for _, e := range []exchange{
		{as: "full", method: "GET", path: published + "/jwks"}, {as: "raw Bearer nonsense", method: "GET", path: published + "/jwks.json"}, {as: "raw Basic ====", method: "GET", path: published},
		{method: "GET", path: published + "/jwks?environment=sandbox&org_domain=elsewhere&kid=x", body: `{"a":`},
	} {
		if a := g.play(t, e); a.String() != want {
			t.Errorf("%s as %s: %s", e.path, e.as, a)
		}
	}
	for path, status := range map[string]int{"/t/misapret/.well-known/": 404, "/t//.well-known": 404, "/t/%00/.well-known": 404, "/t/misapret/.well-known/jwks?a=%zz": 400, "/t/../.well-known": 404, "/t/misapret%2f..%2felsewhere/.well-known": 404} {
		if a := g.play(t, exchange{method: "GET", path: path}); a.StatusCode != status || strings.Contains(a.body, "kid") {
			t.Errorf("%s: %s", path, a)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		if a := g.play(t, exchange{as: "full", method: method, path: published}); a.StatusCode != 405 {
			t.Error(a)
		}
	}
}

func TestWordsOfFailuresOfConnectionsAreThoseOfTheCatalogue(t *testing.T) {
	g := open(t, orgapi.Config{})
	codes := orgapi.Codes()
	for _, list := range [][]exchange{connectionExchanges(), onboardingExchanges(), customizationExchanges(), eventExchanges(), publishedExchanges()} {
		for _, e := range list {
			a := g.play(t, e)
			code := a.Header.Get("X-Error-Code")
			if (code != "") != (a.StatusCode >= 400) || code != "" && (codes[code] == "" || !strings.Contains(a.body, `"`+code+`"`)) {
				t.Errorf("%s: %s", e.name, a)
			}
		}
	}
}

// answerTo is an exchange over no network: one request as bytes, one answer.
func answerTo(t testing.TB, handler fasthttp.RequestHandler, request string) *fasthttp.Response {
	t.Helper()
	var sent fasthttp.Request
	if err := sent.ReadLimitBody(bufio.NewReaderSize(strings.NewReader(request), 64<<10), 16<<20); err != nil {
		t.Skip() // the server would not have handed it on
	}
	var ctx fasthttp.RequestCtx
	ctx.Init(&sent, nil, nil) // a copy
	handler(&ctx)
	return &ctx.Response
}

// FuzzRequests wants an answer in JSON, and no mistake of ours, to whatever is sent wherever.
func FuzzRequests(f *testing.F) {
	var targets []string
	for _, r := range orgapi.New(orgapi.Config{}, orgapi.Deps{}).Routes() {
		if r.Method == http.MethodGet || strings.HasSuffix(r.Pattern, "/oauth/token") {
			continue
		}
		targets = append(targets, r.Method+" "+strings.NewReplacer(":org_domain", "misapret", ":user_id", userID, ":client_id", appID, ":idp_id", idpID).Replace(r.Pattern))
	}
	for i := range targets {
		f.Add(uint8(i), "", newConnection)
		f.Add(uint8(i), "preload_associations[]=onboarding", `{"user_metakey":{"name":"a","type":"string","required":0},"metadata":[],"seats_limit":"5"}`)
		f.Add(uint8(i), "environment=sandbox", "user_security_type*=none&profile[address][city]=x")
	}
	g := gateway{house: newHouse(), limits: newWindow()}
	server, err := httpapi.New(httpapi.Config{}, []httpapi.Surface{orgapi.New(orgapi.Config{PublicURL: "https://id.example"}, g.deps())}, httpapi.Deps{Clock: system.Clock{}, IDs: fixed{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, which uint8, query, body string) {
		if strings.ContainsAny(query, " \r\n\x00#") {
			t.Skip()
		}
		g.reset(nil)
		target := targets[int(which)%len(targets)]
		a := answerTo(t, server.Handler(), target+"?"+query+" HTTP/1.1\r\nHost: id.example\r\nAuthorization: "+credential("full")+"\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
		if status := a.StatusCode(); query == "" && body == newConnection && status != 200 && status != 201 && status != 422 {
			t.Errorf("%s: %d: nothing of what is sent arrives", target, status)
		}
		var any map[string]any
		if status := a.StatusCode(); status >= 500 || json.Unmarshal(a.Body(), &any) != nil {
			t.Errorf("%s: %d %q", target, status, a.Body())
		}
	})
}

func TestMetadataThatIsTakenWithAWarningSaysSo(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, c := range []struct {
		path, body, want string
		status           int
	}{
		{connection, `{"metadata":"<old/>"}`, "certificate_expired, certificate_expires", 200}, {underMisapret, `{"metadata":"<old/>"}`, "certificate_expired, certificate_expires", 200},
		{connection, `{"metadata":"<new/>"}`, "", 200}, {connection, `{"active":true}`, "", 200}, {connection, `{"metadata":"<old/>","provider_type":"nonsense"}`, "", 422},
	} {
		a := g.ask(t, "full", "PUT", c.path, c.body)
		if got := a.Header.Get("X-Eidgate-Warning"); a.StatusCode != c.status || got != c.want {
			t.Errorf("%s %s: %d %q, want %q", c.path, c.body, a.StatusCode, got, c.want)
		}
	}
}
