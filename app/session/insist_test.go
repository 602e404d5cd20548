package session_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// stumbling is the store that fails at the next few units of work: before them, or after they were committed.
type stumbling struct {
	*sqlstore.Store
	next atomic.Int64
	late bool
}

func (s *stumbling) Do(ctx context.Context, work func(ctx context.Context, tx outbound.Tx) error) error {
	if s.next.Add(-1) < 0 {
		return s.Store.Do(ctx, work)
	}
	if !s.late {
		broken := errors.New("the connection broke before the commit")
		if err := s.Store.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(work(ctx, tx), broken)
		}); !errors.Is(err, broken) {
			return err
		}
		return outbound.ErrStorage
	}
	if err := s.Store.Do(ctx, work); err != nil {
		return err
	}
	return outbound.ErrUncertain
}

// once approves the first time it is asked, and knows nothing of the order from then on.
func once(t *testing.T) func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
	t.Helper()
	e := anna(t)
	var asked atomic.Bool
	return func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		if asked.Swap(true) {
			return outbound.Step{}, eid.ErrOrderGone
		}
		return outbound.Step{Evidence: e}, nil
	}
}

func TestAnOutcomeOutlivesAStorageThatIsBackInAMoment(t *testing.T) {
	for name, late := range map[string]bool{"nothing kept": false, "uncertain": true} {
		for asker, ask := range map[string]func(f *flows, id string){
			"collector": func(f *flows, _ string) { f.collect(t) },
			"poll":      func(f *flows, id string) { f.poll(t, id) },
		} {
			t.Run(name+", "+asker, func(t *testing.T) {
				r := newRig(t)
				p := anywhere("p")
				f := r.flows(t, p)
				s := f.begin(t, eid.App)
				p.answer = once(t)
				store := &stumbling{Store: r.store, late: late}
				store.next.Store(2)
				if late {
					store.next.Store(1)
				}
				f.collector.Advancer.Ledger.Work = store
				r.clock.Advance(restTime)
				ask(f, s.ID)
				r.clock.Advance(restTime)
				f.collect(t)
				if got := r.stored(t, s.ID); got.State != eid.Completed {
					t.Errorf("the session is %s %s", got.State, got.Reason)
				}
			})
		}
	}
}

func TestABrowserWhoseSessionIsCancelledMeanwhileSeesThat(t *testing.T) {
	r := newRig(t)
	p := redirecting("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.Page)
	ticket := f.ticket(t, s)
	f.come(t, ticket, mine)
	e := anna(t)
	p.answer = func(ctx context.Context, _ []byte, _ outbound.Nudge) (outbound.Step, error) {
		if _, err := f.Cancel(ctx, inbound.SessionQuery{Scope: f.scope(), ID: s.ID}); err != nil {
			t.Error(err)
		}
		return outbound.Step{Evidence: e}, nil
	}
	v, err := f.visits.Return(t.Context(), "p", map[string]string{"state": ticket, "code": "c"}, mine)
	if err != nil || v.State != eid.Refused || v.Reason != eid.ReasonCancelled {
		t.Errorf("the browser is told %s %s: %v", v.State, v.Reason, err)
	}
}

func TestAProcessThatStopsHearsOutWhomItAsked(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.App)
	e := anna(t)
	asked, stopped := make(chan struct{}), make(chan struct{})
	p.answer = func(ctx context.Context, _ []byte, _ outbound.Nudge) (outbound.Step, error) {
		close(asked)
		<-stopped
		if ctx.Err() != nil {
			return outbound.Step{}, eid.ErrProviderUncertain
		}
		return outbound.Step{Evidence: e}, nil
	}
	r.clock.Advance(restTime)
	ctx, stop := context.WithCancel(t.Context())
	f.collector.Collect(ctx)
	<-asked
	stop()
	close(stopped)
	f.collector.Run(ctx)
	if got := r.stored(t, s.ID); got.State != eid.Completed {
		t.Errorf("the session is %s %s", got.State, got.Reason)
	}
}
