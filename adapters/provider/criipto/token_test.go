package criipto_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/test/standin"
)

// at moves a time of the token to so long after its making.
func at(claim string, d time.Duration) standin.Twist {
	return func(t *standin.Token) { t.Claims[claim] = t.Claims["iat"].(int64) + int64(d/time.Second) }
}

func isRejected(err error) bool { return errors.Is(err, eid.ErrEvidenceRejected) }

func TestAnIDTokenThatDoesNotVerifyIsRejected(t *testing.T) {
	b := newBench(t)
	for name, twist := range map[string]standin.Twist{
		"unsigned":                        standin.Header("alg", "none"),
		"signed with the public key":      standin.Header("alg", "HS256"),
		"signed by another RSA algorithm": standin.Header("alg", "PS256"),
		"forged under a known kid":        standin.Forged,
		"of an unknown key":               standin.UnknownKey,
		"without kid":                     standin.Header("kid", ""),
		"of another type":                 standin.Header("typ", "at+jwt"),
		"a logout token":                  standin.Header("typ", "logout+jwt"),
		"bringing its own key by jku":     standin.Header("jku", "https://evil.example/jwks"),
		"bringing its own key by x5u":     standin.Header("x5u", "https://evil.example/x5u"),
		"bringing its own key":            standin.Header("jwk", map[string]string{"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
		"with a critical extension":       standin.Header("crit", []string{"exp"}),

		"not encrypted":                  standin.Unencrypted,
		"encrypted for another kid":      standin.OtherEnvelope,
		"encrypted for somebody else":    standin.ForSomebodyElse,
		"encrypted with RSA1_5":          func(t *standin.Token) { t.KeyAlgorithm = jose.RSA1_5 },
		"encrypted with an unlisted enc": func(t *standin.Token) { t.Content = jose.A192GCM },
		"not there":                      standin.NoToken,

		"of another issuer":            standin.Claim("iss", "https://evil.example"),
		"of the issuer with a slash":   standin.Claim("iss", b.there.Issuer+"/"),
		"without issuer":               standin.Without("iss"),
		"for another audience":         standin.Claim("aud", standin.PlainID),
		"for no audience":              standin.Without("aud"),
		"for an empty audience":        standin.Claim("aud", []string{}),
		"for two without azp":          standin.Claim("aud", []string{standin.ClientID, "other"}),
		"with a foreign azp":           standin.Claim("azp", "other"),
		"with an azp that is no text":  standin.Claim("azp", []string{standin.ClientID}),
		"without subject":              standin.Without("sub"),
		"with an endless subject":      standin.Claim("sub", strings.Repeat("x", 256)),
		"for another nonce":            standin.Claim("nonce", "somebody else's"),
		"without nonce":                standin.Without("nonce"),
		"with an empty nonce":          standin.Claim("nonce", ""),
		"with a nonce that is no text": standin.Claim("nonce", 7),

		"expired": func(t *standin.Token) {
			at("exp", -5*time.Minute-time.Second)(t)
			at("iat", -10*time.Minute)(t)
		},
		"issued after it expired":     at("exp", -time.Second),
		"without expiry":              standin.Without("exp"),
		"with an expiry in words":     standin.Claim("exp", "tomorrow"),
		"with an expiry in 5,000 AD":  standin.Claim("exp", 1<<37),
		"not valid yet":               at("nbf", 6*time.Minute),
		"with a nbf in words":         standin.Claim("nbf", "now"),
		"issued in the future":        at("iat", 6*time.Minute),
		"issued long ago":             at("iat", -2*time.Hour),
		"issued at no time":           standin.Without("iat"),
		"issued at a negative time":   standin.Claim("iat", -1),
		"saying the nonce twice":      standin.Repeated(`"nonce":"x"`),
		"saying the number twice":     standin.Repeated(`"ssn":"195002229598"`),
		"saying something twice deep": standin.Repeated(`"details":{"a":{"b":1,"b":2}}`),
		"with a claim in capitals":    standin.Repeated(`"NONCE":"x"`),
		"nested without end":          standin.Repeated(`"deep":` + strings.Repeat("[", 20) + strings.Repeat("]", 20)),
	} {
		t.Run(name, func(t *testing.T) {
			b.clock.Advance(time.Minute) // so that looking for unknown keys is allowed again
			b.there.Twist(twist)
			got, err := b.login(t, eid.SEBankID)
			if !isRejected(err) || got.Evidence != nil || got.Refusal != "" {
				t.Fatalf("got %+v and %v", got, err)
			}
			if f := fault.Of(err); f.Kind() != fault.Upstream || f.Cause() == nil || strings.Contains(f.Cause().Error(), "evil") {
				t.Errorf("got kind %s because of %v", f.Kind(), f.Cause())
			}
		})
	}
}

func TestAnIDTokenThatVerifiesIsAccepted(t *testing.T) {
	for name, twist := range map[string]standin.Twist{
		"as it is":                     func(*standin.Token) {},
		"without typ":                  func(t *standin.Token) { delete(t.Header, "typ") },
		"encrypted with RSA-OAEP":      func(t *standin.Token) { t.KeyAlgorithm = jose.RSA_OAEP },
		"encrypted with A128CBC-HS256": func(t *standin.Token) { t.Content = jose.A128CBC_HS256 },
		"without kid in the envelope":  func(t *standin.Token) { t.Recipient = "" },
		"for several with our azp": func(t *standin.Token) {
			t.Claims["aud"], t.Claims["azp"] = []string{standin.ClientID, "other"}, standin.ClientID
		},
		"for a list of one": standin.Claim("aud", []string{standin.ClientID}),
		"with a clock ahead of ours": func(t *standin.Token) {
			t.Claims["iat"] = t.Claims["iat"].(int64) + 290
			t.Claims["nbf"] = t.Claims["iat"]
		},
		"just expired, within leeway": func(t *standin.Token) { t.Claims["exp"] = t.Claims["iat"].(int64) },
		"with fractions of a second":  func(t *standin.Token) { t.Claims["iat"] = float64(t.Claims["iat"].(int64)) + 0.25 },
		"with the level in acr only": func(t *standin.Token) {
			t.Claims["acr"] = t.Claims["authenticationtype"]
			delete(t.Claims, "authenticationtype")
		},
		"with claims that nobody knows":  standin.Claim("evidence", map[string]any{"signature": strings.Repeat("x", 100_000)}),
		"with names that are not text":   standin.Claim("given_name", []int{1}),
		"with an empty mobile user's id": standin.Claim("satu", ""),
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.there.Twist(twist)
			got, err := b.login(t, eid.SEBankID)
			if err != nil || got.Evidence == nil || got.Evidence.Number.Reveal() != standin.Number(standin.Terne) {
				t.Fatalf("got %+v, %v, because of %v", got, err, fault.Of(err))
			}
		})
	}
}

func TestTheNumberIsNeverTakenFromSomewhereElse(t *testing.T) {
	kari := standin.Number(standin.Kari)
	for _, c := range []struct {
		name      string
		eid       eid.EID
		twist     standin.Twist
		malformed bool
	}{
		{"no number at all", eid.SEBankID, standin.Without("ssn"), false},
		{"an empty number", eid.FIFTN, standin.Claim("hetu", ""), false},
		{"a number that is null", eid.NOBankID, standin.Claim("socialno", nil), false},
		{"a wrong check digit", eid.SEBankID, standin.Claim("ssn", "196802020576"), true},
		{"a number that is no text", eid.NOBankID, standin.Claim("socialno", 27034698436), true},
		{"a number that is a list", eid.NOBankID, standin.Claim("socialno", []string{kari}), true},
		{"something else", eid.DKMitID, standin.Claim("cprNumberIdentifier", "none"), true},
		{"a Norwegian number in the Swedish claim", eid.NOBankID, func(t *standin.Token) { delete(t.Claims, "socialno"); t.Claims["ssn"] = kari }, false},
		{"a Finnish number in the Swedish claim", eid.SEBankID, standin.Claim("ssn", standin.Number(standin.Vilma)), true},
		{"a foreigner with Freja", eid.SEFreja, standin.Claim("details", map[string]any{"requestedAttributes": map[string]any{
			"ssn": map[string]any{"ssn": kari, "country": "NO"}}}), false},
		{"a foreigner with Freja, and a flat number", eid.SEFreja, func(t *standin.Token) {
			t.Claims["ssn"] = standin.Number(standin.Terne)
			t.Claims["details"] = map[string]any{"requestedAttributes": map[string]any{"ssn": map[string]any{"ssn": kari, "country": "NO"}}}
		}, false},
		{"Freja without a country", eid.SEFreja, standin.Claim("details", map[string]any{"requestedAttributes": map[string]any{
			"ssn": map[string]any{"ssn": standin.Number(standin.Sten)}}}), false},
		{"details of another shape", eid.SEFreja, standin.Claim("details", "none"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			b.there.Twist(c.twist)
			got, err := b.login(t, c.eid)
			if err != nil {
				t.Fatal(err)
			}
			if e := got.Evidence; !e.Number.IsZero() || e.Malformed != c.malformed {
				t.Errorf("got the number %s, malformed %v", e.Number, e.Malformed)
			}
		})
	}
}

func TestEvidenceOfAnotherEIDSaysWhichOne(t *testing.T) {
	for stated, want := range map[any]eid.EID{
		"urn:grn:authn:no:bankid:high":     eid.NOBankID,
		"urn:grn:authn:se:frejaid":         eid.SEFreja,
		"urn:grn:authn:de:personalausweis": "",
		"not a context":                    "",
		"":                                 "",
		7:                                  "",
	} {
		b := newBench(t)
		s := b.Session(t, eid.SEBankID)
		s.Order.Context = "urn:grn:authn:se:bankid:same-device" // so the judgement is the session's
		step, err := b.Begin(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		b.there.Twist(standin.Claim("authenticationtype", stated))
		got, err := b.Advance(t.Context(), step.Thread, b.Approve(t, s, step))
		if err != nil || got.Evidence == nil {
			t.Fatalf("%v: got %v", stated, err)
		}
		if e := got.Evidence; e.EID != want || e.EID != eid.SEFreja && !e.Number.IsZero() {
			t.Errorf("%v: got %q with the number %s", stated, e.EID, e.Number)
		}
		session := eid.Restore(s)
		if _, err := session.Complete(*got.Evidence, b.clock.Now()); err != nil || session.Snapshot().Reason != eid.ReasonOtherContext {
			t.Errorf("%v: the session ends %s, %v", stated, session.Snapshot().Reason, err)
		}
	}
}

func TestTheLevelIsNeverHigherThanProven(t *testing.T) {
	for _, c := range []struct {
		eid     eid.EID
		context eid.Context
		twist   standin.Twist
		want    eid.Assurance
	}{
		{eid.DKMitID, "urn:grn:authn:dk:mitid:high", func(*standin.Token) {}, eid.High},
		{eid.DKMitID, "urn:grn:authn:dk:mitid:high", standin.Claim("gov:saml:attribute:LoA", "Substantial"), eid.Substantial},
		{eid.DKMitID, "urn:grn:authn:dk:mitid:high", standin.Claim("gov:saml:attribute:LoA", "???"), eid.Unstated},
		{eid.DKMitID, "urn:grn:authn:dk:mitid:low", standin.Claim("gov:saml:attribute:LoA", "High"), eid.Low},
		{eid.DKMitID, "urn:grn:authn:dk:mitid:high", standin.Claim("authenticationtype", "urn:grn:authn:dk:mitid:low"), eid.Low},
		{eid.NOBankID, "urn:grn:authn:no:bankid", standin.Claim("authenticationtype", "urn:grn:authn:no:bankid:substantial"), eid.Substantial},
		{eid.SEBankID, "urn:grn:authn:se:bankid", standin.Claim("acr", "urn:grn:authn:se:bankid:high"), eid.Substantial},
	} {
		b := newBench(t)
		s := b.Session(t, c.eid)
		s.Order.Context = c.context
		step, err := b.Begin(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		b.there.Twist(c.twist)
		got, err := b.Advance(t.Context(), step.Thread, b.Approve(t, s, step))
		if err != nil {
			t.Fatal(err)
		}
		if got.Evidence.Assurance != c.want {
			t.Errorf("%s: got %q, want %q", c.context, got.Evidence.Assurance, c.want)
		}
	}
}
