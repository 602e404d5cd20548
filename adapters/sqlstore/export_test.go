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
	DeliveryInsert = deliveryInsert + deliveryPlaces
	FactInsert     = factInsert + factPlaces + factEnd
)

// ByReference finds sessions under two fingerprints.
var ByReference = fmt.Sprint(sessionByReference, places("?", 2), `)`, sessionsNewest)

// DeliveryClaim is the statement that claims deliveries on the store's database.
func (s *Store) DeliveryClaim() string { return deliveryClaim + s.dialect.skipLocked + deliveryClaimed }
