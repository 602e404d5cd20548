package session_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/database"
)

var noReceipt session.Receipt

// written is how much one deed changed in the store.
func written(t *testing.T, s *sqlstore.Store, deed func()) sqlstore.Counts {
	t.Helper()
	before := s.Counts()
	deed()
	after := s.Counts()
	return sqlstore.Counts{Selects: after.Selects - before.Selects, Writes: after.Writes - before.Writes, Commits: after.Commits - before.Commits}
}

func TestTheFirstProviderOnTheRouteGetsTheOrder(t *testing.T) {
	r := newRig(t)
	first, second := &scripted{name: "first"}, &scripted{name: "second"}
	opened, err := r.starter(t, first, second).Start(t.Context(), r.acme, r.order(), noReceipt)
	if err != nil {
		t.Fatal(err)
	}
	if opened.State != eid.Pending || opened.Provider != "first" || opened.Challenge.Action != "https://first.example/authorize" || first.asked() != 1 || second.asked() != 0 {
		t.Errorf("%s at %s, asked %d and %d", opened.State, opened.Provider, first.asked(), second.asked())
	}
	if !opened.ExpiresAt.Equal(r.clock.Now().Add(15*time.Minute)) || len(opened.Nonce) < 43 {
		t.Errorf("expires at %s, nonce of %d characters", opened.ExpiresAt, len(opened.Nonce))
	}
	told := first.begun[0]
	if told.Order.OnBehalfOf != "Acme" || told.Nonce != opened.Nonce || told.ID != opened.ID {
		t.Error("the provider was told of another session")
	}
	stored := r.stored(t, opened.ID)
	if stored.State != eid.Pending || stored.Provider != "first" || string(stored.Thread) != "thread of first" || stored.Nonce != opened.Nonce || stored.Version != opened.Version {
		t.Errorf("stored as %s at %s", stored.State, stored.Provider)
	}
	again, err := r.starter(t, first).Start(t.Context(), r.acme, r.order(), noReceipt)
	if err != nil || again.ID == opened.ID || again.Nonce == opened.Nonce {
		t.Errorf("two starts share identifier or nonce: %v", err)
	}
}

func TestOnlyAProviderThatWasNotReachedHandsTheOrderOn(t *testing.T) {
	for name, c := range map[string]struct {
		says error
		on   bool
	}{
		"cannot be reached":   {eid.ErrProvider.Because(errors.New("connection refused")), true},
		"did not answer":      {eid.ErrProviderUncertain, false},
		"refuses us":          {eid.ErrMisconfigured, false},
		"sends nonsense":      {eid.ErrEvidenceRejected, false},
		"does not offer this": {eid.ErrNoRoute, false},
		"fails in silence":    {errors.New("nobody classified this"), false},
	} {
		for _, online := range []bool{false, true} {
			r := newRig(t)
			first, second := &scripted{name: "first", online: online, begin: failing(c.says)}, &scripted{name: "second", online: online}
			opened, err := r.starter(t, first, second).Start(t.Context(), r.acme, r.order(), noReceipt)
			switch {
			case c.on && (err != nil || opened.Provider != "second" || second.asked() != 1):
				t.Errorf("%s, online %v: not handed on: %v", name, online, err)
			case !c.on && (!errors.Is(err, c.says) || second.asked() != 0 || opened.ID != ""):
				t.Errorf("%s, online %v: the second was asked %d times: %v", name, online, second.asked(), err)
			}
			if c.on {
				facts := kinds(r.trail(t, ""))
				if !slices.Equal(facts, []string{audit.SessionOpened, audit.SessionPending}) {
					t.Errorf("%s, online %v: the trail is %v", name, online, facts)
				}
			}
		}
	}
}

func TestAProviderThatPanicsMayHaveTakenTheOrder(t *testing.T) {
	r := newRig(t)
	first, second := &scripted{name: "first", begin: func(context.Context, eid.Snapshot) (outbound.Step, error) { panic("a secret") }}, &scripted{name: "second"}
	guarded := breaker.Guard(first, breaker.Config{Failures: 5, Open: time.Second, HalfOpen: 1, Timeout: time.Second}, r.clock, func(string, string) {})
	_, err := r.starter(t, guarded, second).Start(t.Context(), r.acme, r.order(), noReceipt)
	if !errors.Is(err, eid.ErrProviderUncertain) || second.asked() != 0 {
		t.Errorf("the second was asked %d times: %v", second.asked(), err)
	}
}

func TestAnOfflineStartIsOneCommit(t *testing.T) {
	r := newRig(t)
	p := &scripted{name: "p"}
	s := r.starter(t, p)
	var err error
	counts := written(t, r.store, func() {
		_, err = s.Start(t.Context(), r.acme, r.order(), noReceipt)
	})
	if err != nil || counts.Commits != 1 || counts.Selects != 0 {
		t.Errorf("cost %+v: %v", counts, err)
	}
}

func TestAnOnlineStartIsWrittenDownBeforeTheProviderIsAsked(t *testing.T) {
	r := newRig(t)
	p := &scripted{name: "p", online: true}
	p.begin = func(_ context.Context, s eid.Snapshot) (outbound.Step, error) {
		if stored := r.stored(t, s.ID); stored.State != eid.Opened || stored.Nonce != s.Nonce {
			t.Errorf("stored as %s while the provider is asked", stored.State)
		}
		return shown("p"), nil
	}
	var opened eid.Snapshot
	var err error
	s := r.starter(t, p)
	counts := written(t, r.store, func() {
		opened, err = s.Start(t.Context(), r.acme, r.order(), noReceipt)
	})
	if err != nil || opened.State != eid.Pending || counts.Commits != 2 || len(p.cancelled) != 0 {
		t.Errorf("%s, cost %+v: %v", opened.State, counts, err)
	}
	if got := r.stored(t, opened.ID); got.State != eid.Pending || got.Version != opened.Version {
		t.Errorf("stored as %s", got.State)
	}
}

func TestAnOrderThatCannotBeWrittenDownIsCancelledAtTheProvider(t *testing.T) {
	for name, c := range map[string]struct {
		online    bool
		breaks    int
		cancelled []string
		left      []string
	}{
		"offline":                       {false, 1, []string{"thread of p"}, nil},
		"online, before it is asked":    {true, 1, nil, nil},
		"online, after it was asked":    {true, 2, []string{"thread of p"}, []string{audit.SessionOpened}},
		"online, after all was written": {true, 3, nil, []string{audit.SessionOpened, audit.SessionPending}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			p := &scripted{name: "p", online: c.online}
			s := r.starter(t, p)
			s.Work = &database.Breaking{Store: r.store, From: c.breaks}
			_, err := s.Start(t.Context(), r.acme, r.order(), session.Receipt{Command: "start", ID: "1"})
			if c.breaks < 3 && !errors.Is(err, outbound.ErrStorage) || c.breaks == 3 && err != nil {
				t.Errorf("got %v", err)
			}
			if facts := kinds(r.trail(t, "")); !slices.Equal(p.cancelled, c.cancelled) || !slices.Equal(facts, c.left) {
				t.Errorf("cancelled %v, the trail is %v", p.cancelled, facts)
			}
		})
	}
}

func TestACallerWhoHangsUpDuringAStartLeavesNoOrderBehind(t *testing.T) {
	r := newRig(t)
	ctx, hangUp := context.WithCancel(t.Context())
	p := &scripted{name: "p", online: true, begin: func(context.Context, eid.Snapshot) (outbound.Step, error) {
		hangUp()
		return shown("p"), nil
	}}
	if _, err := r.starter(t, p).Start(ctx, r.acme, r.order(), noReceipt); err == nil {
		t.Fatal("a start that nobody waited for succeeded")
	}
	if !slices.Equal(p.cancelled, []string{"thread of p"}) {
		t.Errorf("cancelled %v", p.cancelled)
	}
	r.clock.Advance(time.Hour)
	sweep(t, r, 1, 0)
	if facts := r.trail(t, audit.SessionFailed); len(facts) != 1 || facts[0].Details["reason"] != eid.ReasonStartLost {
		t.Errorf("the trail says %v", facts)
	}
}

func TestAnAnswerThatComesAfterTheSessionsTimeIsCancelled(t *testing.T) {
	r := newRig(t)
	p := &scripted{name: "p", online: true, begin: func(context.Context, eid.Snapshot) (outbound.Step, error) {
		r.clock.Advance(16 * time.Minute)
		return shown("p"), nil
	}}
	if _, err := r.starter(t, p).Start(t.Context(), r.acme, r.order(), noReceipt); !errors.Is(err, eid.ErrExpired) || len(p.cancelled) != 1 {
		t.Errorf("cancelled %v: %v", p.cancelled, err)
	}
}

func TestAnAnswerWithoutAChallengeIsOurMisconfigurationAndIsCancelled(t *testing.T) {
	r := newRig(t)
	p := &scripted{name: "p", begin: func(context.Context, eid.Snapshot) (outbound.Step, error) {
		return outbound.Step{Thread: []byte("half")}, nil
	}}
	second := &scripted{name: "second"}
	if _, err := r.starter(t, p, second).Start(t.Context(), r.acme, r.order(), noReceipt); !errors.Is(err, eid.ErrMisconfigured) || !slices.Equal(p.cancelled, []string{"half"}) || second.asked() != 0 {
		t.Errorf("cancelled %v: %v", p.cancelled, err)
	}
}

func TestWhenAllAreDownTheStartSaysSo(t *testing.T) {
	for _, online := range []bool{false, true} {
		r := newRig(t)
		down := failing(eid.ErrProvider.RetryIn(7 * time.Second))
		first, second := &scripted{name: "first", online: online, begin: down}, &scripted{name: "second", online: online, begin: down}
		receipt := session.Receipt{Command: "start", ID: "1"}
		s := r.starter(t, first, second)
		_, err := s.Start(t.Context(), r.acme, r.order(), receipt)
		if f := fault.Of(err); !errors.Is(err, eid.ErrProvider) || f.Kind() != fault.Unavailable || f.RetryAfter() != 7*time.Second || first.asked() != 1 || second.asked() != 1 {
			t.Errorf("asked %d and %d: %v", first.asked(), second.asked(), err)
		}
		facts := r.trail(t, "")
		if !online {
			if len(facts) != 0 {
				t.Errorf("an offline start left %v", kinds(facts))
			}
			// Nothing was begun, so the same command may try again.
			first.begin = nil
			if opened, err := s.Start(t.Context(), r.acme, r.order(), receipt); err != nil || opened.State != eid.Pending {
				t.Errorf("the command cannot be repeated: %v", err)
			}
			continue
		}
		if !slices.Equal(kinds(facts), []string{audit.SessionOpened, audit.SessionFailed}) || facts[1].Details["reason"] != eid.ReasonStartFailed {
			t.Errorf("an online start left %v", facts)
		}
		first.begin = nil
		if opened, err := s.Start(t.Context(), r.acme, r.order(), receipt); err != nil || opened.State != eid.Failed || opened.Reason != eid.ReasonStartFailed || first.asked() != 1 {
			t.Errorf("a repeat of the command gave %s %s: %v", opened.State, opened.Reason, err)
		}
	}
}

func TestARepeatedCommandGivesTheFirstSession(t *testing.T) {
	for _, online := range []bool{false, true} {
		r := newRig(t)
		p := &scripted{name: "p", online: online}
		s := r.starter(t, p)
		start := func(receipt session.Receipt) eid.Snapshot {
			opened, err := s.Start(t.Context(), r.acme, r.order(), receipt)
			if err != nil {
				t.Fatal(err)
			}
			return opened
		}
		first := start(session.Receipt{Command: "start", ID: "1"})
		second := start(session.Receipt{Command: "start", ID: "1"})
		if second.ID != first.ID || second.Challenge.URL != first.Challenge.URL || p.asked() != 1 {
			t.Errorf("online %v: the repeat began %v", online, p.asked())
		}
		if other := start(session.Receipt{Command: "start", ID: "2"}); other.ID == first.ID {
			t.Error("another command got the same session")
		}
		if other := start(session.Receipt{Command: "another", ID: "1"}); other.ID == first.ID {
			t.Error("a command of another name got the same session")
		}
		// The sandbox knows nothing of production's commands.
		order := r.order()
		order.Scope.Environment = organization.Sandbox
		other, err := s.Start(t.Context(), r.acme, order, session.Receipt{Command: "start", ID: "1"})
		if err != nil || other.ID == first.ID {
			t.Errorf("the sandbox got production's session: %v", err)
		}
	}
}

func TestTwinsOfACommandBeginOneSession(t *testing.T) {
	for _, online := range []bool{false, true} {
		onEither(t, func(t *testing.T, r *rig) {
			p := &scripted{name: "p", online: online}
			s := r.starter(t, p)
			const twins = 12
			got, errs := make([]eid.Snapshot, twins), make([]error, twins)
			var all sync.WaitGroup
			for i := range twins {
				all.Go(func() {
					got[i], errs[i] = s.Start(t.Context(), r.acme, r.order(), session.Receipt{Command: "start", ID: "1"})
				})
			}
			all.Wait()
			pending := 0
			for i := range twins {
				if errs[i] != nil || got[i].ID != got[0].ID {
					t.Fatalf("online %v: a twin got another session: %v", online, errs[i])
				}
				switch {
				case got[i].State == eid.Pending:
					pending++
				case !online || got[i].State != eid.Failed || got[i].Reason != eid.ReasonStartLost:
					t.Errorf("online %v: a twin was told %s %s", online, got[i].State, got[i].Reason)
				}
			}
			if n := len(r.trail(t, audit.SessionOpened)); n != 1 || pending == 0 {
				t.Errorf("online %v: %d sessions, %d twins told of it", online, n, pending)
			}
			if online && p.asked() != 1 {
				t.Errorf("the provider was asked %d times", p.asked())
			}
			if left := p.asked() - 1; len(p.cancelled) != left {
				t.Errorf("%d orders too many, %d cancelled", left, len(p.cancelled))
			}
		})
	}
}

func TestARepeatThatComesWhileTheFirstIsStillOutIsLost(t *testing.T) {
	r := newRig(t)
	receipt := session.Receipt{Command: "start", ID: "1"}
	p := &scripted{name: "p", online: true}
	s := r.starter(t, p)
	p.begin = func(ctx context.Context, _ eid.Snapshot) (outbound.Step, error) {
		again, err := s.Start(ctx, r.acme, r.order(), receipt)
		if err != nil || again.State != eid.Failed || again.Reason != eid.ReasonStartLost {
			t.Errorf("the repeat was told %s %s: %v", again.State, again.Reason, err)
		}
		return shown("p"), nil
	}
	opened, err := s.Start(t.Context(), r.acme, r.order(), receipt)
	if err != nil || opened.State != eid.Pending || p.asked() != 1 {
		t.Errorf("the first became %s, the provider was asked %d times: %v", opened.State, p.asked(), err)
	}
}

func TestADigestGoesToWhoeverSignsIt(t *testing.T) {
	r := newRig(t)
	offer := outbound.Offer{EID: eid.SEFreja, Operation: eid.Sign, Channel: eid.App}
	first := &scripted{name: "first", offers: []outbound.Offer{offer}}
	order := r.order()
	order.EID, order.Operation, order.Channel, order.Text, order.Digest = eid.SEFreja, eid.Sign, eid.App, "I sign.", "sha256 abc"
	if _, err := r.starter(t, first).Start(t.Context(), r.acme, order, noReceipt); !errors.Is(err, eid.ErrProvider) || first.asked() != 0 {
		t.Errorf("whoever does not sign it was asked %d times: %v", first.asked(), err)
	}
	offer.Digest = true
	second := &scripted{name: "second", offers: []outbound.Offer{offer}}
	if s, err := r.starter(t, first, second).Start(t.Context(), r.acme, order, noReceipt); err != nil || s.Provider != "second" || first.asked() != 0 {
		t.Errorf("it went to %q: %v", s.Provider, err)
	}
}

func TestADocumentThatIsNotThereIsNamedAsWhatIsWrong(t *testing.T) {
	r := newRig(t)
	p := &scripted{name: "p", offers: []outbound.Offer{{EID: eid.NOBankID, Operation: eid.Sign, Channel: eid.Page, Documents: true}}}
	order := r.order()
	order.EID, order.Operation, order.Channel, order.Text = eid.NOBankID, eid.Sign, eid.Page, ""
	order.Documents = []eid.Document{{ID: "nobody's"}}
	_, err := r.starter(t, p).Start(t.Context(), r.acme, order, noReceipt)
	if f := fault.Of(err); f.Code() != eid.ErrDocumentNamed.Code() || len(f.Violations()) != 1 || f.Violations()[0].Field != "documents" || p.asked() != 0 {
		t.Errorf("asked %d times: %v", p.asked(), err)
	}
}

func TestAnOrderThatMakesNoSenseReachesNobody(t *testing.T) {
	r := newRig(t)
	p := &scripted{name: "p", online: true}
	order := r.order()
	order.Context = "urn:grn:authn:no:bankid"
	_, err := r.starter(t, p).Start(t.Context(), r.acme, order, noReceipt)
	if !errors.Is(err, eid.ErrOrder) || p.asked() != 0 || len(r.trail(t, "")) != 0 {
		t.Errorf("asked %d times: %v", p.asked(), err)
	}
}
