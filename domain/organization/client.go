package organization

import (
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with a client.
var (
	ErrNoClient      = fault.New(fault.NotFound, "client_unknown", "There is no such client.")
	ErrClientRefused = fault.New(fault.Unauthenticated, "client_refused", "The client is unknown or its secret is wrong.")
	// ErrAccessToken refuses everything that is no living access token of a living session client.
	ErrAccessToken     = fault.New(fault.Unauthenticated, "invalid_token", "The access token is not one, is over, or its client may not work any more.")
	ErrClientKind      = fault.New(fault.Invalid, "client_kind_invalid", "A client is of kind sso, crm, eid, session or management.")
	ErrIdentifierTaken = fault.New(fault.Conflict, "client_identifier_taken", "A client of this kind has this identifier already.")
	ErrEnvironment     = fault.New(fault.Invalid, "environment_invalid", "An environment is production or sandbox.")
	ErrIdentifier      = fault.New(fault.Invalid, "client_identifier_invalid", "An identifier has 1 to 200 printable characters without spaces or colons.")
)

// Kind says at which surface a client works.
type Kind string

// The kinds of client.
const (
	KindSSO        Kind = "sso"        // a partner's server that signs end users in
	KindCRM        Kind = "crm"        // a partner's back office
	KindEID        Kind = "eid"        // eID operations
	KindSession    Kind = "session"    // hosted sessions
	KindManagement Kind = "management" // organizations and directories
)

// Known holds for the five kinds.
func (k Kind) Known() bool {
	switch k {
	case KindSSO, KindCRM, KindEID, KindSession, KindManagement:
		return true
	}
	return false
}

// SecretHash is the SHA-256 of a client secret. Secrets are random and long, so a plain hash gives nothing away.
type SecretHash [sha256.Size]byte

// HashSecret hashes a secret for keeping.
func HashSecret(secret string) SecretHash { return sha256.Sum256([]byte(secret)) }

// Matches compares in constant time.
func (h SecretHash) Matches(secret string) bool {
	got := HashSecret(secret)
	return subtle.ConstantTimeCompare(h[:], got[:]) == 1
}

// Client is a machine with credentials that acts for an organization. Identifiers are unique per kind in the
// deployment. Features, Domains and Scopes mean something to one kind each and are kept as given.
type Client struct {
	ID         string
	Scope      Scope
	Kind       Kind
	Identifier string // the public half of its credentials
	Secret     SecretHash
	Name       string
	Addresses  Addresses
	Features   []string
	Domains    []string
	Scopes     []string
	// CallbackKey signs what is sent to the client (HMAC-SHA-256); nil for no signature.
	CallbackKey []byte
	Demo        bool
	CreatedAt   time.Time
	RevokedAt   time.Time // zero while it may work
}

// Revoked holds once the client has been revoked; from then on its credentials and tokens are refused.
func (c Client) Revoked() bool { return !c.RevokedAt.IsZero() }

// ErrFeature refuses what the client has not been given.
var ErrFeature = fault.New(fault.Forbidden, "feature_not_enabled", "This feature is not enabled for the client.")

// Acting is a client that has shown who it is, and the organization that it acts for.
type Acting struct {
	Client       Client
	Organization Organization
}

// Admit compares what a client presents as its secret. It fails with [ErrClientRefused], also for a client that is
// revoked, and for a demo client where those do not count.
func (c Client) Admit(secret string, demo bool) error {
	if matches := c.Secret.Matches(secret); !matches || c.Revoked() || c.Demo && !demo {
		return ErrClientRefused
	}
	return nil
}

// Enrol makes a client from its description: ID, scope, kind, identifier, secret and what it may do.
// It fails with [ErrClientKind], [ErrEnvironment], [ErrIdentifier] or [ErrAddress].
func Enrol(c Client, now time.Time) (Client, []audit.Fact, error) {
	if !c.Kind.Known() {
		return Client{}, nil, ErrClientKind.On("kind")
	}
	if !c.Scope.Environment.Known() {
		return Client{}, nil, ErrEnvironment.On("environment")
	}
	if !printable(c.Identifier, 200) {
		return Client{}, nil, ErrIdentifier.On("identifier")
	}
	if err := c.Addresses.check(); err != nil {
		return Client{}, nil, err
	}
	c.CreatedAt = now
	return c, []audit.Fact{c.fact("client.enrolled", 1, now)}, nil
}

// Revoke ends a client. Revoking twice changes nothing and tells nothing.
func (c Client) Revoke(now time.Time) (Client, []audit.Fact) {
	if c.Revoked() {
		return c, nil
	}
	c.RevokedAt = now
	return c, []audit.Fact{c.fact("client.revoked", 2, now)}
}

func (c Client) fact(kind string, sequence int64, now time.Time) audit.Fact {
	return audit.Fact{
		Organization: c.Scope.Organization, Environment: string(c.Scope.Environment), Kind: kind,
		Subject: "client/" + c.ID, Sequence: sequence, At: now, Actor: audit.System,
		Details: map[string]string{"kind": string(c.Kind)},
	}
}

func printable(s string, most int) bool {
	if s == "" || len(s) > most {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == ':' {
			return false
		}
	}
	return true
}
