package criipto

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"strings"

	"golang.org/x/oauth2"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Advance redeems the code that the person brought back, or reads the error that came instead of one. A tick of
// the clock changes nothing: nobody but the person can bring news.
//
// Without a thread, redirect_uri must be among what was returned, and the evidence's nonce is whatever the provider
// signed; with one, evidence of another session is [eid.ErrEvidenceRejected].
func (p *Provider) Advance(ctx context.Context, kept []byte, nudge outbound.Nudge) (outbound.Step, error) {
	var t thread
	if kept != nil {
		if err := json.Unmarshal(kept, &t); err != nil || t.Nonce == "" {
			return outbound.Step{}, fault.ErrInternal.Because(errors.New("criipto: not a thread of ours"))
		}
	}
	if !t.fits(nudge.Returned) || nudge.Returned["iss"] != "" && nudge.Returned["iss"] != p.issuer.url {
		return outbound.Step{}, eid.ErrCodeRejected
	}
	if code, ok := nudge.Returned["error"]; ok && code != "" {
		return returnedError(code)
	}
	code, ok := nudge.Returned["code"]
	if !ok {
		return outbound.Step{}, nil
	}
	redirect := nudge.Returned["redirect_uri"]
	if redirect == "" {
		redirect = t.RedirectURI
	}
	if kept != nil && redirect != t.RedirectURI || !redeemable(code) || redirect == "" {
		return outbound.Step{}, eid.ErrCodeRejected
	}
	e, err := p.redeem(ctx, code, redirect, t.Verifier)
	if err != nil {
		return outbound.Step{}, err
	}
	if kept != nil && subtle.ConstantTimeCompare([]byte(e.Nonce), []byte(t.Nonce)) != 1 {
		return outbound.Step{}, rejected("the nonce is not the session's")
	}
	if t.Chosen != "" && !e.Context.Satisfies(t.Chosen) {
		return outbound.Step{}, rejected("the login is of another kind than asked for")
	}
	return outbound.Step{Evidence: &e}, nil
}

// fits holds unless what came back belongs to another request of ours.
func (t thread) fits(returned map[string]string) bool {
	state, brought := returned["state"]
	return t.State == "" || !brought || subtle.ConstantTimeCompare([]byte(state), []byte(t.State)) == 1
}

// redeem exchanges the code; verifier is "" where the request had no challenge.
func (p *Provider) redeem(ctx context.Context, code, redirect, verifier string) (eid.Evidence, error) {
	ctx, cancel := p.issuer.within(ctx)
	defer cancel()
	// The keys come first: a code is spent by its exchange, and without keys that would be in vain.
	if err := p.issuer.ready(ctx); err != nil {
		return eid.Evidence{}, err
	}
	now := p.clock.Now()
	assertion, err := p.signAssertion(map[string]any{
		"iss": p.client, "sub": p.client, "aud": p.issuer.url, "jti": p.ids.New(),
		"iat": now.Unix(), "exp": now.Add(assertionLife).Unix(),
	})
	if err != nil {
		return eid.Evidence{}, fault.ErrInternal.Because(err)
	}
	options := []oauth2.AuthCodeOption{
		oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		oauth2.SetAuthURLParam("client_assertion", assertion),
	}
	if verifier != "" {
		options = append(options, oauth2.VerifierOption(verifier))
	}
	raw, err := p.issuer.exchange(ctx, oauth2.Config{
		ClientID: p.client, RedirectURL: redirect, Endpoint: oauth2.Endpoint{AuthStyle: oauth2.AuthStyleInParams},
	}, code, options...)
	if err != nil {
		return eid.Evidence{}, err
	}
	signed, err := p.decrypt(raw)
	if err != nil {
		return eid.Evidence{}, err
	}
	t, err := p.issuer.verify(ctx, signed, p.client, oldestToken)
	if err != nil {
		return eid.Evidence{}, err
	}
	if t.nonce == "" {
		return eid.Evidence{}, rejected("the nonce is missing")
	}
	e := t.evidence(p.clock.Now())
	e.Nonce = t.nonce
	return e, nil
}

// returnedError reads the error of an authorization response (RFC 6749 section 4.1.2.1, OpenID Connect Core 1.0
// section 3.1.2.6). It came through the person's browser, so it is a claim and nothing more.
func returnedError(code string) (outbound.Step, error) {
	switch code {
	case "access_denied":
		return outbound.Step{Refusal: eid.ReasonDeclined}, nil
	case "server_error", "temporarily_unavailable":
		return outbound.Step{}, eid.ErrProvider.Because(oauthError(code))
	case "invalid_request", "invalid_request_object", "invalid_request_uri", "invalid_scope", "unauthorized_client",
		"unsupported_response_type", "request_not_supported", "request_uri_not_supported", "registration_not_supported":
		return outbound.Step{}, eid.ErrMisconfigured.Because(oauthError(code))
	}
	// login_required, interaction_required, MitID's lost cookies, codes of single banks: the login broke off, and
	// the person may start another.
	return outbound.Step{Refusal: eid.ReasonInterrupted}, nil
}

// redeemable holds for what can be a code at all: visible ASCII (RFC 6749 appendix A.11), not without end.
func redeemable(code string) bool {
	return code != "" && len(code) <= 2048 && !strings.ContainsFunc(code, func(r rune) bool { return r < ' ' || r > '~' })
}
