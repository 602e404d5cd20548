package eidapi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// TestEveryLimitIsKeptOnBothSides sends a value at a limit and one beyond it. Each is put into the request that holds
// everything its operation needs.
func TestEveryLimitIsKeptOnBothSides(t *testing.T) {
	g := open(t, eidapi.Config{Synthetic: true})
	text := func(n int) string { return strings.Repeat("å", n) }
	ids := func(n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprint("d", i))
		}
		return list
	}
	for _, c := range []struct {
		operations string // by the end of their names, or "" for all that have the field
		field      string
		good, bad  []any
	}{
		{"", "refId", []any{"", "x", text(1000), "null", "a\u2028b"}, []any{nil, 1, true, []string{}, text(1001)}},
		{"BankIdSeAuth", "ssn", []any{nil, "199908072391", "19990807-2391", "9908072391", "990807-2391", "990807+2391", " 199908072391 "}, []any{"", "199908072392", "19990807 2391", 199908072391, "20123931743"}},
		{"BankIdSeSign", "ssn", []any{"199908072391"}, []any{"", nil, "x"}},
		{"BankIdSePhoneAuth", "ssn", []any{"199908072391"}, []any{"", nil}},
		{"BankIdNoBackchannelAuth", "ssn", []any{"20123931743"}, []any{"", nil, "199908072391", "20123931744"}},
		{"MitIdBackchannelAuth", "ssn", []any{"1310521234", "131052-1234"}, []any{"", nil, "3210521234"}},
		{"", "ipAddress", []any{"203.0.113.7", "2001:db8::1", "::ffff:203.0.113.7"}, []any{"", nil, "203.0.113", "fe80::1%eth0", "localhost", "203.0.113.7:80", 1}},
		{"", "pinRequired", []any{true, false}, []any{nil, "true", 1, 0, []bool{true}}},
		{"", "requestAddress", []any{true, false}, []any{nil, "false", 1}},
		{"", "requestSsn", []any{true, false}, []any{nil, "x"}},
		{"", "requestPhone", []any{true, false}, []any{nil, "x"}},
		{"", "requestEmail", []any{true, false}, []any{nil, "x"}},
		{"", "intent", []any{"x", text(562), "a\nb"}, []any{"", nil, text(563), text(2001), "a\u0007", "<b>x"}},
		{"BankIdSeSign", "text", []any{"x", strings.Repeat("x", 30_000)}, []any{"", nil, strings.Repeat("x", 30_001), strings.Repeat("x", 50_001)}},
		{"FrejaSign", "text", []any{"x", text(4096)}, []any{"", nil, text(4097)}},
		{"BankIdNoSign", "text", []any{"x", text(118)}, []any{"", nil, text(119), 1}},
		{"MitIdSign", "text", []any{"x", text(600)}, []any{"", nil, text(601)}},
		{"", "digest", []any{"x", text(2000)}, []any{"", nil, text(2001)}},
		{"", "referenceText", []any{"", "x", text(130)}, []any{nil, text(131), "100 %", "a<b"}},
		{"", "bindingMessage", []any{"x", text(130)}, []any{"", nil, text(131)}},
		{"", "callInitiator", []any{"USER", "RP"}, []any{"", nil, "user", "Rp", 1}},
		{"FrejaBackchannelAuth", "country", []any{"SWEDEN"}, []any{"", nil, "SE", "sweden", "GERMANY"}},
		{"", "minRegistrationLevel", []any{"EXTENDED", "PLUS"}, []any{"", nil, "BASIC", "plus"}},
		{"", "orgNumber", []any{"559000-0948", "5590000948", "16559000-0948"}, []any{"", nil, "559000-0949", "199908072391", 5590000948}},
		{"", "phone", []any{"+4790881716", "+1234567", "+123456789012345"}, []any{"", nil, "4790881716", "+0790881716", "+123456", "+1234567890123456", "+47 90881716", "+47908817x6"}},
		{"", "minAge", []any{1, 18, nil}, []any{0, -1, "18", 18.5, true, 1e30}},
		{"", "maxAge", []any{18, 150, nil}, []any{0, -1, "18", 17}},                                                                 // beside a minAge of 18
		{"BankIdNoSign", "documents", []any{[]string{}}, []any{nil, "x", []any{1}, []any{nil}, []string{""}, []string{documentID}}}, // beside a text
		{"", "callbackUrl", []any{"https://rp.example/", "https://rp.example/a?b=c"}, []any{"", nil, 1, "http://rp.example/", "/relative", "rp.example", "https://u@rp.example/", "https://rp.example/#a", "javascript:alert(1)", "https://rp.example/" + text(2000)}},
		{"", "redirectUrl", []any{"https://rp.example/", "https://exact.example/done?a=1"}, []any{"", nil, "http://rp.example/", "ftp://rp.example/"}},
		{"", "appCallbackUri", []any{"com.example.app://done", "myapp://", "https://rp.example/app"}, []any{"", nil, "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "/relative", "no scheme", "x:y", "myapp:done", "myapp://done#there", "http://rp.example/"}},
	} {
		tried := 0
		for _, op := range eidapi.Operations() {
			if op.Operation == "" || !strings.HasSuffix(op.Name, c.operations) || !takes(op, c.field) {
				continue
			}
			tried++
			for i, value := range append(c.good, c.bad...) {
				g.forget()
				body := least(t, op)
				if c.field == "country" || c.field == "maxAge" || c.field == "minAge" {
					body = map[string]string{"country": `{"ssn":"199908072391"}`, "maxAge": `{"minAge":18}`, "minAge": `{"maxAge":40}`}[c.field]
				}
				a := g.ask(t, "full", "POST", op.Path, put(t, body, c.field, value))
				want := 201
				if i >= len(c.good) {
					want = 400
				}
				if a.StatusCode != want || want == 400 && !strings.Contains(a.body, c.field) && c.field != "documents" {
					t.Errorf("%s with %s %.40q: %d %.200s, want %d", op.Name, c.field, fmt.Sprint(value), a.StatusCode, a.body, want)
				}
				if s := fmt.Sprint(value); want == 400 && len(s) > 8 && strings.Contains(a.body, s) {
					t.Errorf("%s: the answer quotes the %s", op.Name, c.field)
				}
			}
		}
		if tried == 0 {
			t.Errorf("no operation takes %s", c.field)
		}
	}
	for n, want := range map[int]int{10: 400, 11: 400} { // neither exists, but only one is too many
		a := g.ask(t, "full", "POST", noSign, put(t, `{}`, "documents", ids(n)))
		if a.StatusCode != want || strings.Contains(a.body, "too many") != (n == 11) {
			t.Errorf("%d documents: %d %s", n, a.StatusCode, a.body)
		}
	}
}

func takes(op eidapi.Operation, field string) bool {
	return strings.Contains(" "+strings.Join(append(op.Asks, op.Takes...), " ")+" ", " "+field+" ")
}

// put sets a member of a JSON object.
func put(t testing.TB, body, name string, value any) string {
	t.Helper()
	all := map[string]any{}
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatal(err)
	}
	all[name] = value
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWhatIsNeededIsNeededAndNothingElseIs(t *testing.T) {
	g := open(t, eidapi.Config{Synthetic: true})
	for _, op := range eidapi.Operations() {
		if op.Operation == "" {
			continue
		}
		for _, name := range op.Asks {
			var all map[string]any
			if err := json.Unmarshal([]byte(requests[op.Name]), &all); err != nil {
				t.Fatal(err)
			}
			delete(all, name)
			body, _ := json.Marshal(all)
			if a := g.ask(t, "full", "POST", op.Path, string(body)); a.StatusCode != 400 || !strings.Contains(a.body, name+" is required") && name != "country" {
				t.Errorf("%s without %s: %d %s", op.Name, name, a.StatusCode, a.body)
			}
		}
		body := ""
		if len(op.Asks) > 0 || op.Operation == eid.ProveAge || op.Name == "startBankIdNoSign" {
			body = put(t, least(t, op), "unknown", map[string]any{"ignored": []int{1}})
		}
		if a := g.ask(t, "full", "POST", op.Path, body); a.StatusCode != 201 {
			t.Errorf("%s: %d %s", op.Name, a.StatusCode, a.body)
		}
	}
}

func TestOrdersSayWhatRequestsSay(t *testing.T) {
	g := open(t, eidapi.Config{Synthetic: true})
	ask := func(path, body string) eid.Order {
		g.forget()
		if a := g.ask(t, "full", "POST", path, body); a.StatusCode != 201 {
			t.Fatal(path, a.StatusCode, a.body)
		}
		return g.order(t)
	}
	o := ask(seAuth, requests["startBankIdSeAuth"])
	if o.Require.Person != number(t, identity.SE, "199908072391") || !o.Require.PIN || o.PersonAddress != "203.0.113.7" || o.NotifyAt != "https://rp.example/cb" ||
		o.ReturnTo != "" || o.Text != "*Log in*\nto Example" || o.Company.Reveal() != "5590000948" || o.Correlation != "12398698" ||
		o.Wants != eid.WantNumber|eid.WantSignatory|eid.WantAddress || o.Surface != "eid" || o.Client != "client-full" || o.OnBehalfOf != "Example Bank" ||
		o.Scope != (organization.Scope{Organization: "org", Environment: organization.Production}) || o.Annex != nil {
		t.Error("Swedish login")
	}
	if o = ask(seSign, requests["startBankIdSeSign"]); o.Digest != "SHA-256 abc" || o.Operation != eid.Sign || o.Channel != eid.App || o.NotifyAt != "https://rp.example/news" {
		t.Error("Swedish signature")
	}
	if o = ask("/v3/bankid-se/phone/sign", requests["startBankIdSePhoneSign"]); o.CallInitiator != eid.CalledByOrganization || o.Operation != eid.PhoneSign || o.Channel != eid.Backchannel {
		t.Error("signature by phone")
	}
	if o = ask("/v3/bankid-se/phone/auth", requests["startBankIdSePhoneAuth"]); o.CallInitiator != eid.CalledByPerson || o.Operation != eid.PhoneAuthenticate || o.Require.PIN {
		t.Error("login by phone")
	}
	if o = ask("/v3/freja/auth", requests["startFrejaAuth"]); o.Require.Registration != eid.Plus || o.Require.Person.Country() != identity.SE || o.Channel != eid.App {
		t.Error("Freja")
	}
	if o = ask("/v3/freja/backchannel/auth", requests["startFrejaBackchannelAuth"]); o.Require.Person != number(t, identity.FI, "131052-308T") || o.Channel != eid.Backchannel || o.Wants != eid.WantNumber {
		t.Error("Freja of a Finn")
	}
	o = ask("/v3/bankid-no/auth", requests["startBankIdNoAuth"])
	if o.Wants != eid.WantNumber|eid.WantPhone|eid.WantEmail|eid.WantAddress || o.ReturnTo != "https://rp.example/done" || o.Channel != eid.Page || string(o.Annex) != `{"appCallbackUri":"com.example://done"}` {
		t.Error("Norwegian login")
	}
	if o = ask("/v3/bankid-no/auth", ""); o.Wants != 0 || o.ReturnTo != "https://rp.example/default" || o.NotifyAt != "https://rp.example/news" {
		t.Error("what is not said is the client's default")
	}
	if o = ask(noSign, `{"documents":["`+documentID+`"]}`); len(o.Documents) != 1 || o.Documents[0].ID != documentID || o.Text != "" {
		t.Error("Norwegian signature of documents")
	}
	if o = ask("/v3/vipps/backchannel/auth", requests["startVippsBackchannelAuth"]); o.Phone != "+4790881716" || !o.Require.Person.IsZero() || o.Wants.Has(eid.WantPhone) {
		t.Error("Vipps")
	}
	if o = ask("/v3/mitid/auth", requests["startMitIdAuth"]); o.Text != "Log in to Example" || !o.Wants.Has(eid.WantNumber) {
		t.Error("MitID")
	}
	if o = ask("/v3/mitid/backchannel/auth", requests["startMitIdBackchannelAuth"]); o.BindingMessage != "Blue tiger 42" || o.Require.Person != number(t, identity.DK, "1310521234") {
		t.Error("MitID on the backchannel")
	}
	if o = ask("/v3/ftn/age-verification", `{"minAge":18,"maxAge":18}`); o.Require.LeastAge != 18 || o.Require.GreatestAge != 18 || o.Wants != 0 || o.Operation != eid.ProveAge {
		t.Error("age")
	}
	if o = ask(seAuth, `{"ipAddress":"::ffff:203.0.113.7"}`); o.PersonAddress != "203.0.113.7" {
		t.Error("an address of IPv4 in IPv6's clothes")
	}
}

func TestSyntheticNumbersCountInSandboxesAndWhereTheOperatorSaysSo(t *testing.T) {
	const synthetic = `{"ssn":"131052-9085"}` // a Finnish number of those that are never given to people
	body := put(t, synthetic, "country", "FINLAND")
	for _, c := range []struct {
		as        string
		synthetic bool
		status    int
	}{{"full", false, 400}, {"sandbox", false, 201}, {"full", true, 201}} {
		g := open(t, eidapi.Config{Synthetic: c.synthetic})
		if a := g.ask(t, c.as, "POST", "/v3/freja/backchannel/auth", body); a.StatusCode != c.status {
			t.Errorf("%+v: %d %s", c, a.StatusCode, a.body)
		}
	}
}

func TestPlainHTTPIsForLoopbackWhereTheOperatorSaysSo(t *testing.T) {
	for _, loopback := range []bool{true, false} {
		g := open(t, eidapi.Config{LoopbackHTTP: loopback})
		acting := g.clients["full"]
		acting.Client.Addresses.Callback = append(acting.Client.Addresses.Callback, "http://127.0.0.1:9000")
		g.clients["full"] = acting
		want := 400
		if loopback {
			want = 201
		}
		if a := g.ask(t, "full", "POST", seAuth, `{"callbackUrl":"http://127.0.0.1:9000/cb"}`); a.StatusCode != want {
			t.Errorf("%v: %d %s", loopback, a.StatusCode, a.body)
		}
		acting.Client.Addresses.DefaultCallback = "http://127.0.0.1:9000/news"
		g.clients["full"] = acting
		if want == 400 {
			want = 403
		}
		if a := g.ask(t, "full", "POST", seAuth, `{}`); a.StatusCode != want {
			t.Errorf("default, %v: %d %s", loopback, a.StatusCode, a.body)
		}
		if a := g.ask(t, "full", "POST", seAuth, `{"callbackUrl":"http://rp.example/cb"}`); a.StatusCode != 400 {
			t.Errorf("elsewhere: %d %s", a.StatusCode, a.body)
		}
	}
}
