package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeValues are values of a user, each for the key of the same name.
func storeValues(pairs ...string) (values []organization.Metadatum) {
	for i := 0; i < len(pairs); i += 2 {
		values = append(values, organization.Metadatum{ID: "m-" + pairs[i], Key: pairs[i], Value: pairs[i+1]})
	}
	return values
}

// values expects a user to have values, however it is found.
func (s *Storage) values(t *testing.T, scope organization.Scope, id string, want ...organization.Metadatum) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		byID, err1 := r.Users().Find(ctx, scope, id)
		byEmail, err2 := r.Users().FindByEmail(ctx, scope, id+".hjordis@example.com")
		list, _, err3 := r.Users().List(ctx, scope, storeWhere(organization.FieldEmail, organization.Equals, id+".hjordis@example.com"))
		if err := errors.Join(err1, err2, err3); err != nil || len(list) != 1 {
			return errors.Join(fmt.Errorf("%d in the list", len(list)), err)
		}
		for how, got := range map[string]organization.User{"by identifier": byID, "by address": byEmail, "in a list": list[0]} {
			if !reflect.DeepEqual(got.Metadata, want) {
				t.Errorf("%s %s has %+v, want %+v", id, how, got.Metadata, want)
			}
		}
		return nil
	})
}

// set gives the first user values.
func (s *Storage) set(t *testing.T, values ...organization.Metadatum) {
	t.Helper()
	if err := storeAlter(t.Context(), s, storeScope, "u1", func(u *organization.User) { u.Metadata = values }); err != nil {
		t.Fatal(err)
	}
}

var storeMetadata = []storePromise{
	{"come back as they were set, in the order in which they were set first", func(t *testing.T, s *Storage) {
		s.keys(t, "k1", "k2", "k3")
		u := storeUser(storeScope, "u1")
		u.Metadata = storeValues("k3", "three \"ö\" \u2028", "k1", "1")
		s.admit(t, u, storeUser(storeScope, "u2"))
		s.values(t, storeScope, "u1", u.Metadata...)
		s.values(t, storeScope, "u2")
		s.set(t, storeValues("k3", "three", "k1", "1", "k2", "two")...)
		s.values(t, storeScope, "u1", storeValues("k3", "three", "k1", "1", "k2", "two")...)
		s.set(t, storeValues("k3", "three", "k1", "one", "k2", "two")...)
		s.values(t, storeScope, "u1", storeValues("k3", "three", "k1", "one", "k2", "two")...)
		s.set(t, storeValues("k3", "three", "k2", "two")...)
		s.values(t, storeScope, "u1", storeValues("k3", "three", "k2", "two")...)
		s.set(t, storeValues("k3", "three", "k2", "two", "k1", "again")...)
		s.values(t, storeScope, "u1", storeValues("k3", "three", "k2", "two", "k1", "again")...)
		s.set(t)
		s.values(t, storeScope, "u1")
	}},
	{"may be many", func(t *testing.T, s *Storage) {
		var values []organization.Metadatum
		for i := range 150 {
			s.keys(t, fmt.Sprint("k", i))
			values = append(values, storeValues(fmt.Sprint("k", i), fmt.Sprint("value ", i))...)
		}
		u := storeUser(storeScope, "u1")
		u.Metadata = values
		s.admit(t, u)
		s.values(t, storeScope, "u1", values...)
		values[120].Value = "changed"
		s.set(t, values...)
		s.values(t, storeScope, "u1", values...)
	}},
	{"go with their key, whatever whoever read them before saves", func(t *testing.T, s *Storage) {
		s.keys(t, "k1", "k2")
		u := storeUser(storeScope, "u1")
		u.Metadata = storeValues("k1", "1", "k2", "2")
		s.admit(t, u)
		before := s.user(t, storeScope, "u1")
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.MetaKeys().Remove(ctx, storeMetaKey(storeScope, "k1", "k1"))
		})
		s.values(t, storeScope, "u1", storeValues("k2", "2")...)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			saved, err := tx.Users().Save(ctx, before)
			if !reflect.DeepEqual(saved.Metadata, storeValues("k2", "2")) {
				t.Errorf("saved %+v", saved.Metadata)
			}
			return err
		})
		s.values(t, storeScope, "u1", storeValues("k2", "2")...)
		s.keys(t, "k3")
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { // the name comes back, the values do not
			return tx.MetaKeys().Add(ctx, storeMetaKey(storeScope, "k1-again", "k1"))
		})
		s.values(t, storeScope, "u1", storeValues("k2", "2")...)
	}},
	{"are kept for keys of the user's own scope only", func(t *testing.T, s *Storage) {
		for i, scope := range []organization.Scope{storeOther.Scope(organization.Production), storeHome.Scope(organization.Sandbox)} {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				return tx.MetaKeys().Add(ctx, storeMetaKey(scope, fmt.Sprint("foreign", i), "x"))
			})
		}
		s.keys(t, "k1")
		u := storeUser(storeScope, "u1")
		u.Metadata = storeValues("foreign0", "1", "foreign1", "2", "never", "3", "k1", "4", "\x00", "5", "\xff", "6")
		s.admit(t, u)
		s.values(t, storeScope, "u1", storeValues("k1", "4")...)
	}},
	{"go with their user", func(t *testing.T, s *Storage) {
		s.keys(t, "k1")
		u := storeUser(storeScope, "u1")
		u.Metadata = storeValues("k1", "1")
		s.admit(t, u)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Users().Delete(ctx, u) })
		s.admit(t, storeUser(storeScope, "u1"))
		s.values(t, storeScope, "u1")
	}},
	{"are never kept for a key that goes at the same time", func(t *testing.T, s *Storage) {
		const keys, users = 8, 6
		for i := range keys {
			s.keys(t, fmt.Sprint("k", i))
			for j := range users {
				s.admit(t, storeUser(storeScope, fmt.Sprint("u", i, "of", j)))
			}
		}
		won, lost := storeRace(t, keys*(users+1), func(i int) error {
			key, user := fmt.Sprint("k", i/(users+1)), fmt.Sprint("u", i/(users+1), "of", i%(users+1))
			if i%(users+1) == users {
				return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
					return tx.MetaKeys().Remove(ctx, storeMetaKey(storeScope, key, key))
				})
			}
			return storeAlter(t.Context(), s, storeScope, user, func(u *organization.User) { u.Metadata = storeValues(key, "1") })
		})
		if won != keys*(users+1) {
			t.Errorf("%d won, lost: %v", won, lost)
		}
		for i := range keys * users {
			s.values(t, storeScope, fmt.Sprint("u", i/users, "of", i%users))
		}
	}},
}
