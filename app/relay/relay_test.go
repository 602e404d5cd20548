package relay_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/relay"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/ports/outbound"
)

// heard is what was published, by whom and when; do, where set, runs instead of simply taking the fact.
type heard struct {
	mu    sync.Mutex
	facts []audit.Told
	at    []time.Time
	do    func(ctx context.Context, told audit.Told) error
}

func (h *heard) Publish(ctx context.Context, told audit.Told) error {
	if h.do != nil {
		if err := h.do(ctx, told); err != nil {
			return err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.facts, h.at = append(h.facts, told), append(h.at, time.Now())
	return nil
}

func (h *heard) ids() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	ids := make([]string, len(h.facts))
	for i, f := range h.facts {
		ids[i] = f.ID()
	}
	return ids
}

func (h *heard) last() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at[len(h.at)-1]
}

func facts(kind string, n int) []audit.Fact {
	list := make([]audit.Fact, n)
	for i := range list {
		list[i] = audit.Fact{Kind: kind, Subject: "account/1", Sequence: int64(i + 1)}
	}
	return list
}

type storage interface {
	outbound.Leases
	outbound.Postbag
}

// start runs a relay until the returned function stops it.
func start(t *testing.T, s storage, p outbound.Publisher, owner string) (r *relay.Relay, stop func()) {
	r = relay.New(relay.Ports{Leases: s, Postbag: s, Publisher: p, Clock: system.Clock{}}, owner, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.Run(ctx) }()
	return r, func() { cancel(); <-done }
}

func TestWhatIsCommittedIsToldOnceAndTickedOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, h := newBag(facts(audit.AccountUpdated, 250)...), &heard{}
		_, stop := start(t, b, h, "a")
		defer stop()
		time.Sleep(time.Second)
		want := make([]string, 250)
		for i := range want {
			want[i] = fmt.Sprintf("account/1.%d", i+1)
		}
		if got := h.ids(); !slices.Equal(got, want) {
			t.Errorf("%d facts were told, or in another order than that of the trail", len(got))
		}
		if b.left() != 0 {
			t.Errorf("%d deliveries are left", b.left())
		}
	})
}

func TestAFactIsToldWithinASecondUnaskedAndAtOnceWhenNudged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, h := newBag(), &heard{}
		r, stop := start(t, b, h, "a")
		defer stop()
		time.Sleep(time.Minute)

		committed := time.Now()
		b.commit(facts(audit.AccountUpdated, 1)...)
		time.Sleep(2 * time.Second)
		if late := h.last().Sub(committed); late > time.Second {
			t.Errorf("without a nudge it took %v", late)
		}

		time.Sleep(time.Minute)
		committed = time.Now()
		b.commit(facts(audit.AccountDeleted, 1)...)
		r.Nudge()
		time.Sleep(2 * time.Second)
		if late := h.last().Sub(committed); late > 50*time.Millisecond {
			t.Errorf("with a nudge it took %v", late)
		}
	})
}

func TestWhileFactsKeepComingHalfOfThemAreToldWithinAHundredMilliseconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, h := newBag(), &heard{}
		_, stop := start(t, b, h, "a")
		defer stop()
		time.Sleep(time.Minute)
		committed := map[string]time.Time{}
		for _, f := range facts(audit.AccountUpdated, 500) {
			committed[f.ID()] = time.Now()
			b.commit(f)
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(2 * time.Second)
		var late []time.Duration
		for i, id := range h.ids() {
			late = append(late, h.at[i].Sub(committed[id]))
		}
		slices.Sort(late)
		if len(late) != 500 || late[250] > 100*time.Millisecond {
			t.Errorf("%d told, half of them within %v", len(late), late[len(late)/2])
		}
	})
}

func TestAnIdleRelayAsksStorageAtMostTwiceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag()
		_, stop := start(t, b, &heard{}, "a")
		defer stop()
		time.Sleep(10 * time.Second)
		before := b.questions()
		time.Sleep(time.Minute)
		if asked := b.questions() - before; asked > 2*60+2 {
			t.Errorf("it asked %d times in a minute", asked)
		}
	})
}

func TestAProcessThatDiesAfterPublishingIsFollowedByOneThatTellsAgainWithinFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, h := newBag(facts(audit.AccountUpdated, 3)...), &heard{}
		process := &mortal{bag: b}
		var died time.Time
		_, stopFirst := start(t, process, &heard{do: func(ctx context.Context, told audit.Told) error {
			if told.Sequence == 1 {
				return h.Publish(ctx, told) // published, and never ticked off
			}
			process.kill()
			died = time.Now()
			<-ctx.Done()
			return ctx.Err()
		}}, "a")
		defer stopFirst()
		time.Sleep(100 * time.Millisecond)
		_, stopSecond := start(t, b, h, "b")
		defer stopSecond()
		time.Sleep(20 * time.Second)

		if got := h.ids(); !slices.Equal(got, []string{"account/1.1", "account/1.1", "account/1.2", "account/1.3"}) {
			t.Errorf("told: %v", got)
		}
		if late := h.last().Sub(died); late > 5*time.Second {
			t.Errorf("somebody else led after %v", late)
		}
		if b.left() != 0 {
			t.Errorf("%d deliveries are left", b.left())
		}
	})
}

func TestOneOfTwoRelaysPublishesAndTheOtherFollowsAtOnceWhenItStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, first, second := newBag(), &heard{}, &heard{}
		_, stopFirst := start(t, b, first, "a")
		time.Sleep(time.Second)
		_, stopSecond := start(t, b, second, "b")
		defer stopSecond()
		for _, f := range facts(audit.AccountUpdated, 100) {
			b.commit(f)
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Second)
		if len(first.ids()) != 100 || len(second.ids()) != 0 {
			t.Errorf("the first told %d, the second %d", len(first.ids()), len(second.ids()))
		}
		stopFirst()
		stopped := time.Now()
		b.commit(facts(audit.AccountDeleted, 1)...)
		time.Sleep(5 * time.Second)
		if len(second.ids()) != 1 || second.last().Sub(stopped) > 1100*time.Millisecond {
			t.Errorf("the second told %d", len(second.ids()))
		}
	})
}

func TestABrokenBrokerIsAskedLessAndLessOftenAndLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		broken, tries := true, 0
		h := &heard{do: func(context.Context, audit.Told) error {
			mu.Lock()
			defer mu.Unlock()
			tries++
			if broken {
				return errors.New("nobody there")
			}
			return nil
		}}
		b := newBag(facts(audit.AccountUpdated, 300)...)
		_, stop := start(t, b, h, "a")
		defer stop()
		time.Sleep(10 * time.Minute)
		mu.Lock()
		if tries < 10 || tries > 100 {
			t.Errorf("it was asked %d times in ten minutes", tries)
		}
		if b.left() != 300 {
			t.Errorf("%d deliveries are left", b.left())
		}
		broken = false
		mu.Unlock()
		time.Sleep(61 * time.Second)
		if told := len(h.ids()); told != 300 || b.left() != 0 {
			t.Errorf("a minute after it was mended %d were told and %d are left", told, b.left())
		}
	})
}

func TestAListenerThatHangsDelaysNoOtherKindByMoreThanASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{do: func(ctx context.Context, told audit.Told) error {
			if told.Kind == audit.AccountDeleted {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}}
		b := newBag(facts(audit.AccountDeleted, 500)...)
		r, stop := start(t, b, h, "a")
		defer stop()
		time.Sleep(10 * time.Second)
		var late []time.Duration
		for _, f := range facts(audit.AccountUpdated, 100) {
			committed := time.Now()
			b.commit(f)
			r.Nudge()
			time.Sleep(1500 * time.Millisecond)
			late = append(late, h.last().Sub(committed))
		}
		if slices.Sort(late); late[99] > 600*time.Millisecond || late[50] > 50*time.Millisecond || len(h.ids()) != 100 {
			t.Errorf("%d told, half of them within %v, the slowest after %v", len(h.ids()), late[50], late[99])
		}
	})
}

func TestAProcessThatWasStoppedForAMinutePublishesNothingMoreOnceAnotherLeads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, first, second := newBag(facts(audit.AccountUpdated, 50)...), &heard{}, &heard{}
		first.do = func(_ context.Context, told audit.Told) error {
			if told.Sequence == 10 {
				time.Sleep(time.Minute) // as kill -STOP: no context is looked at
			}
			return nil
		}
		_, stopFirst := start(t, b, first, "a")
		defer stopFirst()
		time.Sleep(time.Second)
		_, stopSecond := start(t, b, second, "b")
		defer stopSecond()
		time.Sleep(2 * time.Minute)
		if told := first.ids(); len(told) != 10 {
			t.Errorf("the stopped one told %d", len(told))
		}
		if told := second.ids(); len(told) != 50 || b.left() != 0 {
			t.Errorf("the other told %d and left %d", len(told), b.left())
		}
	})
}

func TestAStoppingRelayGivesBackWhatItDidNotTell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBag(facts(audit.AccountUpdated, 3)...)
		_, stop := start(t, b, &heard{do: func(ctx context.Context, told audit.Told) error {
			if told.Sequence == 1 {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		}}, "a")
		time.Sleep(10 * time.Millisecond)
		stop()
		again, err := b.Claim(t.Context(), outbound.Broker, 10, system.Clock{}.Now(), time.Second)
		if err != nil || len(again) != 2 || again[0].Sequence != 2 {
			t.Errorf("%d can be claimed at once: %v", len(again), err)
		}
	})
}

func TestOneFactThatNobodyCanPublishIsTriedLessAndLessOftenAndHoldsItsKindBackOnlyBriefly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		tries := 0
		h := &heard{do: func(_ context.Context, told audit.Told) error {
			mu.Lock()
			defer mu.Unlock()
			if told.Sequence == 1 {
				tries++
				return errors.New("it does not fit")
			}
			return nil
		}}
		b := newBag(facts(audit.AccountUpdated, 1)...)
		_, stop := start(t, b, h, "a")
		defer stop()
		time.Sleep(5 * time.Minute)
		for _, f := range facts(audit.AccountUpdated, 61)[1:] {
			b.commit(f)
			time.Sleep(time.Second)
		}
		time.Sleep(2 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		if tries < 5 || tries > 20 {
			t.Errorf("it was tried %d times in six minutes", tries)
		}
		if len(h.ids()) != 60 || b.left() != 1 {
			t.Errorf("%d of 60 others were told", len(h.ids()))
		}
	})
}
