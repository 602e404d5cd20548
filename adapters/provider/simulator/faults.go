package simulator

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// The ways in which a provider can misbehave.
const (
	kindDown  = "down"  // it cannot be reached: nothing was done
	kindSlow  = "slow"  // it does not answer in time: something may have been done
	kindHTML  = "html"  // it answers with a page of its proxy: nothing was done
	kindReset = "reset" // the connection breaks after the request went out: something may have been done
)

const (
	mostFaults = 10_000
	// slowest bounds the wait for callers without a deadline.
	slowest = 30 * time.Second
)

// misbehaviour is what the next requests to an eID meet.
type misbehaviour struct {
	kind string
	left int
}

// Misbehave lets the next count requests for the eID fail, in place of what was told before; 0 makes it well again.
// It fails with inbound.ErrSimulatorRequest.
func (s *Simulator) Misbehave(_ context.Context, e eid.EID, kind string, count int) error {
	switch {
	case !e.Known():
		return wrong("eid", "The eid is not a known eID.")
	case kind != kindDown && kind != kindSlow && kind != kindHTML && kind != kindReset:
		return wrong("kind", "The kind is none of down, slow, html and reset.")
	case count < 0 || count > mostFaults:
		return wrong("count", "The count must be between 0 and 10000.")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[e] = &misbehaviour{kind: kind, left: count}
	return nil
}

// stumble plays the next misbehaviour of the eID, if there is one.
func (s *Simulator) stumble(ctx context.Context, e eid.EID) error {
	switch s.nextFault(e) {
	case kindDown:
		return eid.ErrProvider.Because(errors.New("simulator: connection refused, as told"))
	case kindHTML:
		return eid.ErrProvider.Because(errors.New("simulator: a page in place of an answer, as told"))
	case kindReset:
		return eid.ErrProviderUncertain.Because(errors.New("simulator: connection reset, as told"))
	case kindSlow:
		ctx, cancel := context.WithTimeout(ctx, slowest)
		defer cancel()
		<-ctx.Done()
		return eid.ErrProviderUncertain.Because(ctx.Err())
	}
	return nil
}

func (s *Simulator) nextFault(e eid.EID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.faults[e]
	if m == nil || m.left == 0 {
		return ""
	}
	m.left--
	return m.kind
}
