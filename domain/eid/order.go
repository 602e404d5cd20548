package eid

import (
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// ErrOrder refuses an order that no provider could carry out.
var ErrOrder = fault.New(fault.Invalid, "order_invalid", "The order names no known eID, operation or address to return to.")

// Order is what an organization asks for. It is fixed once the session is open.
type Order struct {
	Scope       organization.Scope
	Client      string // the client that asks; "" when a person does
	OnBehalfOf  string // the organization's name, as people read it
	Surface     string // through which door it came; only that door finds the session again
	EID         EID
	Operation   Operation
	Context     Context // the exact way, "" for the provider's own choice
	Require     Requirement
	Account     int64  // the only account that may redeem the session, 0 for any of the scope
	ReturnTo    string // where the person goes afterwards: an address the organization registered
	Correlation string // the caller's own reference; never unique, never a key
	Language    string // two letters, "" for the person's own choice
	Annex       []byte // read and written by one surface only
}

// Requirement is what the evidence must show beyond the operation itself.
type Requirement struct {
	Person    identity.Number // this person and nobody else; zero for anybody
	Assurance Assurance       // at least this sure
}

// check refuses orders that make no sense whoever asks.
func (o Order) check() error {
	if o.Scope.IsZero() || !o.EID.Known() || o.Operation == "" || o.Surface == "" {
		return ErrOrder
	}
	if o.Context != "" {
		if e, ok := o.Context.EID(); !ok || e != o.EID {
			return ErrOrder.On("method")
		}
	}
	return nil
}

// Evidence is what a provider vouches for when the person has approved.
type Evidence struct {
	Provider  string
	EID       EID
	Context   Context // as proven, not as asked
	Assurance Assurance
	Number    identity.Number // zero when the login carried none
	Malformed bool            // a number came that breaks its country's rules
	Name      string
	GivenName string
	Surname   string
	BirthDate identity.Date // as the provider states it; zero when it does not
	Subject   string        // the provider's own name for the person; means nothing elsewhere
	Nonce     string        // the session's nonce as it came back, "" where the protocol has none
	TokenID   string        // names the token that carries the evidence, so that it is accepted once
	IssuedAt  time.Time
	Simulated bool
}
