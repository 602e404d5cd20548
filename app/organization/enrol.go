package organization

import (
	"context"
	"errors"
	"slices"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Enrolment describes a new client.
type Enrolment struct {
	Domain      string // the organization's
	Environment organization.Environment
	Kind        organization.Kind
	Identifier  string // "" to have one made
	Name        string
	Addresses   organization.Addresses
	Features    []string
	Domains     []string
	Scopes      []string
	CallbackKey bool // make a key that signs what is sent to the client
}

const (
	secretLength      = 40 // gives a client's secret 238 bits
	callbackKeyLength = 43 // gives its callback key 256 bits
)

// Enrol makes a client and its secret, which is kept as a hash and never shown again. Its callback key, where one is
// asked for, is letters and digits that can be pasted anywhere: their bytes, and not what they might decode to, are the
// key of the HMAC. It fails with organization.ErrNoOrganization, ErrClientKind, ErrIdentifier, ErrIdentifierTaken,
// ErrAddress, ErrManager, and with ErrScopeUnknown or ErrDomainUnknown for a client of kind management that would be limited
// to what is not there: it could do less than whoever enrols it means.
func (r *Registry) Enrol(ctx context.Context, e Enrolment) (client organization.Client, secret string, err error) {
	if !r.usable(e) {
		return organization.Client{}, "", organization.ErrAddress.On("address")
	}
	if e.Identifier == "" {
		e.Identifier = r.IDs.New()
	}
	now, id := r.Clock.Now(), r.IDs.New()
	secret = r.Random.Alphanumeric(secretLength)
	var callbackKey []byte
	if e.CallbackKey {
		callbackKey = []byte(r.Random.Alphanumeric(callbackKeyLength))
	}
	err = r.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		o, err := tx.Organizations().FindByDomain(ctx, e.Domain)
		if err != nil {
			return err
		}
		if e.Kind == organization.KindManagement {
			if err := r.manager(ctx, tx, o, e); err != nil {
				return err
			}
		}
		c, facts, err := organization.Enrol(organization.Client{
			ID: id, Scope: o.Scope(e.Environment), Kind: e.Kind, Identifier: e.Identifier, Secret: organization.HashSecret(secret), Name: e.Name,
			Addresses: e.Addresses, Features: e.Features, Domains: e.Domains, Scopes: e.Scopes, CallbackKey: callbackKey, Demo: o.Demo,
		}, now)
		if err != nil {
			return err
		}
		if err := tx.Clients().Add(ctx, c); err != nil {
			return err
		}
		client = c
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		return organization.Client{}, "", err
	}
	return client, secret, nil
}

// manager holds a client that is to manage organizations to what there is.
func (r *Registry) manager(ctx context.Context, tx outbound.Tx, o organization.Organization, e Enrolment) error {
	if !o.IsRoot() {
		return organization.ErrManager.On("organization")
	}
	for _, scope := range e.Scopes {
		if !slices.Contains(r.ManagementScopes, scope) {
			return organization.ErrScopeUnknown.On("scope")
		}
	}
	for _, domain := range e.Domains {
		managed, err := tx.Organizations().FindByDomain(ctx, domain)
		if errors.Is(err, organization.ErrNoOrganization) || err == nil && managed.Root != o.ID {
			err = organization.ErrDomainUnknown.On("domain")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// usable holds when all addresses may be had under the deployment's policy on plain http. In a sandbox a session client's
// people may be sent back to the own machine by plain http all the same, since that is where such clients are written.
func (r *Registry) usable(e Enrolment) bool {
	loose := r.LoopbackHTTP || e.Kind == organization.KindSession && e.Environment == organization.Sandbox
	well := func(loopbackHTTP bool, fallback string, listed []string) bool {
		return (fallback == "" || organization.WellFormedAddress(fallback, loopbackHTTP)) &&
			!slices.ContainsFunc(listed, func(address string) bool { return !organization.WellFormedAddress(address, loopbackHTTP) })
	}
	a := e.Addresses
	return well(loose, a.DefaultRedirect, a.Redirect) && well(r.LoopbackHTTP, a.DefaultCallback, a.Callback)
}

// Revoke ends a client and its tokens; doing it twice changes nothing. It fails with organization.ErrNoClient.
func (r *Registry) Revoke(ctx context.Context, id string) error {
	return r.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		c, err := tx.Clients().Find(ctx, id)
		if err != nil {
			return err
		}
		c, facts := c.Revoke(r.Clock.Now())
		if len(facts) == 0 {
			return nil
		}
		if err := tx.Clients().Revoke(ctx, c); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
}

// Clients lists the clients of all organizations, oldest first.
func (r *Registry) Clients(ctx context.Context) (list []organization.Client, err error) {
	err = r.Work.View(ctx, func(ctx context.Context, reader outbound.Reader) error {
		list, err = reader.Clients().List(ctx, "")
		return err
	})
	return list, err
}
