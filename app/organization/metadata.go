package organization

import (
	"context"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// MetaKeys reads a page of what the target wants to know of its users.
func (d *Directory) MetaKeys(ctx context.Context, m organization.Managing, l organization.Listing) (list []organization.MetaKey, total int, err error) {
	err = d.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		list, total, err = r.MetaKeys().List(ctx, m.Scope(), l)
		return err
	})
	return list, total, err
}

// EveryMetaKey gives all keys of the target, by identifier.
func (d *Directory) EveryMetaKey(ctx context.Context, m organization.Managing) (map[string]organization.MetaKey, error) {
	keys := map[string]organization.MetaKey{}
	err := d.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		all, err := r.MetaKeys().All(ctx, m.Scope())
		for _, k := range all {
			keys[k.ID] = k
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return keys, nil
}

// AddMetaKey makes a key; its name is free for one in the target's scope.
func (d *Directory) AddMetaKey(ctx context.Context, m organization.Managing, name string, t organization.MetaType, required bool) (organization.MetaKey, error) {
	key, facts, err := organization.Define(organization.MetaKey{ID: d.IDs.New(), Scope: m.Scope(), Name: name, Type: t, Required: required}, m.By(), d.Clock.Now())
	if err != nil {
		return organization.MetaKey{}, err
	}
	err = d.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.MetaKeys().Add(ctx, key); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		return organization.MetaKey{}, err
	}
	return key, nil
}

// RemoveMetaKey takes a key away, with what users have for it, and gives it as it was.
func (d *Directory) RemoveMetaKey(ctx context.Context, m organization.Managing, name string) (was organization.MetaKey, err error) {
	now := d.Clock.Now()
	err = d.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if was, err = tx.MetaKeys().FindByName(ctx, m.Scope(), name); err != nil {
			return err
		}
		if err := tx.MetaKeys().Remove(ctx, was); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, was.Remove(m.By(), now)...)
	})
	if err != nil {
		return organization.MetaKey{}, err
	}
	return was, nil
}

// SetMetadata gives a user a value for a key of the target's. An unknown user is blamed before an unknown key.
func (d *Directory) SetMetadata(ctx context.Context, m organization.Managing, userID, key, value string) (updated organization.User, err error) {
	now, id := d.Clock.Now(), d.IDs.New()
	err = again(func() error {
		return d.Work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			u, err := tx.Users().Find(ctx, m.Scope(), userID)
			if err != nil {
				return err
			}
			k, err := tx.MetaKeys().FindByName(ctx, m.Scope(), key)
			if err != nil {
				return err
			}
			next, facts, err := u.SetMetadata(k, value, id, m.By(), now)
			if err != nil {
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
