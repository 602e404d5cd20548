package contract

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// providerCodes are the promises about codes that the caller brings.
func providerCodes(t *testing.T, open func(t *testing.T) Rig) {
	if _, toCaller := open(t).offers(); len(toCaller) == 0 {
		return // it gives callers no codes
	}
	// brought is a session whose person has approved, and the code of it.
	brought := func(t *testing.T, r Rig) (eid.Snapshot, outbound.Step, outbound.Nudge) {
		t.Helper()
		_, toCaller := r.offers()
		s := r.Order(t, toCaller[0])
		step := r.begin(t, s)
		nudge := r.Approve(t, s, step)
		if nudge.Returned["code"] == "" || nudge.Returned["redirect_uri"] != s.Order.ReturnTo {
			t.Fatalf("the person brought %v", slices.Sorted(maps.Keys(nudge.Returned)))
		}
		return s, step, nudge
	}
	spent := func(t *testing.T, r Rig, thread []byte, nudge outbound.Nudge) {
		t.Helper()
		got, err := r.Provider.Advance(t.Context(), thread, nudge)
		if !errors.Is(err, eid.ErrCodeRejected) || got.Evidence != nil {
			t.Errorf("got %+v and %v", got, err)
		}
		providerSilence(t, err, nudge)
	}

	t.Run("a code works once", func(t *testing.T) {
		r := open(t)
		s, step, nudge := brought(t, r)
		providerEvidence(t, r, s, r.advance(t, step.Thread, nudge))
		spent(t, r, step.Thread, nudge)
		spent(t, r, nil, nudge)
	})

	t.Run("a code that was never given is rejected", func(t *testing.T) {
		r := open(t)
		_, step, nudge := brought(t, r)
		for _, code := range []string{"", "made-up", strings.Repeat("x", 10_000), "two words", "línea\n", "\x00"} {
			nudge.Returned = map[string]string{"code": code, "redirect_uri": nudge.Returned["redirect_uri"]}
			spent(t, r, step.Thread, nudge)
			spent(t, r, nil, nudge)
		}
	})

	t.Run("a code is not redeemed for another address", func(t *testing.T) {
		r := open(t)
		_, step, nudge := brought(t, r)
		nudge.Returned = maps.Clone(nudge.Returned)
		nudge.Returned["redirect_uri"] += "/elsewhere"
		spent(t, r, step.Thread, nudge)
		spent(t, r, nil, nudge)
	})

	t.Run("a code of one session is no evidence for another", func(t *testing.T) {
		r := open(t)
		_, _, nudge := brought(t, r)
		_, step, _ := brought(t, r)
		got, err := r.Provider.Advance(t.Context(), step.Thread, nudge)
		if !errors.Is(err, eid.ErrEvidenceRejected) && !errors.Is(err, eid.ErrCodeRejected) || got.Evidence != nil {
			t.Errorf("got %+v and %v", got, err)
		}
	})

	t.Run("without a thread the evidence says whose it is", func(t *testing.T) {
		r := open(t)
		s, _, nudge := brought(t, r)
		got := r.advance(t, nil, nudge)
		providerEvidence(t, r, s, got)
		if got.Evidence.Nonce != s.Nonce {
			t.Error("the nonce is not the session's")
		}
	})

	t.Run("of many who bring the same code one is served", func(t *testing.T) {
		r := open(t)
		_, _, nudge := brought(t, r)
		var served atomic.Int64
		var crowd sync.WaitGroup
		for range 8 {
			crowd.Go(func() {
				switch got, err := r.Provider.Advance(t.Context(), nil, nudge); {
				case err == nil && got.Evidence != nil:
					served.Add(1)
				case !errors.Is(err, eid.ErrCodeRejected):
					t.Errorf("got %+v and %v", got, err)
				}
			})
		}
		crowd.Wait()
		if served.Load() != 1 {
			t.Errorf("%d were served", served.Load())
		}
	})
}
