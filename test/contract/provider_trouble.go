package contract

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// providerTrouble are the promises about bad days, crowds and second thoughts.
func providerTrouble(t *testing.T, open func(t *testing.T) Rig) {
	t.Run("unplugged it says so, and plugged in again it goes on", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		s := r.Session(t, all[0].EID)
		step := r.begin(t, s)
		nudge := r.Approve(t, s, step)
		r.Unplug(t)
		got, err := r.Provider.Advance(t.Context(), step.Thread, nudge)
		if !errors.Is(err, eid.ErrProvider) && !errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("unplugged: got %+v and %v", got, err)
		}
		providerSilence(t, err, nudge)
		r.Replug(t)
		providerEvidence(t, r, s, r.advance(t, step.Thread, nudge))
	})

	t.Run("what begins offline begins while unplugged", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			if !o.Offline {
				continue
			}
			r.begin(t, r.Session(t, o.EID))
			r.Unplug(t)
			s := r.Session(t, o.EID)
			step := r.begin(t, s)
			r.Replug(t)
			providerEvidence(t, r, s, r.advance(t, step.Thread, r.Approve(t, s, step)))
		}
	})

	t.Run("who gives up early has asked for nothing", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		s := r.Session(t, all[0].EID)
		step := r.begin(t, s)
		nudge := r.Approve(t, s, step)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got, err := r.Provider.Advance(ctx, step.Thread, nudge); !errors.Is(err, context.Canceled) || got.Evidence != nil || got.Refusal != "" {
			t.Fatalf("got %+v and %v", got, err)
		}
		providerEvidence(t, r, s, r.advance(t, step.Thread, nudge))
	})

	t.Run("a challenge that is drawn again depends on thread and time alone", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		step := r.begin(t, r.Session(t, all[0].EID))
		now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		first, ok := r.Provider.Redraw(step.Thread, now)
		r.Unplug(t)
		if again, still := r.Provider.Redraw(step.Thread, now); ok != still || !reflect.DeepEqual(first, again) {
			t.Errorf("got %+v, then %+v", first, again)
		}
	})

	t.Run("taking back what is over is no error", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		waiting := r.begin(t, r.Session(t, all[0].EID))
		s := r.Session(t, all[0].EID)
		settled := r.begin(t, s)
		r.advance(t, settled.Thread, r.Approve(t, s, settled))
		for _, thread := range [][]byte{waiting.Thread, waiting.Thread, settled.Thread} {
			if err := r.Provider.Cancel(t.Context(), thread); err != nil {
				t.Errorf("cancel: %v", err)
			}
		}
	})

	t.Run("many people at once get what is theirs", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		var crowd sync.WaitGroup
		for n := range 24 {
			crowd.Go(func() {
				s := r.Session(t, all[n%len(all)].EID)
				step, err := r.Provider.Begin(t.Context(), s)
				if err != nil {
					t.Errorf("begin: %v", err)
					return
				}
				got, err := r.Provider.Advance(t.Context(), step.Thread, r.Approve(t, s, step))
				if err != nil || got.Evidence == nil {
					t.Errorf("%s: got %+v and %v", s.Order.EID, got, err)
				} else if e := got.Evidence; e.EID != s.Order.EID || e.Nonce != "" && e.Nonce != s.Nonce {
					t.Errorf("%s: got the evidence of somebody else", s.Order.EID)
				}
			})
		}
		crowd.Wait()
	})
}
