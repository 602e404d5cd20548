package eid

import (
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

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
	Phone     string        // E.164
	Email     string
	Address   string        // on one line: street, postal code and town
	Device    string        // the IP address of the device that the person's app is on, as the scheme saw it
	Signatory string        // whether the person may sign for the order's company, as a sentence
	ValidFrom identity.Date // when the eID was issued to the person; zero when the provider does not say
	PersonID  string        // the scheme's own lasting identifier of the person, such as the PID of Norwegian BankID
	IssuerID  string        // the scheme's identifier of the bank that issued the eID
	Subject   string        // the provider's own name for the person; means nothing elsewhere
	Nonce     string        // the session's nonce as it came back, "" where the protocol has none
	TokenID   string        // names the token that carries the evidence, so that it is accepted once
	IssuedAt  time.Time
	Simulated bool

	Signature Signature
	Documents []Document // as signed
	Proofs    []Proof    // what stands behind all this, as issued
}

// Signature is what some schemes hand out of a signature beside the proofs. Which of the values there are depends on
// the scheme.
type Signature struct {
	Person   string // the person's own signature
	Merchant string // the counter-signature of the organization
	Hash     string // of what was signed
	Checksum string // of the signed text, as MitID gives it
}

// Proof is a piece of evidence as a scheme issued it: kept sealed for whoever has to prove the act one day, and shown
// to nobody meanwhile.
type Proof struct {
	Kind      string // such as "signature" or "ocsp_response"
	MediaType string
	Data      []byte
}

// born is the person's birth date: as the provider states it, else as the number tells.
func (e Evidence) born(now time.Time) identity.Date {
	if e.BirthDate.Complete() || e.Number.IsZero() {
		return e.BirthDate
	}
	return e.Number.Birth(e.EID.Country().Today(now))
}

// kept is what the order has a use for, without the rest: nobody needs to protect what nobody keeps.
func (e Evidence) kept(o Order) Evidence {
	if o.Operation == ProveAge {
		return Evidence{
			Provider: e.Provider, EID: e.EID, Context: e.Context, Assurance: e.Assurance, TokenID: e.TokenID,
			Nonce: e.Nonce, IssuedAt: e.IssuedAt, Simulated: e.Simulated,
		}
	}
	if !o.Wants.Has(WantNumber) {
		e.Number, e.Malformed = identity.Number{}, false
	}
	if !o.Wants.Has(WantPhone) {
		e.Phone = ""
	}
	if !o.Wants.Has(WantEmail) {
		e.Email = ""
	}
	if !o.Wants.Has(WantAddress) {
		e.Address = ""
	}
	if !o.Wants.Has(WantSignatory) {
		e.Signatory = ""
	}
	e.Documents = slices.Clone(e.Documents)
	for i := range e.Documents {
		e.Documents[i].Content = nil
	}
	if !o.Wants.Has(WantDevice) {
		e.Device = ""
	}
	if !o.Wants.Has(WantProofs) {
		e.Proofs = nil // the app keeps them apart, for their own time
	}
	return e
}

// EvidenceShown tells that an operator was shown the proofs of a session. id names the occasion.
func EvidenceShown(scope organization.Scope, id, session string, now time.Time) audit.Fact {
	return audit.Fact{
		Organization: scope.Organization, Environment: string(scope.Environment), Kind: "evidence.shown", Subject: "evidence/" + id,
		Sequence: 1, At: now, Actor: audit.System, Details: map[string]string{"session": session},
	}
}
