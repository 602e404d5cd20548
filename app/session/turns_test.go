package session_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestABusyProviderIsAskedForTheLongestWaitingFirst(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	p.begin = func(_ context.Context, s eid.Snapshot) (outbound.Step, error) {
		return outbound.Step{Challenge: &eid.Challenge{AppToken: "t"}, Thread: []byte(s.ID), Rest: restTime}, nil
	}
	var mu sync.Mutex
	asked := map[string]int{}
	p.answer = func(_ context.Context, thread []byte, _ outbound.Nudge) (outbound.Step, error) {
		mu.Lock()
		defer mu.Unlock()
		asked[string(thread)]++
		return outbound.Step{Rest: restTime}, nil
	}
	f := r.flows(t, p)
	const many = 120 // twice as many as one provider is asked for at once
	var ids []string
	for range many {
		ids = append(ids, f.begin(t, eid.App).ID)
		r.clock.Advance(time.Millisecond)
	}
	r.clock.Advance(restTime)
	for range 2 {
		f.collect(t)
		r.clock.Advance(restTime + time.Millisecond) // whoever was asked for is due again, behind those who were not
	}
	for i, id := range ids {
		if asked[id] == 0 {
			t.Fatalf("nobody asked for session %d of %d in two rounds", i+1, many)
		}
	}
}

func TestARepeatedCommandIsShownTheChallengeOfNow(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	p.begin = r.animated
	f := r.flows(t, p)
	command := func(s *inbound.SessionStart) { s.Command = "one" }
	first := f.begin(t, eid.App, command)
	r.clock.Advance(10 * time.Second)
	second := f.begin(t, eid.App, command)
	if second.ID != first.ID || second.Challenge.QR == first.Challenge.QR || second.Challenge.QR != second.Challenge.Animated.At(r.clock.Now()) {
		t.Error("a repeated command is shown a code of long ago")
	}
}

func TestAnAnswerThatOutlastedItsLeaseLeavesTheNewOneAlone(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	f.begin(t, eid.App)
	first, late := make(chan struct{}), make(chan struct{})
	p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		if p.pestered() == 1 {
			close(first)
			<-late
			return outbound.Step{Hint: eid.HintStarted, Rest: restTime}, nil
		}
		return outbound.Step{Rest: restTime}, nil
	}
	r.clock.Advance(restTime)
	f.collector.Collect(t.Context())
	<-first
	r.clock.Advance(31 * time.Second)
	f.collector.Collect(t.Context())
	close(late)
	f.collector.Wait()
	if n := f.collector.Watching(); n != 1 {
		t.Errorf("%d sessions are watched", n)
	}
}
