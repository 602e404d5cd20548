package eid_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
)

// undecided is an order whose person chooses, and may choose again.
func undecided(choices ...eid.EID) eid.Order {
	o := order()
	o.EID, o.Context, o.Channel, o.Choices, o.Renewable = "", "", eid.Page, choices, true
	return o
}

func opens(t *testing.T, o eid.Order) *eid.Session {
	t.Helper()
	s, _, err := eid.Open("s1", "nonce", o, start, 15*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// chosen is a session on its way with one of its choices.
func chosen(t *testing.T, o eid.Order, e eid.EID) *eid.Session {
	t.Helper()
	s := opens(t, o)
	_, chose := s.Choose(e, start)
	_, bound := s.Bind(eid.Browser{Name: "browser"}, start)
	_, began := s.Present("p", eid.Challenge{QR: "code"}, []byte("thread"), start)
	if err := errors.Join(chose, bound, began); err != nil {
		t.Fatal(err)
	}
	s.Wait(start.Add(time.Second))
	s.Hint(eid.HintOutstanding)
	return s
}

func TestOnlyAnOrderOnAPageLeavesTheChoiceToThePerson(t *testing.T) {
	for name, c := range map[string]struct {
		change func(o *eid.Order)
		want   error
	}{
		"as it is":               {func(*eid.Order) {}, nil},
		"in an app":              {func(o *eid.Order) { o.Channel = eid.App }, eid.ErrOrder},
		"on a redirect":          {func(o *eid.Order) { o.Channel, o.Renewable = eid.Redirect, false }, eid.ErrOrder},
		"without choices":        {func(o *eid.Order) { o.Choices = nil }, eid.ErrOrder},
		"with an unknown choice": {func(o *eid.Order) { o.Choices = append(o.Choices, "xx.id") }, eid.ErrOrder},
		"with an empty choice":   {func(o *eid.Order) { o.Choices = append(o.Choices, "") }, eid.ErrOrder},
		"in one way":             {func(o *eid.Order) { o.Context = "urn:grn:authn:se:bankid" }, eid.ErrOrder},
		"with a text that all eIDs show": {func(o *eid.Order) {
			o.Text = strings.Repeat("a", 130)
		}, nil},
		"with a text that one of them cannot show": {func(o *eid.Order) { o.Text = strings.Repeat("a", 131) }, eid.ErrTextTooLong},
		"of one eID, in an app, to be begun again": {func(o *eid.Order) { o.EID, o.Choices, o.Channel = eid.SEBankID, nil, eid.App }, eid.ErrOrder},
	} {
		o := undecided(eid.SEBankID, eid.DKMitID)
		c.change(&o)
		if _, _, err := eid.Open("s1", "nonce", o, start, time.Minute); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestThePersonChoosesAsOftenAsTheyLikeUntilTheOrderIsPlaced(t *testing.T) {
	s := opens(t, undecided(eid.SEBankID, eid.DKMitID))
	for _, e := range []eid.EID{eid.DKMitID, eid.SEBankID} {
		facts, err := s.Choose(e, start)
		if err != nil || len(facts) != 1 || facts[0].Kind != audit.SessionEIDChosen || facts[0].Details["eid"] != string(e) || s.Snapshot().Order.EID != e {
			t.Errorf("%s: told %v, %v", e, facts, err)
		}
		if again, err := s.Choose(e, start); err != nil || again != nil {
			t.Errorf("%s again: told %v, %v", e, again, err)
		}
	}
	for _, e := range []eid.EID{eid.NOBankID, "", "xx.id"} {
		if _, err := s.Choose(e, start); !errors.Is(err, eid.ErrNotAChoice) || s.Snapshot().Order.EID != eid.SEBankID {
			t.Errorf("%q: got %v", e, err)
		}
	}
	if _, err := s.Present("p", eid.Challenge{}, nil, start); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Choose(eid.DKMitID, start); !errors.Is(err, eid.ErrUnderWay) {
		t.Errorf("with an order under way: %v", err)
	}
	if _, err := s.Choose(eid.DKMitID, start.Add(time.Hour)); !errors.Is(err, eid.ErrExpired) {
		t.Errorf("after its time: %v", err)
	}
	if _, err := s.Refuse(eid.ReasonDeclined, start); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Choose(eid.DKMitID, start); !errors.Is(err, eid.ErrSettled) {
		t.Errorf("when it is over: %v", err)
	}
}

func TestNoOrderIsPlacedBeforeItsEIDIsChosen(t *testing.T) {
	s := opens(t, undecided(eid.SEBankID, eid.DKMitID))
	if _, err := s.Present("p", eid.Challenge{}, nil, start); !errors.Is(err, eid.ErrNotChosen) || s.Snapshot().State != eid.Opened {
		t.Errorf("got %v", err)
	}
	facts := s.Expire(start.Add(time.Hour))
	if len(facts) != 1 || facts[0].Kind != audit.SessionExpired || facts[0].Details["eid"] != "" {
		t.Errorf("nobody chose, and it is told %v", facts)
	}
}

func TestAChoiceIsMadeAtTheLevelThatIsAskedFor(t *testing.T) {
	o := undecided(eid.NOBankID, eid.DKMitID)
	for level, want := range map[eid.Assurance]eid.Context{
		eid.Unstated: "", eid.Low: "urn:grn:authn:dk:mitid:low", eid.Substantial: "urn:grn:authn:dk:mitid:substantial", eid.High: "urn:grn:authn:dk:mitid:high",
	} {
		o.Require.Assurance = level
		s := opens(t, o)
		if _, err := s.Choose(eid.DKMitID, start); err != nil || s.Snapshot().Order.Context != want {
			t.Errorf("%s: got %q, %v", level, s.Snapshot().Order.Context, err)
		}
		one := o
		one.EID, one.Choices = eid.DKMitID, nil
		if got := opens(t, one).Snapshot().Order.Context; got != want {
			t.Errorf("%s, of one eID: got %q", level, got)
		}
		if _, err := s.Choose(eid.NOBankID, start); err != nil {
			t.Fatal(err)
		}
		if got := s.Snapshot().Order; got.EID != eid.NOBankID || got.Context != "" {
			t.Errorf("%s: the other choice is made at %q", level, got.Context)
		}
	}
}

func TestALevelIsProvenOrTheSessionFails(t *testing.T) {
	o := undecided(eid.NOBankID, eid.SEFreja)
	o.Require.Assurance = eid.Substantial
	for proven, want := range map[eid.Assurance]string{eid.Unstated: eid.ReasonAssurance, eid.Low: eid.ReasonAssurance, eid.Substantial: "", eid.High: ""} {
		s := chosen(t, o, eid.NOBankID)
		if _, err := s.Complete(eid.Evidence{EID: eid.NOBankID, Assurance: proven}, start); err != nil || s.Snapshot().Reason != want {
			t.Errorf("%s: got %s for %q, %v", proven, s.Snapshot().State, s.Snapshot().Reason, err)
		}
	}
	s := chosen(t, o, eid.NOBankID)
	if _, err := s.Complete(eid.Evidence{EID: eid.SEFreja, Assurance: eid.High}, start); err != nil || s.Snapshot().Reason != eid.ReasonOtherContext {
		t.Errorf("another of the choices: got %s, %v", s.Snapshot().State, err)
	}
}

// fresh holds a session to being as it was before an order was placed, but for its browser.
func fresh(t *testing.T, s *eid.Session, trouble string) {
	t.Helper()
	got := s.Snapshot()
	if got.State != eid.Opened || got.Trouble != trouble || got.Reason != "" || !got.SettledAt.IsZero() || got.Browser.Name != "browser" {
		t.Errorf("it is %s for %q and %q", got.State, got.Trouble, got.Reason)
	}
	if got.Provider != "" || got.Thread != nil || got.Challenge.QR != "" || got.Hint != "" || !got.Due.IsZero() || got.Claim != (eid.Claim{}) {
		t.Errorf("something is left of the former order: %+v", got.Claim)
	}
}

func TestWhatCameToNothingWithoutANoMayBeBegunAgain(t *testing.T) {
	renewing := []string{eid.ReasonNotStarted, eid.ReasonTimedOut, eid.ReasonInterrupted, eid.ReasonSuperseded, eid.ReasonProviderFailed}
	for _, reason := range append(slices.Clone(renewing), eid.ReasonDeclined, eid.ReasonCallDeclined, eid.ReasonCancelled, eid.ReasonRejected, eid.ReasonRisk, eid.ReasonInvalidEID) {
		s := chosen(t, undecided(eid.SEBankID, eid.DKMitID), eid.SEBankID)
		if err := s.Take("watch/one", start, time.Minute); err != nil {
			t.Fatal(err)
		}
		facts, err := s.Refuse(reason, start)
		if err != nil || len(facts) != 1 {
			t.Fatalf("%s: told %v, %v", reason, facts, err)
		}
		if !slices.Contains(renewing, reason) {
			if got := s.Snapshot(); got.State != eid.Refused || got.Reason != reason || facts[0].Kind != audit.SessionRefused {
				t.Errorf("%s: it is %s, told %s", reason, got.State, facts[0].Kind)
			}
			continue
		}
		fresh(t, s, reason)
		if d := facts[0].Details; facts[0].Kind != audit.SessionReopened || d["reason"] != reason || d["eid"] != string(eid.SEBankID) || s.Snapshot().Order.EID != "" {
			t.Errorf("%s: told %v", reason, facts)
		}
		if _, err := s.Choose(eid.DKMitID, start); err != nil || s.Snapshot().Trouble != reason {
			t.Errorf("%s: cannot be chosen again, or the trouble is forgotten: %v", reason, err)
		}
		if _, err := s.Present("q", eid.Challenge{}, nil, start); err != nil || s.Snapshot().Trouble != "" {
			t.Errorf("%s: cannot be begun again, or still has trouble: %v", reason, err)
		}
	}
}

// Another try at a provider that fails is the person's to make only where they may as well take another eID. Of the only one
// the organization is told.
func TestAProviderThatFailsEndsASessionThatLeavesNothingElseToChoose(t *testing.T) {
	single := undecided()
	single.EID, single.Choices = eid.SEBankID, nil
	alone := func(o eid.Order) *eid.Session {
		s := opens(t, o)
		_, bound := s.Bind(eid.Browser{Name: "browser"}, start)
		_, began := s.Present("p", eid.Challenge{QR: "code"}, []byte("thread"), start)
		if err := errors.Join(bound, began); err != nil {
			t.Fatal(err)
		}
		return s
	}
	for name, s := range map[string]*eid.Session{
		"of one eID": alone(single), "of one choice": chosen(t, undecided(eid.SEBankID), eid.SEBankID),
		"of one choice, told twice": chosen(t, undecided(eid.SEBankID, eid.SEBankID), eid.SEBankID),
	} {
		facts, err := s.Refuse(eid.ReasonProviderFailed, start)
		if got := s.Snapshot(); err != nil || got.State != eid.Refused || got.Reason != eid.ReasonProviderFailed || len(facts) != 1 || facts[0].Kind != audit.SessionRefused {
			t.Errorf("%s: it is %s for %q, %v", name, got.State, got.Reason, err)
		}
	}
	for _, reason := range []string{eid.ReasonNotStarted, eid.ReasonTimedOut, eid.ReasonInterrupted, eid.ReasonSuperseded} {
		s := alone(single)
		if _, err := s.Refuse(reason, start); err != nil || s.Snapshot().State != eid.Opened || s.Snapshot().Trouble != reason {
			t.Errorf("%s: what the person can mend is %s, %v", reason, s.Snapshot().State, err)
		}
	}
}

func TestOnlyAPendingRenewableSessionWithinItsTimeIsBegunAgain(t *testing.T) {
	once := undecided(eid.SEBankID, eid.DKMitID)
	once.Renewable = false
	late := start.Add(time.Hour)
	for name, c := range map[string]struct {
		s   *eid.Session
		now time.Time
	}{
		"not renewable":      {chosen(t, once, eid.SEBankID), start},
		"after its time":     {chosen(t, undecided(eid.SEBankID, eid.DKMitID), eid.SEBankID), late},
		"before it is begun": {opens(t, undecided(eid.SEBankID, eid.DKMitID)), start},
	} {
		if _, err := c.s.Refuse(eid.ReasonTimedOut, c.now); err != nil || c.s.Snapshot().State != eid.Refused {
			t.Errorf("%s: it is %s, %v", name, c.s.Snapshot().State, err)
		}
		if _, err := c.s.Refuse(eid.ReasonTimedOut, c.now); !errors.Is(err, eid.ErrSettled) {
			t.Errorf("%s: a second no: %v", name, err)
		}
	}
}

func TestThePersonMayWantAnotherOne(t *testing.T) {
	s := chosen(t, undecided(eid.SEBankID, eid.DKMitID), eid.DKMitID)
	facts, err := s.Reconsider(start)
	if err != nil || len(facts) != 1 || facts[0].Kind != audit.SessionReopened || facts[0].Details["reason"] != "" || s.Snapshot().Order.EID != "" {
		t.Fatalf("told %v, %v", facts, err)
	}
	fresh(t, s, "")
	if again, err := s.Reconsider(start); err != nil || again != nil {
		t.Errorf("again: told %v, %v", again, err)
	}
	if _, err := s.Choose(eid.SEBankID, start); err != nil {
		t.Fatal(err)
	}
	if back, err := s.Reconsider(start); err != nil || len(back) != 1 || s.Snapshot().Order.EID != "" {
		t.Errorf("a choice is taken back: told %v, %v", back, err)
	}

	single := undecided()
	single.EID, single.Choices, single.Context = eid.SEBankID, nil, "urn:grn:authn:se:bankid"
	s = opens(t, single)
	if none, err := s.Reconsider(start); err != nil || none != nil {
		t.Errorf("before anything: told %v, %v", none, err)
	}
	_, bound := s.Bind(eid.Browser{Name: "browser"}, start)
	_, began := s.Present("p", eid.Challenge{}, []byte("thread"), start)
	if _, err := s.Reconsider(start); errors.Join(bound, began, err) != nil {
		t.Fatal(bound, began, err)
	}
	fresh(t, s, "")
	if o := s.Snapshot().Order; o.EID != eid.SEBankID || o.Context != single.Context {
		t.Errorf("the organization's own choice is forgotten: %q", o.EID)
	}
}

func TestWhatIsOverOrNotRenewableIsNotReconsidered(t *testing.T) {
	once := undecided(eid.SEBankID, eid.DKMitID)
	once.Renewable = false
	if _, err := chosen(t, once, eid.SEBankID).Reconsider(start); !errors.Is(err, eid.ErrNotAChoice) {
		t.Errorf("not renewable: %v", err)
	}
	s := chosen(t, undecided(eid.SEBankID, eid.DKMitID), eid.SEBankID)
	if _, err := s.Reconsider(start.Add(time.Hour)); !errors.Is(err, eid.ErrExpired) {
		t.Errorf("after its time: %v", err)
	}
	if _, err := s.Refuse(eid.ReasonDeclined, start); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Reconsider(start); !errors.Is(err, eid.ErrSettled) {
		t.Errorf("when it is over: %v", err)
	}
}

func TestNobodyIsAskedForMoreThanTheirEIDCanProve(t *testing.T) {
	for e, most := range map[eid.EID]eid.Assurance{
		eid.SEBankID: eid.Substantial, eid.SEFreja: eid.High, eid.NOBankID: eid.High, eid.NOVipps: eid.Unstated, eid.DKMitID: eid.High, eid.FIFTN: eid.Substantial,
	} {
		for level := eid.Unstated; level <= eid.High; level++ {
			o := undecided(e, eid.DKMitID)
			o.Require.Assurance = level
			_, _, err := eid.Open("1", "nonce", o, start, time.Hour)
			if refused := errors.Is(err, eid.ErrAssurance); refused != (level > most) || !refused && err != nil {
				t.Errorf("%s at %q: got %v", e, level, err)
			}
		}
	}
	o := undecided(eid.SEFreja, eid.DKMitID)
	o.Require.Assurance = eid.High
	if got := chosen(t, o, eid.SEFreja).Snapshot().Order.Require.Registration; got != eid.Plus {
		t.Errorf("Freja is sure enough of those with %q", got)
	}
}
