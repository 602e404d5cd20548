package account

import (
	"crypto/sha256"
	"crypto/subtle"
	"hash/crc32"
	"strconv"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// What can be wrong with a token or a login code.
var (
	ErrUnauthenticated = fault.New(fault.Unauthenticated, "unauthenticated", "Unauthenticated.")
	ErrForbidden       = fault.New(fault.Forbidden, "forbidden", "This token may not do this.")
	ErrCode            = fault.New(fault.Unauthenticated, "login_code_refused", "The code is unknown, used or expired.")
	ErrPassword        = fault.New(fault.Invalid, "password_wrong", "The current password is incorrect.")
	ErrPasswordWeak    = fault.New(fault.Invalid, "password_invalid", "The password must have 8 to 200 characters.")
)

// TokenKind says for whom a token acts.
type TokenKind string

// The kinds of token.
const (
	AppToken TokenKind = "app" // exactly one end user
	CRMToken TokenKind = "crm" // a partner's back office: any account of the scope
)

// TokenHash is the SHA-256 of a token's or login code's secret part.
type TokenHash [sha256.Size]byte

// HashToken hashes a random secret for keeping.
func HashToken(secret string) TokenHash { return sha256.Sum256([]byte(secret)) }

// Token is a bearer token as kept: without its secret.
type Token struct {
	ID         int64
	Scope      organization.Scope
	Kind       TokenKind
	Account    int64  // whose token, for app tokens
	Client     string // which client asked for it
	Hash       TokenHash
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt time.Time // approximate: noted now and then
}

// tokenSecretLength is 40 random characters and the eight hexadecimal digits of their checksum.
const tokenSecretLength = 48

// Issue makes a token and its clear text, ID and secret joined by a bar. Random holds 40 random letters and
// digits; their CRC-32 follows them, so that a mistyped or truncated token is recognised without looking it up.
func Issue(t Token, random string, now time.Time, life time.Duration) (Token, string, []audit.Fact) {
	secret := random + checksum(random)
	t.Hash, t.CreatedAt, t.ExpiresAt = HashToken(secret), now, now.Add(life)
	id := strconv.FormatInt(t.ID, 10)
	details := map[string]string{"kind": string(t.Kind), "client": t.Client}
	if t.Account != 0 {
		details["account"] = strconv.FormatInt(t.Account, 10)
	}
	return t, id + "|" + secret, []audit.Fact{{
		Organization: t.Scope.Organization, Environment: string(t.Scope.Environment), Kind: "token.issued",
		Subject: "token/" + id, Sequence: 1, At: now, Actor: "client/" + t.Client, Details: details,
	}}
}

// ParseToken splits a token's clear text. It fails with [ErrUnauthenticated] on anything that was never issued.
func ParseToken(clear string) (id int64, hash TokenHash, err error) {
	digits, secret, found := strings.Cut(clear, "|")
	if !found || len(secret) != tokenSecretLength || len(digits) == 0 || len(digits) > 19 || strings.Trim(digits, "0123456789") != "" {
		return 0, TokenHash{}, ErrUnauthenticated
	}
	random := secret[:40]
	if checksum(random) != secret[40:] {
		return 0, TokenHash{}, ErrUnauthenticated
	}
	id, err = strconv.ParseInt(digits, 10, 64)
	if err != nil || id <= 0 {
		return 0, TokenHash{}, ErrUnauthenticated
	}
	return id, HashToken(secret), nil
}

func checksum(random string) string {
	const hexDigits = "0123456789abcdef"
	sum := crc32.ChecksumIEEE([]byte(random))
	var b [8]byte
	for i := range b {
		b[i] = hexDigits[sum>>(28-4*i)&0xf]
	}
	return string(b[:])
}

// Check accepts a presented hash while the token lives. It fails with [ErrUnauthenticated]. The comparison takes
// the same time wherever the hashes differ.
func (t Token) Check(presented TokenHash, now time.Time) error {
	if subtle.ConstantTimeCompare(t.Hash[:], presented[:]) != 1 || !now.Before(t.ExpiresAt) {
		return ErrUnauthenticated
	}
	return nil
}

// Bearer is whoever presents a token, as found by the token's identifier: the token, its account if it acts for
// one, and the state of the client that asked for it.
type Bearer struct {
	Token         Token
	Account       *Account // nil for CRM tokens
	ClientRevoked bool
	ClientDemo    bool
}

// Actor names the bearer in facts.
func (b Bearer) Actor() string {
	if b.Token.Kind == AppToken {
		return Subject(b.Token.Account)
	}
	return "client/" + b.Token.Client
}
