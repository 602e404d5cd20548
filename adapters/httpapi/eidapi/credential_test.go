package eidapi_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
)

func basic(pair string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(pair)) }

func TestACredentialIsReadAsTheRFCSays(t *testing.T) {
	g := open(t, eidapi.Config{})
	right := basic("full:secret:full") // the secret holds a colon
	for header, status := range map[string]int{
		right: 201, strings.Replace(right, "Basic", "basic", 1): 201, strings.Replace(right, "Basic ", "BASIC  ", 1): 201,
		"": 401, "Basic": 401, "Basic ": 401, "Bearer " + right[6:]: 401, right[6:]: 401, right + "=": 401, right + " x": 401, "Basic !!!!": 401,
		basic("full"): 401, basic("full:"): 401, basic(":secret:full"): 401, basic(""): 401, basic("full:secret"): 401, basic("Full:secret:full"): 401,
		basic("fu\x00ll:secret:full"): 401, basic("fu\xffll:secret"): 401, basic("\xc3\xa5:secret"): 401, basic("full:\x00"): 401,
		basic(strings.Repeat("x", 1001) + ":y"): 401, basic("x:" + strings.Repeat("y", 1001)): 401,
	} {
		g.limits.Reset()
		for _, path := range []string{seAuth, "/v3/vipps/auth"} {
			a := g.ask(t, "raw "+header, "POST", path, `{}`)
			if a.StatusCode != status {
				t.Errorf("%q: %d", header, a.StatusCode)
			}
			if status == 401 && (a.Header.Get("Www-Authenticate") != `Basic realm="eidgate", charset="UTF-8"` || a.body != `{"message":"unauthorized"}`) {
				t.Errorf("%q: %v %s", header, a.Header, a.body)
			}
		}
	}
}

func TestEveryRouteWantsACredential(t *testing.T) {
	g := open(t, eidapi.Config{})
	for _, r := range eidapi.New(eidapi.Config{}, eidapi.Deps{}).Routes() {
		path := strings.ReplaceAll(r.Pattern, ":id", firstID)
		for _, as := range []string{"", "raw " + basic("full:wrong"), "raw Bearer x"} {
			g.limits.Reset()
			a := g.ask(t, as, r.Method, path, "")
			if a.StatusCode != 401 || a.body != `{"message":"unauthorized"}` || g.last() != nil {
				t.Errorf("%s %s as %q: %d %s", r.Method, path, as, a.StatusCode, a.body)
			}
		}
	}
}

func TestTheEleventhWrongSecretIsNotHeardAndOthersAre(t *testing.T) {
	for _, method := range []string{"POST", "GET", "DELETE"} {
		g := open(t, eidapi.Config{})
		path := func(n int) string {
			if method == "POST" {
				return seAuth
			}
			return seAuth + "/" + strings.Repeat("x", n) // each its own session, so that only the secret counts
		}
		for n := range 10 {
			if a := g.ask(t, "raw "+basic("full:wrong"), method, path(n+1), ""); a.StatusCode != 401 {
				t.Fatal(method, n, a.StatusCode)
			}
		}
		for _, as := range []string{"raw " + basic("full:wrong"), "full"} {
			if a := g.ask(t, as, method, path(20), ""); a.StatusCode != 429 || a.Header.Get("Retry-After") != "1" {
				t.Error(method, as, a.StatusCode, a.Header)
			}
		}
		if a := g.ask(t, "demo", method, path(21), ""); a.StatusCode == 429 || a.StatusCode == 401 {
			t.Error(method, "another identifier pays for it:", a.StatusCode)
		}
	}
}

func TestAClientIsHeldToItsPaceOnEveryRouteAndTheOthersAreNot(t *testing.T) {
	g := open(t, eidapi.Config{ClientRate: 2})
	asked := 0
	for _, r := range []struct{ method, path string }{{"POST", seAuth}, {"GET", seAuth + "/" + firstID}, {"DELETE", seAuth + "/" + firstID}, {"GET", "/document" + unknownID}} {
		if a := g.ask(t, "full", r.method, r.path, ""); a.StatusCode == 429 {
			t.Fatal(r, asked)
		}
		asked++
	}
	for _, r := range []struct{ method, path string }{{"POST", seAuth}, {"GET", seAuth + unknownID}, {"DELETE", seAuth + "/" + firstID}, {"POST", "/v3/document"}, {"POST", "/v3/bankid-se/verify"}} {
		if a := g.ask(t, "full", r.method, r.path, ""); a.StatusCode != 429 || a.Header.Get("Retry-After") != "1" || a.Header.Get("X-Error-Code") != "too_many_requests" {
			t.Errorf("%v: %d %v", r, a.StatusCode, a.Header)
		}
	}
	for range 6 {
		if a := g.ask(t, "raw "+basic("demo:wrong"), "POST", seAuth, ""); a.StatusCode != 401 {
			t.Error(a.StatusCode)
		}
	}
	if a := g.ask(t, "demo", "POST", seAuth, ""); a.StatusCode != 201 {
		t.Error("a stranger used up the pace:", a.StatusCode)
	}
}

func TestASessionIsPolledOnceASecondByEachWhoKnowsTheSecret(t *testing.T) {
	g := open(t, eidapi.Config{})
	g.ask(t, "full", "POST", seAuth, "{}")
	for _, id := range []string{firstID, unknownID[1:]} { // known and unknown look the same
		for range 3 { // a stranger with a wrong secret
			g.ask(t, "raw "+basic("full:wrong"), "GET", seAuth+"/"+id, "")
		}
		first := g.ask(t, "full", "GET", seAuth+"/"+id, "")
		if first.StatusCode == 429 || first.StatusCode == 401 {
			t.Fatal("a stranger used up somebody's turn:", first.StatusCode)
		}
		asked := len(g.asked)
		second := g.ask(t, "full", "GET", seAuth+"/"+id, "")
		if second.StatusCode != 429 || second.Header.Get("Retry-After") != "1" || second.body != `{"message":"Too many requests; try again later."}` {
			t.Error(second.StatusCode, second.Header, second.body)
		}
		if len(g.asked) != asked {
			t.Error("the house was asked all the same")
		}
		if other := g.ask(t, "demo", "GET", seAuth+"/"+id, ""); other.StatusCode != first.StatusCode {
			t.Error("another client waits for the first:", other.StatusCode)
		}
	}
	if a := g.ask(t, "full", "DELETE", seAuth+"/"+firstID, ""); a.StatusCode != 204 {
		t.Error("cancelling waits for polls:", a.StatusCode)
	}
}

func TestFeaturesAreGivenByName(t *testing.T) {
	g := open(t, eidapi.Config{Synthetic: true})
	ids := map[string]string{
		"bankid-se": seAuth, "freja": "/v3/freja/auth", "bankid-no": "/v3/bankid-no/auth", "vipps": "/v3/vipps/auth", "mitid": "/v3/mitid/auth", "ftn": "/v3/ftn/auth",
	}
	with := func(features ...string) {
		acting := g.clients["plain"]
		acting.Client.Features = features
		g.clients["plain"] = acting
	}
	for named := range ids {
		with(named, "phone", "unheard-of")
		for word, path := range ids {
			a := g.ask(t, "plain", "POST", path, "")
			if word == named && a.StatusCode != 201 || word != named && (a.StatusCode != 403 || a.body != `{"message":"feature `+word+` is not enabled for this client"}`) {
				t.Errorf("named %s, used %s: %d %s", named, word, a.StatusCode, a.body)
			}
		}
	}
	for _, c := range []struct {
		feature, path, body string
	}{
		{"phone", "/v3/bankid-se/phone/auth", requests["startBankIdSePhoneAuth"]},
		{"phone", "/v3/bankid-se/phone/sign", requests["startBankIdSePhoneSign"]},
		{"orgNumber", seAuth, `{"orgNumber":"559000-0948"}`},
		{"orgNumber", "/v3/freja/auth", `{"orgNumber":"559000-0948"}`},
		{"requestSsn", "/v3/bankid-no/auth", `{"requestSsn":true}`},
		{"requestSsn", noSign, `{"text":"a","requestSsn":true}`},
		{"requestSsn", "/v3/vipps/auth", `{"requestSsn":true}`},
		{"requestSsn", "/v3/vipps/backchannel/auth", `{"phone":"+4790881716","requestSsn":true}`},
		{"requestEmail", "/v3/ftn/auth", `{"requestEmail":true}`},
		{"requestPhone", "/v3/ftn/auth", `{"requestPhone":true}`},
		{"requestAddress", "/v3/ftn/auth", `{"requestAddress":true}`},
		{"documents", noSign, `{"documents":["` + documentID + `"]}`},
	} {
		with()
		if a := g.ask(t, "plain", "POST", c.path, c.body); a.StatusCode != 403 || a.body != `{"message":"feature `+c.feature+` is not enabled for this client"}` {
			t.Errorf("%s %s: %d %s", c.path, c.feature, a.StatusCode, a.body)
		}
		for _, granted := range []string{c.feature, "all"} {
			with(granted)
			if a := g.ask(t, "plain", "POST", c.path, c.body); a.StatusCode != http.StatusCreated {
				t.Errorf("%s with %s: %d %s", c.path, granted, a.StatusCode, a.body)
			}
		}
		if a := g.ask(t, "demo", "POST", c.path, c.body); a.StatusCode != http.StatusCreated {
			t.Errorf("%s as demo: %d %s", c.path, a.StatusCode, a.body)
		}
	}
	with()
	for _, free := range []struct{ path, body string }{
		{"/v3/ftn/auth", `{"requestEmail":false}`}, {"/v3/vipps/auth", `{"requestEmail":true,"requestPhone":true,"requestAddress":true}`},
		{seAuth, `{"requestAddress":true}`}, {noSign, `{"text":"a","documents":[]}`},
	} {
		if a := g.ask(t, "plain", "POST", free.path, free.body); a.StatusCode != 201 {
			t.Errorf("%s %s: %d %s", free.path, free.body, a.StatusCode, a.body)
		}
	}
	with("freja")
	if a := g.ask(t, "plain", "POST", "/v3/bankid-se/verify", `{"qrCode":"x"}`); a.StatusCode != 403 {
		t.Error("verify:", a.StatusCode)
	}
	if len(eidapi.Features()) != 6+8 {
		t.Error(eidapi.Features())
	}
}
