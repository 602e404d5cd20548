package contract

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storeAccounts = []storePromise{
	{"come back as they were saved, with their plan", func(t *testing.T, s *Storage) {
		full := storeAccount(storeScope, 1<<53-1)
		full.Country, full.Type, full.Active, full.Number = identity.SE, account.Business, false, canonical(t, identity.SE, identity.KindPersonnummer, "191212121212")
		full.PasswordHash, full.UpdatedAt, full.Sequence = "$argon2id$v=19$...", storeNow.Add(time.Hour), 7
		full.Profile = account.Profile{
			FirstName: "Åsa \"Ø\" <b>", LastName: "Ängström\u2028", Email: "Asa.A@Example.COM", Phone: "+46701234567",
			Street: "Gatan 1", Zip: "111 22", City: "Malmö", Language: "SV",
		}
		bare := account.Snapshot{ID: 1, Scope: storeScope, Country: identity.FI, Type: account.Single, CreatedAt: storeNow, UpdatedAt: storeNow}
		s.do(t, func(ctx context.Context, tx outbound.Tx) (err error) {
			full.Plan, err = tx.Plans().Add(ctx, account.Plan{Scope: storeScope, Name: "Basic", Monitors: true, CreatedAt: storeNow, UpdatedAt: storeNow})
			return err
		})
		s.save(t, full, bare)
		for _, want := range []account.Snapshot{full, bare} {
			want.Version = 1
			if got := s.account(t, storeScope, want.ID); got != want {
				t.Errorf("got  %+v\nwant %+v", got, want)
			}
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, email := range []string{"Asa.A@Example.COM", "asa.a@example.com", " ASA.A@EXAMPLE.COM "} {
				if a, err := r.Accounts().FindByEmail(ctx, storeScope, email); err != nil || a.Snapshot().ID != full.ID {
					t.Errorf("%q: %v", email, err)
				}
			}
			for _, email := range []string{"", "asa.a@example.co", "sa.a@example.com", "\xff", "a\x00"} {
				if _, err := r.Accounts().FindByEmail(ctx, storeScope, email); !errors.Is(err, account.ErrNoAccount) {
					t.Errorf("%q: %v", email, err)
				}
			}
			return nil
		})
	}},
	{"are not seen, changed or deleted elsewhere", func(t *testing.T, s *Storage) {
		s.save(t, storeAccount(storeScope, 12))
		for where, scope := range storeElsewhere {
			t.Run(where, func(t *testing.T) {
				s.view(t, func(ctx context.Context, r outbound.Reader) error {
					_, byID := r.Accounts().Find(ctx, scope, 12)
					_, byEmail := r.Accounts().FindByEmail(ctx, scope, "mette12@example.com")
					list, total, err := r.Accounts().List(ctx, scope, outbound.Page{Limit: 10})
					if !errors.Is(byID, account.ErrNoAccount) || !errors.Is(byEmail, account.ErrNoAccount) || len(list) > 0 || total > 0 {
						t.Errorf("found: %v, %v, %d of %d", byID, byEmail, len(list), total)
					}
					return err
				})
				foreign := storeAccount(scope, 12)
				foreign.Version = 1
				s.fails(t, account.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
					return tx.Accounts().Save(ctx, account.Restore(foreign))
				})
				s.fails(t, account.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
					return tx.Accounts().Delete(ctx, account.Restore(foreign))
				})
			})
		}
		if got := s.account(t, storeScope, 12); got.Version != 1 {
			t.Errorf("it is at version %d", got.Version)
		}
	}},
	{"replace the version they were read at, and no other", func(t *testing.T, s *Storage) {
		s.save(t, storeAccount(storeScope, 12))
		stale := account.Restore(s.account(t, storeScope, 12))
		fresh := s.account(t, storeScope, 12)
		fresh.Profile.City = "Oslo"
		one := account.Restore(fresh)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Accounts().Save(ctx, one) })
		if one.Snapshot().Version != 2 {
			t.Errorf("the account believes to be at version %d", one.Snapshot().Version)
		}
		s.fails(t, account.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Accounts().Save(ctx, stale) })
		s.fails(t, account.ErrStale, func(ctx context.Context, tx outbound.Tx) error { return tx.Accounts().Delete(ctx, stale) })
		s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error {
			again := storeAccount(storeScope, 12)
			again.Profile.Email = "other@example.com"
			return tx.Accounts().Save(ctx, account.Restore(again))
		})
		if got := s.account(t, storeScope, 12); got.Profile.City != "Oslo" || got.Version != 2 {
			t.Errorf("got version %d in %q", got.Version, got.Profile.City)
		}
	}},
	{"own their e-mail address in their scope, however it is spelled", func(t *testing.T, s *Storage) {
		first, second := storeAccount(storeScope, 1), storeAccount(storeScope, 2)
		first.Profile.Email, second.Profile.Email = "Mette@Example.com", "mETTE@eXAMPLE.com"
		s.save(t, first)
		err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
			return tx.Accounts().Save(ctx, account.Restore(second))
		})
		storeBlames(t, err, account.ErrEmailTaken, "email")
		for _, scope := range []organization.Scope{storeOther.Scope(organization.Production), storeHome.Scope(organization.Sandbox)} {
			elsewhere := second
			elsewhere.Scope, elsewhere.ID = scope, int64(len(scope.Organization)+len(scope.Environment)+100)
			s.save(t, elsewhere)
		}
		// A changed address is free for others.
		if err := storeChange(t.Context(), s, storeScope, 1, func(a *account.Snapshot) { a.Profile.Email = "new@example.com" }); err != nil {
			t.Fatal(err)
		}
		s.save(t, second)
		err = storeChange(t.Context(), s, storeScope, 1, func(a *account.Snapshot) { a.Profile.Email = second.Profile.Email })
		storeBlames(t, err, account.ErrEmailTaken, "email")
		if err := storeChange(t.Context(), s, storeScope, 2, func(a *account.Snapshot) { a.Profile.Email = "" }); err != nil {
			t.Fatal(err)
		}
		if err := storeChange(t.Context(), s, storeScope, 1, func(a *account.Snapshot) { a.Profile.Email = second.Profile.Email }); err != nil {
			t.Errorf("an address that was given up: %v", err)
		}
	}},
	{"own their number in their scope", func(t *testing.T, s *Storage) {
		n := storeNumber(t, 1)
		first, second := storeAccount(storeScope, 1), storeAccount(storeScope, 2)
		first.Number, second.Number = n, n
		s.save(t, first)
		err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
			return tx.Accounts().Save(ctx, account.Restore(second))
		})
		storeBlames(t, err, account.ErrNumberUnusable, "number")
		for _, scope := range []organization.Scope{storeOther.Scope(organization.Production), storeHome.Scope(organization.Sandbox)} {
			elsewhere := second
			elsewhere.Scope, elsewhere.ID = scope, int64(len(scope.Organization)+len(scope.Environment)+100)
			s.save(t, elsewhere)
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			a, err := tx.Accounts().Find(ctx, storeScope, 1)
			if err != nil {
				return err
			}
			return tx.Accounts().Delete(ctx, a)
		})
		s.save(t, second)
	}},
	{"win a number once, of 200 that want it at the same time", func(t *testing.T, s *Storage) {
		const n = 200
		all := make([]account.Snapshot, n)
		for i := range all {
			all[i] = storeAccount(storeScope, int64(i+1))
		}
		s.save(t, all...)
		number := storeNumber(t, 1)
		won, lost := storeRace(t, n, func(i int) error {
			return storeChange(t.Context(), s, storeScope, int64(i+1), func(a *account.Snapshot) { a.Number = number })
		})
		if won != 1 || lost[account.ErrNumberUnusable.Error()] != n-1 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
	}},
	{"win an e-mail address once, of many that want it at the same time", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 50, func(i int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				a := storeAccount(storeScope, int64(i+1))
				a.Profile.Email = "wanted@example.com"
				return tx.Accounts().Save(ctx, account.Restore(a))
			})
		})
		if won != 1 || lost[account.ErrEmailTaken.Error()] != 49 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
	}},
	{"are listed by page, lowest identifier first", func(t *testing.T, s *Storage) {
		for _, id := range []int64{30, 4, 100, 7, 1 << 50} {
			s.save(t, storeAccount(storeScope, id))
		}
		other := storeAccount(storeOther.Scope(organization.Production), 5)
		s.save(t, other)
		for _, c := range []struct {
			page outbound.Page
			want []int64
		}{
			{outbound.Page{Limit: 2}, []int64{4, 7}},
			{outbound.Page{Limit: 2, Offset: 2}, []int64{30, 100}},
			{outbound.Page{Limit: 2, Offset: 4}, []int64{1 << 50}},
			{outbound.Page{Limit: 2, Offset: 6}, nil},
			{outbound.Page{Limit: 100}, []int64{4, 7, 30, 100, 1 << 50}},
		} {
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				list, total, err := r.Accounts().List(ctx, storeScope, c.page)
				var got []int64
				for _, a := range list {
					got = append(got, a.Snapshot().ID)
				}
				if total != 5 || !slices.Equal(got, c.want) {
					t.Errorf("%+v: %v of %d", c.page, got, total)
				}
				return err
			})
		}
	}},
	{"take their tokens and codes with them when deleted", func(t *testing.T, s *Storage) {
		s.save(t, storeAccount(storeScope, 12), storeAccount(storeScope, 13))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Clients().Add(ctx, storeClient(storeScope, "c1", organization.KindSSO, "x")),
				tx.Tokens().Add(ctx, storeToken(storeScope, 1, 12, "c1")), tx.Tokens().Add(ctx, storeToken(storeScope, 2, 13, "c1")),
				tx.LoginCodes().Add(ctx, storeCode(storeScope, 12, "c1")))
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			a, err := tx.Accounts().Find(ctx, storeScope, 12)
			if err != nil {
				return err
			}
			return tx.Accounts().Delete(ctx, a)
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			if _, err := r.Tokens().Bearer(ctx, 1); !errors.Is(err, account.ErrUnauthenticated) {
				t.Errorf("its token: %v", err)
			}
			if _, err := r.Accounts().Find(ctx, storeScope, 12); !errors.Is(err, account.ErrNoAccount) {
				t.Errorf("itself: %v", err)
			}
			if _, err := r.Accounts().FindByEmail(ctx, storeScope, "mette12@example.com"); !errors.Is(err, account.ErrNoAccount) {
				t.Errorf("by its address: %v", err)
			}
			_, err := r.Tokens().Bearer(ctx, 2)
			return err
		})
		s.fails(t, account.ErrCode, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.LoginCodes().Redeem(ctx, storeCode(storeScope, 12, "").Hash, storeNow)
			return err
		})
	}},
}

// account reads an account that must be there.
func (s *Storage) account(t *testing.T, scope organization.Scope, id int64) (got account.Snapshot) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		a, err := r.Accounts().Find(ctx, scope, id)
		if err == nil {
			got = a.Snapshot()
		}
		return err
	})
	return got
}

// storeBlames expects a fault that names one input.
func storeBlames(t *testing.T, err error, want *fault.Fault, field string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
		return
	}
	if v := fault.Of(err).Violations(); len(v) != 1 || v[0].Field != field {
		t.Errorf("it blames %v, not %s", v, field)
	}
}
