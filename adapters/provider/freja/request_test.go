package freja_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	there "github.com/eidgate/eidgate/test/standin/freja"
)

func b64(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

const (
	inferred = `"userInfoType":"INFERRED","userInfo":"N/A"`
	extended = `"minRegistrationLevel":"EXTENDED"`
	least    = `{"attribute":"BASIC_USER_INFO"},{"attribute":"SSN"},{"attribute":"DATE_OF_BIRTH"}`
	simple   = `"dataToSignType":"SIMPLE_UTF8_TEXT","signatureType":"SIMPLE","title":"Acme"`
)

func TestTheRequestSaysWhatTheOrderSays(t *testing.T) {
	anna := `"userInfoType":"SSN","userInfo":"` + b64(`{"country":"SE","ssn":"199001012385"}`) + `"`
	hush := strings.NewReplacer(b64(`{"country":"SE","ssn":"199001012385"}`), "*", "+46701740605", "*").Replace
	for name, c := range map[string]struct {
		offer  outbound.Offer
		change func(*testing.T, *eid.Snapshot)
		want   string
	}{
		"a login of anybody": {appLogin, func(*testing.T, *eid.Snapshot) {}, `{` + inferred + `,` + extended + `,"attributesToReturn":[` + least +
			`,{"attribute":"ADDRESSES"},{"attribute":"EMAIL_ADDRESS"},{"attribute":"ALL_PHONE_NUMBERS"}]}`},
		"a login that needs no more": {appLogin, func(_ *testing.T, s *eid.Snapshot) { s.Order.Wants = eid.WantEmail },
			`{` + inferred + `,` + extended + `,"attributesToReturn":[` + least + `,{"attribute":"EMAIL_ADDRESS"}]}`},
		"a proof of age": {proveAge, func(*testing.T, *eid.Snapshot) {}, `{` + inferred + `,` + extended + `,"attributesToReturn":[` + least + `]}`},
		"somebody who was met": {appLogin, func(_ *testing.T, s *eid.Snapshot) { s.Order.Require.Registration, s.Order.Wants = eid.Plus, 0 },
			`{` + inferred + `,"minRegistrationLevel":"PLUS","attributesToReturn":[` + least + `]}`},
		"somebody by number": {namedLogin, func(t *testing.T, s *eid.Snapshot) { s.Order.Require.Person = number(t, there.People[0]) },
			`{` + anna + `,` + extended + `,"attributesToReturn":[` + least + `]}`},
		"somebody by telephone": {namedLogin, func(_ *testing.T, s *eid.Snapshot) {
			s.Order.Require.Person, s.Order.Phone = identity.Number{}, "+46701740605"
		}, `{"userInfoType":"PHONE","userInfo":"+46701740605",` + extended + `,"attributesToReturn":[` + least + `]}`},
		"a signature": {appSign, func(*testing.T, *eid.Snapshot) {}, `{` + inferred + `,` + extended + `,"attributesToReturn":[` + least + `],` + simple +
			`,"dataToSign":{"text":"` + b64("I agree to the offer.") + `"},"expiry":EXPIRY}`},
		"a signature soon": {appSign, func(_ *testing.T, s *eid.Snapshot) { s.ExpiresAt = s.OpenedAt.Add(time.Minute) }, `{` + inferred + `,` + extended +
			`,"attributesToReturn":[` + least + `],` + simple + `,"dataToSign":{"text":"` + b64("I agree to the offer.") + `"}}`},
		"a signature with a digest": {appSign, func(_ *testing.T, s *eid.Snapshot) { s.Order.Digest = "sha256:00" }, `{` + inferred + `,` + extended +
			`,"attributesToReturn":[` + least + `],"dataToSignType":"EXTENDED_UTF8_TEXT","signatureType":"EXTENDED","title":"Acme","dataToSign":{"text":"` +
			b64("I agree to the offer.") + `","binaryData":"` + b64("sha256:00") + `"},"expiry":EXPIRY}`},
		"a signature of somebody": {namedSign, func(t *testing.T, s *eid.Snapshot) { s.Order.Require.Person = number(t, there.People[0]) }, `{` + anna + `,` +
			extended + `,"attributesToReturn":[` + least + `],` + simple + `,"pushNotification":{"title":"Acme","text":"blue whale"},"dataToSign":{"text":"` +
			b64("I agree to the offer.") + `"},"expiry":EXPIRY}`},
		"a signature in Swedish": {namedSign, func(t *testing.T, s *eid.Snapshot) {
			s.Order.Require.Person, s.Order.BindingMessage, s.Order.OnBehalfOf = number(t, there.People[0]), "", "Ac\nme\u202e"
		}, `{` + anna + `,` + extended + `,"attributesToReturn":[` + least + `],"dataToSignType":"SIMPLE_UTF8_TEXT","signatureType":"SIMPLE","title":"Ac me",` +
			`"pushNotification":{"title":"Ac me","text":"Du har något att skriva under."},"dataToSign":{"text":"` + b64("I agree to the offer.") + `"},"expiry":EXPIRY}`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			s := b.Order(t, c.offer)
			c.change(t, &s)
			if _, err := b.Begin(t.Context(), s); err != nil {
				t.Fatalf("begin: %v because of %v", err, errors.Unwrap(err))
			}
			var wanted any
			if err := json.Unmarshal([]byte(strings.ReplaceAll(c.want, "EXPIRY", strconv.FormatInt(s.ExpiresAt.UnixMilli(), 10))), &wanted); err != nil {
				t.Fatal(err)
			}
			want, _ := json.Marshal(wanted)
			if got, _ := json.Marshal(b.there.Last()); string(got) != string(want) {
				t.Errorf("got %s, want %s", hush(string(got)), hush(string(want)))
			}
		})
	}
}

func TestFourCountriesAreNamedEachInItsOwnWay(t *testing.T) {
	b := newBench(t)
	for _, who := range []there.Person{there.People[0], there.People[4], there.People[5], there.People[6]} {
		s := b.Order(t, namedLogin)
		s.Order.Require.Person = number(t, who)
		step, err := b.Begin(t.Context(), s)
		if err != nil {
			t.Fatalf("%s: %v", who.Country, err)
		}
		got, err := b.Advance(t.Context(), step.Thread, b.Approve(t, s, step))
		if err != nil || got.Evidence == nil {
			t.Fatalf("%s: %v because of %v", who.Country, err, errors.Unwrap(err))
		}
		if got.Evidence.Number != s.Order.Require.Person {
			t.Errorf("%s: another number than the person's", who.Country)
		}
	}
}

func TestWhatFrejaDoesNotTakeIsNotSent(t *testing.T) {
	b := newBench(t)
	for name, c := range map[string]struct {
		offer  outbound.Offer
		change func(*eid.Order)
		want   error
	}{
		"a code and no finger":    {appLogin, func(o *eid.Order) { o.Require.PIN = true }, eid.ErrOrderRefused},
		"no telephone number":     {namedLogin, func(o *eid.Order) { o.Require.Person, o.Phone = identity.Number{}, "0701740605" }, eid.ErrOrderRefused},
		"a name without end":      {appSign, func(o *eid.Order) { o.OnBehalfOf = strings.Repeat("å", 129) }, eid.ErrOrderRefused},
		"a text without end":      {appSign, func(o *eid.Order) { o.Text = strings.Repeat("å", 4097) }, eid.ErrTextTooLong},
		"another eID":             {appLogin, func(o *eid.Order) { o.EID = eid.SEBankID }, eid.ErrNoRoute},
		"by redirect":             {appLogin, func(o *eid.Order) { o.Channel = eid.Redirect }, eid.ErrNoRoute},
		"an age by telephone":     {proveAge, func(o *eid.Order) { o.Channel = eid.Backchannel }, eid.ErrNoRoute},
		"documents":               {appSign, func(o *eid.Order) { o.Documents = []eid.Document{{ID: "1"}} }, eid.ErrNoRoute},
		"a way that it cannot be": {appLogin, func(o *eid.Order) { o.Context = "urn:grn:authn:se:frejaid:qr" }, eid.ErrNoRoute},
	} {
		s := b.Order(t, c.offer)
		c.change(&s.Order)
		if _, err := b.Begin(t.Context(), s); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if b.there.Last() != nil {
		t.Error("Freja was asked")
	}
	s := b.Order(t, appSign)
	s.Order.OnBehalfOf, s.Order.Text = strings.Repeat("å", 128), strings.Repeat("å", 4096)
	if _, err := b.Begin(t.Context(), s); err != nil {
		t.Errorf("the longest texts: %v", err)
	}
}
