package contract

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// invite keeps a connection, and an invitation to set it up.
func (s *Storage) invite(t *testing.T, secret string, visit bool) organization.Invitation {
	t.Helper()
	i := organization.Invitation{
		Hash: organization.HashInvitation(secret), Scope: storeScope, Connection: "c1", Visit: visit, Email: organization.HashInvitation("a@b.example"),
		CreatedAt: storeNow, ExpiresAt: storeNow.Add(time.Hour),
	}
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		if _, err := tx.Connections().Find(ctx, storeScope, "c1"); errors.Is(err, organization.ErrNoConnection) {
			if _, err := tx.Connections().Save(ctx, storeConnection(storeScope, "c1"), storeHome.ID); err != nil {
				return err
			}
		}
		return tx.Invitations().Add(ctx, i)
	})
	return i
}

var storeInvitations = []storePromise{
	{"come back until they end", func(t *testing.T, s *Storage) {
		want := s.invite(t, "link", false)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			if got, err := r.Invitations().Find(ctx, want.Hash, want.ExpiresAt.Add(-time.Microsecond)); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v: %v", got, err)
			}
			for name, err := range map[string]error{
				"over":    second(r.Invitations().Find(ctx, want.Hash, want.ExpiresAt)),
				"unknown": second(r.Invitations().Find(ctx, organization.HashInvitation("other"), storeNow)),
			} {
				if !errors.Is(err, organization.ErrNoInvitation) {
					t.Errorf("%s: %v", name, err)
				}
			}
			return nil
		})
	}},
	{"are redeemed by one of many who try at once", func(t *testing.T, s *Storage) {
		i := s.invite(t, "link", false)
		var won atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				err := s.Do(context.Background(), func(ctx context.Context, tx outbound.Tx) error {
					_, err := tx.Invitations().Redeem(ctx, i.Hash, storeNow)
					return err
				})
				if err == nil {
					won.Add(1)
				} else if !errors.Is(err, organization.ErrNoInvitation) {
					t.Errorf("got %v", err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d succeeded", won.Load())
		}
	}},
	{"of a browser are not redeemed, and those that are over neither", func(t *testing.T, s *Storage) {
		visit, link := s.invite(t, "visit", true), s.invite(t, "link", false)
		for _, try := range []func(ctx context.Context, tx outbound.Tx) error{
			func(ctx context.Context, tx outbound.Tx) error {
				return second(tx.Invitations().Redeem(ctx, visit.Hash, storeNow))
			},
			func(ctx context.Context, tx outbound.Tx) error {
				return second(tx.Invitations().Redeem(ctx, link.Hash, link.ExpiresAt))
			},
		} {
			s.fails(t, organization.ErrNoInvitation, try)
		}
	}},
	{"are revoked by connection, and purged when they are over", func(t *testing.T, s *Storage) {
		s.invite(t, "visit", true)
		s.invite(t, "link", false)
		for name, scope := range storeElsewhere {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				if n, err := tx.Invitations().RevokeOf(ctx, scope, "c1"); n != 0 || err != nil {
					t.Errorf("%s revoked %d: %v", name, n, err)
				}
				return nil
			})
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			if n, err := tx.Invitations().RevokeOf(ctx, storeScope, "c1"); n != 2 || err != nil {
				t.Errorf("revoked %d: %v", n, err)
			}
			return nil
		})
		link := s.invite(t, "again", false)
		for _, c := range []struct {
			before time.Time
			want   int
		}{{link.ExpiresAt, 0}, {link.ExpiresAt.Add(time.Second), 1}} {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				if n, err := tx.Invitations().Purge(ctx, c.before); n != c.want || err != nil {
					t.Errorf("purged %d: %v", n, err)
				}
				return nil
			})
		}
	}},
}

var storeSigningKeys = []storePromise{
	{"sign one at a time for each organization and purpose", func(t *testing.T, s *Storage) {
		key := func(id, organizationID string, p organization.KeyPurpose) organization.SigningKey {
			return organization.SigningKey{ID: id, Organization: organizationID, Purpose: p, Private: []byte("secret-private-half " + id), Certificate: []byte("cert " + id), CreatedAt: storeNow}
		}
		add := func(k organization.SigningKey) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.SigningKeys().Add(ctx, k) })
		}
		all := []organization.SigningKey{
			key("k1", storeHome.ID, organization.SignsTokens), key("k2", storeHome.ID, organization.SignsSamples),
			key("k3", storeOther.ID, organization.SignsTokens), key("k4", "", organization.SignsManagement),
			key("k6", "", organization.SignsSessions),
		}
		for _, k := range all {
			if err := add(k); err != nil {
				t.Fatal(err)
			}
		}
		if err := add(key("k5", storeHome.ID, organization.SignsTokens)); !errors.Is(err, organization.ErrStale) {
			t.Errorf("a second key signs: %v", err)
		}
		for _, want := range all {
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				got, err := r.SigningKeys().Active(ctx, want.Organization, want.Purpose)
				published, err2 := r.SigningKeys().Published(ctx, want.Organization, want.Purpose, storeNow)
				if err := errors.Join(err, err2); err != nil || !reflect.DeepEqual(got, want) || len(published) != 1 || published[0].ID != want.ID || published[0].Private != nil {
					t.Errorf("%s: %v", want.ID, err)
				}
				if _, err := r.SigningKeys().Active(ctx, want.Organization, "another"); !errors.Is(err, organization.ErrNoSigningKey) {
					t.Errorf("another purpose: %v", err)
				}
				return nil
			})
		}
		if bytes.Contains(s.Dump(t), []byte("secret-private-half")) {
			t.Error("a private half is there to read")
		}
	}},
	{"are added by one of many who try at once", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 10, func(i int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				return tx.SigningKeys().Add(ctx, organization.SigningKey{
					ID: string(rune('a' + i)), Organization: storeHome.ID, Purpose: organization.SignsTokens, Private: []byte("p"), Certificate: []byte("c"), CreatedAt: storeNow,
				})
			})
		})
		if won != 1 || lost[organization.ErrStale.Error()] != 9 {
			t.Errorf("%d won, the others: %v", won, lost)
		}
	}},
	{"are published for a while after they signed last", func(t *testing.T, s *Storage) {
		k := organization.SigningKey{ID: "k1", Organization: storeHome.ID, Purpose: organization.SignsTokens, Private: []byte("p"), Certificate: []byte("c"), CreatedAt: storeNow}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.SigningKeys().Add(ctx, k) })
		retired, _ := k.Retire(storeNow.Add(time.Hour))
		foreign := retired
		foreign.Organization = storeOther.ID
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.SigningKeys().Retire(ctx, foreign) })
		next := k
		next.ID, next.CreatedAt = "k2", storeNow.Add(time.Hour)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.SigningKeys().Retire(ctx, retired); err != nil {
				return err
			}
			return tx.SigningKeys().Add(ctx, next)
		})
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.SigningKeys().Retire(ctx, retired) })
		for _, c := range []struct {
			at   time.Time
			want []string
		}{
			{retired.RetiredAt, []string{"k2", "k1"}}, {retired.RetiredAt.Add(organization.KeyGrace - time.Second), []string{"k2", "k1"}},
			{retired.RetiredAt.Add(organization.KeyGrace + time.Second), []string{"k2"}},
		} {
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				list, err := r.SigningKeys().Published(ctx, storeHome.ID, organization.SignsTokens, c.at)
				var got []string
				for _, k := range list {
					got = append(got, k.ID)
				}
				if err != nil || !reflect.DeepEqual(got, c.want) {
					t.Errorf("at %v: %v %v", c.at, got, err)
				}
				return nil
			})
		}
	}},
	{"go with their organization, and the deployment's own stay", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			own := organization.SigningKey{ID: "k1", Purpose: organization.SignsManagement, Private: []byte("p"), Certificate: []byte("c"), CreatedAt: storeNow}
			theirs := organization.SigningKey{ID: "k2", Organization: storeHome.ID, Purpose: organization.SignsTokens, Private: []byte("p"), Certificate: []byte("c"), CreatedAt: storeNow}
			return errors.Join(tx.SigningKeys().Add(ctx, own), tx.SigningKeys().Add(ctx, theirs), tx.Organizations().Delete(ctx, storeHome.ID))
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			_, stays := r.SigningKeys().Active(ctx, "", organization.SignsManagement)
			_, goes := r.SigningKeys().Active(ctx, storeHome.ID, organization.SignsTokens)
			if stays != nil || !errors.Is(goes, organization.ErrNoSigningKey) {
				t.Errorf("got %v and %v", stays, goes)
			}
			return nil
		})
	}},
}

func second[T any](_ T, err error) error { return err }
