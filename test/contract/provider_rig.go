package contract

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Rig is a provider with people in front of it and a plug to pull. Approve and Decline play the person who was
// shown the step of that session, and give what the session hears of it: what the person brings back, or the zero
// Nudge where the provider is asked by the clock.
type Rig struct {
	Provider outbound.Provider
	ReturnTo string // an address that the provider may send people back to

	Approve func(t *testing.T, session eid.Snapshot, step outbound.Step) outbound.Nudge
	Decline func(t *testing.T, session eid.Snapshot, step outbound.Step) outbound.Nudge

	Unplug func(t *testing.T) // nobody reaches the provider any more
	Replug func(t *testing.T)
}

var sessionsMade atomic.Int64

// Session opens an order of the eID for authentication, with a nonce and a correlation that no other has.
func (r Rig) Session(t *testing.T, e eid.EID) eid.Snapshot {
	t.Helper()
	n := sessionsMade.Add(1)
	s, _, err := eid.Open(fmt.Sprintf("session-%d", n), fmt.Sprintf("nonce-%d-of-this-session-and-no-other", n), eid.Order{
		Scope: organization.Scope{Organization: "acme", Environment: organization.Sandbox}, OnBehalfOf: "Acme",
		Surface: "account", EID: e, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, ReturnTo: r.ReturnTo,
		Correlation: fmt.Sprintf("caller's own %d & more", n), Language: "sv",
	}, time.Now().UTC().Truncate(time.Microsecond), 15*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
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

// logins are the offers of authentication, and of them those whose code goes to the caller.
func (r Rig) logins() (all, toCaller []outbound.Offer) {
	for _, o := range r.Provider.Offers() {
		if o.Operation != eid.Authenticate {
			continue
		}
		all = append(all, o)
		if o.Channel == eid.Redirect {
			toCaller = append(toCaller, o)
		}
	}
	return all, toCaller
}
