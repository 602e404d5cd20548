package idkollen

import (
	"bytes"
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// allKinds lets every kind of number through: which of them an organization accepts is decided where it is known.
const allKinds = identity.AllowSynthetic | identity.AllowHelp | identity.AllowInterim | identity.AllowReplacement |
	identity.AllowTemporary | identity.AllowNO2032

// longestSignatory bounds what is said of a signatory, in characters.
const longestSignatory = 1_000

var errOther = errors.New("idkollen: the result is another order's")

// result is what IDkollen says of an order.
type result struct {
	status string
	hint   eid.Hint // of a pending one
	reason string   // of a failed one

	fields provider.Members // of a completed one
	papers []paper
	raw    []byte
}

// paper is a document as signed, by IDkollen's name.
type paper struct{ id string }

// readResult reads the answer to a question, or the body of a call-back, about the order of a thread. It fails with
// [eid.ErrProvider] for what is no result at all, and with [eid.ErrEvidenceRejected] for one that cannot be believed.
func readResult(raw []byte, t thread) (result, error) {
	var o provider.Object
	if provider.ReadObject(raw, &o) != nil {
		return result{}, eid.ErrProvider.Because(errGarbage)
	}
	f := provider.Members{Of: o}
	id, ref, status := f.Text("id"), f.Text("refId"), f.Text("status")
	switch {
	case f.Wrong:
		return result{}, eid.ErrProvider.Because(errGarbage)
	case id != t.ID, ref != "" && ref != t.Session:
		return result{}, eid.ErrEvidenceRejected.Because(errOther)
	}
	r := result{status: status}
	switch status {
	case pending:
		r.hint = hintOf(f.Text("hintCode"))
	case failed:
		r.reason = reasonOf(f.Text("error"))
	case completed:
		for _, signed := range f.List("signedDocuments") {
			d := provider.Members{Of: signed}
			r.papers = append(r.papers, paper{id: d.Text("id")})
			f.Wrong = f.Wrong || d.Wrong
		}
		r.fields, r.raw = f, bytes.Clone(raw)
	default:
		return result{}, eid.ErrProvider.Because(errGarbage)
	}
	return r, nil
}

// evidence says in our words what a completed order proves.
func (r result) evidence(t thread, now time.Time) (eid.Evidence, error) {
	f := r.fields
	e := eid.Evidence{
		Provider: Name, EID: t.EID, TokenID: t.ID, IssuedAt: now,
		Name: provider.Readable(f.Text("name"), provider.LongestName), GivenName: provider.Readable(f.Text("givenName"), provider.LongestName),
		Surname: provider.Readable(f.Text("surname"), provider.LongestName),
		Phone:   provider.International(f.Text("phone")), Email: provider.Mailbox(f.Text("email")),
		Address: provider.OneLine(f.Text("address")), Signatory: provider.Readable(f.Text("companySignatoryText"), longestSignatory),
		PersonID: provider.Readable(f.Text("pid"), provider.LongestName), IssuerID: provider.Readable(f.Text("bankId"), provider.LongestName),
		Proofs: []eid.Proof{{Kind: "idkollen_result", MediaType: "application/json", Data: r.raw}},
	}
	e.Name = cmp.Or(e.Name, strings.TrimSpace(e.GivenName+" "+e.Surname))
	e.BirthDate, _ = identity.ParseDate(f.Text("birthDate"))
	e.ValidFrom, _ = identity.ParseDate(f.Text("certStartDate"))
	signed := f.Within("signResult")
	e.Signature = eid.Signature{
		Person: signed.Text("endUser"), Merchant: signed.Text("merchant"), Hash: signed.Text("hash"), Checksum: signed.Text("checksum"),
	}
	number, country := f.Text("ssn"), f.Text("country")
	if number == "" && t.EID != eid.SEFreja {
		// Whoever answers on the backchannel is the person that the order named.
		number = t.Named
	}
	if f.Wrong || signed.Wrong {
		return eid.Evidence{}, eid.ErrEvidenceRejected.Because(errGarbage)
	}
	e.Number, e.Malformed = read(t.EID, number, country, now)
	e.Context, e.Assurance = proves(t.EID, !e.Number.IsZero())
	// IDkollen has no name of its own for people. Where the scheme has none either, every order is somebody new.
	e.Subject = cmp.Or(e.PersonID, t.ID)
	return e, nil
}
