package sqlstore

import "fmt"

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
	FactInsert     = factInsert + factPlaces + factEnd
)

// ByReference finds sessions under two fingerprints.
var ByReference = fmt.Sprint(sessionByReference, places("?", 2), `)`, sessionsNewest)

// DeliveryClaim is the statement that claims deliveries on the store's database.
func (s *Store) DeliveryClaim() string { return deliveryClaim + s.dialect.skipLocked + deliveryClaimed }

// SessionsClaim is the statement that claims sessions on the store's database.
func (s *Store) SessionsClaim() string { return sessionsClaim + s.dialect.skipLocked + sessionsClaimed }

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
