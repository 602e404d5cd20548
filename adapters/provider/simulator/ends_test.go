package simulator_test

import (
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestWhatAnEIDCanSayAgainstAnOrderKeepsItsMeaning(t *testing.T) {
	for reason, want := range map[string]string{
		"": eid.ReasonDeclined, "declined": eid.ReasonDeclined, "userCancel": eid.ReasonDeclined, "cancelled": eid.ReasonSuperseded,
		"startFailed": eid.ReasonNotStarted, "expiredTransaction": eid.ReasonTimedOut, "expired": eid.ReasonTimedOut,
		"certificateErr": eid.ReasonInvalidEID, "notSupportedByUserApp": eid.ReasonUnsupported, "userDeclinedCall": eid.ReasonCallDeclined,
		"transactionRiskBlocked": eid.ReasonRisk, "CANCELED": eid.ReasonDeclined, "RP_CANCELED": eid.ReasonCancelled,
		"EXPIRED": eid.ReasonTimedOut, "REJECTED": eid.ReasonRejected, "server_error": eid.ReasonProviderFailed,
		"mitid_core_client_error": eid.ReasonInterrupted,
	} {
		t.Run("reason "+reason, func(t *testing.T) {
			s, c := begin(t)
			app := start(t, s, session(c, "app", eid.Order{EID: eid.SEBankID, Channel: eid.App}))
			page := start(t, s, session(c, "page", eid.Order{EID: eid.NOBankID, Channel: eid.Page}))
			v := visitOf(t, page.Challenge.URL, "b")
			visit(t, s, v)
			for _, name := range []string{"app", "page"} {
				var err error
				if reason == "" {
					err = s.Reject(t.Context(), name)
				} else {
					err = s.Fail(t.Context(), name, reason)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := tick(t, s, app.Thread); got.Refusal != want {
				t.Errorf("in the app it is %q", got.Refusal)
			}
			if got := bring(t, s, page.Thread, visit(t, s, v).Redirect); got.Refusal != want {
				t.Errorf("on the page it is %q", got.Refusal)
			}
		})
	}
}

func TestCancelTakesBackWhatWaitsInTheApp(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.SEBankID, Channel: eid.App}
	order.Require.Person, _ = named(t, s, "anna")
	step := start(t, s, session(c, "s1", order))
	other := open(t, c, secret(1)) // another process, that has not seen it
	for range 2 {
		if err := errors.Join(s.Cancel(t.Context(), step.Thread), other.Cancel(t.Context(), step.Thread)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Approve(t.Context(), "s1", "anna"); !errors.Is(err, inbound.ErrNoSimulatedOrder) {
		t.Errorf("approved after all: %v", err)
	}
	if got := tick(t, s, step.Thread); got.Refusal != eid.ReasonCancelled {
		t.Errorf("got %+v", got)
	}
	if tick(t, other, step.Thread); len(other.Waiting()) != 0 {
		t.Error("what was taken back waits again")
	}
	start(t, s, session(c, "s2", order))
}

func TestAMisbehavingProviderKeepsTheOrder(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID, Channel: eid.App}))
	if err := errors.Join(s.Approve(t.Context(), "s1", "anna"), s.Misbehave(t.Context(), eid.SEBankID, "reset", 2)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrProviderUncertain) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Begin(t.Context(), session(c, "s2", eid.Order{EID: eid.SEBankID, Channel: eid.App})); !errors.Is(err, eid.ErrProviderUncertain) {
		t.Errorf("got %v", err)
	}
	if got, _, _ := tell(t, s, c, step.Thread); got.Evidence == nil {
		t.Error("the approval is lost")
	}
}

func TestAnOrderIsFoundByItsAppToken(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEFreja, Channel: eid.App, Correlation: "theirs"}))
	start(t, s, session(c, "s2", eid.Order{EID: eid.SEFreja, Channel: eid.App, Correlation: "others"}))
	if err := s.Approve(t.Context(), step.Challenge.AppToken, "anna"); err != nil {
		t.Fatal(err)
	}
	if err := s.Approve(t.Context(), "others", "lars"); !errors.Is(err, inbound.ErrNoSimulatedPerson) {
		t.Errorf("somebody without Freja: %v", err)
	}
	if err := s.Approve(t.Context(), "others", "erik"); err != nil {
		t.Error(err)
	}
}
