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
		seen := map[outbound.Offer]bool{}
		for _, o := range want {
			way := outbound.Offer{EID: o.EID, Operation: o.Operation, Channel: o.Channel}
			if !o.EID.Known() || o.Operation == "" || !o.Channel.Known() || seen[way] {
				t.Errorf("%+v is no offer, or stands there twice", o)
			}
			seen[way] = true
		}
	})

	t.Run("an order that is not offered is not begun", func(t *testing.T) {
		r := open(t)
		s := r.Session(t, eid.SEBankID)
		s.Order.Operation = "levitate"
		if step, err := r.Provider.Begin(t.Context(), s); err == nil || step.Challenge != nil {
			t.Errorf("got %v and %v", step.Challenge, err)
		}
	})

	t.Run("beginning gives a challenge and a thread", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			s := r.Session(t, o.EID)
			step := r.begin(t, s)
			if step.Challenge == nil || len(step.Thread) == 0 || step.Evidence != nil || step.Refusal != "" {
				t.Fatalf("%s: got %+v", o.EID, step)
			}
			if o.Channel == eid.Redirect {
				providerAddress(t, s, *step.Challenge)
			}
			if strings.Contains(step.Challenge.Action, s.Nonce) {
				t.Errorf("%s: the address shows the session's nonce", o.EID)
			}
		}
	})

	t.Run("while the person thinks, a tick changes nothing", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		step := r.begin(t, r.Session(t, all[0].EID))
		if got := r.advance(t, step.Thread, outbound.Nudge{}); got.Evidence != nil || got.Refusal != "" {
			t.Errorf("got %+v", got)
		}
	})

	t.Run("approval gives evidence of this session", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			s := r.Session(t, o.EID)
			step := r.begin(t, s)
			got := r.advance(t, step.Thread, r.Approve(t, s, step))
			providerEvidence(t, r, s, got)
		}
	})

	t.Run("the context that was ordered is the one that is proven", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			s := r.Session(t, o.EID)
			s.Order.Context = o.EID.DefaultContext()
			step := r.begin(t, s)
			got := r.advance(t, step.Thread, r.Approve(t, s, step))
			providerEvidence(t, r, s, got)
			if !got.Evidence.Context.Satisfies(s.Order.Context) {
				t.Errorf("%s was ordered, %s proven", s.Order.Context, got.Evidence.Context)
			}
		}
	})

	t.Run("a no is a refusal and no error", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for _, o := range all {
			s := r.Session(t, o.EID)
			step := r.begin(t, s)
			got := r.advance(t, step.Thread, r.Decline(t, s, step))
			if got.Refusal != eid.ReasonDeclined || got.Evidence != nil || got.Challenge != nil {
				t.Errorf("%s: got %+v", o.EID, got)
			}
		}
	})

	t.Run("many noes are no reason to refuse the next person", func(t *testing.T) {
		r := open(t)
		all, _ := r.logins()
		for range 12 {
			s := r.Session(t, all[0].EID)
			step := r.begin(t, s)
			r.advance(t, step.Thread, r.Decline(t, s, step))
		}
		s := r.Session(t, all[0].EID)
		step := r.begin(t, s)
		providerEvidence(t, r, s, r.advance(t, step.Thread, r.Approve(t, s, step)))
	})

	providerCodes(t, open)
	providerTrouble(t, open)
}
