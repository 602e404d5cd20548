package contract

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func (s *Storage) managing(t *testing.T, identifier string, target organization.Target) (m organization.Managing, err error) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		m, err = r.Clients().Managing(ctx, identifier, target)
		return nil
	})
	return m, err
}

// managers adds management clients of both organizations and of an organization that the home manages.
func (s *Storage) managers(t *testing.T) (manager organization.Client, managed organization.Organization) {
	t.Helper()
	managed = storeOrganization("managed", "Managed", storeHome.ID)
	s.found(t, managed, storeOrganization("foreign", "Foreign", storeOther.ID))
	manager = storeClient(storeScope, "c1", organization.KindManagement, "key-of-home")
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		c := tx.Clients()
		return errors.Join(c.Add(ctx, manager),
			c.Add(ctx, storeClient(storeHome.Scope(organization.Sandbox), "c2", organization.KindManagement, "key-of-trials")),
			c.Add(ctx, storeClient(managed.Scope(organization.Production), "c3", organization.KindManagement, "key-of-managed")),
			c.Add(ctx, storeClient(storeScope, "c4", organization.KindEID, "key-of-eid")),
			c.Add(ctx, storeClient(storeScope, "c5", organization.KindEID, "key-of-home")))
	})
	return manager, managed
}

var storeManaging = []storePromise{
	{"are found with their root, and with what they want to act on", func(t *testing.T, s *Storage) {
		manager, managed := s.managers(t)
		for target, want := range map[organization.Target]organization.Organization{
			{}:                  storeHome,
			{Domain: "home"}:    storeHome,
			{Domain: "managed"}: managed,
			{ID: storeHome.ID}:  storeHome,
			{ID: managed.ID}:    managed,
		} {
			got, err := s.managing(t, "key-of-home", target)
			if want := (organization.Managing{Client: manager, Root: storeHome, Target: want}); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v: got %+v, %v", target, got, err)
			}
		}
	}},
	{"are found when their target is another root's, imaginary or no text", func(t *testing.T, s *Storage) {
		manager, _ := s.managers(t)
		want := organization.Managing{Client: manager, Root: storeHome}
		for _, target := range []organization.Target{
			{Domain: "foreign"}, {Domain: "other"}, {Domain: "never"}, {Domain: "MANAGED"}, {Domain: "managed\x00"}, {Domain: "\xff"},
			{Domain: storeHome.ID}, {ID: "0190-foreign"}, {ID: storeOther.ID}, {ID: "never"}, {ID: "managed"}, {ID: "\x00"},
		} {
			if got, err := s.managing(t, "key-of-home", target); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v: got %+v, %v", target, got, err)
			}
		}
	}},
	{"act on the organization of an SSO connection in their environment", func(t *testing.T, s *Storage) {
		manager, managed := s.managers(t)
		foreign := organization.Scope{Organization: "0190-foreign", Environment: organization.Production}
		s.connect(t, storeHome.ID, storeConnection(storeScope, "home_1"), storeConnection(managed.Scope(organization.Production), "managed_1"),
			storeConnection(managed.Scope(organization.Sandbox), "managed_trial"))
		s.connect(t, storeOther.ID, storeConnection(foreign, "foreign_1"))
		for id, want := range map[string]organization.Organization{
			"home_1": storeHome, "managed_1": managed, "managed_trial": {}, "foreign_1": {}, "never": {}, "MANAGED_1": {}, "managed_1\x00": {}, "\xff": {},
		} {
			got, err := s.managing(t, "key-of-home", organization.Target{Connection: id})
			if want := (organization.Managing{Client: manager, Root: storeHome, Target: want}); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%q: got %+v, %v", id, got, err)
			}
		}
		if got, err := s.managing(t, "key-of-trials", organization.Target{Connection: "managed_trial"}); err != nil || got.Target.ID != managed.ID {
			t.Errorf("in the other environment: got %+v, %v", got.Target, err)
		}
	}},
	{"hear of deleted organizations of their own root, and of no others", func(t *testing.T, s *Storage) {
		manager, managed := s.managers(t)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Organizations().Delete(ctx, managed.ID), tx.Organizations().Delete(ctx, "0190-foreign"))
		})
		want := organization.Managing{Client: manager, Root: storeHome, Gone: organization.Gone{ID: managed.ID, Root: storeHome.ID, Domain: "managed"}}
		if got, err := s.managing(t, "key-of-home", organization.Target{Domain: "managed"}); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v", got, err)
		}
		want.Gone = organization.Gone{}
		for _, target := range []organization.Target{{Domain: "foreign"}, {ID: managed.ID}, {Domain: "never"}} {
			if got, err := s.managing(t, "key-of-home", target); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v: got %+v, %v", target, got, err)
			}
		}
	}},
	{"are told from clients of other kinds, and come back when they are revoked", func(t *testing.T, s *Storage) {
		manager, _ := s.managers(t)
		for _, identifier := range []string{"key-of-eid", "KEY-OF-HOME", "c1", "", "\xff", "key-of-home\x00"} {
			if _, err := s.managing(t, identifier, organization.Target{}); !errors.Is(err, organization.ErrNoClient) {
				t.Errorf("%q: %v", identifier, err)
			}
		}
		manager.RevokedAt = storeNow
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Clients().Revoke(ctx, manager) })
		if got, err := s.managing(t, "key-of-home", organization.Target{}); err != nil || !got.Client.Revoked() {
			t.Errorf("revoked: %v, %v", got.Client.RevokedAt, err)
		}
	}},
	{"reach nothing when their organization is managed by another", func(t *testing.T, s *Storage) {
		_, managed := s.managers(t)
		for _, target := range []organization.Target{{Domain: "managed"}, {Domain: "home"}, {ID: managed.ID}, {ID: storeHome.ID}} {
			if got, err := s.managing(t, "key-of-managed", target); err != nil || got.Root.ID != managed.ID || got.Target.ID != "" {
				t.Errorf("%+v: got %+v, %v", target, got, err)
			}
		}
		got, err := s.managing(t, "key-of-managed", organization.Target{})
		if err != nil || !errors.Is(got.Check("s1"), organization.ErrNoOrganization) {
			t.Errorf("its own: %v, %v", got.Target, err)
		}
	}},
	{"act in their own environment", func(t *testing.T, s *Storage) {
		s.managers(t)
		got, err := s.managing(t, "key-of-trials", organization.Target{Domain: "managed"})
		if want := (organization.Scope{Organization: "0190-managed", Environment: organization.Sandbox}); err != nil || got.Scope() != want {
			t.Errorf("got %v, %v", got.Scope(), err)
		}
	}},
}
