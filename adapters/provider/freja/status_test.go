package freja_test

import (
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	there "github.com/eidgate/eidgate/test/standin/freja"
)

func TestEveryStatusIsAHintOrARefusal(t *testing.T) {
	b := newBench(t)
	for status, want := range map[string]struct {
		hint    eid.Hint
		refusal string
	}{
		"STARTED": {hint: eid.HintOutstanding}, "DELIVERED_TO_MOBILE": {hint: eid.HintDelivered}, "SOMETHING_NEW": {hint: "SOMETHING_NEW"},
		"CANCELED": {refusal: eid.ReasonDeclined}, "RP_CANCELED": {refusal: eid.ReasonCancelled}, "RP_CANCELLED": {refusal: eid.ReasonCancelled},
		"EXPIRED": {refusal: eid.ReasonTimedOut}, "REJECTED": {refusal: eid.ReasonRejected}, "RP_REJECTED": {refusal: eid.ReasonRejected},
	} {
		step, app := b.app(t, appLogin)
		app.Say(status)
		got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
		if err != nil || got.Hint != want.hint || got.Refusal != want.refusal || got.Evidence != nil {
			t.Errorf("%s: got hint %q, refusal %q and %v", status, got.Hint, got.Refusal, err)
		}
		if want.refusal == "" && got.Rest != 3*time.Second {
			t.Errorf("%s: ask again in %s", status, got.Rest)
		}
	}
	for _, status := range []any{"", "two words", "<b>", nil, 7} {
		_, step := b.begun(t, appLogin)
		b.there.Spoil(func(answer map[string]any) { answer["status"] = status })
		if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrProviderUncertain) || got.Hint != "" {
			t.Errorf("%v: got %q and %v", status, got.Hint, err)
		}
	}
}

func TestANamedPersonHasToOpenTheApp(t *testing.T) {
	b := newBench(t)
	_, step := b.begun(t, namedLogin)
	if step.Challenge.AppToken != "" || step.Challenge.QR != "" {
		t.Error("an order on the backchannel shows a code")
	}
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Hint != eid.HintNoClient {
		t.Errorf("got %q and %v", got.Hint, err)
	}
}

func TestALoginHasTwoMinutesAndItsResultTenMore(t *testing.T) {
	b := newBench(t)
	_, step := b.begun(t, appLogin)
	b.clock.Advance(2*time.Minute - time.Second)
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != "" {
		t.Fatalf("got %q and %v", got.Refusal, err)
	}
	b.clock.Advance(time.Second)
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != eid.ReasonTimedOut {
		t.Errorf("got %q and %v", got.Refusal, err)
	}
	b.clock.Advance(10 * time.Minute)
	if _, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrOrderGone) {
		t.Errorf("got %v", err)
	}
	if err := b.Cancel(t.Context(), step.Thread); err != nil {
		t.Errorf("taking back what is over: %v", err)
	}
}

func TestASecondLoginOfAPersonEndsBoth(t *testing.T) {
	b := newBench(t)
	s, first := b.begun(t, namedLogin)
	again := b.Order(t, namedLogin)
	again.Order.Require.Person = s.Order.Require.Person
	_, err := b.Begin(t.Context(), again)
	if !errors.Is(err, eid.ErrOrderRefused) {
		t.Fatalf("got %v", err)
	}
	contract.Silent(t, err, s.Order.Require.Person.Reveal(), "stand-in")
	if got, err := b.Advance(t.Context(), first.Thread, outbound.Nudge{}); err != nil || got.Refusal != eid.ReasonRejected {
		t.Errorf("the first: got %q and %v", got.Refusal, err)
	}
}

func TestAnOrderTakenBackIsOver(t *testing.T) {
	b := newBench(t)
	for _, o := range []outbound.Offer{appLogin, appSign, namedLogin, namedSign} {
		step, app := b.app(t, o)
		if err := b.Cancel(t.Context(), step.Thread); err != nil {
			t.Fatal(err)
		}
		app.Approve(there.People[0])
		if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != eid.ReasonCancelled {
			t.Errorf("got %q and %v", got.Refusal, err)
		}
	}
}

func TestOrdersOfAnotherCustomerAreNotThere(t *testing.T) {
	b := newBench(t)
	_, step := b.begun(t, appLogin)
	other := b.own
	other.Certificate = b.there.RelyingParty(t)
	if _, err := b.another(t, other).Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrOrderGone) {
		t.Errorf("got %v", err)
	}
}
