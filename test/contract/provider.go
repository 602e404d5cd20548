package contract

import (
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// TestProvider holds an adapter to the promises of [outbound.Provider]. Each call of open gives a rig of its own,
// plugged in.
func TestProvider(t *testing.T, open func(t *testing.T) Rig) {
	t.Run("name and offers are constant", func(t *testing.T) {
		p := open(t).Provider
		if first, again := p.Name(), p.Name(); first == "" || first != again {
			t.Errorf("the name is %q, then %q", p.Name(), p.Name())
		}
		first := p.Offers()
		if len(first) == 0 {
			t.Fatal("nothing is offered")
		}
		want := slices.Clone(first)
		first[0] = outbound.Offer{}
		if got := p.Offers(); !slices.Equal(got, want) {
			t.Errorf("the offers changed from %v to %v", want, got)
		}
		seen := map[string]bool{}
		for _, o := range want {
			way := way(o)
			if !o.EID.Known() || o.Operation == "" || !o.Channel.Known() || seen[way] {
				t.Errorf("%+v is no offer, or stands there twice", o)
			}
			seen[way] = true
		}
	})

	t.Run("an order that is not offered is not begun", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		s := r.Order(t, all[0])
		s.Order.Operation = "levitate"
		if step, err := r.Provider.Begin(t.Context(), s); err == nil || step.Challenge != nil {
			t.Errorf("got %v and %v", step.Challenge, err)
		}
	})

	t.Run("beginning gives a challenge and a thread", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		for _, o := range all {
			s := r.Order(t, o)
			step := r.begin(t, s)
			if step.Challenge == nil || len(step.Thread) == 0 || step.Evidence != nil || step.Refusal != "" {
				t.Fatalf("%s: begun with challenge %v and thread %v", way(o), step.Challenge != nil, len(step.Thread) > 0)
			}
			providerChallenge(t, o, s, step)
			if strings.Contains(step.Challenge.Action, s.Nonce) {
				t.Errorf("%s: the address shows the session's nonce", o.EID)
			}
		}
	})

	t.Run("while the person thinks, a tick changes nothing", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		step := r.begin(t, r.Order(t, all[0]))
		if got := r.advance(t, step.Thread, outbound.Nudge{}); got.Evidence != nil || got.Refusal != "" {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("approval gives evidence of this session", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		for _, o := range all {
			s := r.Order(t, o)
			step := r.begin(t, s)
			got := r.settle(t, step.Thread, r.Approve(t, s, step))
			providerEvidence(t, r, s, got)
		}
	})

	t.Run("the context that was ordered is the one that is proven", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		for _, o := range all {
			s := r.Order(t, o)
			if o.Operation != eid.Authenticate {
				continue
			}
			s.Order.Context = o.EID.DefaultContext()
			step := r.begin(t, s)
			got := r.settle(t, step.Thread, r.Approve(t, s, step))
			providerEvidence(t, r, s, got)
			if !got.Evidence.Context.Satisfies(s.Order.Context) {
				t.Errorf("%s was ordered, %s proven", s.Order.Context, got.Evidence.Context)
			}
		}
	})

	t.Run("a no is a refusal and no error", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		for _, o := range all {
			s := r.Order(t, o)
			step := r.begin(t, s)
			got := r.settle(t, step.Thread, r.Decline(t, s, step))
			if got.Refusal != eid.ReasonDeclined || got.Evidence != nil || got.Challenge != nil {
				t.Errorf("%s: got refusal %q, evidence %v, challenge %v", way(o), got.Refusal, got.Evidence != nil, got.Challenge != nil)
			}
		}
	})

	t.Run("many noes are no reason to refuse the next person", func(t *testing.T) {
		r := open(t)
		all, _ := r.offers()
		for range 12 {
			s := r.Order(t, all[0])
			step := r.begin(t, s)
			r.settle(t, step.Thread, r.Decline(t, s, step))
		}
		s := r.Order(t, all[0])
		step := r.begin(t, s)
		providerEvidence(t, r, s, r.settle(t, step.Thread, r.Approve(t, s, step)))
	})

	providerDocuments(t, open)
	providerCodes(t, open)
	providerTrouble(t, open)
}
