package contract

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// found adds organizations.
func (s *Storage) found(t *testing.T, list ...organization.Organization) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, o := range list {
			if err := tx.Organizations().Add(ctx, o); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Storage) organization(t *testing.T, id string) (o organization.Organization) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) (err error) {
		o, err = r.Organizations().Find(ctx, id)
		return err
	})
	return o
}

func (s *Storage) gone(t *testing.T, domain string) (gone organization.Gone, err error) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		gone, err = r.Organizations().Gone(ctx, domain)
		return nil
	})
	return gone, err
}

var storeRoots = []storePromise{
	{"manage themselves unless it is said who does", func(t *testing.T, s *Storage) {
		own, managed := storeOrganization("own", "Own", ""), storeOrganization("managed", "Managed", storeHome.ID)
		unsaid := own
		unsaid.Root = ""
		s.found(t, unsaid, managed)
		for _, want := range []organization.Organization{own, managed} {
			if got := s.organization(t, want.ID); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v", got)
			}
		}
	}},
	{"cannot be managed by nobody", func(t *testing.T, s *Storage) {
		s.fails(t, organization.ErrNoOrganization, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Organizations().Add(ctx, storeOrganization("new", "New", "0190-nobody"))
		})
		s.found(t, storeOrganization("new", "New", storeHome.ID)) // its domain is not taken
	}},
	{"replace name and details of the version that was read, and no other", func(t *testing.T, s *Storage) {
		next := s.organization(t, storeHome.ID)
		next.Name, next.Details, next.UpdatedAt, next.Sequence = "Home \"&\" Sons", organization.Details{Country: "SE"}, storeNow.Add(time.Hour), 2
		asked := next
		asked.Domain, asked.Hosts, asked.Root, asked.CreatedAt, asked.Demo = "stolen", nil, storeOther.ID, storeNow.Add(time.Hour), true
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			saved, err := tx.Organizations().Save(ctx, asked)
			if saved.Version != 2 {
				t.Errorf("saved at version %d", saved.Version)
			}
			return err
		})
		next.Version = 2
		if got := s.organization(t, storeHome.ID); !reflect.DeepEqual(got, next) {
			t.Errorf("got  %+v\nwant %+v", got, next)
		}
		for _, version := range []int64{0, 1, 3} {
			stale := next
			stale.Version, stale.Name = version, "stale"
			s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
				_, err := tx.Organizations().Save(ctx, stale)
				return err
			})
		}
		stranger := next
		stranger.ID = "0190-nobody"
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Organizations().Save(ctx, stranger)
			return err
		})
		if got := s.organization(t, storeOther.ID); !reflect.DeepEqual(got, storeOther) {
			t.Errorf("the other one became %+v", got)
		}
	}},
	{"lose no change, however many save at the same time", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 20, func(int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				o, err := tx.Organizations().Find(ctx, storeHome.ID)
				if err != nil {
					return err
				}
				o.Sequence++
				_, err = tx.Organizations().Save(ctx, o)
				return err
			})
		})
		if got := s.organization(t, storeHome.ID); won == 0 || got.Sequence != int64(won)+1 || got.Version != int64(won)+1 {
			t.Errorf("%d won; sequence %d, version %d; lost: %v", won, got.Sequence, got.Version, lost)
		}
	}},
	{"take those that they manage along, whose domains stay taken, too", func(t *testing.T, s *Storage) {
		s.found(t, storeOrganization("a", "A", storeHome.ID), storeOrganization("b", "B", storeHome.ID), storeOrganization("c", "C", storeOther.ID))
		scope := organization.Scope{Organization: "0190-a", Environment: organization.Sandbox}
		s.admit(t, storeUser(scope, "u1"), storeUser(storeScope, "u2"), storeUser(storeOther.Scope(organization.Production), "u3"))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.MetaKeys().Add(ctx, storeMetaKey(scope, "k1", "x")), tx.Receipts().Add(ctx, scope, "create", "1", "done", storeNow))
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, storeHome.ID) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for id, there := range map[string]bool{"0190-home": false, "0190-a": false, "0190-b": false, "0190-c": true, "0190-other": true} {
				if _, err := r.Organizations().Find(ctx, id); (err == nil) != there {
					t.Errorf("%s: %v", id, err)
				}
			}
			for id, scope := range map[string]organization.Scope{"u1": scope, "u2": storeScope} {
				if _, err := r.Users().Find(ctx, scope, id); !errors.Is(err, organization.ErrNoUser) {
					t.Errorf("%s: %v", id, err)
				}
			}
			if keys, err := r.MetaKeys().All(ctx, scope); err != nil || len(keys) > 0 {
				t.Errorf("keys: %v, %v", keys, err)
			}
			if _, ok, err := r.Receipts().Find(ctx, scope, "create", "1"); ok || err != nil {
				t.Errorf("receipt: %v, %v", ok, err)
			}
			_, err := r.Users().Find(ctx, storeOther.Scope(organization.Production), "u3")
			return err
		})
		for domain, id := range map[string]string{"home": "0190-home", "a": "0190-a", "b": "0190-b"} {
			want := organization.Gone{ID: id, Root: storeHome.ID, Domain: domain}
			if got, err := s.gone(t, domain); got != want || err != nil {
				t.Errorf("%s: %+v, %v", domain, got, err)
			}
			again := storeOrganization("new", "New", "")
			again.Domain = domain
			s.fails(t, organization.ErrDomainTaken, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Add(ctx, again) })
		}
		for _, domain := range []string{"other", "c", "never", "", "HOME", "home\x00", "\xff"} {
			if got, err := s.gone(t, domain); !errors.Is(err, organization.ErrNoOrganization) {
				t.Errorf("%q: %+v, %v", domain, got, err)
			}
		}
	}},
	{"do not go with one that they manage", func(t *testing.T, s *Storage) {
		s.found(t, storeOrganization("a", "A", storeHome.ID), storeOrganization("b", "B", storeHome.ID))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, "0190-a") })
		s.fails(t, organization.ErrNoOrganization, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, "0190-a") })
		s.organization(t, storeHome.ID)
		s.organization(t, "0190-b")
	}},
	{"leave nothing behind that was founded while they were deleted", func(t *testing.T, s *Storage) {
		const n = 20
		storeRace(t, n, func(i int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				if i == n/2 {
					return tx.Organizations().Delete(ctx, storeHome.ID)
				}
				return tx.Organizations().Add(ctx, storeOrganization(string(rune('a'+i)), "x", storeHome.ID))
			})
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			list, err := r.Organizations().List(ctx)
			if len(list) != 1 || list[0].ID != storeOther.ID {
				t.Errorf("left are %+v", list)
			}
			return err
		})
	}},
}
