package session_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// watching is somebody who watches a session.
type watching struct {
	news <-chan inbound.Visit
	stop func()
}

func (f *flows) watch(t *testing.T, ticket, browser string) watching {
	t.Helper()
	news, stop, err := f.visits.Watch(t.Context(), ticket, browser)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return watching{news, stop}
}

// hears takes up what there is, and fails where there is nothing.
func (w watching) hears(t *testing.T) inbound.Visit {
	t.Helper()
	select {
	case v, open := <-w.news:
		if !open {
			t.Error("nobody tells any more")
		}
		return v
	default:
		t.Error("there is no news")
		return inbound.Visit{}
	}
}

// quiet holds where there is no news.
func (w watching) quiet(t *testing.T) {
	t.Helper()
	select {
	case v, open := <-w.news:
		t.Errorf("there is news of a session that is %q, or its end: %v", v.State, !open)
	default:
	}
}

// over holds where nobody tells any more.
func (w watching) over(t *testing.T) {
	t.Helper()
	select {
	case _, open := <-w.news:
		if open {
			t.Error("there is more news")
		}
	default:
		t.Error("it goes on")
	}
}

// deaf is the store whose reads fail while it is away.
type deaf struct {
	outbound.UnitOfWork
	away bool
}

func (d *deaf) View(ctx context.Context, read func(ctx context.Context, r outbound.Reader) error) error {
	if d.away {
		return outbound.ErrStorage
	}
	return d.UnitOfWork.View(ctx, read)
}

func TestWhoWatchesHearsOfEveryChangeAndOfTheEnd(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		f, other := r.flows(t, p), r.flowsOf(t, "another process", p)
		ticket := f.ticket(t, f.begin(t, eid.Page))
		w := f.watch(t, ticket, mine)
		if v := w.hears(t); v.State != eid.Opened || !v.Mine {
			t.Errorf("at first it is %s", v.State)
		}
		f.watchers.Round(t.Context())
		w.quiet(t)
		other.come(t, ticket, mine)
		w.quiet(t)
		f.watchers.Round(t.Context())
		if v := w.hears(t); v.State != eid.Pending || v.Challenge.AppToken == "" || v.Proof == "" {
			t.Errorf("of what another process did it hears %s", v.State)
		}
		if v, err := f.visits.Cancel(t.Context(), ticket, mine); err != nil || v.State != eid.Refused {
			t.Fatalf("it is %s: %v", v.State, err)
		}
		if v := w.hears(t); v.State != eid.Refused || v.Reason != eid.ReasonDeclined {
			t.Errorf("of what this process did it hears %s at once", v.State)
		}
		w.over(t)
		if n := f.watchers.Watching(); n != 0 {
			t.Errorf("%d still watch", n)
		}
		late := f.watch(t, ticket, mine)
		if v := late.hears(t); v.State != eid.Refused {
			t.Errorf("who comes late hears %s", v.State)
		}
		late.over(t)
		late.stop()
	})
}

func TestNobodyWatchesAnothersSession(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	ticket := f.ticket(t, f.begin(t, eid.Page))
	stranger, nameless := f.watch(t, ticket, theirs), f.watch(t, ticket, "")
	for _, w := range []watching{stranger, nameless} {
		w.hears(t) // as long as it is nobody's
	}
	f.come(t, ticket, mine)
	for _, w := range []watching{stranger, nameless} {
		if v := w.hears(t); v.Mine || v.State != "" || v.Challenge.AppToken != "" {
			t.Error("another browser hears more than that it is not its own")
		}
		w.over(t)
	}
	for _, browser := range []string{theirs, ""} {
		if _, _, err := f.visits.Watch(t.Context(), ticket, browser); !errors.Is(err, eid.ErrOtherBrowser) {
			t.Errorf("got %v", err)
		}
	}
	if _, _, err := f.visits.Watch(t.Context(), "nothing", mine); !errors.Is(err, inbound.ErrNoVisit) {
		t.Errorf("of no session: %v", err)
	}
	if n := f.watchers.Watching(); n != 0 {
		t.Errorf("%d watch", n)
	}
}

func TestCodesAndTheEndOfTimeAreToldFromMemory(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	p.begin = r.animated
	f := r.flows(t, p)
	ticket := f.ticket(t, f.begin(t, eid.Page))
	f.come(t, ticket, mine)
	store := &deaf{UnitOfWork: r.store}
	f.watchers.Guest.Work = store
	w := f.watch(t, ticket, mine)
	last := w.hears(t).Challenge
	store.away = true // which keeps nobody from seeing a new code
	for range 3 {
		r.clock.Advance(time.Second)
		f.watchers.Round(t.Context())
		v := w.hears(t)
		if v.Challenge.QR == "" || v.Challenge.QR == last.QR || v.Challenge.Animated != (eid.AnimatedQR{}) {
			t.Error("the code does not change, or its secret is told")
		}
		last = v.Challenge
		f.watchers.Round(t.Context())
		w.quiet(t) // within the same second
	}
	r.clock.Advance(time.Hour)
	f.watchers.Round(t.Context())
	if v := w.hears(t); v.State != eid.Expired || v.Challenge.QR != "" {
		t.Errorf("after its time it is %s", v.State)
	}
	w.over(t)
}

func TestTwoThousandWatchersCostOneStatementARound(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	crowd := f.crowd(t, 250)
	if n := f.watchers.Watching(); n != 2000 {
		t.Fatalf("%d watch", n)
	}
	for range 3 {
		before := r.store.Counts()
		f.watchers.Round(t.Context())
		if after := r.store.Counts(); after.Selects-before.Selects != 1 || after.Commits != before.Commits {
			t.Errorf("a round costs %d statements", after.Selects-before.Selects)
		}
	}
	for _, w := range crowd {
		w.stop()
		w.stop()
		w.over(t)
	}
	before := r.store.Counts()
	f.watchers.Round(t.Context())
	if after := r.store.Counts(); after != before {
		t.Error("nobody watches, and storage is asked")
	}
}

// crowd has eight browsers watch each of so many sessions, and hear how it is at first.
func (f *flows) crowd(t *testing.T, sessions int) (all []watching) {
	t.Helper()
	for range sessions {
		s, err := f.Start(t.Context(), inbound.SessionStart{Acting: f.acting, Order: eid.Order{
			Surface: "eid", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Page, ReturnTo: "https://app.example/cb",
		}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 8 {
			news, stop, err := f.visits.Watch(t.Context(), s.Ticket, fmt.Sprint("browser ", i))
			if err != nil {
				t.Fatal(err)
			}
			<-news
			all = append(all, watching{news, stop})
		}
	}
	return all
}

func TestWhoDoesNotReadIsDismissedAndTheLatestNewsIsWhatCounts(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	ticket := f.ticket(t, f.begin(t, eid.Page))
	slow, good := f.watch(t, ticket, mine), f.watch(t, ticket, mine)
	f.come(t, ticket, mine)
	if v := good.hears(t); v.State != eid.Pending {
		t.Errorf("what was not read in time is still told: %s", v.State)
	}
	good.quiet(t)
	for range 4 {
		f.watchers.Round(t.Context())
	}
	if n := f.watchers.Watching(); n != 2 {
		t.Fatalf("after a few rounds %d watch", n)
	}
	f.watchers.Round(t.Context())
	if n := f.watchers.Watching(); n != 1 {
		t.Errorf("then %d watch", n)
	}
	slow.hears(t) // what lay there
	slow.over(t)
	good.quiet(t)
}

func TestTheRoomForWatchersIsBounded(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	f.watchers.Most = 10
	full := func(ticket, browser string, want *fault.Fault) {
		t.Helper()
		before := r.store.Counts()
		_, _, err := f.visits.Watch(t.Context(), ticket, browser)
		if !errors.Is(err, want) || want.Kind() == fault.Throttled && fault.Of(err).RetryAfter() <= 0 {
			t.Errorf("got %v, to be tried again after %s", err, fault.Of(err).RetryAfter())
		}
		if r.store.Counts() != before {
			t.Error("who is not let in costs a statement")
		}
	}
	one, two := f.ticket(t, f.begin(t, eid.Page)), f.ticket(t, f.begin(t, eid.Page))
	first := f.watch(t, one, mine)
	f.watch(t, one, mine)
	full(one, mine, inbound.ErrWatchedEnough)
	for i := range 6 {
		f.watch(t, one, fmt.Sprint("browser ", i))
	}
	full(one, "one too many", inbound.ErrWatchedEnough)
	for range 2 {
		f.watch(t, two, mine)
	}
	full(two, theirs, inbound.ErrTooManyWatchers) // for all sessions together
	first.stop()
	f.watch(t, one, mine)
	full(two, theirs, inbound.ErrTooManyWatchers)
}

func TestWhenTheGatewayStopsNobodyWatchesAnyMore(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	ticket := f.ticket(t, f.begin(t, eid.Page))
	w := f.watch(t, ticket, mine)
	w.hears(t)
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { defer close(stopped); f.watchers.Run(ctx) }()
	stop()
	<-stopped
	w.over(t)
	if _, _, err := f.visits.Watch(t.Context(), ticket, mine); !errors.Is(err, inbound.ErrTooManyWatchers) {
		t.Errorf("got %v", err)
	}
}
