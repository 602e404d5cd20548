package contract

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func storeClient(scope organization.Scope, id string, kind organization.Kind, identifier string) organization.Client {
	return organization.Client{
		ID: id, Scope: scope, Kind: kind, Identifier: identifier, Secret: organization.HashSecret("secret of " + id), Name: "Client " + id,
		Addresses: organization.Addresses{
			Redirect: []string{"https://b.example/back?x=1&y=å", "https://a.example/"}, DefaultRedirect: "https://a.example/",
			Callback: []string{"https://a.example/news"}, DefaultCallback: "https://a.example/default", AnyLoopback: true,
		},
		CallbackKey: []byte("callback-key-of-client \x00\xff"),
		Features:    []string{"f"}, Domains: []string{"d"}, Scopes: []string{"s1", "s2"}, CreatedAt: storeNow,
	}
}

var storeClients = []storePromise{
	{"come back as they were added, by identifier and by their own", func(t *testing.T, s *Storage) {
		full, bare := storeClient(storeScope, "c1", organization.KindSSO, "Web"), organization.Client{
			ID: "c2", Scope: storeScope, Kind: organization.KindCRM, Identifier: "Web", CreatedAt: storeNow.Add(time.Microsecond),
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Clients().Add(ctx, full), tx.Clients().Add(ctx, bare))
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, want := range []organization.Client{full, bare} {
				byID, err1 := r.Clients().Find(ctx, want.ID)
				byIdentifier, err2 := r.Clients().FindByIdentifier(ctx, want.Kind, "Web")
				if err := errors.Join(err1, err2); err != nil {
					return err
				}
				if !reflect.DeepEqual(byID, want) || !reflect.DeepEqual(byIdentifier, want) {
					t.Errorf("got  %+v\nwant %+v", byID, want)
				}
			}
			for _, identifier := range []string{"web", "WEB", "We", "Web\x00", "\xff", ""} {
				if _, err := r.Clients().FindByIdentifier(ctx, organization.KindSSO, identifier); !errors.Is(err, organization.ErrNoClient) {
					t.Errorf("%q: %v", identifier, err)
				}
			}
			if _, err := r.Clients().FindByIdentifier(ctx, organization.KindEID, "Web"); !errors.Is(err, organization.ErrNoClient) {
				t.Errorf("of another kind: %v", err)
			}
			return nil
		})
	}},
	{"have an identifier of their own within a kind, in the whole deployment", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Clients().Add(ctx, storeClient(storeScope, "c1", organization.KindSSO, "web"))
		})
		s.fails(t, organization.ErrIdentifierTaken, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Clients().Add(ctx, storeClient(storeOther.Scope(organization.Sandbox), "c2", organization.KindSSO, "web"))
		})
		s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Clients().Add(ctx, storeClient(storeScope, "c1", organization.KindSSO, "other"))
		})
		s.fails(t, organization.ErrNoOrganization, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Clients().Add(ctx, storeClient(organization.Scope{Organization: "nobody", Environment: organization.Production}, "c2", organization.KindSSO, "free"))
		})
	}},
	{"are listed oldest first, and by kind only while they work", func(t *testing.T, s *Storage) {
		late, early := storeClient(storeScope, "a-late", organization.KindSSO, "1"), storeClient(storeScope, "z-early", organization.KindSSO, "2")
		late.CreatedAt = storeNow.Add(time.Second)
		gone := storeClient(storeScope, "gone", organization.KindSSO, "3")
		gone.CreatedAt = storeNow.Add(2 * time.Second)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			c := tx.Clients()
			return errors.Join(c.Add(ctx, late), c.Add(ctx, early), c.Add(ctx, gone),
				c.Add(ctx, storeClient(storeHome.Scope(organization.Sandbox), "sandbox", organization.KindSSO, "4")),
				c.Add(ctx, storeClient(storeOther.Scope(organization.Production), "other", organization.KindSSO, "5")),
				c.Add(ctx, storeClient(storeScope, "crm", organization.KindCRM, "6")))
		})
		gone.RevokedAt = storeNow.Add(time.Hour)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Clients().Revoke(ctx, gone) })
		ids := func(list []organization.Client) (ids []string) {
			for _, c := range list {
				ids = append(ids, c.ID)
			}
			return ids
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			ofKind, err1 := r.Clients().OfKind(ctx, storeScope, organization.KindSSO)
			ofHome, err2 := r.Clients().List(ctx, storeHome.ID)
			all, err3 := r.Clients().List(ctx, "")
			if got, want := ids(ofKind), []string{"z-early", "a-late"}; !reflect.DeepEqual(got, want) {
				t.Errorf("of the kind: %v, want %v", got, want)
			}
			if got, want := ids(ofHome), []string{"crm", "sandbox", "z-early", "a-late", "gone"}; !reflect.DeepEqual(got, want) {
				t.Errorf("of the organization: %v, want %v", got, want)
			}
			if len(all) != 6 {
				t.Errorf("of all: %v", ids(all))
			}
			for where, scope := range storeElsewhere {
				foreign, err := r.Clients().OfKind(ctx, scope, organization.KindCRM)
				if err != nil || len(foreign) > 0 {
					t.Errorf("%s: %v %v", where, ids(foreign), err)
				}
			}
			return errors.Join(err1, err2, err3)
		})
	}},
	{"end with their tokens when they are revoked", func(t *testing.T, s *Storage) {
		c, other := storeClient(storeScope, "c1", organization.KindSSO, "1"), storeClient(storeScope, "c2", organization.KindSSO, "2")
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Clients().Add(ctx, c), tx.Clients().Add(ctx, other),
				tx.Tokens().Add(ctx, storeToken(storeScope, 1, 0, "c1")), tx.Tokens().Add(ctx, storeToken(storeScope, 2, 0, "c2")),
				tx.LoginCodes().Add(ctx, storeCode(storeScope, 1, "c1")), tx.LoginCodes().Add(ctx, storeCode(storeScope, 2, "c2")))
		})
		c.RevokedAt = storeNow.Add(time.Minute)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Clients().Revoke(ctx, c) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			got, err := r.Clients().Find(ctx, "c1")
			if !got.RevokedAt.Equal(c.RevokedAt) {
				t.Errorf("revoked at %v", got.RevokedAt)
			}
			if _, err := r.Tokens().Bearer(ctx, 1); !errors.Is(err, account.ErrUnauthenticated) {
				t.Errorf("its token: %v", err)
			}
			_, others := r.Tokens().Bearer(ctx, 2)
			return errors.Join(err, others)
		})
		s.fails(t, account.ErrCode, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.LoginCodes().Redeem(ctx, storeCode(storeScope, 1, "").Hash, storeNow)
			return err
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.LoginCodes().Redeem(ctx, storeCode(storeScope, 2, "").Hash, storeNow)
			return err
		})
		for where, scope := range storeElsewhere {
			t.Run(where, func(t *testing.T) {
				foreign := other
				foreign.Scope, foreign.RevokedAt = scope, storeNow
				s.fails(t, organization.ErrNoClient, func(ctx context.Context, tx outbound.Tx) error { return tx.Clients().Revoke(ctx, foreign) })
			})
		}
	}},
}

var storePlans = []storePromise{
	{"are numbered from one in each scope, and come back as they were added", func(t *testing.T, s *Storage) {
		for _, scope := range []organization.Scope{storeScope, storeOther.Scope(organization.Production), storeHome.Scope(organization.Sandbox)} {
			for want := int64(1); want <= 3; want++ {
				var added account.Plan
				s.do(t, func(ctx context.Context, tx outbound.Tx) (err error) {
					added, err = tx.Plans().Add(ctx, account.Plan{Scope: scope, Name: "Größe", Monitors: want == 2, CreatedAt: storeNow, UpdatedAt: storeNow.Add(time.Hour)})
					return err
				})
				s.view(t, func(ctx context.Context, r outbound.Reader) error {
					got, err := r.Plans().Find(ctx, scope, want)
					if got != added || got.ID != want || got.Monitors != (want == 2) {
						t.Errorf("got %+v, added %+v", got, added)
					}
					return err
				})
			}
		}
	}},
	{"are not seen elsewhere", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Plans().Add(ctx, account.Plan{ID: 5, Scope: storeScope, Name: "x", CreatedAt: storeNow, UpdatedAt: storeNow})
			return err
		})
		for where, scope := range storeElsewhere {
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				list, err := r.Plans().List(ctx, scope)
				if _, found := r.Plans().Find(ctx, scope, 5); !errors.Is(found, account.ErrNoPlan) || len(list) > 0 {
					t.Errorf("%s: %v %v", where, found, list)
				}
				return err
			})
		}
		s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Plans().Add(ctx, account.Plan{ID: 5, Scope: storeScope, Name: "y"})
			return err
		})
	}},
	{"get different numbers when they are added at the same time, and are listed by them", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 10, func(int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				_, err := tx.Plans().Add(ctx, account.Plan{Scope: storeScope, Name: "x", CreatedAt: storeNow, UpdatedAt: storeNow})
				return err
			})
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			list, err := r.Plans().List(ctx, storeScope)
			if won == 0 || len(list) != won {
				t.Errorf("%d added, %d listed; the others: %v", won, len(list), lost)
			}
			for i, p := range list {
				if p.ID != int64(i+1) {
					t.Errorf("number %d in place %d", p.ID, i+1)
				}
			}
			return err
		})
	}},
}
