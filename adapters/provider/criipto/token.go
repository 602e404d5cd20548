package criipto

import (
	"context"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
)

const (
	leeway      = 5 * time.Minute // how far the provider's clock may be off
	oldestToken = time.Hour       // an id_token is made at its exchange or at the login before it, never long ago
)

// flaw is what is wrong with a token: words of ours, none of the token's.
type flaw string

func (f flaw) Error() string { return "criipto: " + string(f) }

func rejected(why flaw) error { return eid.ErrEvidenceRejected.Because(why) }

// What an id_token may be encrypted with (RFC 7518 sections 4 and 5). RSA1_5 and direct keys are not among it.
var (
	keyAlgorithms     = []jose.KeyAlgorithm{jose.RSA_OAEP_256, jose.RSA_OAEP}
	contentEncryption = []jose.ContentEncryption{jose.A256GCM, jose.A128GCM, jose.A128CBC_HS256, jose.A256CBC_HS512}
)

// decrypt takes a token out of its envelope (RFC 7516). A token without one is refused: it has been readable on
// its way.
func decrypt(raw string, key jose.JSONWebKey) (string, error) {
	if strings.Count(raw, ".") != 4 {
		return "", rejected("the id_token is not encrypted")
	}
	head, err := header(raw)
	if err != nil {
		return "", err
	}
	// No kid is taken for ours: there is one key, and what it does not open stays closed.
	if id, ok := head.text("kid"); ok && id != key.KeyID {
		return "", rejected("the id_token is encrypted for another key")
	}
	envelope, err := jose.ParseEncryptedCompact(raw, keyAlgorithms, contentEncryption)
	if err != nil {
		return "", rejected("the encryption is malformed or not allowed")
	}
	clear, err := envelope.Decrypt(key.Key)
	if err != nil {
		return "", rejected("the id_token does not decrypt")
	}
	return string(clear), nil
}

// header reads a token's protected header and refuses what could lead to somebody else's key or change what the
// token means.
func header(raw string) (object, error) {
	first, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return nil, rejected("the header is malformed")
	}
	head, err := readObject(text)
	if err != nil {
		return nil, rejected("the header is malformed")
	}
	for _, name := range []string{"crit", "jku", "jwk", "x5u", "zip", "b64"} {
		if _, there := head[name]; there {
			return nil, rejected("the header has a member that is not allowed")
		}
	}
	if typ, ok := head.text("typ"); ok && !strings.EqualFold(typ, "JWT") {
		return nil, rejected("the token is of another type")
	}
	if content, ok := head.text("cty"); ok && !strings.EqualFold(content, "JWT") {
		return nil, rejected("the content is of another type")
	}
	return head, nil
}

// idToken is an id_token that verified.
type idToken struct {
	claims   object
	id       string // SHA-256 of what was signed, in hex
	issuedAt time.Time
	subject  string
	nonce    string // "" when there is none
}

// verify checks an id_token as OpenID Connect Core 1.0 section 3.1.3.7 tells, but for the nonce, whose meaning the
// caller knows. oldest is how long ago it may have been issued.
func (i *issuer) verify(ctx context.Context, raw, client string, oldest time.Duration) (idToken, error) {
	if strings.Count(raw, ".") != 2 {
		return idToken{}, rejected("the id_token is no signed token")
	}
	head, err := header(raw)
	if err != nil {
		return idToken{}, err
	}
	// The algorithm is looked at before the key: nobody fetches anything for a token that cannot be good.
	if algorithm, _ := head.text("alg"); algorithm != string(jose.RS256) {
		return idToken{}, rejected("the signature algorithm is not allowed")
	}
	kid, ok := head.text("kid")
	if !ok || kid == "" {
		return idToken{}, rejected("the id_token names no key")
	}
	now := i.clock.Now()
	keys, err := i.keys.find(ctx, kid, now)
	if err != nil {
		return idToken{}, err
	}
	set := &oidc.StaticKeySet{}
	for _, k := range keys {
		set.PublicKeys = append(set.PublicKeys, crypto.PublicKey(k))
	}
	_, err = oidc.NewVerifier(i.url, set, &oidc.Config{
		ClientID: client, SupportedSigningAlgs: []string{oidc.RS256},
		SkipExpiryCheck: true, // times are checked below, with leeway
	}).Verify(ctx, raw)
	if err != nil {
		return idToken{}, rejected("the signature, the issuer or the audience is wrong")
	}
	signed := raw[:strings.LastIndexByte(raw, '.')]
	payload, err := base64.RawURLEncoding.DecodeString(signed[strings.IndexByte(signed, '.')+1:])
	if err != nil {
		return idToken{}, rejected("the claims are malformed")
	}
	t, err := readToken(payload, client, now, oldest)
	if err != nil {
		return idToken{}, err
	}
	sum := sha256.Sum256([]byte(signed))
	t.id = hex.EncodeToString(sum[:])
	return t, nil
}

// registered are the claims that decide whether a token counts. Readers that ignore case must not be able to
// see others than we do.
var registered = []string{"iss", "sub", "aud", "azp", "exp", "nbf", "iat", "nonce", "jti"}

// readToken reads claims whose signature, issuer and audience are good.
func readToken(payload []byte, client string, now time.Time, oldest time.Duration) (idToken, error) {
	c, err := readObject(payload)
	if err != nil {
		return idToken{}, rejected("the claims are malformed or repeated")
	}
	for name := range c {
		for _, r := range registered {
			if name != r && strings.EqualFold(name, r) {
				return idToken{}, rejected("a claim is misspelt")
			}
		}
	}
	azp, named := c.text("azp")
	if _, there := c["azp"]; there && (!named || azp != client) || !there && len(c.list("aud")) > 1 {
		return idToken{}, rejected("the token was issued to somebody else")
	}
	expires, ok := c.time("exp")
	if !ok || now.After(expires.Add(leeway)) {
		return idToken{}, rejected("the token has expired")
	}
	if from, ok := c.time("nbf"); ok && now.Add(leeway).Before(from) || !ok && c["nbf"] != nil {
		return idToken{}, rejected("the token does not count yet")
	}
	issued, ok := c.time("iat")
	if !ok || now.Add(leeway).Before(issued) || now.Sub(issued) > oldest || issued.After(expires) {
		return idToken{}, rejected("the token was not issued just now")
	}
	subject, ok := c.text("sub")
	if !ok || subject == "" || len(subject) > 255 {
		return idToken{}, rejected("the token has no subject")
	}
	nonce, ok := c.text("nonce")
	if !ok && c["nonce"] != nil || len(nonce) > 1024 {
		return idToken{}, rejected("the nonce is malformed")
	}
	return idToken{claims: c, issuedAt: issued, subject: subject, nonce: nonce}, nil
}

// time reads a NumericDate (RFC 7519 section 2) within the years that make sense.
func (o object) time(name string) (time.Time, bool) {
	seconds, ok := o.number(name)
	if !ok || seconds < 0 || seconds > 1<<36 {
		return time.Time{}, false
	}
	whole, part := math.Modf(seconds)
	return time.Unix(int64(whole), int64(part*1e6)*1e3).UTC(), true
}
