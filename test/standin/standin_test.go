package standin

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

func sign(t *testing.T, key jose.JSONWebKey, claims map[string]any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// with is a copy of good with one claim set to another value, or left out for nil.
func with(good map[string]any, name string, value any) map[string]any {
	c := maps.Clone(good)
	if c[name] = value; value == nil {
		delete(c, name)
	}
	return c
}

func goodRequest(p *Provider, now time.Time) map[string]any {
	return map[string]any{
		"iss": ClientID, "aud": p.Issuer, "client_id": ClientID, "response_type": "code", "response_mode": "query",
		"redirect_uri": Callback, "scope": "openid ssn", "state": "s", "nonce": "n", "prompt": "login", "jti": "1",
		"acr_values": "urn:grn:authn:no:bankid", "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
}

func TestAGoodRequestIsTakenAndEveryOtherIsNot(t *testing.T) {
	p, now := New(t, Config{}), time.Now()
	signing, encryption := ClientKeys()
	good := goodRequest(p, now)
	comeBack := func(query url.Values) url.Values {
		back, err := p.Approve(t.Context(), p.Issuer+Authorize+"?"+query.Encode(), Kari)
		if err != nil {
			t.Fatal(err)
		}
		return back.Query()
	}
	query := func(claims map[string]any) url.Values {
		return url.Values{"client_id": {ClientID}, "request": {sign(t, signing, claims)}}
	}
	if got := comeBack(query(good)); got.Get("code") == "" || got.Get("state") != "s" {
		t.Fatalf("the good request came back with %q", got.Get("error"))
	}
	for name, bad := range map[string]url.Values{
		"unsigned":               {"client_id": {ClientID}, "redirect_uri": {Callback}, "response_type": {"code"}, "scope": {"openid"}},
		"signed by no one":       {"client_id": {ClientID}, "request": {"e30.e30."}},
		"signed by the wrong":    {"client_id": {ClientID}, "request": {sign(t, encryption, good)}},
		"for somebody else":      query(with(good, "aud", "https://other.example")),
		"of somebody else":       query(with(good, "iss", PlainID)),
		"with a subject":         query(with(good, "sub", ClientID)),
		"without jti":            query(with(good, "jti", nil)),
		"without nonce":          query(with(good, "nonce", nil)),
		"without expiry":         query(with(good, "exp", nil)),
		"expired":                query(with(good, "exp", now.Add(-time.Second).Unix())),
		"living too long":        query(with(good, "exp", now.Add(time.Hour).Unix())),
		"not yet":                query(with(good, "nbf", now.Add(time.Hour).Unix())),
		"without openid":         query(with(good, "scope", "ssn")),
		"reusing old logins":     query(with(good, "prompt", "none")),
		"with two contexts":      query(with(good, "acr_values", "urn:grn:authn:no:bankid urn:grn:authn:no:vipps")),
		"with another state":     {"client_id": {ClientID}, "request": {sign(t, signing, good)}, "state": {"other"}},
		"with a challenge as is": query(with(with(good, "code_challenge", strings.Repeat("x", 43)), "code_challenge_method", "plain")),
		"with a method alone":    query(with(good, "code_challenge_method", "S256")),
		"with a challenge alone": query(with(good, "code_challenge", strings.Repeat("x", 43))),
		"for the implicit way":   query(with(good, "response_type", "id_token")),
	} {
		if got := comeBack(bad); got.Get("error") == "" || got.Has("code") {
			t.Errorf("%s: came back with %v", name, got)
		}
	}
	if _, err := p.Approve(t.Context(), p.Issuer+Authorize+"?"+query(with(good, "redirect_uri", "https://evil.example")).Encode(), Kari); err == nil {
		t.Error("a person is sent to an address that is not registered")
	}
}

func TestAGoodAssertionIsTakenOnceAndEveryOtherIsNot(t *testing.T) {
	p, now := New(t, Config{}), time.Now()
	signing, encryption := ClientKeys()
	code := func() string {
		back, err := p.Approve(t.Context(), p.Issuer+Authorize+"?"+url.Values{
			"client_id": {ClientID}, "request": {sign(t, signing, goodRequest(p, now))}}.Encode(), Kari)
		if err != nil {
			t.Fatal(err)
		}
		return back.Query().Get("code")
	}
	redeem := func(code, assertion string) (status int, body string) {
		answer, err := http.PostForm(p.Issuer+TokenPath, url.Values{
			"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {Callback}, "client_id": {ClientID},
			"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		raw, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(raw)
	}
	good := map[string]any{
		"iss": ClientID, "sub": ClientID, "aud": p.Issuer, "jti": "1", "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
	}
	assertion, first := sign(t, signing, good), code()
	if status, body := redeem(first, assertion); status != http.StatusOK || strings.Count(body, ".") != 4 {
		t.Fatalf("the good assertion got %d", status)
	}
	if status, body := redeem(code(), assertion); status != http.StatusUnauthorized || !strings.Contains(body, "invalid_client") {
		t.Errorf("the same assertion again got %d", status)
	}
	if status, body := redeem(first, sign(t, signing, with(good, "jti", "2"))); status != http.StatusBadRequest || !strings.Contains(body, "Unknown Access Code") {
		t.Errorf("the same code again got %d", status)
	}
	for name, bad := range map[string]string{
		"for the endpoint": sign(t, signing, with(good, "aud", p.Issuer+TokenPath)), "without jti": sign(t, signing, with(good, "jti", nil)),
		"expired": sign(t, signing, with(good, "exp", now.Add(-time.Second).Unix())), "living too long": sign(t, signing, with(good, "exp", now.Add(time.Hour).Unix())),
		"of another subject": sign(t, signing, with(good, "sub", PlainID)), "of another key": sign(t, encryption, with(good, "jti", "3")), "empty": "",
	} {
		if status, _ := redeem(code(), bad); status != http.StatusUnauthorized {
			t.Errorf("%s: got %d", name, status)
		}
	}
}
