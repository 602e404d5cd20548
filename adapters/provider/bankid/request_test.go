package bankid_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestTheRequestSaysWhatTheOrderSays(t *testing.T) {
	const anna = "199001012385"
	for name, c := range map[string]struct {
		offer  outbound.Offer
		change func(*eid.Snapshot)
		want   string
	}{
		"a login": {appLogin, func(*eid.Snapshot) {}, `{"endUserIp":"192.0.2.7","userVisibleData":"` + b64("Acme") + `"}`},
		"a login for a reason": {appLogin, func(s *eid.Snapshot) { s.Order.Text = "To see your bill." },
			`{"endUserIp":"192.0.2.7","userVisibleData":"` + b64("Acme:\n\nTo see your bill.") + `"}`},
		"a login of somebody": {appLogin, func(s *eid.Snapshot) {
			s.Order.Require.Person, s.Order.Require.PIN = number(t, anna), true
		}, `{"endUserIp":"192.0.2.7","userVisibleData":"` + b64("Acme") + `","requirement":{"pinCode":true,"personalNumber":"` + anna + `"}}`},
		"a proof of age from nowhere": {outbound.Offer{EID: eid.SEBankID, Operation: eid.ProveAge, Channel: eid.App},
			func(s *eid.Snapshot) { s.Order.PersonAddress = "" }, `{"endUserIp":"127.0.0.1","userVisibleData":"` + b64("Acme") + `"}`},
		"an address behind a gateway": {appLogin, func(s *eid.Snapshot) { s.Order.PersonAddress = "fe80::1%eth0" },
			`{"endUserIp":"fe80::1","userVisibleData":"` + b64("Acme") + `"}`},
		"our page": {appLogin, func(s *eid.Snapshot) { s.Order.Channel, s.Challenge.URL = eid.Page, "https://eid.example/s/1" },
			`{"endUserIp":"192.0.2.7","userVisibleData":"` + b64("Acme") + `","returnUrl":"https://eid.example/s/1"}`},
		"a page too long to return to": {appLogin, func(s *eid.Snapshot) {
			s.Order.Channel, s.Challenge.URL = eid.Page, "https://eid.example/"+strings.Repeat("s", 500)
		}, `{"endUserIp":"192.0.2.7","userVisibleData":"` + b64("Acme") + `"}`},
		"a signature": {appSign, func(s *eid.Snapshot) { s.Order.Digest = "sha256:00" }, `{"endUserIp":"192.0.2.7","userVisibleData":"` +
			b64("Acme:\n\nI agree to the offer.") + `","userNonVisibleData":"` + b64("sha256:00") + `"}`},
		"a text with markup": {appSign, func(s *eid.Snapshot) { s.Order.Text = "# Terms\nI *agree*." }, `{"endUserIp":"192.0.2.7","userVisibleData":"` +
			b64("Acme:\n\n# Terms\nI *agree*.") + `","userVisibleDataFormat":"simpleMarkdownV1"}`},
		"a name that would be markup": {appSign, func(s *eid.Snapshot) { s.Order.OnBehalfOf, s.Order.Text = "*Acme*", "# Terms" },
			`{"endUserIp":"192.0.2.7","userVisibleData":"` + b64("*Acme*:\n\n# Terms") + `"}`},
		"a name of two lines": {appLogin, func(s *eid.Snapshot) { s.Order.OnBehalfOf = "Acme\n\n# The\u202e Bank" },
			`{"endUserIp":"192.0.2.7","userVisibleData":"` + b64("Acme # The Bank") + `"}`},
		"no name and no text": {appLogin, func(s *eid.Snapshot) { s.Order.OnBehalfOf = "" }, `{"endUserIp":"192.0.2.7"}`},
		"a call by us": {phoneSign, func(s *eid.Snapshot) { s.Order.Require.Person = number(t, anna) }, `{"personalNumber":"` + anna +
			`","callInitiator":"RP","userVisibleData":"` + b64("Acme:\n\nblue whale\n\nI agree to the offer.") + `"}`},
		"a call by the person": {phoneSign, func(s *eid.Snapshot) {
			s.Order.Require.Person, s.Order.CallInitiator, s.Order.BindingMessage, s.Order.Require.PIN = number(t, anna), eid.CalledByPerson, "", true
		}, `{"personalNumber":"` + anna + `","callInitiator":"user","requirement":{"pinCode":true},"userVisibleData":"` +
			b64("Acme:\n\nI agree to the offer.") + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			s := b.Order(t, c.offer)
			c.change(&s)
			if _, err := b.Begin(t.Context(), s); err != nil {
				t.Fatalf("begin: %v because of %v", err, errors.Unwrap(err))
			}
			got, err := json.Marshal(b.there.Last())
			if err != nil {
				t.Fatal(err)
			}
			if !sameJSON(t, got, c.want) {
				t.Errorf("got another request than %s", strings.ReplaceAll(c.want, anna, "************"))
			}
		})
	}
}

func sameJSON(t *testing.T, got []byte, want string) bool {
	t.Helper()
	var wanted any
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		t.Fatal(err)
	}
	canonical, err := json.Marshal(wanted)
	return err == nil && string(canonical) == string(got)
}

func TestPoliciesOfTheOperatorGoAlong(t *testing.T) {
	b := newBench(t)
	c := b.own
	c.Policies, c.Address = []string{"1.2.752.78.1.5"}, "198.51.100.4"
	s := b.Order(t, appLogin)
	s.Order.PersonAddress = ""
	if _, err := b.another(t, c).Begin(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	got, _ := json.Marshal(b.there.Last())
	if !sameJSON(t, got, `{"endUserIp":"198.51.100.4","userVisibleData":"`+b64("Acme")+`","requirement":{"certificatePolicies":["1.2.752.78.1.5"]}}`) {
		t.Errorf("got %s", got)
	}
}

func TestMarkupIsWhatBankIDTakesForIt(t *testing.T) {
	b := newBench(t)
	for text, want := range map[string]bool{
		"### Terms": true, "one\n## Two": true, "- one\n- two": true, "+ one": true, "|a|b|\n|1|2|": true, "a\n---\nb": true, "a\r\n---\r\nb": true, "|a|b|\r\nc": true,
		"I *fully agree*.": true, "*yes*": true,
		"#1 in town": false, "5 * 3 * 2": false, "a*b*c": false, "- ": false, "call +46 70": false, "a - b": false, "a | b": false, "Price: 10 *": false,
	} {
		s := b.Order(t, appSign)
		s.Order.Text = text
		if _, err := b.Begin(t.Context(), s); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if format, is := b.there.Last()["userVisibleDataFormat"]; is != want || is && format != "simpleMarkdownV1" {
			t.Errorf("%q: sent as %v", text, format)
		}
	}
}

func TestWhatDoesNotFitIsRefusedAndNeverShortened(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct {
		offer  outbound.Offer
		change func(*eid.Order)
		want   error
	}{
		"the longest reason":      {appLogin, func(o *eid.Order) { o.Text = strings.Repeat("x", 1125-len("Acme:\n\n")) }, nil},
		"one letter more":         {appLogin, func(o *eid.Order) { o.Text = strings.Repeat("x", 1126-len("Acme:\n\n")) }, eid.ErrTextTooLong},
		"the longest text":        {appSign, func(o *eid.Order) { o.Text = strings.Repeat("x", 30_000-len("Acme:\n\n")) }, nil},
		"one letter more to sign": {appSign, func(o *eid.Order) { o.Text = strings.Repeat("x", 30_001-len("Acme:\n\n")) }, eid.ErrTextTooLong},
		"a digest of a login":     {appLogin, func(o *eid.Order) { o.Digest = strings.Repeat("x", 1_126) }, eid.ErrTextTooLong},
		"a Norwegian": {appLogin, func(o *eid.Order) {
			o.Require.Person, _ = identity.ParseCanonical(identity.NO, identity.KindFnr, "05840399895")
		}, eid.ErrUnknownPerson},
		"nobody on the telephone":        {phoneSign, func(o *eid.Order) { o.Require.Person = identity.Number{} }, eid.ErrOrderRefused},
		"an address that is none":        {appLogin, func(o *eid.Order) { o.PersonAddress = "somewhere" }, eid.ErrOrderRefused},
		"another eID":                    {appLogin, func(o *eid.Order) { o.EID = eid.SEFreja }, eid.ErrNoRoute},
		"by redirect":                    {appLogin, func(o *eid.Order) { o.Channel = eid.Redirect }, eid.ErrNoRoute},
		"documents":                      {appSign, func(o *eid.Order) { o.Documents = []eid.Document{{ID: "1"}} }, eid.ErrNoRoute},
		"a device that nobody can prove": {appLogin, func(o *eid.Order) { o.Context = "urn:grn:authn:se:bankid:same-device" }, eid.ErrNoRoute},
	} {
		s := b.Order(t, c.offer)
		c.change(&s.Order)
		before := b.there.Calls("/rp/v6.0/auth") + b.there.Calls("/rp/v6.0/sign") + b.there.Calls("/rp/v6.0/phone/sign")
		_, err := b.Begin(t.Context(), s)
		asked := b.there.Calls("/rp/v6.0/auth")+b.there.Calls("/rp/v6.0/sign")+b.there.Calls("/rp/v6.0/phone/sign") > before
		if !errors.Is(err, c.want) || asked != (c.want == nil) {
			t.Errorf("%s: got %v, and BankID was asked: %v", name, err, asked)
		}
	}
}
