package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func storeToken(scope organization.Scope, id, owner int64, client string) account.Token {
	kind := account.CRMToken
	if owner != 0 {
		kind = account.AppToken
	}
	return account.Token{
		ID: id, Scope: scope, Kind: kind, Account: owner, Client: client, Hash: account.HashToken(fmt.Sprint("token ", id)),
		CreatedAt: storeNow, ExpiresAt: storeNow.Add(time.Hour),
	}
}

func storeCode(scope organization.Scope, owner int64, client string) account.LoginCode {
	return account.LoginCode{
		ID:   fmt.Sprint("code ", owner),
		Hash: account.HashToken(fmt.Sprint("code ", owner)), Scope: scope, Account: owner, Client: client, ExpiresAt: storeNow.Add(time.Minute),
	}
}

// bearers makes two accounts with a plan, two clients, and tokens 1 and 2 of the first account, 3 of the second, 4
// of none.
func (s *Storage) bearers(t *testing.T) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		plan, err := tx.Plans().Add(ctx, account.Plan{Scope: storeScope, Name: "Basic", Monitors: true, CreatedAt: storeNow, UpdatedAt: storeNow})
		first, second := storeAccount(storeScope, 12), storeAccount(storeScope, 13)
		first.Plan, first.Number, first.PasswordHash = plan, storeNumber(t, 1), "hash"
		demo := storeClient(storeScope, "c2", organization.KindCRM, "y")
		demo.Demo = true
		return errors.Join(err,
			tx.Accounts().Save(ctx, account.Restore(first)), tx.Accounts().Save(ctx, account.Restore(second)),
			tx.Clients().Add(ctx, storeClient(storeScope, "c1", organization.KindSSO, "x")), tx.Clients().Add(ctx, demo),
			tx.Tokens().Add(ctx, storeToken(storeScope, 1, 12, "c1")), tx.Tokens().Add(ctx, storeToken(storeScope, 2, 12, "c1")),
			tx.Tokens().Add(ctx, storeToken(storeScope, 3, 13, "c1")), tx.Tokens().Add(ctx, storeToken(storeScope, 4, 0, "c2")),
		)
	})
}

// bearer tells whether a token is there.
func (s *Storage) bearer(t *testing.T, id int64) (b account.Bearer, there bool) {
	t.Helper()
	err := s.View(t.Context(), func(ctx context.Context, r outbound.Reader) (err error) {
		b, err = r.Tokens().Bearer(ctx, id)
		return err
	})
	if err != nil && !errors.Is(err, account.ErrUnauthenticated) {
		t.Fatal(err)
	}
	return b, err == nil
}

var storeTokens = []storePromise{
	{"are found with their account, its plan and the state of the client", func(t *testing.T, s *Storage) {
		s.bearers(t)
		app, _ := s.bearer(t, 1)
		if want := storeToken(storeScope, 1, 12, "c1"); app.Token != want {
			t.Errorf("got  %+v\nwant %+v", app.Token, want)
		}
		if want := s.account(t, storeScope, 12); app.Account == nil || app.Account.Snapshot() != want || want.Plan.Name != "Basic" {
			t.Errorf("got the account %+v\nwant %+v", app.Account, want)
		}
		if app.ClientRevoked || app.ClientDemo {
			t.Error("the client is taken for revoked or demo")
		}
		crm, _ := s.bearer(t, 4)
		if want := storeToken(storeScope, 4, 0, "c2"); crm.Token != want || crm.Account != nil || crm.ClientRevoked || !crm.ClientDemo {
			t.Errorf("got %+v", crm)
		}
		for _, id := range []int64{0, -1, 5, 1 << 60} {
			if _, there := s.bearer(t, id); there {
				t.Errorf("found a token %d", id)
			}
		}
	}},
	{"are found after they expired, for the domain to judge", func(t *testing.T, s *Storage) {
		s.bearers(t)
		b, _ := s.bearer(t, 1)
		if err := b.Token.Check(account.HashToken("token 1"), storeNow.Add(time.Hour)); !errors.Is(err, account.ErrUnauthenticated) {
			t.Errorf("after its time: %v", err)
		}
		if err := b.Token.Check(account.HashToken("token 1"), storeNow.Add(time.Hour-time.Microsecond)); err != nil {
			t.Errorf("in its time: %v", err)
		}
	}},
	{"tell when their client has been revoked or is gone", func(t *testing.T, s *Storage) {
		s.bearers(t)
		revoked := storeClient(storeScope, "c1", organization.KindSSO, "x")
		revoked.RevokedAt = storeNow
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Clients().Revoke(ctx, revoked),
				tx.Tokens().Add(ctx, storeToken(storeScope, 8, 12, "c1")), tx.Tokens().Add(ctx, storeToken(storeScope, 9, 12, "nobody")))
		})
		for _, id := range []int64{8, 9} {
			if b, there := s.bearer(t, id); !there || !b.ClientRevoked {
				t.Errorf("token %d: there %v, client revoked %v", id, there, b.ClientRevoked)
			}
		}
	}},
	{"have identifiers of their own", func(t *testing.T, s *Storage) {
		s.bearers(t)
		s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Tokens().Add(ctx, storeToken(storeOther.Scope(organization.Production), 1, 0, "c9"))
		})
	}},
	{"end with all others of their account, but the one to keep", func(t *testing.T, s *Storage) {
		s.bearers(t)
		for where, scope := range storeElsewhere {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				n, err := tx.Tokens().RevokeOf(ctx, scope, 12, 0)
				if n != 0 {
					t.Errorf("%s: ended %d", where, n)
				}
				return err
			})
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.LoginCodes().Add(ctx, storeCode(storeScope, 12, "c1")); err != nil {
				return err
			}
			n, err := tx.Tokens().RevokeOf(ctx, storeScope, 12, 2)
			if n != 1 {
				t.Errorf("ended %d", n)
			}
			return err
		})
		for id, want := range map[int64]bool{1: false, 2: true, 3: true, 4: true} {
			if _, there := s.bearer(t, id); there != want {
				t.Errorf("token %d: there %v", id, there)
			}
		}
		s.fails(t, account.ErrCode, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.LoginCodes().Redeem(ctx, storeCode(storeScope, 12, "").Hash, storeNow)
			return err
		})
	}},
	{"remember when they were used last, never an earlier time", func(t *testing.T, s *Storage) {
		s.bearers(t)
		touch := func(times map[int64]time.Time) {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Tokens().Touch(ctx, times) })
		}
		late := storeNow.Add(time.Hour)
		touch(nil)
		touch(map[int64]time.Time{1: late, 2: storeNow, 77: late})
		touch(map[int64]time.Time{1: storeNow, 2: late})
		for id, want := range map[int64]time.Time{1: late, 2: late, 3: {}} {
			if b, _ := s.bearer(t, id); b.Token.LastUsedAt != want {
				t.Errorf("token %d: %v, want %v", id, b.Token.LastUsedAt, want)
			}
		}
	}},
	{"are removed some time after they expired", func(t *testing.T, s *Storage) {
		s.bearers(t)
		expired := storeToken(storeScope, 5, 0, "c1")
		expired.ExpiresAt = storeNow.Add(-time.Second)
		code := storeCode(storeScope, 99, "c1")
		code.ExpiresAt = storeNow.Add(-time.Microsecond)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			if err := errors.Join(tx.Tokens().Add(ctx, expired), tx.LoginCodes().Add(ctx, code)); err != nil {
				return err
			}
			n, err := tx.Tokens().Purge(ctx, storeNow)
			if n != 2 {
				t.Errorf("removed %d", n)
			}
			return err
		})
		if _, there := s.bearer(t, 5); there {
			t.Error("the expired token is still there")
		}
		if _, there := s.bearer(t, 1); !there {
			t.Error("a living token is gone")
		}
	}},
}

var storeCodes = []storePromise{
	{"are redeemed once, and come back as they were added", func(t *testing.T, s *Storage) {
		code := storeCode(storeScope, 12, "c1")
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.LoginCodes().Add(ctx, code) })
		redeem := func(at time.Time) (got account.LoginCode, err error) {
			err = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) (err error) {
				got, err = tx.LoginCodes().Redeem(ctx, code.Hash, at)
				return err
			})
			return got, err
		}
		if _, err := redeem(code.ExpiresAt); !errors.Is(err, account.ErrCode) {
			t.Errorf("at the end of its time: %v", err)
		}
		if got, err := redeem(code.ExpiresAt.Add(-time.Microsecond)); err != nil || got != code {
			t.Errorf("in its time: %+v, %v", got, err)
		}
		if _, err := redeem(storeNow); !errors.Is(err, account.ErrCode) {
			t.Errorf("again: %v", err)
		}
	}},
	{"are not used up by a unit of work that is undone", func(t *testing.T, s *Storage) {
		code := storeCode(storeScope, 12, "c1")
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.LoginCodes().Add(ctx, code) })
		s.fails(t, account.ErrInactive, func(ctx context.Context, tx outbound.Tx) error {
			if _, err := tx.LoginCodes().Redeem(ctx, code.Hash, storeNow); err != nil {
				return err
			}
			return account.ErrInactive
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.LoginCodes().Redeem(ctx, code.Hash, storeNow)
			return err
		})
	}},
	{"are redeemed by exactly one of many who try at the same time", func(t *testing.T, s *Storage) {
		code := storeCode(storeScope, 12, "c1")
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.LoginCodes().Add(ctx, code) })
		won, lost := storeRace(t, 50, func(int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				_, err := tx.LoginCodes().Redeem(ctx, code.Hash, storeNow)
				return err
			})
		})
		if won != 1 || lost[account.ErrCode.Error()] != 49 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
	}},
}
