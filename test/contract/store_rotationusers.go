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

const storeCrowd = 12

// storeMember is one of the users that keepUsers keeps; every other one has a value for a key.
func storeMember(i int) organization.User {
	u := storeUser(storeScope, fmt.Sprint("u", i))
	if i%2 == 1 {
		u.Metadata = storeValues("k1", fmt.Sprint("value-of-user-", i))
	}
	return u
}

func (s *Storage) keepUsers(t *testing.T) {
	t.Helper()
	s.keys(t, "k1")
	for i := range storeCrowd {
		s.admit(t, storeMember(i))
	}
}

// keptUsers expects them to be found, and their addresses to be theirs.
func (s *Storage) keptUsers(t *testing.T) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		for i := range storeCrowd {
			want := storeMember(i)
			got, err := r.Users().FindByEmail(ctx, storeScope, want.Profile.Email)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("user %d comes back otherwise, %v", i, err)
			}
		}
		return nil
	})
	thief := storeAs(storeUser(storeScope, "thief"), storeMember(storeCrowd-1).Profile.Email)
	thief.Version = 0
	s.fails(t, organization.ErrUserEmail, func(ctx context.Context, tx outbound.Tx) error {
		_, err := tx.Users().Save(ctx, thief)
		return err
	})
}

var storeRotationUsers = []storePromise{
	{"leaves a user's version as it is, so that what was read before can be saved", func(t *testing.T, s *Storage) {
		s.keepUsers(t)
		before := s.user(t, storeScope, "u1")
		s.Ring.Add("two")
		s.Ring.Activate("two")
		if err := storeRekey(t.Context(), s, 10); err != nil {
			t.Fatal(err)
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { _, err := tx.Users().Save(ctx, before); return err })
	}},
	{"needs a key for a value that was written with it, too", func(t *testing.T, s *Storage) {
		s.keepUsers(t)
		s.Ring.Add("two")
		s.Ring.Activate("two")
		if err := storeRekey(t.Context(), s, 10); err != nil {
			t.Fatal(err)
		}
		s.Ring.Activate("one")
		values := s.user(t, storeScope, "u1").Metadata
		values[0].Value = "value-that-is-late"
		s.set(t, values...)
		s.Ring.Activate("two")
		if err := storeAlter(t.Context(), s, storeScope, "u1", func(*organization.User) {}); err != nil { // which seals the user anew
			t.Fatal(err)
		}
		if n := s.needing(t, "one"); n != 1 {
			t.Errorf("%d need the old key", n)
		}
		if err := s.Forget(t.Context(), "one"); !errors.Is(err, outbound.ErrKeyNeeded) {
			t.Errorf("forgot a key that is needed: %v", err)
		}
		if err := storeRekey(t.Context(), s, 10); err != nil {
			t.Fatal(err)
		}
		if n := s.needing(t, "one"); n != 0 {
			t.Errorf("%d need the old key", n)
		}
		s.Ring.Remove("one")
		if got := s.user(t, storeScope, "u1").Metadata; !reflect.DeepEqual(got, values) {
			t.Error("the value comes back otherwise")
		}
	}},
	{"refuses users and values that were moved to another record", func(t *testing.T, s *Storage) {
		s.keepUsers(t)
		s.Exec(t, `UPDATE users SET sealed = (SELECT o.sealed FROM users o WHERE o.id = ?) WHERE id = ?`, "u2", "u0")
		s.Exec(t, `UPDATE user_metadata SET sealed = (SELECT o.sealed FROM user_metadata o WHERE o.user_id = ?) WHERE user_id = ?`, "u3", "u1")
		s.Exec(t, `UPDATE user_metadata SET user_id = ? WHERE user_id = ?`, "u4", "u5")
		for what, read := range map[string]func(ctx context.Context, r outbound.Reader) error{
			"a user": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Users().Find(ctx, storeScope, "u0")
				return err
			},
			"a value": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Users().Find(ctx, storeScope, "u1")
				return err
			},
			"a value of another's": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Users().Find(ctx, storeScope, "u4")
				return err
			},
			"by address": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Users().FindByEmail(ctx, storeScope, storeMember(0).Profile.Email)
				return err
			},
			"in a list": func(ctx context.Context, r outbound.Reader) error {
				_, _, err := r.Users().List(ctx, storeScope, organization.Listing{Limit: 100})
				return err
			},
			"addresses": func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Users().Emails(ctx, storeScope, []string{"u0"})
				return err
			},
		} {
			if err := s.View(t.Context(), read); !errors.Is(err, outbound.ErrSealBroken) {
				t.Errorf("%s: %v", what, err)
			}
		}
		s.user(t, storeScope, "u2")
		s.Ring.Add("two")
		s.Ring.Activate("two")
		if err := storeRekey(t.Context(), s, 10); !errors.Is(err, outbound.ErrSealBroken) {
			t.Errorf("moved what it could not read: %v", err)
		}
	}},
	{"admits no duplicate address while some processes know the new key and some have not heard of it", func(t *testing.T, s *Storage) {
		s.keepUsers(t)
		knows := NewRing("one")
		knows.Add("two")
		processes := []Store{s, s.Beside(t, knows)}
		won, lost := storeRace(t, storeCrowd, func(i int) error {
			return storeAlter(t.Context(), processes[i%2], storeScope, fmt.Sprint("u", i), func(u *organization.User) { u.Profile.Email = "wanted@example.com" })
		})
		if won != 1 || lost[organization.ErrUserEmail.Error()] != storeCrowd-1 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
		last := s.Beside(t, NewRing("one", "two"))
		if err := storeRekey(t.Context(), last, 100); err != nil {
			t.Fatal(err)
		}
		if n, err := last.Needing(t.Context(), "one"); n != 0 || err != nil {
			t.Errorf("%d need the old key, %v", n, err)
		}
	}},
}
