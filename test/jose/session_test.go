package jose

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// relyingParty is the demo client of the session API, at a running gateway.
type relyingParty struct{ base, token string }

func join(t *testing.T) relyingParty {
	t.Helper()
	r := relyingParty{base: start(t)}
	status, _, body := r.ask(t, http.MethodPost, "/auth/open/connect/token", "grant_type=client_credentials&scope=signicat-api&client_id=demo-session&client_secret=demo-session-secret")
	var issued struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &issued); err != nil || status != http.StatusOK {
		t.Fatalf("a token is answered with %d: %v", status, err)
	}
	r.token = issued.Token
	return r
}

func (r relyingParty) ask(t *testing.T, method, path, body string) (status int, contentType, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, r.base+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if r.token != "" {
		request.Header.Set("Authorization", "Bearer "+r.token)
	} else {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := (&http.Client{Timeout: 20 * time.Second}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header.Get("Content-Type"), string(b)
}

func TestForeignLibrariesVerifyAccessTokensWithThePublishedKeys(t *testing.T) {
	t.Run("golang-jwt", func(t *testing.T) { verifiedAccess(t, inGo) })
	t.Run("npm jose", func(t *testing.T) { verifiedAccess(t, inNode(t)) })
}

func verifiedAccess(t *testing.T, verify verifier) {
	r := join(t)
	status, _, body := r.ask(t, http.MethodGet, "/auth/open/.well-known/openid-configuration", "")
	var issuer struct {
		Issuer string `json:"issuer"`
		Keys   string `json:"jwks_uri"`
	}
	if err := json.Unmarshal([]byte(body), &issuer); err != nil || status != http.StatusOK {
		t.Fatalf("the issuer is described with %d: %v", status, err)
	}
	good := question{Token: r.token, Keys: issuer.Keys, Issuer: r.base + "/auth/open", Audience: r.base + "/auth/rest", Type: "at+jwt"}
	if kid, subject, err := verify(t, good); err != nil || kid == "" || subject != "demo-session" || issuer.Issuer != good.Issuer {
		t.Fatalf("the token is not verified: %v", err)
	}
	parts := strings.Split(r.token, ".")
	for name, change := range map[string]func(q *question){
		"issuer":    func(q *question) { q.Issuer = r.base + "/auth/rest" },
		"audience":  func(q *question) { q.Audience = r.base + "/auth/open" },
		"type":      func(q *question) { q.Type = "JWT" },
		"signature": func(q *question) { q.Token = parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])) },
		"key set":   func(q *question) { q.Keys = r.base + "/t/demo/.well-known/jwks" },
	} {
		bad := good
		change(&bad)
		if _, _, err := verify(t, bad); err == nil {
			t.Errorf("the token is verified for another %s", name)
		}
	}
}

// pair is a pair of keys as JWK.
type pair struct {
	Public, Private map[string]any
	Error           string
}

func TestAForeignLibraryReadsEncryptedAnswersWithItsOwnKeys(t *testing.T) {
	ask := asking(t, "decrypt.mjs")
	r := join(t)
	for _, made := range []map[string]string{
		{"make": "RSA-OAEP"}, {"make": "ECDH-ES", "crv": "P-256"}, {"make": "ECDH-ES", "crv": "P-384"}, {"make": "ECDH-ES", "crv": "P-521"},
	} {
		t.Run(made["make"]+made["crv"], func(t *testing.T) {
			var own, others pair
			ask(t, made, &own)
			ask(t, made, &others)
			if own.Error != "" || others.Error != "" {
				t.Fatal(own.Error, others.Error)
			}
			read := func(method, path, body, status string) (id string) {
				t.Helper()
				code, contentType, text := r.ask(t, method, path, body)
				if code != http.StatusOK || contentType != "application/jose" || strings.Count(text, ".") != 4 {
					t.Fatalf("%s %s is answered with %d %s", method, path, code, contentType)
				}
				var opened struct {
					Header  map[string]any
					Content string
					Error   string
				}
				ask(t, map[string]any{"text": text, "key": own.Private}, &opened)
				var session struct{ ID, Status string }
				if err := json.Unmarshal([]byte(opened.Content), &session); err != nil || opened.Error != "" {
					t.Fatal(opened.Error, err)
				}
				if h := opened.Header; h["kid"] != "our-key" || h["cty"] != "application/json" || h["alg"] != made["make"] || session.Status != status {
					t.Error(h, session.Status)
				}
				ask(t, map[string]any{"text": text, "key": others.Private}, &opened)
				if opened.Error == "" {
					t.Error("somebody else's key opens the answer")
				}
				return session.ID
			}
			own.Public["kid"], own.Public["use"], own.Public["alg"] = "our-key", "enc", made["make"]
			request, err := json.Marshal(map[string]any{
				"flow": "redirect", "requestedAttributes": []string{"name"}, "allowedProviders": []string{"ftn"}, "encryptionPublicKey": own.Public,
				"callbackUrls": map[string]string{"success": r.base + "/ok", "abort": r.base + "/abort", "error": r.base + "/error"},
			})
			if err != nil {
				t.Fatal(err)
			}
			id := read(http.MethodPost, "/auth/rest/sessions", string(request), "CREATED")
			read(http.MethodGet, "/auth/rest/sessions/"+id, "", "CREATED")
			read(http.MethodPost, "/auth/rest/sessions/"+id+"/cancel", "null", "CANCELLED")
			code, contentType, text := r.ask(t, http.MethodGet, "/auth/rest/sessions/"+id+"?sessionNonce=wrong", "")
			if code != http.StatusTooManyRequests && code != http.StatusBadRequest || contentType != "application/json" || !strings.HasPrefix(text, "{") {
				t.Errorf("a refusal is answered with %d %s", code, contentType)
			}
		})
	}
}
