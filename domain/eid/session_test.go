package eid_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
)

var start = time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)

func order() eid.Order {
	return eid.Order{
		Scope: organization.Scope{Organization: "o1", Environment: organization.Production}, Surface: "account",
		EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Redirect, Wants: eid.WantNumber, Context: "urn:grn:authn:se:bankid", Account: 7,
	}
}

func opened(t *testing.T) *eid.Session {
	t.Helper()
	s, facts, err := eid.Open("s1", "nonce", order(), start, 15*time.Minute)
	if err != nil || len(facts) != 1 || facts[0].Kind != "session.opened" {
		t.Fatalf("open: %v, %v", facts, err)
	}
	return s
}

func pending(t *testing.T) *eid.Session {
	t.Helper()
	s := opened(t)
	if _, err := s.Present("simulator", eid.Challenge{URL: "https://x"}, []byte("thread"), start); err != nil {
		t.Fatal(err)
	}
	return s
}

func evidence() eid.Evidence {
	return eid.Evidence{EID: eid.SEBankID, Context: "urn:grn:authn:se:bankid:same-device"}
}

func TestApprovalWithFittingEvidenceCompletesTheSessionAndWipesTheThread(t *testing.T) {
	s := pending(t)
	facts, err := s.Complete(evidence(), start.Add(time.Minute))
	if err != nil || s.Snapshot().State != eid.Completed || len(facts) != 1 || facts[0].Kind != "session.completed" {
		t.Fatalf("got %v %v %v", s.Snapshot().State, facts, err)
	}
	if s.Snapshot().Thread != nil || s.Snapshot().Challenge.URL != "" {
		t.Error("a settled session still holds its thread")
	}
}

func TestEvidenceOfAnotherEIDOrALowerLevelFailsTheSession(t *testing.T) {
	for name, e := range map[string]eid.Evidence{
		"another eID":     {EID: eid.NOBankID, Context: "urn:grn:authn:no:bankid"},
		"another context": {EID: eid.SEBankID, Context: "urn:grn:authn:se:frejaid"},
	} {
		t.Run(name, func(t *testing.T) {
			s := pending(t)
			if _, err := s.Complete(e, start); err != nil {
				t.Fatal(err)
			}
			if got := s.Snapshot(); got.State != eid.Failed || got.Reason != eid.ReasonOtherContext || got.Evidence.EID != "" {
				t.Errorf("got %s %s with evidence of %q", got.State, got.Reason, got.Evidence.EID)
			}
		})
	}
}

func TestALevelThatTheOrderNamesMustBeProvenWhateverTheContextSays(t *testing.T) {
	o := order()
	o.EID, o.Context = eid.DKMitID, "urn:grn:authn:dk:mitid:substantial"
	for proven, want := range map[eid.Assurance]eid.State{
		eid.Unstated: eid.Failed, eid.Low: eid.Failed, eid.Substantial: eid.Completed, eid.High: eid.Completed,
	} {
		s, _, err := eid.Open("s1", "nonce", o, start, 15*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Complete(eid.Evidence{EID: eid.DKMitID, Context: o.Context, Assurance: proven}, start); err != nil {
			t.Fatal(err)
		}
		if got := s.Snapshot(); got.State != want {
			t.Errorf("level %q: %s, want %s", proven, got.State, want)
		}
	}
}

func TestASettledSessionStaysSettled(t *testing.T) {
	for name, settle := range map[string]func(*eid.Session){
		"completed": func(s *eid.Session) { _, _ = s.Complete(evidence(), start) },
		"refused":   func(s *eid.Session) { _, _ = s.Refuse(eid.ReasonDeclined, start) },
		"failed":    func(s *eid.Session) { _, _ = s.Fail(eid.ReasonCodeRejected, start) },
		"expired":   func(s *eid.Session) { s.Expire(start.Add(time.Hour)) },
	} {
		t.Run(name, func(t *testing.T) {
			s := pending(t)
			settle(s)
			before := s.Snapshot()
			if string(before.State) != name {
				t.Fatalf("settled as %s", before.State)
			}
			_, completeErr := s.Complete(evidence(), start)
			_, refuseErr := s.Refuse(eid.ReasonDeclined, start)
			_, failErr := s.Fail(eid.ReasonCodeRejected, start)
			_, presentErr := s.Present("other", eid.Challenge{}, nil, start)
			takeErr := s.Take("me", start, time.Minute)
			for _, err := range []error{completeErr, refuseErr, failErr, presentErr, takeErr} {
				if !errors.Is(err, eid.ErrSettled) {
					t.Errorf("got %v, want it refused as settled", err)
				}
			}
			if facts := s.Expire(start.Add(2 * time.Hour)); len(facts) != 0 || s.Snapshot().State != before.State || s.Snapshot().Sequence != before.Sequence {
				t.Error("a settled session changed")
			}
		})
	}
}

func TestEvidenceAfterTheDeadlineIsRefusedUnlessClaimedInTime(t *testing.T) {
	late := start.Add(15*time.Minute + time.Second)
	s := pending(t)
	if _, err := s.Complete(evidence(), late); !errors.Is(err, eid.ErrExpired) {
		t.Errorf("got %v, want it refused as expired", err)
	}
	s = pending(t)
	if err := s.Take("me", start.Add(15*time.Minute-time.Second), 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if facts := s.Expire(late); len(facts) != 0 {
		t.Error("a claimed session was swept")
	}
	if _, err := s.Complete(evidence(), late); err != nil {
		t.Errorf("an exchange that began in time was refused: %v", err)
	}
}

func TestExpirySaysWhatWasLost(t *testing.T) {
	over := start.Add(time.Hour)
	claimed := pending(t)
	if err := claimed.Take("me", start, time.Minute); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		session *eid.Session
		state   eid.State
		reason  string
	}{
		{opened(t), eid.Failed, eid.ReasonStartLost},
		{pending(t), eid.Expired, ""},
		{claimed, eid.Failed, eid.ReasonEvidenceLost},
	} {
		if facts := c.session.Expire(over); len(facts) != 1 || c.session.Snapshot().State != c.state || c.session.Snapshot().Reason != c.reason {
			t.Errorf("got %s %s, want %s %s", c.session.Snapshot().State, c.session.Snapshot().Reason, c.state, c.reason)
		}
	}
	early := pending(t)
	if facts := early.Expire(start.Add(time.Minute)); len(facts) != 0 || early.Snapshot().State != eid.Pending {
		t.Error("a living session expired")
	}
}

func TestOneClaimExcludesAnotherUntilItsLeaseEndsOrIsGivenBack(t *testing.T) {
	s := pending(t)
	if err := s.Take("a", start, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	if err := s.Take("b", start.Add(29*time.Second), time.Minute); !errors.Is(err, eid.ErrClaimed) {
		t.Errorf("got %v, want it refused as claimed", err)
	}
	if err := s.Take("b", start.Add(30*time.Second), time.Minute); err != nil {
		t.Errorf("a dead claim still holds: %v", err)
	}
	s.GiveBack()
	if err := s.Take("c", start.Add(31*time.Second), time.Minute); err != nil {
		t.Errorf("a claim given back still holds: %v", err)
	}
}

func TestFactsAreNumberedWithoutGaps(t *testing.T) {
	s, facts, err := eid.Open("s1", "n", order(), start, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	more, _ := s.Present("p", eid.Challenge{}, nil, start)
	again, _ := s.Present("p", eid.Challenge{URL: "new"}, nil, start)
	last, _ := s.Refuse(eid.ReasonDeclined, start)
	facts = slices.Concat(facts, more, again, last)
	var numbers []int64
	for _, f := range facts {
		numbers = append(numbers, f.Sequence)
		if f.Subject != "session/s1" || f.Actor != "account/7" || f.Organization != "o1" {
			t.Errorf("fact %+v", f)
		}
	}
	if !slices.Equal(numbers, []int64{1, 2, 3}) {
		t.Errorf("numbers %v", numbers)
	}
	var _ []audit.Fact = facts
}

func TestAnOrderThatNobodyCouldCarryOutIsRefused(t *testing.T) {
	for name, change := range map[string]func(*eid.Order){
		"no scope":               func(o *eid.Order) { o.Scope = organization.Scope{} },
		"unknown eID":            func(o *eid.Order) { o.EID = "de.eid" },
		"no operation":           func(o *eid.Order) { o.Operation = "" },
		"no surface":             func(o *eid.Order) { o.Surface = "" },
		"context of another eID": func(o *eid.Order) { o.Context = "urn:grn:authn:no:bankid" },
		"context of nothing":     func(o *eid.Order) { o.Context = "bankid" },
	} {
		t.Run(name, func(t *testing.T) {
			o := order()
			change(&o)
			if _, _, err := eid.Open("s", "n", o, start, time.Minute); !errors.Is(err, eid.ErrOrder) {
				t.Errorf("got %v", err)
			}
		})
	}
}
