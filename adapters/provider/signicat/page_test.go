package signicat_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	there "github.com/eidgate/eidgate/test/standin/signicat"
)

// TestWhoWasLuredOntoAPageLogsNobodyIn: only the browser that was on Signicat's page knows the session's identifier, and until
// our session's own browser brings it, nobody asks.
func TestWhoWasLuredOntoAPageLogsNobodyIn(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.NOBankID, eid.Page)
	step := b.begun(t, s)
	if step.Rest != 0 {
		t.Errorf("it is asked by the clock after %s", step.Rest)
	}
	nudge := b.act(t, s, step, there.Approve(there.Kari))
	for name, returned := range map[string]map[string]string{
		"a tick": nil, "nothing": {}, "our own state": {"state": s.Ticket, "externalReference": s.ID},
	} {
		if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{Returned: returned}); err != nil || got.Evidence != nil || got.Refusal != "" || got.Thread != nil {
			t.Errorf("%s: got %v and %v", name, got.Evidence != nil, err)
		}
	}
	for _, id := range []string{"", "x", nudge.Returned["sessionId"] + "0", nudge.Returned["sessionId"][1:]} {
		wrong := maps.Clone(nudge.Returned)
		wrong["sessionId"] = id
		if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{Returned: wrong}); !errors.Is(err, eid.ErrCodeRejected) || got.Evidence != nil {
			t.Errorf("%q: got %v", id, err)
		}
	}
	if b.there.Calls(there.Get) != 0 {
		t.Error("Signicat was asked")
	}
	if got, err := b.Advance(t.Context(), step.Thread, nudge); err != nil || got.Evidence == nil {
		t.Errorf("the right browser: %v", err)
	}
}

// TestABrowserMayBeQuickerThanItsNews: it is asked for ten seconds, by the clock.
func TestABrowserMayBeQuickerThanItsNews(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.DKMitID, eid.Page)
	step := b.begun(t, s)
	nudge := b.act(t, s, step, there.Back())
	back, err := b.Advance(t.Context(), step.Thread, nudge)
	if err != nil || back.Thread == nil || back.Rest != time.Second || back.Refusal != "" {
		t.Fatalf("got %+v and %v", back.Rest, err)
	}
	b.clock.Advance(9 * time.Second)
	again, err := b.Advance(t.Context(), back.Thread, outbound.Nudge{})
	if err != nil || again.Rest != time.Second || again.Refusal != "" || again.Thread != nil {
		t.Fatalf("nine seconds later: got %+v and %v", again, err)
	}
	b.clock.Advance(2 * time.Second)
	if got, err := b.Advance(t.Context(), back.Thread, outbound.Nudge{}); err != nil || got.Refusal != eid.ReasonInterrupted {
		t.Errorf("eleven seconds later: got %q and %v", got.Refusal, err)
	}
	b.act(t, s, step, there.Approve(there.Mette))
	if got, err := b.Advance(t.Context(), back.Thread, outbound.Nudge{}); err != nil || got.Evidence == nil {
		t.Errorf("the news itself: %v", err)
	}
}

func TestACodeIsDrawnAnewEachSecond(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.SEBankID, eid.App))
	if step.Rest != time.Second || step.Hint != eid.HintOutstanding {
		t.Errorf("it rests for %s, hint %q", step.Rest, step.Hint)
	}
	if !step.Challenge.Animated.IsZero() {
		t.Error("somebody else than Signicat draws")
	}
	before := *step.Challenge
	for code, want := range map[string]eid.Hint{
		"outstandingTransaction": eid.HintOutstanding, "noClient": eid.HintNoClient, "started": eid.HintStarted, "userMrtd": eid.HintDocument,
		"userCallConfirm": eid.HintCallConfirm, "userSign": eid.HintSigning, "processing": eid.HintProcessing, "brandNew": "brandNew",
		"two words": "", "<script>": "",
	} {
		if err := b.there.Progress(before.AppToken, code); err != nil {
			t.Fatal(err)
		}
		b.clock.Advance(time.Second)
		got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
		if err != nil || got.Hint != want || got.Rest != time.Second || got.Challenge == nil || got.Challenge.QR == before.QR || got.Challenge.AppToken != before.AppToken {
			t.Fatalf("%s: got %+v and %v", code, got, err)
		}
		before = *got.Challenge
	}
}

func TestOfIdpDataOnlyWhatIsKnownGetsThrough(t *testing.T) {
	b := newBench(t)
	b.there.Twist(func(a map[string]any) {
		a["idpData"] = map[string]any{
			"autoStartToken": "token", "qrData": "line\nfeed", "sbidStatus": "started", "link": "https://evil.example", "more": []int{1},
		}
	})
	step := b.begun(t, b.order(t, eid.SEBankID, eid.App))
	if want := (eid.Challenge{AppToken: "token"}); step.Challenge.AppToken != want.AppToken || step.Challenge.QR != "" || step.Challenge.URL != "" || step.Challenge.Params != nil || step.Hint != eid.HintStarted {
		t.Errorf("shown %+v", step.Challenge)
	}
}

func TestWhatIsNewMeansThatTheSessionGoesOn(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.SEBankID, eid.App))
	b.there.Twist(func(a map[string]any) { a["status"], a["somethingNew"] = "THINKING", true })
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != "" || got.Rest == 0 {
		t.Errorf("got %+v and %v", got, err)
	}
}

// TestASessionThatSaysItGoesOnAfterItsEndIsOver: with half a minute of grace.
func TestASessionThatSaysItGoesOnAfterItsEndIsOver(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.SEBankID, eid.App)
	b.there.Twist(func(a map[string]any) { a["status"] = "WAITING_FOR_USER" })
	for name, expires := range map[string]any{
		"its own": b.clock.Now().Add(15 * time.Minute).Format("2006-01-02T15:04:05.0000000"), "none": nil, "garbage": "soon", "long ago": "2001-01-01T00:00:00Z",
		"never": "9999-01-01T00:00:00.0000000+00:00",
	} {
		b.there.Twist(func(a map[string]any) { a["status"], a["expiresAt"] = "WAITING_FOR_USER", expires })
		step := b.begun(t, s)
		start := b.clock.Now()
		for _, c := range []struct {
			after time.Duration
			want  string
		}{{15*time.Minute + 25*time.Second, ""}, {15*time.Minute + 35*time.Second, eid.ReasonTimedOut}} {
			b.clock.Set(start.Add(c.after))
			if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != c.want {
				t.Errorf("%s: after %s got %q and %v", name, c.after, got.Refusal, err)
			}
		}
		b.clock.Set(start)
	}
}
