package simulator_test

import (
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
)

// BenchmarkBegin is what the simulator adds to the start of a session.
func BenchmarkBegin(b *testing.B) {
	s, err := simulator.New(simulator.Config{PublicURL: public, Secret: secret(1)}, system.Clock{}, system.IDs{})
	if err != nil {
		b.Fatal(err)
	}
	snapshot := eid.Snapshot{
		ID: "session", Nonce: "nonce", ExpiresAt: time.Now().Add(time.Hour),
		Order: eid.Order{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, ReturnTo: returnTo, Correlation: "state", OnBehalfOf: "Demo AB"},
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Begin(b.Context(), snapshot); err != nil {
			b.Fatal(err)
		}
	}
}
