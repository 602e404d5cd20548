package organization

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Applications answers [inbound.Applications].
type Applications struct {
	Work  outbound.UnitOfWork
	Clock outbound.Clock
	IDs   outbound.IDs
}

var _ inbound.Applications = (*Applications)(nil)

// Applications reads a page of the target's applications.
func (a *Applications) Applications(ctx context.Context, m organization.Managing, l organization.Listing) (list []organization.Application, total int, err error) {
	err = a.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		list, total, err = r.Applications().List(ctx, m.Scope(), l)
		return err
	})
	return list, total, err
}

// Application finds one of the target's; of a deleted one there is nothing but that it was there.
func (a *Applications) Application(ctx context.Context, m organization.Managing, id string) (found organization.Application, err error) {
	err = a.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		found, err = r.Applications().Find(ctx, m.Scope(), id)
		return err
	})
	return found, err
}

// AddApplication registers software of the target's.
func (a *Applications) AddApplication(ctx context.Context, m organization.Managing, s organization.ApplicationSettings) (added organization.Application, err error) {
	one, facts, err := organization.Register(a.IDs.New(), m.Scope(), s, m.By(), a.Clock.Now())
	if err != nil {
		return organization.Application{}, err
	}
	err = a.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if err := reached(ctx, tx.Organizations(), m, one.Settings.OnlyDomain); err != nil {
			return err
		}
		if added, err = tx.Applications().Save(ctx, one); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		return organization.Application{}, err
	}
	return added, nil
}

// UpdateApplication changes the settings as they are now. As with a deletion, it saves first and looks afterwards whether a
// redirection needs what is taken away.
func (a *Applications) UpdateApplication(
	ctx context.Context, m organization.Managing, id string, change func(organization.ApplicationSettings) organization.ApplicationSettings,
) (updated organization.Application, err error) {
	now := a.Clock.Now()
	err = again(func() error {
		return a.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			was, err := living(ctx, tx.Applications(), m.Scope(), id)
			if err != nil {
				return err
			}
			next, facts, err := was.Update(change(was.Settings), m.By(), now)
			if err != nil {
				return err
			}
			if updated = next; len(facts) == 0 {
				return nil
			}
			if next.Settings.OnlyDomain != was.Settings.OnlyDomain {
				if err := reached(ctx, tx.Organizations(), m, next.Settings.OnlyDomain); err != nil {
					return err
				}
			}
			if updated, err = tx.Applications().Save(ctx, next); err != nil {
				return err
			}
			narrowing := was.Narrows(next)
			stranded, err := tx.Connections().Strands(ctx, was.ID, narrowing)
			if err != nil {
				return err
			}
			if stranded {
				return narrowing.Refusal()
			}
			return tx.Facts().Append(ctx, facts...)
		})
	})
	if err != nil {
		return organization.Application{}, err
	}
	return updated, nil
}

// DeleteApplication saves first and looks afterwards whether anything leads to the application, so that no redirection is
// made between the two.
func (a *Applications) DeleteApplication(ctx context.Context, m organization.Managing, id string) (was organization.Application, err error) {
	now := a.Clock.Now()
	err = again(func() error {
		return a.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			if was, err = living(ctx, tx.Applications(), m.Scope(), id); err != nil {
				return err
			}
			next, facts := was.Delete(m.By(), now)
			if _, err := tx.Applications().Save(ctx, next); err != nil {
				return err
			}
			used, err := tx.Connections().LeadsTo(ctx, was.ID)
			if err != nil {
				return err
			}
			if used {
				return organization.ErrApplicationInUse
			}
			return tx.Facts().Append(ctx, facts...)
		})
	})
	if err != nil {
		return organization.Application{}, err
	}
	return was, nil
}

// reached fails with organization.ErrApplication unless the domain, to which an application is to be limited, is that of an
// organization within reach. "" limits nothing, and the target is within reach.
func reached(ctx context.Context, from outbound.OrganizationReader, m organization.Managing, domain string) error {
	if domain == "" || domain == m.Target.Domain {
		return nil
	}
	o, err := from.FindByDomain(ctx, domain)
	if err == nil && !m.Reach().Covers(o) {
		err = organization.ErrNoOrganization
	}
	if errors.Is(err, organization.ErrNoOrganization) {
		var v fault.Violations
		v.Check(false, "organization_domain_scope", "organization_unknown", "There is no such organization.")
		return v.Of(organization.ErrApplication)
	}
	return err
}

// living finds an application that was not deleted.
func living(ctx context.Context, from outbound.ApplicationReader, scope organization.Scope, id string) (organization.Application, error) {
	found, err := from.Find(ctx, scope, id)
	if err == nil && found.Deleted() {
		err = organization.ErrNoApplication
	}
	return found, err
}
