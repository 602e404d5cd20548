package criipto_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/provider/criipto"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/standin"
)

func TestCriiptoKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig { return newBench(t).Rig })
}

func TestEveryCountrysNumberComesFromItsOwnClaim(t *testing.T) {
	b := newBench(t)
	for e, want := range map[eid.EID]string{
		eid.SEBankID: "196802020575", eid.SEFreja: "195002229598", eid.NOBankID: "27034698436",
		eid.NOVipps: "16084138758", eid.DKMitID: "2101270087", eid.FIFTN: "070770-905D",
	} {
		got, err := b.login(t, e)
		if err != nil {
			t.Fatalf("%s: %v", e, err)
		}
		if got.Evidence.Number.Reveal() != want || got.Evidence.Malformed {
			t.Errorf("%s: another number than the person's", e)
		}
	}
}

func TestTheRequestSaysWhatTheOrderSays(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		name    string
		eid     eid.EID
		context eid.Context
		lang    string
		want    map[string]any
	}{
		{"a Swede in Swedish", eid.SEBankID, "urn:grn:authn:se:bankid:another-device:qr", "sv",
			map[string]any{"scope": "openid", "acr_values": "urn:grn:authn:se:bankid:another-device:qr", "ui_locales": "sv"}},
		{"Freja with a number", eid.SEFreja, "", "",
			map[string]any{"scope": "openid frejaid:ssn", "acr_values": "urn:grn:authn:se:frejaid", "login_hint": "minregistrationlevel:extended"}},
		{"a Norwegian in Nynorsk", eid.NOBankID, "", "nn",
			map[string]any{"scope": "openid ssn", "acr_values": "urn:grn:authn:no:bankid", "ui_locales": "nb"}},
		{"Vipps", eid.NOVipps, "", "en", map[string]any{"scope": "openid ssn", "acr_values": "urn:grn:authn:no:vipps"}},
		{"a Dane", eid.DKMitID, "urn:grn:authn:dk:mitid:high", "da",
			map[string]any{"scope": "openid ssn", "acr_values": "urn:grn:authn:dk:mitid:high", "ui_locales": "da"}},
		{"a Finn in Swedish", eid.FIFTN, "", "sv", map[string]any{"scope": "openid", "acr_values": "urn:grn:authn:fi:all", "ui_locales": "se"}},
		{"a language that is not spoken there", eid.FIFTN, "", "eo", map[string]any{"ui_locales": nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := b.Session(t, c.eid)
			s.Order.Context, s.Order.Language = c.context, c.lang
			step, err := b.Begin(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			header, claims := requestObject(t, step.Challenge.Params["request"])
			for name, want := range map[string]any{
				"iss": standin.ClientID, "client_id": standin.ClientID, "aud": b.there.Issuer, "response_type": "code",
				"response_mode": "query", "redirect_uri": s.Order.ReturnTo, "state": s.Order.Correlation, "nonce": s.Nonce, "prompt": "login",
				"iat": float64(b.clock.Now().Unix()), "nbf": float64(b.clock.Now().Unix()), "exp": float64(b.clock.Now().Unix() + 300),
				"sub": nil, "request": nil,
			} {
				if claims[name] != want {
					t.Errorf("%s is %v, want %v", name, claims[name], want)
				}
			}
			for name, want := range c.want {
				if claims[name] != want {
					t.Errorf("%s is %v, want %v", name, claims[name], want)
				}
			}
			signing, _ := standin.ClientKeys()
			if header["alg"] != "RS256" || header["kid"] != signing.KeyID || header["typ"] != nil || claims["jti"] == "" || claims["jti"] == nil {
				t.Errorf("header %v, jti %v", header, claims["jti"])
			}
			// The order of the parameters is part of what callers see.
			if want := step.Challenge.Action + "?client_id="; !strings.HasPrefix(step.Challenge.URL, want) ||
				strings.Index(step.Challenge.URL, "&request=") > strings.Index(step.Challenge.URL, "&state=") {
				t.Error("the address is put together in another order")
			}
			if step.Challenge.Action != b.there.Issuer+standin.Authorize {
				t.Errorf("the action is %s", step.Challenge.Action)
			}
		})
	}
}

func TestNoTwoRequestsShareAnIdentifier(t *testing.T) {
	b := newBench(t)
	seen := map[any]bool{}
	for range 20 {
		step, err := b.Begin(t.Context(), b.Session(t, eid.SEBankID))
		if err != nil {
			t.Fatal(err)
		}
		_, claims := requestObject(t, step.Challenge.Params["request"])
		if seen[claims["jti"]] {
			t.Fatal("a jti stands in two requests")
		}
		seen[claims["jti"]] = true
	}
}

func TestTheRequestTypeIsAsConfigured(t *testing.T) {
	b := newBench(t)
	c := b.config()
	c.RequestType = "oauth-authz-req+jwt"
	p, err := criipto.New(c, b.clock, system.IDs{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	step, err := p.Begin(t.Context(), b.Session(t, eid.SEBankID))
	if err != nil {
		t.Fatal(err)
	}
	if header, _ := requestObject(t, step.Challenge.Params["request"]); header["typ"] != "oauth-authz-req+jwt" {
		t.Errorf("the typ is %v", header["typ"])
	}
}

func TestALowerLevelThanWeChoseIsRejected(t *testing.T) {
	b := newBench(t)
	b.there.Twist(standin.Claim("authenticationtype", "urn:grn:authn:dk:mitid:low"))
	if _, err := b.login(t, eid.DKMitID); !isRejected(err) {
		t.Errorf("got %v", err)
	}
}

func TestAThreadOfSomebodyElseIsOurMistake(t *testing.T) {
	b := newBench(t)
	_, _, nudge := b.approved(t, eid.SEBankID)
	for _, thread := range []string{"", "{}", "null", "[]", `{"nonce":""}`, "not json"} {
		if got, err := b.Advance(t.Context(), []byte(thread), nudge); err == nil || got.Evidence != nil {
			t.Errorf("%q: got %+v", thread, got)
		}
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	b := newBench(t)
	weak, err := rsa.GenerateKey(rand.Reader, 1024) //nolint:gosec // weak on purpose
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*criipto.Config){
		"no issuer":                func(c *criipto.Config) { c.Issuer = "" },
		"http beyond loopback":     func(c *criipto.Config) { c.Issuer = "http://acme.criipto.id" },
		"a trailing slash":         func(c *criipto.Config) { c.Issuer += "/" },
		"a query":                  func(c *criipto.Config) { c.Issuer = "https://acme.criipto.id?a=b" },
		"a user":                   func(c *criipto.Config) { c.Issuer = "https://u:p@acme.criipto.id" },
		"a public path with /":     func(c *criipto.Config) { c.PublicURL = "https://gateway.example/" },
		"a public address of none": func(c *criipto.Config) { c.PublicURL = "gateway" },
		"no client":                func(c *criipto.Config) { c.ClientID = "" },
		"no signing key":           func(c *criipto.Config) { c.SigningKey = jose.JSONWebKey{} },
		"a public signing key":     func(c *criipto.Config) { c.SigningKey = c.SigningKey.Public() },
		"a public encryption key":  func(c *criipto.Config) { c.EncryptionKey = c.EncryptionKey.Public() },
		"a weak key":               func(c *criipto.Config) { c.SigningKey.Key = weak },
		"no kid":                   func(c *criipto.Config) { c.EncryptionKey.KeyID = "" },
		"one key for two purposes": func(c *criipto.Config) { c.EncryptionKey.Key = c.SigningKey.Key },
		"one kid for two keys":     func(c *criipto.Config) { c.EncryptionKey.KeyID = c.SigningKey.KeyID },
	} {
		c := b.config()
		spoil(&c)
		p, err := criipto.New(c, b.clock, system.IDs{}, system.Random{})
		if err == nil || p != nil {
			t.Errorf("%s is accepted", name)
		} else if strings.Contains(err.Error(), ":p@") {
			t.Errorf("%s: the error shows a password", name)
		}
	}
}

func TestEvidenceSaysWhoAndWhen(t *testing.T) {
	b := newBench(t)
	got, err := b.login(t, eid.FIFTN)
	if err != nil {
		t.Fatal(err)
	}
	e := *got.Evidence
	if e.GivenName != "Vilma" || e.Surname != "Tunnistus" || e.Name != "Tunnistus Vilma" || e.BirthDate.ISO() != "1970-07-07" {
		t.Errorf("got %q, %q, %q, born %s", e.GivenName, e.Surname, e.Name, e.BirthDate.ISO())
	}
	if e.Context != "urn:grn:authn:fi:bank-id" || e.Assurance != eid.Substantial || !e.IssuedAt.Equal(b.clock.Now().Truncate(time.Second)) {
		t.Errorf("got %s, %s, %s", e.Context, e.Assurance, e.IssuedAt)
	}
	if e.Number.Country() != identity.FI || len(e.TokenID) != 64 || e.Simulated {
		t.Errorf("got %s, %s, %v", e.Number, e.TokenID, e.Simulated)
	}
	if text := fmt.Sprintf("%v %+v %#v", got, e, e); strings.Contains(text, "070770-905D") {
		t.Error("printed evidence shows the number")
	}
}

func TestNoSecretIsPrinted(t *testing.T) {
	b := newBench(t)
	c := b.config()
	secret := criipto.PlainConfig{Issuer: b.there.Issuer, ClientID: "plain", ClientSecret: "hush-hush", RedirectURI: standin.Callback}
	plain, err := criipto.NewPlain(secret, b.clock)
	if err != nil {
		t.Fatal(err)
	}
	private := c.SigningKey.Key.(*rsa.PrivateKey)
	var logged strings.Builder
	log := slog.New(slog.NewJSONHandler(&logged, nil))
	for _, v := range []any{c, &c, secret, &secret, plain, *plain, b.Provider, []any{c, secret}, struct{ A criipto.Config }{c}, map[string]any{"x": secret}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			fmt.Fprintf(&logged, verb, v)
		}
	}
	log.Info("configured", "ftn", c, "plain", secret)
	for _, word := range []string{"hush-hush", fmt.Sprintf("%x", "hush-hush"), private.D.String(), private.Primes[0].String(), private.Primes[0].Text(16), fmt.Sprint(uint(private.D.Bits()[0]))} {
		if strings.Contains(logged.String(), word) {
			t.Errorf("%.12s is printed", word)
		}
	}
}

func TestAnOrderWithoutAnAddressIsRefused(t *testing.T) {
	b := newBench(t)
	s := b.Session(t, eid.SEBankID)
	s.Order.ReturnTo = ""
	if _, err := b.Begin(t.Context(), s); !errors.Is(err, eid.ErrOrder) {
		t.Errorf("got %v", err)
	}
	s = b.Session(t, eid.SEBankID)
	s.Nonce = ""
	if _, err := b.Begin(t.Context(), s); !errors.Is(err, fault.ErrInternal) {
		t.Errorf("without a nonce: %v", err)
	}
}

// requestObject reads a compact token without looking at its signature; the stand-in does that.
func requestObject(t *testing.T, raw string) (header, claims map[string]any) {
	t.Helper()
	signed, err := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &claims); err != nil {
		t.Fatal(err)
	}
	p := signed.Signatures[0].Protected
	header = map[string]any{"alg": p.Algorithm, "kid": p.KeyID}
	for name, value := range p.ExtraHeaders {
		header[string(name)] = value
	}
	return header, claims
}
