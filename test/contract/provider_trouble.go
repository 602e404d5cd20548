package contract

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// providerTrouble are the promises about bad days, crowds and second thoughts.
func providerTrouble(t *testing.T, open func(t *testing.T) Rig) {
	t.Run("unplugged it says so, and plugged in again it goes on", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		s := r.Order(t, all[0])
		step := r.begin(t, s)
		nudge := r.Approve(t, s, step)
		r.Unplug(t)
		got, err := r.Provider.Advance(t.Context(), step.Thread, nudge)
		if !errors.Is(err, eid.ErrProvider) && !errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("unplugged: got %+v and %v", got, err)
		}
		providerSilence(t, err, nudge)
		r.Replug(t)
		providerEvidence(t, r, s, r.settle(t, step.Thread, nudge))
	})

	t.Run("asked whether it is there, it says so", func(t *testing.T) {
		r := open(t)
		p, ok := r.Provider.(outbound.Prober)
		if !ok {
			return // only orders can tell
		}
		all, _ := r.offers()
		s := r.Order(t, all[0])
		step := r.begin(t, s)
		if err := p.Probe(t.Context()); err != nil {
			t.Errorf("plugged in: %v", err)
		}
		r.Unplug(t)
		if err := p.Probe(t.Context()); !errors.Is(err, eid.ErrProvider) && !errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("unplugged: %v", err)
		}
		r.Replug(t)
		if err := p.Probe(t.Context()); err != nil {
			t.Errorf("plugged in again: %v", err)
		}
		providerEvidence(t, r, s, r.settle(t, step.Thread, r.Approve(t, s, step)))
	})

	t.Run("what begins offline begins while unplugged", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		for _, o := range all {
			if !o.Offline {
				continue
			}
			r.begin(t, r.Order(t, o))
			r.Unplug(t)
			s := r.Order(t, o)
			step := r.begin(t, s)
			r.Replug(t)
			providerEvidence(t, r, s, r.settle(t, step.Thread, r.Approve(t, s, step)))
		}
	})

	t.Run("who gives up early has asked for nothing", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		s := r.Order(t, all[0])
		step := r.begin(t, s)
		nudge := r.Approve(t, s, step)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if got, err := r.Provider.Advance(ctx, step.Thread, nudge); !errors.Is(err, context.Canceled) || got.Evidence != nil || got.Refusal != "" {
			t.Fatalf("got %+v and %v", got, err)
		}
		providerEvidence(t, r, s, r.settle(t, step.Thread, nudge))
	})

	t.Run("taking back what is over is no error", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		waiting := r.begin(t, r.Order(t, all[0]))
		s := r.Order(t, all[0])
		settled := r.begin(t, s)
		r.settle(t, settled.Thread, r.Approve(t, s, settled))
		for _, thread := range [][]byte{waiting.Thread, waiting.Thread, settled.Thread} {
			if err := r.Provider.Cancel(t.Context(), thread); err != nil {
				t.Errorf("cancel: %v", err)
			}
		}
	})

	t.Run("many people at once get what is theirs", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		all = slices.DeleteFunc(all, func(o outbound.Offer) bool { return o.Channel == eid.Backchannel }) // one order for a person
		var crowd sync.WaitGroup
		for n := range 24 {
			crowd.Go(func() {
				s := r.Order(t, all[n%len(all)])
				step, err := r.Provider.Begin(t.Context(), s)
				if err != nil {
					t.Errorf("begin: %v", err)
					return
				}
				got, err := r.follow(t, step.Thread, r.Approve(t, s, step))
				if err != nil || got.Evidence == nil {
					t.Errorf("%s: got evidence %v and %v", s.Order.EID, got.Evidence != nil, err)
				} else if e := got.Evidence; e.EID != s.Order.EID || e.Nonce != "" && e.Nonce != s.Nonce {
					t.Errorf("%s: got the evidence of somebody else", s.Order.EID)
				}
			})
		}
		crowd.Wait()
	})
}
