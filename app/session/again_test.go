package session_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// again has what comes to nothing be begun again.
func again(s *inbound.SessionStart) {
	s.Order.Renewable, s.Order.NotifyAt = true, "https://app.example/news"
}

// refusing says that an order came to nothing.
func refusing(reason string) func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
	return func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		return outbound.Step{Refusal: reason}, nil
	}
}

// open holds a session to being as it was before anybody took its order, but for its browser.
func (f *flows) open(t *testing.T, id, trouble string) {
	t.Helper()
	s := f.stored(t, id)
	if s.State != eid.Opened || s.Trouble != trouble || s.Reason != "" || !s.SettledAt.IsZero() {
		t.Errorf("it is %s for %q and %q", s.State, s.Trouble, s.Reason)
	}
	if s.Provider != "" || s.Thread != nil || s.Challenge.AppToken != "" || s.Hint != "" || !s.Due.IsZero() || s.Claim != (eid.Claim{}) || s.Browser.Name == "" {
		t.Error("something is left of the former order, or its browser is forgotten")
	}
	f.view(t, func(ctx context.Context, r outbound.Reader) error {
		if _, _, err := r.Callbacks().Attempts(ctx, f.scope(), id); !errors.Is(err, eid.ErrNoSession) {
			t.Errorf("there is news of a session that goes on: %v", err)
		}
		return nil
	})
}

func TestAnOrderThatRanOutMayBeBegunAgain(t *testing.T) {
	for what, moved := range map[string]func(t *testing.T, f *flows, s eid.Snapshot, ticket string){
		"the collector": func(t *testing.T, f *flows, _ eid.Snapshot, _ string) {
			f.collect(t)
			if n := f.collector.Watching(); n != 0 {
				t.Errorf("the collector still watches %d", n)
			}
		},
		"a poll": func(t *testing.T, f *flows, s eid.Snapshot, _ string) {
			before := f.store.Counts()
			if got := f.poll(t, s.ID); got.State != eid.Opened {
				t.Errorf("the poll says %s", got.State)
			}
			if after := f.store.Counts(); after.Commits-before.Commits != 2 {
				t.Errorf("it costs %d commits: to claim, and to keep", after.Commits-before.Commits)
			}
		},
		"the provider's call": func(t *testing.T, f *flows, _ eid.Snapshot, ticket string) {
			for range 2 { // the second comes too late, and is thanked for
				if err := f.visits.Notice(t.Context(), "p", ticket, nil, nil); err != nil {
					t.Error(err)
				}
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			r := newRig(t)
			p := anywhere("p")
			f := r.flows(t, p)
			s := f.begin(t, eid.Page, again)
			ticket := f.ticket(t, s)
			f.come(t, ticket, mine)
			r.clock.Advance(restTime)
			p.answer = refusing(eid.ReasonTimedOut)
			moved(t, f, s.Snapshot, ticket)
			f.open(t, s.ID, eid.ReasonTimedOut)
			r.clock.Advance(claimGap)
			asked := p.pestered()
			f.collect(t)
			if _, _, err := f.sweeper.Sweep(t.Context()); err != nil || p.pestered() != asked {
				t.Errorf("an open session is asked about %d times: %v", p.pestered()-asked, err)
			}
			if v := f.look(t, ticket, mine); v.Begun || v.Trouble != eid.ReasonTimedOut || !v.Renewable || v.ReturnTo == "" {
				t.Errorf("its page says %q", v.Trouble)
			}
			p.answer = approving(t)
			if v := f.come(t, ticket, mine); v.State != eid.Pending || v.Trouble != "" || p.asked() != 2 {
				t.Errorf("the second time it is %s after %d orders", v.State, p.asked())
			}
			r.clock.Advance(restTime)
			f.collect(t)
			if got := r.stored(t, s.ID); got.State != eid.Completed {
				t.Errorf("it is %s for %s", got.State, got.Reason)
			}
			want := []string{audit.SessionOpened, audit.SessionBound, audit.SessionPending, audit.SessionReopened, audit.SessionPending, audit.SessionCompleted}
			if told := kinds(r.trail(t, "")); !slices.Equal(told, want) {
				t.Errorf("the trail tells %v", told)
			}
		})
	}
}

// claimGap is longer than the collector waits between two looks for sessions to claim.
const claimGap = time.Second

func TestABrowserThatComesBackWithoutADecisionMayBeginAgain(t *testing.T) {
	r := newRig(t)
	p := redirecting("p")
	p.answer = refusing(eid.ReasonInterrupted)
	f := r.flows(t, p)
	s := f.begin(t, eid.Page, again)
	ticket := f.ticket(t, s)
	f.come(t, ticket, mine)
	back := map[string]string{"state": ticket, "error": "temporarily_unavailable"}
	for range 2 { // once more by the back button, after which nobody is asked
		v, err := f.visits.Return(t.Context(), "p", back, mine)
		if err != nil || v.State != eid.Opened || v.Trouble != eid.ReasonInterrupted || p.pestered() != 1 {
			t.Fatalf("it is %s for %q: %v", v.State, v.Trouble, err)
		}
	}
	f.open(t, s.ID, eid.ReasonInterrupted)
	if _, err := f.visits.Return(t.Context(), "p", back, theirs); !errors.Is(err, eid.ErrOtherBrowser) {
		t.Errorf("another browser: %v", err)
	}
	p.answer = refusing(eid.ReasonDeclined)
	f.come(t, ticket, mine)
	if v, err := f.visits.Return(t.Context(), "p", back, mine); err != nil || v.State != eid.Refused || v.Reason != eid.ReasonDeclined || v.Renewable {
		t.Errorf("the person's no is %s for %q: %v", v.State, v.Reason, err)
	}
}

func TestWhatRanOutIsKeptAlthoughStorageIsAwayForAMoment(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.Page, again)
	f.come(t, f.ticket(t, s), mine)
	r.clock.Advance(restTime)
	p.answer = refusing(eid.ReasonNotStarted)
	store := &stumbling{Store: r.store}
	store.next.Store(2)
	f.collector.Advancer.Ledger.Work = store
	f.collect(t)
	if p.pestered() != 1 {
		t.Errorf("the provider was asked %d times for what it says once", p.pestered())
	}
	f.open(t, s.ID, eid.ReasonNotStarted)
}

func TestThePersonMayThinkOtherwise(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		f, _, norwegian := r.nordic(t)
		s := f.begin(t, eid.Page, choosing(eid.SEBankID, eid.NOBankID))
		ticket := f.ticket(t, s)
		if _, err := f.visits.Reconsider(t.Context(), ticket, mine); !errors.Is(err, eid.ErrOtherBrowser) {
			t.Errorf("before it is anybody's: %v", err)
		}
		f.choose(t, ticket, eid.NOBankID)
		f.collect(t) // somebody watches the order
		for _, browser := range []string{theirs, ""} {
			if _, err := f.visits.Reconsider(t.Context(), ticket, browser); !errors.Is(err, eid.ErrOtherBrowser) {
				t.Errorf("in another browser: %v", err)
			}
		}
		if _, err := f.visits.Reconsider(t.Context(), "nothing", mine); !errors.Is(err, inbound.ErrNoVisit) {
			t.Errorf("of no session: %v", err)
		}
		for range 2 {
			v, err := f.visits.Reconsider(t.Context(), ticket, mine)
			if err != nil || v.State != eid.Opened || v.EID != "" || v.Trouble != "" || !slices.Equal(v.Choices, []eid.EID{eid.SEBankID, eid.NOBankID}) {
				t.Fatalf("it is %s: %v", v.State, err)
			}
		}
		f.open(t, s.ID, "")
		if !slices.Equal(norwegian.cancelled, []string{"thread of norwegian"}) || len(r.trail(t, audit.SessionReopened)) != 1 {
			t.Errorf("taken back: %v", norwegian.cancelled)
		}
		r.clock.Advance(time.Hour)
		if v, err := f.visits.Reconsider(t.Context(), ticket, mine); err != nil || v.State != eid.Expired {
			t.Errorf("after its time it is %s: %v", v.State, err)
		}
	})
}

func TestWhatIsNotRenewableIsNotReconsidered(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.Page)
	ticket := f.ticket(t, s)
	f.come(t, ticket, mine)
	if _, err := f.visits.Reconsider(t.Context(), ticket, mine); !errors.Is(err, eid.ErrNotAChoice) {
		t.Errorf("got %v", err)
	}
	r.clock.Advance(restTime)
	p.answer = refusing(eid.ReasonTimedOut)
	if got := f.poll(t, s.ID); got.State != eid.Refused || got.Reason != eid.ReasonTimedOut || len(p.cancelled) != 0 {
		t.Errorf("it is %s for %s", got.State, got.Reason)
	}
}
