package outbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

// UserReader finds users. What is not there, or another scope's, is organization.ErrNoUser.
type UserReader interface {
	Find(ctx context.Context, scope organization.Scope, id string) (organization.User, error)
	// FindByEmail compares folded addresses; see identity.FoldEmail.
	FindByEmail(ctx context.Context, scope organization.Scope, email string) (organization.User, error)
	// List knows FieldCreated, FieldUpdated, and FieldEmail with Equals and In only. total counts what meets the
	// conditions on all pages. The page is found in an index: skipped rows are not read.
	List(ctx context.Context, scope organization.Scope, l organization.Listing) (users []organization.User, total int, err error)
	// Emails gives the addresses of those users of the scope that are still there.
	Emails(ctx context.Context, scope organization.Scope, ids []string) (map[string]string, error)
	// Count counts the scope's users.
	Count(ctx context.Context, scope organization.Scope) (int, error)
}

// Users keeps users. Values for keys that were removed are neither given nor kept.
type Users interface {
	UserReader
	// Save inserts a user of version 0 and otherwise replaces the version it was read at, and gives it with its new
	// version. It fails with organization.ErrStale, ErrIdentifierUsed, and organization.ErrUserEmail when another user of
	// the scope has the address; of any number of simultaneous attempts with one address exactly one succeeds.
	Save(ctx context.Context, u organization.User) (organization.User, error)
	// Delete removes the user and everything about it but the facts. It fails with organization.ErrStale.
	Delete(ctx context.Context, u organization.User) error
}

// MetaKeyReader finds the keys of metadata. What is not there, or another scope's, is organization.ErrNoMetaKey.
type MetaKeyReader interface {
	FindByName(ctx context.Context, scope organization.Scope, name string) (organization.MetaKey, error)
	// All gives every key of the scope, sorted by name.
	All(ctx context.Context, scope organization.Scope) ([]organization.MetaKey, error)
	// List knows FieldCreated, FieldName, FieldType and FieldRequired.
	List(ctx context.Context, scope organization.Scope, l organization.Listing) (keys []organization.MetaKey, total int, err error)
}

// MetaKeys keeps the keys of metadata.
type MetaKeys interface {
	MetaKeyReader
	// Add fails with organization.ErrMetaKeyTaken.
	Add(ctx context.Context, k organization.MetaKey) error
	// Remove takes the key away, and every value for it.
	Remove(ctx context.Context, k organization.MetaKey) error
}

// ApplicationReader finds applications. What is not there, or another scope's, is organization.ErrNoApplication.
type ApplicationReader interface {
	// Find gives deleted ones too, which have nothing but identifiers and times.
	Find(ctx context.Context, scope organization.Scope, id string) (organization.Application, error)
	// FindUnder finds an application of any organization within reach, not a deleted one. In a unit of work it holds the
	// application: whoever wants to save it waits until the unit ends, so that nothing leads to one that is deleted meanwhile.
	FindUnder(ctx context.Context, reach organization.Reach, id string) (organization.Application, error)
	// List leaves deleted ones out. It knows FieldCreated, FieldUpdated, FieldName and FieldType.
	List(ctx context.Context, scope organization.Scope, l organization.Listing) (list []organization.Application, total int, err error)
}

// Applications keeps applications.
type Applications interface {
	ApplicationReader
	// Save inserts an application of version 0 and otherwise replaces the version it was read at. It fails with
	// organization.ErrStale or ErrIdentifierUsed.
	Save(ctx context.Context, a organization.Application) (organization.Application, error)
}

// ConnectionReader finds SSO connections. What is not there, or another scope's, is organization.ErrNoConnection.
type ConnectionReader interface {
	Find(ctx context.Context, scope organization.Scope, id string) (organization.Connection, error)
	// List gives the connections of all organizations within reach. It knows FieldCreated, FieldUpdated, FieldProvider
	// and FieldActive.
	List(ctx context.Context, reach organization.Reach, l organization.Listing) (list []organization.Connection, total int, err error)
	// Redirection fails with organization.ErrNoRedirection.
	Redirection(ctx context.Context, scope organization.Scope, id string) (organization.Redirection, error)
	// Redirections gives those with the given identifiers whose connections are within reach, in no order.
	Redirections(ctx context.Context, reach organization.Reach, ids []string) ([]organization.Redirection, error)
	// LeadsTo holds while a redirection of any connection leads to the application.
	LeadsTo(ctx context.Context, application string) (bool, error)
	// Strands holds while a redirection of any connection leads to the application by one of the addresses, or from another
	// organization than the only one that is served.
	Strands(ctx context.Context, application string, n organization.Narrowing) (bool, error)
}

// Connections keeps SSO connections and what belongs to them.
type Connections interface {
	ConnectionReader
	// Save inserts a connection of version 0 and otherwise replaces the version it was read at. It fails with
	// organization.ErrStale, ErrIdentifierUsed, and organization.ErrEntityTaken when another organization under the same
	// root has an identity provider of this name in the same environment.
	Save(ctx context.Context, c organization.Connection, root string) (organization.Connection, error)
	// Delete removes the connection with its redirections and invitations. It fails with organization.ErrStale.
	Delete(ctx context.Context, c organization.Connection) error
	// AddRedirection fails with ErrIdentifierUsed.
	AddRedirection(ctx context.Context, r organization.Redirection) error
}

// Invitations keeps the secrets, as hashes, by which administrators set connections up. What is not there, is over or
// was used is organization.ErrNoInvitation.
type Invitations interface {
	InvitationReader
	Add(ctx context.Context, i organization.Invitation) error
	// Redeem removes a living link and gives it; of any number of simultaneous attempts exactly one succeeds.
	Redeem(ctx context.Context, hash organization.InvitationHash, now time.Time) (organization.Invitation, error)
	// RevokeOf ends the links and visits of a connection, and says how many.
	RevokeOf(ctx context.Context, scope organization.Scope, connection string) (int, error)
	// Purge removes what ended before the given time, and says how many.
	Purge(ctx context.Context, before time.Time) (int, error)
}

// InvitationReader finds invitations, living ones only.
type InvitationReader interface {
	// Find finds an invitation of any scope: whoever has the secret got it from the scope's own administrator.
	Find(ctx context.Context, hash organization.InvitationHash, now time.Time) (organization.Invitation, error)
}

// SigningKeyReader finds signing keys. What is not there is organization.ErrNoSigningKey. The organization is "" for the
// deployment's own.
type SigningKeyReader interface {
	// Active is the key that signs.
	Active(ctx context.Context, organizationID string, purpose organization.KeyPurpose) (organization.SigningKey, error)
	// Published gives the keys that verifiers must find at a time, newest first, without their private halves.
	Published(ctx context.Context, organizationID string, purpose organization.KeyPurpose, now time.Time) ([]organization.SigningKey, error)
}

// SigningKeys keeps signing keys. Of one organization and purpose one at a time signs.
type SigningKeys interface {
	SigningKeyReader
	// Add fails with organization.ErrStale when another key signs.
	Add(ctx context.Context, k organization.SigningKey) error
	// Retire keeps the time from which the key signs no more.
	Retire(ctx context.Context, k organization.SigningKey) error
}

// EventReader reads the trail in pages.
type EventReader interface {
	// Events gives facts of a scope by position, and how many meet the query on all pages. Facts about the organization
	// itself, which both environments share, are among them whatever environment they were told in.
	Events(ctx context.Context, scope organization.Scope, q audit.Query) (told []audit.Told, total int, err error)
}
