package outbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// What storage says beside the faults of the domain.
var (
	// ErrStorage: storage is away, overloaded or closed. Nothing was written; try again later.
	ErrStorage = fault.New(fault.Unavailable, "storage_unavailable", "Storage cannot be reached; try again later.")
	// ErrUncertain: storage went away in the middle of a commit, so the change was kept or was not.
	ErrUncertain = fault.New(fault.Unavailable, "storage_uncertain", "Storage went away while the change was being kept; look whether it was before trying again.")
	// ErrIdentifierUsed: an identifier made by [IDs] exists already; make another and try again.
	ErrIdentifierUsed = fault.New(fault.Internal, "identifier_used", "The identifier exists already.")
	// ErrReplayed: a thing that counts once was presented again.
	ErrReplayed = fault.New(fault.Invalid, "replayed", "This was used before.")
)

// UnitOfWork does several things or none of them.
type UnitOfWork interface {
	// Do runs work and commits what it wrote, or nothing if it returns an error.
	//
	// Do may run work more than once, when another unit of work got in between. So work talks to nobody but tx:
	// it calls no provider, publishes no message and starts no goroutine. tx is dead after work returns.
	Do(ctx context.Context, work func(ctx context.Context, tx Tx) error) error

	// View runs reads that need no transaction: each find is a statement of its own, and two of them may see
	// two states of the world. It takes no lock.
	View(ctx context.Context, read func(ctx context.Context, r Reader) error) error
}

// Reader is the world as a view sees it.
type Reader interface {
	Organizations() OrganizationReader
	Clients() ClientReader
	Plans() PlanReader
	Accounts() AccountReader
	Tokens() TokenReader
	Sessions() SessionReader
	Facts() FactReader
	Blocklist() BlocklistReader
	Receipts() ReceiptReader
	Documents() DocumentReader
	Evidence() EvidenceReader
	Callbacks() CallbackReader
	Users() UserReader
	MetaKeys() MetaKeyReader
	Applications() ApplicationReader
	Connections() ConnectionReader
	Invitations() InvitationReader
	SigningKeys() SigningKeyReader
}

// Tx is the world as one unit of work sees it.
type Tx interface {
	Organizations() Organizations
	Clients() Clients
	Plans() Plans
	Accounts() Accounts
	Tokens() Tokens
	LoginCodes() LoginCodes
	Sessions() Sessions
	Facts() Facts
	Blocklist() Blocklist
	Receipts() Receipts
	Spent() Spent
	Documents() Documents
	Evidence() Evidence
	Callbacks() Callbacks
	Users() Users
	MetaKeys() MetaKeys
	Applications() Applications
	Connections() Connections
	Invitations() Invitations
	SigningKeys() SigningKeys
}

// OrganizationReader finds organizations. What is not there is organization.ErrNoOrganization.
type OrganizationReader interface {
	Find(ctx context.Context, id string) (organization.Organization, error)
	FindByDomain(ctx context.Context, domain string) (organization.Organization, error)
	// FindByHost expects a lower-case name without port.
	FindByHost(ctx context.Context, host string) (organization.Organization, error)
	// List gives all, sorted by domain, byte by byte.
	List(ctx context.Context) ([]organization.Organization, error)
	// Page gives the organizations within reach. It knows FieldCreated, FieldUpdated, FieldName and FieldDomain.
	Page(ctx context.Context, reach organization.Reach, l organization.Listing) (list []organization.Organization, total int, err error)
	// Gone finds a deleted organization by its domain.
	Gone(ctx context.Context, domain string) (organization.Gone, error)
	// Demo holds while any organization or client marked as demo is stored.
	Demo(ctx context.Context) (bool, error)
}

// Organizations keeps organizations.
type Organizations interface {
	OrganizationReader
	// Add fails with organization.ErrDomainTaken or ErrHostTaken, and with ErrNoOrganization when the root is not there; an
	// organization that names none manages itself. Its version becomes 1. A deleted organization's domain stays taken.
	Add(ctx context.Context, o organization.Organization) error
	// Save replaces name and details of the version that was read, and gives the organization with its new version. It
	// fails with organization.ErrStale.
	Save(ctx context.Context, o organization.Organization) (organization.Organization, error)
	// Managed gives the organizations that a root manages, without the root, and keeps others from being founded under it
	// until the unit of work ends.
	Managed(ctx context.Context, root string) ([]organization.Organization, error)
	// Occupied holds while the scope has anything that is deleted with its organization: revoked clients, too, but neither
	// deleted applications nor the keys that sign, which serve both environments. Nothing that needs the organization is
	// added until the unit of work ends. It fails with organization.ErrNoOrganization.
	Occupied(ctx context.Context, scope organization.Scope) (bool, error)
	// Delete removes the organization, those that it manages, and everything in their scopes but the facts. Their domains
	// stay taken, each with the root that it had. It fails with organization.ErrNoOrganization, and with ErrOrganizationInUse
	// while a connection that would stay leads to an application that would go.
	Delete(ctx context.Context, id string) error
}

// ClientReader finds clients, revoked ones too. What is not there is organization.ErrNoClient.
type ClientReader interface {
	Find(ctx context.Context, id string) (organization.Client, error)
	FindByIdentifier(ctx context.Context, kind organization.Kind, identifier string) (organization.Client, error)
	// Acting finds a client and the organization that it acts for, in one statement.
	Acting(ctx context.Context, kind organization.Kind, identifier string) (organization.Acting, error)
	// Managing finds a client of kind management by its Identifier, its root organization, and the organization under
	// that root that it wants to act on, in one statement. Target is zero when there is none; Gone is filled when its
	// domain was an organization's of the same root.
	Managing(ctx context.Context, id string, target organization.Target) (organization.Managing, error)
	// Asking finds a client, and the session of its scope that it asks about, in one statement; a nil session when
	// there is none with this identifier in the client's scope. The client comes without what it may do, which polls
	// would have read for nothing: its Addresses, Features, Domains and Scopes are empty.
	Asking(ctx context.Context, kind organization.Kind, identifier, session string) (organization.Client, *eid.Session, error)
	// List gives the clients of one organization, or of all for "", oldest first.
	List(ctx context.Context, organizationID string) ([]organization.Client, error)
	// OfKind gives the clients of one kind in one scope that are not revoked, oldest first.
	OfKind(ctx context.Context, scope organization.Scope, kind organization.Kind) ([]organization.Client, error)
}

// Clients keeps clients.
type Clients interface {
	ClientReader
	// Add fails with organization.ErrIdentifierTaken, or ErrNoOrganization for an unknown one.
	Add(ctx context.Context, c organization.Client) error
	// Revoke notes the time of revocation and ends the client's tokens.
	Revoke(ctx context.Context, c organization.Client) error
}

// PlanReader finds plans. What is not there, or another scope's, is account.ErrNoPlan.
type PlanReader interface {
	Find(ctx context.Context, scope organization.Scope, id int64) (account.Plan, error)
	// List gives the scope's plans, lowest identifier first.
	List(ctx context.Context, scope organization.Scope) ([]account.Plan, error)
}

// Plans keeps plans.
type Plans interface {
	PlanReader
	// Add stores a plan; an ID of zero is replaced by the next free one of the scope: 1, 2, 3 ...
	Add(ctx context.Context, p account.Plan) (account.Plan, error)
}

// Page asks for part of a list.
type Page struct {
	Limit  int // 1 or more
	Offset int
}

// AccountReader finds accounts. What is not there, or another scope's, is account.ErrNoAccount.
type AccountReader interface {
	Find(ctx context.Context, scope organization.Scope, id int64) (*account.Account, error)
	// FindByEmail compares folded addresses; see identity.FoldEmail.
	FindByEmail(ctx context.Context, scope organization.Scope, email string) (*account.Account, error)
	// List gives the scope's accounts, lowest identifier first, and how many there are in all.
	List(ctx context.Context, scope organization.Scope, page Page) (accounts []*account.Account, total int, err error)
}

// Accounts keeps accounts.
type Accounts interface {
	AccountReader
	// Save inserts an account of version 0 and otherwise replaces the version it was read at.
	//
	// It fails with account.ErrStale, account.ErrEmailTaken, ErrIdentifierUsed, and account.ErrNumberUnusable
	// when another account of the scope has the number; of any number of simultaneous attempts with one number
	// exactly one succeeds. On success the account knows its new version.
	Save(ctx context.Context, a *account.Account) error
	// Delete removes the account with its tokens, codes and claims. It fails with account.ErrStale.
	Delete(ctx context.Context, a *account.Account) error
}

// TokenReader finds bearers.
type TokenReader interface {
	// Bearer finds whoever presents the token with this identifier, expired or not, in one statement. What is
	// not there is account.ErrUnauthenticated.
	Bearer(ctx context.Context, id int64) (account.Bearer, error)
}

// Tokens keeps tokens.
type Tokens interface {
	TokenReader
	// Add fails with ErrIdentifierUsed.
	Add(ctx context.Context, t account.Token) error
	// RevokeOf ends the account's tokens and login codes but the one with identifier keep, and says how many tokens.
	RevokeOf(ctx context.Context, scope organization.Scope, accountID, keep int64) (int, error)
	// Touch notes when tokens were used last, in one statement for all of them.
	Touch(ctx context.Context, lastUsed map[int64]time.Time) error
	// Purge removes tokens and login codes that expired before the given time, and says how many.
	Purge(ctx context.Context, before time.Time) (int, error)
}

// LoginCodes keeps one-time codes.
type LoginCodes interface {
	Add(ctx context.Context, c account.LoginCode) error
	// Redeem removes a living code and returns it; of any number of simultaneous attempts exactly one succeeds,
	// the others fail with account.ErrCode.
	Redeem(ctx context.Context, hash account.TokenHash, now time.Time) (account.LoginCode, error)
}

// SessionReader finds sessions. What is not there, or another scope's, is eid.ErrNoSession.
type SessionReader interface {
	Find(ctx context.Context, scope organization.Scope, id string) (*eid.Session, error)
	FindByNonce(ctx context.Context, scope organization.Scope, nonce string) (*eid.Session, error)
	// FindByTicket finds a session of any scope: whoever has the ticket got it from the session's own scope.
	FindByTicket(ctx context.Context, ticket string) (*eid.Session, error)
	// Watched gives the sessions behind tickets that storage holds at another version than the known one, in one statement
	// for all of them. What is not there, or cannot be unsealed, is left out.
	Watched(ctx context.Context, known map[string]int64) ([]*eid.Session, error)
	// FindByCorrelation gives the sessions with the caller's reference, newest first, at most ten.
	FindByCorrelation(ctx context.Context, scope organization.Scope, correlation string) ([]*eid.Session, error)
	// PendingOf gives the pending sessions bound to an account, newest first, at most ten.
	PendingOf(ctx context.Context, scope organization.Scope, accountID int64) ([]*eid.Session, error)
}

// Sessions keeps sessions.
type Sessions interface {
	SessionReader
	// Save inserts a session of version 0 and otherwise replaces the version it was read at. It fails with
	// eid.ErrStale. On success the session knows its new version.
	Save(ctx context.Context, s *eid.Session) error
	// Due gives up to n unsettled sessions of all scopes whose time and claim are over, oldest first.
	Due(ctx context.Context, now time.Time, n int) ([]*eid.Session, error)
	// Purge removes up to n sessions that settled before the given time, and says how many.
	Purge(ctx context.Context, before time.Time, n int) (int, error)
}

// FactReader reads the trail.
type FactReader interface {
	EventReader
	// Usage counts the sessions that settled in a time, from its first moment to before its last, in a fixed order.
	Usage(ctx context.Context, from, to time.Time) ([]audit.Usage, error)
	// List gives up to n facts of the scope behind a position, in order of position.
	List(ctx context.Context, scope organization.Scope, after int64, n int) ([]audit.Told, error)
}

// Facts is the trail; nothing is ever removed from it.
type Facts interface {
	FactReader
	// Append adds facts to the trail, and a delivery to the message broker for each. A sequence that its
	// subject has already means that somebody else got in between: the unit of work runs again.
	Append(ctx context.Context, facts ...audit.Fact) error
}

// BlocklistReader knows the numbers that no account may have, anywhere in the deployment, by fingerprint only.
type BlocklistReader interface {
	Has(ctx context.Context, n identity.Number) (bool, error)
	Count(ctx context.Context) (int, error)
}

// Blocklist keeps the numbers that no account may have. Adding twice and removing what is not there change nothing.
type Blocklist interface {
	BlocklistReader
	Add(ctx context.Context, n identity.Number) error
	Remove(ctx context.Context, n identity.Number) error
}

// ReceiptReader knows which commands were carried out.
type ReceiptReader interface {
	// Find gives the result of the scope's command with this name and identifier, ok is false for a new one.
	Find(ctx context.Context, scope organization.Scope, command, id string) (result string, ok bool, err error)
}

// Receipts keeps what commands led to, so that a command told twice is carried out once.
type Receipts interface {
	ReceiptReader
	// Add fails with ErrReplayed when there is one.
	Add(ctx context.Context, scope organization.Scope, command, id, result string, now time.Time) error
	// Purge forgets receipts from before the given time, and says how many.
	Purge(ctx context.Context, before time.Time) (int, error)
}

// Spent knows what was used up.
type Spent interface {
	// Spend notes a thing that counts once, until a time at which it is worthless anyway. Of any number of
	// simultaneous attempts exactly one succeeds, the others fail with ErrReplayed.
	Spend(ctx context.Context, scope organization.Scope, purpose, thing string, until time.Time) error
	// Purge forgets what was spent until the given time or before.
	Purge(ctx context.Context, before time.Time) (int, error)
}
