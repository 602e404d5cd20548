package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// evidence is what the simulator vouches for: the person as the eID would describe them, and what they did. It tells all
// that it can; the session keeps what its order has a use for.
func (s *Simulator) evidence(a asked, id, tokenID string, now time.Time) (*eid.Evidence, error) {
	e, known := a.Context.EID()
	p, found := personCalled(id)
	if !known || !found {
		return nil, eid.ErrEvidenceRejected.Because(errors.New("simulator: a code or thread of another release"))
	}
	n, err := p.number(now)
	if err != nil {
		return nil, eid.ErrEvidenceRejected.Because(err)
	}
	proven := provenBy(a.Context)
	got := &eid.Evidence{
		Provider: Name, EID: e, Context: proven, Assurance: proven.Assurance(), Number: n,
		Name: p.name(), GivenName: p.given, Surname: p.surname, BirthDate: p.birth, Address: p.address,
		Subject: p.id, TokenID: tokenID, IssuedAt: now, Simulated: true,
	}
	switch {
	case a.Context == mitIDBusiness: // an employee's login names the company, never the person's number
		got.Number = identity.Number{}
	case p.withheld:
		got.Number, got.BirthDate = identity.Number{}, identity.Date{}
	}
	if e == eid.SEFreja && a.Plus {
		got.Assurance = eid.High
	}
	if e.Country() == identity.SE {
		got.Signatory = signatory(p, a.Company)
	}
	if e == eid.SEBankID {
		got.ValidFrom = p.issued
	} else {
		got.Phone, got.Email = p.phone, p.email()
	}
	got.PersonID, got.IssuerID = s.schemeIDs(e, p)
	got.Signature = s.signature(a, p)
	got.Proofs = s.proofs(a, got)
	return got, nil
}

const mitIDBusiness eid.Context = "urn:grn:authn:dk:mitid:business"

// provenBy is how the person logged in when asked to in this way: where the caller left a choice, they made one.
func provenBy(asked eid.Context) eid.Context {
	switch asked {
	case "urn:grn:authn:fi:all":
		return "urn:grn:authn:fi:bank-id"
	case "urn:grn:authn:no:bankid":
		return "urn:grn:authn:no:bankid:high"
	}
	return asked
}

// schemeIDs are a scheme's own lasting names for the person and the issuer: the PID of Norwegian BankID and a bank that
// does not exist, and MitID's UUID of a person.
func (s *Simulator) schemeIDs(e eid.EID, p person) (personID, issuerID string) {
	switch e {
	case eid.NOBankID, eid.NOVipps:
		i := slices.IndexFunc(people, func(other person) bool { return other.id == p.id })
		return "9578-6000-4-00000" + string(rune('0'+i%10)), "SIMULATED"
	case eid.DKMitID:
		return s.token("mitid person", p.id), "SIMULATED"
	}
	return "", ""
}

// signature is what Norwegian BankID and MitID hand out of a signed text. Nobody can verify it but us.
func (s *Simulator) signature(a asked, p person) eid.Signature {
	if a.Operation != eid.Sign || a.Text == "" {
		return eid.Signature{}
	}
	sum := sha256.Sum256([]byte(a.Text))
	switch a.EID {
	case eid.NOBankID:
		return eid.Signature{
			Person:   encoded(s.mac("signature of the person", a.Session+" "+p.id+" "+a.Text)),
			Merchant: encoded(s.mac("signature of the merchant", a.Session+" "+a.Text)),
			Hash:     encoded(sum[:]),
		}
	case eid.DKMitID:
		return eid.Signature{Checksum: hex.EncodeToString(sum[:])}
	}
	return eid.Signature{}
}
