package system_test

import (
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"github.com/eidgate/eidgate/adapters/system"
)

func TestTheClockTellsUTCInWholeMicroseconds(t *testing.T) {
	before := time.Now().Add(-time.Microsecond)
	now := system.Clock{}.Now()
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
		t.Errorf("got %v", now)
	}
	if now.Before(before) || now.After(time.Now()) {
		t.Errorf("got %v, which is not now", now)
	}
	if kept := time.UnixMicro(now.UnixMicro()).UTC(); kept != now {
		t.Errorf("kept as microseconds it came back as %#v, not %#v", kept, now)
	}
}

func TestAnIDIsAUUIDOfVersion7ThatSortsAfterTheOneBefore(t *testing.T) {
	ids := make([]string, 2000)
	for i := range ids {
		ids[i] = system.IDs{}.New()
	}
	for i, id := range ids {
		u, err := uuid.Parse(id)
		if err != nil || u.Version() != 7 || u.String() != id {
			t.Fatalf("%q is no UUID of version 7: %v", id, err)
		}
		if i > 0 && ids[i-1] >= id {
			t.Fatalf("%q does not sort after %q", id, ids[i-1])
		}
	}
}

func TestIDsMadeAtOnceDiffer(t *testing.T) {
	var (
		group sync.WaitGroup
		lock  sync.Mutex
		seen  = map[string]bool{}
	)
	for range 8 {
		group.Go(func() {
			for range 1000 {
				id := system.IDs{}.New()
				lock.Lock()
				seen[id] = true
				lock.Unlock()
			}
		})
	}
	group.Wait()
	if len(seen) != 8000 {
		t.Errorf("8000 ids, %d different", len(seen))
	}
}

func TestANumberIsPositiveAndExactInAFloat(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC), time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		for _, random := range []uint16{0, 1, 4095, math.MaxUint16} {
			n := system.NumberAt(now, random)
			if n <= 0 || n >= 1<<53 || int64(float64(n)) != n {
				t.Errorf("%v with %d: %d", now, random, n)
			}
		}
	}
}

func TestANumberGrowsWithEachMillisecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // begins in the year 2000, before the first millisecond that counts
		time.Sleep(time.Until(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)))
		last := int64(0)
		for range 1000 {
			n := system.IDs{}.Number()
			if n <= last {
				t.Fatalf("%d after %d", n, last)
			}
			if at := time.UnixMilli(n>>12 + 1_577_836_800_000); !at.Equal(time.Now()) {
				t.Fatalf("%d tells %v, it is %v", n, at, time.Now())
			}
			last = n
			time.Sleep(time.Millisecond)
		}
	})
}

func TestARandomTextHasTheLengthAskedForAndNothingButLettersAndDigits(t *testing.T) {
	for _, n := range []int{-1, 0, 1, 39, 40, 64, 65, 1000} {
		text := system.Random{}.Alphanumeric(n)
		if len(text) != max(n, 0) {
			t.Errorf("asked for %d, got %d", n, len(text))
		}
		if rest := strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"); rest != "" {
			t.Errorf("got %q", rest)
		}
	}
	if a, b := (system.Random{}).Alphanumeric(40), (system.Random{}).Alphanumeric(40); a == b {
		t.Error("the same text twice")
	}
}

// A byte taken modulo 62 would make the first eight letters a quarter more likely than the rest. Of 620,000
// draws each letter gets 10,000, give or take 100; a bias like that is 20 such steps away.
func TestEveryLetterIsEquallyLikely(t *testing.T) {
	counts := map[rune]int{}
	for _, r := range (system.Random{}).Alphanumeric(620_000) {
		counts[r]++
	}
	if len(counts) != 62 {
		t.Fatalf("%d different letters", len(counts))
	}
	var sorted []int
	for _, n := range counts {
		sorted = append(sorted, n)
	}
	slices.Sort(sorted)
	if sorted[0] < 9300 || sorted[61] > 10700 {
		t.Errorf("the rarest comes %d times, the commonest %d", sorted[0], sorted[61])
	}
}

func BenchmarkAlphanumeric40(b *testing.B) {
	for b.Loop() {
		_ = system.Random{}.Alphanumeric(40)
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		_ = system.IDs{}.New()
	}
}

func BenchmarkNumber(b *testing.B) {
	for b.Loop() {
		_ = system.IDs{}.Number()
	}
}
