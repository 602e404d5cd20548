package account

import (
	"context"

	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Verifications answers [inbound.Verifications].
type Verifications struct {
	*VerificationStarter
	*VerificationCompleter
	*PlainCompleter
}

var _ inbound.Verifications = Verifications{}

// Surface is the word by which sessions remember that they belong to accounts.
const Surface = "account"

// VerificationStarter starts eID logins.
type VerificationStarter struct {
	Work     outbound.UnitOfWork
	IDs      outbound.IDs
	Starter  *session.Starter
	Policy   StartPolicy
	Fallback eid.EID // whose login it is when neither method nor account says
}

// StartPolicy is what the deployment allows at a start.
type StartPolicy struct {
	Bound        bool   // a start without a token is refused
	LoopbackHTTP bool   // redirect addresses on loopback may be plain http
	HostDomain   string // the organization of hosts that nobody has registered; "" for none
}

const startCommand = "verification.start"

// Start opens a session bound to the account, or to nobody where that is allowed, and makes no network call of its
// own. The environment of a start without a token is production.
func (s *VerificationStarter) Start(ctx context.Context, v inbound.VerificationStart) (inbound.StartedVerification, error) {
	who, err := s.who(ctx, v)
	if err != nil {
		return inbound.StartedVerification{}, err
	}
	if !organization.WellFormedAddress(v.RedirectURI, s.Policy.LoopbackHTTP) {
		return inbound.StartedVerification{}, organization.ErrAddress.On("redirect_uri")
	}
	if !who.mayReturnTo(v.RedirectURI) {
		return inbound.StartedVerification{}, organization.ErrRedirect.On("redirect_uri")
	}
	asked := v.Context
	if asked == "" {
		asked = defaultEID(who.account, s.Fallback).DefaultContext()
	}
	e, known := asked.EID()
	if !known {
		return inbound.StartedVerification{}, eid.ErrNoRoute.On("method")
	}
	correlation := v.State
	if correlation == "" {
		correlation = s.IDs.New()
	}
	opened, err := s.Starter.Start(ctx, who.organization, eid.Order{
		Scope: who.scope, Surface: Surface, EID: e, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, Context: asked,
		Account: v.AccountID, ReturnTo: v.RedirectURI, Correlation: correlation, Language: who.language(),
	}, session.Receipt{Command: startCommand, ID: v.Command})
	if err != nil {
		return inbound.StartedVerification{}, onMethod(err)
	}
	if opened.State != eid.Pending {
		return inbound.StartedVerification{}, eid.ErrSettled
	}
	return inbound.StartedVerification{
		SessionID: opened.ID, Challenge: opened.Challenge, Context: opened.Order.Context,
		Correlation: opened.Order.Correlation, Simulated: s.Starter.Routes.Simulated(opened.Provider),
	}, nil
}

// starting is on whose behalf a login starts.
type starting struct {
	scope        organization.Scope
	organization organization.Organization
	clients      []organization.Client
	account      account.Snapshot // zero without a token
}

func (s *VerificationStarter) who(ctx context.Context, v inbound.VerificationStart) (w starting, err error) {
	err = s.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		if v.AccountID != 0 {
			a, err := r.Accounts().Find(ctx, v.Scope, v.AccountID)
			if err != nil {
				return err
			}
			if w.account, w.scope = a.Snapshot(), v.Scope; !w.account.Active {
				return account.ErrInactive
			}
			w.organization, err = r.Organizations().Find(ctx, v.Scope.Organization)
			if err != nil {
				return err
			}
		} else {
			w.organization, err = s.ofHost(ctx, r.Organizations(), v.Host)
			if err != nil {
				return err
			}
			w.scope = w.organization.Scope(organization.Production)
		}
		w.clients, err = r.Clients().OfKind(ctx, w.scope, organization.KindSSO)
		return err
	})
	return w, err
}

// ofHost finds the organization whose host was called. That nobody has the host is the same to the caller as that
// a token is demanded.
func (s *VerificationStarter) ofHost(ctx context.Context, r outbound.OrganizationReader, host string) (organization.Organization, error) {
	if s.Policy.Bound {
		return organization.Organization{}, account.ErrUnauthenticated
	}
	o, err := r.FindByHost(ctx, host)
	if isNoOrganization(err) && s.Policy.HostDomain != "" {
		o, err = r.FindByDomain(ctx, s.Policy.HostDomain)
	}
	if isNoOrganization(err) {
		return organization.Organization{}, account.ErrUnauthenticated.Because(err)
	}
	return o, err
}

func (w starting) mayReturnTo(address string) bool {
	for _, c := range w.clients {
		if c.Addresses.AllowsRedirect(address) {
			return true
		}
	}
	return false
}

func (w starting) language() string {
	switch w.account.Profile.Language {
	case "SV", "NB", "DA", "FI", "EN":
		return lower(w.account.Profile.Language)
	case "NO":
		return "nb"
	}
	return ""
}

// defaultEID is the scheme that most people of the account's country have.
func defaultEID(a account.Snapshot, fallback eid.EID) eid.EID {
	for _, e := range eid.EIDs() {
		if e.Country() == a.Country {
			return e
		}
	}
	return fallback
}
