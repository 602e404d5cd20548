package outbound

import (
	"context"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// Provider is one road to one or more eIDs.
//
// What a provider can do is data, not type: a provider wrapped in a breaker or a recorder still offers what it
// offered. Errors are the faults of package eid, chosen by what they mean for the session: ErrProvider (nothing
// was done), ErrProviderUncertain (something may have been), ErrMisconfigured, ErrEvidenceRejected,
// ErrCodeRejected. A person's no is a [Step] with a Refusal, never an error.
type Provider interface {
	// Name is the provider's key in the configuration, constant.
	Name() string

	// Offers lists what the provider can do, constant.
	Offers() []Offer

	// Begin places the session's order: Challenge and Thread of the answer are set. A provider whose offer is
	// Offline makes no network call here.
	Begin(ctx context.Context, session eid.Snapshot) (Step, error)

	// Advance asks how far the order has come. A provider with an offer that returns ToCaller also answers
	// without a thread, when the session is not known yet: it redeems the code in nudge.Returned, and the
	// evidence's Nonce says whose it is.
	Advance(ctx context.Context, thread []byte, nudge Nudge) (Step, error)

	// Redraw gives the challenge as it looks now, for challenges that change by themselves; ok is false where
	// nothing changes. It is a pure function of its arguments.
	Redraw(thread []byte, now time.Time) (challenge eid.Challenge, ok bool)

	// Cancel takes an order back, as well as can be. What is over already is no error.
	Cancel(ctx context.Context, thread []byte) error
}

// Return is how the person comes back from a provider.
type Return string

// The ways back.
const (
	ToCaller Return = "to_caller" // to the caller's own address, with a code that the caller hands to us
	ToUs     Return = "to_us"     // to our page or call-back, or not at all
)

// Offer is one thing that a provider can do.
type Offer struct {
	EID       eid.EID
	Operation eid.Operation
	Returns   Return
	Offline   bool // Begin makes no network call
}

// Nudge is why we ask again: the clock ticked (the zero value), the person came back, or the provider called.
type Nudge struct {
	// Returned holds what the person brought back, by parameter name. For [ToCaller] these are code and
	// redirect_uri.
	Returned map[string]string
	// Notice is the body of the provider's own call, and Headers what signs it.
	Notice  []byte
	Headers map[string]string
}

// Step is how far an order has come. At most one of Challenge, Evidence and Refusal is set; none of them means
// that nothing has changed.
type Step struct {
	Challenge *eid.Challenge
	Evidence  *eid.Evidence
	Refusal   string        // an eid.Reason: the person or the scheme said no
	Thread    []byte        // what Advance needs next time, secret and opaque; nil keeps the former
	Rest      time.Duration // how long to leave the provider alone
}

// CodeRedeemer redeems codes of logins that no session of ours began: the caller built the authorization request
// itself. There is no nonce of ours in it, so the evidence proves a login at the provider, and no more.
type CodeRedeemer interface {
	Redeem(ctx context.Context, code string) (eid.Evidence, error)
}
