package acceptance

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// OpenIDProvider is a provider in the simulator's place: where it is, who we are there, and how its people log in.
type OpenIDProvider struct {
	Issuer     string
	ClientID   string
	Signing    jose.JSONWebKey
	Encryption jose.JSONWebKey
	Callback   string
	// Login opens the address as a browser does, approves as the named person or declines for "", and gives what
	// the browser is sent back with.
	Login  func(t *testing.T, address, person string) url.Values
	People []Holder
}

// Holder is somebody at the provider.
type Holder struct {
	Name    string
	Country identity.Country
	Method  eid.Context
	Number  string
}

// AtOpenIDProvider tells the main job over HTTP with a real OpenID provider: everybody's number reaches an account,
// and a person's no, a replay and somebody else's code change nothing.
func AtOpenIDProvider(t *testing.T, p OpenIDProvider) {
	t.Helper()
	environ := []string{
		"EIDGATE_PROVIDERS_CRIIPTO_ISSUER=" + p.Issuer, "EIDGATE_PROVIDERS_CRIIPTO_CLIENT_ID=" + p.ClientID,
		"EIDGATE_PROVIDERS_CRIIPTO_SIGNING_KEY=" + keyFile(t, "signing.json", p.Signing),
		"EIDGATE_PROVIDERS_CRIIPTO_ENCRYPTION_KEY=" + keyFile(t, "encryption.json", p.Encryption),
		"EIDGATE_PROVIDERS_CRIIPTO_TIMEOUT=7s",
		"EIDGATE_ROUTES_SE_BANKID=criipto", "EIDGATE_ROUTES_NO_BANKID=criipto", "EIDGATE_ROUTES_DK_MITID=criipto", "EIDGATE_ROUTES_FI_FTN=criipto",
	}
	g := open(t, "sqlite:"+t.TempDir()+"/eidgate.db", func(g *Gateway) Door { return &overHTTP{g: g} }, environ...)
	start := func(t *testing.T, c Client, h Holder) Started {
		t.Helper()
		started, outcome := g.Door.Start(t, c, Start{RedirectURI: p.Callback, Context: h.Method})
		outcome.OK(t)
		return started
	}
	for i, h := range p.People {
		t.Run(string(h.Country), func(t *testing.T) {
			c, outcome := g.Door.Register(t, Person{Email: "holder" + strconv.Itoa(i) + "@example.com", Country: h.Country})
			outcome.OK(t)
			no := p.Login(t, start(t, c, h).URL, "")
			if no.Get("error") != "access_denied" || no.Has("code") {
				t.Fatalf("declining sends back %v", keys(no))
			}
			started := start(t, c, h)
			back := p.Login(t, started.URL, h.Name)
			r := Return{Code: back.Get("code"), RedirectURI: p.Callback, Context: h.Method, State: back.Get("state")}
			done, outcome := g.Door.Complete(t, c, r)
			outcome.OK(t)
			if done.SSN != h.Number || done.Correlation != started.Correlation {
				t.Error("another number or reference came out")
			}
			g.hasNumber(t, c, true)
			_, outcome = g.Door.Complete(t, c, r)
			outcome.Is(t, fault.Invalid, "state")
			r.State = ""
			_, outcome = g.Door.Complete(t, c, r)
			outcome.Is(t, fault.Invalid, "code")
		})
	}
}

// keyFile writes a private key where the configuration can name it.
func keyFile(t *testing.T, name string, key jose.JSONWebKey) string {
	t.Helper()
	content, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
