package failover

import (
	"context"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"
)

// A line that comes and goes tears some starts in the middle. Each start is answered, no person gets two orders, and
// nobody is told of an order that there is not.
func TestALineThatComesAndGoes(t *testing.T) {
	w := open(t, kollenFirst, "EIDGATE_PROVIDERS_IDKOLLEN_BREAKER_OPEN=20ms")
	ctx, stop := context.WithCancel(t.Context())
	var (
		people  sync.WaitGroup
		mu      sync.Mutex
		answers []answer
	)
	for range 4 {
		people.Go(func() {
			for ctx.Err() == nil {
				a, err := w.try(t, http.MethodPost, swedish, "{}")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				answers = append(answers, a)
				mu.Unlock()
			}
		})
	}
	for n := 0; n < 12 || !w.bothAsked() && n < 1_000; n++ {
		time.Sleep(60 * time.Millisecond)
		w.toKollen.cut()
		time.Sleep(60 * time.Millisecond)
		w.toKollen.mend(t)
	}
	stop()
	people.Wait()
	good, unclear := 0, 0
	for _, a := range answers {
		switch {
		case a.status/100 == 2 && a.ID != "":
			good++
		case a.status == http.StatusServiceUnavailable && a.code == "provider_timeout":
			unclear++
		default:
			t.Errorf("a start was answered %s", a)
		}
	}
	bank, kollen := w.asked()
	t.Logf("%d begun, %d unclear; %d orders at bankid, %d at idkollen", good, unclear, bank, kollen)
	if bank+kollen < good || bank+kollen > good+unclear || bank == 0 || kollen == 0 {
		t.Errorf("%d begun and %d unclear, but %d orders at bankid and %d at idkollen", good, unclear, bank, kollen)
	}
}

// bothAsked holds when each of the two has had a start.
func (w *world) bothAsked() bool {
	bank, kollen := w.asked()
	return bank > 0 && kollen > 0
}

// Whatever was done to the lines, nothing of it goes on when they are well again.
func TestNothingIsLeftOfABadDay(t *testing.T) {
	w := open(t, bankFirst, "EIDGATE_PROVIDERS_BANKID_BREAKER_OPEN=20ms", "EIDGATE_PROVIDERS_IDKOLLEN_BREAKER_OPEN=20ms",
		"EIDGATE_PROVIDERS_BANKID_TIMEOUT=400ms", "EIDGATE_PROVIDERS_IDKOLLEN_TIMEOUT=400ms")
	w.crowd(t, swedish, 32)
	before := w.goroutines()
	for _, spoil := range []func(l *line){
		func(l *line) { l.swallow(t) },
		func(l *line) { l.poison(t, "latency", answers, map[string]int{"latency": 10_000}) },
		func(l *line) { l.poison(t, "reset_peer", answers, nil) },
		func(l *line) { l.poison(t, "limit_data", answers, map[string]int{"bytes": 100}) },
		func(l *line) { l.poison(t, "flip", questions, map[string]int{"at": 40}) },
		func(l *line) { l.cut() },
	} {
		for _, l := range []*line{w.toBank, w.toKollen} {
			spoil(l)
		}
		w.crowd(t, swedish, 32)
		for _, l := range []*line{w.toBank, w.toKollen} {
			l.renew(t)
		}
	}
	w.until(t, "both providers are used again", func() bool {
		b, _ := w.asked()
		w.start(t, swedish).good(t)
		after, _ := w.asked()
		return after > b
	})
	w.until(t, "there are no more goroutines than before", func() bool { return w.goroutines() <= before+8 })
}

// goroutines counts them while no connection of ours is open.
func (w *world) goroutines() int {
	w.http.CloseIdleConnections()
	time.Sleep(20 * time.Millisecond)
	return runtime.NumGoroutine()
}
