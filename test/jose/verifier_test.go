// Package jose has tokens verified and answers decrypted by libraries that other people wrote, with the keys that the gateway
// publishes: golang-jwt, and the npm package jose, which is opt-in because it needs Node; see install.sh.
package jose

import (
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// question is what a verifier is asked.
type question struct {
	Token    string `json:"token"`
	Keys     string `json:"keys"` // an address
	Issuer   string `json:"issuer"`
	Audience string `json:"audience,omitempty"`
	Type     string `json:"typ,omitempty"`
}

// verifier gives the key identifier and subject of a good token.
type verifier func(t *testing.T, q question) (kid, subject string, err error)

var errRefused = errors.New("refused")

// inGo asks golang-jwt.
func inGo(t *testing.T, q question) (kid, subject string, err error) {
	t.Helper()
	keys := published(t, q.Keys)
	options := []jwt.ParserOption{jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(q.Issuer), jwt.WithExpirationRequired()}
	if q.Audience != "" {
		options = append(options, jwt.WithAudience(q.Audience))
	}
	token, err := jwt.NewParser(options...).Parse(q.Token, func(token *jwt.Token) (any, error) {
		kid, _ = token.Header["kid"].(string)
		if q.Type != "" && token.Header["typ"] != q.Type {
			return nil, errRefused
		}
		if key, found := keys[kid]; found {
			return key, nil
		}
		return nil, errRefused
	})
	if err != nil {
		return "", "", err
	}
	subject, err = token.Claims.GetSubject()
	return kid, subject, err
}

// published reads a key set.
func published(t *testing.T, address string) map[string]*rsa.PublicKey {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var set struct {
		Keys []struct{ Kid, Kty, N, E string }
	}
	if err := json.Unmarshal(body, &set); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("a key set is answered with %d: %v", response.StatusCode, err)
	}
	keys := map[string]*rsa.PublicKey{}
	for _, k := range set.Keys {
		n, err1 := base64.RawURLEncoding.DecodeString(k.N)
		e, err2 := base64.RawURLEncoding.DecodeString(k.E)
		if err := errors.Join(err1, err2); err != nil || k.Kty != "RSA" || k.Kid == "" {
			t.Fatalf("a key cannot be read: %v", err)
		}
		keys[k.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}
	}
	return keys
}
