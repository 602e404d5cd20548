package failover

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// ample is as long as a provider may be given at all, so that crowds on a busy machine do not make well ones look ill.
const ample = "EIDGATE_PROVIDERS_BANKID_TIMEOUT=7s;EIDGATE_PROVIDERS_IDKOLLEN_TIMEOUT=7s;EIDGATE_PROVIDERS_SIMULATOR_TIMEOUT=7s"

// crowd makes many starts, some at a time, and gives all answers.
func (w *world) crowd(t *testing.T, path string, many int) []answer {
	t.Helper()
	const atOnce = 8
	got := make([]answer, many)
	var workers sync.WaitGroup
	for worker := range atOnce {
		workers.Go(func() {
			for i := worker; i < many; i += atOnce {
				var err error
				if got[i], err = w.try(t, http.MethodPost, path, "{}"); err != nil {
					t.Errorf("start %d: %v", i, err)
				}
			}
		})
	}
	workers.Wait()
	return got
}

// quantile gives how long all but a few starts took.
func quantile(all []answer, q float64) time.Duration {
	times := make([]time.Duration, 0, len(all))
	for _, a := range all {
		times = append(times, a.took)
	}
	slices.Sort(times)
	return times[int(float64(len(times)-1)*q)]
}

func begun(all []answer) (n int) {
	for _, a := range all {
		if a.status/100 == 2 && a.ID != "" {
			n++
		}
	}
	return n
}

// Of three providers the first is a black hole. Those who come before its breaker opens are told that nobody knows; of
// those who come afterwards, 999 of 1,000 begin, and are not kept waiting.
func TestOneOfThreeProvidersIsABlackHole(t *testing.T) {
	w := open(t, kollenFirst, "EIDGATE_PROVIDERS_IDKOLLEN_BREAKER_OPEN=50ms", ample)
	well := w.crowd(t, swedish, 300)
	if n := begun(well); n != len(well) {
		t.Fatalf("%d of %d begin while all is well", n, len(well))
	}
	w.toKollen.swallow(t)
	var first sync.WaitGroup
	for range 3 {
		first.Go(func() {
			a, err := w.try(t, http.MethodPost, swedish, "{}")
			if err != nil {
				t.Error(err)
				return
			}
			a.uncertain(t)
		})
	}
	first.Wait()
	w.wasAsked(t, 0, len(well))

	many := 2_000
	if watched {
		many = 500
	}
	ill := w.crowd(t, swedish, many)
	good := begun(ill)
	if good < many-many/1000 {
		t.Errorf("%d of %d begin", good, many)
	}
	if bank, kollen := w.asked(); bank < good || kollen != len(well) {
		t.Errorf("bankid was asked %d times and idkollen %d times", bank, kollen)
	}
	extra := quantile(ill, 0.99) - quantile(well, 0.99)
	t.Logf("%d of %d begin; p50 %s and p99 %s with a black hole, %s and %s without; %s more at p99", good, many,
		quantile(ill, 0.5), quantile(ill, 0.99), quantile(well, 0.5), quantile(well, 0.99), extra)
	// The rest is the machine's as well as ours, and a busy one is busy before and afterwards.
	if median := quantile(ill, 0.5); median > patience/2+5*quantile(well, 0.5) {
		t.Errorf("half of them wait for %s", median)
	}

	w.toKollen.cure(t)
	w.until(t, "idkollen is used again", func() bool {
		before := w.kollen.Calls(kollenAuth)
		w.start(t, swedish).good(t)
		return w.kollen.Calls(kollenAuth) > before
	})
}

// until waits for something that takes the machine's time, and asks again and again.
func (w *world) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it never happens that %s", what)
		}
	}
}

// While one provider hangs, people of other eIDs and other providers notice nothing.
func TestOtherEIDsDoNotWaitForAProviderThatHangs(t *testing.T) {
	w := open(t, "EIDGATE_ROUTES_SE_BANKID=bankid", "EIDGATE_ROUTES_SE_FREJA=idkollen", tolerant, ample)
	w.start(t, swedish).good(t)
	well := map[string]time.Duration{freja: quantile(w.crowd(t, freja, 30), 0.5), danish: quantile(w.crowd(t, danish, 30), 0.5)}
	w.toBank.swallow(t)
	var hanging sync.WaitGroup
	for range 40 {
		hanging.Go(func() {
			if _, err := w.try(t, http.MethodPost, swedish, "{}"); err != nil {
				t.Error(err)
			}
		})
	}
	for path, few := range map[string]int{freja: 100, danish: 100} {
		all := w.crowd(t, path, few)
		if n := begun(all); n != few {
			t.Errorf("%s: %d of %d begin", path, n, few)
		}
		t.Logf("%s: p50 %s, p99 %s while 40 people hang", path, quantile(all, 0.5), quantile(all, 0.99))
		if slow := quantile(all, 0.5); slow > patience/2+5*well[path] {
			t.Errorf("%s: half of them wait for more than %s, where %s is usual", path, slow, well[path])
		}
	}
	hanging.Wait()
}
