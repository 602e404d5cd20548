package eid_test

import (
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// Whoever has the page of a session can place an order with every try.
func TestASessionIsBegunAgainManyTimesButNotForever(t *testing.T) {
	s := chosen(t, undecided(eid.SEBankID, eid.DKMitID), eid.SEBankID)
	tries := 0
	for ; tries < 1_000; tries++ {
		if _, err := s.Reconsider(start); errors.Is(err, eid.ErrTooOften) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		_, chose := s.Choose(eid.DKMitID, start)
		_, began := s.Present("p", eid.Challenge{QR: "code"}, []byte("thread"), start)
		if err := errors.Join(chose, began); err != nil {
			t.Fatalf("what was opened again cannot be begun: %v", err)
		}
	}
	if tries < 20 || tries > 50 {
		t.Errorf("it was begun again %d times", tries)
	}
	// The order that is under way goes on, and ends as any other does.
	if now := s.Snapshot(); now.State != eid.Pending || string(now.Thread) != "thread" {
		t.Errorf("the last order is %s", now.State)
	}
	if _, err := s.Refuse(eid.ReasonTimedOut, start); err != nil || s.Snapshot().State != eid.Refused || s.Snapshot().Reason != eid.ReasonTimedOut {
		t.Errorf("the last order that runs out leaves the session %s, %v", s.Snapshot().State, err)
	}
}

// Waiting does not help, so nobody is told to come back later.
func TestTooManyTriesAreNothingToWaitOut(t *testing.T) {
	if f := fault.Of(eid.ErrTooOften); f.Kind() != fault.Conflict || f.RetryAfter() != 0 {
		t.Errorf("it is %s, to be tried again after %s", f.Kind(), f.RetryAfter())
	}
}

func TestWhoOnlyChoosesIsStoppedAsWell(t *testing.T) {
	s := opens(t, undecided(eid.SEBankID, eid.DKMitID))
	choices := []eid.EID{eid.SEBankID, eid.DKMitID}
	for i := range 1_000 {
		if _, err := s.Choose(choices[i%2], start); errors.Is(err, eid.ErrTooOften) {
			if i < 50 || i > 200 {
				t.Errorf("that was after %d choices", i)
			}
			if _, err := s.Choose(s.Snapshot().Order.EID, start); err != nil {
				t.Errorf("the last choice counts no longer: %v", err)
			}
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
	t.Error("there is no end of it")
}

func TestACodeThatIsRefusedEndsNoRenewableSession(t *testing.T) {
	s := chosen(t, undecided(eid.SEBankID, eid.DKMitID), eid.DKMitID)
	if facts, err := s.Fail(eid.ReasonCodeRejected, start); err != nil || len(facts) != 1 || facts[0].Kind != audit.SessionReopened {
		t.Errorf("told %v, %v", facts, err)
	}
	if now := s.Snapshot(); now.State != eid.Opened || now.Trouble != eid.ReasonInterrupted || now.Reason != "" {
		t.Errorf("%s, for %q", now.State, now.Trouble)
	}
	once := undecided(eid.SEBankID, eid.DKMitID)
	once.Renewable = false
	for name, other := range map[string]struct {
		s      *eid.Session
		reason string
	}{
		"not renewable":        {chosen(t, once, eid.DKMitID), eid.ReasonCodeRejected},
		"what does not verify": {chosen(t, undecided(eid.SEBankID, eid.DKMitID), eid.DKMitID), eid.ReasonEvidenceRejected},
	} {
		if _, err := other.s.Fail(other.reason, start); err != nil || other.s.Snapshot().State != eid.Failed {
			t.Errorf("%s: %s, %v", name, other.s.Snapshot().State, err)
		}
	}
}
