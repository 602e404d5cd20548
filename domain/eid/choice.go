package eid

import (
	"slices"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with a choice.
var (
	// ErrNotAChoice refuses an eID that the organization does not let the person choose.
	ErrNotAChoice = fault.New(fault.Invalid, "eid_not_a_choice", "This eID cannot be chosen here.")
	// ErrNotChosen refuses to begin an order whose eID is not chosen yet.
	ErrNotChosen = fault.New(fault.Invalid, "eid_not_chosen", "The eID has to be chosen first.")
	// ErrUnderWay refuses another choice while an order is under way; see [Session.Reconsider].
	ErrUnderWay = fault.New(fault.Conflict, "session_under_way", "The person is at it already.")
	// ErrTooOften refuses another choice or another try to who has had many. It is for good: time does not help.
	ErrTooOften = fault.New(fault.Conflict, "session_begun_too_often", "This has been begun too often; go on with it, or start again where you came from.")
)

// How many facts a session may have before it opens for no other try, and then for no other choice. Whoever has its page can
// make it place orders that somebody pays for, and write into the trail, as long as it lives.
const (
	mostBeforeTry    = 100
	mostBeforeChoice = mostBeforeTry + 20 // what was opened for the last time can still be chosen
)

// Choose notes which eID the person takes, before its order is placed. Choosing it again changes nothing; another one may
// be chosen until then. It fails with [ErrNotAChoice], [ErrUnderWay], [ErrTooOften], [ErrSettled] or [ErrExpired].
func (s *Session) Choose(e EID, now time.Time) ([]audit.Fact, error) {
	switch err := s.alive(now); {
	case err != nil:
		return nil, err
	case e == s.s.Order.EID && e != "":
		return nil, nil
	case !slices.Contains(s.s.Order.Choices, e):
		return nil, ErrNotAChoice
	case s.s.State != Opened:
		return nil, ErrUnderWay
	case s.s.Sequence >= mostBeforeChoice:
		return nil, ErrTooOften
	}
	s.s.Order = s.s.Order.unchosen().chosen(e) // nothing is left of what was said to the one before
	return s.tell("session.eid_chosen", now, map[string]string{"eid": string(e)}), nil
}

// Reconsider opens a renewable session again whose order is under way, because the person wants another eID or another
// try: it is open for a choice as it was at first, and belongs to its browser. Whoever calls takes the former order back
// at its provider. It fails with [ErrNotAChoice] where nothing is renewable, with [ErrTooOften], [ErrSettled] or [ErrExpired].
func (s *Session) Reconsider(now time.Time) ([]audit.Fact, error) {
	switch err := s.alive(now); {
	case err != nil:
		return nil, err
	case !s.s.Order.Renewable:
		return nil, ErrNotAChoice
	case s.s.State == Opened && (len(s.s.Order.Choices) == 0 || s.s.Order.EID == ""):
		return nil, nil
	case s.s.Sequence >= mostBeforeTry:
		return nil, ErrTooOften
	}
	return s.reopen("", now), nil
}

// renews holds for what came to nothing without anybody's decision: another try may succeed, unless there were many. Where
// the provider failed nobody knows that, so there has to be another eID to choose: of the only one the organization is told.
func (s *Session) renews(reason string, now time.Time) bool {
	switch reason {
	case ReasonProviderFailed:
		if !slices.ContainsFunc(s.s.Order.Choices, func(e EID) bool { return e != s.s.Order.EID }) {
			return false
		}
	case ReasonNotStarted, ReasonTimedOut, ReasonInterrupted, ReasonSuperseded:
	default:
		return false
	}
	return s.s.Order.Renewable && s.s.State == Pending && s.s.Sequence < mostBeforeTry && s.alive(now) == nil
}

func (s *Session) reopen(trouble string, now time.Time) []audit.Fact {
	details := map[string]string{"eid": string(s.s.Order.EID)}
	if trouble != "" {
		details["reason"] = trouble
	}
	s.s.State, s.s.Trouble, s.s.Claim = Opened, trouble, Claim{}
	s.s.Thread, s.s.Challenge, s.s.Hint, s.s.Due, s.s.Provider = nil, Challenge{}, "", time.Time{}, ""
	if len(s.s.Order.Choices) > 0 {
		s.s.Order = s.s.Order.unchosen()
	}
	return s.tell("session.reopened", now, details)
}
