package orgapi_test

import (
	"context"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

// Directory.

// found is the user as the scope of whoever asks knows it.
func (h *house) found(m organization.Managing, known bool) (organization.User, error) {
	if !known || m.Scope() != h.user.Scope {
		return organization.User{}, organization.ErrNoUser
	}
	u := h.user
	if h.bare {
		u.Metadata = nil
	}
	return u, nil
}

func (h *house) Users(_ context.Context, m organization.Managing, l organization.Listing) ([]organization.User, int, error) {
	if err := h.note(l); err != nil {
		return nil, 0, err
	}
	if m.Scope() != h.user.Scope {
		return nil, 0, nil
	}
	u, err := h.found(m, true)
	poor := organization.User{ID: "poor", Colour: "#000000", CreatedAt: then, UpdatedAt: then, Profile: organization.Profile{Email: "poor@example.com"}}
	return []organization.User{u, poor}, 2, err
}

func (h *house) User(_ context.Context, m organization.Managing, id string) (organization.User, error) {
	if err := h.note(id); err != nil {
		return organization.User{}, err
	}
	return h.found(m, id == userID)
}

func (h *house) UserByEmail(_ context.Context, m organization.Managing, email string) (organization.User, error) {
	if err := h.note(email); err != nil {
		return organization.User{}, err
	}
	return h.found(m, strings.EqualFold(email, h.user.Profile.Email))
}

func (h *house) AddUser(_ context.Context, m organization.Managing, p organization.Profile) (organization.User, error) {
	u, _, err := organization.Admit(organization.Arrival{ID: userID, Scope: m.Scope(), Colour: "#3fa9f5", Profile: p, By: m.By()}, then)
	if noted := h.note(p); noted != nil {
		err = noted
	}
	return u, err
}

func (h *house) UpdateUser(_ context.Context, m organization.Managing, id string, c organization.ProfileChange) (organization.User, error) {
	if err := h.note(c); err != nil {
		return organization.User{}, err
	}
	u, err := h.found(m, id == userID)
	if err != nil {
		return u, err
	}
	u, _, err = u.Update(c, m.By(), then.AddDate(0, 0, 1))
	return u, err
}

func (h *house) DeleteUser(_ context.Context, m organization.Managing, id string) (organization.User, error) {
	if err := h.note("delete " + id); err != nil {
		return organization.User{}, err
	}
	return h.found(m, id == userID)
}

func (h *house) EveryMetaKey(_ context.Context, m organization.Managing) (map[string]organization.MetaKey, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys++
	return map[string]organization.MetaKey{"key-1": h.metaKey(m)}, nil
}

func (h *house) metaKey(m organization.Managing) organization.MetaKey {
	return organization.MetaKey{ID: "key-1", Scope: m.Scope(), Name: "colour", Type: organization.MetaString, Required: true, CreatedAt: then}
}

func (h *house) MetaKeys(_ context.Context, m organization.Managing, l organization.Listing) ([]organization.MetaKey, int, error) {
	return []organization.MetaKey{h.metaKey(m)}, 1, h.note(l)
}

func (h *house) AddMetaKey(_ context.Context, m organization.Managing, name string, t organization.MetaType, required bool) (organization.MetaKey, error) {
	k, _, err := organization.Define(organization.MetaKey{ID: "key-1", Scope: m.Scope(), Name: name, Type: t, Required: required}, m.By(), then)
	if noted := h.note(k); noted != nil {
		err = noted
	}
	return k, err
}

func (h *house) RemoveMetaKey(_ context.Context, m organization.Managing, name string) (organization.MetaKey, error) {
	if err := h.note(name); err != nil {
		return organization.MetaKey{}, err
	}
	if k := h.metaKey(m); k.Name == name {
		return k, nil
	}
	return organization.MetaKey{}, organization.ErrNoMetaKey
}

func (h *house) SetMetadata(_ context.Context, m organization.Managing, id, key, value string) (organization.User, error) {
	if err := h.note([]string{id, key, value}); err != nil {
		return organization.User{}, err
	}
	u, err := h.found(m, id == userID)
	if err != nil {
		return u, err
	}
	k := h.metaKey(m)
	if k.Name != key {
		return organization.User{}, organization.ErrNoMetaKey
	}
	u, _, err = u.SetMetadata(k, value, "metadatum-1", m.By(), then)
	return u, err
}

// Applications.

func (h *house) foundApp(m organization.Managing, id string) (organization.Application, error) {
	for _, a := range []organization.Application{h.app, h.deletedApp} {
		if a.ID == id && a.Scope == m.Scope() {
			return a, nil
		}
	}
	return organization.Application{}, organization.ErrNoApplication
}

func (h *house) Applications(_ context.Context, m organization.Managing, l organization.Listing) ([]organization.Application, int, error) {
	if err := h.note(l); err != nil {
		return nil, 0, err
	}
	if m.Scope() != h.app.Scope {
		return nil, 0, nil
	}
	return []organization.Application{h.app}, 1, nil
}

func (h *house) Application(_ context.Context, m organization.Managing, id string) (organization.Application, error) {
	if err := h.note(id); err != nil {
		return organization.Application{}, err
	}
	return h.foundApp(m, id)
}

func (h *house) AddApplication(_ context.Context, m organization.Managing, s organization.ApplicationSettings) (organization.Application, error) {
	a, _, err := organization.Register(appID, m.Scope(), s, m.By(), then)
	if noted := h.note(s); noted != nil {
		err = noted
	}
	return a, err
}

func (h *house) UpdateApplication(_ context.Context, m organization.Managing, id string, change func(organization.ApplicationSettings) organization.ApplicationSettings) (organization.Application, error) {
	a, err := h.foundApp(m, id)
	if err != nil || a.Deleted() {
		return organization.Application{}, organization.ErrNoApplication
	}
	if err := h.note(change(a.Settings)); err != nil {
		return organization.Application{}, err
	}
	a, _, err = a.Update(change(a.Settings), m.By(), then)
	return a, err
}

func (h *house) DeleteApplication(_ context.Context, m organization.Managing, id string) (organization.Application, error) {
	if err := h.note("delete " + id); err != nil {
		return organization.Application{}, err
	}
	return h.foundApp(m, id)
}
