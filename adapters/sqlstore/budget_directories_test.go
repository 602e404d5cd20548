package sqlstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// member is a user that was never saved.
func member(id string, values ...organization.Metadatum) (organization.User, []audit.Fact, error) {
	u, facts, err := organization.Admit(organization.Arrival{
		ID: id, Scope: scope, Colour: "#a1b2c3", Profile: organization.Profile{Email: id + "@example.com", GivenName: "Anna"},
	}, now)
	u.Metadata = values
	return u, facts, err
}

func admit(ctx context.Context, s *sqlstore.Store, id string, values ...organization.Metadatum) error {
	u, facts, err := member(id, values...)
	if err != nil {
		return err
	}
	return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if _, err := tx.Users().Save(ctx, u); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
}

// directory is the requests of management clients, in an order in which each finds what it needs.
func directory(t *testing.T) []request {
	t.Helper()
	view := func(read func(ctx context.Context, r outbound.Reader) error) func(context.Context, *sqlstore.Store) error {
		return func(ctx context.Context, s *sqlstore.Store) error { return s.View(ctx, read) }
	}
	return []request{
		{"a managed organization", func(ctx context.Context, s *sqlstore.Store) error {
			o, facts, err := organization.Found(organization.Founding{ID: "o2", Root: "o1", Name: "Managed"}, now)
			if err != nil {
				return err
			}
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				if err := tx.Organizations().Add(ctx, o); err != nil {
					return err
				}
				return tx.Facts().Append(ctx, facts...)
			})
		}, sqlstore.Counts{Selects: 1, Writes: 4, Commits: 1}},
		{"a client that manages", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				return tx.Clients().Add(ctx, organization.Client{ID: "c9", Scope: scope, Kind: organization.KindManagement, Identifier: "key", CreatedAt: now})
			})
		}, sqlstore.Counts{Selects: 1, Writes: 1, Commits: 1}},
		{"its request", view(func(ctx context.Context, r outbound.Reader) error {
			m, err := r.Clients().Managing(ctx, "key", organization.Target{Domain: "managed"})
			if m.Target.ID != "o2" {
				t.Errorf("the target is %q", m.Target.ID)
			}
			return err
		}), sqlstore.Counts{Selects: 1}},
		{"two keys", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				for i := range 2 {
					k := organization.MetaKey{ID: fmt.Sprint("k", i), Scope: scope, Name: fmt.Sprint("k", i), Type: organization.MetaString, CreatedAt: now}
					if err := tx.MetaKeys().Add(ctx, k); err != nil {
						return err
					}
				}
				return nil
			})
		}, sqlstore.Counts{Writes: 2, Commits: 1}},
		{"a user that comes", func(ctx context.Context, s *sqlstore.Store) error { return admit(ctx, s, "u1") },
			sqlstore.Counts{Writes: 4, Commits: 1}},
		{"a user that comes with two values", func(ctx context.Context, s *sqlstore.Store) error {
			return admit(ctx, s, "u2", organization.Metadatum{ID: "m0", Key: "k0", Value: "0"}, organization.Metadatum{ID: "m1", Key: "k1", Value: "1"})
		}, sqlstore.Counts{Selects: 1, Writes: 5, Commits: 1}},
		{"a user", view(func(ctx context.Context, r outbound.Reader) error {
			u, err := r.Users().Find(ctx, scope, "u2")
			if len(u.Metadata) != 2 {
				t.Errorf("it has %d values", len(u.Metadata))
			}
			return err
		}), sqlstore.Counts{Selects: 1}},
		{"a user by address", view(func(ctx context.Context, r outbound.Reader) error {
			_, err := r.Users().FindByEmail(ctx, scope, "u2@example.com")
			return err
		}), sqlstore.Counts{Selects: 1}},
		{"a page of users", view(func(ctx context.Context, r outbound.Reader) error {
			_, total, err := r.Users().List(ctx, scope, organization.Listing{Limit: 10})
			if total != 2 {
				t.Errorf("there are %d", total)
			}
			return err
		}), sqlstore.Counts{Selects: 2}},
		{"a page behind the last", view(func(ctx context.Context, r outbound.Reader) error {
			_, total, err := r.Users().List(ctx, scope, organization.Listing{Limit: 10, Offset: 10})
			if total != 2 {
				t.Errorf("there are %d", total)
			}
			return err
		}), sqlstore.Counts{Selects: 2}},
		{"a page of keys", view(func(ctx context.Context, r outbound.Reader) error {
			_, _, err := r.MetaKeys().List(ctx, scope, organization.Listing{Limit: 10})
			return err
		}), sqlstore.Counts{Selects: 1}},
		{"a page of organizations", view(func(ctx context.Context, r outbound.Reader) error {
			_, _, err := r.Organizations().Page(ctx, organization.Reach{Root: "o1"}, organization.Listing{Limit: 10})
			return err
		}), sqlstore.Counts{Selects: 1}},
		{"a page of events", view(func(ctx context.Context, r outbound.Reader) error {
			_, _, err := r.Facts().Events(ctx, scope, audit.Query{Kinds: []string{audit.UserAdded}, Limit: 10})
			return err
		}), sqlstore.Counts{Selects: 1}},
		{"a hundred addresses", view(func(ctx context.Context, r outbound.Reader) error {
			ids := make([]string, 100)
			for i := range ids {
				ids[i] = fmt.Sprint("u", i)
			}
			_, err := r.Users().Emails(ctx, scope, ids)
			return err
		}), sqlstore.Counts{Selects: 1}},
		{"a user's update", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				u, err := tx.Users().Find(ctx, scope, "u1")
				if err != nil {
					return err
				}
				name := "Beata"
				u, facts, err := u.Update(organization.ProfileChange{GivenName: &name}, organization.By{}, now.Add(time.Hour))
				if err != nil {
					return err
				}
				if _, err := tx.Users().Save(ctx, u); err != nil {
					return err
				}
				return tx.Facts().Append(ctx, facts...)
			})
		}, sqlstore.Counts{Selects: 3, Writes: 3, Commits: 1}},
		{"an organization's update", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				o, err := tx.Organizations().Find(ctx, "o2")
				if err != nil {
					return err
				}
				_, err = tx.Organizations().Save(ctx, o)
				return err
			})
		}, sqlstore.Counts{Selects: 1, Writes: 1, Commits: 1}},
		{"a user's end", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				return tx.Users().Delete(ctx, organization.User{ID: "u2", Scope: scope, Version: 1})
			})
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
	}
}
