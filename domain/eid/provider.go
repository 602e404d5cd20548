package eid

import "github.com/eidgate/eidgate/domain/fault"

// What can go wrong on a provider's side. Which of them is returned decides what happens to the session, so
// providers choose with care.
var (
	// ErrNoRoute: no provider is configured, or none of the configured ones can do what is asked.
	ErrNoRoute = fault.New(fault.Invalid, "eid_not_offered", "This eID or operation is not offered here.")
	// ErrProvider: the provider cannot be reached, or is so ill that nothing was done. The same request may be
	// sent again later, with the same code.
	ErrProvider = fault.New(fault.Unavailable, "provider_unavailable", "The eID provider cannot be reached; try again later.")
	// ErrProviderUncertain: the provider was asked and did not answer in time. Something may stand there, so
	// nobody may ask another provider for the same.
	ErrProviderUncertain = fault.New(fault.Unavailable, "provider_timeout", "The eID provider did not answer in time; try again later.")
	// ErrMisconfigured: the provider refuses us, not the person. An operator must act.
	ErrMisconfigured = fault.New(fault.Upstream, "provider_refuses_us", "The eID provider does not accept this gateway.")
	// ErrEvidenceRejected: what the provider sent does not verify. It is a security event, and the code is spent.
	ErrEvidenceRejected = fault.New(fault.Upstream, "evidence_rejected", "The eID provider's answer does not verify.")
	// ErrCodeRejected: the provider does not know the code, or not any more. The code is spent.
	ErrCodeRejected = fault.New(fault.Invalid, "code_rejected", "The code is unknown, used or expired.")
	// ErrOrderGone: the provider does not know the order any more. What it had to say is lost.
	ErrOrderGone = fault.New(fault.Upstream, "order_gone", "The eID provider does not know the order any more.")
	// ErrInProgress: the scheme refuses a second order while the person has one open, and has ended both.
	ErrInProgress = fault.New(fault.Conflict, "already_in_progress", "The person has another order open; both were ended.")
	// ErrUnknownPerson: the scheme has nobody of that number or telephone.
	ErrUnknownPerson = fault.New(fault.Invalid, "person_unknown", "The scheme does not know this person.")
	// ErrOrderRefused: the scheme does not take an order like this one, or not now and for this person. Another
	// provider would say the same.
	ErrOrderRefused = fault.New(fault.Invalid, "order_refused", "The eID does not accept this order.")
)
