package eidapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/eidapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/test/surface"
)

// requests are bodies that hold everything that an operation takes, by its name.
var requests = map[string]string{
	"startBankIdSeAuth":            `{"ssn":"19990807-2391","ipAddress":"203.0.113.7","callbackUrl":"https://rp.example/cb","pinRequired":true,"intent":"*Log in*\nto Example","orgNumber":"559000-0948","requestAddress":true,"refId":"12398698"}`,
	"startBankIdSePhoneAuth":       `{"ssn":"9908072391","callInitiator":"USER","callbackUrl":"https://rp.example/cb","pinRequired":false,"intent":"Log in","requestAddress":false,"refId":"12398698"}`,
	"startBankIdSeSign":            `{"text":"I sign \"this\" & that > 1 åäö.","digest":"SHA-256 abc","ssn":"199908072391","ipAddress":"2001:db8::1","requestAddress":true,"refId":"ref/å&?"}`,
	"startBankIdSePhoneSign":       `{"ssn":"199908072391","callInitiator":"RP","text":"I sign.","refId":"12398698"}`,
	"startBankIdSeAgeVerification": `{"minAge":18,"maxAge":null,"refId":"12398698","callbackUrl":"https://rp.example/cb","redirectUrl":"https://rp.example/done"}`,
	"startFrejaAuth":               `{"ssn":"199908072391","minRegistrationLevel":"PLUS","orgNumber":"559000-0948","requestAddress":true,"refId":"12398698"}`,
	"startFrejaBackchannelAuth":    `{"ssn":"131052-308T","country":"FINLAND","refId":"12398698"}`,
	"startFrejaSign":               `{"text":"I sign.","digest":"SHA-256 abc","refId":"12398698"}`,
	"startFrejaBackchannelSign":    `{"ssn":"199908072391","country":"SWEDEN","text":"I sign.","minRegistrationLevel":"EXTENDED"}`,
	"startFrejaAgeVerification":    `{"maxAge":25}`,
	"startBankIdNoAuth":            `{"redirectUrl":"https://rp.example/done","requestSsn":true,"requestPhone":true,"requestEmail":true,"requestAddress":true,"refId":"12398698","appCallbackUri":"com.example://done"}`,
	"startBankIdNoBackchannelAuth": `{"ssn":"20123931743","callbackUrl":"https://rp.example/cb","refId":"12398698"}`,
	"startBankIdNoSign":            `{"text":"I sign.","redirectUrl":"https://rp.example/done","refId":"12398698","requestSsn":true,"requestPhone":true}`,
	"startBankIdNoAgeVerification": `{"minAge":18,"maxAge":67}`,
	"startVippsAuth":               `{"requestSsn":true,"requestPhone":true,"requestEmail":true,"requestAddress":true,"refId":"12398698"}`,
	"startVippsBackchannelAuth":    `{"phone":"+4790881716","requestSsn":true,"requestEmail":true,"requestAddress":true,"callbackUrl":"https://rp.example/cb","refId":"12398698"}`,
	"startMitIdAuth":               `{"redirectUrl":"https://rp.example/done","referenceText":"Log in to Example","requestPhone":true,"requestEmail":true,"requestAddress":true,"refId":"12398698"}`,
	"startMitIdBackchannelAuth":    `{"ssn":"1310521234","bindingMessage":"Blue tiger 42","callbackUrl":"https://rp.example/cb","refId":"12398698"}`,
	"startMitIdSign":               `{"text":"I sign.","redirectUrl":"https://rp.example/done","refId":"12398698"}`,
	"startMitIdAgeVerification":    `{"minAge":18}`,
	"startFtnAuth":                 `{"redirectUrl":"https://rp.example/done","requestPhone":true,"requestEmail":true,"requestAddress":true,"refId":"12398698"}`,
	"startFtnAgeVerification":      `{"minAge":18}`,
}

// evidence is everything that a provider could know, so that answers show what they leave out.
func evidence(t testing.TB, o eid.Order) eid.Evidence {
	e := eid.Evidence{
		EID: o.EID, Name: "Kari Nordmann", GivenName: "Kari", Surname: "Nordmann", BirthDate: identity.Date{Year: 1999, Month: 8, Day: 7},
		Phone: "+4790881716", Email: "kari@example.com", Address: "Storgata 1, 0155 Oslo", Signatory: "Kari Nordmann är firmatecknare för Exempel AB.",
		ValidFrom: identity.Date{Year: 2024, Month: 2, Day: 1}, PersonID: "9578-6000-4-30799", IssuerID: "9980",
		Signature: eid.Signature{Person: "MIIB", Merchant: "MIIC", Hash: "abcd", Checksum: "ef01"},
	}
	switch {
	case !o.Require.Person.IsZero():
		e.Number = o.Require.Person
	case o.EID.Country() == identity.SE:
		e.Number = number(t, identity.SE, "199908072391")
	case o.EID.Country() == identity.NO:
		e.Number = number(t, identity.NO, "20123931743")
	case o.EID.Country() == identity.DK:
		e.Number = number(t, identity.DK, "1310521234")
	case o.EID.Country() == identity.FI:
		e.Number = number(t, identity.FI, "131052-308T")
	}
	for _, d := range o.Documents {
		e.Documents = append(e.Documents, eid.Document{ID: "7e0a1b52-58c1-4d0f-9d2e-5f2c0f8a1f10", Hash: d.Hash + hash})
	}
	return e
}

// life walks a session of one operation through all its states and writes down what is said.
func life(t *testing.T, g gateway, doc surface.Document, op eidapi.Operation, request string) string {
	t.Helper()
	var b strings.Builder
	ask := func(title, method, path, body string) answer {
		g.limits.Reset()
		a := g.ask(t, "full", method, path, body)
		fmt.Fprintf(&b, "\n==== %s ====\n%s %s\n\n%s", title, method, strings.ReplaceAll(path, g.id(), "{id}"), a)
		doc.Check(t, a.Response, a.body)
		return a
	}
	poll := ""
	for _, other := range eidapi.Operations() {
		if other.Method == http.MethodGet && other.EID == op.EID && strings.HasSuffix(strings.TrimSuffix(other.Path, "/{id}"), op.Path[strings.LastIndex(op.Path, "/"):]) {
			poll = other.Path
		}
	}
	at := func() string { return strings.ReplaceAll(poll, "{id}", g.id()) }
	settled := func(title string, s eid.Snapshot) {
		told := ask(title, "GET", at(), "").body
		media, posted, err := eidapi.Wording{}.Word(s)
		if err != nil || string(posted) != told || media != "application/json" {
			t.Errorf("the callback says %s %s, the poll %s", media, posted, told)
		}
	}
	fmt.Fprintf(&b, "POST %s\n%s\n", op.Path, request)
	if a := ask("start", "POST", op.Path, request); a.StatusCode != 201 {
		t.Fatal(a.StatusCode, a.body)
	}
	ask("pending", "GET", at(), "")
	g.with(func(s *eid.Session) {
		_, _ = s.Present("provider", eid.Challenge{URL: "https://provider.example/authorize?secret=1", AppToken: "secret"}, nil, then)
		_, _, _ = s.Proceed(eid.Progress{Hint: eid.HintSigning}, then)
	})
	ask("pending, further on", "GET", at(), "")
	settled("completed", g.with(func(s *eid.Session) {
		if _, err := s.Complete(evidence(t, s.Snapshot().Order), then); err != nil {
			t.Fatal(err)
		}
	}))
	ask("cancel when over", "DELETE", at(), "")
	g.ask(t, "full", "POST", op.Path, request)
	settled("failed", g.with(func(s *eid.Session) { _, _ = s.Refuse(eid.ReasonInvalidEID, then) }))
	g.ask(t, "full", "POST", op.Path, request)
	ask("cancel", "DELETE", at(), "")
	ask("cancelled", "GET", at(), "")
	g.ask(t, "full", "POST", op.Path, request)
	settled("expired", g.with(func(s *eid.Session) { s.Expire(then.AddDate(0, 0, 1)) }))
	return b.String()
}

func TestEveryOperationSaysInEveryStateWhatIsPromised(t *testing.T) {
	g, doc := open(t, eidapi.Config{Synthetic: true}), newDocument(t)
	seen := 0
	for _, op := range eidapi.Operations() {
		if op.Operation == "" {
			continue
		}
		seen++
		t.Run(op.Name, func(t *testing.T) {
			g.forget()
			surface.Golden(t, op.Name+".txt", life(t, g, doc, op, requests[op.Name]))
			if o := g.sessions[firstID].Snapshot(); o.State != eid.Completed {
				t.Errorf("the session ended %s %s", o.State, o.Reason)
			}
		})
		t.Run(op.Name+" with as little as can be", func(t *testing.T) {
			g.forget()
			surface.Golden(t, op.Name+"-least.txt", life(t, g, doc, op, least(t, op)))
		})
	}
	if seen != len(requests) {
		t.Errorf("%d operations, %d requests", seen, len(requests))
	}
	t.Run("documents", func(t *testing.T) {
		g.forget()
		for _, op := range eidapi.Operations() {
			if op.Name == "startBankIdNoSign" {
				surface.Golden(t, "startBankIdNoSign-documents.txt", life(t, g, doc, op, `{"documents":["`+documentID+`"]}`))
			}
		}
	})
}

// least leaves out of a request whatever the operation can do without.
func least(t testing.TB, op eidapi.Operation) string {
	var all map[string]any
	if err := json.Unmarshal([]byte(requests[op.Name]), &all); err != nil {
		t.Fatal(err)
	}
	for _, name := range op.Takes {
		if name != "minAge" && name != "maxAge" && !(op.Name == "startBankIdNoSign" && name == "text") {
			delete(all, name)
		}
	}
	b, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestThereIsAListOfOperationsForMachines(t *testing.T) {
	b, err := json.MarshalIndent(eidapi.Operations(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	surface.Golden(t, "operations.json", string(b)+"\n")
}
