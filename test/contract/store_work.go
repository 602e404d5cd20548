package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storeWork = []storePromise{
	{"that returns an error keeps nothing, and returns that very error", func(t *testing.T, s *Storage) {
		mine := errors.New("mine")
		a := account.Restore(storeAccount(storeScope, 12))
		err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.Accounts().Save(ctx, a); err != nil {
				return err
			}
			if err := tx.Facts().Append(ctx, storeFact("account/12", 1)); err != nil {
				return err
			}
			return mine
		})
		if err != mine { //nolint:errorlint // the very error, not one that wraps it
			t.Errorf("got %v", err)
		}
		storeHasNothing(t, s)
		if v := a.Snapshot().Version; v != 0 {
			t.Errorf("the account believes to be saved at version %d", v)
		}
	}},
	{"that panics keeps nothing, and panics on", func(t *testing.T, s *Storage) {
		func() {
			defer func() {
				if got := recover(); got != "mine" {
					t.Errorf("recovered %v", got)
				}
			}()
			_ = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				if err := tx.Accounts().Save(ctx, account.Restore(storeAccount(storeScope, 12))); err != nil {
					return err
				}
				panic("mine")
			})
		}()
		storeHasNothing(t, s)
	}},
	{"whose caller gives up keeps nothing", func(t *testing.T, s *Storage) {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.Accounts().Save(ctx, account.Restore(storeAccount(storeScope, 12))); err != nil {
				return err
			}
			cancel()
			return nil
		})
		if !errors.Is(err, context.Canceled) || !errors.Is(err, outbound.ErrStorage) {
			t.Errorf("got %v", err)
		}
		storeHasNothing(t, s)
	}},
	{"stops waiting for another one when its caller gives up", func(t *testing.T, s *Storage) {
		first, second := storeAccount(storeScope, 1), storeAccount(storeScope, 2)
		second.Profile.Email = first.Profile.Email
		ctx, giveUp := context.WithCancel(t.Context())
		waited := make(chan error, 1)
		s.do(t, func(inside context.Context, tx outbound.Tx) error {
			if err := tx.Accounts().Save(inside, account.Restore(first)); err != nil {
				return err
			}
			go func() {
				waited <- s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
					return tx.Accounts().Save(ctx, account.Restore(second))
				})
			}()
			time.AfterFunc(50*time.Millisecond, giveUp) // by then it waits for us, or it never began
			if err := <-waited; !errors.Is(err, context.Canceled) || !errors.Is(err, outbound.ErrStorage) {
				t.Errorf("got %v", err)
			}
			return nil
		})
		s.save(t, storeAccount(storeScope, 3))
	}},
	{"is dead when it is over", func(t *testing.T, s *Storage) {
		var kept outbound.Tx
		s.do(t, func(_ context.Context, tx outbound.Tx) error { kept = tx; return nil })
		if err := kept.Accounts().Save(t.Context(), account.Restore(storeAccount(storeScope, 12))); err == nil {
			t.Error("saved in a unit of work that was over")
		}
		storeHasNothing(t, s)
	}},
	{"reads what it wrote, and nobody else does before it is kept", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.Accounts().Save(ctx, account.Restore(storeAccount(storeScope, 12))); err != nil {
				return err
			}
			if _, err := tx.Accounts().Find(ctx, storeScope, 12); err != nil {
				return fmt.Errorf("its own account: %w", err)
			}
			storeHasNothing(t, s)
			return nil
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			_, err := r.Accounts().Find(ctx, storeScope, 12)
			return err
		})
	}},
	{"is run again on fresh state when another one got in between", func(t *testing.T, s *Storage) {
		s.save(t, storeAccount(storeScope, 12))
		won, lost := storeRace(t, 20, func(int) error {
			return storeChange(t.Context(), s, storeScope, 12, func(a *account.Snapshot) { a.Sequence++ })
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			a, err := r.Accounts().Find(ctx, storeScope, 12)
			if err != nil {
				return err
			}
			if got := a.Snapshot().Sequence; won != 20 || got != 21 {
				t.Errorf("%d of 20 changes succeeded, %d are there; the others: %v", won, got-1, lost)
			}
			return nil
		})
	}},
	{"that appends a fact whose sequence is taken is run again", func(t *testing.T, s *Storage) {
		sequence := int64(0)
		for range 3 {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				sequence++
				return tx.Facts().Append(ctx, storeFact("account/12", max(sequence-1, 1)))
			})
		}
		if got := storeSequences(t, s, storeScope); fmt.Sprint(got) != "[1 2 3]" {
			t.Errorf("the trail holds %v", got)
		}
	}},
	{"that ignores such a fact is run again all the same", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Facts().Append(ctx, storeFact("account/12", 1))
		})
		runs := int64(0)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			runs++
			_ = tx.Facts().Append(ctx, storeFact("account/12", runs)) // carelessly
			return nil
		})
		if got := storeSequences(t, s, storeScope); fmt.Sprint(got) != "[1 2]" {
			t.Errorf("the trail holds %v", got)
		}
	}},
	{"gives a session that was opened outside of it the same chance each time it runs", func(t *testing.T, s *Storage) {
		one := eid.Restore(storeSession(storeScope, "s1"))
		runs := 0
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.Sessions().Save(ctx, one); err != nil {
				return err
			}
			runs++
			sequence := int64(1)
			if runs > 1 {
				sequence = 2
			}
			return tx.Facts().Append(ctx, storeFact("session/s1", 1), storeFact("session/s1", sequence))
		})
		if runs != 2 || one.Snapshot().Version != 1 {
			t.Errorf("ran %d times, the session is at version %d", runs, one.Snapshot().Version)
		}
	}},
	{"can go on after a save was refused, and keeps nothing of it", func(t *testing.T, s *Storage) {
		first, second := storeAccount(storeScope, 1), storeAccount(storeScope, 2)
		first.Number = storeNumber(t, 1)
		s.save(t, first, second)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			a, err := tx.Accounts().Find(ctx, storeScope, 2)
			if err != nil {
				return err
			}
			other := a.Snapshot()
			other.Number, other.Profile.FirstName, other.Profile.Email = storeNumber(t, 1), "Nobody", "nobody@example.com"
			if err := tx.Accounts().Save(ctx, account.Restore(other)); !errors.Is(err, account.ErrNumberUnusable) {
				t.Errorf("saved with somebody else's number: %v", err)
			}
			return tx.Facts().Append(ctx, storeFact("account/2", 2))
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			a, err := r.Accounts().Find(ctx, storeScope, 2)
			if err != nil {
				return err
			}
			if got := a.Snapshot(); got.Version != 1 || got.Profile != second.Profile || !got.Number.IsZero() {
				t.Errorf("something of the refused save was kept: version %d, %v", got.Version, got.Profile)
			}
			if _, err := r.Accounts().FindByEmail(ctx, storeScope, "nobody@example.com"); !errors.Is(err, account.ErrNoAccount) {
				t.Errorf("the refused address is found: %v", err)
			}
			return nil
		})
		if got := storeSequences(t, s, storeScope); fmt.Sprint(got) != "[2]" {
			t.Errorf("the trail holds %v", got)
		}
	}},
	{"fails with ErrStorage when the store is closed, and so does everything else", func(t *testing.T, s *Storage) {
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		_, claimed := s.Claim(ctx, outbound.Broker, 1, storeNow, time.Second)
		_, _, held := s.Hold(ctx, "relay", "me", storeNow, time.Second)
		_, _, rekeyed := s.Rekey(ctx, 1)
		_, needing := s.Needing(ctx, "one")
		for what, err := range map[string]error{
			"Do": s.Do(ctx, func(context.Context, outbound.Tx) error { return nil }),
			"View": s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Organizations().List(ctx)
				return err
			}),
			"Claim": claimed, "Hold": held, "Rekey": rekeyed, "Needing": needing,
			"Delivered": s.Delivered(ctx, outbound.Broker, []audit.Told{{Position: 1}}),
			"Release":   s.Release(ctx, "relay", "me"), "Forget": s.Forget(ctx, "one"),
		} {
			if !errors.Is(err, outbound.ErrStorage) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}},
	{"stands a view beside it", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			if err := tx.Accounts().Save(ctx, account.Restore(storeAccount(storeScope, 12))); err != nil {
				return err
			}
			// A view takes no lock, so it neither waits for us nor sees us.
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, total, err := r.Accounts().List(ctx, storeScope, outbound.Page{Limit: 10})
				if total != 0 {
					t.Errorf("a view sees %d accounts that nobody kept", total)
				}
				return err
			})
		})
	}},
}

func storeHasNothing(t *testing.T, s *Storage) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		_, total, err := r.Accounts().List(ctx, storeScope, outbound.Page{Limit: 10})
		if total != 0 {
			t.Errorf("%d accounts are stored", total)
		}
		return err
	})
	if got := storeSequences(t, s, storeScope); len(got) > 0 {
		t.Errorf("the trail holds %v", got)
	}
}

func storeFact(subject string, sequence int64) audit.Fact {
	return audit.Fact{
		Organization: storeScope.Organization, Environment: string(storeScope.Environment), Kind: "thing.happened",
		Subject: subject, Sequence: sequence, At: storeNow, Actor: audit.System, Details: map[string]string{"n": "1"},
	}
}

func storeSequences(t *testing.T, s *Storage, scope organization.Scope) []int64 {
	t.Helper()
	var got []int64
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		told, err := r.Facts().List(ctx, scope, 0, 1000)
		for _, f := range told {
			got = append(got, f.Sequence)
		}
		return err
	})
	return got
}
