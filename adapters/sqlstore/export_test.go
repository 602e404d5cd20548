package sqlstore

import (
	"fmt"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
)

// Statements for tests that look at how the database carries them out, or send them without the store.
const (
	BearerByID     = bearerByID
	TokenInsert    = tokenInsert
	AccountPage    = accountPage
	AccountTotal   = accountTotal
	FactList       = factList
	SessionsDue    = sessionsDue
	SessionsPurge  = sessionsPurge
	PendingOf      = sessionsPending
	ByTicket       = sessionByTicket
	ClientAsking   = clientAsking
	ClientActing   = clientActing
	DocumentsPurge = documentsPurge
	EvidencePurge  = evidencePurge
	CallbacksPurge = callbacksPurge
	DeliveryInsert = deliveryInsert + deliveryPlaces
	UserByID       = userByID
	UserByEmail    = userByEmail
	UserCount      = userCount
	FactInsert     = factInsert + factPlaces + factEnd
)

// Scoped are the tables that are asked whether a scope is occupied.
var Scoped = scoped

// ByReference finds sessions under two fingerprints.
var ByReference = fmt.Sprint(sessionByReference, places("?", 2), `)`, sessionsNewest)

// DeliveryClaim is the statement that claims deliveries on the store's database.
func (s *Store) DeliveryClaim() string { return deliveryClaim + s.dialect.skipLocked + deliveryClaimed }

// SessionsClaim is the statement that claims sessions on the store's database.
func (s *Store) SessionsClaim() string { return sessionsClaim + s.dialect.skipLocked + sessionsClaimed }

// SessionsWatched is the statement that finds watched sessions on the store's database.
func (s *Store) SessionsWatched() string { return s.dialect.watching }

// Usage is the statement that counts usage on the store's database.
func (s *Store) Usage() string { return s.dialect.usage() }

// CallbacksClaim is the statement that claims callbacks on the store's database.
func (s *Store) CallbacksClaim() string {
	return callbacksClaim + s.dialect.skipLocked + callbacksClaimed
}

// SessionsRenew is the statement that renews two claims.
var SessionsRenew = fmt.Sprint(sessionsRenew, places("?", 2), `) RETURNING id`)

// SealedSession is what a session keeps sealed.
type SealedSession = sealedSession

// Packed is its form before it is sealed.
func Packed(c *SealedSession) ([]byte, error) { return pack(c.fields) }

// Unpacked reads that form.
func Unpacked(packed []byte) (*SealedSession, error) {
	var c sealedSession
	err := unpack(packed, c.fields)
	return &c, err
}

// Managing is the statement that finds a management client with its target.
func Managing(t organization.Target) string {
	text, _ := managingOf(t)
	return text
}

// Metadata reads the values of eight users.
var Metadata = fmt.Sprint(metadataOf, places("?", 8), `) ORDER BY m.user_id, m.position`)

// UsersPage is the statement for a page of users, with its arguments.
func UsersPage(scope organization.Scope, l organization.Listing) (text string, args []any) {
	return pageOf(userList, ofScope("u", scope), l)
}

// MetaKeysPage is the statement for a page of keys.
func MetaKeysPage(scope organization.Scope, l organization.Listing) (text string, args []any) {
	return pageOf(metakeyList, ofScope("k", scope), l)
}

// OrganizationsPage is the statement for a page of the organizations under a root.
func OrganizationsPage(root string, l organization.Listing) (text string, args []any) {
	return pageOf(organizationsUnder, where(`o.root = ?`, root), l)
}

// ApplicationsPage is the statement for a page of applications.
func ApplicationsPage(scope organization.Scope, l organization.Listing) (text string, args []any) {
	return pageOf(applicationList, applicationsOf(scope), l)
}

// ConnectionsPage is the statement for a page of the SSO connections under a root.
func ConnectionsPage(root string, l organization.Listing) (text string, args []any) {
	return pageOf(connectionList, connectionsIn(organization.Reach{Root: root, Environment: organization.Production}), l)
}

// EventsPage is the statement for a page of the trail, of all kinds or some.
func EventsPage(scope organization.Scope, kinds []string, l organization.Listing) (text string, args []any) {
	homes, err := eventsOf(scope, audit.Query{Kinds: kinds})
	if err != nil {
		panic(err)
	}
	return pageOfHomes(eventList, homes, l)
}

func pageOf(t listed, home filter, l organization.Listing) (text string, args []any) {
	return pageOfHomes(t, []filter{home}, l)
}

func pageOfHomes(t listed, homes []filter, l organization.Listing) (text string, args []any) {
	for i := range homes {
		var err error
		if homes[i], err = t.conditions(homes[i], l.Where); err != nil {
			panic(err)
		}
		args = append(args, homes[i].args...)
	}
	text, err := t.page(homes, l)
	if err != nil {
		panic(err)
	}
	return text, append(append(append([]any{}, args...), args...), l.Limit, l.Offset)
}
