package criipto

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// freshest is how long ago an id_token of a plain login may have been issued.
const freshest = 5 * time.Minute

// PlainConfig is what an application with a client secret needs.
type PlainConfig struct {
	Issuer       string // as in [Config]
	ClientID     string
	ClientSecret string
	RedirectURI  string // where the application's codes are sent, as registered at Criipto
	Timeout      time.Duration
	Transport    http.RoundTripper
}

// Format prints the issuer and the client and not the secret, whatever the verb.
func (c PlainConfig) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "criipto %s at %s", c.ClientID, c.Issuer)
}

// LogValue is what Format prints.
func (c PlainConfig) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Plain redeems codes of logins that no session of ours began. It implements [outbound.CodeRedeemer] and is safe for
// concurrent use.
//
// The id_token is signed, not encrypted. There is no nonce of ours in it, so a code that was stolen from its owner
// looks like any other; that the token is at most five minutes old, and that the caller accepts each TokenID
// once, is all the protection there is. Evidence has no Nonce.
type Plain struct {
	issuer   *issuer
	client   string
	secret   func() string // a function, because fmt follows everything else
	redirect string
}

var _ outbound.CodeRedeemer = (*Plain)(nil)

// NewPlain makes a redeemer, without a network call.
func NewPlain(c PlainConfig, clock outbound.Clock) (*Plain, error) {
	problems := []error{checkIssuer(c.Issuer)}
	if c.ClientID == "" || c.ClientSecret == "" || c.RedirectURI == "" {
		problems = append(problems, errors.New("criipto: plain needs client_id, client_secret and redirect_uri"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return &Plain{
		issuer: newIssuer(c.Issuer, c.Timeout, c.Transport, clock), client: c.ClientID, redirect: c.RedirectURI,
		secret: func() string { return c.ClientSecret },
	}, nil
}

// Redeem exchanges the code with the client secret (client_secret_basic, RFC 6749 section 2.3.1). It fails with the
// provider faults of package eid.
func (p *Plain) Redeem(ctx context.Context, code string) (eid.Evidence, error) {
	if !redeemable(code) {
		return eid.Evidence{}, eid.ErrCodeRejected
	}
	ctx, cancel := p.issuer.within(ctx)
	defer cancel()
	if err := p.issuer.ready(ctx); err != nil {
		return eid.Evidence{}, err
	}
	raw, err := p.issuer.exchange(ctx, oauth2.Config{
		ClientID: p.client, ClientSecret: p.secret(), RedirectURL: p.redirect,
		Endpoint: oauth2.Endpoint{AuthStyle: oauth2.AuthStyleInHeader},
	}, code)
	if err != nil {
		return eid.Evidence{}, err
	}
	t, err := p.issuer.verify(ctx, raw, p.client, freshest)
	if err != nil {
		return eid.Evidence{}, err
	}
	return t.evidence(p.issuer.clock.Now()), nil
}
