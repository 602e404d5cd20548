package sessionapi

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/eidgate/eidgate/domain/fault"
)

// encryptionKey is the public key that a caller wants its answers encrypted with, as a JWK (RFC 7517) in one form only:
// numbers without leading zeros, coordinates of their curve's full length. It holds nothing but what is public.
type encryptionKey struct {
	Type     string `json:"kty"` // RSA or EC
	Kid      string `json:"kid,omitempty"`
	Curve    string `json:"crv,omitempty"`
	X        string `json:"x,omitempty"`
	Y        string `json:"y,omitempty"`
	Modulus  string `json:"n,omitempty"`
	Exponent string `json:"e,omitempty"`
}

const (
	keyMember  = "encryptionPublicKey"
	keyTypeRSA = "RSA"
	keyTypeEC  = "EC"

	leastModulus, mostModulus = 2048, 4096 // bits; what encrypts to greater ones takes many times as long, with every answer
	// leastExponent is what NIST SP 800-56B, section 6.2, asks for. Libraries read exponents of at most 31 bits.
	leastExponent, mostExponent = 65_537, 1<<31 - 1
	mostKid                     = 256   // characters
	mostEncoded                 = 1_000 // characters of one number; those of the largest modulus are 683
)

// privateMembers are the members of a JWK that hold secrets (RFC 7518, section 6).
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// agreements are the algorithms that a type of key goes with, as callers spell them: some write the names of JWA without
// their hyphens.
var agreements = map[string][]string{keyTypeRSA: {"RSA-OAEP", "RSAOAEP"}, keyTypeEC: {"ECDH-ES", "ECDHES"}}

func curveOf(name string) elliptic.Curve {
	for _, c := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		if strings.EqualFold(c.Params().Name, name) {
			return c
		}
	}
	return nil
}

// jwk is a key that is being read.
type jwk struct {
	members    map[string]any // by names in lower case
	violations []fault.Violation
}

// readEncryptionKey reads the encryptionPublicKey of a request, as httpapi.ParseObject gives it: nil where there is none.
// Otherwise it gives a key that [encryptionKey.encrypt] takes, or says everything that is wrong with what was sent.
// The names of members, kty, use and alg may be in any case.
func readEncryptionKey(value any) (*encryptionKey, []fault.Violation) {
	if value == nil {
		return nil, nil
	}
	r := &jwk{members: map[string]any{}}
	given, isObject := value.(map[string]any)
	if !isObject {
		r.blame("", "not_an_object", "must be a JSON Web Key")
		return nil, r.violations
	}
	for name, v := range given {
		name = strings.ToLower(name)
		if _, twice := r.members[name]; twice {
			r.blame("", "duplicate", "has a member twice")
			return nil, r.violations
		}
		r.members[name] = v
	}
	for _, name := range privateMembers {
		if r.members[name] != nil {
			r.blame(name, "private_key", "must be absent: a private key is for its owner alone")
		}
	}
	k := &encryptionKey{Kid: r.text("kid", false)}
	if utf8.RuneCountInString(k.Kid) > mostKid {
		r.blame("kid", "too_long", "must be at most 256 characters long")
	}
	if use := r.text("use", false); use != "" && !strings.EqualFold(use, "enc") {
		r.blame("use", "unknown", "must be enc")
	}
	switch kty := r.text("kty", true); {
	case strings.EqualFold(kty, keyTypeRSA):
		k.Type = keyTypeRSA
		r.readRSA(k)
	case strings.EqualFold(kty, keyTypeEC):
		k.Type = keyTypeEC
		r.readEC(k)
	case kty != "":
		r.blame("kty", "unknown", "must be RSA or EC")
	}
	if len(r.violations) > 0 {
		return nil, r.violations
	}
	return k, nil
}

func (r *jwk) readRSA(k *encryptionKey) {
	r.readAlgorithm(k.Type)
	n, e := r.number("n"), r.number("e")
	if n == nil || e == nil {
		return
	}
	switch bits := n.BitLen(); {
	case bits < leastModulus:
		r.blame("n", "too_small", "must be of at least 2048 bits")
	case bits > mostModulus:
		r.blame("n", "too_large", "must be of at most 4096 bits")
	case n.Bit(0) == 0:
		r.blame("n", "invalid", "is not the modulus of an RSA key")
	}
	if !e.IsInt64() || e.Int64() < leastExponent || e.Int64() > mostExponent || e.Bit(0) == 0 {
		r.blame("e", "invalid", "must be an odd number from 65537 to 2147483647")
	}
	k.Modulus, k.Exponent = encoded(n.Bytes()), encoded(e.Bytes())
}

func (r *jwk) readEC(k *encryptionKey) {
	r.readAlgorithm(k.Type)
	name := r.text("crv", true)
	x, y := r.number("x"), r.number("y")
	curve := curveOf(name)
	if curve == nil {
		if name != "" {
			r.blame("crv", "unknown", "must be P-256, P-384 or P-521")
		}
		return
	}
	if x == nil || y == nil {
		return
	}
	size := (curve.Params().BitSize + 7) / 8
	if x.BitLen() > 8*size || y.BitLen() > 8*size {
		r.blame("", "off_curve", "is not a point on its curve")
		return
	}
	k.Curve = curve.Params().Name
	k.X, k.Y = encoded(x.FillBytes(make([]byte, size))), encoded(y.FillBytes(make([]byte, size)))
	if _, err := k.public(); err != nil {
		r.blame("", "off_curve", "is not a point on its curve")
	}
}

func (r *jwk) readAlgorithm(keyType string) {
	alg := r.text("alg", false)
	if alg == "" {
		return
	}
	for _, known := range agreements[keyType] {
		if strings.EqualFold(alg, known) {
			return
		}
	}
	r.blame("alg", "unknown", "must be "+agreements[keyType][0]+" for this kty")
}

func (r *jwk) blame(member, code, reason string) {
	field := keyMember
	if member != "" {
		field += "." + member
	}
	r.violations = append(r.violations, fault.Violation{Field: field, Code: code, Text: reason})
}

func (r *jwk) text(name string, required bool) string {
	switch v := r.members[name].(type) {
	case nil:
	case string:
		if v != "" || !required {
			return v
		}
	default:
		r.blame(name, "not_a_string", "must be a string")
		return ""
	}
	if required {
		r.blame(name, "required", "is required")
	}
	return ""
}

// number reads base64url, with or without padding; nil where it is none.
func (r *jwk) number(name string) *big.Int {
	text := r.text(name, true)
	if text == "" {
		return nil
	}
	if len(text) <= mostEncoded {
		if raw, err := decoded(text); err == nil {
			return new(big.Int).SetBytes(raw)
		}
	}
	r.blame(name, "invalid", "must be a base64url number")
	return nil
}

// public gives the key as libraries know it. It fails for a point off its curve.
func (k *encryptionKey) public() (any, error) {
	if k.Type == keyTypeEC {
		x, errX := decoded(k.X)
		y, errY := decoded(k.Y)
		curve := curveOf(k.Curve)
		if errX != nil || errY != nil || curve == nil {
			return nil, errNotAKey
		}
		// SEC 1, section 2.3.3: an uncompressed point begins with 4.
		return ecdsa.ParseUncompressedPublicKey(curve, append(append([]byte{4}, x...), y...))
	}
	n, errN := decoded(k.Modulus)
	e, errE := decoded(k.Exponent)
	if errN != nil || errE != nil || len(n) == 0 {
		return nil, errNotAKey
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, nil
}

var errNotAKey = errors.New("sessionapi: the key that a session was opened with cannot be read")

func decoded(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}

func encoded(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
