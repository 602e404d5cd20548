package contract

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Rig is a provider with people in front of it and a plug to pull. Approve and Decline play the person who was
// shown the step of that session, and give what the session hears of it: what the person brings back, or the zero
// Nudge where the provider is asked by the clock.
type Rig struct {
	Provider outbound.Provider
	ReturnTo string // an address that the provider may send people back to

	// Person is whom orders on the backchannel name, by number and telephone: one who approves and declines as told.
	Person func(t *testing.T, e eid.EID) (identity.Number, string)

	Approve func(t *testing.T, session eid.Snapshot, step outbound.Step) outbound.Nudge
	Decline func(t *testing.T, session eid.Snapshot, step outbound.Step) outbound.Nudge

	Unplug func(t *testing.T) // nobody reaches the provider any more
	Replug func(t *testing.T)
}

var sessionsMade atomic.Int64

// Session opens an order of the eID for a login by redirect, with a nonce and a correlation that no other has.
func (r Rig) Session(t *testing.T, e eid.EID) eid.Snapshot {
	t.Helper()
	return r.Order(t, outbound.Offer{EID: e, Operation: eid.Authenticate, Channel: eid.Redirect})
}

// Order opens an order that the offer carries, with nonce, ticket and correlation that no other has.
func (r Rig) Order(t *testing.T, offer outbound.Offer) eid.Snapshot {
	t.Helper()
	n := sessionsMade.Add(1)
	order := eid.Order{
		Scope: organization.Scope{Organization: "acme", Environment: organization.Sandbox}, OnBehalfOf: "Acme",
		Surface: "account", EID: offer.EID, Operation: offer.Operation, Channel: offer.Channel, Wants: offer.Tells,
		ReturnTo: r.ReturnTo, Correlation: fmt.Sprintf("caller's own %d & more", n), Language: "sv", PersonAddress: "192.0.2.7",
	}
	if offer.Operation.Signs() {
		order.Text = "I agree to the offer."
	}
	if offer.Operation.ByPhone() {
		order.CallInitiator = eid.CalledByOrganization
	}
	if offer.Operation == eid.ProveAge {
		order.Require.LeastAge = 18
	}
	if offer.Channel == eid.Backchannel {
		order.Require.Person, order.Phone = r.Person(t, offer.EID)
		order.BindingMessage = "blue whale"
	}
	s, _, err := eid.Open(fmt.Sprintf("session-%d", n), fmt.Sprintf("nonce-%d-of-this-session-and-no-other", n), order,
		time.Now().UTC().Truncate(time.Microsecond), 15*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	s.Invite(fmt.Sprintf("ticket-%d-of-this-session-and-no-other", n), "")
	return s.Snapshot()
}

func (r Rig) begin(t *testing.T, s eid.Snapshot) outbound.Step {
	t.Helper()
	step, err := r.Provider.Begin(t.Context(), s)
	if err != nil {
		t.Fatalf("begin %s: %v", s.Order.EID, err)
	}
	return step
}

func (r Rig) advance(t *testing.T, thread []byte, nudge outbound.Nudge) outbound.Step {
	t.Helper()
	step, err := r.Provider.Advance(t.Context(), thread, nudge)
	if err != nil {
		t.Fatalf("advance: %v", err)
	}
	return step
}

// mostTicks is how often a settled person has to be asked for, at most: schemes that are done soon say so soon.
const mostTicks = 6

// follow brings what the person did, and then asks by the clock until there is an outcome.
func (r Rig) follow(t *testing.T, thread []byte, nudge outbound.Nudge) (outbound.Step, error) {
	t.Helper()
	for tick := 1; ; tick++ {
		step, err := r.Provider.Advance(t.Context(), thread, nudge)
		if err != nil || step.Evidence != nil || step.Refusal != "" || tick == mostTicks {
			return step, err
		}
		if step.Thread != nil {
			thread = step.Thread
		}
		nudge = outbound.Nudge{}
	}
}

// settle is follow of what must not fail.
func (r Rig) settle(t *testing.T, thread []byte, nudge outbound.Nudge) outbound.Step {
	t.Helper()
	step, err := r.follow(t, thread, nudge)
	if err != nil {
		t.Fatalf("advance: %v", err)
	}
	return step
}

// offers are all of them, and of them those whose code goes to the caller.
func (r Rig) offers() (all, toCaller []outbound.Offer) {
	for _, o := range r.Provider.Offers() {
		all = append(all, o)
		if o.Channel == eid.Redirect {
			toCaller = append(toCaller, o)
		}
	}
	return all, toCaller
}

// way names an offer in messages.
func way(o outbound.Offer) string { return fmt.Sprintf("%s %s by %s", o.EID, o.Operation, o.Channel) }
