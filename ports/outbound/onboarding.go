package outbound

import (
	"context"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// What can go wrong with letters.
var (
	// ErrNoMail: the deployment sends no letters.
	ErrNoMail = fault.New(fault.Unavailable, "mail_unconfigured", "This deployment is not set up to send e-mail.")
	// ErrMail: the mail server is away, or took the letter not.
	ErrMail = fault.New(fault.Unavailable, "mail_undelivered", "The letter could not be sent; try again later.")
)

// Letter is an e-mail in plain text.
type Letter struct {
	To      string // one address
	Subject string // one line
	Text    string
}

// Letterbox sends letters.
type Letterbox interface {
	// Ready fails with ErrNoMail where no letter can ever be sent. It asks nobody, so that it says nothing of whether the
	// mail server is there.
	Ready() error
	// Send returns nil once a mail server has taken the letter over. It fails with ErrNoMail or ErrMail. What is in a
	// letter's fields can change nothing but that field: no address, no header, no second letter.
	Send(ctx context.Context, l Letter) error
}

// ProviderMetadata reads the metadata of identity providers (SAML 2.0 Metadata), and writes our own.
type ProviderMetadata interface {
	// Read judges what an administrator uploaded. Nothing that the document refers to is fetched or expanded. It fails with
	// organization.ErrMetadataSize or one of its neighbours.
	Read(ctx context.Context, xml string) (m organization.ProviderMetadata, warnings []string, err error)
	// Describe is our own metadata towards an identity provider.
	Describe(s ServiceDescription) (xml string, err error)
}

// ServiceDescription is what identity providers are told of us.
type ServiceDescription struct {
	EntityID    string
	ReplyURL    string
	Certificate []byte // DER
}

// Signer signs tokens, and makes the keys that do.
type Signer interface {
	// Make makes an RSA key of 2,048 bits with a self-signed certificate for the named subject. It takes a while, so that
	// one is made at a time.
	Make(ctx context.Context, subject CertificateSubject) (private, certificate []byte, err error)
	// Sign gives a JWT, RS256 (RFC 7515, RFC 7518 section 3.3), with the headers alg, kid, typ as the key's purpose has it,
	// and iss unless that is "".
	Sign(ctx context.Context, k organization.SigningKey, issuer string, claims map[string]any) (string, error)
	// Verify gives the claims of a JWT that one of the keys signed, RS256 and nothing else, and that is of the type of the
	// key's purpose. It looks at the signature only.
	// It fails with ErrToken.
	Verify(token string, keys []organization.SigningKey) (claims map[string]any, err error)
}

// ErrToken: a token is none, or was signed by nobody whom we know.
var ErrToken = fault.New(fault.Unauthenticated, "token_unverified", "The token is none of ours.")

// CertificateSubject is whom a self-signed certificate names.
type CertificateSubject struct {
	CommonName, Organization, Unit, Country, State, Locality string
	// Years is how long it is good for.
	Years int
}
