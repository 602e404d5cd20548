package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeRekey moves everything, n at a time.
func storeRekey(ctx context.Context, s outbound.Rekeyer, n int) error {
	for range 1000 {
		moved, done, err := s.Rekey(ctx, n)
		switch {
		case err != nil || done:
			return err
		case moved > n:
			return fmt.Errorf("moved %d at once", moved)
		}
	}
	return errors.New("it does not come to an end")
}

// keep fills the store with 30 accounts, 12 sessions and one of everything else, under the keys there are.
func (s *Storage) keep(t *testing.T) {
	t.Helper()
	for i := range 30 {
		a := storeAccount(storeScope, int64(i+1))
		a.Number = storeNumber(t, i+1)
		s.save(t, a)
	}
	for i := range 12 {
		one := storeSession(storeScope, fmt.Sprint("s", i))
		one.Order.Correlation = fmt.Sprint("reference ", i)
		s.open(t, one)
	}
	s.keepUsers(t)
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		return errors.Join(
			tx.Receipts().Add(ctx, storeScope, "create", "1", "done", storeNow),
			tx.Clients().Add(ctx, storeClient(storeScope, "c1", organization.KindEID, "web")),
			tx.Documents().Add(ctx, storeDocument(storeScope, "d1")), tx.Evidence().Add(ctx, storeProven(storeScope, "s1")),
			tx.Callbacks().Add(ctx, storeCallback(storeScope, "s1")), tx.Callbacks().Add(ctx, storeCallback(storeScope, "s2")),
			tx.Callbacks().Tried(ctx, storeCallback(storeScope, "s2"), storeAttempt(1, ""), outbound.CallbackDelivered, storeNow),
		)
	})
}

// kept expects all of keep to be found and to be unique.
func (s *Storage) kept(t *testing.T) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		for i := range 30 {
			a, err := r.Accounts().FindByEmail(ctx, storeScope, fmt.Sprintf("mette%d@example.com", i+1))
			if err != nil {
				return err
			}
			if got := a.Snapshot(); got.ID != int64(i+1) || got.Version != 1 || got.Number != storeNumber(t, i+1) {
				t.Errorf("account %d: %+v", i+1, got)
			}
		}
		for i := range 12 {
			list, err := r.Sessions().FindByCorrelation(ctx, storeScope, fmt.Sprint("reference ", i))
			if err != nil {
				return err
			}
			if got := storeIDs(list); !slices.Equal(got, []string{fmt.Sprint("s", i)}) {
				t.Errorf("session %d: %v", i, got)
			}
		}
		result, _, err := r.Receipts().Find(ctx, storeScope, "create", "1")
		if result != "done" {
			t.Errorf("the receipt says %q", result)
		}
		client, err2 := r.Clients().Find(ctx, "c1")
		document, err3 := r.Documents().Find(ctx, storeScope, "d1")
		proven, err4 := r.Evidence().Find(ctx, storeScope, "s1")
		for what, same := range map[string]bool{
			"the client":   reflect.DeepEqual(client, storeClient(storeScope, "c1", organization.KindEID, "web")),
			"the document": reflect.DeepEqual(document, storeDocument(storeScope, "d1")),
			"the evidence": reflect.DeepEqual(proven, storeProven(storeScope, "s1")),
		} {
			if !same {
				t.Errorf("%s comes back otherwise", what)
			}
		}
		return errors.Join(err, err2, err3, err4)
	})
	if got := s.courier(t, 10, storeNow); !reflect.DeepEqual(got, []outbound.Callback{storeCallback(storeScope, "s1")}) {
		t.Errorf("the callbacks that wait are %v", storeNews(got))
	}
	if err := s.PostponeCallbacks(t.Context(), []string{"s1"}, storeNow); err != nil {
		t.Fatal(err)
	}
	s.keptUsers(t)
	thief := storeAccount(storeScope, 1000)
	thief.Number = storeNumber(t, 30)
	s.fails(t, account.ErrNumberUnusable, func(ctx context.Context, tx outbound.Tx) error {
		return tx.Accounts().Save(ctx, account.Restore(thief))
	})
	thief.Number, thief.Profile.Email = identity.Number{}, "METTE30@example.com"
	s.fails(t, account.ErrEmailTaken, func(ctx context.Context, tx outbound.Tx) error {
		return tx.Accounts().Save(ctx, account.Restore(thief))
	})
	s.fails(t, outbound.ErrReplayed, func(ctx context.Context, tx outbound.Tx) error {
		return tx.Receipts().Add(ctx, storeScope, "create", "1", "again", storeNow)
	})
}

func (s *Storage) needing(t *testing.T, key string) int {
	t.Helper()
	n, err := s.Needing(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

var storeRotation = []storePromise{
	{"has nothing to do when there is one key", func(t *testing.T, s *Storage) {
		s.keep(t)
		if moved, done, err := s.Rekey(t.Context(), 10); moved != 0 || !done || err != nil {
			t.Errorf("moved %d, done %v, %v", moved, done, err)
		}
		if n := s.needing(t, "one"); n == 0 {
			t.Error("nothing needs the only key")
		}
		if n := s.needing(t, "never"); n != 0 {
			t.Errorf("%d need a key that never was", n)
		}
	}},
	{"moves everything to the new key, and then the old one can go", func(t *testing.T, s *Storage) {
		s.keep(t)
		s.Ring.Add("two")
		s.kept(t)
		s.Ring.Activate("two")
		s.kept(t)
		if err := s.Forget(t.Context(), "one"); !errors.Is(err, outbound.ErrKeyNeeded) {
			t.Errorf("forgot a key that is needed: %v", err)
		}
		if err := storeRekey(t.Context(), s, 7); err != nil {
			t.Fatal(err)
		}
		if n := s.needing(t, "one"); n != 0 {
			t.Fatalf("%d still need the old key", n)
		}
		if n := s.needing(t, "two"); n == 0 {
			t.Error("nothing needs the new key")
		}
		s.kept(t)
		if err := s.Forget(t.Context(), "one"); err != nil {
			t.Fatal(err)
		}
		s.kept(t)
		s.Ring.Remove("one")
		s.kept(t)
		if n := s.needing(t, "one"); n != 0 {
			t.Errorf("%d need the key that is gone", n)
		}
	}},
	{"can be broken off and taken up by another process", func(t *testing.T, s *Storage) {
		s.keep(t)
		s.Ring.Add("two")
		s.Ring.Activate("two")
		for range 3 {
			if _, _, err := s.Rekey(t.Context(), 5); err != nil {
				t.Fatal(err)
			}
		}
		other := s.Beside(t, NewRing("one", "two"))
		if err := storeRekey(t.Context(), other, 5); err != nil {
			t.Fatal(err)
		}
		if n := s.needing(t, "one"); n != 0 {
			t.Errorf("%d still need the old key", n)
		}
		s.kept(t)
	}},
	{"goes round again for what others wrote with the old key meanwhile", func(t *testing.T, s *Storage) {
		s.keep(t)
		late := s.Beside(t, func() *Ring { r := NewRing("one"); r.Add("two"); return r }())
		s.Ring.Add("two")
		s.Ring.Activate("two")
		for i := range 200 {
			moved, done, err := s.Rekey(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if moved == 1 && i == 35 { // the accounts are behind us
				if err := storeChange(t.Context(), late, storeScope, 1, func(*account.Snapshot) {}); err != nil {
					t.Fatal(err)
				}
				if n := s.needing(t, "one"); n == 0 {
					t.Fatal("the late change was sealed with the new key")
				}
			}
			if done {
				break
			}
		}
		if n := s.needing(t, "one"); n != 0 {
			t.Errorf("done, and %d still need the old key", n)
		}
	}},
	{"leaves the version as it is, so that what was read before can be saved", func(t *testing.T, s *Storage) {
		s.save(t, storeAccount(storeScope, 12))
		s.open(t, storeSession(storeScope, "s1"))
		before := account.Restore(s.account(t, storeScope, 12))
		session := storeSession(storeScope, "s1")
		session.Version = 1
		s.Ring.Add("two")
		s.Ring.Activate("two")
		if err := storeRekey(t.Context(), s, 10); err != nil {
			t.Fatal(err)
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.Accounts().Save(ctx, before), tx.Sessions().Save(ctx, eid.Restore(session)))
		})
	}},
	{"overwrites nothing that is saved meanwhile", func(t *testing.T, s *Storage) {
		const accounts, changes = 5, 20
		for i := range accounts {
			s.save(t, storeAccount(storeScope, int64(i+1)))
		}
		other := s.Beside(t, s.Ring)
		stop := make(chan struct{})
		var walk sync.WaitGroup
		walk.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				key := fmt.Sprint("key ", i%2)
				s.Ring.Remove(key)
				s.Ring.Add(key)
				s.Ring.Activate(key)
				if err := storeRekey(t.Context(), other, 2); err != nil {
					t.Errorf("moving: %v", err)
					return
				}
				s.Ring.Activate("one")
				if err := storeRekey(t.Context(), other, 2); err != nil {
					t.Errorf("moving back: %v", err)
					return
				}
			}
		})
		won, lost := storeRace(t, accounts*changes, func(i int) error {
			return storeChange(t.Context(), s, storeScope, int64(i%accounts+1), func(a *account.Snapshot) { a.Sequence++ })
		})
		close(stop)
		walk.Wait()
		total := 0
		for i := range accounts {
			total += int(s.account(t, storeScope, int64(i+1)).Sequence) - 1
		}
		if won == 0 || total != won {
			t.Errorf("%d changes succeeded, %d are there; the others: %v", won, total, lost)
		}
	}},
	{"admits no duplicate while some processes know the new key and some have not heard of it", func(t *testing.T, s *Storage) {
		knows := NewRing("one")
		knows.Add("two")
		storeRotate(t, s, s.Beside(t, knows), s.Beside(t, NewRing("one")))
	}},
	{"admits no duplicate while some processes use the new key and some only know it", func(t *testing.T, s *Storage) {
		s.Ring.Add("two")
		storeRotate(t, s, s.Beside(t, NewRing("one", "two")), s.Beside(t, s.Ring))
	}},
	{"needs the old key for the blocklist until each number was added anew", func(t *testing.T, s *Storage) {
		block := func() {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Blocklist().Add(ctx, storeNumber(t, 1)) })
		}
		block()
		s.Ring.Add("two")
		s.Ring.Activate("two")
		if err := storeRekey(t.Context(), s, 10); err != nil {
			t.Fatal(err)
		}
		if n := s.needing(t, "one"); n != 1 {
			t.Errorf("%d need the old key", n)
		}
		if err := s.Forget(t.Context(), "one"); !errors.Is(err, outbound.ErrKeyNeeded) {
			t.Errorf("forgot a key that is needed: %v", err)
		}
		block()
		if n := s.needing(t, "one"); n != 0 {
			t.Errorf("added anew, %d need the old key", n)
		}
		if err := s.Forget(t.Context(), "one"); err != nil {
			t.Fatal(err)
		}
		s.Ring.Remove("one")
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			has, err1 := r.Blocklist().Has(ctx, storeNumber(t, 1))
			n, err2 := r.Blocklist().Count(ctx)
			if !has || n != 1 {
				t.Errorf("has it %v, counts %d", has, n)
			}
			return errors.Join(err1, err2)
		})
	}},
	{"needs the old key for what was spent until that is worthless", func(t *testing.T, s *Storage) {
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Spent().Spend(ctx, storeScope, "token", "jti", storeNow.Add(time.Minute))
		})
		s.Ring.Add("two")
		s.Ring.Activate("two")
		if err := storeRekey(t.Context(), s, 10); err != nil {
			t.Fatal(err)
		}
		if n := s.needing(t, "one"); n != 1 {
			t.Errorf("%d need the old key", n)
		}
		s.fails(t, outbound.ErrReplayed, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Spent().Spend(ctx, storeScope, "token", "jti", storeNow.Add(time.Minute))
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Spent().Purge(ctx, storeNow.Add(time.Hour))
			return err
		})
		if n := s.needing(t, "one"); n != 0 {
			t.Errorf("%d need the old key", n)
		}
	}},
}
