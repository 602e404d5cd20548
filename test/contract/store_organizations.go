package contract

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storeOrganizations = []storePromise{
	{"come back as they were added, by identifier, domain and host", func(t *testing.T, s *Storage) {
		demo := storeOrganization("demo", "Demo «AB» \\ 'ok'", "", "b.example", "a.example")
		demo.Demo, demo.UpdatedAt, demo.Sequence = true, storeNow.Add(time.Hour), 7
		demo.Details = organization.Details{
			Locality: "Årsta \"ö\"", State: "Uppland", Country: "SE", PrivacyPolicyURL: "https://a.example/?x=1&y=<2>", TermsOfServiceURL: "http://b.example/",
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
					tx.Documents().Add(ctx, storeDocument(scope, "d-"+scope.Organization)),
					tx.Evidence().Add(ctx, storeProven(scope, "s-"+scope.Organization)),
					tx.Callbacks().Add(ctx, storeCallback(scope, "s-"+scope.Organization)),
					tx.Callbacks().Tried(ctx, storeCallback(scope, "s-"+scope.Organization), storeAttempt(1, "timeout"), outbound.CallbackWaiting, storeNow),
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
				_, d := r.Documents().Find(ctx, scope, "d-"+scope.Organization)
				_, v := r.Evidence().Find(ctx, scope, "s-"+scope.Organization)
				_, _, n := r.Callbacks().Attempts(ctx, scope, "s-"+scope.Organization)
				_, ok, err := r.Receipts().Find(ctx, scope, "create", "1")
				for _, err := range []error{o, c, a, e, p, b, x, d, v, n} {
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
		if got := there(storeOther.Scope(organization.Production), 13); slices.Contains(got, false) {
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
