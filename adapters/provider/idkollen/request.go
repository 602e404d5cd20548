package idkollen

import (
	"net/url"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
)

// request is the body of a start, of any operation.
type request struct {
	SSN            string   `json:"ssn,omitempty"`
	Country        string   `json:"country,omitempty"`
	Phone          string   `json:"phone,omitempty"`
	IPAddress      string   `json:"ipAddress,omitempty"`
	CallInitiator  string   `json:"callInitiator,omitempty"`
	PINRequired    bool     `json:"pinRequired,omitempty"`
	Registration   string   `json:"minRegistrationLevel,omitempty"`
	Intent         string   `json:"intent,omitempty"`
	ReferenceText  string   `json:"referenceText,omitempty"`
	BindingMessage string   `json:"bindingMessage,omitempty"`
	Text           string   `json:"text,omitempty"`
	Digest         string   `json:"digest,omitempty"`
	Documents      []string `json:"documents,omitempty"`
	OrgNumber      string   `json:"orgNumber,omitempty"`
	RequestSSN     bool     `json:"requestSsn,omitempty"`
	RequestPhone   bool     `json:"requestPhone,omitempty"`
	RequestEmail   bool     `json:"requestEmail,omitempty"`
	RequestAddress bool     `json:"requestAddress,omitempty"`
	RedirectURL    string   `json:"redirectUrl,omitempty"`
	CallbackURL    string   `json:"callbackUrl,omitempty"`
	RefID          string   `json:"refId"`
}

// word writes an order in IDkollen's words, but for documents, which it only knows by its own names. It fails with
// [eid.ErrOrderRefused] where the operation has no words for it.
func (p *Provider) word(s eid.Snapshot, w way) (request, error) {
	o := s.Order
	r := request{RefID: s.ID}
	if o.Digest != "" && (o.EID != eid.SEBankID || !o.Operation.Signs()) {
		return request{}, eid.ErrOrderRefused // it would not be signed
	}
	if err := r.name(o, w); err != nil {
		return request{}, err
	}
	if err := r.show(o, w); err != nil {
		return request{}, err
	}
	r.want(o, w)
	switch {
	case w.Channel == eid.Page:
		r.RedirectURL = p.returnTo + "?state=" + url.QueryEscape(s.Ticket)
	case p.calls && s.Ticket != "":
		r.CallbackURL = p.returnTo + "/" + url.PathEscape(s.Ticket)
	}
	switch o.EID {
	case eid.SEBankID:
		r.PINRequired, r.Digest = o.Require.PIN, o.Digest
		if !o.Operation.ByPhone() {
			r.IPAddress = o.PersonAddress
		} else if r.CallInitiator = "RP"; o.CallInitiator == eid.CalledByPerson {
			r.CallInitiator = "USER"
		}
	case eid.SEFreja:
		r.Registration = "EXTENDED"
		if o.Require.Registration == eid.Plus {
			r.Registration = "PLUS"
		}
	}
	return r, nil
}

// name says whom the order is for. Elsewhere than on the backchannel only Swedish BankID takes a person: Freja would
// notify the app in place of giving a code to scan, and the others have no member for it. Who turned up there, the
// session checks. On the backchannel Freja takes people of all countries that it has a word for, the others their own.
func (r *request) name(o eid.Order, w way) error {
	person := o.Require.Person
	if w.Channel != eid.Backchannel {
		if o.EID == eid.SEBankID {
			r.SSN = person.Reveal()
		}
		return nil
	}
	if o.EID == eid.NOVipps {
		if o.Phone == "" {
			return eid.ErrOrderRefused
		}
		r.Phone = o.Phone
		return nil
	}
	if o.EID == eid.SEFreja {
		r.Country = wordFor(person.Country())
	}
	if abroad := person.Country() != o.EID.Country(); person.IsOrg() || abroad && r.Country == "" {
		return eid.ErrOrderRefused
	}
	r.SSN = person.Reveal()
	return nil
}

// want asks for what the order wants to be told, where that has to be asked for. A number is also needed to know the
// right person, or the age.
func (r *request) want(o eid.Order, w way) {
	told := func(a eid.Attributes) bool { return w.Tells.Has(a) && o.Wants.Has(a) }
	if o.EID.Country() == identity.NO && (w.Channel == eid.Page || o.EID == eid.NOVipps) {
		r.RequestSSN = told(eid.WantNumber) || !o.Require.Person.IsZero() || o.Operation == eid.ProveAge
	}
	r.RequestPhone, r.RequestEmail, r.RequestAddress = told(eid.WantPhone), told(eid.WantEmail), told(eid.WantAddress)
	if digits := o.Company.Reveal(); told(eid.WantSignatory) && o.Company.IsOrg() && o.Company.Country() == identity.SE {
		r.OrgNumber = digits[:6] + "-" + digits[6:]
	}
}
