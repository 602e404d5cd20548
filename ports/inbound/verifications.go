package inbound

import (
	"context"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// Verifications attach a proven national number to an account: start an eID login, then bring back its code.
type Verifications interface {
	// Start opens a session and says where the person's browser goes. It fails with account.ErrUnauthenticated
	// where nobody is bound and the deployment demands it, eid.ErrNoRoute, organization.ErrAddress on a
	// redirect address that is not registered, or eid.ErrProvider.
	Start(ctx context.Context, s VerificationStart) (StartedVerification, error)
	// Complete redeems the code and attaches the number to the account. What it checks before the exchange
	// consumes nothing; see the faults of packages eid and account for what it fails with. Attaching the number
	// that is there already succeeds. A failure, too, says whether the people behind the session are invented.
	Complete(ctx context.Context, c VerificationCode) (CompletedVerification, error)
	// CompletePlain redeems the code of a login that the caller began on its own. It fails with eid.ErrNoRoute
	// where the deployment has not switched this on.
	CompletePlain(ctx context.Context, scope organization.Scope, accountID int64, code string) (CompletedVerification, error)
}

// VerificationStart asks for an eID login.
type VerificationStart struct {
	Command     string             // the command's identifier where there is one: repeated, it begins nothing new
	Scope       organization.Scope // the token's, or zero for a start without one
	Host        string             // the name under which we were called, for starts without a token
	AccountID   int64              // 0 for a start without a token
	RedirectURI string
	Context     eid.Context // "" for the account's country's own
	State       string      // the caller's reference, "" to have one made
}

// StartedVerification is what the caller needs to send the person on.
type StartedVerification struct {
	SessionID   string
	Challenge   eid.Challenge
	Context     eid.Context
	Correlation string
	Simulated   bool
}

// VerificationCode brings back the code of an eID login.
type VerificationCode struct {
	Scope       organization.Scope
	AccountID   int64
	Code        string
	RedirectURI string
	Context     eid.Context // "" when the caller does not say
	State       string      // "" when the caller does not say
}

// CompletedVerification is the proven number, now on the account.
type CompletedVerification struct {
	Number      identity.Number
	Correlation string
	Simulated   bool
}
