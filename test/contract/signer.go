package contract

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// issuer stands in the header of every token of these tests.
const issuer = "https://gate.example/t/acme-ab"

// TestSigner holds an adapter to the promises of [outbound.Signer]. now is the time that it goes by.
func TestSigner(t *testing.T, s outbound.Signer, now time.Time) {
	keys := []organization.SigningKey{makeKey(t, s, "first"), makeKey(t, s, "second")}

	t.Run("a key is RSA with 2,048 bits, and its certificate is signed by itself for the subject", func(t *testing.T) {
		k := keys[0]
		c := parseCertificate(t, k)
		private := parsePrivate(t, k)
		if private.N.BitLen() != 2048 || !private.PublicKey.Equal(c.PublicKey) || private.Validate() != nil {
			t.Error("the key is too short, broken, or not the certificate's")
		}
		if c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil || !bytes.Equal(c.RawIssuer, c.RawSubject) || c.IsCA {
			t.Error("the certificate is not signed by itself, or may sign others")
		}
		if c.SignatureAlgorithm != x509.SHA256WithRSA || c.KeyUsage&x509.KeyUsageDigitalSignature == 0 || c.SerialNumber.Sign() <= 0 {
			t.Errorf("signed with %v for usage %v", c.SignatureAlgorithm, c.KeyUsage)
		}
		want := "CN=gate.example,OU=Åkesson AB by eidgate,O=Åkesson AB,L=Lund,ST=Skåne,C=SE"
		if got := c.Subject.String(); got != want {
			t.Errorf("it is for %s", got)
		}
		if c.NotBefore.After(now) || c.NotBefore.Before(now.Add(-24*time.Hour)) || c.NotAfter.Before(now.AddDate(25, 0, -1)) || c.NotAfter.After(now.AddDate(25, 0, 1)) {
			t.Errorf("good from %v to %v", c.NotBefore, c.NotAfter)
		}
		if bytes.Equal(keys[0].Private, keys[1].Private) || c.SerialNumber.Cmp(parseCertificate(t, keys[1]).SerialNumber) == 0 {
			t.Error("two keys are one")
		}
	})

	t.Run("whoever does not wait for a key gets a passing failure", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 { // when it would be its turn, too
			if private, certificate, err := s.Make(ctx, outbound.CertificateSubject{}); err == nil || fault.Of(err).Kind() != fault.Unavailable || private != nil || certificate != nil {
				t.Errorf("got %v", err)
			}
		}
	})

	t.Run("a token is a JWT with exactly the headers alg, iss, kid and typ, signed with RS256", func(t *testing.T) {
		token := sign(t, s, keys[0], map[string]any{"sub": "Åsa <a&b>", "n": 1})
		header, payload, signature := cutToken(t, token)
		if want := `{"alg":"RS256","iss":"` + issuer + `","kid":"first","typ":"JWT"}`; string(header) != want {
			t.Errorf("the header is %s", header)
		}
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil || !reflect.DeepEqual(claims, map[string]any{"sub": "Åsa <a&b>", "n": 1.0}) {
			t.Errorf("the claims are other ones: %v", err)
		}
		public, _ := parseCertificate(t, keys[0]).PublicKey.(*rsa.PublicKey)
		sum := sha256.Sum256([]byte(token[:strings.LastIndexByte(token, '.')]))
		if err := rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], signature); err != nil {
			t.Errorf("package rsa disagrees: %v", err)
		}
	})

	t.Run("an access token has its own type, and no issuer in its header that nobody asked for", func(t *testing.T) {
		access := keys[0]
		access.Purpose = organization.SignsSessions
		token, err := s.Sign(t.Context(), access, "", map[string]any{"sub": "anna"})
		if err != nil {
			t.Fatal(err)
		}
		if header, _, _ := cutToken(t, token); string(header) != `{"alg":"RS256","kid":"first","typ":"at+jwt"}` {
			t.Errorf("the header is %s", header)
		}
		if claims, err := s.Verify(token, []organization.SigningKey{access}); err != nil || claims["sub"] != "anna" {
			t.Errorf("it is not taken: %v", err)
		}
		if _, err := s.Verify(token, keys); !errors.Is(err, outbound.ErrToken) {
			t.Errorf("it is taken for a token of another purpose: %v", err)
		}
		if _, err := s.Verify(sign(t, s, keys[0], nil), []organization.SigningKey{access}); !errors.Is(err, outbound.ErrToken) {
			t.Errorf("another token is taken for an access token: %v", err)
		}
	})

	t.Run("what was signed is verified by its own key among others, and nothing of it is lost", func(t *testing.T) {
		claims := map[string]any{"exp": 1790000000.0, "scp": "read:users create:users", "list": []any{"a", nil, true}, "in": map[string]any{"å": 0.5}, "none": nil}
		for _, k := range keys {
			got, err := s.Verify(sign(t, s, k, claims), keys)
			if err != nil || !reflect.DeepEqual(got, claims) {
				t.Errorf("%s: %v", k.ID, err)
			}
		}
		if got, err := s.Verify(sign(t, s, keys[0], nil), keys); err != nil || got == nil || len(got) != 0 {
			t.Errorf("no claims: %v", err)
		}
	})

	t.Run("with a broken key nobody signs, and the failure tells nothing", func(t *testing.T) {
		for what, k := range map[string]organization.SigningKey{
			"no private half":       {ID: "first", Certificate: keys[0].Certificate},
			"half a private half":   {ID: "first", Certificate: keys[0].Certificate, Private: keys[0].Private[:600]},
			"no certificate":        {ID: "first", Private: keys[0].Private},
			"another's certificate": {ID: "first", Private: keys[0].Private, Certificate: keys[1].Certificate},
			"no identifier":         {Private: keys[0].Private, Certificate: keys[0].Certificate},
		} {
			token, err := s.Sign(t.Context(), k, issuer, map[string]any{"sub": "secret"})
			if err == nil || token != "" || fault.Of(err).Kind() != fault.Internal {
				t.Errorf("%s: %v", what, err)
			}
		}
		if token, err := s.Sign(t.Context(), keys[0], issuer, map[string]any{"secret": make(chan int)}); err == nil || token != "" || strings.Contains(errors.Unwrap(err).Error(), "secret") {
			t.Error("claims that are no JSON were signed, or told")
		}
	})

	t.Run("many sign and verify at once, each with its own key", func(t *testing.T) {
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				k := keys[i%2]
				for range 5 {
					token, err := s.Sign(context.Background(), k, issuer, map[string]any{"kid": k.ID})
					if err != nil {
						t.Error(err)
						return
					}
					if claims, err := s.Verify(token, keys); err != nil || claims["kid"] != k.ID {
						t.Errorf("%s: %v", k.ID, err)
					}
				}
			})
		}
		wg.Wait()
	})

	testForgedTokens(t, s, keys)
}

func makeKey(t *testing.T, s outbound.Signer, id string) organization.SigningKey {
	t.Helper()
	private, certificate, err := s.Make(t.Context(), outbound.CertificateSubject{
		CommonName: "gate.example", Organization: "Åkesson AB", Unit: "Åkesson AB by eidgate", Country: "SE", State: "Skåne", Locality: "Lund", Years: 25,
	})
	if err != nil {
		t.Fatal(err)
	}
	return organization.SigningKey{ID: id, Purpose: organization.SignsManagement, Private: private, Certificate: certificate}
}

func sign(t *testing.T, s outbound.Signer, k organization.SigningKey, claims map[string]any) string {
	t.Helper()
	token, err := s.Sign(t.Context(), k, issuer, claims)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func parsePrivate(t *testing.T, k organization.SigningKey) *rsa.PrivateKey {
	t.Helper()
	parsed, err := x509.ParsePKCS8PrivateKey(k.Private)
	private, ok := parsed.(*rsa.PrivateKey)
	if err != nil || !ok {
		t.Fatal("the key is no RSA key in PKCS #8")
	}
	return private
}

func parseCertificate(t *testing.T, k organization.SigningKey) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(k.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func cutToken(t *testing.T, token string) (header, payload, signature []byte) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("the token has %d parts", len(parts))
	}
	var decoded [3][]byte
	for i, p := range parts {
		b, err := base64.RawURLEncoding.DecodeString(p)
		if err != nil {
			t.Fatal("a part of the token is no base64")
		}
		decoded[i] = b
	}
	return decoded[0], decoded[1], decoded[2]
}
