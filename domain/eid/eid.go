// Package eid holds the one state machine that every surface meets: a session, which is one order on its way
// from opened to settled.
//
// An eID (se.bankid), an operation (authenticate) and a requirement (this person, this level) are three things;
// surfaces mix them, this package does not. It holds no clock, and knows nothing of HTTP, SQL or providers.
package eid

import "github.com/eidgate/eidgate/domain/identity"

// EID is an electronic identity scheme, named country first.
type EID string

// The schemes.
const (
	SEBankID EID = "se.bankid" // Swedish BankID
	SEFreja  EID = "se.freja"  // Freja
	NOBankID EID = "no.bankid" // Norwegian BankID
	NOVipps  EID = "no.vipps"  // Vipps MobilePay login
	DKMitID  EID = "dk.mitid"  // MitID
	FIFTN    EID = "fi.ftn"    // Finnish Trust Network: banks and mobile certificates
)

// EIDs lists the schemes in the order in which people are offered them.
func EIDs() []EID { return []EID{SEBankID, SEFreja, NOBankID, NOVipps, DKMitID, FIFTN} }

// Known holds for the schemes above.
func (e EID) Known() bool { return e.Country() != "" }

// Country is where the scheme's national numbers come from, "" for an unknown scheme. Freja is Swedish, but serves people
// of other countries as well, who have the numbers of theirs.
func (e EID) Country() identity.Country {
	switch e {
	case SEBankID, SEFreja:
		return identity.SE
	case NOBankID, NOVipps:
		return identity.NO
	case DKMitID:
		return identity.DK
	case FIFTN:
		return identity.FI
	}
	return ""
}

// Operation is what the person is asked to do.
type Operation string

// The operations.
const (
	Authenticate      Operation = "authenticate"
	Sign              Operation = "sign"
	PhoneAuthenticate Operation = "phone_authenticate"
	PhoneSign         Operation = "phone_sign"
	ProveAge          Operation = "prove_age"
)

// Signs holds for the operations whose outcome is a signature.
func (o Operation) Signs() bool { return o == Sign || o == PhoneSign }

// ByPhone holds for the operations of somebody who is on the telephone with the organization.
func (o Operation) ByPhone() bool { return o == PhoneAuthenticate || o == PhoneSign }

func (o Operation) known() bool {
	switch o {
	case Authenticate, Sign, PhoneAuthenticate, PhoneSign, ProveAge:
		return true
	}
	return false
}

// Most is the highest level of assurance that the scheme proves; Unstated where it is notified at none.
func (e EID) Most() Assurance {
	switch e {
	case SEFreja, NOBankID, DKMitID:
		return High
	case SEBankID, FIFTN:
		return Substantial
	}
	return Unstated
}

// Assurance is how sure the scheme is of the person, in the words of eIDAS (Regulation (EU) 910/2014 article 8).
// Greater is surer; zero is unstated.
type Assurance uint8

// The levels of assurance.
const (
	Unstated Assurance = iota
	Low
	Substantial
	High
)

// String gives the level's name as eIDAS spells it, "" when unstated.
func (a Assurance) String() string {
	switch a {
	case Low:
		return "low"
	case Substantial:
		return "substantial"
	case High:
		return "high"
	}
	return ""
}
