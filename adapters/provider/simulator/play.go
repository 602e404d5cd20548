package simulator

import (
	"context"

	"github.com/eidgate/eidgate/ports/inbound"
)

// Waiting lists the orders that wait for a person, newest first.
func (s *Simulator) Waiting() []inbound.SimulatedOrder {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := s.orders.waiting(s.clock.Now())
	shown := make([]inbound.SimulatedOrder, 0, len(waiting))
	for _, o := range waiting {
		shown = append(shown, o.shown())
	}
	return shown
}

// Approve lets a person approve an order. It fails with inbound.ErrNoSimulatedOrder, also for one that is settled,
// and with inbound.ErrNoSimulatedPerson for somebody who does not have the order's eID.
func (s *Simulator) Approve(_ context.Context, name, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	o, err := s.orders.called(name, now)
	if err != nil {
		return err
	}
	p, found := personCalled(id)
	if !found || !p.has(o.request.EID) {
		return inbound.ErrNoSimulatedPerson
	}
	o.approve(id, now)
	return nil
}

// Reject lets the person say no. It fails with inbound.ErrNoSimulatedOrder.
func (s *Simulator) Reject(ctx context.Context, name string) error {
	return s.Fail(ctx, name, reasonDeclined)
}

// Fail lets the order end with a failure that an eID knows. It fails with inbound.ErrNoSimulatedOrder, and with
// inbound.ErrSimulatorRequest for a reason that is none.
func (s *Simulator) Fail(_ context.Context, name, reason string) error {
	f, known := failures[reason]
	if !known {
		return wrong("reason", "The reason is none of "+knownFailures()+".")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	o, err := s.orders.called(name, now)
	if err != nil {
		return err
	}
	o.fail(f, now)
	return nil
}
