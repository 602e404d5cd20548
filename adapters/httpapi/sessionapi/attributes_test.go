package sessionapi_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// everything is every name that anybody could ask for.
const everything = `["name","firstName","middleName","lastName","fullName","dateOfBirth","nin","email","phoneNumber","address","gender","idpId","id",
	"nbidAlternativeSubject","nbidSubjectUuid","nbidIdp","nbidSid","nbidOriginator","nbidAuthTime","nbidUpdatedAt",
	"sbidDeviceIp","sbidXmlSignature","sbidOcspResponse","sbidOcspResponderId",
	"mitidHasCpr","mitidReferenceTextBody","mitidCprSource","mitidLoa","mitidUuid","ftnHetu","ftnSatu","ftnIdp","ftnSub",
	"frejaRegistrationLevel","frejaRelyingPartyUserId","frejaAge","vippsSub","vippsSid","18OrOlder","sub"]`

// told are the members of a subject of each eID when everything is asked for, in their order.
var told = map[string]string{
	"sbid":  "id idpId name firstName lastName dateOfBirth nin email phoneNumber address sbidDeviceIp sbidXmlSignature sbidOcspResponse",
	"freja": "id idpId name firstName lastName dateOfBirth nin email fullName phoneNumber address frejaRegistrationLevel frejaRelyingPartyUserId frejaAge",
	"nbid":  "id idpId name firstName lastName dateOfBirth nin email phoneNumber address nbidAlternativeSubject nbidIdp nbidOriginator nbidAuthTime",
	"vipps": "id idpId name firstName lastName dateOfBirth nin email phoneNumber address vippsSub",
	"mitid": "id idpId name firstName lastName dateOfBirth nin email phoneNumber address mitidHasCpr mitidReferenceTextBody mitidLoa mitidUuid",
	"ftn":   "id idpId name firstName lastName dateOfBirth nin email phoneNumber address ftnHetu ftnIdp ftnSub",
}

// bySubject opens, finishes and reads a session in the sandbox, where every eID is there, without encryption: a Finnish
// session is opened with a key, which is taken away from what is looked at.
func (g gateway) subject(t testing.TB, provider, attributes string, change func(*eid.Evidence)) (members []string, subject map[string]any) {
	t.Helper()
	g.forget()
	key := "null"
	if provider == "ftn" {
		key = someKey
	}
	body := redirecting(t, `{"allowedProviders":["`+provider+`"],"requestedAttributes":`+attributes+`,"encryptionPublicKey":`+key+`,"additionalParameters":{"mitid_reference_text":"w6U="}}`)
	if a := g.ask(t, "sandbox", "POST", sessions, body); a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	g.with(t, func(s *eid.Session) error {
		if _, err := s.Present("provider", eid.Challenge{}, nil, then); err != nil {
			return err
		}
		e := evidence(t, s.Snapshot().Order)
		if change != nil {
			change(&e)
		}
		_, err := s.Complete(e, then)
		return err
	})
	g.unlock(t)
	a := g.ask(t, "sandbox", "GET", sessions+"/"+g.id(), "")
	if a.StatusCode != 200 {
		t.Fatal(a.StatusCode, a.body)
	}
	var raw struct{ Subject json.RawMessage }
	if err := json.Unmarshal([]byte(a.body), &raw); err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(raw.Subject)))
	depth := 0
	for token, err := d.Token(); err == nil; token, err = d.Token() {
		switch token := token.(type) {
		case json.Delim:
			depth += map[json.Delim]int{'{': 1, '}': -1}[token]
		case string:
			if depth == 1 {
				members = append(members, token)
				var value json.RawMessage
				if err := d.Decode(&value); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	subject, _ = a.members(t)["subject"].(map[string]any)
	return members, subject
}

// unlock takes the key away that a session is encrypted with.
func (g gateway) unlock(t testing.TB) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	s := g.sessions[g.id()].Snapshot()
	fields := bytes.Split(s.Order.Annex, []byte{0})
	fields[9] = nil
	s.Order.Annex = bytes.Join(fields, []byte{0})
	g.sessions[g.id()] = eid.Restore(s)
}

func TestEveryEIDTellsWhatItKnowsUnderItsOwnNames(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for provider, want := range told {
		members, subject := g.subject(t, provider, everything, nil)
		if strings.Join(members, " ") != want {
			t.Errorf("%s tells %s", provider, members)
		}
		nin, _ := subject["nin"].(map[string]any)
		country := map[string]string{"sbid": "SE", "freja": "SE", "nbid": "NO", "vipps": "NO", "mitid": "DK", "ftn": "FI"}[provider]
		kind := map[string]string{"NO": "BIRTH"}[country]
		if kind == "" {
			kind = "PERSON"
		}
		digits := map[string]int{"SE": 12, "NO": 11, "DK": 10, "FI": 11}[country]
		if value, _ := nin["value"].(string); nin["issuingCountry"] != country || nin["type"] != kind || len(value) != digits {
			t.Errorf("%s: the number's country or type is wrong", provider)
		}
		if subject["dateOfBirth"] != "1999-08-07" {
			t.Errorf("%s: the birth date is wrong", provider)
		}
	}
	_, subject := g.subject(t, "mitid", everything, func(e *eid.Evidence) { e.Assurance = eid.Substantial })
	if subject["mitidLoa"] != "SUBSTANTIAL" || subject["mitidHasCpr"] != true || subject["mitidReferenceTextBody"] != "å" {
		t.Error(subject["mitidLoa"], subject["mitidHasCpr"], subject["mitidReferenceTextBody"])
	}
	_, subject = g.subject(t, "sbid", everything, nil)
	if subject["sbidXmlSignature"] != base64.StdEncoding.EncodeToString([]byte("<Signature/>")) || subject["sbidDeviceIp"] != "203.0.113.9" {
		t.Error(subject["sbidXmlSignature"], subject["sbidDeviceIp"])
	}
	_, subject = g.subject(t, "nbid", everything, func(e *eid.Evidence) { e.Context = "urn:grn:authn:no:bankid:substantial" })
	if subject["nbidIdp"] != "BIS" || subject["nbidAuthTime"] != "1781524800" {
		t.Error(subject["nbidIdp"], subject["nbidAuthTime"])
	}
	_, subject = g.subject(t, "freja", everything, nil)
	if subject["frejaAge"] != "26" {
		t.Error(subject["frejaAge"])
	}
	for level, word := range map[eid.Assurance]any{eid.Unstated: nil, eid.Low: "BASIC", eid.Substantial: "EXTENDED", eid.High: "PLUS"} {
		if _, subject = g.subject(t, "freja", everything, func(e *eid.Evidence) { e.Assurance = level }); subject["frejaRegistrationLevel"] != word {
			t.Errorf("%s is told as %v", level, subject["frejaRegistrationLevel"])
		}
	}
}

func TestAFrejaUserIsToldWithTheNumberOfTheirOwnCountry(t *testing.T) {
	day := time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)
	g := open(t, sessionapi.Config{})
	for _, c := range []struct {
		country      identity.Country
		digits, kind string
	}{{identity.NO, "20123931743", "BIRTH"}, {identity.DK, "1310521234", "PERSON"}, {identity.FI, "131052-308T", "PERSON"}} {
		n, err := identity.ParsePerson(c.country, c.digits, identity.Options{AsOf: day, Allow: identity.AllowSandbox})
		if err != nil {
			t.Fatal(err)
		}
		_, subject := g.subject(t, "freja", everything, func(e *eid.Evidence) { e.Number, e.BirthDate = n, identity.Date{} })
		nin, _ := subject["nin"].(map[string]any)
		if nin["value"] != c.digits || nin["issuingCountry"] != string(c.country) || nin["type"] != c.kind {
			t.Errorf("%s: the number is worded otherwise", c.country)
		}
		if born, _ := subject["dateOfBirth"].(string); born != n.Birth(day).ISO() || subject["idpId"] == c.digits {
			t.Errorf("%s: born %q, or named by the number", c.country, born)
		}
	}
}

func TestNobodyIsToldWhatTheyDidNotAskFor(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for provider := range told {
		members, subject := g.subject(t, provider, `[]`, nil)
		want := "id idpId"
		if provider == "sbid" || provider == "ftn" { // whose idpId is the national number
			want = "id"
		}
		if id, _ := subject["id"].(string); strings.Join(members, " ") != want || len(id) != 44 {
			t.Errorf("%s tells %s", provider, members)
		}
	}
	for requested, want := range map[string]string{
		`["idpId"]`: "id idpId", `["nin"]`: "id idpId nin", `["ftnHetu"]`: "id idpId ftnHetu", `["nin.issuingCountry"]`: "id nin", `["nin.nonsense"]`: "id", `["nin.issuingCountry","nin"]`: "id idpId nin",
	} {
		members, subject := g.subject(t, "ftn", requested, nil)
		if strings.Join(members, " ") != want {
			t.Errorf("%s: %s", requested, members)
		}
		if nin, there := subject["nin"].(map[string]any); there && requested == `["nin.issuingCountry"]` && (len(nin) != 1 || nin["issuingCountry"] != "FI") {
			t.Errorf("%s: the number has %d members", requested, len(nin))
		}
	}
	// The other eIDs' own names mean nothing.
	if members, _ := g.subject(t, "nbid", `["ftnHetu","sbidDeviceIp"]`, nil); strings.Join(members, " ") != "id idpId" {
		t.Error(members)
	}
}

func TestWhatIsRequestedAndUnknownIsLeftOut(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for provider := range told {
		members, _ := g.subject(t, provider, everything, func(e *eid.Evidence) {
			*e = eid.Evidence{EID: e.EID, Context: e.Context, Assurance: e.Assurance, Subject: "2c4f7c0e"}
		})
		for _, m := range members {
			switch m {
			case "id", "idpId", "ftnSub", "vippsSub", "frejaRelyingPartyUserId", "mitidLoa", "mitidReferenceTextBody", "nbidIdp", "frejaRegistrationLevel":
			default:
				t.Errorf("%s tells %s of nobody", provider, m)
			}
		}
	}
	_, subject := g.subject(t, "nbid", `["dateOfBirth"]`, func(e *eid.Evidence) { e.BirthDate, e.Number = identity.Date{}, identity.Number{} })
	if _, there := subject["dateOfBirth"]; there {
		t.Error("a birth date out of nowhere")
	}
}

const subjectKey = "a key of 32 bytes, and of no other"

func TestAPersonHasOneNameForEachOrganizationAndEID(t *testing.T) {
	g := open(t, sessionapi.Config{})
	ids := map[any]bool{}
	for provider := range told {
		_, subject := g.subject(t, provider, `[]`, nil)
		_, again := g.subject(t, provider, `["nin"]`, nil)
		if subject["id"] != again["id"] {
			t.Errorf("%s: the person has two names", provider)
		}
		ids[subject["id"]] = true
	}
	if len(ids) != len(told) {
		t.Error("two eIDs have one name for a person")
	}
	_, subject := g.subject(t, "mitid", `[]`, nil)
	mac := hmac.New(sha256.New, []byte(subjectKey))
	mac.Write([]byte("5:mitid17:9578-6000-4-307993:org"))
	if want := base64.URLEncoding.EncodeToString(mac.Sum(nil)); subject["id"] != want {
		t.Errorf("the name of a person has changed to %v", subject["id"])
	}
	g.forget()
	g.ask(t, "foreign", "POST", sessions, redirecting(t, `{"allowedProviders":["mitid"]}`))
	g.approve(t, "", browser)
	m := g.ask(t, "foreign", "GET", sessions+"/"+g.id(), "").members(t)
	if other, _ := m["subject"].(map[string]any); other["id"] == subject["id"] || other["id"] == nil {
		t.Error("two organizations have one name for a person")
	}
}
