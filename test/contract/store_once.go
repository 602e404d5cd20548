package contract

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storeBlocklist = []storePromise{
	{"knows the numbers on it, in any scope", func(t *testing.T, s *Storage) {
		block := func(add bool, n identity.Number) {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				if add {
					return tx.Blocklist().Add(ctx, n)
				}
				return tx.Blocklist().Remove(ctx, n)
			})
		}
		expect := func(count int, has ...bool) {
			t.Helper()
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				for i, want := range has {
					got, err := r.Blocklist().Has(ctx, storeNumber(t, i+1))
					if err != nil {
						return err
					}
					if got != want {
						t.Errorf("number %d: %v", i+1, got)
					}
				}
				n, err := r.Blocklist().Count(ctx)
				if n != count {
					t.Errorf("it counts %d, want %d", n, count)
				}
				return err
			})
		}
		expect(0, false, false)
		block(true, storeNumber(t, 1))
		block(true, storeNumber(t, 1))
		expect(1, true, false)
		block(true, storeNumber(t, 2))
		expect(2, true, true)
		block(false, storeNumber(t, 1))
		block(false, storeNumber(t, 1))
		block(false, storeNumber(t, 3))
		expect(1, false, true)
	}},
	{"counts a number once, however many add it at the same time", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 20, func(int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.Blocklist().Add(ctx, storeNumber(t, 1)) })
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			n, err := r.Blocklist().Count(ctx)
			if n != 1 || won != 20 {
				t.Errorf("it counts %d, %d added: %v", n, won, lost)
			}
			return err
		})
	}},
}

var storeReceipts = []storePromise{
	{"tell a command's result to its scope, and nowhere else", func(t *testing.T, s *Storage) {
		const id = "caller's \xff own\x00 id"
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Receipts().Add(ctx, storeScope, "create", id, "account/12", storeNow)
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			result, ok, err := r.Receipts().Find(ctx, storeScope, "create", id)
			if result != "account/12" || !ok {
				t.Errorf("got %q, %v", result, ok)
			}
			_, other, err2 := r.Receipts().Find(ctx, storeScope, "create", "CALLER")
			_, command, err3 := r.Receipts().Find(ctx, storeScope, "delete", id)
			if other || command {
				t.Error("another identifier or command has the receipt")
			}
			for where, scope := range storeElsewhere {
				if _, ok, err := r.Receipts().Find(ctx, scope, "create", id); ok || err != nil {
					t.Errorf("%s: %v %v", where, ok, err)
				}
			}
			return errors.Join(err, err2, err3)
		})
	}},
	{"are given once, of many at the same time", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 30, func(int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				return tx.Receipts().Add(ctx, storeScope, "create", "1", "done", storeNow)
			})
		})
		if won != 1 || lost[outbound.ErrReplayed.Error()] != 29 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
		for where, scope := range storeElsewhere {
			if err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				return tx.Receipts().Add(ctx, scope, "create", "1", "done", storeNow)
			}); err != nil {
				t.Errorf("%s: %v", where, err)
			}
		}
	}},
	{"are forgotten after a while", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			err := errors.Join(tx.Receipts().Add(ctx, storeScope, "create", "old", "1", storeNow.Add(-time.Microsecond)), tx.Receipts().Add(ctx, storeScope, "create", "new", "2", storeNow))
			if err != nil {
				return err
			}
			n, err := tx.Receipts().Purge(ctx, storeNow)
			if n != 1 {
				t.Errorf("forgot %d", n)
			}
			_, ok, err2 := tx.Receipts().Find(ctx, storeScope, "create", "new")
			if !ok {
				t.Error("forgot the new one")
			}
			return errors.Join(err, err2)
		})
	}},
	{"of what was spent are given once, of many at the same time", func(t *testing.T, s *Storage) {
		until := storeNow.Add(time.Minute)
		won, lost := storeRace(t, 30, func(int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				return tx.Spent().Spend(ctx, storeScope, "token", "jti", until)
			})
		})
		if won != 1 || lost[outbound.ErrReplayed.Error()] != 29 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
		for where, scope := range storeElsewhere {
			if err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				return tx.Spent().Spend(ctx, scope, "token", "jti", until)
			}); err != nil {
				t.Errorf("%s: %v", where, err)
			}
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Spent().Spend(ctx, storeScope, "code", "jti", until), tx.Spent().Spend(ctx, storeScope, "token", "JTI", until))
		})
	}},
	{"of what was spent are forgotten when it is worthless", func(t *testing.T, s *Storage) {
		spend := func(until time.Time) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				return tx.Spent().Spend(ctx, storeScope, "token", "jti", until)
			})
		}
		purge := func(before time.Time) (n int) {
			s.do(t, func(ctx context.Context, tx outbound.Tx) (err error) {
				n, err = tx.Spent().Purge(ctx, before)
				return err
			})
			return n
		}
		if err := spend(storeNow); err != nil {
			t.Fatal(err)
		}
		if n := purge(storeNow.Add(-time.Microsecond)); n != 0 {
			t.Errorf("forgot %d too early", n)
		}
		if err := spend(storeNow); !errors.Is(err, outbound.ErrReplayed) {
			t.Errorf("spent twice: %v", err)
		}
		if n := purge(storeNow); n != 1 {
			t.Errorf("forgot %d", n)
		}
		if err := spend(storeNow); err != nil {
			t.Error(err)
		}
	}},
}
