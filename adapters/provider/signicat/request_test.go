package signicat_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	standin "github.com/eidgate/eidgate/test/standin/signicat"
)

// sent is the body of the last create.
func (b bench) sent(t *testing.T) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(b.there.Body(), &body); err != nil {
		t.Fatal(err)
	}
	return body
}

func parameters(t *testing.T, body map[string]any) map[string]any {
	t.Helper()
	all, _ := body["additionalParameters"].(map[string]any)
	return all
}

func TestAnOrderOnAPageIsWordedForARedirect(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.NOBankID, eid.Page, func(o *eid.Order) { o.Language = "nb"; o.Wants = 0 })
	b.begun(t, s)
	back := publicURL + "/callback/signicat?state=" + s.Ticket
	life := int(s.ExpiresAt.Sub(b.clock.Now()) / time.Second)
	want := map[string]any{
		"flow": "redirect", "allowedProviders": []any{"nbid"}, "externalReference": s.ID, "language": "no", "tags": []any{"eidgate"},
		"callbackUrls":        map[string]any{"success": back, "abort": back, "error": back},
		"sessionLifetime":     float64(life),
		"requestedAttributes": []any{"dateOfBirth", "idpId", "name", "firstName", "lastName", "nbidAlternativeSubject", "nbidIdp", "nbidOriginator"},
	}
	if got := b.sent(t); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v", got)
	}
}

func TestAnOrderInAnAppIsWordedForAHeadlessSession(t *testing.T) {
	b := newBench(t)
	b.begun(t, b.order(t, eid.SEBankID, eid.App))
	body := b.sent(t)
	if body["flow"] != "headless" || body["callbackUrls"] != nil || body["encryptionPublicKey"] != nil ||
		!reflect.DeepEqual(parameters(t, body), map[string]any{"sbid_flow": "QR", "sbid_end_user_ip": "192.0.2.7"}) {
		t.Errorf("sent %v", body)
	}
	step := b.begun(t, b.order(t, eid.SEBankID, eid.App, func(o *eid.Order) { o.Device = eid.SameDevice }))
	if got := parameters(t, b.sent(t)); got["sbid_flow"] != "APP_LAUNCH" || step.Challenge.AppToken == "" || step.Challenge.QR != "" || step.Rest != 2*time.Second {
		t.Errorf("sent %v, shown %+v", got, step.Challenge)
	}
}

// TestAFramedPageShowsTheAppsCode: Signicat's own pages refuse to be framed.
func TestAFramedPageShowsTheAppsCode(t *testing.T) {
	b := newBench(t)
	framed := func(o *eid.Order) { o.Frames = []string{"https://shop.example"} }
	step := b.begun(t, b.order(t, eid.SEBankID, eid.Page, framed))
	if step.Challenge.URL != "" || step.Challenge.QR == "" || b.sent(t)["flow"] != "headless" {
		t.Errorf("shown %+v", step.Challenge)
	}
	if _, err := b.Begin(t.Context(), b.order(t, eid.NOBankID, eid.Page, framed)); !errors.Is(err, eid.ErrNoRoute) {
		t.Errorf("an eID without an app: %v", err)
	}
}

func TestWhatAnOrderRequiresIsAskedFor(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		name   string
		eid    eid.EID
		change func(*eid.Order)
		loa    any
		extra  map[string]any
	}{
		{"MitID by itself", eid.DKMitID, func(*eid.Order) {}, "substantial", nil},
		{"MitID by its context", eid.DKMitID, func(o *eid.Order) { o.Context = "urn:grn:authn:dk:mitid:high" }, "high", nil},
		{"MitID low", eid.DKMitID, func(o *eid.Order) { o.Context = "urn:grn:authn:dk:mitid:low" }, "low", nil},
		{"the higher of two", eid.DKMitID, func(o *eid.Order) {
			o.Context, o.Require.Assurance = "urn:grn:authn:dk:mitid:low", eid.Substantial
		}, "substantial", nil},
		{"Norway, high", eid.NOBankID, func(o *eid.Order) { o.Require.Assurance = eid.High }, "high", map[string]any{"nbid_idp": "BID"}},
		{"Norway, biometric", eid.NOBankID, func(o *eid.Order) { o.Context = "urn:grn:authn:no:bankid:substantial" }, "substantial", map[string]any{"nbid_idp": "BIS"}},
		{"Freja by itself", eid.SEFreja, func(*eid.Order) {}, nil, map[string]any{"freja_min_registration_level": "EXTENDED"}},
		{"Freja Plus", eid.SEFreja, func(o *eid.Order) { o.Require.Registration = eid.Plus }, nil, map[string]any{"freja_min_registration_level": "PLUS"}},
		{"Sweden, on another device", eid.SEBankID, func(o *eid.Order) { o.Device = eid.OtherDevice }, nil, map[string]any{"sbid_initial_flow": "REMOTE_FLOW"}},
		{"Sweden, on the same device", eid.SEBankID, func(o *eid.Order) { o.Device = eid.SameDevice }, nil, map[string]any{"sbid_initial_flow": "LOCAL_FLOW"}},
	} {
		b.begun(t, b.order(t, c.eid, eid.Page, c.change))
		body := b.sent(t)
		if extra := parameters(t, body); body["requestedLoa"] != c.loa || len(extra)+len(c.extra) > 0 && !reflect.DeepEqual(extra, c.extra) {
			t.Errorf("%s: asked for %v and %v", c.name, body["requestedLoa"], extra)
		}
	}
}

func TestWhatIsWantedOfThePersonIsAskedFor(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		name        string
		eid         eid.EID
		change      func(*eid.Order)
		with, never []string
	}{
		{"nothing of Norway", eid.NOBankID, func(o *eid.Order) { o.Wants = 0 }, []string{"name", "dateOfBirth"}, []string{"nin", "email", "phoneNumber", "address"}},
		{"nothing of Sweden", eid.SEBankID, func(o *eid.Order) { o.Wants = 0 }, []string{"nin", "sbidXmlSignature", "sbidOcspResponse"}, []string{"sbidDeviceIp", "email"}},
		{"everything of Freja", eid.SEFreja, func(*eid.Order) {}, []string{"nin", "email", "phoneNumber", "address", "frejaRegistrationLevel"}, []string{"sbidDeviceIp"}},
		{"the device", eid.SEBankID, func(o *eid.Order) { o.Wants = eid.WantDevice }, []string{"sbidDeviceIp"}, nil},
		{"one person", eid.NOBankID, func(o *eid.Order) { o.Wants = 0; o.Require.Person = number(t, eid.NOBankID, standin.Kari) }, []string{"nin"}, nil},
		{"an age", eid.NOBankID, func(o *eid.Order) { o.Operation = eid.ProveAge }, []string{"nin", "dateOfBirth"}, []string{"name", "email"}},
	} {
		b.begun(t, b.order(t, c.eid, eid.Page, c.change))
		var list []string
		for _, one := range b.sent(t)["requestedAttributes"].([]any) {
			list = append(list, one.(string))
		}
		for _, name := range c.with {
			if !slices.Contains(list, name) {
				t.Errorf("%s: %s is not asked for", c.name, name)
			}
		}
		for _, name := range c.never {
			if slices.Contains(list, name) {
				t.Errorf("%s: %s is asked for", c.name, name)
			}
		}
	}
}

func TestTheRequiredPersonIsHandedToSchemesThatTakeOne(t *testing.T) {
	b := newBench(t)
	for e, handed := range map[eid.EID]bool{eid.SEBankID: true, eid.NOBankID: true, eid.DKMitID: true, eid.SEFreja: false, eid.NOVipps: false, eid.FIFTN: false} {
		b.begun(t, b.order(t, e, eid.Page, func(o *eid.Order) { o.Require.Person = number(t, e, who(e)) }))
		if input, _ := b.sent(t)["prefilledInput"].(map[string]any); handed != (input["nin"] == standin.Number(who(e))) || !handed && input != nil {
			t.Errorf("%s: handed %t", e, input != nil)
		}
	}
}

func TestATextBeginsWithTheOrganizationAndIsShownWholeOrNotAtAll(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		eid       eid.EID
		parameter string
		want      string
	}{
		{eid.SEBankID, "sbid_intention_text", "Acme\n\nBuy a horse."}, {eid.DKMitID, "mitid_reference_text", "Acme: Buy a horse."}, {eid.FIFTN, "", ""},
	} {
		b.begun(t, b.order(t, c.eid, eid.Page, func(o *eid.Order) { o.Text = "Buy a horse." }))
		all := parameters(t, b.sent(t))
		if got, _ := all[c.parameter].(string); got != base64.StdEncoding.EncodeToString([]byte(c.want)) || c.parameter == "" && len(all) > 0 {
			t.Errorf("%s: shown %v", c.eid, all)
		}
	}
	calls := b.there.Calls(standin.Create)
	for _, e := range []eid.EID{eid.SEBankID, eid.DKMitID} {
		_, err := b.Begin(t.Context(), b.order(t, e, eid.Page, func(o *eid.Order) { o.Text = strings.Repeat("x", 1_200) }))
		if !errors.Is(err, eid.ErrOrderRefused) || !errors.Is(fault.Of(err).Cause(), eid.ErrTextTooLong) {
			t.Errorf("%s: a long text: %v", e, err)
		}
	}
	if b.there.Calls(standin.Create) != calls {
		t.Error("what is refused has been asked for")
	}
}

func TestWhatCannotBeProvenIsNotBegun(t *testing.T) {
	b := newBench(t)
	for name, s := range map[string]eid.Snapshot{
		"one device":           b.order(t, eid.SEBankID, eid.Page, func(o *eid.Order) { o.Context = "urn:grn:authn:se:bankid:same-device" }),
		"one kind of identity": b.order(t, eid.FIFTN, eid.Page, func(o *eid.Order) { o.Context = "urn:grn:authn:fi:mobile-id" }),
		"a business":           b.order(t, eid.DKMitID, eid.Page, func(o *eid.Order) { o.Context = "urn:grn:authn:dk:mitid:business" }),
		"a code":               b.order(t, eid.SEBankID, eid.Page, func(o *eid.Order) { o.Require.PIN = true }),
		"a level of Vipps":     b.order(t, eid.NOVipps, eid.Page, func(o *eid.Order) { o.Require.Assurance = eid.Low }),
		"a signature":          b.order(t, eid.SEBankID, eid.App, func(o *eid.Order) { o.Operation = eid.Sign; o.Text = "x" }),
		"documents":            b.order(t, eid.SEBankID, eid.App, func(o *eid.Order) { o.Documents = []eid.Document{{ID: "d"}} }),
	} {
		if step, err := b.Begin(t.Context(), s); !errors.Is(err, eid.ErrNoRoute) || step.Challenge != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if b.there.Calls(standin.Create) != 0 {
		t.Error("Signicat was asked")
	}
	if _, err := b.Begin(t.Context(), b.order(t, eid.SEBankID, eid.Page, func(o *eid.Order) {
		o.Require.Person = number(t, eid.NOBankID, standin.Kari)
	})); !errors.Is(err, eid.ErrOrderRefused) {
		t.Errorf("a person of another country: %v", err)
	}
}

func TestEachFinnishOrderHasAKeyOfItsOwnWhosePrivatePartStaysHere(t *testing.T) {
	b := newBench(t)
	seen := map[string]bool{}
	for range 2 {
		step := b.begun(t, b.order(t, eid.FIFTN, eid.Page))
		key, _ := b.sent(t)["encryptionPublicKey"].(map[string]any)
		if key["kty"] != "EC" || key["crv"] != "P-256" || key["use"] != "enc" || key["alg"] != "ECDH-ES" || key["d"] != nil {
			t.Error("the key is no public one of P-256 for encryption")
		}
		x, _ := key["x"].(string)
		if x == "" || seen[x] || !strings.Contains(string(step.Thread), `"d":`) {
			t.Error("the key is another order's, or is not kept")
		}
		seen[x] = true
	}
}
