package inbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

// Management finds out which machine manages organizations, and what it may act on. Every other conversation about
// organizations begins with the [organization.Managing] that it gives.
type Management interface {
	// Issue gives a management client a token. It fails with organization.ErrClientRefused, and with
	// organization.ErrOtherDomain when domain is not "" and is not the client's root organization's.
	Issue(ctx context.Context, c Credentials, domain string) (ManagementToken, error)
	// Admit reads a token and looks its client up in one statement, together with the organization that it wants to act
	// on. It fails with organization.ErrManagementToken for everything that is no living token of a living client, and as
	// [organization.Managing.Check] does.
	Admit(ctx context.Context, token, scope string, target organization.Target) (organization.Managing, error)
	// Root is Admit for what concerns no organization in particular: the target is the client's root.
	Root(ctx context.Context, token, scope string) (organization.Managing, error)
	// Forgotten is Admit for reading an organization that may have been deleted: it succeeds with a zero Target and a
	// Gone when the domain was an organization's within the client's reach.
	Forgotten(ctx context.Context, token, scope, domain string) (organization.Managing, error)
}

// ManagementToken is what a management client shows with each call.
type ManagementToken struct {
	Token  string // a JWT, RS256
	Scopes []string
	Life   time.Duration
}

// Organizations is a management client keeping organizations.
type Organizations interface {
	List(ctx context.Context, m organization.Managing, l organization.Listing) ([]organization.Organization, int, error)
	// Found makes an organization under the client's root. It fails with organization.ErrDomainTaken when another one
	// under the same root has or had its domain, organization.ErrNotAllFounded, or as organization.Found does. Where
	// another root's has it, the new one's gets four characters more.
	Found(ctx context.Context, m organization.Managing, name string, d organization.Details) (organization.Organization, error)
	Update(ctx context.Context, m organization.Managing, c organization.Change) (organization.Organization, error)
	// Delete deletes the target and everything that it manages. A root cannot delete itself: organization.ErrRootStays.
	// A client of the sandbox deletes nothing of production: organization.ErrInProduction. Nor does anybody delete an
	// application to which another organization's connection leads: organization.ErrOrganizationInUse.
	Delete(ctx context.Context, m organization.Managing) (organization.Organization, error)
}

// Directory is a management client keeping the users of an organization, and what it wants to know of them.
type Directory interface {
	Users(ctx context.Context, m organization.Managing, l organization.Listing) ([]organization.User, int, error)
	User(ctx context.Context, m organization.Managing, id string) (organization.User, error)
	UserByEmail(ctx context.Context, m organization.Managing, email string) (organization.User, error)
	AddUser(ctx context.Context, m organization.Managing, p organization.Profile) (organization.User, error)
	UpdateUser(ctx context.Context, m organization.Managing, id string, c organization.ProfileChange) (organization.User, error)
	// DeleteUser gives the user as it was.
	DeleteUser(ctx context.Context, m organization.Managing, id string) (organization.User, error)

	MetaKeys(ctx context.Context, m organization.Managing, l organization.Listing) ([]organization.MetaKey, int, error)
	// EveryMetaKey gives all keys of the target, by identifier: what a user's metadata are called.
	EveryMetaKey(ctx context.Context, m organization.Managing) (map[string]organization.MetaKey, error)
	AddMetaKey(ctx context.Context, m organization.Managing, name string, t organization.MetaType, required bool) (organization.MetaKey, error)
	RemoveMetaKey(ctx context.Context, m organization.Managing, name string) (organization.MetaKey, error)
	// SetMetadata fails with organization.ErrNoUser, ErrNoMetaKey or ErrMetaValue.
	SetMetadata(ctx context.Context, m organization.Managing, userID, key, value string) (organization.User, error)
}

// Applications is a management client keeping the applications of an organization.
type Applications interface {
	Applications(ctx context.Context, m organization.Managing, l organization.Listing) ([]organization.Application, int, error)
	Application(ctx context.Context, m organization.Managing, id string) (organization.Application, error)
	// AddApplication fails with organization.ErrApplication, also for one that is limited to an organization out of reach.
	AddApplication(ctx context.Context, m organization.Managing, s organization.ApplicationSettings) (organization.Application, error)
	// UpdateApplication lets change turn the settings that are there into those that are wanted. It fails as AddApplication
	// does, and with organization.ErrApplicationNarrowed while a redirection needs what would be taken away.
	UpdateApplication(ctx context.Context, m organization.Managing, id string, change func(organization.ApplicationSettings) organization.ApplicationSettings) (organization.Application, error)
	// DeleteApplication gives the application as it was. It fails with organization.ErrApplicationInUse.
	DeleteApplication(ctx context.Context, m organization.Managing, id string) (organization.Application, error)
}

// Connections is a management client keeping SSO connections, and having administrators set them up. Those that take an
// identifier act on a connection of the target.
type Connections interface {
	// Connections gives those of all organizations within reach, or of the target alone.
	Connections(ctx context.Context, m organization.Managing, all bool, l organization.Listing) ([]organization.Connection, int, error)
	Connection(ctx context.Context, m organization.Managing, id string) (organization.Connection, error)
	// Connect makes a connection of the target, with its redirection and onboarding where those are asked for. undelivered
	// holds when the connection is made and the letter to its administrator could not be sent: [Connections.InviteAdministrator]
	// tries again.
	Connect(ctx context.Context, m organization.Managing, c ConnectionStart) (made organization.Connection, undelivered bool, err error)
	// Update changes a connection. warnings are codes of what is unusual about metadata that comes with the change and is
	// taken all the same; see organization.CertificateExpired.
	Update(ctx context.Context, m organization.Managing, id string, c ConnectionUpdate) (updated organization.Connection, warnings []string, err error)
	// Delete gives the connection as it was.
	Delete(ctx context.Context, m organization.Managing, id string) (organization.Connection, error)

	// Redirections gives the redirections with the given identifiers within reach, by identifier.
	Redirections(ctx context.Context, m organization.Managing, ids []string) (map[string]organization.Redirection, error)
	// DefaultRedirection fails with organization.ErrNoRedirection.
	DefaultRedirection(ctx context.Context, m organization.Managing, id string) (organization.Redirection, error)
	// Redirect makes a redirection of the connection, and its default. uri "" is the application's landing. It fails with
	// organization.ErrNoApplication or ErrRedirectionURI.
	Redirect(ctx context.Context, m organization.Managing, id, applicationID, uri string) (organization.Redirection, error)

	AddOnboarding(ctx context.Context, m organization.Managing, id, email string, p organization.ProviderType) (organization.Connection, error)
	UpdateOnboarding(ctx context.Context, m organization.Managing, id string, email *string, p *organization.ProviderType) (organization.Connection, error)
	ResetOnboarding(ctx context.Context, m organization.Managing, id string) (organization.Connection, error)
	// InviteAdministrator sends the administrator a letter with a link that counts once. It fails with
	// organization.ErrOnboarding when nobody is to be invited, with a fault of the letterbox when no letter can be sent, and
	// with a throttled one when too many went to this administrator already. Connect, too, refuses to send one more, and fails
	// with outbound.ErrNoMail before anything is made where no letter can ever be sent.
	InviteAdministrator(ctx context.Context, m organization.Managing, id string) (organization.Connection, error)
}

// ConnectionStart is what a connection can be made with; every member may be empty.
type ConnectionStart struct {
	Application string // identifier of one within reach: gives the connection a redirection
	URI         string // of the redirection; "" for the application's landing
	Email       string // of the administrator: gives the connection an onboarding
	Send        bool   // a letter to the administrator
	Provider    organization.ProviderType
}

// ConnectionUpdate is what an update asks for; nil leaves a field as it is.
type ConnectionUpdate struct {
	Active             *bool
	Provider           *organization.ProviderType
	Policy             *organization.UserPolicy
	Seats              *int
	Metadata           *string // XML of the identity provider's; see organization.ErrMetadataXML and its neighbours
	DefaultRedirection *string // the identifier of one of the connection's
}

// Onboarding is a customer's administrator setting a connection up, in a browser, with the secret from a letter and no
// other credential. Every method but Open fails with organization.ErrNoInvitation once the invitation is over: used,
// expired, reset, or addressed to somebody else.
type Onboarding interface {
	// Look says what a link leads to, and changes nothing.
	Look(ctx context.Context, link string) (OnboardingView, error)
	// Open uses the link up, and gives the browser a secret of its own.
	Open(ctx context.Context, link string) (visit string, v OnboardingView, err error)
	// Show is what the browser is to see.
	Show(ctx context.Context, visit string) (OnboardingView, error)
	Choose(ctx context.Context, visit string, p organization.ProviderType) (OnboardingView, error)
	// Upload fails with organization.ErrMetadataXML and its neighbours, and organization.ErrEntityTaken.
	Upload(ctx context.Context, visit, xml string) (OnboardingView, error)
}

// OnboardingView is what the administrator sees.
type OnboardingView struct {
	Organization organization.Organization
	Inviter      string // the name of the root organization, "" when that is the organization itself
	Connection   organization.Connection
	Service      ServiceProvider
	Warnings     []string // codes of what is unusual about the metadata; see organization.CertificateExpired
}

// ServiceProvider is what the administrator enters at the identity provider.
type ServiceProvider struct {
	EntityID    string
	ReplyURL    string // assertion consumer service, HTTP-POST
	Certificate string // PEM
	Metadata    string // XML
}

// IssuedTokens is the tokens that people of an organization get, as far as a management client sees them.
type IssuedTokens interface {
	// Sample words the tokens that a user would get, signed with a key that verifiers of tokens do not know. It fails with
	// organization.ErrNoUser, ErrNoApplication, ErrNoAuthorization or ErrTokenSample.
	Sample(ctx context.Context, m organization.Managing, s TokenSample) (TokenPair, error)
	// Keys gives what verifies an organization's tokens, or its samples, by domain. An organization without a key has
	// none, and gets none by being asked. It fails with organization.ErrNoOrganization.
	Keys(ctx context.Context, domain string, purpose organization.KeyPurpose) (organization.Organization, []PublicKey, error)
}

// TokenSample is what a sample is about; every member may be empty.
type TokenSample struct {
	User          string
	Authorization string
	Application   string
	Expired       bool
	Life          time.Duration // 0 for the usual; at most a year
}

// TokenPair is two tokens and their claims.
type TokenPair struct {
	Access, Identity             string // JWT
	AccessClaims, IdentityClaims map[string]any
}

// PublicKey is the public half of a signing key.
type PublicKey struct {
	ID          string
	Modulus     []byte // big-endian
	Exponent    int
	Certificate []byte // DER
}

// Trail is a management client reading what happened in an organization.
type Trail interface {
	Events(ctx context.Context, m organization.Managing, q audit.Query) ([]Event, int, error)
}

// Event is a fact, and the e-mail address of the user whom it names, "" when there is none any more.
type Event struct {
	audit.Told
	Email string
}
