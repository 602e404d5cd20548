package eid

import (
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

// ErrCardRejected: the QR code of a digital identity card is unknown, too old, or its card is closed.
var ErrCardRejected = fault.New(fault.Invalid, "card_rejected", "The card's code is unknown or too old, or the card is closed.")

// Card is a digital identity card that a person showed, as its scheme vouches for it.
type Card struct {
	Provider   string
	EID        EID
	Number     identity.Number
	Name       string
	GivenName  string
	Surname    string
	Age        int // completed years; 0 when the scheme does not say
	VerifiedAt time.Time
	Simulated  bool
	Proofs     []Proof
}
