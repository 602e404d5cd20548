package messaging

import (
	"context"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

type completedVerification struct {
	AccountID   int64  `json:"account_id"`
	SSNAttached bool   `json:"ssn_attached"`
	Country     string `json:"country"`
	Kind        string `json:"kind"`
	State       string `json:"state"`
	Simulated   bool   `json:"simulated"`
}

// completeVerification redeems the code of an eID login. The answer says that a number is attached, of which country
// and kind, and no digit of it: not even the masked form, which holds the date of birth. Whoever may see the
// number asks the account surface.
func completeVerification(verifications inbound.Verifications) use {
	return func(ctx context.Context, c command) (any, error) {
		v := inbound.VerificationCode{
			Scope: c.scope, AccountID: c.account(),
			Code:        c.data.required("code", maxText),
			RedirectURI: c.data.required("redirect_uri", maxText),
			Context:     eid.Context(c.data.text("method", maxText)),
			State:       c.data.text("state", maxText),
		}
		if err := c.fault(); err != nil {
			return nil, err
		}
		done, err := verifications.Complete(ctx, v)
		if err != nil {
			return nil, err
		}
		return completedVerification{
			AccountID: v.AccountID, SSNAttached: !done.Number.IsZero(),
			Country: string(done.Number.Country()), Kind: string(done.Number.Kind()),
			State: done.Correlation, Simulated: done.Simulated,
		}, nil
	}
}
