package eid

import (
	"strconv"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
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

// CardChecked tells that an organization had a card checked by a provider, and whether it was good. id names the check.
func CardChecked(scope organization.Scope, client, id, provider string, good bool, now time.Time) audit.Fact {
	return audit.Fact{
		Organization: scope.Organization, Environment: string(scope.Environment), Kind: "card.checked", Subject: "card/" + id,
		Sequence: 1, At: now, Actor: "client/" + client, Details: map[string]string{"provider": provider, "good": strconv.FormatBool(good)},
	}
}
