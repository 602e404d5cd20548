package jose

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/cmd/wiring"
	domain "github.com/eidgate/eidgate/domain/organization"
)

// customer is an organization with one user, at a running gateway.
type customer struct {
	base, token, domain, user string
	tokens                    *organization.IssuedTokens
}

// start runs a gateway in development, and gives its address.
func start(t *testing.T, options ...fx.Option) string {
	t.Helper()
	config, err := wiring.Load("", []string{
		"EIDGATE_DATA_DIR=" + t.TempDir(), "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN=127.0.0.1:0", "EIDGATE_MIGRATE=true", "EIDGATE_HTTP_DRAIN=1ms",
	})
	if err != nil {
		t.Fatal(err)
	}
	running, err := wiring.Start(t.Context(), config, slog.New(slog.DiscardHandler), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	return running.URL()
}

func open(t *testing.T) *customer {
	t.Helper()
	c := &customer{}
	var registry *organization.Registry
	c.base = start(t, fx.Populate(&registry, &c.tokens))
	client, secret, err := registry.Enrol(t.Context(), organization.Enrolment{Domain: organization.DemoDomain, Environment: domain.Production, Kind: domain.KindManagement})
	if err != nil {
		t.Fatal(err)
	}
	var issued struct {
		Token string `json:"access_token"`
	}
	c.ask(t, http.MethodPost, "/api/v2/oauth/token", `{"grant_type":"client_credentials","client_id":"`+client.Identifier+`","client_secret":"`+secret+`"}`, &issued)
	c.token = issued.Token
	var made struct{ ID, Domain string }
	c.ask(t, http.MethodPost, "/api/v2/organizations", `{"name":"Customer"}`, &made)
	c.domain = made.Domain
	c.ask(t, http.MethodPost, "/api/v2/org/"+c.domain+"/users", `{"email":"janis.joplin@customer.example"}`, &made)
	c.user = made.ID
	return c
}

func (c *customer) ask(t *testing.T, method, path, body string, into any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := (&http.Client{Timeout: 20 * time.Second}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 || json.Unmarshal(text, into) != nil {
		t.Fatalf("%s %s is answered with %d: %v", method, path, response.StatusCode, err)
	}
}

// sample gives both tokens of a sample.
func (c *customer) sample(t *testing.T, more string) map[string]string {
	t.Helper()
	var got struct {
		Access   string `json:"access_token_jwt"`
		Identity string `json:"id_token_jwt"`
	}
	c.ask(t, http.MethodGet, "/api/v2/org/"+c.domain+"/token-customization/sample?user_id="+c.user+more, "", &got)
	return map[string]string{"access token": got.Access, "identity token": got.Identity}
}

func TestForeignLibrariesVerifySamplesWithSampleKeysAlone(t *testing.T) {
	t.Run("golang-jwt", func(t *testing.T) { verified(t, inGo) })
	t.Run("npm jose", func(t *testing.T) { verified(t, inNode(t)) })
}

func verified(t *testing.T, verify verifier) {
	c := open(t)
	at := c.base + "/t/" + c.domain
	ask := func(token, keys string) question {
		return question{Token: token, Keys: at + "/.well-known/" + keys, Issuer: at}
	}
	before, kids := c.sample(t, ""), map[string]string{}
	for name, token := range before {
		kid, subject, err := verify(t, ask(token, "sample-jwks"))
		if err != nil || kid == "" || subject != c.user {
			t.Fatalf("%s is not verified: %v", name, err)
		}
		kids[name] = kid
		for _, keys := range []string{"jwks", "jwks.json"} {
			if _, _, err := verify(t, ask(token, keys)); err == nil {
				t.Errorf("%s is verified with %s, which is of real tokens", name, keys)
			}
		}
		other := ask(token, "sample-jwks")
		other.Issuer += "x"
		if _, _, err := verify(t, other); err == nil {
			t.Errorf("%s is verified for another issuer", name)
		}
		payload := strings.Split(token, ".")
		forged := payload[0] + "." + payload[1] + "." + strings.Repeat("A", len(payload[2]))
		if _, _, err := verify(t, ask(forged, "sample-jwks")); err == nil {
			t.Errorf("%s is verified with another signature", name)
		}
	}
	for name, token := range c.sample(t, "&expired=true") {
		if _, _, err := verify(t, ask(token, "sample-jwks")); err == nil {
			t.Errorf("%s that has expired is verified", name)
		}
	}

	if err := c.tokens.RotateKey(t.Context(), c.domain); err != nil {
		t.Fatal(err)
	}
	for name, token := range c.sample(t, "") {
		kid, _, err := verify(t, ask(token, "sample-jwks"))
		if err != nil || kid == kids[name] {
			t.Errorf("after the keys were changed %s is verified by %q: %v", name, kid, err)
		}
		if kid, _, err := verify(t, ask(before[name], "sample-jwks")); err != nil || kid != kids[name] {
			t.Errorf("%s of before is no longer verified: %v", name, err)
		}
	}
	if keys := published(t, at+"/.well-known/sample-jwks"); len(keys) != 2 {
		t.Errorf("%d keys are published", len(keys))
	}
}
