package sessionapi_test

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
)

func spoken(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestWhatIsSaidToOneEIDIsSaidToNoOther(t *testing.T) {
	g := open(t, sessionapi.Config{})
	long := strings.Repeat("a", 131) // more than MitID shows
	for _, c := range []struct {
		body string
		want []eid.Particular
	}{
		{`{"additionalParameters":{"sbid_intention_text":"` + spoken(long) + `"}}`, []eid.Particular{{EID: eid.SEBankID, Text: long}}},
		{`{"allowedProviders":["mitid","sbid"],"additionalParameters":{"sbid_intention_text":"` + spoken(long) + `","mitid_reference_text":"` + spoken("to MitID") + `","nbid_idp":"BID"}}`,
			[]eid.Particular{{EID: eid.DKMitID, Text: "to MitID"}, {EID: eid.SEBankID, Text: long}}},
		{`{"additionalParameters":{"nbid_idp":"BIS","mitid_reference_text":"` + spoken("to MitID") + `"}}`,
			[]eid.Particular{{EID: eid.NOBankID, Context: "urn:grn:authn:no:bankid:substantial"}, {EID: eid.DKMitID, Text: "to MitID"}}},
		{`{"allowedProviders":["freja","mitid"],"additionalParameters":{"nbid_idp":"BID","sbid_intention_text":"` + spoken("to BankID") + `"}}`, nil},
	} {
		g.create(t, redirecting(t, c.body))
		if o := g.order(t); !reflect.DeepEqual(o.Particulars, c.want) || o.Text != "" || o.Context != "" {
			t.Errorf("%s: %+v, and to all %q", c.body, o.Particulars, o.Text)
		}
	}
	for _, body := range []string{
		`{"allowedProviders":["sbid","mitid"],"additionalParameters":{"mitid_reference_text":"` + spoken(long) + `"}}`,
		`{"allowedProviders":["sbid","mitid"],"additionalParameters":{"sbid_intention_text":"` + spoken("<b>") + `"}}`,
	} {
		g.forget()
		if a := g.ask(t, "full", "POST", sessions, redirecting(t, body)); a.StatusCode != 400 || a.blames(t) != "additionalParameters" {
			t.Errorf("%s: %d %s", body, a.StatusCode, a.body)
		}
	}
}

func TestAPersonIsToldOfWhatTheirOwnEIDShowed(t *testing.T) {
	g := open(t, sessionapi.Config{})
	body := redirecting(t, `{"allowedProviders":["sbid","mitid"],"requestedAttributes":["mitidReferenceTextBody"],"additionalParameters":{"sbid_intention_text":"`+spoken("to BankID")+`"}}`)
	for text, body := range map[string]string{
		"":         body,
		"to MitID": strings.Replace(body, `"sbid_intention_text"`, `"mitid_reference_text":"`+spoken("to MitID")+`","sbid_intention_text"`, 1),
	} {
		g.create(t, body)
		g.with(t, func(s *eid.Session) error {
			if _, err := s.Choose(eid.DKMitID, then); err != nil {
				return err
			}
			if _, err := s.Present("provider", eid.Challenge{}, nil, then); err != nil {
				return err
			}
			_, err := s.Complete(evidence(t, s.Snapshot().Order), then)
			return err
		})
		subject, _ := g.get(t, "").members(t)["subject"].(map[string]any)
		if told, _ := subject["mitidReferenceTextBody"].(string); told != text || subject["id"] == nil {
			t.Errorf("MitID is said to have shown %q in place of %q", told, text)
		}
	}
}

func TestNobodyIsAskedForAtALevelWithoutANumber(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for asked, want := range map[string]eid.Registration{"BASIC": eid.Extended, "basic": eid.Extended, "EXTENDED": eid.Extended, "PLUS": eid.Plus, "": ""} {
		g.create(t, redirecting(t, `{"allowedProviders":["freja"],"additionalParameters":{"freja_min_registration_level":"`+asked+`"}}`))
		if got := g.order(t).Require.Registration; got != want {
			t.Errorf("%q becomes %q", asked, got)
		}
	}
}
