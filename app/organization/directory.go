package organization

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Directory answers [inbound.Directory].
type Directory struct {
	Work   outbound.UnitOfWork
	Clock  outbound.Clock
	IDs    outbound.IDs
	Random outbound.Random
}

var _ inbound.Directory = (*Directory)(nil)

// Users reads a page of the target's users.
func (d *Directory) Users(ctx context.Context, m organization.Managing, l organization.Listing) (list []organization.User, total int, err error) {
	err = d.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		list, total, err = r.Users().List(ctx, m.Scope(), l)
		return err
	})
	return list, total, err
}

// User finds a user of the target by its identifier.
func (d *Directory) User(ctx context.Context, m organization.Managing, id string) (organization.User, error) {
	return d.user(ctx, func(ctx context.Context, r outbound.UserReader) (organization.User, error) {
		return r.Find(ctx, m.Scope(), id)
	})
}

// UserByEmail finds a user of the target, whatever the case of the address's letters.
func (d *Directory) UserByEmail(ctx context.Context, m organization.Managing, email string) (organization.User, error) {
	return d.user(ctx, func(ctx context.Context, r outbound.UserReader) (organization.User, error) {
		return r.FindByEmail(ctx, m.Scope(), email)
	})
}

func (d *Directory) user(ctx context.Context, find func(ctx context.Context, r outbound.UserReader) (organization.User, error)) (found organization.User, err error) {
	err = d.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		found, err = find(ctx, r.Users())
		return err
	})
	return found, err
}

// AddUser makes a user of the target's.
func (d *Directory) AddUser(ctx context.Context, m organization.Managing, p organization.Profile) (organization.User, error) {
	return d.add(ctx, organization.Arrival{Scope: m.Scope(), Profile: p, By: m.By()}, once{})
}

func (d *Directory) add(ctx context.Context, a organization.Arrival, command once) (added organization.User, err error) {
	now := d.Clock.Now()
	a.ID, a.Colour = d.IDs.New(), d.colour()
	one, facts, err := organization.Admit(a, now)
	if err != nil {
		return organization.User{}, err
	}
	err = again(func() error {
		return d.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			first, known, err := command.first(ctx, tx)
			if err != nil {
				return err
			}
			if known {
				added, err = tx.Users().Find(ctx, a.Scope, first)
				return err
			}
			if err := command.keep(ctx, tx, one.ID, now); err != nil {
				return err
			}
			if added, err = tx.Users().Save(ctx, one); err != nil {
				return err
			}
			return tx.Facts().Append(ctx, facts...)
		})
	})
	if err != nil {
		return organization.User{}, err
	}
	return added, nil
}

// colour is that of an avatar. It tells people apart and means nothing.
func (d *Directory) colour() string {
	sum := sha256.Sum256([]byte(d.Random.Alphanumeric(8)))
	return "#" + hex.EncodeToString(sum[:3])
}

// UpdateUser changes what the change names.
func (d *Directory) UpdateUser(ctx context.Context, m organization.Managing, id string, c organization.ProfileChange) (organization.User, error) {
	find := func(ctx context.Context, r outbound.UserReader) (organization.User, error) {
		return r.Find(ctx, m.Scope(), id)
	}
	return d.update(ctx, find, c, m.By(), once{})
}

func (d *Directory) update(
	ctx context.Context, find func(ctx context.Context, r outbound.UserReader) (organization.User, error), c organization.ProfileChange, by organization.By, command once,
) (updated organization.User, err error) {
	now := d.Clock.Now()
	err = again(func() error {
		return d.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			first, known, err := command.first(ctx, tx)
			if err != nil {
				return err
			}
			if known {
				updated, err = tx.Users().Find(ctx, command.scope, first)
				return err
			}
			was, err := find(ctx, tx.Users())
			if err != nil {
				return err
			}
			next, facts, err := was.Update(c, by, now)
			if err != nil {
				return err
			}
			if err := command.keep(ctx, tx, was.ID, now); err != nil {
				return err
			}
			if updated = next; len(facts) == 0 {
				return nil
			}
			if updated, err = tx.Users().Save(ctx, next); err != nil {
				return err
			}
			return tx.Facts().Append(ctx, facts...)
		})
	})
	if err != nil {
		return organization.User{}, err
	}
	return updated, nil
}

// DeleteUser removes the user, and everything about it but the facts.
func (d *Directory) DeleteUser(ctx context.Context, m organization.Managing, id string) (was organization.User, err error) {
	now := d.Clock.Now()
	err = again(func() error {
		return d.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			if was, err = tx.Users().Find(ctx, m.Scope(), id); err != nil {
				return err
			}
			if err := tx.Users().Delete(ctx, was); err != nil {
				return err
			}
			return tx.Facts().Append(ctx, was.Delete(m.By(), now)...)
		})
	})
	if err != nil {
		return organization.User{}, err
	}
	return was, nil
}
