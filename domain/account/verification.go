package account

import "github.com/eidgate/eidgate/domain/fault"

// What can be wrong with a verification. Each blames the input that a caller can mend.
var (
	// ErrNoVerification: the caller's reference leads to no session that this account may redeem now: unknown,
	// foreign, expired or redeemed before. The caller cannot tell which.
	ErrNoVerification = fault.New(fault.Invalid, "verification_unknown", "The verification is unknown, expired or used.")
	// ErrRedirectMismatch: the redirect address is not the one that the login was started with.
	ErrRedirectMismatch = fault.New(fault.Invalid, "redirect_uri_mismatch", "The redirect_uri is not the one used at the start.")
	// ErrMethodMismatch: the login was made in another way, or at a lower level, than stated or asked for.
	ErrMethodMismatch = fault.New(fault.Invalid, "method_mismatch", "The eID method is not the one that was asked for.")
)
