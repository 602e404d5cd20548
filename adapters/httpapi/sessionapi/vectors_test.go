package sessionapi_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
)

const plainRedirect = `{"flow":"redirect","requestedAttributes":[],"callbackUrls":{"success":"https://rp.example/ok","abort":"https://rp.example/no","error":"https://rp.example/oh"}}`

// redirecting is the plain request of the redirect flow with members added, or put in place of those that are there.
func redirecting(t testing.TB, changes string) string {
	t.Helper()
	m := map[string]any{}
	for _, text := range []string{plainRedirect, changes} {
		if err := json.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestVector1CallbacksCarryTheSession(t *testing.T) {
	g := open(t, sessionapi.Config{})
	m := g.create(t, `{"flow":"REDIRECT","requestedAttributes":["name"],"callbackUrls":{"success":"https://rp.example","abort":"https://rp.example/abort","error":"https://rp.example/e?x=1#f"}}`).members(t)
	urls, _ := m["callbackUrls"].(map[string]any)
	for name, want := range map[string]string{
		"success": "https://rp.example/?sessionId=" + firstID, "abort": "https://rp.example/abort?sessionId=" + firstID,
		"error": "https://rp.example/e?x=1&sessionId=" + firstID + "#f",
	} {
		if urls[name] != want {
			t.Errorf("%s: %v", name, urls[name])
		}
	}
	if m["status"] != "CREATED" || m["flow"] != "redirect" || m["id"] != firstID || m["authenticationUrl"] != page("ticket") {
		t.Error(m)
	}
}

func TestVector2LifetimesAreRaisedToTheLeast(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for asked, want := range map[string]int{"": 1200, "600": 600, "60": 300, "0": 300, "-5": 300, "86400": 86400, `"900"`: 900, "null": 1200} {
		changes := `{"sessionLifetime":` + asked + `}`
		if asked == "" {
			changes = `{}`
		}
		m := g.create(t, redirecting(t, changes)).members(t)
		expires, _ := m["expiresAt"].(string)
		at, err := time.Parse(time.RFC3339Nano, expires)
		if err != nil || at.Sub(then) != time.Duration(want)*time.Second || m["sessionLifetime"] != float64(want) {
			t.Errorf("%s: %v until %s", asked, m["sessionLifetime"], expires)
		}
		if !strings.HasSuffix(expires, ".1234560+00:00") {
			t.Errorf("%s has not seven digits and an offset", expires)
		}
		if life := g.order(t).Life; life != time.Duration(want)*time.Second {
			t.Errorf("%s: the session lives %s", asked, life)
		}
	}
	for _, asked := range []string{"86401", "2147483648", `"x"`, "1.5", "true"} {
		g.forget()
		if a := g.ask(t, "full", "POST", sessions, redirecting(t, `{"sessionLifetime":`+asked+`}`)); a.StatusCode != 400 || a.blames(t) != "sessionLifetime" {
			t.Errorf("%s: %d %s", asked, a.StatusCode, a.body)
		}
	}
	for until, want := range map[string]time.Duration{
		then.Add(600 * time.Second).Format(time.RFC3339Nano): 600 * time.Second, then.Add(-time.Hour).Format(time.RFC3339): 300 * time.Second,
		"2026-06-15T12:10:00": 599 * time.Second, "2026-06-15T14:10:00+02:00": 599 * time.Second, "2027-01-01T00:00:00Z": 1200 * time.Second,
	} {
		g.create(t, redirecting(t, `{"expiresAt":`+strconv.Quote(until)+`}`))
		if life := g.order(t).Life; life != want {
			t.Errorf("until %s: the session lives %s", until, life)
		}
	}
}

func TestVector3EverythingThatIsMissingIsNamed(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for body, want := range map[string]string{
		`{"flow":"redirect","requestedAttributes":[]}`: "callbackUrls", `{}`: "flow requestedAttributes", ``: "flow requestedAttributes",
		`{"flow":"redirect","callbackUrls":{}}`:                         "requestedAttributes callbackUrls.success callbackUrls.abort callbackUrls.error",
		`{"flow":"sideways","requestedAttributes":null}`:                "flow requestedAttributes",
		`{"flow":1,"requestedAttributes":"name","tags":{},"themeId":1}`: "flow requestedAttributes tags themeId",
	} {
		g.forget()
		if a := g.ask(t, "full", "POST", sessions, body); a.StatusCode != 400 || a.blames(t) != want || a.members(t)["code"] != "invalid_request_parameter" {
			t.Errorf("%s: %d %s", body, a.StatusCode, a.body)
		}
	}
}

func TestVector4LimitsHoldToTheLetter(t *testing.T) {
	g := open(t, sessionapi.Config{})
	tags := func(n int) string { return `["` + strings.Repeat(`t","`, n-1) + `t"]` }
	long := func(n int) string { return strconv.Quote(strings.Repeat("å", n)) }
	for _, c := range []struct{ name, most, more string }{
		{"tags", tags(100), tags(101)}, {"tags", "[" + long(100) + "]", "[" + long(101) + "]"},
		{"themeId", long(10), long(11)}, {"externalReference", long(100), long(101)},
		{"usageReference", long(255), long(256)}, {"language", `"` + strings.Repeat("x", 35) + `"`, `"` + strings.Repeat("x", 36) + `"`},
		{"requestedAttributes", "[" + long(100) + "]", "[" + long(101) + "]"},
	} {
		g.create(t, redirecting(t, `{"`+c.name+`":`+c.most+`}`))
		g.forget()
		if a := g.ask(t, "full", "POST", sessions, redirecting(t, `{"`+c.name+`":`+c.more+`}`)); a.StatusCode != 400 || a.blames(t) != c.name {
			t.Errorf("%s: %d %.300s", c.name, a.StatusCode, a.body)
		}
	}
	// A provider's name is too long at 31 characters, and unknown below.
	for n, code := range map[int]string{31: "invalid_request_parameter", 30: "provider_not_enabled"} {
		g.forget()
		a := g.ask(t, "full", "POST", sessions, redirecting(t, `{"allowedProviders":[`+long(n)+`]}`))
		if a.StatusCode != 400 || a.blames(t) != "allowedProviders" || a.members(t)["code"] != code {
			t.Errorf("%d: %d %s", n, a.StatusCode, a.body)
		}
	}
}

func TestVector5NullsAreNothingAndUnknownMembersToo(t *testing.T) {
	g := open(t, sessionapi.Config{})
	g.create(t, redirecting(t, `{"prefilledInput":null,"additionalParameters":null,"encryptionPublicKey":null,"requestedLoa":null,"tags":null,
		"returnUrl":null,"embeddedParentDomains":null,"allowedProviders":null,"language":null,"themeId":null,"externalReference":null,
		"usageReference":null,"sessionLifetime":null,"requestDomain":null,"expiresAt":null}`))
	empty := g.order(t)
	g.create(t, redirecting(t, `{"allowProviders":["sbid"],"include":[{"a":[1,{"b":null}]}],"tenant":1.5e3}`))
	if other := g.order(t); len(other.Choices) != len(empty.Choices) || string(other.Annex) != string(empty.Annex) {
		t.Error("an unknown member changed something")
	}
}

func TestVector6AnswersAreEncryptedForWhoAskedForThat(t *testing.T) {
	g := open(t, sessionapi.Config{})
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	key, err := json.Marshal(jose.JSONWebKey{Key: private.Public(), KeyID: "k1", Use: "enc", Algorithm: "RSA-OAEP"})
	if err != nil {
		t.Fatal(err)
	}
	open := func(a answer) map[string]any {
		t.Helper()
		if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/jose" || strings.Count(a.body, ".") != 4 {
			t.Fatal(a.StatusCode, a.Header.Get("Content-Type"))
		}
		jwe, err := jose.ParseEncryptedCompact(a.body, []jose.KeyAlgorithm{jose.RSA_OAEP}, []jose.ContentEncryption{jose.A256CBC_HS512})
		if err != nil {
			t.Fatal(err)
		}
		clear, err := jwe.Decrypt(private)
		if err != nil || jwe.Header.KeyID != "k1" {
			t.Fatal(jwe.Header.KeyID, err)
		}
		return answer{a.Response, string(clear)}.members(t)
	}
	created := open(g.create(t, redirecting(t, `{"encryptionPublicKey":`+string(key)+`}`)))
	if created["status"] != "CREATED" || created["id"] != firstID {
		t.Error(created)
	}
	if m := open(g.get(t, "")); m["status"] != "CREATED" || m["transactionId"] == nil {
		t.Error(m)
	}
	if m := open(g.ask(t, "full", "POST", sessions+"/"+firstID+"/cancel", "null")); m["status"] != "CANCELLED" {
		t.Error(m)
	}
	g.limits.Reset()
	if a := g.ask(t, "full", "GET", sessions+"/"+firstID+"?sessionNonce=x", ""); a.StatusCode != 400 || a.Header.Get("Content-Type") != "application/json" {
		t.Error("a failure is encrypted")
	}
	g.create(t, redirecting(t, `{"encryptionPublicKey":`+strings.Replace(string(key), "RSA-OAEP", "RSAOAEP", 1)+`}`))
	g.forget()
	leaked := strings.Replace(string(key), `{`, `{"d":"AAAA",`, 1)
	if a := g.ask(t, "full", "POST", sessions, redirecting(t, `{"encryptionPublicKey":`+leaked+`}`)); a.StatusCode != 400 || a.blames(t) != "encryptionPublicKey.d" {
		t.Error(a.StatusCode, a.body)
	}
}

func TestVector7HeadlessBankIDIsDrivenByQuestions(t *testing.T) {
	g := open(t, sessionapi.Config{})
	const body = `{"flow":"headless","requestedAttributes":["name"],"allowedProviders":["sbid"],"additionalParameters":{"sbid_flow":"QR","sbid_end_user_ip":"192.168.1.1"}}`
	m := g.create(t, body).members(t)
	data, _ := m["idpData"].(map[string]any)
	if m["status"] != "WAITING_FOR_USER" || data["autoStartToken"] == "" || !strings.HasPrefix(data["qrData"].(string), "bankid.8b9c387f-8948-4b53-b6a5-519eee985d44.0.") || data["sbidStatus"] != "outstandingTransaction" {
		t.Error(m)
	}
	if o := g.order(t); o.PersonAddress != "192.168.1.1" || o.Channel != eid.App || o.Renewable || o.EID != eid.SEBankID {
		t.Error(o.PersonAddress, o.Channel, o.EID)
	}
	g.with(t, func(s *eid.Session) error {
		c := challenge(s.Snapshot().Order)
		c.Animated.Start = then.Add(-time.Second)
		_, _, err := s.Proceed(eid.Progress{Challenge: &c, Hint: eid.HintSigning}, then)
		return err
	})
	later, _ := g.get(t, "").members(t)["idpData"].(map[string]any)
	if later["qrData"] == data["qrData"] || later["sbidStatus"] != "userSign" {
		t.Error("the code stays the same")
	}
	if m := g.ask(t, "full", "POST", sessions+"/"+firstID+"/cancel", "null").members(t); m["status"] != "CANCELLED" {
		t.Error(m)
	}
	if m := g.get(t, "").members(t); m["status"] != "CANCELLED" {
		t.Error(m)
	}
	launched := g.create(t, strings.Replace(body, "QR", "app_launch", 1)).members(t)
	data, _ = launched["idpData"].(map[string]any)
	if data["qrData"] != nil || !strings.HasPrefix(launched["authenticationUrl"].(string), "https://app.bankid.com/?autostarttoken=") {
		t.Error(launched)
	}
}

func TestVector8WhatIsNotTheirsDoesNotExist(t *testing.T) {
	g := open(t, sessionapi.Config{})
	g.create(t, plainRedirect)
	unknown := g.ask(t, "full", "GET", sessions+"/0198a1f2-3b4c-7d5e-8f60-000000000009", "")
	g.limits.Reset()
	other := g.ask(t, "foreign", "GET", sessions+"/"+firstID, "")
	if unknown.StatusCode != 404 || other.StatusCode != 404 || unknown.body != other.body || unknown.members(t)["code"] != "session_not_found" {
		t.Error(unknown.StatusCode, other.StatusCode, unknown.body)
	}
	for _, as := range []string{"", "nobody", "revoked"} {
		for _, r := range [][2]string{{"GET", sessions + "/" + firstID}, {"POST", sessions}, {"POST", sessions + "/" + firstID + "/cancel"}} {
			if a := g.ask(t, as, r[0], r[1], ""); a.StatusCode != 401 || a.members(t)["code"] != "invalid_token" {
				t.Errorf("%q %s: %d %s", as, r, a.StatusCode, a.body)
			}
		}
	}
	// The kind of a client is its permission; what a client may not do for another reason reads the same.
	g.fail(eid.ErrOtherBrowser)
	if a := g.ask(t, "full", "POST", sessions, plainRedirect); a.StatusCode != 403 || a.members(t)["code"] != "forbidden" {
		t.Error(a.StatusCode, a.body)
	}
	g.fail(nil)
	if a := g.ask(t, "foreign", "POST", sessions+"/"+firstID+"/cancel", ""); a.StatusCode != 400 || a.members(t)["code"] != "session_not_found" {
		t.Error(a.StatusCode, a.body)
	}
	if g.get(t, "").members(t)["status"] != "CREATED" {
		t.Error("a stranger cancelled the session")
	}
}

func TestVector9AnEmbeddedSessionIsForItsParentsAlone(t *testing.T) {
	g := open(t, sessionapi.Config{})
	const body = `{"flow":"embedded","requestedAttributes":[],"allowedProviders":["sbid"],"embeddedParentDomains":["example.com"]}`
	g.create(t, body)
	if o := g.order(t); strings.Join(o.Frames, " ") != "https://example.com" || o.Channel != eid.Page {
		t.Error(o.Frames, o.Channel)
	}
	s := g.approve(t, "", browser)
	if at := (sessionapi.Wording{}).ReturnTo(s); at != "" {
		t.Errorf("without a returnUrl the frame leaves for %s", at)
	}
	g.create(t, strings.Replace(body, `{`, `{"returnUrl":"https://rp.example/back#here","externalReference":"r 1",`, 1))
	s = g.approve(t, "", browser)
	want := "https://rp.example/back?sessionId=" + g.id() + "&externalReference=r+1&sessionNonce=" + s.Proof() + "#here"
	if at := (sessionapi.Wording{}).ReturnTo(s); at != want || s.Proof() == "" {
		t.Errorf("the frame leaves for %s", at)
	}
}

func TestVector10SuccessTellsWhatWasRequested(t *testing.T) {
	g := open(t, sessionapi.Config{})
	g.create(t, redirecting(t, `{"allowedProviders":["nbid","sbid"],"requestedAttributes":["nin","firstName","middleName","nbidUpdatedAt","sub"]}`))
	g.approve(t, eid.NOBankID, browser)
	m := g.get(t, "").members(t)
	subject, _ := m["subject"].(map[string]any)
	nin, _ := subject["nin"].(map[string]any)
	id, _ := subject["id"].(string)
	if m["status"] != "SUCCESS" || m["provider"] != "nbid" || m["loa"] != "high" || len(id) != 44 || !strings.HasSuffix(id, "=") {
		t.Error(m["status"], m["provider"], m["loa"], id)
	}
	if len(subject) != 4 || subject["firstName"] != "Kari" || subject["idpId"] != "9578-6000-4-30799" || nin["issuingCountry"] != "NO" || nin["type"] != "BIRTH" || len(nin) != 3 {
		t.Errorf("a subject of %d members", len(subject))
	}
}

func TestVector11TheBrowserGoesWhereTheEndSays(t *testing.T) {
	g := open(t, sessionapi.Config{})
	end := func(status, at string, settle func(s *eid.Session) error) map[string]any {
		t.Helper()
		g.create(t, redirecting(t, `{"allowedProviders":["sbid"],"externalReference":"a&b"}`))
		s := g.with(t, settle)
		want := "https://rp.example/" + at + "?sessionId=" + g.id() + "&externalReference=a%26b"
		if got := (sessionapi.Wording{}).ReturnTo(s); got != want {
			t.Errorf("%s: the browser goes to %s", status, got)
		}
		m := g.get(t, "").members(t)
		if m["status"] != status || m["subject"] != nil {
			t.Error(status, m)
		}
		return m
	}
	refuse := func(reason string) func(s *eid.Session) error {
		return func(s *eid.Session) error { _, err := s.Refuse(reason, then); return err }
	}
	end("ABORT", "no", refuse(eid.ReasonDeclined))
	end("ABORT", "no", refuse(eid.ReasonCallDeclined))
	end("CANCELLED", "no", refuse(eid.ReasonCancelled))
	end("EXPIRED", "oh", func(s *eid.Session) error { s.Expire(then.Add(time.Hour)); return nil })
	for reason, code := range map[string]string{
		eid.ReasonRisk: "idp_error", eid.ReasonEvidenceRejected: "idp_error", eid.ReasonTimedOut: "idp_timeout", eid.ReasonNotStarted: "idp_timeout",
		eid.ReasonAssurance: "loa_not_met", eid.ReasonOtherContext: "loa_not_met", eid.ReasonOtherPerson: "other_person",
	} {
		m := end("ERROR", "oh", func(s *eid.Session) error { _, err := s.Fail(reason, then); return err })
		failure, _ := m["error"].(map[string]any)
		if failure["code"] != code || m["statusDetail"] != failure["detail"] || failure["title"] == "" || code == "idp_error" && failure["detail"] != reason {
			t.Error(reason, m)
		}
	}
	g.create(t, plainRedirect)
	if at := (sessionapi.Wording{}).ReturnTo(g.with(t, func(*eid.Session) error { return nil })); at != "" {
		t.Errorf("before the end the browser goes to %s", at)
	}
}
