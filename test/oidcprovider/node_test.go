// Package oidcprovider runs the criipto adapter against an OpenID provider that other people wrote: the certified npm
// package oidc-provider. It needs Node, so it is opt-in; see install.sh.
package oidcprovider

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/test/node"
	"github.com/eidgate/eidgate/test/standin"
)

// start runs the provider in Node until the test ends, and gives its issuer.
func start(t *testing.T) string {
	t.Helper()
	const program = "provider.mjs"
	in, out := node.Start(t, node.Prepare(t, "EIDGATE_TEST_OIDC_PROVIDER", "test/oidcprovider/install.sh", program), program)
	signing, encryption := standin.ClientKeys()
	claims := map[string]map[string]string{}
	for _, p := range people {
		claims[p.Name] = p.Claims
	}
	setup, err := json.Marshal(map[string]any{
		"callback": callback, "people": claims, "plain": map[string]string{"id": plainID, "secret": plainSecret},
		"ftn": map[string]any{"id": clientID, "jwks": jose.JSONWebKeySet{Keys: []jose.JSONWebKey{signing.Public(), encryption.Public()}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write(append(setup, '\n')); err != nil {
		t.Fatal(err)
	}
	var ready struct{ Issuer string }
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if json.Unmarshal(lines.Bytes(), &ready) == nil && ready.Issuer != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return ready.Issuer
		}
	}
	t.Fatal("the provider ended before it was ready; is EIDGATE_TEST_OIDC_PROVIDER the folder of install.sh?")
	return ""
}

// visit is a browser: it opens the address with a cookie jar of its own, decides at the login, and is followed until
// it would leave the provider.
func visit(t *testing.T, issuer, address string, decision url.Values) *url.URL {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	ask := func(r *http.Request, err error) *http.Response {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		answer, err := browser.Do(r)
		if err != nil {
			t.Fatal("the browser got lost")
		}
		t.Cleanup(func() { _ = answer.Body.Close() })
		return answer
	}
	answer := ask(http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil))
	if at := answer.Request.URL; strings.HasPrefix(at.Path, "/interaction/") {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, issuer+at.Path, strings.NewReader(decision.Encode()))
		if err == nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer = ask(r, err)
	}
	back, err := answer.Location()
	if err != nil {
		t.Fatalf("the browser ends at %s with %s", answer.Request.URL.Path, answer.Status)
	}
	return back
}
