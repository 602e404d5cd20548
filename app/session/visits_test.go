package session_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

const mine, theirs = "a browser's own secret", "another browser's own secret"

// redirecting sends browsers on to a provider and back with a code.
func redirecting(name string) *scripted {
	p := anywhere(name)
	p.begin = func(_ context.Context, s eid.Snapshot) (outbound.Step, error) {
		return outbound.Step{Challenge: &eid.Challenge{URL: "https://" + name + ".example/authorize?state=" + s.Ticket}, Thread: []byte("thread")}, nil
	}
	p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		return outbound.Step{}, eid.ErrCodeRejected
	}
	return p
}

func (f *flows) ticket(t *testing.T, s inbound.Session) string {
	t.Helper()
	ticket, found := strings.CutPrefix(s.Challenge.URL, pages)
	if !found || len(ticket) < 40 {
		t.Fatal("the session has no page")
	}
	return ticket
}

func (f *flows) look(t *testing.T, ticket, browser string) inbound.Visit {
	t.Helper()
	v, err := f.visits.Look(t.Context(), ticket, browser)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (f *flows) come(t *testing.T, ticket, browser string) inbound.Visit {
	t.Helper()
	v, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: browser, Address: "192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNobodyIsAskedBeforeThePersonComes(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := redirecting("p")
		f := r.flows(t, p)
		s := f.begin(t, eid.Page, func(s *inbound.SessionStart) { s.Order.Text = "to see your account" })
		ticket := f.ticket(t, s)
		if v := f.look(t, ticket, ""); v.Begun || !v.Mine || v.State != eid.Opened || v.Organization != "Acme" || v.Text != "to see your account" || p.asked() != 0 {
			t.Errorf("begun %v, mine %v, %s, asked %d times", v.Begun, v.Mine, v.State, p.asked())
		}
		if got := r.stored(t, s.ID); got.Browser.Name != "" || got.Version != 1 {
			t.Error("looking changed the session")
		}
		v := f.come(t, ticket, mine)
		if !v.Begun || v.Challenge.URL != "https://p.example/authorize?state="+ticket || p.asked() != 1 || p.begun[0].Order.PersonAddress != "192.0.2.7" {
			t.Errorf("begun %v, asked %d times", v.Begun, p.asked())
		}
		if again := f.come(t, ticket, mine); again.Challenge.URL != v.Challenge.URL || p.asked() != 1 {
			t.Errorf("the second time asked %d times", p.asked())
		}
		if told := kinds(r.trail(t, "")); strings.Join(told, " ") != strings.Join([]string{audit.SessionOpened, audit.SessionBound, audit.SessionPending}, " ") {
			t.Errorf("the trail tells %v", told)
		}
	})
}

func TestASessionBelongsToTheBrowserThatBeganIt(t *testing.T) {
	r := newRig(t)
	p := redirecting("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.Page)
	ticket := f.ticket(t, s)
	f.come(t, ticket, mine)
	p.answer = approving(t)
	if v := f.look(t, ticket, theirs); v.Mine || v.Challenge.URL != "" || v.Organization != "" || v.ReturnTo != "" {
		t.Error("another browser sees more than that it is not its own")
	}
	if v := f.look(t, ticket, ""); v.Mine || v.Challenge.URL != "" {
		t.Error("a browser without a name sees more")
	}
	_, begun := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: theirs})
	_, nameless := f.visits.Begin(t.Context(), ticket, inbound.Arrival{})
	_, cancelled := f.visits.Cancel(t.Context(), ticket, theirs)
	_, returned := f.visits.Return(t.Context(), "p", map[string]string{"state": ticket, "code": "c"}, theirs)
	_, returnedNameless := f.visits.Return(t.Context(), "p", map[string]string{"state": ticket, "code": "c"}, "")
	for what, err := range map[string]error{"begin": begun, "begin without a name": nameless, "cancel": cancelled, "return": returned, "return without a name": returnedNameless} {
		if !errors.Is(err, eid.ErrOtherBrowser) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if got := r.stored(t, s.ID); got.State != eid.Pending || p.pestered() != 0 {
		t.Errorf("the session is %s, the provider was asked %d times", got.State, p.pestered())
	}
	v, err := f.visits.Return(t.Context(), "p", map[string]string{"state": ticket, "code": "c"}, mine)
	if err != nil || v.State != eid.Completed || v.ReturnTo != "https://app.example/cb?id="+s.ID {
		t.Errorf("its own browser gets %s: %v", v.State, err)
	}
}

func TestACodeIsSpentOnce(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := redirecting("p")
		f := r.flows(t, p)
		ticket := f.ticket(t, f.begin(t, eid.Page))
		f.come(t, ticket, mine)
		p.answer = approving(t)
		var crowd sync.WaitGroup
		for range 8 {
			crowd.Go(func() {
				if _, err := f.visits.Return(t.Context(), "p", map[string]string{"state": ticket, "code": "c"}, mine); err != nil {
					t.Errorf("got %v", err)
				}
			})
		}
		crowd.Wait()
		if p.pestered() != 1 {
			t.Errorf("the code was presented %d times", p.pestered())
		}
	})
}

func TestABadCodeEndsTheSessionAndAnIllProviderDoesNot(t *testing.T) {
	r := newRig(t)
	p := redirecting("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.Page)
	ticket := f.ticket(t, s)
	f.come(t, ticket, mine)
	back := map[string]string{"state": ticket, "code": "c"}
	p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		return outbound.Step{}, eid.ErrProvider
	}
	if _, err := f.visits.Return(t.Context(), "p", back, mine); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("got %v", err)
	}
	if got := r.stored(t, s.ID); got.State != eid.Pending || got.Claim.Owner != "" {
		t.Errorf("the session is %s, claimed %v", got.State, got.Claim.Owner != "")
	}
	p.answer = func(context.Context, []byte, outbound.Nudge) (outbound.Step, error) {
		return outbound.Step{}, eid.ErrCodeRejected
	}
	if v, err := f.visits.Return(t.Context(), "p", back, mine); err != nil || v.State != eid.Failed || v.Reason != eid.ReasonCodeRejected {
		t.Errorf("got %s %s: %v", v.State, v.Reason, err)
	}
}

func TestTwoClicksPlaceOneOrder(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		p := redirecting("p")
		f := r.flows(t, p)
		ticket := f.ticket(t, f.begin(t, eid.Page))
		var crowd sync.WaitGroup
		for range 8 {
			crowd.Go(func() {
				if _, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: mine}); err != nil {
					t.Errorf("got %v", err)
				}
			})
		}
		crowd.Wait()
		if p.asked() != 1 {
			t.Errorf("%d orders were placed", p.asked())
		}
	})
}

func TestAPageGoesAlongTheRouteAndCanBeTriedAgain(t *testing.T) {
	r := newRig(t)
	away, well := redirecting("away"), redirecting("well")
	away.begin = failing(eid.ErrProvider)
	f := r.flows(t, away, well)
	s := f.begin(t, eid.Page)
	if v := f.come(t, f.ticket(t, s), mine); !strings.HasPrefix(v.Challenge.URL, "https://well.example/") || r.stored(t, s.ID).Provider != "well" {
		t.Error("the next provider was not asked")
	}
	healed := well.begin
	well.begin = failing(eid.ErrProvider)
	ticket := f.ticket(t, f.begin(t, eid.Page))
	if _, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: mine}); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("with nobody there: %v", err)
	}
	if v := f.look(t, ticket, mine); v.State != eid.Opened || v.Begun {
		t.Errorf("the session is %s", v.State)
	}
	well.begin = healed
	if v := f.come(t, ticket, mine); v.Challenge.URL == "" {
		t.Error("a second try leads nowhere")
	}
	asked := well.asked()
	away.begin = failing(eid.ErrProviderUncertain)
	ticket = f.ticket(t, f.begin(t, eid.Page))
	if _, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: mine}); !errors.Is(err, eid.ErrProviderUncertain) || well.asked() != asked {
		t.Errorf("an order that may stand went on to the next: %v", err)
	}
}

func TestThePageShowsCodesAndNoSecrets(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	p.begin = r.animated
	f := r.flows(t, p)
	ticket := f.ticket(t, f.begin(t, eid.Page))
	first := f.come(t, ticket, mine).Challenge
	r.clock.Advance(time.Second)
	second := f.look(t, ticket, mine).Challenge
	if first.QR == "" || first.QR == second.QR || first.Animated != (eid.AnimatedQR{}) || second.Animated != (eid.AnimatedQR{}) {
		t.Error("the code does not change, or its secret is shown")
	}
}

func TestThePersonsNoIsHeardAndNobodysPageIsNone(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, redirecting("p"))
	s := f.begin(t, eid.Page)
	ticket := f.ticket(t, s)
	f.come(t, ticket, mine)
	if v, err := f.visits.Cancel(t.Context(), ticket, mine); err != nil || v.State != eid.Refused || v.Reason != eid.ReasonDeclined {
		t.Errorf("got %s %s: %v", v.State, v.Reason, err)
	}
	app := r.stored(t, f.begin(t, eid.App).ID)
	for name, ticket := range map[string]string{"none": "", "unknown": strings.Repeat("x", 43), "of a session without a page": app.Ticket} {
		if _, err := f.visits.Look(t.Context(), ticket, mine); !errors.Is(err, inbound.ErrNoVisit) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := f.visits.Return(t.Context(), "other", map[string]string{"state": f.ticket(t, f.begin(t, eid.Page))}, mine); !errors.Is(err, inbound.ErrNoVisit) {
		t.Errorf("back from a provider that was never asked: %v", err)
	}
}

func TestAProvidersCallMovesTheSessionOnAndAnybodyElsesDoesNot(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.App)
	ticket := r.stored(t, s.ID).Ticket
	evidence := anna(t)
	p.answer = func(_ context.Context, _ []byte, n outbound.Nudge) (outbound.Step, error) {
		if n.Headers["signature"] != "good" {
			return outbound.Step{}, eid.ErrEvidenceRejected
		}
		return outbound.Step{Evidence: evidence}, nil
	}
	call := func(provider, ticket, signature string) error {
		return f.visits.Notice(t.Context(), provider, ticket, []byte("{}"), map[string]string{"signature": signature})
	}
	if err := call("p", ticket, "bad"); !errors.Is(err, eid.ErrEvidenceRejected) {
		t.Errorf("a forged call: %v", err)
	}
	if got := r.stored(t, s.ID); got.State != eid.Pending || got.Claim.Owner != "" {
		t.Errorf("a forged call left it %s, claimed %v", got.State, got.Claim.Owner != "")
	}
	for _, wrong := range [][2]string{{"other", ticket}, {"p", "made-up"}, {"p", ""}} {
		if err := call(wrong[0], wrong[1], "good"); !errors.Is(err, inbound.ErrNoVisit) {
			t.Errorf("%s: got %v", wrong[0], err)
		}
	}
	for range 2 {
		if err := call("p", ticket, "good"); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.stored(t, s.ID); got.State != eid.Completed || p.pestered() != 2 {
		t.Errorf("got %s %s after %d calls", got.State, got.Reason, p.pestered())
	}
}
