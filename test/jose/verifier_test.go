// Package jose has tokens of organizations verified by libraries that other people wrote, with the keys that the gateway
// publishes: golang-jwt, and the npm package jose, which is opt-in because it needs Node; see install.sh.
package jose

import (
	"bufio"
	"context"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
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
}

// verifier gives the key identifier and subject of a good token.
type verifier func(t *testing.T, q question) (kid, subject string, err error)

var errRefused = errors.New("refused")

// inNode asks the npm package jose.
func inNode(t *testing.T) verifier {
	t.Helper()
	dir := os.Getenv("EIDGATE_TEST_JOSE")
	if dir == "" {
		const hint = "EIDGATE_TEST_JOSE is not set: run test/jose/install.sh DIR and set it to DIR"
		if os.Getenv("CI") != "" {
			t.Fatal(hint)
		}
		t.Skip(hint)
	}
	modules, err := filepath.Abs(filepath.Join(dir, "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	// Node looks for modules beside the program, and nothing is to be installed in the repository.
	work := t.TempDir()
	program, err := os.ReadFile("verify.mjs")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(work, "verify.mjs"), program, 0o600), os.Symlink(modules, filepath.Join(work, "node_modules"))); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "verify.mjs")
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = work, t.Output(), 5*time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("node does not start: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close() // which ends it
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	return func(t *testing.T, q question) (string, string, error) {
		t.Helper()
		if err := json.NewEncoder(in).Encode(q); err != nil {
			t.Fatal(err)
		}
		var answer struct{ Kid, Subject, Error string }
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &answer) != nil {
			t.Fatal("the verifier ended; is EIDGATE_TEST_JOSE the folder of install.sh?")
		}
		switch answer.Error {
		case "":
			return answer.Kid, answer.Subject, nil
		case "ERR_JWKS_NO_MATCHING_KEY", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "ERR_JWT_CLAIM_VALIDATION_FAILED", "ERR_JWT_EXPIRED":
			return "", "", errRefused
		}
		t.Fatalf("the verifier met trouble: %s", answer.Error)
		return "", "", nil
	}
}

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
