package simulator_test

import (
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// BenchmarkBegin is what the simulator adds to the start of a session.
func BenchmarkBegin(b *testing.B) {
	for name, order := range map[string]eid.Order{
		"redirect": {EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Redirect},
		"app":      {EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.App},
		"page":     {EID: eid.NOBankID, Operation: eid.Authenticate, Channel: eid.Page},
	} {
		b.Run(name, func(b *testing.B) {
			s, snapshot := bench(b, order)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Begin(b.Context(), snapshot); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAdvance is what a waiting order in the app costs each second.
func BenchmarkAdvance(b *testing.B) {
	s, snapshot := bench(b, eid.Order{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.App})
	step, err := s.Begin(b.Context(), snapshot)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Advance(b.Context(), step.Thread, outbound.Nudge{}); err != nil {
			b.Fatal(err)
		}
	}
}

func bench(b *testing.B, order eid.Order) (*simulator.Simulator, eid.Snapshot) {
	b.Helper()
	s, err := simulator.New(simulator.Config{PublicURL: public, Secret: secret(1)}, clock.Stopped(), system.IDs{})
	if err != nil {
		b.Fatal(err)
	}
	order.Wants, order.ReturnTo, order.Correlation, order.OnBehalfOf = eid.WantNumber, returnTo, "state", "Demo AB"
	return s, eid.Snapshot{ID: "session", Nonce: "nonce", Ticket: "ticket", ExpiresAt: time.Now().Add(time.Hour), Order: order}
}
