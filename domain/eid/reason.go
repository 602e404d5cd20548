package eid

// Why a session failed or was refused: stable codes that surfaces translate.
const (
	ReasonDeclined         = "declined"          // the person said no
	ReasonCallDeclined     = "call_declined"     // the person said that there is no such call
	ReasonCancelled        = "cancelled"         // the organization took the order back
	ReasonSuperseded       = "superseded"        // another order for the same person came in between
	ReasonNotStarted       = "not_started"       // the person's app was not started in time
	ReasonTimedOut         = "timed_out"         // the scheme's own time was over
	ReasonInvalidEID       = "eid_invalid"       // the person's eID is expired, blocked or otherwise no good
	ReasonUnsupported      = "app_unsupported"   // the person's app is too old, or cannot do what is asked
	ReasonRisk             = "risk_blocked"      // the scheme finds the risk too high
	ReasonRejected         = "rejected"          // the scheme refused, for reasons of its own
	ReasonProviderFailed   = "provider_failed"   // the scheme met an error
	ReasonInterrupted      = "interrupted"       // the login broke off before the person had decided; a new one may succeed
	ReasonStartLost        = "start_lost"        // the process died between opening and the provider's answer
	ReasonStartFailed      = "start_failed"      // the provider did not take the order
	ReasonEvidenceLost     = "evidence_lost"     // the provider was asked, and its answer never reached the store
	ReasonEvidenceRejected = "evidence_rejected" // the provider's answer does not verify
	ReasonCodeRejected     = "code_rejected"     // the provider does not accept the person's code
	ReasonOtherContext     = "other_context"     // another eID, or a lower level, than asked for
	ReasonAssurance        = "assurance_too_low" // the scheme is less sure of the person than asked for
	ReasonOtherPerson      = "other_person"      // somebody else than required turned up
	ReasonSimulated        = "simulated"         // a simulated person where only real ones count
	ReasonAgeUnknown       = "age_unknown"       // the evidence does not say when the person was born
)
