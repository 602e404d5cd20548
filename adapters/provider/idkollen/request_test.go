package idkollen_test

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider/idkollen"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	standin "github.com/eidgate/eidgate/test/standin/idkollen"
)

// sent is the body that a start had, by member.
func (b bench) sent(t *testing.T, path string) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(b.there.Body("POST "+path), &body); err != nil {
		t.Fatalf("nothing was sent to %s", path)
	}
	return body
}

func TestAnOrderIsWordedInTheMembersOfItsOperation(t *testing.T) {
	company, err := identity.ParseOrg(identity.SE, "5590000948", identity.Options{AsOf: newBench(t).clock.Now()})
	if err != nil {
		t.Fatal(err)
	}
	plain := func(*eid.Order) {}
	for _, c := range []struct {
		eid       eid.EID
		operation eid.Operation
		channel   eid.Channel
		path      string
		order     func(*eid.Order)
		want      map[string]any // beside refId, and callbackUrl or redirectUrl
	}{
		{eid.SEBankID, eid.Authenticate, eid.App, "/v3/bankid-se/auth", func(o *eid.Order) {
			o.Text, o.Require.PIN, o.Company = "To see your bill.", true, company
		}, map[string]any{"ipAddress": "192.0.2.7", "intent": "Acme\n\nTo see your bill.", "pinRequired": true, "requestAddress": true, "orgNumber": "559000-0948"}},
		{eid.SEBankID, eid.Sign, eid.App, "/v3/bankid-se/sign", func(o *eid.Order) { o.Digest, o.Wants = "a1b2", eid.WantNumber },
			map[string]any{"ipAddress": "192.0.2.7", "text": "Acme\n\nI agree to the offer.", "digest": "a1b2"}},
		{eid.SEBankID, eid.ProveAge, eid.App, "/v3/bankid-se/auth", plain, map[string]any{"ipAddress": "192.0.2.7", "intent": "Acme"}},
		{eid.SEBankID, eid.PhoneAuthenticate, eid.Backchannel, "/v3/bankid-se/phone/auth", func(o *eid.Order) { o.CallInitiator = eid.CalledByPerson },
			map[string]any{"ssn": "person", "callInitiator": "USER", "intent": "Acme", "requestAddress": true}},
		{eid.SEBankID, eid.PhoneSign, eid.Backchannel, "/v3/bankid-se/phone/sign", plain,
			map[string]any{"ssn": "person", "callInitiator": "RP", "text": "Acme\n\nI agree to the offer.", "requestAddress": true}},
		{eid.SEFreja, eid.Authenticate, eid.App, "/v3/freja/auth", func(o *eid.Order) { o.Require.Registration = eid.Plus },
			map[string]any{"minRegistrationLevel": "PLUS", "requestAddress": true}},
		{eid.SEFreja, eid.Sign, eid.Backchannel, "/v3/freja/backchannel/sign", func(o *eid.Order) { o.Wants = 0 },
			map[string]any{"ssn": "person", "country": "SWEDEN", "minRegistrationLevel": "EXTENDED", "text": "Acme\n\nI agree to the offer."}},
		{eid.SEFreja, eid.Authenticate, eid.Backchannel, "/v3/freja/backchannel/auth", func(o *eid.Order) {
			o.Wants, o.Require.Person, o.Require.Registration = 0, number(t, eid.DKMitID, standin.Mette), eid.Plus
		}, map[string]any{"ssn": "person", "country": "DENMARK", "minRegistrationLevel": "PLUS"}},
		{eid.NOBankID, eid.Authenticate, eid.Page, "/v3/bankid-no/auth", plain,
			map[string]any{"requestSsn": true, "requestPhone": true, "requestEmail": true, "requestAddress": true}},
		{eid.NOBankID, eid.Authenticate, eid.Page, "/v3/bankid-no/auth", func(o *eid.Order) { o.Wants = 0 }, map[string]any{}},
		{eid.NOBankID, eid.Sign, eid.Page, "/v3/bankid-no/sign", func(o *eid.Order) { o.Wants = 0 }, map[string]any{"text": "Acme: I agree to the offer."}},
		{eid.NOBankID, eid.ProveAge, eid.Page, "/v3/bankid-no/auth", func(o *eid.Order) { o.Wants = 0 }, map[string]any{"requestSsn": true}},
		{eid.NOBankID, eid.Authenticate, eid.Backchannel, "/v3/bankid-no/backchannel/auth", plain, map[string]any{"ssn": "person"}},
		{eid.NOVipps, eid.Authenticate, eid.Page, "/v3/vipps/auth", func(o *eid.Order) { o.Wants = eid.WantPhone }, map[string]any{"requestPhone": true}},
		{eid.NOVipps, eid.Authenticate, eid.Backchannel, "/v3/vipps/backchannel/auth", func(o *eid.Order) { o.Wants = eid.WantNumber | eid.WantPhone },
			map[string]any{"phone": standin.Phone(standin.Kari), "requestSsn": true}},
		{eid.DKMitID, eid.Authenticate, eid.Page, "/v3/mitid/auth", func(o *eid.Order) { o.Wants, o.Text = eid.WantEmail, "Sign up" },
			map[string]any{"referenceText": "Acme: Sign up", "requestEmail": true}},
		{eid.DKMitID, eid.Sign, eid.Page, "/v3/mitid/sign", plain, map[string]any{"text": "Acme: I agree to the offer."}},
		{eid.DKMitID, eid.Authenticate, eid.Backchannel, "/v3/mitid/backchannel/auth", plain, map[string]any{"ssn": "person", "bindingMessage": "blue whale"}},
		{eid.DKMitID, eid.Authenticate, eid.Backchannel, "/v3/mitid/backchannel/auth", func(o *eid.Order) { o.BindingMessage = "" },
			map[string]any{"ssn": "person", "bindingMessage": "Acme"}},
		{eid.FIFTN, eid.Authenticate, eid.Page, "/v3/ftn/auth", plain, map[string]any{"requestPhone": true, "requestEmail": true, "requestAddress": true}},
		{eid.FIFTN, eid.ProveAge, eid.Page, "/v3/ftn/auth", plain, map[string]any{}},
	} {
		t.Run(c.path+" "+string(c.operation), func(t *testing.T) {
			b := newBench(t)
			s := b.order(t, c.eid, c.operation, c.channel)
			c.order(&s.Order)
			b.begun(t, s)
			got, want := b.sent(t, c.path), maps.Clone(c.want)
			want["refId"] = s.ID
			if c.channel == eid.Page {
				want["redirectUrl"] = publicURL + "/callback/idkollen?state=" + s.Ticket
			} else {
				want["callbackUrl"] = publicURL + "/callback/idkollen/" + s.Ticket
			}
			if want["ssn"] != nil {
				want["ssn"] = s.Order.Require.Person.Reveal()
			}
			for name := range maps.Keys(want) {
				if got[name] != want[name] {
					t.Errorf("%s is another than it should be", name)
				}
			}
			for name := range maps.Keys(got) {
				if want[name] == nil {
					t.Errorf("%s is sent, and nobody asked for it", name)
				}
			}
		})
	}
}

func TestACertainPersonIsNamedWhereTheSchemeCanHoldThemTo(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		eid  eid.EID
		path string
		want any
		ssn  bool
	}{
		{eid.SEBankID, "/v3/bankid-se/auth", standin.Number(standin.Anna), false}, {eid.SEFreja, "/v3/freja/auth", nil, false},
	} {
		s := b.order(t, c.eid, eid.Authenticate, eid.App)
		s.Order.Require.Person = number(t, c.eid, standin.Anna)
		b.begun(t, s)
		if b.sent(t, c.path)["ssn"] != c.want {
			t.Errorf("%s: somebody else is named", c.eid)
		}
	}
	s := b.order(t, eid.NOBankID, eid.Authenticate, eid.Page)
	s.Order.Wants, s.Order.Require.Person = 0, number(t, eid.NOBankID, standin.Kari)
	b.begun(t, s)
	if b.sent(t, "/v3/bankid-no/auth")["requestSsn"] != true {
		t.Error("the number by which the right person is known is not asked for")
	}
}

func TestAnOrderOnOurPageIsCarriedByAnApp(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.SEBankID, eid.Authenticate, eid.App)
	s.Order.Channel = eid.Page
	if c := b.begun(t, s).Challenge; c.AppToken == "" || c.Animated.IsZero() {
		t.Error("there is nothing to scan")
	}
}

func TestWithoutHTTPSNobodyIsToldToCallBack(t *testing.T) {
	b := newBench(t)
	p := b.provider(t, func(c *idkollen.Config) { c.PublicURL = "http://127.0.0.1:8080" })
	if _, err := p.Begin(t.Context(), b.order(t, eid.SEBankID, eid.Authenticate, eid.App)); err != nil {
		t.Fatal(err)
	}
	if b.sent(t, "/v3/bankid-se/auth")["callbackUrl"] != nil {
		t.Error("a call-back is asked for")
	}
}

func TestWhatCannotBeCarriedOutIsRefusedBeforeAnybodyIsAsked(t *testing.T) {
	long := func(n int) func(*eid.Order) { return func(o *eid.Order) { o.Text = strings.Repeat("x", n) } }
	for name, c := range map[string]struct {
		eid       eid.EID
		operation eid.Operation
		channel   eid.Channel
		order     func(*eid.Order)
		want      error
	}{
		"a text of NO BankID":          {eid.NOBankID, eid.Sign, eid.Page, long(118), eid.ErrTextTooLong},
		"a text of MitID":              {eid.DKMitID, eid.Sign, eid.Page, long(600), eid.ErrTextTooLong},
		"a reference of MitID":         {eid.DKMitID, eid.Authenticate, eid.Page, long(130), eid.ErrTextTooLong},
		"a sign that MitID forbids":    {eid.DKMitID, eid.Authenticate, eid.Page, func(o *eid.Order) { o.Text = "100 % sure" }, eid.ErrText},
		"an intent in base64":          {eid.SEBankID, eid.Authenticate, eid.App, long(1_120), eid.ErrTextTooLong},
		"a text in base64":             {eid.SEBankID, eid.Sign, eid.App, long(29_996), eid.ErrTextTooLong},
		"a text of Freja":              {eid.SEFreja, eid.Sign, eid.App, long(4_096), eid.ErrTextTooLong},
		"a digest without end":         {eid.SEBankID, eid.Sign, eid.App, func(o *eid.Order) { o.Digest = strings.Repeat("x", 2_001) }, eid.ErrTextTooLong},
		"a digest that nobody signs":   {eid.DKMitID, eid.Sign, eid.Page, func(o *eid.Order) { o.Digest = "a1" }, eid.ErrOrderRefused},
		"a Swede at MitID":             {eid.DKMitID, eid.Authenticate, eid.Backchannel, func(o *eid.Order) { o.Require.Person = number(t, eid.SEBankID, standin.Anna) }, eid.ErrOrderRefused},
		"nobody at NO BankID":          {eid.NOBankID, eid.Authenticate, eid.Backchannel, func(o *eid.Order) { o.Require.Person = identity.Number{} }, eid.ErrOrderRefused},
		"no telephone at Vipps":        {eid.NOVipps, eid.Authenticate, eid.Backchannel, func(o *eid.Order) { o.Phone = "" }, eid.ErrOrderRefused},
		"no message for MitID":         {eid.DKMitID, eid.Authenticate, eid.Backchannel, func(o *eid.Order) { o.BindingMessage, o.OnBehalfOf = "", "" }, eid.ErrOrderRefused},
		"a PIN elsewhere":              {eid.SEFreja, eid.Authenticate, eid.App, func(o *eid.Order) { o.Require.PIN = true }, eid.ErrNoRoute},
		"another channel":              {eid.FIFTN, eid.Authenticate, eid.Page, func(o *eid.Order) { o.Channel = eid.Backchannel }, eid.ErrNoRoute},
		"documents elsewhere":          {eid.DKMitID, eid.Sign, eid.Page, func(o *eid.Order) { o.Text, o.Documents = "", []eid.Document{{ID: "a"}} }, eid.ErrNoRoute},
		"a way that nobody can attest": {eid.SEBankID, eid.Authenticate, eid.App, func(o *eid.Order) { o.Context = "urn:grn:authn:se:bankid:same-device" }, eid.ErrNoRoute},
		"a level that nobody states":   {eid.SEBankID, eid.Authenticate, eid.App, func(o *eid.Order) { o.Require.Assurance = eid.High }, eid.ErrNoRoute},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			s := b.order(t, c.eid, c.operation, c.channel)
			c.order(&s.Order)
			step, err := b.Begin(t.Context(), s)
			if !errors.Is(err, c.want) || step.Challenge != nil {
				t.Errorf("got %v", err)
			}
			if (c.want == eid.ErrTextTooLong || c.want == eid.ErrText) && !errors.Is(err, eid.ErrOrderRefused) {
				t.Errorf("it is no refusal: %v", err)
			}
			for _, path := range []string{"bankid-se/auth", "bankid-se/sign", "freja/auth", "freja/sign", "bankid-no/sign", "mitid/auth", "mitid/sign", "ftn/auth"} {
				if b.there.Calls("POST /v3/"+path) != 0 {
					t.Errorf("%s was asked", path)
				}
			}
		})
	}
}

func TestALongestTextIsTakenWhole(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.NOBankID, eid.Sign, eid.Page)
	s.Order.Text = strings.Repeat("å", 118-len("Acme: "))
	b.begun(t, s)
	if got := b.sent(t, "/v3/bankid-no/sign")["text"]; got != "Acme: "+s.Order.Text {
		t.Error("the text is another")
	}
}
