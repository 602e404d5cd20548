package criipto_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/criipto"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/standin"
)

const swede = "urn:grn:authn:se:bankid:same-device"

// plainBench is a redeemer in front of a stand-in; code logs a person in there, as any caller could.
func plainBench(t *testing.T) (p *criipto.Plain, there *standin.Provider, c *clock.Manual, code func() string) {
	t.Helper()
	c = clock.Stopped()
	there = standin.New(t, standin.Config{Now: c.Now})
	p, err := criipto.NewPlain(criipto.PlainConfig{
		Issuer: there.Issuer, ClientID: standin.PlainID, ClientSecret: standin.PlainSecret, RedirectURI: standin.Callback,
	}, c)
	if err != nil {
		t.Fatal(err)
	}
	return p, there, c, func() string {
		back, err := there.Approve(t.Context(), there.AuthorizeURL(swede), standin.Terne)
		if err != nil {
			t.Fatal(err)
		}
		return back.Query().Get("code")
	}
}

func TestAPlainCodeIsRedeemedOnce(t *testing.T) {
	p, _, _, code := plainBench(t)
	first := code()
	e, err := p.Redeem(t.Context(), first)
	if err != nil {
		t.Fatalf("got %v because of %v", err, fault.Of(err).Cause())
	}
	if e.EID != eid.SEBankID || e.Context != swede || e.Number.Reveal() != standin.Number(standin.Terne) || e.Nonce != "" || e.Provider != criipto.Name {
		t.Errorf("got %+v", e)
	}
	if _, err := p.Redeem(t.Context(), first); !errors.Is(err, eid.ErrCodeRejected) {
		t.Errorf("again: got %v", err)
	}
	other, err := p.Redeem(t.Context(), code())
	if err != nil || other.TokenID == e.TokenID || len(e.TokenID) != 64 {
		t.Errorf("two logins share the token id %q, %v", e.TokenID, err)
	}
}

func TestAPlainTokenMustBeFreshAndGood(t *testing.T) {
	p, there, _, code := plainBench(t)
	for name, twist := range map[string]standin.Twist{
		"older than five minutes": at("iat", -5*time.Minute-time.Second),
		"encrypted":               standin.Encrypted,
		"unsigned":                standin.Header("alg", "none"),
		"signed with HS256":       standin.Header("alg", "HS256"),
		"forged":                  standin.Forged,
		"of the other client":     standin.Claim("aud", standin.ClientID),
		"missing":                 standin.NoToken,
		"with a nonce of numbers": standin.Claim("nonce", 7),
	} {
		there.Twist(twist)
		if _, err := p.Redeem(t.Context(), code()); !isRejected(err) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	there.Twist(at("iat", -4*time.Minute))
	if _, err := p.Redeem(t.Context(), code()); err != nil {
		t.Errorf("four minutes old: %v", err)
	}
	there.Twist(standin.Claim("nonce", "of a session that is not asked for"))
	if e, err := p.Redeem(t.Context(), code()); err != nil || e.Nonce != "" {
		t.Errorf("a nonce of the caller's: %q, %v", e.Nonce, err)
	}
}

func TestAPlainCodeThatIsNoneIsRejected(t *testing.T) {
	p, _, _, _ := plainBench(t)
	for _, code := range []string{"", "made-up", "\x00", "ü", strings.Repeat("x", 5000)} {
		if _, err := p.Redeem(t.Context(), code); !errors.Is(err, eid.ErrCodeRejected) {
			t.Errorf("%q: got %v", code, err)
		}
	}
}

func TestAnExpiredPlainCodeIsRejected(t *testing.T) {
	p, _, c, code := plainBench(t)
	old := code()
	c.Advance(2 * time.Minute)
	if _, err := p.Redeem(t.Context(), old); !errors.Is(err, eid.ErrCodeRejected) {
		t.Errorf("got %v", err)
	}
}

func TestAWrongSecretIsAnOperatorsMatter(t *testing.T) {
	_, there, c, code := plainBench(t)
	p, err := criipto.NewPlain(criipto.PlainConfig{
		Issuer: there.Issuer, ClientID: standin.PlainID, ClientSecret: "wrong", RedirectURI: standin.Callback,
	}, c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Redeem(t.Context(), code()); !errors.Is(err, eid.ErrMisconfigured) {
		t.Errorf("got %v", err)
	}
}

func TestAPlainProviderThatIsAwaySaysSo(t *testing.T) {
	p, there, _, code := plainBench(t)
	waiting := code()
	there.Unplug()
	if _, err := p.Redeem(t.Context(), waiting); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("got %v", err)
	}
	there.Replug(t)
	if _, err := p.Redeem(t.Context(), waiting); err != nil {
		t.Errorf("again: %v", err)
	}
}

func TestAPlainConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for _, c := range []criipto.PlainConfig{
		{}, {Issuer: "https://acme.criipto.id", ClientID: "a", ClientSecret: "b"}, {Issuer: "https://acme.criipto.id", ClientID: "a", RedirectURI: "c"},
		{Issuer: "ftp://acme.criipto.id", ClientID: "a", ClientSecret: "b", RedirectURI: "c"},
	} {
		if p, err := criipto.NewPlain(c, clock.Stopped()); err == nil || p != nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}
