package criipto

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
)

// assertionLife is how long a client assertion counts: long enough for clocks that differ, within the five
// minutes that Criipto allows.
const assertionLife = 3 * time.Minute

// exchange redeems a code at the token endpoint (RFC 6749 section 4.1.3) and gives the id_token as it came. Which
// fault it fails with says what became of the code.
func (i *issuer) exchange(
	ctx context.Context, c oauth2.Config, code string, options ...oauth2.AuthCodeOption,
) (string, error) {
	m, err := i.metadata(ctx)
	if err != nil {
		return "", err
	}
	c.Endpoint.TokenURL = m.TokenEndpoint
	call := i.call()
	token, err := c.Exchange(context.WithValue(ctx, oauth2.HTTPClient, call.client()), code, options...)
	if refusal, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return "", refused(refusal, i.clock.Now())
	}
	switch {
	case err == nil:
	case !call.sent.Load():
		return "", eid.ErrProvider.Because(provider.Plain(Name, err))
	case call.cut.Load() || ctx.Err() != nil:
		return "", eid.ErrProviderUncertain.Because(provider.Plain(Name, err))
	default: // a whole answer that is none, such as a page of HTML
		return "", eid.ErrProvider.Because(errGarbage)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok || raw == "" {
		return "", rejected("there is no id_token")
	}
	return raw, nil
}

// unknownCode is how Criipto words the refusal of a code, whatever the status and the error around it.
var unknownCode = []byte("Unknown Access Code")

// refused says what a token endpoint's refusal means (RFC 6749 section 5.2). Of the answer nothing goes into the
// error but its status or a registered error code: the body may repeat what was sent.
func refused(r *oauth2.RetrieveError, now time.Time) error {
	status := httpStatus(r.Response.StatusCode)
	switch {
	case status == http.StatusTooManyRequests:
		return eid.ErrProvider.Because(status).RetryIn(provider.RetryAfter(r.Response.Header, now))
	case r.ErrorCode == "invalid_grant", bytes.Contains(r.Body, unknownCode):
		return eid.ErrCodeRejected.Because(oauthError("invalid_grant"))
	case status >= 500:
		return eid.ErrProvider.Because(status).RetryIn(provider.RetryAfter(r.Response.Header, now))
	case status == http.StatusRequestTimeout:
		return eid.ErrProviderUncertain.Because(status)
	case r.ErrorCode == "server_error", r.ErrorCode == "temporarily_unavailable", r.ErrorCode == "slow_down":
		return eid.ErrProvider.Because(oauthError(r.ErrorCode))
	case r.ErrorCode != "":
		return eid.ErrMisconfigured.Because(oauthError(r.ErrorCode))
	case status >= 400:
		// A refusal in nobody's words. What is refused is this request, and people choose the code in it: if it
		// counted as an outage, one of them could close the provider to everybody.
		return eid.ErrMisconfigured.Because(status)
	}
	// A redirect: something stands before the provider and speaks for it.
	return eid.ErrProvider.Because(status)
}
