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
// ErrCodeRejected, ErrOrderGone. A person's no is a [Step] with a Refusal, never an error.
type Provider interface {
	// Name is the provider's key in the configuration, constant.
	Name() string

	// Offers lists what the provider can do, constant.
	Offers() []Offer

	// Begin places the session's order: Challenge and Thread of the answer are set; on the backchannel the challenge
	// may be empty. A provider whose offer is Offline makes no network call here. On the channel Redirect the
	// person's browser goes to the order's ReturnTo afterwards, with the order's Correlation as state; on Page it
	// comes to [ReturnPath] of the provider, with the session's Ticket as state.
	//
	// It fails with ErrInProgress, ErrUnknownPerson or ErrOrderRefused where the scheme does not take the order.
	Begin(ctx context.Context, session eid.Snapshot) (Step, error)

	// Advance asks how far the order has come. A provider with an offer on the channel Redirect also answers
	// without a thread, when the session is not known yet: it redeems the code in nudge.Returned, and the
	// evidence's Nonce says whose it is.
	Advance(ctx context.Context, thread []byte, nudge Nudge) (Step, error)

	// Cancel takes an order back, as well as can be. What is over already is no error.
	Cancel(ctx context.Context, thread []byte) error
}

// Offer is one thing that a provider can do. An order on the channel Page may be given to an offer on App: our page
// shows the challenge then, in place of the caller.
type Offer struct {
	EID       eid.EID
	Operation eid.Operation
	Channel   eid.Channel
	Tells     eid.Attributes // what it can tell of the person, where asked to
	Documents bool           // it signs documents, too
	Digest    bool           // it signs a digest together with the text
	Offline   bool           // Begin makes no network call
}

// Nudge is why we ask again: the clock ticked (the zero value), the person came back, or the provider called.
type Nudge struct {
	// Returned holds what the person brought back, by parameter name. On the channel Redirect these are code and
	// redirect_uri.
	Returned map[string]string
	// Notice is the body of the provider's own call, and Headers what signs it.
	Notice  []byte
	Headers map[string]string
}

// Step is how far an order has come. At most one of Challenge, Evidence and Refusal is set; none of them means
// that the order goes on as before.
type Step struct {
	Challenge *eid.Challenge
	Hint      eid.Hint // how far the person has come; "" for as before
	Evidence  *eid.Evidence
	Refusal   string        // an eid.Reason: the person or the scheme said no
	Thread    []byte        // what Advance needs next time, secret and opaque; nil keeps the former
	Rest      time.Duration // how long to leave the provider alone; 0 where only the person can move the order on
}

// Prober is a provider that can be asked whether it is there, by a question that is about nobody and changes nothing.
// Where one has been away, no person's order has to find out whether it still is.
type Prober interface {
	// Probe returns nil for any answer that a provider in good health may give, and fails as Advance does.
	Probe(ctx context.Context) error
}

// ReturnPath is the address below the gateway's own to which browsers come back from the provider on the channel Page.
// A provider that calls us itself does so at the same address with the session's ticket behind it.
func ReturnPath(provider string) string { return "/callback/" + provider }

// CardChecker checks digital identity cards. It fails with eid.ErrCardRejected, or as a Provider does.
type CardChecker interface {
	// Name is that of the provider.
	Name() string
	// CheckCard reads the whole text of the QR code that the card shows.
	CheckCard(ctx context.Context, qr string) (eid.Card, error)
}

// CodeRedeemer redeems codes of logins that no session of ours began: the caller built the authorization request
// itself. There is no nonce of ours in it, so the evidence proves a login at the provider, and no more.
type CodeRedeemer interface {
	Redeem(ctx context.Context, code string) (eid.Evidence, error)
}
