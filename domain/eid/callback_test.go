package eid_test

import (
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

func TestACallbackEndsWithOneFactWhicheverItIs(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	c := eid.Callback{Session: "s", Scope: organization.Scope{Organization: "o", Environment: organization.Sandbox}, Client: "c", Attempts: 3}
	for kind, facts := range map[string][]audit.Fact{
		audit.CallbackDelivered: c.Delivered(now), audit.CallbackGivenUp: c.GivenUp("receiver_timed_out", now),
	} {
		if len(facts) != 1 || facts[0].ID() != "callback/s.1" || facts[0].Kind != kind || facts[0].Organization != "o" || facts[0].Environment != "sandbox" ||
			!facts[0].At.Equal(now) || facts[0].Details["client"] != "c" || facts[0].Details["attempts"] != "3" {
			t.Errorf("%s: told %+v", kind, facts)
		}
		if failure := facts[0].Details["failure"]; (failure == "receiver_timed_out") != (kind == audit.CallbackGivenUp) {
			t.Errorf("%s: the failure is %q", kind, failure)
		}
	}
}
