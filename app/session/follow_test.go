package session_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestUntilTheProviderHasRestedAPollIsOneReadAndNoWrite(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		f := r.flows(t, p)
		s := f.begin(t, eid.App)
		credentials := inbound.Credentials{Kind: organization.KindEID, Identifier: f.acting.Client.Identifier, Secret: "secret of " + r.acme.ID}
		before := r.store.Counts()
		got, err := f.Ask(t.Context(), credentials, f.query(s.ID))
		after := r.store.Counts()
		if err != nil || got.State != eid.Pending || got.Hint != eid.HintOutstanding || got.Challenge.AppToken != "app-token" {
			t.Errorf("got %s %s: %v", got.State, got.Hint, err)
		}
		if after.Selects-before.Selects != 1 || after.Writes != before.Writes || p.pestered() != 0 {
			t.Errorf("%d reads, %d writes, asked %d times", after.Selects-before.Selects, after.Writes-before.Writes, p.pestered())
		}
	})
}

func TestAPollThatNobodyIsAheadOfAsksTheProvider(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		f := r.flows(t, p)
		s := f.begin(t, eid.App)
		r.clock.Advance(restTime)
		if got := f.poll(t, s.ID); got.State != eid.Pending || p.pestered() != 1 {
			t.Errorf("%s after %d questions", got.State, p.pestered())
		}
		f.poll(t, s.ID) // the provider rests again
		if p.pestered() != 1 {
			t.Errorf("asked %d times in one rest", p.pestered())
		}
		p.answer = approving(t)
		r.clock.Advance(restTime)
		if got := f.poll(t, s.ID); got.State != eid.Completed || got.Evidence.Name == "" {
			t.Errorf("got %s %s", got.State, got.Reason)
		}
	})
}

func TestOfManyPollsOneAsksTheProvider(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := anywhere("p")
		f := r.flows(t, p)
		s := f.begin(t, eid.App)
		r.clock.Advance(restTime)
		release := make(chan struct{})
		p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
			<-release
			return outbound.Step{Rest: restTime}, nil
		}
		var crowd sync.WaitGroup
		for range 12 {
			crowd.Go(func() {
				if got, err := f.Follow(t.Context(), f.query(s.ID)); err != nil || got.State != eid.Pending {
					t.Errorf("got %s: %v", got.State, err)
				}
			})
		}
		// The collector comes as well; nobody waits for the one who asks.
		crowd.Go(func() { f.collector.Collect(t.Context()) })
		crowd.Go(func() {
			for p.pestered() == 0 {
				runtime.Gosched()
			}
			close(release)
		})
		crowd.Wait()
		f.collector.Wait()
		if p.pestered() != 1 {
			t.Errorf("asked %d times", p.pestered())
		}
	})
}

func TestAProviderThatIsIllLeavesTheSessionPendingUntilItsTimeIsOver(t *testing.T) {
	for name, ill := range map[string]error{"away": eid.ErrProvider, "silent": eid.ErrProviderUncertain, "refusing us": eid.ErrMisconfigured} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			p := anywhere("p")
			f := r.flows(t, p)
			s := f.begin(t, eid.App)
			p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) { return outbound.Step{}, ill }
			for range 10 {
				r.clock.Advance(20 * time.Second)
				if got := f.poll(t, s.ID); got.State != eid.Pending || got.Hint != eid.HintOutstanding {
					t.Fatalf("got %s %s", got.State, got.Reason)
				}
				f.collect(t)
			}
			r.clock.Advance(2 * time.Minute)
			if got := f.poll(t, s.ID); got.State != eid.Expired {
				t.Errorf("got %s %s", got.State, got.Reason)
			}
		})
	}
}

func TestWhatAProviderHasLostIsNeverCompleted(t *testing.T) {
	for reason, lost := range map[string]error{
		eid.ReasonEvidenceLost: eid.ErrOrderGone, eid.ReasonEvidenceRejected: eid.ErrEvidenceRejected,
	} {
		r := newRig(t)
		p := anywhere("p")
		f := r.flows(t, p)
		s := f.begin(t, eid.App)
		p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) { return outbound.Step{}, lost }
		r.clock.Advance(restTime)
		if got := f.poll(t, s.ID); got.State != eid.Failed || got.Reason != reason {
			t.Errorf("%v: got %s %s", lost, got.State, got.Reason)
		}
	}
}

func TestAnotherOrganizationsSessionIsNotFound(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	s := f.begin(t, eid.App)
	other := r.found(t, "Other")
	stranger := r.client(t, other)
	foreign := inbound.SessionQuery{Scope: stranger.Scope, ID: s.ID, Surface: "eid"}
	credentials := inbound.Credentials{Kind: organization.KindEID, Identifier: stranger.Identifier, Secret: "secret of " + other.ID}
	_, byScope := f.Follow(t.Context(), foreign)
	_, byCredentials := f.Ask(t.Context(), credentials, foreign)
	_, cancelled := f.Cancel(t.Context(), foreign)
	for what, err := range map[string]error{"follow": byScope, "ask": byCredentials, "cancel": cancelled} {
		if !errors.Is(err, eid.ErrNoSession) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	credentials.Secret = "wrong"
	if _, err := f.Ask(t.Context(), credentials, foreign); !errors.Is(err, organization.ErrClientRefused) {
		t.Errorf("a wrong secret: got %v", err)
	}
	for name, elsewhere := range map[string]inbound.SessionQuery{
		"surface": {Scope: r.scope(), ID: s.ID, Surface: "session"}, "eID": {Scope: r.scope(), ID: s.ID, EID: eid.SEFreja},
		"operation": {Scope: r.scope(), ID: s.ID, Operations: []eid.Operation{eid.Sign}},
	} {
		if _, err := f.Follow(t.Context(), elsewhere); !errors.Is(err, eid.ErrNoSession) {
			t.Errorf("at another %s: got %v", name, err)
		}
	}
	if got := f.poll(t, s.ID); got.State != eid.Pending {
		t.Errorf("the session is %s", got.State)
	}
}

func TestWhatIsTakenBackIsTakenBackAtTheProviderAndStaysSo(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.App)
	for range 2 {
		got, err := f.Cancel(t.Context(), f.query(s.ID))
		if err != nil || got.State != eid.Refused || got.Reason != eid.ReasonCancelled {
			t.Fatalf("got %s %s: %v", got.State, got.Reason, err)
		}
	}
	if len(p.cancelled) != 1 || p.cancelled[0] != "thread of p" {
		t.Errorf("the provider heard of it %d times", len(p.cancelled))
	}
}
