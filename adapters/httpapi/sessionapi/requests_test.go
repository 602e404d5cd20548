package sessionapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

const (
	headless = `{"flow":"headless","requestedAttributes":[],"allowedProviders":["sbid"]}`
	embedded = `{"flow":"embedded","requestedAttributes":[],"embeddedParentDomains":["example.com"]}`
	someKey  = `{"kty":"ec","use":"enc","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
)

func changed(t testing.TB, body, changes string) string {
	t.Helper()
	m := map[string]any{}
	for _, text := range []string{body, changes} {
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

func words(list []eid.EID) string {
	var b []string
	for _, e := range list {
		b = append(b, string(e))
	}
	return strings.Join(b, " ")
}

func TestPeopleChooseAmongWhatIsThereForTheFlow(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for _, c := range []struct{ as, body, one, choices string }{
		{"full", plainRedirect, "", "se.bankid se.freja no.bankid dk.mitid"}, // no Vipps here, and no FTN without a key
		{"sandbox", plainRedirect, "", "se.bankid se.freja no.bankid no.vipps dk.mitid"},
		{"full", redirecting(t, `{"encryptionPublicKey":`+someKey+`}`), "", "se.bankid se.freja no.bankid dk.mitid fi.ftn"},
		{"full", redirecting(t, `{"allowedProviders":[]}`), "", "se.bankid se.freja no.bankid dk.mitid"},
		{"full", redirecting(t, `{"allowedProviders":["MitID","nbid","mitid"]}`), "", "dk.mitid no.bankid"},
		{"full", redirecting(t, `{"allowedProviders":["nbid"]}`), "no.bankid", ""},
		{"full", redirecting(t, `{"allowedProviders":["nbid","NBID"]}`), "no.bankid", ""},
		{"full", embedded, "", "se.bankid se.freja"},
		{"full", changed(t, embedded, `{"allowedProviders":["freja"]}`), "se.freja", ""},
		{"full", headless, "se.bankid", ""},
		{"full", redirecting(t, `{"prefilledInput":{"nin":"19990807-2391"}}`), "", "se.bankid se.freja"},
		{"full", redirecting(t, `{"prefilledInput":{"NIN":"20123931743","mobile":"+4790881716"}}`), "no.bankid", ""},
		{"full", redirecting(t, `{"allowedProviders":["nbid","mitid"],"prefilledInput":{"nin":"1310521234"}}`), "dk.mitid", ""},
	} {
		g.forget()
		if a := g.ask(t, c.as, "POST", sessions, c.body); a.StatusCode != 200 {
			t.Errorf("%s: %d %s", c.body, a.StatusCode, a.body)
			continue
		}
		o := g.order(t)
		if string(o.EID) != c.one || words(o.Choices) != c.choices {
			t.Errorf("%s: %q among %s", c.body, o.EID, words(o.Choices))
		}
		if strings.Contains(c.body, "nin") && (o.Require.Person.IsZero() || !o.Wants.Has(eid.WantNumber)) {
			t.Errorf("anybody may turn up")
		}
	}
}

func TestWhatCannotBeHadIsRefusedByItsName(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for _, c := range []struct{ body, code, names string }{
		{redirecting(t, `{"allowedProviders":["idin"]}`), "provider_not_enabled", "allowedProviders"},
		{redirecting(t, `{"allowedProviders":["sbid","vipps"]}`), "provider_not_enabled", "allowedProviders"},
		{redirecting(t, `{"allowedProviders":[""]}`), "provider_not_enabled", "allowedProviders"},
		{redirecting(t, `{"allowedProviders":["ftn"]}`), "encryption_required", "encryptionPublicKey"},
		{redirecting(t, `{"allowedProviders":["sbid","ftn"]}`), "encryption_required", "encryptionPublicKey"},
		{changed(t, headless, `{"allowedProviders":["nbid"]}`), "flow_not_supported", "allowedProviders"},
		{changed(t, headless, `{"allowedProviders":["sbid","freja"]}`), "flow_not_supported", "allowedProviders"},
		{changed(t, headless, `{"allowedProviders":null}`), "flow_not_supported", "allowedProviders"},
		{changed(t, embedded, `{"allowedProviders":["mitid"]}`), "flow_not_supported", "allowedProviders"},
		{changed(t, embedded, `{"embeddedParentDomains":[]}`), "invalid_request_parameter", "embeddedParentDomains"},
		{changed(t, embedded, `{"embeddedParentDomains":null}`), "invalid_request_parameter", "embeddedParentDomains"},
		{redirecting(t, `{"requestDomain":"evil.example"}`), "invalid_request_parameter", "requestDomain"},
		{redirecting(t, `{"prefilledInput":{}}`), "invalid_request_parameter", "prefilledInput"},
		{redirecting(t, `{"prefilledInput":{"nin":199908072391}}`), "invalid_request_parameter", "prefilledInput.nin"},
		{redirecting(t, `{"prefilledInput":{"nin":"19990807-2392"}}`), "invalid_request_parameter", "prefilledInput.nin"},
		{redirecting(t, `{"allowedProviders":["nbid"],"prefilledInput":{"nin":"19990807-2391"}}`), "invalid_request_parameter", "prefilledInput.nin"},
		{redirecting(t, `{"prefilledInput":"x","additionalParameters":[],"encryptionPublicKey":1}`), "invalid_request_parameter", "prefilledInput additionalParameters encryptionPublicKey"},
		{redirecting(t, `{"additionalParameters":{"sbid_flow":1}}`), "invalid_request_parameter", "additionalParameters"},
		{redirecting(t, `{"additionalParameters":{"sbid_flow":"PHONE","sbid_end_user_ip":"::x","sbid_initial_flow":"x","sbid_intention_text":"!","nbid_idp":"BIM","freja_min_registration_level":"GOLD","mitid_reference_text":"/w"}}`),
			"invalid_request_parameter", "additionalParameters.sbid_flow additionalParameters.sbid_intention_text additionalParameters.mitid_reference_text additionalParameters.sbid_end_user_ip additionalParameters.sbid_initial_flow additionalParameters.nbid_idp additionalParameters.freja_min_registration_level"},
		{redirecting(t, `{"allowedProviders":["sbid"],"additionalParameters":{"sbid_intention_text":"PGI+"}}`), "invalid_request_parameter", "additionalParameters"},
		{redirecting(t, `{"requestedLoa":"highest","expiresAt":"tomorrow"}`), "invalid_request_parameter", "requestedLoa expiresAt"},
		{redirecting(t, `{"tags":["19990807-2391"]}`), "invalid_request_parameter", "tags"},
		{redirecting(t, `{"usageReference":"19990807-2391"}`), "invalid_request_parameter", "usageReference"},
		{redirecting(t, `{"tags":[null]}`), "invalid_request_parameter", "tags"},
	} {
		g.forget()
		a := g.ask(t, "full", "POST", sessions, c.body)
		if a.StatusCode != 400 || a.members(t)["code"] != c.code || a.Header.Get("X-Error-Code") != c.code || a.blames(t) != c.names {
			t.Errorf("%s: %d %s", c.body, a.StatusCode, a.body)
		}
		if strings.Contains(a.body, "19990807") || strings.Contains(a.body, "evil") || strings.Contains(a.body, "idin") {
			t.Errorf("%s: the answer quotes what was sent", c.body)
		}
	}
	// A number of ten digits that fits two countries is nobody's.
	g.forget()
	a := g.ask(t, "full", "POST", sessions, redirecting(t, `{"prefilledInput":{"nin":"`+inTwoCountries(t)+`"}}`))
	if a.StatusCode != 400 || a.blames(t) != "prefilledInput.nin" {
		t.Error(a.StatusCode, a.body)
	}
}

// inTwoCountries is a number of ten digits by the rules of Sweden and of Denmark.
func inTwoCountries(t testing.TB) string {
	t.Helper()
	options := identity.Options{AsOf: then}
	for n := range 10_000 {
		digits := []byte("1111110000")
		for i := 9; i > 5; i-- {
			digits[i] = '0' + byte(n%10)
			n /= 10
		}
		_, swedish := identity.ParsePerson(identity.SE, string(digits), options)
		_, danish := identity.ParsePerson(identity.DK, string(digits), options)
		if swedish == nil && danish == nil {
			return string(digits)
		}
	}
	t.Fatal("no number fits both countries")
	return ""
}

func TestWhatIsAskedReachesTheOrder(t *testing.T) {
	g := open(t, sessionapi.Config{})
	g.create(t, redirecting(t, `{"allowedProviders":["sbid"],"requestedLoa":"SUBSTANTIAL","tags":["a","b"],"usageReference":"u1","themeId":"agkaa12",
		"externalReference":"ref","language":"NO-no","requestDomain":"EID.example","additionalParameters":{"Sbid_initial_flow":"remote_flow","sbid_intention_text":"TG9nZ2EgaW4","nbid_idp":"BID"}}`))
	o := g.order(t)
	if o.Surface != "session" || o.Operation != eid.Authenticate || o.Channel != eid.Page || !o.Renewable || o.Require.Assurance != eid.Substantial ||
		strings.Join(o.Tags, ",") != "a,b" || o.Usage != "u1" || o.Theme != "agkaa12" || o.Correlation != "ref" || o.Language != "nb" ||
		o.Device != eid.OtherDevice || o.Text != "Logga in" || o.Context != "" || o.NotifyAt != "https://rp.example/news" || o.ReturnTo != "https://rp.example/ok" {
		t.Errorf("%+v", o)
	}
	g.create(t, redirecting(t, `{"allowedProviders":["nbid"],"additionalParameters":{"nbid_idp":"bis"}}`))
	if o := g.order(t); o.Context != "urn:grn:authn:no:bankid:substantial" || o.Wants != 0 {
		t.Error(o.Context, o.Wants)
	}
	g.create(t, redirecting(t, `{"allowedProviders":["freja","mitid"],"requestedAttributes":["email","address","phoneNumber","sbidDeviceIp","nin.issuingCountry"],"additionalParameters":{"freja_min_registration_level":"plus","sbid_initial_flow":"LOCAL_FLOW","mitid_reference_text":"w6U="}}`))
	if o := g.order(t); o.Require.Registration != eid.Plus || o.Device != eid.SameDevice || o.Particulars[0].Text != "å" || o.Wants != eid.WantEmail|eid.WantAddress|eid.WantPhone|eid.WantNumber {
		t.Error(o.Require.Registration, o.Device, o.Wants)
	}
	g.create(t, redirecting(t, `{"allowedProviders":["sbid"],"requestedAttributes":["sbidXmlSignature","sbidDeviceIp"]}`))
	if o := g.order(t); o.Wants != eid.WantProofs|eid.WantDevice|eid.WantNumber {
		t.Error(o.Wants)
	}
	for asked, spoken := range map[string]string{"": "", "en": "en", "nb": "nb", "nn": "nb", "sv-SE": "sv", "da_DK": "da", "nl": "en", "!": "en"} {
		g.create(t, redirecting(t, `{"language":"`+asked+`"}`))
		if o := g.order(t); o.Language != spoken {
			t.Errorf("%q becomes %q", asked, o.Language)
		}
	}
}

func TestWhatNobodyNeedsIsIgnored(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for _, body := range []string{
		redirecting(t, `{"prefilledInput":null}`), redirecting(t, `{"prefilledInput":{"mitidAppType":"android"}}`),
		redirecting(t, `{"prefilledInput":{"mitidAppType":1}}`), redirecting(t, `{"prefilledInput":{"nin":null,"mobile":null,"username":null}}`),
		redirecting(t, `{"prefilledInput":{"nin":""}}`),
		changed(t, headless, `{"callbackUrls":"x"}`), changed(t, headless, `{"callbackUrls":{"success":1},"CallbackUrls":[]}`), changed(t, embedded, `{"callbackUrls":[]}`),
	} {
		g.create(t, body)
		if o := g.order(t); !o.Require.Person.IsZero() {
			t.Errorf("%s is not ignored", body)
		}
	}
}

func TestNewsGoesByPlainHTTPToTheOwnMachineOfASandboxAlone(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for as, at := range map[string]string{"full": "https://rp.example/news", "colleague": "", "foreign": "", "sandbox": "http://localhost:3000/news"} {
		g.forget()
		if a := g.ask(t, as, "POST", sessions, plainRedirect); a.StatusCode != 200 || g.order(t).NotifyAt != at {
			t.Errorf("%s: %d, news goes to %q", as, a.StatusCode, g.order(t).NotifyAt)
		}
	}
}

func TestParentsAreHostsAndNothingElse(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for _, c := range []struct{ as, host, origins string }{
		{"full", "example.com", "https://example.com"}, {"full", "https://Example.com/", "https://example.com"}, {"full", "a.b-c.example:8443", "https://a.b-c.example:8443"},
		{"full", "localhost", "https://localhost"}, {"sandbox", "localhost", "https://localhost http://localhost:*"},
		{"sandbox", "localhost:5173", "https://localhost:5173 http://localhost:5173"}, {"sandbox", "127.0.0.1", "https://127.0.0.1 http://127.0.0.1:*"},
		{"sandbox", "example.com", "https://example.com"}, {"framer", "https://Shop.example", "https://shop.example"}, {"framer", "example.com", ""}, {"framer", "a.shop.example", ""},
		{"full", "*", ""}, {"full", "*.example.com", ""}, {"full", "'self'", ""}, {"full", "", ""}, {"full", "example.com; script-src *", ""}, {"full", "example.com evil.example", ""},
		{"full", "http://example.com", ""}, {"full", "https://https://example.com", ""}, {"full", "example.com/path", ""}, {"full", "example.com:0", ""}, {"full", "example.com:99999", ""},
		{"full", "example.com:*", ""}, {"full", "exämple.com", ""}, {"full", "a..b", ""}, {"full", ".", ""}, {"full", "-a.example", ""}, {"full", "user@example.com", ""}, {"full", "https:", ""},
	} {
		g.forget()
		quoted, _ := json.Marshal([]string{c.host})
		a := g.ask(t, c.as, "POST", sessions, changed(t, embedded, `{"embeddedParentDomains":`+string(quoted)+`}`))
		if c.origins == "" {
			if a.StatusCode != 400 || a.blames(t) != "embeddedParentDomains" {
				t.Errorf("%q: %d %s", c.host, a.StatusCode, a.body)
			}
		} else if a.StatusCode != 200 || strings.Join(g.order(t).Frames, " ") != c.origins {
			t.Errorf("%q: %d %s", c.host, a.StatusCode, a.body)
		}
	}
}

func TestNoTextOfARequestCanForgeTheFieldsOfAnother(t *testing.T) {
	g := open(t, sessionapi.Config{})
	for _, with := range []string{
		`"language":"sv\u0000"`, `"requestDomain":"a\u0000b"`, `"requestedAttributes":["name,nin"]`, `"requestedAttributes":["name\u0000"]`, `"requestedAttributes":["name\u0001"]`,
		`"allowedProviders":["sbid\u0001nbid"]`, `"allowedProviders":["sbid\u0000"]`, `"themeId":"a\u0000"`, `"externalReference":"a\u0000"`,
		`"callbackUrls":{"success":"https://rp.example/\u0000","abort":"https://rp.example/b","error":"https://rp.example/c"}`,
	} {
		if a := g.ask(t, "full", "POST", sessions, redirecting(t, `{`+with+`}`)); a.StatusCode != 400 && a.StatusCode != 200 {
			t.Errorf("%s: %d %s", with, a.StatusCode, a.body)
		}
	}
}
