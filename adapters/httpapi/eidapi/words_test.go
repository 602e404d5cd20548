package eidapi_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// constants reads the strings of a file of package eid whose names begin with prefix, from its source: nobody can add one
// and forget this surface.
func constants(t *testing.T, file, prefix string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), "../../../domain/eid/"+file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, prefix) {
			return true
		}
		ast.Inspect(spec.Values[0], func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok {
				text, _ := strconv.Unquote(literal.Value)
				list = append(list, text)
			}
			return true
		})
		return true
	})
	if len(list) == 0 {
		t.Fatal("nothing begins with", prefix)
	}
	return list
}

func word(t *testing.T, s eid.Snapshot) string {
	t.Helper()
	_, body, err := eidapi.Wording{}.Word(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func settled(e eid.EID, state eid.State, reason string) eid.Snapshot {
	return eid.Snapshot{ID: "s1", State: state, Reason: reason, Order: eid.Order{Surface: "eid", EID: e, Operation: eid.Authenticate, Channel: eid.App}}
}

func TestEveryReasonHasItsCode(t *testing.T) {
	want := map[string]string{
		"declined": "CANCELLED", "call_declined": "CANCELLED", "cancelled": "CANCELLED", "superseded": "CONFLICT",
		"not_started": "SESSION_TIMEOUT", "timed_out": "SESSION_TIMEOUT", "eid_invalid": "INVALID_ID", "app_unsupported": "UNSUPPORTED_CLIENT",
		"risk_blocked": "AUTH_FAILED", "rejected": "AUTH_FAILED", "interrupted": "AUTH_FAILED", "code_rejected": "AUTH_FAILED",
		"other_context": "AUTH_FAILED", "assurance_too_low": "AUTH_FAILED", "other_person": "AUTH_FAILED", "simulated": "AUTH_FAILED", "age_unknown": "AUTH_FAILED",
		"provider_failed": "INTERNAL_ERROR", "start_lost": "INTERNAL_ERROR", "start_failed": "INTERNAL_ERROR",
		"evidence_lost": "INTERNAL_ERROR", "evidence_rejected": "INTERNAL_ERROR",
	}
	for _, reason := range constants(t, "reason.go", "Reason") {
		if want[reason] == "" {
			t.Errorf("nobody has decided what %s is called", reason)
		}
		for _, state := range []eid.State{eid.Failed, eid.Refused} {
			if got := word(t, settled(eid.SEFreja, state, reason)); got != `{"id":"s1","status":"FAILED","error":"`+want[reason]+`"}` {
				t.Errorf("%s: %s", reason, got)
			}
		}
		if eidapi.Codes()[want[reason]] == "" {
			t.Errorf("%s is not documented", want[reason])
		}
	}
	for name, s := range map[string]eid.Snapshot{
		"AUTH_FAILED": settled(eid.SEBankID, eid.Failed, "of tomorrow"), "SESSION_TIMEOUT": settled(eid.SEBankID, eid.Expired, ""),
		"CANCELLED": settled(eid.SEBankID, eid.Refused, eid.ReasonSuperseded), // Swedish BankID calls it so
	} {
		if got := word(t, s); !strings.Contains(got, `"error":"`+name+`"`) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestHintsAreBankIDsWords(t *testing.T) {
	g := open(t, eidapi.Config{})
	want := map[string]string{
		"outstanding": "outstandingTransaction", "no_client": "noClient", "delivered": "started", "started": "started", "call_confirm": "userCallConfirm",
		"document": "userMrtd", "signing": "userSign", "processing": "processing",
	}
	for _, hint := range append(constants(t, "hint.go", "Hint"), "wordOfTomorrow") {
		if want[hint] == "" && hint != "wordOfTomorrow" {
			t.Errorf("nobody has decided what %s is called", hint)
		}
		g.forget()
		g.limits.Reset()
		g.ask(t, "full", "POST", seAuth, "")
		g.with(func(s *eid.Session) { s.Hint(eid.Hint(hint)) })
		expected := want[hint]
		if expected == "" {
			expected = hint
		}
		if a := g.ask(t, "full", "GET", seAuth+"/"+firstID, ""); !strings.Contains(a.body, `"hintCode":"`+expected+`"`) {
			t.Errorf("%s: %s", hint, a.body)
		}
	}
}

func TestAStartWithoutAHintSaysNullAndAPollNothing(t *testing.T) {
	g := open(t, eidapi.Config{})
	g.silent = true
	if a := g.ask(t, "full", "POST", seAuth, ""); !strings.HasSuffix(a.body, `,"hintCode":null}`) {
		t.Error(a.body)
	}
	if a := g.ask(t, "full", "GET", seAuth+"/"+firstID, ""); strings.Contains(a.body, "hintCode") {
		t.Error(a.body)
	}
}

func TestAPollRepeatsThePagesAddressAndNeverAProviders(t *testing.T) {
	for _, page := range []func(string) string{nil, func(ticket string) string { return "https://eid.example/s/" + ticket }} {
		g := open(t, eidapi.Config{Page: page})
		g.ask(t, "full", "POST", "/v3/ftn/age-verification", `{"minAge":18}`)
		g.with(func(s *eid.Session) {
			_, _ = s.Present("p", eid.Challenge{URL: "https://provider.example/?secret"}, nil, then)
		})
		want := `{"id":"` + firstID + `","status":"PENDING","url":"https://eid.example/s/ticket","minAge":18}`
		if page == nil {
			want = `{"id":"` + firstID + `","status":"PENDING","minAge":18}`
		}
		if a := g.ask(t, "full", "GET", "/v3/ftn/age-verification/"+firstID, ""); a.body != want {
			t.Errorf("got %s, want %s", a.body, want)
		}
	}
}

func TestASimulatedPersonIsMarkedOnEveryAnswer(t *testing.T) {
	g := open(t, eidapi.Config{})
	g.simulated, g.card.Simulated = true, true
	for _, r := range []struct{ method, path, body string }{
		{"POST", seAuth, ""}, {"GET", seAuth + "/" + firstID, ""}, {"DELETE", seAuth + "/" + firstID, ""}, {"POST", "/v3/bankid-se/verify", `{"qrCode":"x"}`},
	} {
		if a := g.ask(t, "full", r.method, r.path, r.body); a.Header.Get("X-Eidgate-Simulated") != "true" {
			t.Errorf("%v: %d %v", r, a.StatusCode, a.Header)
		}
	}
	g.simulated, g.card.Simulated = false, false
	g.limits.Reset()
	if a := g.ask(t, "full", "GET", seAuth+"/"+firstID, ""); a.StatusCode != 200 || len(a.Header.Values("X-Eidgate-Simulated")) != 0 {
		t.Error(a.StatusCode, a.Header)
	}
}

func TestOnlySettledSessionsOfThisSurfaceAreWorded(t *testing.T) {
	var w eidapi.Wording
	if w.Surface() != "eid" || w.Surface() != eidapi.New(eidapi.Config{}, eidapi.Deps{}).Name() {
		t.Error(w.Surface())
	}
	foreign := settled(eid.SEBankID, eid.Completed, "")
	foreign.Order.Surface = "session"
	for _, s := range []eid.Snapshot{settled(eid.SEBankID, eid.Pending, ""), settled(eid.SEBankID, eid.Opened, ""), foreign} {
		if _, body, err := w.Word(s); err == nil || body != nil {
			t.Errorf("%s of %s is worded", s.State, s.Order.Surface)
		}
	}
}

func TestPeopleAreSentBackWithIdentifierAndReferenceAlone(t *testing.T) {
	for address, want := range map[string]string{
		"":                               "",
		"https://rp.example/done":        "https://rp.example/done?id=s1&refId=a%26b+%C3%A5",
		"https://rp.example/done?":       "https://rp.example/done?id=s1&refId=a%26b+%C3%A5",
		"https://rp.example/done?x=%201": "https://rp.example/done?x=%201&id=s1&refId=a%26b+%C3%A5",
		"https://rp.example/done?x=1&":   "https://rp.example/done?x=1&id=s1&refId=a%26b+%C3%A5",
		"https://rp.example/?id=2&a=1&refId=3&%69d=4&refid=5": "https://rp.example/?a=1&refid=5&id=s1&refId=a%26b+%C3%A5",
		"https://rp.example:8443/?a=b?c=":                     "https://rp.example:8443/?a=b?c=&id=s1&refId=a%26b+%C3%A5",
	} {
		s := settled(eid.NOBankID, eid.Completed, "")
		s.Order.ReturnTo, s.Order.Correlation = address, "a&b å"
		s.Evidence = eid.Evidence{Name: "Kari", Number: number(t, identity.NO, "20123931743")}
		if got := (eidapi.Wording{}).ReturnTo(s); got != want {
			t.Errorf("%s: got %s", address, got)
		}
	}
	s := settled(eid.NOBankID, eid.Failed, eid.ReasonDeclined)
	s.Order.ReturnTo = "https://rp.example/"
	if got := (eidapi.Wording{}).ReturnTo(s); got != "https://rp.example/?id=s1" {
		t.Error(got)
	}
}

func TestPeopleWithAPhoneAreSentToTheCallersApp(t *testing.T) {
	const phone, computer = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "Mozilla/5.0 (X11; Linux x86_64)"
	for _, c := range []struct{ annex, agent, want string }{
		{`{"appCallbackUri":"com.example://done"}`, phone, "com.example://done?id=s1"},
		{`{"appCallbackUri":"com.example://done?a=1&id=2"}`, phone, "com.example://done?a=1&id=s1"},
		{`{"appCallbackUri":"com.example://done"}`, computer, "https://rp.example/?id=s1"},
		{`{}`, phone, "https://rp.example/?id=s1"}, {"", phone, "https://rp.example/?id=s1"}, {"torn", phone, "https://rp.example/?id=s1"},
	} {
		s := settled(eid.NOBankID, eid.Completed, "")
		s.Order.ReturnTo, s.Order.Annex, s.Browser.Agent = "https://rp.example/", []byte(c.annex), c.agent
		if got := (eidapi.Wording{}).ReturnTo(s); got != c.want {
			t.Errorf("%s with %s: got %s", c.annex, c.agent, got)
		}
	}
}

func TestAFrejaUserIsToldWithTheCountryOfTheNumber(t *testing.T) {
	for country, want := range map[identity.Country]string{identity.NO: "NORWAY", identity.DK: "DENMARK", identity.FI: "FINLAND", identity.SE: "SWEDEN"} {
		digits := map[identity.Country]string{identity.NO: "20123931743", identity.DK: "1310521234", identity.FI: "131052-308T", identity.SE: "199908072391"}[country]
		s := settled(eid.SEFreja, eid.Completed, "")
		s.Evidence = eid.Evidence{Name: "N N", Number: number(t, country, digits)}
		if got := word(t, s); !strings.Contains(got, `"ssn":"`+digits+`","country":"`+want+`"`) {
			t.Errorf("%s is not told as %s", country, want)
		}
	}
}

func TestANameIsPutTogetherAndPartsThatAreMissingAreEmpty(t *testing.T) {
	s := settled(eid.SEFreja, eid.Completed, "")
	s.Evidence = eid.Evidence{GivenName: "Kari", Surname: "Nordmann"}
	if got := word(t, s); got != `{"id":"s1","status":"COMPLETED","country":"UNKNOWN","name":"Kari Nordmann","givenName":"Kari","surname":"Nordmann"}` {
		t.Error(got)
	}
	s.Evidence = eid.Evidence{Name: "Kari", BirthDate: identity.Date{Year: 1999}}
	s.Order.EID = eid.NOVipps
	if got := word(t, s); got != `{"id":"s1","status":"COMPLETED","name":"Kari","givenName":"","surname":""}` {
		t.Error(got)
	}
}
