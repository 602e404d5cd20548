package contract

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storeOrganizations = []storePromise{
	{"come back as they were added, by identifier, domain and host", func(t *testing.T, s *Storage) {
		demo := organization.Organization{
			ID: "0190-demo", Domain: "demo", Name: "Demo «AB» \\ 'ok'", Hosts: []string{"b.example", "a.example"}, Demo: true, CreatedAt: storeNow,
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Add(ctx, demo) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			o := r.Organizations()
			byID, err1 := o.Find(ctx, "0190-demo")
			byDomain, err2 := o.FindByDomain(ctx, "demo")
			byHost, err3 := o.FindByHost(ctx, "a.example")
			for _, got := range []organization.Organization{byID, byDomain, byHost} {
				if !reflect.DeepEqual(got, demo) {
					t.Errorf("got %+v", got)
				}
			}
			return errors.Join(err1, err2, err3)
		})
	}},
	{"are told apart by capitals, and nothing is found by what no text can hold", func(t *testing.T, s *Storage) {
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, key := range []string{"", "HOME", "Home", "home ", "home\x00", "\xff", "%", "0190-HOME", "LOGIN.home.example", "ogin.home.example"} {
				_, byID := r.Organizations().Find(ctx, key)
				_, byDomain := r.Organizations().FindByDomain(ctx, key)
				_, byHost := r.Organizations().FindByHost(ctx, key)
				for _, err := range []error{byID, byDomain, byHost} {
					if !errors.Is(err, organization.ErrNoOrganization) {
						t.Errorf("%q: %v", key, err)
					}
				}
			}
			return nil
		})
	}},
	{"are listed by domain, byte by byte", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			for _, d := range []string{"a", "ab", "a-c", "B", "_", "A", "b"} {
				if err := tx.Organizations().Add(ctx, organization.Organization{ID: "id-" + d, Domain: d, Name: d, CreatedAt: storeNow}); err != nil {
					return err
				}
			}
			return nil
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			list, err := r.Organizations().List(ctx)
			var got []string
			for _, o := range list {
				got = append(got, o.Domain)
			}
			if want := []string{"A", "B", "_", "a", "a-c", "ab", "b", "home", "other"}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			return err
		})
	}},
	{"have domains and hosts of their own, and a refused one leaves nothing", func(t *testing.T, s *Storage) {
		for _, c := range []struct {
			fault error
			o     organization.Organization
		}{
			{organization.ErrDomainTaken, organization.Organization{ID: "new", Domain: "home", Name: "x", CreatedAt: storeNow}},
			{organization.ErrHostTaken, organization.Organization{ID: "new", Domain: "fresh", Name: "x", Hosts: []string{"new.example", "login.home.example"}, CreatedAt: storeNow}},
			{outbound.ErrIdentifierUsed, organization.Organization{ID: storeHome.ID, Domain: "fresh", Name: "x", CreatedAt: storeNow}},
		} {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				if err := tx.Organizations().Add(ctx, c.o); !errors.Is(err, c.fault) {
					t.Errorf("got %v, want %v", err, c.fault)
				}
				return nil // whatever was written is kept
			})
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Organizations().Add(ctx, organization.Organization{ID: "new", Domain: "fresh", Name: "x", Hosts: []string{"new.example"}, CreatedAt: storeNow})
		})
	}},
	{"win a domain once, of many that want it at the same time", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 20, func(i int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				return tx.Organizations().Add(ctx, organization.Organization{ID: string(rune('a' + i)), Domain: "wanted", Name: "x", CreatedAt: storeNow})
			})
		})
		if won != 1 || lost[organization.ErrDomainTaken.Error()] != 19 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
	}},
	{"are gone with everything but the facts once deleted, and their domain stays taken", func(t *testing.T, s *Storage) {
		everything := func(scope organization.Scope, id int64) {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				a := storeAccount(scope, id)
				a.Number = storeNumber(t, 7)
				c := storeClient(scope, "c-"+scope.Organization, organization.KindCRM, "crm@"+scope.Organization)
				session := eid.Restore(storeSession(scope, "s-"+scope.Organization))
				_, plan := tx.Plans().Add(ctx, account.Plan{Scope: scope, Name: "Basic", CreatedAt: storeNow, UpdatedAt: storeNow})
				fact := storeFact(account.Subject(id), 1)
				fact.Organization = scope.Organization
				return errors.Join(
					plan, tx.Clients().Add(ctx, c), tx.Accounts().Save(ctx, account.Restore(a)), tx.Sessions().Save(ctx, session),
					tx.Tokens().Add(ctx, storeToken(scope, id, id, c.ID)), tx.LoginCodes().Add(ctx, storeCode(scope, id, c.ID)),
					tx.Receipts().Add(ctx, scope, "create", "1", "done", storeNow),
					tx.Spent().Spend(ctx, scope, "token", "1", storeNow.Add(time.Hour)), tx.Facts().Append(ctx, fact),
				)
			})
		}
		everything(storeScope, 12)
		everything(storeOther.Scope(organization.Production), 13)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, storeHome.ID) })
		s.fails(t, organization.ErrNoOrganization, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Organizations().Delete(ctx, storeHome.ID)
		})
		there := func(scope organization.Scope, id int64) (found []bool) {
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				_, o := r.Organizations().Find(ctx, scope.Organization)
				_, c := r.Clients().Find(ctx, "c-"+scope.Organization)
				_, a := r.Accounts().Find(ctx, scope, id)
				_, e := r.Accounts().FindByEmail(ctx, scope, storeAccount(scope, id).Profile.Email)
				_, p := r.Plans().Find(ctx, scope, 1)
				_, b := r.Tokens().Bearer(ctx, id)
				_, x := r.Sessions().Find(ctx, scope, "s-"+scope.Organization)
				_, ok, err := r.Receipts().Find(ctx, scope, "create", "1")
				for _, err := range []error{o, c, a, e, p, b, x} {
					found = append(found, err == nil)
				}
				found = append(found, ok)
				return err
			})
			err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				_, err := tx.LoginCodes().Redeem(ctx, storeCode(scope, id, "").Hash, storeNow)
				return err
			})
			return append(found, err == nil)
		}
		if got := there(storeScope, 12); !reflect.DeepEqual(got, make([]bool, len(got))) {
			t.Errorf("of the deleted one is left: %v", got)
		}
		if got := there(storeOther.Scope(organization.Production), 13); reflect.DeepEqual(got, make([]bool, len(got))) {
			t.Errorf("of the other one is left: %v", got)
		}
		if got := storeSequences(t, s, storeScope); len(got) != 1 {
			t.Errorf("its trail holds %v", got)
		}
		s.fails(t, organization.ErrDomainTaken, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Organizations().Add(ctx, organization.Organization{ID: "new", Domain: "home", Name: "x", CreatedAt: storeNow})
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { // its host is free again
			return tx.Organizations().Add(ctx, organization.Organization{ID: "new", Domain: "new", Name: "x", Hosts: storeHome.Hosts, CreatedAt: storeNow})
		})
	}},
	{"are known to be demo while any organization or client is", func(t *testing.T, s *Storage) {
		demo := func() (demo bool) {
			s.view(t, func(ctx context.Context, r outbound.Reader) (err error) {
				demo, err = r.Organizations().Demo(ctx)
				return err
			})
			return demo
		}
		if demo() {
			t.Error("an empty store holds demo records")
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			c := storeClient(storeOther.Scope(organization.Sandbox), "c1", organization.KindSSO, "x")
			c.Demo = true
			return tx.Clients().Add(ctx, c)
		})
		if !demo() {
			t.Error("a demo client is not seen")
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, storeOther.ID) })
		if demo() {
			t.Error("the deleted demo client is still seen")
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Organizations().Add(ctx, organization.Organization{ID: "d", Domain: "d", Name: "d", Demo: true, CreatedAt: storeNow})
		})
		if !demo() {
			t.Error("a demo organization is not seen")
		}
	}},
}

func storeClient(scope organization.Scope, id string, kind organization.Kind, identifier string) organization.Client {
	return organization.Client{
		ID: id, Scope: scope, Kind: kind, Identifier: identifier, Secret: organization.HashSecret("secret of " + id), Name: "Client " + id,
		Addresses: organization.Addresses{
			Redirect: []string{"https://b.example/back?x=1&y=å", "https://a.example/"}, DefaultRedirect: "https://a.example/",
			Callback: []string{"https://a.example/news"}, AnyLoopback: true,
		},
		Features: []string{"f"}, Domains: []string{"d"}, Scopes: []string{"s1", "s2"}, CreatedAt: storeNow,
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
