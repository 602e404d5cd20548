package organization

import (
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
)

// ErrNoSigningKey: there is no key that signs.
var ErrNoSigningKey = fault.New(fault.NotFound, "signing_key_missing", "There is no such signing key.")

// KeyPurpose says what a key signs. No key has two purposes.
type KeyPurpose string

// The purposes.
const (
	SignsTokens     KeyPurpose = "tokens"     // an organization's tokens for its people
	SignsSamples    KeyPurpose = "samples"    // samples of them, which no verifier of tokens may take
	SignsManagement KeyPurpose = "management" // the deployment's tokens for management clients
	SignsSessions   KeyPurpose = "sessions"   // the deployment's access tokens for session clients
)

// TokenType is the "typ" of what a key of the purpose signs (RFC 7519 section 5.1; RFC 9068 section 2.1).
func (p KeyPurpose) TokenType() string {
	if p == SignsSessions {
		return "at+jwt"
	}
	return "JWT"
}

// KeyGrace is how long a key that signs no more is still published: longer than anything lives that it signed.
const KeyGrace = 24 * time.Hour

// SigningKey signs for an organization, or for the deployment when Organization is "". Private is kept sealed.
type SigningKey struct {
	ID           string // the "kid" of what it signs
	Organization string
	Purpose      KeyPurpose
	Private      []byte // PKCS #8, DER
	Certificate  []byte // self-signed, DER, for verifiers that want one
	CreatedAt    time.Time
	RetiredAt    time.Time // zero while it signs
}

// Published holds while verifiers must find the key.
func (k SigningKey) Published(now time.Time) bool {
	return k.RetiredAt.IsZero() || now.Before(k.RetiredAt.Add(KeyGrace))
}

// Made tells that an organization has a key.
func (k SigningKey) Made(now time.Time) audit.Fact { return k.fact(audit.SigningKeyMade, 1, now) }

// Retire ends signing with the key.
func (k SigningKey) Retire(now time.Time) (SigningKey, audit.Fact) {
	k.RetiredAt = now
	return k, k.fact(audit.SigningKeyRetired, 2, now)
}

func (k SigningKey) fact(kind string, sequence int64, now time.Time) audit.Fact {
	return By{}.fact(Scope{Organization: k.Organization, Environment: Production}, kind, "signing_key/"+k.ID, sequence, now, map[string]string{"purpose": string(k.Purpose)})
}
