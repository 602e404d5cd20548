package sessionapi_test

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/sessionapi"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

const (
	tokens    = "/auth/open/connect/token"
	discovery = "/auth/open/.well-known/openid-configuration"
	grant     = "grant_type=client_credentials"
	posted    = grant + "&client_id=sandbox-kind-otter-1&client_secret=s3cret%2F%2B"
	misposted = grant + "&client_id=sandbox-kind-otter-1&client_secret=wrong"
)

var publicConfig = sessionapi.Config{PublicURL: "https://eid.example"}

func tokenExchanges() []tokenExchange {
	right, wrong := basicOf("sandbox-kind-otter-1", "s3cret/+"), basicOf("sandbox-kind-otter-1", "wrong")
	key := inbound.PublicKey{ID: "9f8e5150-e5b1-481a-9025-fc76bd5cbebe", Modulus: []byte{0, 0xc4, 0xff, 0xfe, 1}, Exponent: 65537}
	return []tokenExchange{
		{name: "token-basic", method: "POST", path: tokens, body: grant + "&scope=signicat-api", headers: []string{right}},
		{name: "token-basic-no-scope", method: "POST", path: tokens, body: grant, headers: []string{right}},
		{name: "token-basic-encoded", method: "POST", path: tokens, body: grant, headers: []string{basicOf("sandbox%2Dkind-otter-1", "s3cret%2F%2B")}},
		{name: "token-post", method: "POST", path: tokens, body: posted + "&scope=signicat-api"},
		{name: "token-of-sdk", method: "POST", path: tokens + "?signicat-accountId=a-sbox-1", body: posted + "&scope=signicat-api", headers: []string{"Signicat-SDK: dotnet 1.15.0"}},
		{name: "token-basic-refused", method: "POST", path: tokens, body: grant, headers: []string{wrong}},
		{name: "token-basic-unknown", method: "POST", path: tokens, body: grant, headers: []string{basicOf("nobody", "s3cret/+")}},
		{name: "token-basic-malformed", method: "POST", path: tokens, body: grant, headers: []string{"Authorization: Basic !"}},
		{name: "token-bearer", method: "POST", path: tokens, body: grant, headers: []string{"Authorization: Bearer abc"}},
		{name: "token-post-refused", method: "POST", path: tokens, body: misposted},
		{name: "token-nobody", method: "POST", path: tokens, body: grant},
		{name: "token-no-secret", method: "POST", path: tokens, body: grant + "&client_id=sandbox-kind-otter-1"},
		{name: "token-both", method: "POST", path: tokens, body: posted, headers: []string{right}},
		{name: "token-empty", method: "POST", path: tokens},
		{name: "token-no-grant", method: "POST", path: tokens, body: "client_id=sandbox-kind-otter-1&client_secret=s3cret%2F%2B"},
		{name: "token-other-grant", method: "POST", path: tokens, body: "grant_type=password&username=a&password=b"},
		{name: "token-other-scope", method: "POST", path: tokens, body: posted + "&scope=openid"},
		{name: "token-twice", method: "POST", path: tokens, body: posted + "&client_id=sandbox-kind-otter-1"},
		{name: "token-secret-in-address", method: "POST", path: tokens + "?client_secret=s3cret", body: grant + "&client_id=sandbox-kind-otter-1"},
		{name: "token-json", method: "POST", path: tokens, body: `{"grant_type":"client_credentials"}`, headers: []string{"Content-Type: application/json"}},
		{name: "token-large", method: "POST", path: tokens, body: posted + "&a=" + strings.Repeat("x", 16<<10)},
		{name: "token-method", method: "GET", path: tokens},
		{name: "token-away", method: "POST", path: tokens, body: posted, err: outbound.ErrStorage.RetryIn(1)},
		{name: "token-broken", method: "POST", path: tokens, body: posted, err: errors.New("secret details")},
		{name: "discovery", method: "GET", path: discovery},
		{name: "keys", method: "GET", path: discovery + "/jwks", keys: []inbound.PublicKey{key, {ID: "former-key", Modulus: []byte{0xc4, 1}, Exponent: 3}}},
		{name: "keys-none", method: "GET", path: discovery + "/jwks"},
		{name: "keys-away", method: "GET", path: discovery + "/jwks", err: outbound.ErrStorage.RetryIn(1)},
		{name: "meaning", method: "GET", path: "/auth/open/config/errors/invalid_client"},
		{name: "meaning-page", method: "GET", path: "/auth/open/config/errors/invalid_request", headers: []string{"Accept: text/html,*/*"}},
		{name: "meaning-unknown", method: "GET", path: "/auth/open/config/errors/%3Cscript%3E"},
	}
}

func TestTheTokenEndpointAnswersAsItIsKnownTo(t *testing.T) {
	g := openTokens(t, publicConfig)
	for _, e := range tokenExchanges() {
		t.Run(e.name, func(t *testing.T) {
			g.limits.Reset()
			w, body := g.play(t, e)
			request := e.method + " " + e.path + "\n" + strings.Join(append(e.headers, ""), "\n") + "\n"
			if len(e.body) < 1000 {
				request += e.body + "\n"
			}
			surface.Golden(t, e.name+".txt", request+"\n====\n"+shown(w, body))
		})
	}
}

func TestARefusalLinksToWhatItMeans(t *testing.T) {
	g := openTokens(t, publicConfig)
	seen := map[string]bool{}
	for _, e := range tokenExchanges() {
		g.limits.Reset()
		_, body := g.play(t, e)
		_, link, found := strings.Cut(body, `"error_uri":"https://eid.example`)
		if !found {
			continue
		}
		link, _, _ = strings.Cut(link, `"`)
		w, body := g.play(t, tokenExchange{method: "GET", path: link})
		if w.StatusCode != http.StatusOK || !strings.HasPrefix(body, `{"error":"`+link[strings.LastIndex(link, "/")+1:]+`","error_description":"`) {
			t.Error(link, w.StatusCode, body)
		}
		seen[link] = true
	}
	if len(seen) != 6 {
		t.Error("not every word was seen:", seen)
	}
}

func TestWrongSecretsAreHeardTenTimesAMinute(t *testing.T) {
	g := openTokens(t, publicConfig)
	wrong, right := tokenExchange{method: "POST", path: tokens, body: misposted}, tokenExchange{method: "POST", path: tokens, body: posted}
	for range 10 {
		if w, _ := g.play(t, wrong); w.StatusCode != http.StatusBadRequest || g.times() != 1 {
			t.Fatal(w.StatusCode, g.times())
		}
	}
	for _, e := range []tokenExchange{wrong, right, {method: "POST", path: tokens, body: grant, headers: []string{basicOf("sandbox-kind-otter-1", "s3cret/+")}}} {
		w, body := g.play(t, e)
		if w.StatusCode != http.StatusTooManyRequests || w.Header.Get("Retry-After") != "1" || w.Header.Get("X-Error-Code") != "temporarily_unavailable" || g.times() != 0 {
			t.Error(w.StatusCode, w.Header, g.times())
		}
		surface.Golden(t, "token-throttled.txt", shown(w, body))
	}
	if w, _ := g.play(t, tokenExchange{method: "POST", path: tokens, body: grant + "&client_id=other&client_secret=wrong"}); w.StatusCode != http.StatusBadRequest {
		t.Error("another client is counted with the first:", w.StatusCode)
	}
}

func TestRequestsThatAreNoAttemptsUseUpNobodysTries(t *testing.T) {
	g := openTokens(t, publicConfig)
	for range 11 {
		for _, e := range tokenExchanges() {
			if strings.Contains(e.name, "no-secret") || e.name == "token-twice" || e.name == "token-both" || e.name == "token-other-scope" || e.name == "token-broken" || e.name == "token-away" {
				g.play(t, e)
			}
		}
	}
	if w, _ := g.play(t, tokenExchange{method: "POST", path: tokens, body: posted}); w.StatusCode != http.StatusOK {
		t.Error(w.StatusCode)
	}
}

func TestTokensAreHandedOutAtAPaceThatStrangersCannotUseUp(t *testing.T) {
	config := publicConfig
	config.ClientRate = 2
	g := openTokens(t, config)
	for range 9 {
		g.play(t, tokenExchange{method: "POST", path: tokens, body: misposted})
	}
	for i, want := range []int{200, 200, 200, 200, 429} {
		if w, _ := g.play(t, tokenExchange{method: "POST", path: tokens, body: posted}); w.StatusCode != want {
			t.Errorf("request %d: %d", i, w.StatusCode)
		}
	}
}

func TestNoAnswerOfTheTokenEndpointRepeatsWhatWasSent(t *testing.T) {
	g := openTokens(t, publicConfig)
	const bait = "b41t"
	for name, e := range map[string]tokenExchange{
		"client":   {body: grant + "&client_id=" + bait + "&client_secret=" + bait},
		"grant":    {body: "grant_type=" + bait},
		"scope":    {body: posted + "&scope=" + bait},
		"header":   {body: grant, headers: []string{basicOf(bait, bait)}},
		"address":  {path: tokens + "?client_secret=" + bait, body: grant},
		"broken":   {body: posted, err: errors.New(bait)},
		"rejected": {body: posted, err: organization.ErrClientRefused.Because(errors.New(bait))},
		"meaning":  {method: "GET", path: "/auth/open/config/errors/" + bait},
	} {
		e.method, e.path = cmp.Or(e.method, "POST"), cmp.Or(e.path, tokens)
		w, body := g.play(t, e)
		if w.StatusCode < http.StatusBadRequest || strings.Contains(shown(w, body), bait) {
			t.Errorf("%s: %d %s", name, w.StatusCode, body)
		}
	}
}
