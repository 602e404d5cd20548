package organization

import (
	"context"
	"errors"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Organizations answers [inbound.Organizations].
type Organizations struct {
	Work   outbound.UnitOfWork
	Clock  outbound.Clock
	IDs    outbound.IDs
	Random outbound.Random
}

var _ inbound.Organizations = (*Organizations)(nil)

// List reads a page of what the client may act on.
func (o *Organizations) List(ctx context.Context, m organization.Managing, l organization.Listing) (list []organization.Organization, total int, err error) {
	err = o.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		list, total, err = r.Organizations().Page(ctx, m.Reach(), l)
		return err
	})
	return list, total, err
}

// Found makes an organization under the client's root.
func (o *Organizations) Found(ctx context.Context, m organization.Managing, name string, d organization.Details) (organization.Organization, error) {
	if len(m.Client.Domains) > 0 {
		return organization.Organization{}, organization.ErrNotAllFounded
	}
	return o.found(ctx, organization.Founding{Root: m.Root.ID, Name: name, Details: d, By: m.By()}, once{})
}

// found gives the organization the domain of its name, or one beside it when an organization of another root has that.
// Whoever asks learns nothing of the other: not even that its domain is taken.
func (o *Organizations) found(ctx context.Context, f organization.Founding, command once) (organization.Organization, error) {
	now := o.Clock.Now()
	f.ID = o.IDs.New()
	named, facts, err := organization.Found(f, now)
	if err != nil {
		return organization.Organization{}, err
	}
	candidate := named
	for try := 1; ; try++ {
		var made organization.Organization
		err := o.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			first, known, err := command.first(ctx, tx)
			if err != nil {
				return err
			}
			if known {
				made, err = tx.Organizations().Find(ctx, first)
				return err
			}
			made = candidate
			if err := command.keep(ctx, tx, candidate.ID, now); err != nil {
				return err
			}
			if err := tx.Organizations().Add(ctx, candidate); err != nil {
				return err
			}
			return tx.Facts().Append(ctx, facts...)
		})
		switch {
		case err == nil:
			return made, nil
		case try == foundTries:
			return organization.Organization{}, err
		case errors.Is(err, outbound.ErrReplayed): // a twin was quicker; the next try finds what it made
		case errors.Is(err, organization.ErrDomainTaken):
			ours, err := o.takenUnder(ctx, named.Root, named.Domain)
			if err != nil {
				return organization.Organization{}, err
			}
			if ours {
				return organization.Organization{}, organization.ErrDomainTaken.On("domain")
			}
			candidate = named.Beside(o.Random.Alphanumeric(4))
		default:
			return organization.Organization{}, err
		}
	}
}

// takenUnder holds when the domain is, or was, an organization's under the root.
func (o *Organizations) takenUnder(ctx context.Context, root, domain string) (ours bool, err error) {
	err = o.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		living, err := r.Organizations().FindByDomain(ctx, domain)
		if err == nil || !errors.Is(err, organization.ErrNoOrganization) {
			ours = living.Root == root
			return err
		}
		gone, err := r.Organizations().Gone(ctx, domain)
		if errors.Is(err, organization.ErrNoOrganization) {
			return nil // neither: it was deleted just now, or is about to be there
		}
		ours = gone.Root == root
		return err
	})
	return ours && err == nil, err
}

// Update changes the target as it was read with the client, and as it is now when that is not the same any more.
func (o *Organizations) Update(ctx context.Context, m organization.Managing, c organization.Change) (updated organization.Organization, err error) {
	now, current := o.Clock.Now(), m.Target
	err = again(func() error {
		next, facts, err := current.Change(c, m.By(), now)
		if err != nil {
			return err
		}
		if updated = next; len(facts) == 0 {
			return nil
		}
		stale := o.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			if updated, err = tx.Organizations().Save(ctx, next); err != nil {
				return err
			}
			return tx.Facts().Append(ctx, facts...)
		})
		if !errors.Is(stale, organization.ErrStale) {
			return stale
		}
		err = o.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
			current, err = r.Organizations().Find(ctx, m.Target.ID)
			return err
		})
		if err != nil {
			return err
		}
		return stale
	})
	if err != nil {
		return organization.Organization{}, err
	}
	return updated, nil
}

// Delete gives the organization as it was.
func (o *Organizations) Delete(ctx context.Context, m organization.Managing) (was organization.Organization, err error) {
	if m.Target.IsRoot() {
		return organization.Organization{}, organization.ErrRootStays
	}
	now := o.Clock.Now()
	err = o.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if was, err = tx.Organizations().Find(ctx, m.Target.ID); err != nil {
			return err
		}
		if m.Client.Scope.Environment != organization.Production {
			if err := unproductive(ctx, tx, was); err != nil {
				return err
			}
		}
		if err := tx.Organizations().Delete(ctx, was.ID); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, was.Delete(m.By(), now)...)
	})
	if err != nil {
		return organization.Organization{}, err
	}
	return was, nil
}

// unproductive holds for an organization that has nothing in production, and whose key for samples, which both
// environments use, signed none there. It fails with organization.ErrInProduction.
func unproductive(ctx context.Context, tx outbound.Tx, o organization.Organization) error {
	scope := o.Scope(organization.Production)
	occupied, err := tx.Organizations().Occupied(ctx, scope)
	if err != nil {
		return err
	}
	_, samples, err := tx.Facts().Events(ctx, scope, audit.Query{Kinds: []string{audit.TokenSampleIssued}, Limit: 1})
	if err == nil && (occupied || samples > 0) {
		err = organization.ErrInProduction
	}
	return err
}
