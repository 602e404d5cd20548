package oidcprovider

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/criipto"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin"
)

const (
	clientID    = "urn:my:application:identifier:ftn"
	plainID     = "urn:my:application:identifier:plain"
	plainSecret = "not + url / safe ="
	callback    = "http://127.0.0.1:9/eid/callback" // nobody listens there; nobody needs to
)

// people have official test numbers, each in the claim of their country's scheme.
var people = map[eid.EID]struct {
	Name   string
	Number string
	Claims map[string]string
}{
	eid.SEBankID: {"terne", "196802020575", map[string]string{"ssn": "196802020575", "name": "Terne Paulsen", "country": "SE"}},
	eid.NOBankID: {"kari", "27034698436", map[string]string{"socialno": "27034698436", "birthdate": "1946-03-27", "country": "NO"}},
	eid.DKMitID:  {"mette", "2101270087", map[string]string{"cprNumberIdentifier": "2101270087", "birthdate": "1927-01-21", "country": "DK"}},
	eid.FIFTN:    {"vilma", "070770-905D", map[string]string{"hetu": "070770-905D", "satu": "", "given_name": "Vilma", "country": "FI"}},
}

// nudge is what the person brings back to the caller.
func nudge(back *url.URL) outbound.Nudge {
	n := outbound.Nudge{Returned: map[string]string{"redirect_uri": callback}}
	for name := range back.Query() {
		n.Returned[name] = back.Query().Get(name)
	}
	return n
}

func order(t *testing.T, e eid.EID, c eid.Context) eid.Snapshot {
	t.Helper()
	s, _, err := eid.Open(system.IDs{}.New(), "nonce-"+system.IDs{}.New(), eid.Order{
		Scope: organization.Scope{Organization: "acme", Environment: organization.Sandbox}, Surface: "account",
		EID: e, Context: c, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, ReturnTo: callback, Correlation: "caller's & own", Language: "en",
	}, system.Clock{}.Now(), 15*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

func TestAForeignOpenIDProvider(t *testing.T) {
	issuer := start(t)
	signing, encryption := standin.ClientKeys()
	config := criipto.Config{Issuer: issuer, ClientID: clientID, SigningKey: signing, EncryptionKey: encryption, Timeout: 10 * time.Second}
	p, err := criipto.New(config, system.Clock{}, system.IDs{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	begin := func(t *testing.T, s eid.Snapshot) outbound.Step {
		t.Helper()
		step, err := p.Begin(t.Context(), s)
		if err != nil {
			t.Fatalf("begin: %v because of %v", err, fault.Of(err).Cause())
		}
		return step
	}
	approve := func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
		t.Helper()
		back := visit(t, issuer, step.Challenge.URL, url.Values{"person": {people[s.Order.EID].Name}})
		if back.Query().Get("code") == "" || back.Query().Get("state") != s.Order.Correlation {
			t.Fatalf("the person came back with %q: %s", back.Query().Get("error"), back.Query().Get("error_description"))
		}
		return nudge(back)
	}

	for _, c := range []struct {
		eid     eid.EID
		context eid.Context
	}{
		{eid.SEBankID, "urn:grn:authn:se:bankid:same-device"}, {eid.SEBankID, "urn:grn:authn:se:bankid:another-device:qr"}, {eid.SEBankID, ""},
		{eid.NOBankID, ""}, {eid.NOBankID, "urn:grn:authn:no:bankid:high"},
		{eid.DKMitID, ""}, {eid.DKMitID, "urn:grn:authn:dk:mitid:high"}, {eid.FIFTN, ""}, {eid.FIFTN, "urn:grn:authn:fi:mobile-id"},
	} {
		t.Run("a login gives the person's number: "+string(c.eid)+" "+string(c.context), func(t *testing.T) {
			s := order(t, c.eid, c.context)
			step := begin(t, s)
			got, err := p.Advance(t.Context(), step.Thread, approve(t, s, step))
			if err != nil {
				t.Fatalf("got %v because of %v", err, fault.Of(err).Cause())
			}
			if e := got.Evidence; e.EID != c.eid || e.Nonce != s.Nonce || e.Number.Reveal() != people[c.eid].Number || c.context != "" && e.Context != c.context {
				t.Errorf("got %s, %s", e.EID, e.Context)
			}
		})
	}

	t.Run("a session that is not known yet is named by its nonce", func(t *testing.T) {
		s := order(t, eid.SEBankID, "")
		got, err := p.Advance(t.Context(), nil, approve(t, s, begin(t, s)))
		if err != nil || got.Evidence.Nonce != s.Nonce {
			t.Errorf("got %v", err)
		}
	})

	t.Run("a no is a refusal", func(t *testing.T) {
		s := order(t, eid.SEBankID, "")
		step := begin(t, s)
		back := visit(t, issuer, step.Challenge.URL, url.Values{"error": {"access_denied"}})
		if back.Query().Get("state") != s.Order.Correlation {
			t.Errorf("came back with the state %q", back.Query().Get("state"))
		}
		if got, err := p.Advance(t.Context(), step.Thread, nudge(back)); err != nil || got.Refusal != eid.ReasonDeclined {
			t.Errorf("got %+v and %v", got, err)
		}
	})

	t.Run("a code works once, and only for its address", func(t *testing.T) {
		s := order(t, eid.FIFTN, "")
		step := begin(t, s)
		n := approve(t, s, step)
		if _, err := p.Advance(t.Context(), nil, outbound.Nudge{Returned: map[string]string{"code": "made-up", "redirect_uri": callback}}); !errors.Is(err, eid.ErrCodeRejected) {
			t.Errorf("a code that was never given: %v", err)
		}
		if _, err := p.Advance(t.Context(), step.Thread, n); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Advance(t.Context(), step.Thread, n); !errors.Is(err, eid.ErrCodeRejected) {
			t.Errorf("again: %v", err)
		}
		elsewhere := approve(t, s, begin(t, s))
		elsewhere.Returned["redirect_uri"] += "/elsewhere"
		if _, err := p.Advance(t.Context(), nil, elsewhere); !errors.Is(err, eid.ErrCodeRejected) {
			t.Errorf("for another address: %v", err)
		}
	})

	t.Run("a code of one session is no evidence for another", func(t *testing.T) {
		s, other := order(t, eid.SEBankID, ""), order(t, eid.SEBankID, "")
		n := approve(t, s, begin(t, s))
		if _, err := p.Advance(t.Context(), begin(t, other).Thread, n); !errors.Is(err, eid.ErrEvidenceRejected) {
			t.Errorf("got %v", err)
		}
	})

	t.Run("a request that was tampered with is refused there", func(t *testing.T) {
		s := order(t, eid.SEBankID, "")
		step := begin(t, s)
		signed := step.Challenge.Params["request"]
		parts := strings.Split(signed, ".")
		tampered := strings.Replace(step.Challenge.URL, signed, parts[0]+"."+parts[1]+"."+parts[2][:len(parts[2])-8]+"AAAAAAAA", 1)
		back := visit(t, issuer, tampered+"&redirect_uri="+url.QueryEscape(callback), nil)
		if back.Query().Get("error") != "invalid_request_object" {
			t.Fatalf("came back with %q", back.Query().Get("error"))
		}
		if _, err := p.Advance(t.Context(), step.Thread, nudge(back)); !errors.Is(err, eid.ErrMisconfigured) {
			t.Errorf("got %v", err)
		}
	})

	t.Run("a key that is not registered is an operator's matter", func(t *testing.T) {
		s := order(t, eid.SEBankID, "")
		n := approve(t, s, begin(t, s))
		stranger := config
		stranger.SigningKey.KeyID = "not-registered"
		q, err := criipto.New(stranger, system.Clock{}, system.IDs{}, system.Random{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := q.Advance(t.Context(), nil, n); !errors.Is(err, eid.ErrMisconfigured) {
			t.Errorf("got %v", err)
		}
	})

	t.Run("the plain application redeems with its secret", func(t *testing.T) {
		plain := criipto.PlainConfig{Issuer: issuer, ClientID: plainID, ClientSecret: plainSecret, RedirectURI: callback, Timeout: 10 * time.Second}
		redeem := func(c criipto.PlainConfig, code string) (eid.Evidence, error) {
			q, err := criipto.NewPlain(c, system.Clock{})
			if err != nil {
				t.Fatal(err)
			}
			return q.Redeem(t.Context(), code)
		}
		back := visit(t, issuer, issuer+"/oauth2/authorize?"+url.Values{
			"client_id": {plainID}, "response_type": {"code"}, "scope": {"openid ssn"}, "redirect_uri": {callback},
			"acr_values": {"urn:grn:authn:no:bankid"}, "prompt": {"login"}, "state": {"x"},
		}.Encode(), url.Values{"person": {"kari"}})
		code := back.Query().Get("code")
		wrong := plain
		wrong.ClientSecret = "wrong"
		if _, err := redeem(wrong, code); !errors.Is(err, eid.ErrMisconfigured) {
			t.Errorf("with a wrong secret: %v", err)
		}
		e, err := redeem(plain, code)
		if err != nil {
			t.Fatalf("got %v because of %v", err, fault.Of(err).Cause())
		}
		if e.EID != eid.NOBankID || e.Number.Reveal() != people[eid.NOBankID].Number {
			t.Errorf("got %s", e.EID)
		}
		if _, err := redeem(plain, code); !errors.Is(err, eid.ErrCodeRejected) {
			t.Errorf("again: %v", err)
		}
	})
}
