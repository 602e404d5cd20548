package contract

import (
	"sync"
	"testing"

	"github.com/eidgate/eidgate/domain/account"
)

// storeRotate lets many accounts want few numbers at several processes, while one of them moves to its newest key;
// then everything moves to the key two.
func storeRotate(t *testing.T, s *Storage, others ...Store) {
	t.Helper()
	const numbers, rivals = 6, 12
	for i := range numbers * rivals {
		s.save(t, storeAccount(storeScope, int64(i+1)))
	}
	processes := append([]Store{s}, others...)
	stop := make(chan struct{})
	var walk sync.WaitGroup
	walk.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if _, _, err := others[0].Rekey(t.Context(), 3); err != nil {
					t.Errorf("moving: %v", err)
					return
				}
			}
		}
	})
	won, lost := storeRace(t, numbers*rivals, func(i int) error {
		return storeChange(t.Context(), processes[i%len(processes)], storeScope, int64(i+1), func(a *account.Snapshot) { a.Number = storeNumber(t, i/rivals+1) })
	})
	close(stop)
	walk.Wait()
	if won != numbers || lost[account.ErrNumberUnusable.Error()] != numbers*(rivals-1) {
		t.Errorf("%d won, lost: %v", won, lost)
	}
	last := s.Beside(t, NewRing("one", "two"))
	if err := storeRekey(t.Context(), last, 100); err != nil {
		t.Fatal(err)
	}
	n, err := last.Needing(t.Context(), "one")
	if err != nil || n != 0 {
		t.Errorf("%d still need the old key, %v", n, err)
	}
}
