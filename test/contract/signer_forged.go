package contract

import (
	"crypto"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	goodHeader  = `{"alg":"RS256","kid":"first","typ":"JWT"}`
	goodPayload = `{"sub":"anna"}`
)

// testForgedTokens holds a signer to refusing what is none of ours. Tokens are written by hand, since no library writes
// most of them.
func testForgedTokens(t *testing.T, s outbound.Signer, keys []organization.SigningKey) {
	first, second := parsePrivate(t, keys[0]), parsePrivate(t, keys[1])
	stranger := parsePrivate(t, makeKey(t, s, "stranger"))
	refused := func(t *testing.T, what, token string, keys []organization.SigningKey) {
		t.Helper()
		if claims, err := s.Verify(token, keys); !errors.Is(err, outbound.ErrToken) || claims != nil {
			t.Errorf("%s: %v", what, err)
		}
	}

	t.Run("a token that was written by hand is verified like any other", func(t *testing.T) {
		if claims, err := s.Verify(handwritten(t, first, goodHeader, goodPayload), keys); err != nil || claims["sub"] != "anna" {
			t.Fatalf("the forgeries below prove nothing: %v", err)
		}
	})

	t.Run("a token holds for the key that it names, and for that alone", func(t *testing.T) {
		refused(t, "another key of the set", handwritten(t, second, goodHeader, goodPayload), keys)
		refused(t, "a stranger's key", handwritten(t, stranger, goodHeader, goodPayload), keys)
		refused(t, "an unknown kid", handwritten(t, first, `{"alg":"RS256","kid":"third","typ":"JWT"}`, goodPayload), keys)
		refused(t, "a kid in another case", handwritten(t, first, `{"alg":"RS256","kid":"FIRST","typ":"JWT"}`, goodPayload), keys)
		refused(t, "no kid", handwritten(t, first, `{"alg":"RS256","typ":"JWT"}`, goodPayload), keys)
		refused(t, "an empty kid", handwritten(t, first, `{"alg":"RS256","kid":"","typ":"JWT"}`, goodPayload), keys)
		refused(t, "a kid that is a list", handwritten(t, first, `{"alg":"RS256","kid":["first"],"typ":"JWT"}`, goodPayload), keys)
		refused(t, "its key is not among them", handwritten(t, first, goodHeader, goodPayload), keys[1:])
		refused(t, "no keys", handwritten(t, first, goodHeader, goodPayload), nil)
		renamed := keys[1]
		renamed.ID = "first"
		refused(t, "another key took the name", handwritten(t, first, goodHeader, goodPayload), []organization.SigningKey{renamed})
	})

	t.Run("RS256 and nothing else", func(t *testing.T) {
		for _, alg := range []string{"none", "None", "", "HS256", "HS512", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256"} {
			header := strings.Replace(goodHeader, "RS256", alg, 1)
			refused(t, alg, handwritten(t, first, header, goodPayload), keys)
			refused(t, alg+" without a signature", encode(header)+"."+encode(goodPayload)+".", keys)
		}
		refused(t, "no alg", handwritten(t, first, `{"kid":"first","typ":"JWT"}`, goodPayload), keys)
		public := x509.MarshalPKCS1PublicKey(&first.PublicKey)
		spki, _ := x509.MarshalPKIXPublicKey(&first.PublicKey)
		for what, secret := range map[string][]byte{
			"PKCS #1": public, "SPKI": spki, "the modulus": first.N.Bytes(), "the certificate": keys[0].Certificate, "nothing": {},
			"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}),
		} {
			for _, header := range []string{strings.Replace(goodHeader, "RS256", "HS256", 1), goodHeader} {
				mac := hmac.New(sha256.New, secret)
				signing := encode(header) + "." + encode(goodPayload)
				mac.Write([]byte(signing))
				refused(t, "a MAC with "+what, signing+"."+encode(string(mac.Sum(nil))), keys)
			}
		}
	})

	t.Run("a key that a token brings along, or names the address of, opens nothing", func(t *testing.T) {
		jwk := fmt.Sprintf(`{"kty":"RSA","kid":"first","alg":"RS256","n":%q,"e":%q}`, encode(string(stranger.N.Bytes())), encode(string(big.NewInt(int64(stranger.E)).Bytes())))
		x5c := base64.StdEncoding.EncodeToString(makeKey(t, s, "x").Certificate)
		for what, header := range map[string]string{
			"jwk": `"jwk":` + jwk, "x5c": `"x5c":["` + x5c + `"]`, "jku": `"jku":"https://evil.example/jwks"`, "x5u": `"x5u":"https://evil.example/c.pem"`,
		} {
			refused(t, what, handwritten(t, stranger, `{"alg":"RS256","kid":"first","typ":"JWT",`+header+`}`, goodPayload), keys)
		}
		if claims, err := s.Verify(handwritten(t, first, `{"alg":"RS256","kid":"first","typ":"JWT","jku":"https://evil.example/jwks"}`, goodPayload), keys); err != nil || claims["sub"] != "anna" {
			t.Errorf("an address is not passed over: %v", err)
		}
	})

	t.Run("what a header calls critical, and what says something twice, is refused", func(t *testing.T) {
		for _, header := range []string{
			`{"alg":"RS256","kid":"first","typ":"JWT","crit":["exp"],"exp":1}`, `{"alg":"RS256","kid":"first","typ":"JWT","crit":["b64"],"b64":true}`,
			`{"alg":"RS256","kid":"first","typ":"JWT","crit":[]}`, `{"alg":"RS256","kid":"first","typ":"JWT","b64":false}`, `{"alg":"RS256","kid":"first","typ":"JWT","b64":true}`,
			`{"alg":"RS256","kid":"second","kid":"first","typ":"JWT"}`, `{"alg":"none","alg":"RS256","kid":"first","typ":"JWT"}`,
			`{"alg":"RS256","kid":"first","typ":"at+jwt"}`, `{"alg":"RS256","kid":"first"}`,
			`["RS256"]`, `null`, ``, `{"alg":"RS256","kid":"first","typ":"JWT"`, goodHeader + goodHeader,
		} {
			refused(t, header, handwritten(t, first, header, goodPayload), keys)
		}
		for _, payload := range []string{
			`{"sub":"anna","sub":"bo"}`, `{"in":{"a":1,"a":2}}`, `["anna"]`, `"anna"`, `null`, ``, `1`, `{"sub":`, goodPayload + `{}`, "{\"sub\":\"\x00\"}",
		} {
			refused(t, payload, handwritten(t, first, goodHeader, payload), keys)
		}
	})

	t.Run("what was changed, cut, stretched or spelled in another way is refused", func(t *testing.T) {
		token := handwritten(t, first, goodHeader, goodPayload)
		for i := range token {
			changed := []byte(token)
			if changed[i] = 'A'; token[i] == 'A' {
				changed[i] = 'B'
			}
			refused(t, fmt.Sprintf("position %d", i), string(changed), keys)
		}
		last := token[len(token)-1]
		spelled := token[:len(token)-1] + string(rune(last+1)) // bits that are left over
		header, rest, _ := strings.Cut(token, ".")
		for _, other := range []string{
			"", ".", "..", "...", "a.b.c", token + ".", "." + token, token + "." + encode(goodPayload), token[:len(token)-1], token + "A", token + "=", token + "\n", " " + token,
			header + ".\r\n" + rest, header + "..", "Bearer " + token, spelled, strings.Replace(token, ".", "..", 1), `{"payload":"` + token + `"}`, "\x00", "é.é.é",
		} {
			refused(t, "another spelling", other, keys)
		}
	})

	t.Run("what is over-long is refused before anybody reads it", func(t *testing.T) {
		long := handwritten(t, first, goodHeader, `{"sub":"`+strings.Repeat("a", 16<<10)+`"}`)
		refused(t, "a long token", long, keys)
		refused(t, "a very long one", strings.Repeat("a", 64<<20), keys)
		if _, err := s.Verify(handwritten(t, first, goodHeader, `{"sub":"`+strings.Repeat("a", 8<<10)+`"}`), keys); err != nil {
			t.Errorf("8 KiB are too long: %v", err)
		}
	})

	t.Run("the failure quotes nothing", func(t *testing.T) {
		_, err := s.Verify(handwritten(t, first, `{"alg":"hemligt","kid":"first","typ":"JWT"}`, goodPayload), keys)
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), "hemligt") {
				t.Error("it quotes the token")
			}
		}
	})
}

// handwritten is a token with that header and payload, whatever they are, signed with PKCS #1 and SHA-256.
func handwritten(t *testing.T, key *rsa.PrivateKey, header, payload string) string {
	t.Helper()
	signing := encode(header) + "." + encode(payload)
	sum := sha256.Sum256([]byte(signing))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	return signing + "." + encode(string(signature))
}

func encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
