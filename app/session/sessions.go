package session

import (
	"cmp"
	"context"
	"slices"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Sessions answers [inbound.Sessions].
type Sessions struct {
	*Opener
	*Follower
	*Canceller
}

var _ inbound.Sessions = Sessions{}

// Opener starts sessions for clients, and for those who ask by message.
type Opener struct {
	Starter *Starter
	// Numbers says which national numbers of a country count in a scope.
	Numbers func(scope organization.Scope, c identity.Country) identity.Options
}

const startCommand = "session.start"

// What can be wrong with the numbers of an order, as they were typed.
var (
	// ErrPerson refuses a national number that is none.
	ErrPerson = fault.New(fault.Invalid, "person_invalid", "This is no national number of the country, or none that counts here.")
	// ErrCompany refuses an organization's number that is none, and that of a sole trader, who is a person.
	ErrCompany = fault.New(fault.Invalid, "company_invalid", "This is no organization's number of the country, or none that counts here.")
)

// Start opens a session for the acting client, in its scope and its organization's name.
func (o *Opener) Start(ctx context.Context, s inbound.SessionStart) (inbound.Session, error) {
	order, acting := s.Order, s.Acting
	order.Documents = slices.Clone(order.Documents)
	var err error
	if acting.Client.ID != "" {
		order.Scope, order.Client = acting.Client.Scope, acting.Client.ID
	} else if acting.Organization, err = o.byMessage(ctx, order); err != nil {
		return inbound.Session{}, err
	} else {
		order.Client = audit.Message
	}
	if s.Person != "" {
		if order.Require.Person, err = o.person(order, s); err != nil {
			return inbound.Session{}, err
		}
	}
	if s.Company != "" {
		if order.Company, err = o.company(order, s); err != nil {
			return inbound.Session{}, err
		}
		order.Wants |= eid.WantSignatory
	}
	started, err := o.Starter.Start(ctx, acting.Organization, order, Receipt{Command: startCommand, ID: s.Command})
	if err != nil {
		return inbound.Session{}, err
	}
	return o.Starter.Routes.seen(started, o.Starter.Clock.Now()), nil // that of a repeated command may look otherwise by now
}

func (o *Opener) person(order eid.Order, s inbound.SessionStart) (identity.Number, error) {
	country := cmp.Or(s.Country, order.EID.Country())
	n, err := identity.ParsePerson(country, string(s.Person), o.Numbers(order.Scope, country))
	if err != nil {
		return identity.Number{}, ErrPerson.On("person")
	}
	return n, nil
}

func (o *Opener) company(order eid.Order, s inbound.SessionStart) (identity.Number, error) {
	country := order.EID.Country()
	n, err := identity.ParseOrg(country, string(s.Company), o.Numbers(order.Scope, country))
	if err != nil {
		return identity.Number{}, ErrCompany.On("company")
	}
	return n, nil
}

// byMessage finds the organization that an order without a client is for.
func (o *Opener) byMessage(ctx context.Context, order eid.Order) (acting organization.Organization, err error) {
	err = o.Starter.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		if acting, err = r.Organizations().Find(ctx, order.Scope.Organization); err != nil || order.ReturnTo == "" {
			return err
		}
		clients, err := r.Clients().OfKind(ctx, order.Scope, organization.KindEID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(clients, func(c organization.Client) bool { return c.Addresses.AllowsReturn(order.ReturnTo) }) {
			return organization.ErrAddressNotAllowed.On("redirect_uri")
		}
		return nil
	})
	return acting, err
}
