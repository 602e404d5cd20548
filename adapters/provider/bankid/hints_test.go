package bankid_test

import (
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	there "github.com/eidgate/eidgate/test/standin/bankid"
)

func TestEveryPendingCodeIsAHint(t *testing.T) {
	b := newBench(t)
	step, app := b.app(t, appLogin)
	for code, want := range map[string]eid.Hint{
		"outstandingTransaction": eid.HintOutstanding, "noClient": eid.HintNoClient, "started": eid.HintStarted,
		"userMrtd": eid.HintDocument, "userCallConfirm": eid.HintCallConfirm, "userSign": eid.HintSigning,
		"processing": eid.HintProcessing,
		"userDance":  "userDance", "two words": "", "<b>": "", "": "",
	} {
		app.Say(code)
		got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
		if err != nil || got.Hint != want || got.Refusal != "" || got.Evidence != nil || got.Rest != 2*time.Second {
			t.Errorf("%q: got hint %q, refusal %q, rest %s and %v", code, got.Hint, got.Refusal, got.Rest, err)
		}
	}
}

func TestEveryFailedCodeIsARefusal(t *testing.T) {
	b := newBench(t)
	for code, want := range map[string]string{
		"expiredTransaction": eid.ReasonTimedOut, "certificateErr": eid.ReasonInvalidEID, "userCancel": eid.ReasonDeclined,
		"cancelled": eid.ReasonSuperseded, "startFailed": eid.ReasonNotStarted, "userDeclinedCall": eid.ReasonCallDeclined,
		"notSupportedByUserApp": eid.ReasonUnsupported, "transactionRiskBlocked": eid.ReasonRisk,
		"somethingNew": eid.ReasonRejected, "": eid.ReasonRejected,
	} {
		step, app := b.app(t, appLogin)
		app.Fail(code)
		got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
		if err != nil || got.Refusal != want || got.Evidence != nil {
			t.Errorf("%q: got refusal %q and %v", code, got.Refusal, err)
		}
	}
}

func TestAnAppThatNobodyStartsEndsTheOrder(t *testing.T) {
	b := newBench(t)
	_, step := b.begun(t, appLogin)
	b.clock.Advance(29 * time.Second)
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Hint != eid.HintOutstanding {
		t.Fatalf("after 29 seconds: got %q and %v", got.Hint, err)
	}
	b.clock.Advance(time.Second)
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != eid.ReasonNotStarted {
		t.Errorf("after 30 seconds: got %q and %v", got.Refusal, err)
	}
}

func TestAnOrderHasThreeMinutes(t *testing.T) {
	b := newBench(t)
	step, _ := b.app(t, appLogin)
	b.clock.Advance(180 * time.Second)
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != eid.ReasonTimedOut {
		t.Errorf("got %q and %v", got.Refusal, err)
	}
}

func TestAnOutcomeIsToldOnce(t *testing.T) {
	b := newBench(t)
	step, app := b.app(t, appLogin)
	app.Approve(there.People[0])
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Evidence == nil {
		t.Fatalf("got %v", err)
	}
	got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
	if !errors.Is(err, eid.ErrOrderGone) || got.Evidence != nil {
		t.Errorf("again: got %v", err)
	}
	if err := b.Cancel(t.Context(), step.Thread); err != nil {
		t.Errorf("taking back what is over: %v", err)
	}
}

func TestAnOutcomeThatNobodyFetchesIsLost(t *testing.T) {
	b := newBench(t)
	step, app := b.app(t, appLogin)
	app.Approve(there.People[0])
	b.clock.Advance(3 * time.Minute)
	if _, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrOrderGone) {
		t.Errorf("got %v", err)
	}
}

func TestAnOrderTakenBackIsOver(t *testing.T) {
	b := newBench(t)
	step, app := b.app(t, appLogin)
	if err := b.Cancel(t.Context(), step.Thread); err != nil {
		t.Fatal(err)
	}
	app.Approve(there.People[0])
	if _, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrOrderGone) {
		t.Errorf("got %v", err)
	}
}

func TestASecondOrderForAPersonEndsBoth(t *testing.T) {
	b := newBench(t)
	s, first := b.begun(t, phoneSign)
	again := b.Order(t, phoneSign)
	again.Order.Require.Person = s.Order.Require.Person
	_, err := b.Begin(t.Context(), again)
	if !errors.Is(err, eid.ErrInProgress) {
		t.Fatalf("got %v", err)
	}
	contract.Silent(t, err, s.Order.Require.Person.Reveal(), "stand-in")
	if got, err := b.Advance(t.Context(), first.Thread, outbound.Nudge{}); err != nil || got.Refusal != eid.ReasonSuperseded {
		t.Errorf("the first: got %q and %v", got.Refusal, err)
	}
}

func TestACodeIsNewEverySecond(t *testing.T) {
	b := newBench(t)
	_, step := b.begun(t, appLogin)
	first := step.Challenge.QR
	b.clock.Advance(7 * time.Second)
	if _, err := b.there.Scan(first); err == nil {
		t.Error("a code of seven seconds ago was taken")
	}
	now := step.Challenge.At(b.clock.Now())
	if now.QR == first {
		t.Fatal("the code is still the same")
	}
	if _, err := b.there.Scan(now.QR); err != nil {
		t.Errorf("the code of now: %v", err)
	}
}
