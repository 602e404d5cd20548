package inbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// Clients finds out which machine is asking.
type Clients interface {
	// Authenticate fails with organization.ErrClientRefused, the same for an unknown identifier, a wrong secret and a
	// revoked client.
	Authenticate(ctx context.Context, c Credentials) (organization.Acting, error)
}

// Credentials are what a client presents.
type Credentials struct {
	Kind       organization.Kind
	Identifier string
	Secret     string
}

// Sessions is a client's server taking people through their eIDs.
type Sessions interface {
	// Start opens a session. It fails with eid.ErrNoRoute where nobody offers what is asked, eid.ErrProvider where
	// nobody can be reached, organization.ErrAddressNotAllowed, or as eid.Open and outbound.Provider.Begin do.
	Start(ctx context.Context, s SessionStart) (Session, error)
	// Follow says how far a session has come. It fails with eid.ErrNoSession.
	Follow(ctx context.Context, q SessionQuery) (Session, error)
	// Ask is Follow for a client that presents its credentials with the question; scope and client are the
	// credentials' own. It fails with organization.ErrClientRefused, too.
	Ask(ctx context.Context, c Credentials, q SessionQuery) (Session, error)
	// AskAs is Ask for a client whom an access token names: see SessionTokens.Read. It fails with
	// organization.ErrAccessToken where that client may not work any more.
	AskAs(ctx context.Context, kind organization.Kind, client string, q SessionQuery) (Session, error)
	// Cancel takes the order back; what has settled stays as it is. It fails with eid.ErrNoSession.
	Cancel(ctx context.Context, q SessionQuery) (Session, error)
}

// SessionTokens lets a session client show its secret once, and an access token with every call after that. A token is a
// JWT (RFC 9068, RS256) of a key that signs nothing else, and names its client; what the client may do is read anew with
// each call.
type SessionTokens interface {
	// Issue fails with organization.ErrClientRefused.
	Issue(ctx context.Context, c Credentials) (AccessToken, error)
	// Read gives the identifier of the client that a living token of ours names, and asks no storage for that. It fails with
	// organization.ErrAccessToken.
	Read(ctx context.Context, token string) (client string, err error)
	// Admit reads a token and looks its client up. It fails with organization.ErrAccessToken.
	Admit(ctx context.Context, token string) (organization.Acting, error)
	// Keys gives what verifies access tokens; none as long as none was issued.
	Keys(ctx context.Context) ([]PublicKey, error)
}

// AccessToken is what a session client shows with each call.
type AccessToken struct {
	Token string
	Scope organization.Scope // whose things it opens
	Life  time.Duration
}

// SessionStart asks for a session. Scope, client and organization of the order are the acting client's. What is asked by
// message has no client: then Order.Scope says for whom, and addresses have to be ones that some client of the scope for
// eID operations has registered.
type SessionStart struct {
	Command string // the command's identifier where there is one: repeated, it begins nothing new
	Acting  organization.Acting
	Order   eid.Order
	Person  Digits           // the national number of the person that Order.Require asks for, as typed; "" for what is there
	Country identity.Country // of that number; "" for the eID's own
	// Company is the number, as typed, of the organization that Order.Company means, in the eID's own country: whether the
	// person may sign for it is found out. "" for what is there.
	Company Digits
}

// SessionQuery names a session. It is found only in its scope, and only where the rest fits.
type SessionQuery struct {
	Scope      organization.Scope
	ID         string
	Surface    string          // "" for any
	EID        eid.EID         // "" for any
	Operations []eid.Operation // none for any
	Draw       bool            // the challenge is wanted as it looks at this moment; without, it is as it was last written
}

// Fits holds when the query may find the session.
func (q SessionQuery) Fits(o eid.Order) bool {
	if q.Surface != "" && q.Surface != o.Surface || q.EID != "" && q.EID != o.EID {
		return false
	}
	for _, op := range q.Operations {
		if op == o.Operation {
			return true
		}
	}
	return len(q.Operations) == 0
}

// Session is a session as somebody sees it who asks.
type Session struct {
	eid.Snapshot
	Simulated bool // the person behind it is, or would be, invented
}

// Documents keeps PDF documents for signing.
type Documents interface {
	// Upload fails with eid.ErrNotPDF or eid.ErrTooLarge.
	Upload(ctx context.Context, scope organization.Scope, client, name string, content []byte) (eid.Document, error)
	// Download gives the document with its content. It fails with eid.ErrNoDocument.
	Download(ctx context.Context, scope organization.Scope, id string) (eid.Document, error)
	// Remove fails with eid.ErrNoDocument.
	Remove(ctx context.Context, scope organization.Scope, client, id string) error
}

// Cards checks digital identity cards.
type Cards interface {
	// Check fails with eid.ErrCardRejected, eid.ErrNoRoute or eid.ErrProvider.
	Check(ctx context.Context, acting organization.Acting, qr string) (eid.Card, error)
}
