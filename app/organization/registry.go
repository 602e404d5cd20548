// Package organization is what an operator does: found organizations, enrol their clients, offer plans, and keep the
// list of numbers that nobody may use.
package organization

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Registry keeps organizations, clients and plans.
type Registry struct {
	Work   outbound.UnitOfWork
	Clock  outbound.Clock
	IDs    outbound.IDs
	Random outbound.Random
	// LoopbackHTTP accepts redirect and callback addresses of plain http on loopback.
	LoopbackHTTP bool
	// ManagementScopes is what clients of kind management can be limited to.
	ManagementScopes []string
}

// foundTries bounds how often a domain that is taken is told apart; four random characters collide once in a
// million.
const foundTries = 5

// Found makes a root organization. Its domain comes from the name; where a namesake has that one, the new
// organization's gets four random characters more. It fails with organization.ErrName, ErrHost or ErrHostTaken.
func (r *Registry) Found(ctx context.Context, name string, hosts []string) (organization.Organization, error) {
	now := r.Clock.Now()
	o, facts, err := organization.Found(organization.Founding{ID: r.IDs.New(), Name: name, Hosts: hosts}, now)
	if err != nil {
		return organization.Organization{}, err
	}
	candidate := o
	for try := 1; ; try++ {
		err = r.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.Organizations().Add(ctx, candidate); err != nil {
				return err
			}
			return tx.Facts().Append(ctx, facts...)
		})
		if !errors.Is(err, organization.ErrDomainTaken) || try == foundTries {
			break
		}
		candidate = o.Beside(r.Random.Alphanumeric(4))
	}
	if err != nil {
		return organization.Organization{}, err
	}
	return candidate, nil
}

// Dissolve deletes the organization with a domain, those that it manages, and everything in their scopes but the trail,
// which tells of each of them. It fails with organization.ErrNoOrganization or ErrOrganizationInUse.
func (r *Registry) Dissolve(ctx context.Context, domain string) error {
	now := r.Clock.Now()
	return r.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		o, err := tx.Organizations().FindByDomain(ctx, domain)
		if err != nil {
			return err
		}
		gone, err := tx.Organizations().Managed(ctx, o.ID)
		if err != nil {
			return err
		}
		if err := tx.Organizations().Delete(ctx, o.ID); err != nil {
			return err
		}
		var told []audit.Fact
		for _, one := range append(gone, o) {
			told = append(told, one.Delete(organization.By{}, now)...)
		}
		return tx.Facts().Append(ctx, told...)
	})
}

// Organizations lists all, sorted by domain.
func (r *Registry) Organizations(ctx context.Context) (list []organization.Organization, err error) {
	err = r.Work.View(ctx, func(ctx context.Context, reader outbound.Reader) error {
		list, err = reader.Organizations().List(ctx)
		return err
	})
	return list, err
}

// Offer gives an organization's production scope a plan, numbered from 1. It fails with
// organization.ErrNoOrganization or account.ErrPlanName.
func (r *Registry) Offer(ctx context.Context, domain, name string, monitors bool) (plan account.Plan, err error) {
	now := r.Clock.Now()
	err = r.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		o, err := tx.Organizations().FindByDomain(ctx, domain)
		if err != nil {
			return err
		}
		p, err := account.Offer(account.Plan{Scope: o.Scope(organization.Production), Name: name, Monitors: monitors}, now)
		if err != nil {
			return err
		}
		if plan, err = tx.Plans().Add(ctx, p); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, plan.Offered(now)...)
	})
	return plan, err
}

// Plan is a plan with its organization's domain.
type Plan struct {
	account.Plan
	Domain string
}

// Plans lists the plans of all organizations, sorted by domain, then number.
func (r *Registry) Plans(ctx context.Context) (list []Plan, err error) {
	err = r.Work.View(ctx, func(ctx context.Context, reader outbound.Reader) error {
		list = nil
		organizations, err := reader.Organizations().List(ctx)
		if err != nil {
			return err
		}
		for _, o := range organizations {
			plans, err := reader.Plans().List(ctx, o.Scope(organization.Production))
			if err != nil {
				return err
			}
			for _, p := range plans {
				list = append(list, Plan{Plan: p, Domain: o.Domain})
			}
		}
		return nil
	})
	return list, err
}
