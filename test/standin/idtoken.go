package standin

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Token is an id_token before it is sealed, for twists to spoil.
type Token struct {
	Header map[string]any
	Claims map[string]any
	// Repeat is JSON that is put behind the claims as it is, such as `"nonce":"x"`.
	Repeat string

	Encrypted    bool
	Recipient    string // the kid in the envelope
	KeyAlgorithm jose.KeyAlgorithm
	Content      jose.ContentEncryption

	key     *rsa.PrivateKey
	sealFor *rsa.PublicKey
	none    bool
}

func (p *Provider) issue(g *grant, twist Twist) string {
	now := p.now()
	p.mu.Lock()
	key := p.keys[0]
	if strings.HasPrefix(g.context, "urn:grn:authn:dk:mitid") {
		key = p.mitID
	}
	p.mu.Unlock()
	seal := clientKeys()[1]
	t := &Token{
		Header:    map[string]any{"typ": "JWT", "alg": "RS256", "kid": key.id},
		Claims:    claimsOf(g.person, refined(g.context), g.scope),
		Encrypted: g.client == ClientID, Recipient: seal.id, KeyAlgorithm: jose.RSA_OAEP_256, Content: jose.A256GCM,
		key: key.key, sealFor: &seal.key.PublicKey,
	}
	t.Claims["iss"], t.Claims["aud"], t.Claims["sessionindex"] = p.Issuer, g.client, secret()
	t.Claims["iat"], t.Claims["nbf"], t.Claims["exp"] = now.Unix(), now.Unix(), now.Add(20*time.Minute).Unix()
	if g.nonce != "" {
		t.Claims["nonce"] = g.nonce
	}
	if twist != nil {
		twist(t)
	}
	if t.none {
		return ""
	}
	return t.seal()
}

func (t *Token) seal() string {
	header, err := json.Marshal(t.Header)
	if err != nil {
		panic(err)
	}
	claims, err := json.Marshal(t.Claims)
	if err != nil {
		panic(err)
	}
	if t.Repeat != "" {
		claims = append(claims[:len(claims)-1], ("," + t.Repeat + "}")...)
	}
	signed := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(claims)
	raw := signed + "." + base64.RawURLEncoding.EncodeToString(t.sign([]byte(signed)))
	if !t.Encrypted {
		return raw
	}
	options := (&jose.EncrypterOptions{}).WithContentType("JWT")
	encrypter, err := jose.NewEncrypter(t.Content, jose.Recipient{Algorithm: t.KeyAlgorithm, Key: t.sealFor, KeyID: t.Recipient}, options)
	if err != nil {
		panic(err)
	}
	envelope, err := encrypter.Encrypt([]byte(raw))
	if err != nil {
		panic(err)
	}
	sealed, err := envelope.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return sealed
}

// sign does what the header's algorithm says. HS256 is keyed with the public key's DER: the mistake of verifiers
// that take whatever key they have for whatever algorithm they are told.
func (t *Token) sign(signed []byte) []byte {
	switch t.Header["alg"] {
	case "none":
		return nil
	case "HS256":
		mac := hmac.New(sha256.New, x509.MarshalPKCS1PublicKey(&t.key.PublicKey))
		mac.Write(signed)
		return mac.Sum(nil)
	}
	sum := sha256.Sum256(signed)
	var signature []byte
	var err error
	if t.Header["alg"] == "PS256" {
		signature, err = rsa.SignPSS(rand.Reader, t.key, crypto.SHA256, sum[:], nil)
	} else {
		signature, err = rsa.SignPKCS1v15(rand.Reader, t.key, crypto.SHA256, sum[:])
	}
	if err != nil {
		panic(err)
	}
	return signature
}
