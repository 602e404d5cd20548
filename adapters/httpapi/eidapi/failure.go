package eidapi

import "github.com/eidgate/eidgate/domain/eid"

// The codes of failed sessions. Callers have to bear with new ones.
const (
	authFailed        = "AUTH_FAILED"
	cancelled         = "CANCELLED"
	invalidID         = "INVALID_ID"
	conflict          = "CONFLICT"
	internalError     = "INTERNAL_ERROR"
	sessionTimeout    = "SESSION_TIMEOUT"
	unsupportedClient = "UNSUPPORTED_CLIENT"
)

// failures say why a session came to nothing. A test holds the list to all reasons that there are.
var failures = map[string]string{
	eid.ReasonDeclined: cancelled, eid.ReasonCallDeclined: cancelled, eid.ReasonCancelled: cancelled,
	eid.ReasonSuperseded: conflict,
	eid.ReasonNotStarted: sessionTimeout, eid.ReasonTimedOut: sessionTimeout,
	eid.ReasonInvalidEID:  invalidID,
	eid.ReasonUnsupported: unsupportedClient,
	eid.ReasonRisk:        authFailed, eid.ReasonRejected: authFailed, eid.ReasonInterrupted: authFailed, eid.ReasonCodeRejected: authFailed,
	eid.ReasonOtherContext: authFailed, eid.ReasonAssurance: authFailed, eid.ReasonOtherPerson: authFailed, eid.ReasonSimulated: authFailed, eid.ReasonAgeUnknown: authFailed,
	eid.ReasonProviderFailed: internalError, eid.ReasonStartLost: internalError, eid.ReasonStartFailed: internalError,
	eid.ReasonEvidenceLost: internalError, eid.ReasonEvidenceRejected: internalError,
}

// failure is the code of a session that is over without evidence.
func failure(s eid.Snapshot) string {
	code, known := failures[s.Reason]
	switch {
	case s.State == eid.Expired:
		return sessionTimeout
	case s.Reason == eid.ReasonSuperseded && s.Order.EID == eid.SEBankID:
		return cancelled // BankID's own word for it
	case !known:
		return authFailed
	}
	return code
}

// hints are BankID's words. One that is not among them is shown as it is.
var hints = map[eid.Hint]hintCode{
	eid.HintOutstanding: "outstandingTransaction", eid.HintNoClient: "noClient", eid.HintDelivered: "started", eid.HintStarted: "started",
	eid.HintCallConfirm: "userCallConfirm", eid.HintDocument: "userMrtd", eid.HintSigning: "userSign", eid.HintProcessing: "processing",
}

func hintOrNull(h eid.Hint) *hintCode {
	code, known := hints[h]
	if !known {
		code = hintCode(h)
	}
	return &code
}
