package bankid

import (
	"context"
	"net/netip"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

// rest is how long BankID is left alone between two questions about one order (BankID, collect).
const rest = 2 * time.Second

// texts are what is shown and signed.
type texts struct {
	Visible string `json:"userVisibleData,omitempty"`
	Format  string `json:"userVisibleDataFormat,omitempty"`
	Hidden  string `json:"userNonVisibleData,omitempty"`
}

// requirement is how the person has to approve, and who.
type requirement struct {
	PIN      bool     `json:"pinCode,omitempty"`
	Person   string   `json:"personalNumber,omitempty"`
	Policies []string `json:"certificatePolicies,omitempty"`
}

func (r requirement) orNil() *requirement {
	if !r.PIN && r.Person == "" && len(r.Policies) == 0 {
		return nil
	}
	return &r
}

// appOrder is the body of auth and sign.
type appOrder struct {
	Address string `json:"endUserIp"`
	texts
	Requirement *requirement `json:"requirement,omitempty"`
	ReturnURL   string       `json:"returnUrl,omitempty"`
}

// phoneOrder is the body of phone/auth and phone/sign.
type phoneOrder struct {
	Person string `json:"personalNumber"`
	Caller string `json:"callInitiator"`
	texts
	Requirement *requirement `json:"requirement,omitempty"`
}

// placed is what BankID answers to an order. One by phone has a reference and no more.
type placed struct {
	Reference string `json:"orderRef"`
	AppToken  string `json:"autoStartToken"`
	QRToken   string `json:"qrStartToken"`
	QRSecret  string `json:"qrStartSecret"`
}

var paths = map[eid.Operation]string{
	eid.Authenticate: "/auth", eid.ProveAge: "/auth", eid.Sign: "/sign",
	eid.PhoneAuthenticate: "/phone/auth", eid.PhoneSign: "/phone/sign",
}

// Begin places the order. On the channel Page the app brings the person back to the session's page. The challenge of an
// order by phone holds nothing but the binding message: the person's app rings by itself.
//
// It fails with [eid.ErrInProgress] while the named person has another order open, with [eid.ErrUnknownPerson] for a
// number that is no Swedish one, with [eid.ErrTextTooLong] where the organization's name and the text do not fit
// together, and with [eid.ErrOrderRefused] for what BankID does not take.
func (p *Provider) Begin(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
	if !p.offered(s.Order) {
		return outbound.Step{}, eid.ErrNoRoute
	}
	body, err := p.order(s)
	if err != nil {
		return outbound.Step{}, err
	}
	var order placed
	if err := p.post(ctx, p.config.BaseURL+paths[s.Order.Operation], body, &order); err != nil {
		return outbound.Step{}, because(unplaced(err), func(r refusal) *fault.Fault {
			if r == inProgress {
				return eid.ErrInProgress
			}
			return eid.ErrOrderRefused
		})
	}
	byPhone := s.Order.Operation.ByPhone()
	if !order.sound(byPhone) {
		return outbound.Step{}, eid.ErrProviderUncertain.Because(errGarbage)
	}
	kept, err := thread{Reference: order.Reference}.write()
	if err != nil {
		return outbound.Step{}, err
	}
	challenge := eid.Challenge{BindingMessage: s.Order.BindingMessage}
	if !byPhone {
		now := p.clock.Now()
		challenge.AppToken = order.AppToken
		challenge.Animated = eid.AnimatedQR{Token: order.QRToken, Secret: order.QRSecret, Start: now}
		challenge = challenge.At(now)
	}
	return outbound.Step{Challenge: &challenge, Thread: kept, Rest: rest}, nil
}

// order words the order as BankID wants it.
func (p *Provider) order(s eid.Snapshot) (any, error) {
	o := s.Order
	var t texts
	var err error
	if t.Visible, t.Format, err = visible(o); err != nil {
		return nil, err
	}
	if t.Hidden, err = hidden(o); err != nil {
		return nil, err
	}
	person, err := personalNumber(o.Require.Person)
	if err != nil {
		return nil, err
	}
	r := requirement{PIN: o.Require.PIN, Policies: p.config.Policies}
	if o.Operation.ByPhone() {
		if person == "" { // BankID knows people by number alone
			return nil, eid.ErrOrderRefused.On("person")
		}
		caller := "RP"
		if o.CallInitiator == eid.CalledByPerson {
			caller = "user"
		}
		return phoneOrder{Person: person, Caller: caller, texts: t, Requirement: r.orNil()}, nil
	}
	r.Person = person
	address, err := p.address(o.PersonAddress)
	if err != nil {
		return nil, err
	}
	return appOrder{Address: address, texts: t, Requirement: r.orNil(), ReturnURL: returnURL(s)}, nil
}

// personalNumber is the number on the wire, "" for nobody in particular.
func personalNumber(n identity.Number) (string, error) {
	switch {
	case n.IsZero():
		return "", nil
	case n.Country() != identity.SE, n.Kind() != identity.KindPersonnummer && n.Kind() != identity.KindSamordningsnummer:
		return "", eid.ErrUnknownPerson.On("person")
	}
	return n.Reveal(), nil
}

// address is the IP address of the person's device, without what belongs to our network.
func (p *Provider) address(said string) (string, error) {
	if said == "" {
		return p.config.Address, nil
	}
	a, err := netip.ParseAddr(said)
	if err != nil {
		return "", eid.ErrOrderRefused.On("person_address")
	}
	return a.Unmap().WithZone("").String(), nil
}

// longestReturn is how long a returnUrl may be.
const longestReturn = 512

// returnURL is where the app takes the person: to our page, where there is one. A caller that shows the challenge itself
// builds the link to the app itself, and says there where it leads back to. A page with a longer address does without,
// and the person goes back by hand.
func returnURL(s eid.Snapshot) string {
	if s.Order.Channel != eid.Page || len(s.Challenge.URL) > longestReturn {
		return ""
	}
	return s.Challenge.URL
}
