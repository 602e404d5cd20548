package simulator_test

import (
	"bytes"
	"context"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
)

func TestTheSimulatorKeepsTheContractOfProviders(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		return rig(t, func(p outbound.Provider) outbound.Provider { return p })
	})
}

func TestTheGuardedSimulatorKeepsTheContractOfProviders(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		return rig(t, func(p outbound.Provider) outbound.Provider {
			return breaker.Guard(p, breaker.Config{}, system.Clock{}, func(string, string) {})
		})
	})
}

// wired is a simulator with a wire that can be pulled: what would go over a network finds the provider down.
type wired struct {
	*simulator.Simulator
	unplugged atomic.Bool
}

func (w *wired) Advance(ctx context.Context, thread []byte, nudge outbound.Nudge) (outbound.Step, error) {
	count := 0
	if w.unplugged.Load() {
		count = 1
	}
	for _, e := range eid.EIDs() {
		if err := w.Misbehave(ctx, e, "down", count); err != nil {
			return outbound.Step{}, err
		}
	}
	return w.Simulator.Advance(ctx, thread, nudge)
}

// rig puts people before the simulator.
func rig(t *testing.T, guard func(outbound.Provider) outbound.Provider) contract.Rig {
	s, err := simulator.New(simulator.Config{PublicURL: public, Secret: secret(1), Signer: signer{}}, system.Clock{}, system.IDs{})
	if err != nil {
		t.Fatal(err)
	}
	w := &wired{Simulator: s}
	var named atomic.Int64
	// play is the whole way of a browser: to the simulator, and back with whatever came of it.
	play := func(t *testing.T, session eid.Snapshot, step outbound.Step, say func(order string) error) outbound.Nudge {
		t.Helper()
		if step.Challenge.URL == "" { // the person is asked in an app, and we ask by the clock
			if err := say(session.ID); err != nil {
				t.Error(err)
			}
			return outbound.Nudge{}
		}
		v := visitOf(t, step.Challenge.URL, session.ID)
		if err := say(visit(t, s, v).Order.ID); err != nil {
			t.Error(err)
			return outbound.Nudge{}
		}
		back, err := url.Parse(visit(t, s, v).Redirect)
		if err != nil {
			t.Error(err)
			return outbound.Nudge{}
		}
		returned := map[string]string{"redirect_uri": session.Order.ReturnTo}
		for name, values := range back.Query() {
			returned[name] = values[0]
		}
		return outbound.Nudge{Returned: returned}
	}
	return contract.Rig{
		Provider: guard(w), ReturnTo: "https://shop.example/back",
		// One after the other, because Swedes have one order at a time.
		Person: func(t *testing.T, e eid.EID) (identity.Number, string) {
			var holders []inbound.SimulatedPerson
			for _, p := range s.People() {
				if slices.Contains(p.EIDs, e) {
					holders = append(holders, p)
				}
			}
			p := holders[int(named.Add(1))%len(holders)]
			return p.Number, p.Phone
		},
		Approve: func(t *testing.T, session eid.Snapshot, step outbound.Step) outbound.Nudge {
			person := having(session.Order.EID)
			for _, p := range s.People() {
				if p.Number == session.Order.Require.Person {
					person = p.ID
				}
			}
			return play(t, session, step, func(order string) error { return s.Approve(t.Context(), order, person) })
		},
		Decline: func(t *testing.T, session eid.Snapshot, step outbound.Step) outbound.Nudge {
			return play(t, session, step, func(order string) error { return s.Reject(t.Context(), order) })
		},
		Unplug: func(*testing.T) { w.unplugged.Store(true) },
		Replug: func(*testing.T) { w.unplugged.Store(false) },
	}
}

// signer adds a line to a document, where the real one adds a signature.
type signer struct{}

func (signer) SignDocument(ctx context.Context, content []byte, by outbound.DocumentSignature) ([]byte, error) {
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !bytes.HasPrefix(content, []byte("%PDF-")):
		return nil, eid.ErrNotPDF
	}
	return append(bytes.Clone(content), "% signed by "+by.Name+"\n"...), nil
}

// having names somebody with the eID.
func having(e eid.EID) string {
	return map[string]string{"SE": "anna", "NO": "kari", "DK": "mette", "FI": "aino"}[string(e.Country())]
}
