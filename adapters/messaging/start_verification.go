package messaging

import (
	"context"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

type startedVerification struct {
	SessionID string            `json:"session_id"`
	Method    string            `json:"method"`
	State     string            `json:"state"`
	URL       string            `json:"url"`
	Action    string            `json:"action"`
	Params    map[string]string `json:"params"`
	Simulated bool              `json:"simulated"`
}

// startVerification starts an eID login for an account.
func startVerification(verifications inbound.Verifications) use {
	return func(ctx context.Context, c command) (any, error) {
		v := inbound.VerificationStart{
			Command: c.id, Scope: c.scope, AccountID: c.account(),
			RedirectURI: c.data.required("redirect_uri", maxText),
			Context:     eid.Context(c.data.text("method", maxText)),
			State:       c.data.text("state", maxText),
		}
		if err := c.fault(); err != nil {
			return nil, err
		}
		s, err := verifications.Start(ctx, v)
		if err != nil {
			return nil, err
		}
		params := s.Challenge.Params
		if params == nil {
			params = map[string]string{}
		}
		return startedVerification{
			SessionID: s.SessionID, Method: string(s.Context), State: s.Correlation,
			URL: s.Challenge.URL, Action: s.Challenge.Action, Params: params, Simulated: s.Simulated,
		}, nil
	}
}

// account reads the account that a command is about. It must be there: a message carries no token that would say.
func (c command) account() int64 {
	before := len(*c.data.wrong)
	id := c.data.id("account_id")
	if id == 0 && len(*c.data.wrong) == before {
		c.data.blame("account_id", "required", "The member is required.")
	}
	return id
}
