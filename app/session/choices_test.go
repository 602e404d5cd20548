package session_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// only has a provider offer logins with one eID, on these channels.
func only(p *scripted, e eid.EID, channels ...eid.Channel) *scripted {
	p.offers = nil
	for _, c := range channels {
		p.offers = append(p.offers, outbound.Offer{EID: e, Operation: eid.Authenticate, Channel: c})
	}
	return p
}

// nordic are flows over a provider of pages in Sweden, and one of an app in Norway.
func (r *rig) nordic(t *testing.T) (f *flows, swedish, norwegian *scripted) {
	t.Helper()
	swedish, norwegian = only(redirecting("swedish"), eid.SEBankID, eid.Page), only(anywhere("norwegian"), eid.NOBankID, eid.App)
	return r.flows(t, swedish, norwegian), swedish, norwegian
}

// choosing has the person choose the eID, and try again.
func choosing(eids ...eid.EID) func(*inbound.SessionStart) {
	return func(s *inbound.SessionStart) {
		s.Order.EID, s.Order.Choices, s.Order.Renewable = "", eids, true
	}
}

func (f *flows) choose(t *testing.T, ticket string, e eid.EID) inbound.Visit {
	t.Helper()
	v, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: mine, EID: e})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestThePersonChoosesAmongWhatSomebodyCanDo(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		f, swedish, norwegian := r.nordic(t)
		s := f.begin(t, eid.Page, choosing(eid.DKMitID, eid.NOBankID, eid.SEBankID, eid.NOBankID))
		if s.Order.EID != "" || !slices.Equal(s.Order.Choices, []eid.EID{eid.NOBankID, eid.SEBankID}) || s.Simulated {
			t.Fatalf("there is %q, and to choose %v", s.Order.EID, s.Order.Choices)
		}
		ticket := f.ticket(t, s)
		if v := f.look(t, ticket, ""); v.EID != "" || !slices.Equal(v.Choices, s.Order.Choices) || v.Proof != "" || v.Renewable {
			t.Errorf("a browser that comes sees %v", v.Choices)
		}
		if _, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: mine}); !errors.Is(err, eid.ErrNotChosen) {
			t.Errorf("nothing is chosen: %v", err)
		}
		if _, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: mine, EID: eid.DKMitID}); !errors.Is(err, eid.ErrNotAChoice) {
			t.Errorf("what nobody can do is chosen: %v", err)
		}
		if got := r.stored(t, s.ID); got.Version != 1 {
			t.Error("a wrong choice changed the session")
		}
		v, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: mine, Cookieless: true, Address: "192.0.2.7", Agent: "browser/1", EID: eid.NOBankID})
		if err != nil || v.EID != eid.NOBankID || !v.Begun || v.Challenge.AppToken == "" || !v.Renewable || swedish.asked() != 0 || norwegian.asked() != 1 {
			t.Fatalf("it is %q, asked %d and %d times: %v", v.EID, swedish.asked(), norwegian.asked(), err)
		}
		got := r.stored(t, s.ID)
		// It says that it keeps no cookies, on a page that stands alone: there is nowhere to show who it is, so nothing waits for that.
		if b := got.Browser; b.Cookieless || b.Address != "192.0.2.7" || b.Agent != "browser/1" || v.Proof == "" || v.Proof != got.Proof() {
			t.Error("the browser is not remembered as it came, or is not given its proof")
		}
		if other := f.look(t, ticket, theirs); other.Proof != "" || other.Choices != nil || other.EID != "" || other.Renewable {
			t.Error("another browser sees more than that it is not its own")
		}
		want := []string{audit.SessionOpened, audit.SessionEIDChosen, audit.SessionBound, audit.SessionPending}
		if told := kinds(r.trail(t, "")); !slices.Equal(told, want) {
			t.Errorf("the trail tells %v", told)
		}
	})
}

func TestOnlyAFramedPageIsKnownByWhatItHoldsAlone(t *testing.T) {
	r := newRig(t)
	f, _, _ := r.nordic(t)
	for name, frames := range map[string][]string{"alone": nil, "framed": {"https://shop.example"}} {
		s := f.begin(t, eid.Page, choosing(eid.NOBankID, eid.SEBankID), func(s *inbound.SessionStart) { s.Order.Frames = frames })
		if _, err := f.visits.Begin(t.Context(), f.ticket(t, s), inbound.Arrival{Browser: mine, Cookieless: true, EID: eid.NOBankID}); err != nil {
			t.Fatal(err)
		}
		if b := r.stored(t, s.ID).Browser; b.Cookieless != (frames != nil) {
			t.Errorf("%s: cookieless is %v", name, b.Cookieless)
		}
	}
}

func TestASingleChoiceIsNone(t *testing.T) {
	r := newRig(t)
	f, swedish, _ := r.nordic(t)
	s := f.begin(t, eid.Page, choosing(eid.DKMitID, eid.SEBankID))
	if s.Order.EID != eid.SEBankID || s.Order.Choices != nil {
		t.Errorf("there is %q, and to choose %v", s.Order.EID, s.Order.Choices)
	}
	if v := f.come(t, f.ticket(t, s), mine); v.EID != eid.SEBankID || v.Choices != nil || swedish.asked() != 1 {
		t.Errorf("it is %q, and to choose %v", v.EID, v.Choices)
	}
}

func TestWhereNoChoiceIsLeftNothingBegins(t *testing.T) {
	r := newRig(t)
	f, _, _ := r.nordic(t)
	framed := func(s *inbound.SessionStart) { s.Order.Frames = []string{"https://app.example"} }
	if _, err := f.try(t, eid.Page, choosing(eid.DKMitID, eid.FIFTN)); !errors.Is(err, eid.ErrNoRoute) {
		t.Errorf("without any route: %v", err)
	}
	if _, err := f.try(t, eid.Page, choosing(eid.DKMitID, eid.SEBankID), framed); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("with nobody on a route who can: %v", err)
	}
	if told := r.trail(t, ""); len(told) != 0 {
		t.Errorf("the trail tells %v", kinds(told))
	}
}

func TestWhatIsFramedNeverLeadsToAProvidersPage(t *testing.T) {
	r := newRig(t)
	pages, both := only(redirecting("pages"), eid.SEBankID, eid.Page), only(anywhere("both"), eid.SEBankID, eid.Page, eid.App)
	f := r.flows(t, pages, both)
	s := f.begin(t, eid.Page, func(s *inbound.SessionStart) {
		s.Order.Frames, s.Order.Theme, s.Order.Device = []string{"https://app.example"}, "night", eid.OtherDevice
	})
	ticket := f.ticket(t, s)
	if v := f.come(t, ticket, mine); v.Challenge.URL != "" || v.Challenge.AppToken == "" || v.Device != eid.OtherDevice || pages.asked() != 0 {
		t.Errorf("the page is asked %d times", pages.asked())
	}
	for _, browser := range []string{mine, theirs} { // or a browser could not even be told that the session is not its own
		if v := f.look(t, ticket, browser); v.Theme != "night" || !slices.Equal(v.Frames, s.Order.Frames) {
			t.Errorf("it looks like %q inside of %v", v.Theme, v.Frames)
		}
	}
}

func TestASessionLivesAsLongAsItsOrderSays(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	for asked, lives := range map[time.Duration]time.Duration{
		0: 5 * time.Minute, 20 * time.Minute: 20 * time.Minute, time.Second: time.Minute, -time.Second: time.Minute, 48 * time.Hour: 24 * time.Hour,
	} {
		s := f.begin(t, eid.App, func(s *inbound.SessionStart) { s.Order.Life = asked })
		if got := s.ExpiresAt.Sub(r.clock.Now()); got != lives {
			t.Errorf("of %s it lives %s", asked, got)
		}
	}
	s := f.begin(t, eid.Page, func(s *inbound.SessionStart) { s.Order.Life = 20 * time.Minute })
	if got := s.ExpiresAt.Sub(r.clock.Now()); got != 20*time.Minute {
		t.Errorf("on a page it lives %s", got)
	}
}

func TestAnotherChoiceTakesTheFormerOrderBack(t *testing.T) {
	onEither(t, func(t *testing.T, r *rig) {
		f, swedish, norwegian := r.nordic(t)
		s := f.begin(t, eid.Page, choosing(eid.SEBankID, eid.NOBankID))
		ticket := f.ticket(t, s)
		f.choose(t, ticket, eid.NOBankID)
		if v := f.choose(t, ticket, eid.NOBankID); v.State != eid.Pending || norwegian.asked() != 1 || len(norwegian.cancelled) != 0 {
			t.Fatalf("the same choice asks %d times", norwegian.asked())
		}
		v := f.choose(t, ticket, eid.SEBankID)
		if v.EID != eid.SEBankID || !strings.HasPrefix(v.Challenge.URL, "https://swedish.example/") || swedish.asked() != 1 || !slices.Equal(norwegian.cancelled, []string{"thread of norwegian"}) {
			t.Errorf("it is %q; taken back: %v", v.EID, norwegian.cancelled)
		}
		want := []string{audit.SessionOpened, audit.SessionEIDChosen, audit.SessionBound, audit.SessionPending, audit.SessionReopened, audit.SessionEIDChosen, audit.SessionPending}
		if told := kinds(r.trail(t, "")); !slices.Equal(told, want) {
			t.Errorf("the trail tells %v", told)
		}
		if _, err := f.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: mine, EID: eid.DKMitID}); !errors.Is(err, eid.ErrNotAChoice) {
			t.Errorf("what is no choice: %v", err)
		}
		if got := r.stored(t, s.ID); got.State != eid.Pending || len(swedish.cancelled) != 0 {
			t.Error("what is no choice took the order back")
		}
	})
}

func TestAnotherChoiceWinsAgainstAnOrderThatIsBeingPlaced(t *testing.T) {
	r := newRig(t)
	f, swedish, norwegian := r.nordic(t)
	s := f.begin(t, eid.Page, choosing(eid.SEBankID, eid.NOBankID))
	ticket := f.ticket(t, s)
	place, slow := swedish.begin, true
	swedish.begin = func(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
		if slow { // the person thinks otherwise while the provider takes its time
			slow = false
			f.choose(t, ticket, eid.NOBankID)
		}
		return place(ctx, s)
	}
	v := f.choose(t, ticket, eid.SEBankID)
	if v.EID != eid.NOBankID || v.State != eid.Pending || !slices.Equal(swedish.cancelled, []string{"thread"}) || norwegian.asked() != 1 {
		t.Errorf("it is %q and %s; taken back: %v", v.EID, v.State, swedish.cancelled)
	}
	if got := r.stored(t, s.ID); got.Provider != "norwegian" || got.Order.EID != eid.NOBankID {
		t.Errorf("it is with %s", got.Provider)
	}
}

func TestWhoAsksWithATokenReadsClientAndSessionAtOnce(t *testing.T) {
	r := newRig(t)
	f := r.flows(t, anywhere("p"))
	s := f.begin(t, eid.App)
	client := f.acting.Client
	ask := func(kind organization.Kind, identifier, id string) error {
		_, err := f.AskAs(t.Context(), kind, identifier, inbound.SessionQuery{ID: id, Surface: "eid"})
		return err
	}
	before := r.store.Counts()
	if err := ask(client.Kind, client.Identifier, s.ID); err != nil {
		t.Fatal(err)
	}
	if after := r.store.Counts(); after.Selects-before.Selects != 1 || after.Commits != before.Commits {
		t.Errorf("it costs %d statements", after.Selects-before.Selects)
	}
	other := r.client(t, r.found(t, "Other"))
	for what, c := range map[string]struct {
		kind           organization.Kind
		identifier, id string
		want           error
	}{
		"another session":       {client.Kind, client.Identifier, "another", eid.ErrNoSession},
		"another's session":     {client.Kind, other.Identifier, s.ID, eid.ErrNoSession},
		"nobody":                {client.Kind, "nobody", s.ID, organization.ErrAccessToken},
		"nobody of that kind":   {organization.KindSession, client.Identifier, s.ID, organization.ErrAccessToken},
		"nobody, and no secret": {client.Kind, "", s.ID, organization.ErrAccessToken},
	} {
		if err := ask(c.kind, c.identifier, c.id); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	r.do(t, func(ctx context.Context, tx outbound.Tx) error {
		demo := client
		demo.ID, demo.Identifier, demo.Demo = "demo", "demo", true
		revoked, _ := client.Revoke(r.clock.Now())
		return errors.Join(tx.Clients().Add(ctx, demo), tx.Clients().Revoke(ctx, revoked))
	})
	for _, identifier := range []string{client.Identifier, "demo"} {
		if err := ask(client.Kind, identifier, s.ID); !errors.Is(err, organization.ErrAccessToken) {
			t.Errorf("%s: got %v", identifier, err)
		}
	}
}
