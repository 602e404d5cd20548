package simulator

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Advance asks what the person in front of the app has said, or redeems the code that somebody brought back, with or
// without the session's thread, or reads the error that came in place of one. A tick of the clock changes nothing where a
// browser is expected.
//
// It fails with eid.ErrCodeRejected for a code that is unknown, expired, used, another client's or made for another
// redirect_uri, and with eid.ErrEvidenceRejected for one that belongs to another session than the thread; on the channel
// Page that is eid.ErrCodeRejected, too, and the code is still good for its own session.
func (s *Simulator) Advance(ctx context.Context, raw []byte, nudge outbound.Nudge) (outbound.Step, error) {
	if err := ctx.Err(); err != nil { // nobody waits, so nothing is spent
		return outbound.Step{}, eid.ErrProvider.Because(err)
	}
	var t thread
	if raw != nil {
		var err error
		if t, err = readThread(raw); err != nil {
			return outbound.Step{}, err
		}
		switch {
		case t.Placed != 0:
			return s.follow(ctx, t)
		case t.Channel == eid.Page:
			return s.back(ctx, t, nudge.Returned)
		}
	}
	presented, brought := nudge.Returned["code"]
	switch failed := nudge.Returned["error"]; {
	case failed != "":
		return returnedError(failed)
	case !brought && raw == nil:
		return outbound.Step{}, eid.ErrCodeRejected
	case !brought:
		return outbound.Step{}, s.stumbleOver(ctx, t.Context)
	}
	redirect := cmp.Or(nudge.Returned["redirect_uri"], t.RedirectURI)
	c, err := s.redeem(ctx, presented, gatewayClient, func(c code) bool {
		return c.RedirectURI == redirect && (raw == nil || redirect == t.RedirectURI)
	})
	if err != nil {
		return outbound.Step{}, err
	}
	if raw != nil && subtle.ConstantTimeCompare([]byte(c.Nonce), []byte(t.Nonce)) != 1 {
		return outbound.Step{}, eid.ErrEvidenceRejected.Because(errors.New("simulator: the nonce is another session's"))
	}
	evidence, err := s.attested(c)
	return outbound.Step{Evidence: evidence}, err
}

// attested is the evidence of a code that the caller brought: all that is known of the order stands in the code.
func (s *Simulator) attested(c code) (*eid.Evidence, error) {
	e, _ := c.Context.EID()
	evidence, err := s.evidence(asked{EID: e, Operation: eid.Authenticate, Context: c.Context}, c.Person, c.ID, s.clock.Now())
	if err == nil {
		evidence.Nonce = c.Nonce
	}
	return evidence, err
}

// returnedError reads the error of an authorization response (RFC 6749 section 4.1.2.1). That the person or the eID
// said no is an outcome.
func returnedError(code string) (outbound.Step, error) {
	switch code {
	case "access_denied":
		return outbound.Step{Refusal: eid.ReasonDeclined}, nil
	case "server_error", "temporarily_unavailable":
		return outbound.Step{}, eid.ErrProvider.Because(errors.New("simulator: the login failed at the provider"))
	case "invalid_request", "invalid_request_object", "unauthorized_client", "unsupported_response_type", "invalid_scope":
		return outbound.Step{}, eid.ErrMisconfigured.Because(errors.New("simulator: the request was not accepted"))
	}
	return outbound.Step{Refusal: eid.ReasonInterrupted}, nil
}

// Redeem takes a code of the plain client. It fails with eid.ErrCodeRejected.
func (s *Simulator) Redeem(ctx context.Context, raw string) (eid.Evidence, error) {
	c, err := s.redeem(ctx, raw, PlainClient, func(c code) bool {
		return s.config.Plain && c.RedirectURI == s.config.PublicURL+PlainRedirectPath
	})
	if err != nil {
		return eid.Evidence{}, err
	}
	evidence, err := s.attested(c)
	if err != nil {
		return eid.Evidence{}, err
	}
	return *evidence, nil
}

// redeem opens a code and spends it, unless it is not for this client and address: those can be put right, and the
// code is still good.
func (s *Simulator) redeem(ctx context.Context, raw, client string, fits func(code) bool) (code, error) {
	c, err := s.find(ctx, raw, client, fits)
	if err != nil {
		return code{}, err
	}
	return c, s.spend(c)
}

// find opens a code for this client and address.
func (s *Simulator) find(ctx context.Context, raw, client string, fits func(code) bool) (code, error) {
	c, err := s.decode(raw)
	if err != nil {
		return code{}, err
	}
	if err := s.stumbleOver(ctx, c.Context); err != nil {
		return code{}, err
	}
	if c.ClientID != client || !fits(c) {
		return code{}, eid.ErrCodeRejected.Because(errors.New("simulator: a code for another client or address"))
	}
	return c, nil
}

func (s *Simulator) stumbleOver(ctx context.Context, c eid.Context) error {
	e, _ := c.EID()
	return s.stumble(ctx, e)
}
