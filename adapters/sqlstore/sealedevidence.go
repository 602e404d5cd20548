package sqlstore

import (
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// sealedEvidence is evidence as a session keeps it, without the content of documents. Its proofs stand beside it.
type sealedEvidence struct {
	Provider  string           `json:"provider,omitempty"`
	EID       eid.EID          `json:"eid,omitempty"`
	Context   eid.Context      `json:"context,omitempty"`
	Assurance eid.Assurance    `json:"assurance,omitempty"`
	Number    *sealedNumber    `json:"number,omitempty"`
	Malformed bool             `json:"malformed,omitempty"`
	Name      string           `json:"name,omitempty"`
	GivenName string           `json:"given,omitempty"`
	Surname   string           `json:"surname,omitempty"`
	BirthDate identity.Date    `json:"birth,omitzero"`
	Phone     []byte           `json:"phone,omitempty"`
	Email     []byte           `json:"email,omitempty"`
	Address   []byte           `json:"address,omitempty"`
	Signatory []byte           `json:"signatory,omitempty"`
	ValidFrom identity.Date    `json:"valid_from,omitzero"`
	PersonID  []byte           `json:"person_id,omitempty"`
	IssuerID  []byte           `json:"issuer_id,omitempty"`
	Subject   string           `json:"subject,omitempty"`
	Nonce     string           `json:"nonce,omitempty"`
	TokenID   string           `json:"token,omitempty"`
	IssuedAt  int64            `json:"issued"`
	Simulated bool             `json:"simulated,omitempty"`
	Signature sealedSignature  `json:"signature,omitzero"`
	Documents []sealedDocument `json:"documents,omitempty"`
	Device    []byte           `json:"device,omitempty"`
}

type sealedSignature struct {
	Person   []byte `json:"person,omitempty"`
	Merchant []byte `json:"merchant,omitempty"`
	Hash     []byte `json:"hash,omitempty"`
	Checksum []byte `json:"checksum,omitempty"`
}

// IsZero holds where a scheme hands out nothing of a signature.
func (s sealedSignature) IsZero() bool {
	return len(s.Person)+len(s.Merchant)+len(s.Hash)+len(s.Checksum) == 0
}

// sealedEvidenceOf is nil for a session that nobody has vouched for.
func sealedEvidenceOf(e eid.Evidence) *sealedEvidence {
	if e.Provider == "" && e.EID == "" && e.IssuedAt.IsZero() {
		return nil
	}
	return &sealedEvidence{
		Provider: e.Provider, EID: e.EID, Context: e.Context, Assurance: e.Assurance, Number: numberIn(e.Number),
		Malformed: e.Malformed, Name: e.Name, GivenName: e.GivenName, Surname: e.Surname, BirthDate: e.BirthDate,
		Phone: []byte(e.Phone), Email: []byte(e.Email), Address: []byte(e.Address), Signatory: []byte(e.Signatory),
		ValidFrom: e.ValidFrom, PersonID: []byte(e.PersonID), IssuerID: []byte(e.IssuerID), Subject: e.Subject, Nonce: e.Nonce,
		TokenID: e.TokenID, IssuedAt: micros(e.IssuedAt), Simulated: e.Simulated,
		Signature: sealedSignature{
			Person: []byte(e.Signature.Person), Merchant: []byte(e.Signature.Merchant),
			Hash: []byte(e.Signature.Hash), Checksum: []byte(e.Signature.Checksum),
		},
		Documents: sealedDocumentsOf(e.Documents), Device: []byte(e.Device),
	}
}

// evidence fails with outbound.ErrSealBroken.
func (e *sealedEvidence) evidence() (eid.Evidence, error) {
	if e == nil {
		return eid.Evidence{}, nil
	}
	number, err := e.Number.number()
	if err != nil {
		return eid.Evidence{}, err
	}
	return eid.Evidence{
		Provider: e.Provider, EID: e.EID, Context: e.Context, Assurance: e.Assurance, Number: number, Malformed: e.Malformed,
		Name: e.Name, GivenName: e.GivenName, Surname: e.Surname, BirthDate: e.BirthDate, Phone: string(e.Phone),
		Email: string(e.Email), Address: string(e.Address), Signatory: string(e.Signatory), ValidFrom: e.ValidFrom,
		PersonID: string(e.PersonID), IssuerID: string(e.IssuerID), Subject: e.Subject, Nonce: e.Nonce, TokenID: e.TokenID,
		IssuedAt: instant(e.IssuedAt), Simulated: e.Simulated,
		Signature: eid.Signature{
			Person: string(e.Signature.Person), Merchant: string(e.Signature.Merchant),
			Hash: string(e.Signature.Hash), Checksum: string(e.Signature.Checksum),
		},
		Documents: documentsOf(e.Documents), Device: string(e.Device),
	}, nil
}
