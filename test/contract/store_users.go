package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeUser is a user as it is once admitted, without values for keys.
func storeUser(scope organization.Scope, id string) organization.User {
	return organization.User{
		ID: id, Scope: scope, Colour: "#a1b2c3", CreatedAt: storeNow, UpdatedAt: storeNow.Add(time.Minute), Version: 1, Sequence: 1,
		Profile: organization.Profile{
			Email: id + ".Hjordis@example.com", GivenName: "Hjördis \"Ø\"", FamilyName: "Vidfamne\u2028", Nickname: "Hjorta", Gender: "female",
			Birthdate: "1912-12-12", Phone: "+46 70-174 06 05", Picture: "https://picture.example/1", Page: "https://page.example/2",
			Website: "https://website.example/3", Zone: "Europe/Stockholm", Locale: "sv-SE",
			Address: organization.Address{
				Country: "SE", Formatted: "Storgatan 17\nKiruna", Locality: "Kiruna", PostalCode: "98765", Region: "Lappland", Street: "Storgatan 17",
			},
		},
	}
}

// admit keeps users that were never saved.
func (s *Storage) admit(t *testing.T, list ...organization.User) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, u := range list {
			u.Version = 0
			saved, err := tx.Users().Save(ctx, u)
			if err != nil {
				return err
			}
			if saved.Version != 1 {
				t.Errorf("user %s is at version %d", u.ID, saved.Version)
			}
		}
		return nil
	})
}

// user reads a user that must be there.
func (s *Storage) user(t *testing.T, scope organization.Scope, id string) (u organization.User) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) (err error) {
		u, err = r.Users().Find(ctx, scope, id)
		return err
	})
	return u
}

// storeAlter loads a user, changes it and saves it, in one unit of work.
func storeAlter(ctx context.Context, s outbound.UnitOfWork, scope organization.Scope, id string, change func(*organization.User)) error {
	return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		u, err := tx.Users().Find(ctx, scope, id)
		if err != nil {
			return err
		}
		change(&u)
		_, err = tx.Users().Save(ctx, u)
		return err
	})
}

// storeAs is the user with another address.
func storeAs(u organization.User, email string) organization.User {
	u.Profile.Email = email
	return u
}

var storeUsers = []storePromise{
	{"come back as they were saved, by identifier and address", func(t *testing.T, s *Storage) {
		full := storeAs(storeUser(storeScope, "u1"), "Hjördis@Example.COM")
		bare := organization.User{ID: "u2", Scope: storeScope, Profile: organization.Profile{Email: "b@example.com"}, CreatedAt: storeNow, UpdatedAt: storeNow, Version: 1}
		s.admit(t, full, bare)
		for _, want := range []organization.User{full, bare} {
			if got := s.user(t, storeScope, want.ID); !reflect.DeepEqual(got, want) {
				t.Errorf("%s comes back otherwise", want.ID)
			}
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, email := range []string{"Hjördis@Example.COM", "hjördis@example.com", " HJÖRDIS@EXAMPLE.COM "} {
				if got, err := r.Users().FindByEmail(ctx, storeScope, email); err != nil || !reflect.DeepEqual(got, full) {
					t.Errorf("%q: %v", email, err)
				}
			}
			for _, email := range []string{"", "hjordis@example.com", "hjördis@example.co", "jördis@example.com", "\xff", "a\x00"} {
				if _, err := r.Users().FindByEmail(ctx, storeScope, email); !errors.Is(err, organization.ErrNoUser) {
					t.Errorf("%q: %v", email, err)
				}
			}
			for _, id := range []string{"", "U1", "u", "u3", "u1\x00", "\xff"} {
				if _, err := r.Users().Find(ctx, storeScope, id); !errors.Is(err, organization.ErrNoUser) {
					t.Errorf("%q: %v", id, err)
				}
			}
			return nil
		})
	}},
	{"are not seen, changed, counted or deleted elsewhere", func(t *testing.T, s *Storage) {
		u := storeUser(storeScope, "u1")
		s.admit(t, u)
		for where, scope := range storeElsewhere {
			t.Run(where, func(t *testing.T) {
				s.view(t, func(ctx context.Context, r outbound.Reader) error {
					_, byID := r.Users().Find(ctx, scope, "u1")
					_, byEmail := r.Users().FindByEmail(ctx, scope, u.Profile.Email)
					list, total, err1 := r.Users().List(ctx, scope, organization.Listing{Limit: 10})
					emails, err2 := r.Users().Emails(ctx, scope, []string{"u1"})
					n, err3 := r.Users().Count(ctx, scope)
					if !errors.Is(byID, organization.ErrNoUser) || !errors.Is(byEmail, organization.ErrNoUser) || len(list)+total+len(emails)+n > 0 {
						t.Errorf("found: %v, %v, %d of %d, %d addresses, counted %d", byID, byEmail, len(list), total, len(emails), n)
					}
					return errors.Join(err1, err2, err3)
				})
				foreign := u
				foreign.Scope = scope
				s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
					_, err := tx.Users().Save(ctx, foreign)
					return err
				})
				s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Users().Delete(ctx, foreign) })
			})
		}
		if got := s.user(t, storeScope, "u1"); !reflect.DeepEqual(got, u) {
			t.Error("it has changed")
		}
	}},
	{"replace the version they were read at, and no other", func(t *testing.T, s *Storage) {
		first := storeUser(storeScope, "u1")
		s.admit(t, first)
		next := storeAs(first, "new@example.com")
		next.Sequence, next.UpdatedAt, next.Colour = 2, storeNow.Add(time.Hour), "#000000"
		s.do(t, func(ctx context.Context, tx outbound.Tx) (err error) {
			asked := next
			asked.CreatedAt = storeNow.Add(time.Hour) // when it was made stays as it is
			next, err = tx.Users().Save(ctx, asked)
			return err
		})
		next.CreatedAt = storeNow
		if got := s.user(t, storeScope, "u1"); got.Version != 2 || !reflect.DeepEqual(got, next) {
			t.Errorf("it comes back otherwise, at version %d", got.Version)
		}
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { _, err := tx.Users().Save(ctx, first); return err })
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Users().Delete(ctx, first) })
		first.Version = 0
		s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error { _, err := tx.Users().Save(ctx, first); return err })
		never := storeUser(storeScope, "u2")
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { _, err := tx.Users().Save(ctx, never); return err })
		if got := s.user(t, storeScope, "u1"); !reflect.DeepEqual(got, next) {
			t.Error("a refused change is there")
		}
	}},
	{"own their address in their scope, however it is spelled", func(t *testing.T, s *Storage) {
		first, second := storeAs(storeUser(storeScope, "u1"), "Mette@Example.com"), storeAs(storeUser(storeScope, "u2"), "mETTE@eXAMPLE.com")
		second.Version = 0
		s.admit(t, first)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Users().Save(ctx, second)
			storeBlames(t, err, organization.ErrUserEmail, "email")
			return nil // whatever was written is kept
		})
		for i, scope := range []organization.Scope{storeOther.Scope(organization.Production), storeHome.Scope(organization.Sandbox)} {
			elsewhere := second
			elsewhere.Scope, elsewhere.ID = scope, fmt.Sprint("elsewhere", i)
			s.admit(t, elsewhere)
		}
		// A changed address is free for others.
		if err := storeAlter(t.Context(), s, storeScope, "u1", func(u *organization.User) { u.Profile.Email = "new@example.com" }); err != nil {
			t.Fatal(err)
		}
		s.admit(t, second)
		err := storeAlter(t.Context(), s, storeScope, "u1", func(u *organization.User) { u.Profile.Email = second.Profile.Email })
		storeBlames(t, err, organization.ErrUserEmail, "email")
		if got := s.user(t, storeScope, "u1"); got.Version != 2 || got.Profile.Email != "new@example.com" {
			t.Errorf("a refused change left version %d", got.Version)
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			second.Version = 1
			return tx.Users().Delete(ctx, second)
		})
		if err := storeAlter(t.Context(), s, storeScope, "u1", func(u *organization.User) { u.Profile.Email = second.Profile.Email }); err != nil {
			t.Errorf("an address that was given up: %v", err)
		}
	}},
	{"may spell their own address anew", func(t *testing.T, s *Storage) {
		s.admit(t, storeAs(storeUser(storeScope, "u1"), "mette@example.com"))
		if err := storeAlter(t.Context(), s, storeScope, "u1", func(u *organization.User) { u.Profile.Email = "Mette@Example.com" }); err != nil {
			t.Fatal(err)
		}
		if got := s.user(t, storeScope, "u1"); got.Profile.Email != "Mette@Example.com" {
			t.Error("it is spelled as before")
		}
	}},
	{"win an address once, of many that want it at the same time", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 20, func(i int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				u := storeAs(storeUser(storeScope, fmt.Sprint("u", i)), "wanted@example.com")
				u.Version = 0
				_, err := tx.Users().Save(ctx, u)
				return err
			})
		})
		if won != 1 || lost[organization.ErrUserEmail.Error()] != 19 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			n, err := r.Users().Count(ctx, storeScope)
			if n != 1 {
				t.Errorf("there are %d", n)
			}
			return err
		})
	}},
	{"win an address once, of many that change theirs at the same time", func(t *testing.T, s *Storage) {
		for i := range 20 {
			s.admit(t, storeUser(storeScope, fmt.Sprint("u", i)))
		}
		won, lost := storeRace(t, 20, func(i int) error {
			return storeAlter(t.Context(), s, storeScope, fmt.Sprint("u", i), func(u *organization.User) { u.Profile.Email = "wanted@example.com" })
		})
		if won != 1 || lost[organization.ErrUserEmail.Error()] != 19 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
	}},
	{"lose no change, however many save at the same time", func(t *testing.T, s *Storage) {
		s.admit(t, storeUser(storeScope, "u1"))
		won, lost := storeRace(t, 20, func(int) error {
			return storeAlter(t.Context(), s, storeScope, "u1", func(u *organization.User) { u.Sequence++ })
		})
		if got := s.user(t, storeScope, "u1"); won == 0 || got.Sequence != int64(won)+1 {
			t.Errorf("%d won; sequence %d; lost: %v", won, got.Sequence, lost)
		}
	}},
	{"are gone once deleted", func(t *testing.T, s *Storage) {
		u, other := storeUser(storeScope, "u1"), storeUser(storeScope, "u2")
		s.admit(t, u, other)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Users().Delete(ctx, u) })
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Users().Delete(ctx, u) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			_, byID := r.Users().Find(ctx, storeScope, "u1")
			_, byEmail := r.Users().FindByEmail(ctx, storeScope, u.Profile.Email)
			if !errors.Is(byID, organization.ErrNoUser) || !errors.Is(byEmail, organization.ErrNoUser) {
				t.Errorf("found: %v, %v", byID, byEmail)
			}
			n, err := r.Users().Count(ctx, storeScope)
			if n != 1 {
				t.Errorf("there are %d", n)
			}
			return err
		})
		if got := s.user(t, storeScope, "u2"); !reflect.DeepEqual(got, other) {
			t.Error("the other one has changed")
		}
		s.admit(t, u)
	}},
	{"belong to an organization", func(t *testing.T, s *Storage) {
		lost := storeUser(organization.Scope{Organization: "0190-nobody", Environment: organization.Production}, "u1")
		lost.Version = 0
		s.fails(t, organization.ErrNoOrganization, func(ctx context.Context, tx outbound.Tx) error { _, err := tx.Users().Save(ctx, lost); return err })
	}},
}
