package sessionapi

import (
	"github.com/eidgate/eidgate/domain/eid"
)

// The statuses of a session.
const (
	statusCreated   = "CREATED"
	statusWaiting   = "WAITING_FOR_USER"
	statusSuccess   = "SUCCESS"
	statusAbort     = "ABORT"
	statusError     = "ERROR"
	statusCancelled = "CANCELLED"
	statusExpired   = "EXPIRED"
	statusInvalid   = "INVALID"
)

func statusWord(s eid.Snapshot) string {
	switch s.State {
	case eid.Opened:
		return statusCreated
	case eid.Pending:
		return statusWaiting
	case eid.Completed:
		return statusSuccess
	case eid.Expired:
		return statusExpired
	case eid.Refused:
		switch s.Reason {
		case eid.ReasonDeclined, eid.ReasonCallDeclined:
			return statusAbort
		case eid.ReasonCancelled:
			return statusCancelled
		}
	case eid.Failed:
	}
	return statusError
}

// The codes of sessions that came to nothing. Callers have to bear with new ones.
const (
	failedIDP     = "idp_error"
	failedTimeout = "idp_timeout"
	failedLoa     = "loa_not_met"
	failedPerson  = "other_person"
	failedSession = "session_error"
)

// failures are the codes of reasons that have one of their own.
var failures = map[string]string{
	eid.ReasonAssurance: failedLoa, eid.ReasonOtherContext: failedLoa,
	eid.ReasonTimedOut: failedTimeout, eid.ReasonNotStarted: failedTimeout,
	eid.ReasonOtherPerson: failedPerson,
}

var failureTitles = map[string]string{
	failedIDP: "IdP Error", failedTimeout: "IdP Timeout Error", failedLoa: "LoA Not Met Error", failedPerson: "Other Person Error",
	failedSession: "Session Error",
}

var failureDetails = map[string]string{
	failedTimeout: "The person did not act in time.", failedLoa: "The person was not identified in the way, or at the level, that was asked for.",
	failedPerson: "Somebody else than the person asked for was identified.", failedSession: "The session is unusable.",
}

// failureOf is the error of a session with the status ERROR.
func (s *Surface) failureOf(session eid.Snapshot) *failureBody {
	code := failureCode(session)
	detail, known := failureDetails[code]
	if !known {
		detail = session.Reason
	}
	return &failureBody{Type: s.typeURI(), Title: failureTitles[code], Detail: detail, Code: code}
}

func failureCode(session eid.Snapshot) string {
	if code, known := failures[session.Reason]; known {
		return code
	}
	return failedIDP
}

// hints are the words of Swedish BankID for how far a person is (BankID, hint codes). One that is not among them is shown
// as it is.
var hints = map[eid.Hint]string{
	"": "outstandingTransaction", eid.HintOutstanding: "outstandingTransaction", eid.HintNoClient: "noClient", eid.HintDelivered: "started",
	eid.HintStarted: "started", eid.HintCallConfirm: "userCallConfirm", eid.HintDocument: "userMrtd", eid.HintSigning: "userSign",
	eid.HintProcessing: "processing",
}

// ends are the words of Swedish BankID for why an order came to nothing.
var ends = map[string]string{
	eid.ReasonDeclined: "userCancel", eid.ReasonCancelled: "cancelled", eid.ReasonSuperseded: "cancelled",
	eid.ReasonNotStarted: "startFailed", eid.ReasonTimedOut: "expiredTransaction", eid.ReasonInvalidEID: "certificateErr",
}

// bankIDStatus is how far an order of Swedish BankID is, "" where BankID has no word for it.
func bankIDStatus(s eid.Snapshot) string {
	switch s.State {
	case eid.Pending:
		if word, known := hints[s.Hint]; known {
			return word
		}
		return string(s.Hint)
	case eid.Expired:
		return "expiredTransaction"
	}
	return ends[s.Reason]
}
