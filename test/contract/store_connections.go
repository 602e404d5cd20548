package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func storeConnection(scope organization.Scope, id string) organization.Connection {
	return organization.Connection{
		ID: id, Scope: scope, ServiceProvider: "home_sp", Active: true, Provider: organization.ProviderOkta, Policy: organization.LimitedSeats, Seats: 7,
		CreatedAt: storeNow, UpdatedAt: storeNow, Sequence: 1,
		Onboarding: &organization.Onboarding{ID: "on-" + id, Email: "secret.admin@customer.example", Provider: organization.ProviderOkta, State: organization.MetadataUploaded, Step: 2, CreatedAt: storeNow, UpdatedAt: storeNow},
	}
}

func storeProvider(entity string) *organization.ProviderMetadata {
	return &organization.ProviderMetadata{XML: "<secret-metadata/>", EntityID: entity, SignOn: "https://idp.example/sso", Certificates: 2, ExpiresAt: storeNow.Add(time.Hour)}
}

// connect keeps connections of a root, and gives them as they are kept.
func (s *Storage) connect(t *testing.T, root string, list ...organization.Connection) []organization.Connection {
	t.Helper()
	kept := make([]organization.Connection, len(list))
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for i, c := range list {
			var err error
			if kept[i], err = tx.Connections().Save(ctx, c, root); err != nil {
				return err
			}
		}
		return nil
	})
	return kept
}

var (
	storeReachHome  = organization.Reach{Root: storeHome.ID, Environment: organization.Production}
	storeReachOther = organization.Reach{Root: storeOther.ID, Environment: organization.Production}
)

func storeRedirection(c organization.Connection, id, application string) organization.Redirection {
	return organization.Redirection{
		ID: id, Scope: c.Scope, Connection: c.ID, ServiceProvider: c.ServiceProvider, Application: application, URI: "https://app.example/cb",
		CreatedAt: storeNow, UpdatedAt: storeNow,
	}
}

var storeConnections = []storePromise{
	{"come back as they were saved, with and without what may be missing", func(t *testing.T, s *Storage) {
		full := storeConnection(storeScope, "c1")
		full.Metadata, full.DefaultRedirection = storeProvider("https://idp.example/1"), "r1"
		bare := organization.Connection{ID: "c2", Scope: storeScope, Provider: organization.ProviderUnset, Policy: organization.AnyUser, CreatedAt: storeNow, UpdatedAt: storeNow}
		s.connect(t, storeHome.ID, full, bare)
		for _, want := range []organization.Connection{full, bare} {
			want.Version = 1
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				if got, err := r.Connections().Find(ctx, storeScope, want.ID); err != nil || !reflect.DeepEqual(got, want) {
					t.Errorf("%s: %v", want.ID, err)
				}
				return nil
			})
		}
	}},
	{"show nobody who steals the database what people filled in", func(t *testing.T, s *Storage) {
		c := storeConnection(storeScope, "c1")
		c.Metadata = storeProvider("https://idp.example/1")
		s.connect(t, storeHome.ID, c)
		for _, secret := range []string{"secret.admin", "secret-metadata"} {
			if bytes.Contains(s.Dump(t), []byte(secret)) {
				t.Errorf("%s is there to read", secret)
			}
		}
	}},
	{"are nobody else's", func(t *testing.T, s *Storage) {
		s.connect(t, storeHome.ID, storeConnection(storeScope, "c1"))
		for name, scope := range storeElsewhere {
			foreign := storeConnection(scope, "c1")
			foreign.Version = 1
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				if _, err := r.Connections().Find(ctx, scope, "c1"); !errors.Is(err, organization.ErrNoConnection) {
					t.Errorf("%s: %v", name, err)
				}
				return nil
			})
			s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
				_, err := tx.Connections().Save(ctx, foreign, storeHome.ID)
				return err
			})
			s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Connections().Delete(ctx, foreign) })
			s.fails(t, organization.ErrNoConnection, func(ctx context.Context, tx outbound.Tx) error {
				return tx.Connections().AddRedirection(ctx, storeRedirection(foreign, "r1", "a1"))
			})
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for name, reach := range map[string]organization.Reach{"another root": storeReachOther, "the other environment": {Root: storeHome.ID, Environment: organization.Sandbox}, "nobody": {}} {
				if list, total, err := r.Connections().List(ctx, reach, organization.Listing{Limit: 10}); err != nil || len(list) != 0 || total != 0 {
					t.Errorf("%s lists %d of %d: %v", name, len(list), total, err)
				}
			}
			return nil
		})
	}},
	{"are listed for a whole root, or for some of its organizations", func(t *testing.T, s *Storage) {
		managed := storeOrganization("managed", "Managed", storeHome.ID)
		s.found(t, managed)
		own, theirs := storeConnection(storeScope, "c1"), storeConnection(managed.Scope(organization.Production), "c2")
		theirs.CreatedAt, theirs.Active = storeNow.Add(time.Second), false
		s.connect(t, storeHome.ID, own, theirs)
		some := func(domains ...string) organization.Reach {
			return organization.Reach{Root: storeHome.ID, Environment: organization.Production, Domains: domains}
		}
		active := []organization.Condition{{Field: organization.FieldActive, Test: organization.Equals, Values: []string{"1"}}}
		for name, c := range map[string]struct {
			reach organization.Reach
			where []organization.Condition
			want  []string
		}{
			"all": {storeReachHome, nil, []string{"c2", "c1"}}, "managed": {some(managed.Domain), nil, []string{"c2"}},
			"none": {some("nowhere"), nil, nil}, "another root's domain": {some(storeOther.Domain), nil, nil}, "active": {storeReachHome, active, []string{"c1"}},
		} {
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				list, total, err := r.Connections().List(ctx, c.reach, organization.Listing{Limit: 10, Where: c.where})
				var got []string
				for _, one := range list {
					got = append(got, one.ID)
				}
				if err != nil || !reflect.DeepEqual(got, c.want) || total != len(c.want) {
					t.Errorf("%s: %v of %d: %v", name, got, total, err)
				}
				return nil
			})
		}
	}},
	{"are saved at the version that was read, once", func(t *testing.T, s *Storage) {
		c := s.connect(t, storeHome.ID, storeConnection(storeScope, "c1"))[0]
		changed := c
		changed.Active, changed.Onboarding, changed.Policy, changed.Seats = false, nil, organization.AnyUser, 0
		next := s.connect(t, storeHome.ID, changed)[0]
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Connections().Save(ctx, c, storeHome.ID)
			return err
		})
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Connections().Delete(ctx, c) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			if got, err := r.Connections().Find(ctx, storeScope, "c1"); err != nil || !reflect.DeepEqual(got, next) || next.Version != 2 {
				t.Errorf("got %v", err)
			}
			return nil
		})
	}},
	{"of two organizations one has an identity provider", func(t *testing.T, s *Storage) {
		const entity = "https://idp.example/1"
		managed := storeOrganization("managed", "Managed", storeHome.ID)
		s.found(t, managed)
		with := func(scope organization.Scope, id string) organization.Connection {
			c := storeConnection(scope, id)
			c.Metadata = storeProvider(entity)
			return c
		}
		errs := make([]error, 10)
		var all sync.WaitGroup
		for i := range errs {
			all.Go(func() {
				scope := []organization.Scope{storeScope, managed.Scope(organization.Production)}[i%2]
				errs[i] = s.Do(context.Background(), func(ctx context.Context, tx outbound.Tx) error {
					_, err := tx.Connections().Save(ctx, with(scope, fmt.Sprintf("c%d", i)), storeHome.ID)
					return err
				})
			})
		}
		all.Wait()
		won := [2]int{}
		for i, err := range errs {
			if err == nil {
				won[i%2]++
			} else if !errors.Is(err, organization.ErrEntityTaken) {
				t.Errorf("%d: %v", i, err)
			}
		}
		if won != [2]int{5, 0} && won != [2]int{0, 5} {
			t.Errorf("won %v, want all of one and none of the other", won)
		}
		// Neither another root nor the other environment is in the way.
		s.connect(t, storeOther.ID, with(storeOther.Scope(organization.Production), "elsewhere"))
		s.connect(t, storeHome.ID, with(managed.Scope(organization.Sandbox), "sandbox-m"))
	}},
	{"let go of an identity provider when they get another one", func(t *testing.T, s *Storage) {
		managed := storeOrganization("managed", "Managed", storeHome.ID)
		s.found(t, managed)
		c := storeConnection(storeScope, "c1")
		c.Metadata = storeProvider("https://idp.example/1")
		c = s.connect(t, storeHome.ID, c)[0]
		c.Metadata = storeProvider("https://idp.example/2")
		s.connect(t, storeHome.ID, c)
		theirs := storeConnection(managed.Scope(organization.Production), "c2")
		theirs.Metadata = storeProvider("https://idp.example/1")
		s.connect(t, storeHome.ID, theirs)
	}},
	{"take redirections and invitations along", func(t *testing.T, s *Storage) {
		c := s.connect(t, storeHome.ID, storeConnection(storeScope, "c1"))[0]
		r1 := storeRedirection(c, "r1", "a1")
		invitation := organization.Invitation{Hash: organization.HashInvitation("x"), Scope: storeScope, Connection: "c1", CreatedAt: storeNow, ExpiresAt: storeNow.Add(time.Hour)}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Connections().AddRedirection(ctx, r1), tx.Invitations().Add(ctx, invitation))
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			got, err1 := r.Connections().Redirection(ctx, storeScope, "r1")
			list, err2 := r.Connections().Redirections(ctx, storeReachHome, []string{"r1", "r2", "", "r1"})
			foreign, err3 := r.Connections().Redirections(ctx, storeReachOther, []string{"r1"})
			leads, err4 := r.Connections().LeadsTo(ctx, "a1")
			if err := errors.Join(err1, err2, err3, err4); err != nil || got != r1 || len(list) != 1 || list[0] != r1 || len(foreign) != 0 || !leads {
				t.Errorf("got %+v, %d and %d, leads %v: %v", got, len(list), len(foreign), leads, err)
			}
			for name, scope := range storeElsewhere {
				if _, err := r.Connections().Redirection(ctx, scope, "r1"); !errors.Is(err, organization.ErrNoRedirection) {
					t.Errorf("%s: %v", name, err)
				}
			}
			return nil
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Connections().Delete(ctx, c) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			_, noRedirection := r.Connections().Redirection(ctx, storeScope, "r1")
			_, noInvitation := r.Invitations().Find(ctx, invitation.Hash, storeNow)
			leads, err := r.Connections().LeadsTo(ctx, "a1")
			if !errors.Is(noRedirection, organization.ErrNoRedirection) || !errors.Is(noInvitation, organization.ErrNoInvitation) || leads || err != nil {
				t.Errorf("left: %v, %v, %v, %v", noRedirection, noInvitation, leads, err)
			}
			return nil
		})
	}},
	{"are stranded when the address or the organization that they need is served no more", func(t *testing.T, s *Storage) {
		managed := storeOrganization("managed", "Managed", storeHome.ID)
		s.found(t, managed)
		own := s.connect(t, storeHome.ID, storeConnection(storeScope, "c1"), storeConnection(managed.Scope(organization.Sandbox), "c2"))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			other := storeRedirection(own[1], "r2", "a2")
			other.URI = "https://app.example/CB"
			return errors.Join(tx.Connections().AddRedirection(ctx, storeRedirection(own[0], "r1", "a1")), tx.Connections().AddRedirection(ctx, other))
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, c := range []struct {
				application string
				n           organization.Narrowing
				want        bool
			}{
				{"a1", organization.Narrowing{}, false},
				{"a1", organization.Narrowing{Addresses: []string{"https://app.example/CB", "x", "https://app.example/cb"}}, true},
				{"a1", organization.Narrowing{Addresses: []string{"https://app.example/CB", "https://app.example/cb/"}}, false},
				{"a1", organization.Narrowing{OnlyDomain: storeHome.Domain}, false},
				{"a1", organization.Narrowing{OnlyDomain: managed.Domain}, true},
				{"a1", organization.Narrowing{Addresses: []string{"x"}, OnlyDomain: managed.Domain}, true},
				{"a1", organization.Narrowing{Addresses: []string{"https://app.example/cb"}, OnlyDomain: storeHome.Domain}, true},
				{"a2", organization.Narrowing{Addresses: []string{"https://app.example/CB"}}, true},
				{"a2", organization.Narrowing{Addresses: []string{"https://app.example/cb"}}, false},
				{"a2", organization.Narrowing{OnlyDomain: storeHome.Domain}, true},
				{"a3", organization.Narrowing{Addresses: []string{"https://app.example/cb"}, OnlyDomain: "x"}, false},
			} {
				if got, err := r.Connections().Strands(ctx, c.application, c.n); err != nil || got != c.want {
					t.Errorf("%s without %+v: %v, %v", c.application, c.n, got, err)
				}
			}
			return nil
		})
	}},
	{"keep an organization that an application of theirs belongs to, unless they go with it", func(t *testing.T, s *Storage) {
		managed, second := storeOrganization("managed", "Managed", storeHome.ID), storeOrganization("second", "Second", storeHome.ID)
		s.found(t, managed, second)
		s.applications(t, storeApplication(managed.Scope(organization.Production), "a1"), storeApplication(second.Scope(organization.Production), "a2"))
		c := storeConnection(storeScope, "c1")
		c.DefaultRedirection = "r1"
		c = s.connect(t, storeHome.ID, c)[0]
		own := s.connect(t, storeHome.ID, storeConnection(second.Scope(organization.Production), "c2"))[0]
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(
				tx.Connections().AddRedirection(ctx, storeRedirection(c, "r1", "a1")), tx.Connections().AddRedirection(ctx, storeRedirection(own, "r2", "a2")),
			)
		})
		s.fails(t, organization.ErrOrganizationInUse, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Organizations().Delete(ctx, managed.ID)
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, second.ID) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			got, err1 := r.Connections().Find(ctx, storeScope, "c1")
			_, err2 := r.Connections().Redirection(ctx, storeScope, "r1")
			_, err3 := r.Organizations().Find(ctx, managed.ID)
			_, gone := r.Connections().Redirection(ctx, own.Scope, "r2")
			if !reflect.DeepEqual(got, c) || !errors.Is(gone, organization.ErrNoRedirection) {
				t.Errorf("it leads to %q, and the other's %v", got.DefaultRedirection, gone)
			}
			return errors.Join(err1, err2, err3)
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, storeHome.ID) })
	}},
	{"are led to no application whose organization is deleted meanwhile", func(t *testing.T, s *Storage) {
		c := s.connect(t, storeHome.ID, storeConnection(storeScope, "c1"))[0]
		for round := range 20 {
			id := "a" + strconv.Itoa(round)
			one := storeOrganization("brief"+strconv.Itoa(round), "Brief", storeHome.ID)
			s.found(t, one)
			s.applications(t, storeApplication(one.Scope(organization.Production), id))
			var led, deleted error
			storeRace(t, 2, func(i int) error {
				if i == 0 {
					deleted = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, one.ID) })
					return nil
				}
				led = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
					if _, err := tx.Applications().FindUnder(ctx, storeReachHome, id); err != nil {
						return err
					}
					return tx.Connections().AddRedirection(ctx, storeRedirection(c, "r"+strconv.Itoa(round), id))
				})
				return nil
			})
			if fine := led == nil && errors.Is(deleted, organization.ErrOrganizationInUse) || deleted == nil && errors.Is(led, organization.ErrNoApplication); !fine {
				t.Fatalf("round %d: led there with %v, deleted with %v", round, led, deleted)
			}
		}
	}},
}
