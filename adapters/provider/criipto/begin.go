package criipto

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// requestLife is how long an authorization request may take to arrive. The login behind it takes as long as it
// takes.
const requestLife = 5 * time.Minute

// request is an authorization request object (RFC 9101 section 4). Criipto reads nothing but client_id outside
// of it.
type request struct {
	Issuer       string `json:"iss"`
	Audience     string `json:"aud"`
	ClientID     string `json:"client_id"`
	ResponseType string `json:"response_type"`
	ResponseMode string `json:"response_mode"`
	RedirectURI  string `json:"redirect_uri"`
	Scope        string `json:"scope"`
	State        string `json:"state,omitempty"`
	Nonce        string `json:"nonce"`
	Context      string `json:"acr_values"`
	Prompt       string `json:"prompt"`
	Hint         string `json:"login_hint,omitempty"`
	Locales      string `json:"ui_locales,omitempty"`
	Challenge    string `json:"code_challenge,omitempty"`
	Method       string `json:"code_challenge_method,omitempty"`
	IssuedAt     int64  `json:"iat"`
	NotBefore    int64  `json:"nbf"`
	Expires      int64  `json:"exp"`
	ID           string `json:"jti"`
}

// thread is what Advance must know of the session.
type thread struct {
	Nonce       string `json:"nonce"`
	RedirectURI string `json:"redirect_uri"`
	// Chosen is the context that we chose, "" when the order named one: that the order's own is met, the
	// session checks, and ours nobody else knows.
	Chosen eid.Context `json:"acr,omitempty"`
	// State and Verifier are of the channel Page alone: what the person must bring back, and the secret behind the
	// challenge of RFC 7636.
	State    string `json:"state,omitempty"`
	Verifier string `json:"verifier,omitempty"`
}

// verifierLength is that of code verifiers: letters and digits of 256 bits and more, at least 43 of them (RFC 7636
// section 4.1).
const verifierLength = 64

// Begin makes the authorize URL. The nonce in it is the session's, and the person always logs in anew: a login that
// somebody else left behind in the browser would attach their number.
//
// On the channel Redirect the state is the order's correlation and there is no PKCE, because the code may be redeemed
// before the session is known. On Page the state is the session's ticket, and the challenge of PKCE is S256.
func (p *Provider) Begin(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
	if !p.carries(s.Order) || !canRequire(s.Order) {
		return outbound.Step{}, eid.ErrNoRoute
	}
	if s.Nonce == "" {
		return outbound.Step{}, fault.ErrInternal.Because(errors.New("criipto: the session has no nonce"))
	}
	t, state := thread{Nonce: s.Nonce, RedirectURI: s.Order.ReturnTo}, s.Order.Correlation
	if s.Order.Channel == eid.Page {
		if s.Ticket == "" {
			return outbound.Step{}, fault.ErrInternal.Because(errors.New("criipto: the session has no ticket"))
		}
		t.RedirectURI, t.State, t.Verifier = p.returnTo, s.Ticket, p.random.Alphanumeric(verifierLength)
		state = s.Ticket
	}
	if t.RedirectURI == "" {
		return outbound.Step{}, eid.ErrOrder
	}
	hint, err := hintFor(s.Order)
	if err != nil {
		return outbound.Step{}, err
	}
	ctx, cancel := p.issuer.within(ctx)
	defer cancel()
	m, err := p.issuer.metadata(ctx)
	if err != nil {
		return outbound.Step{}, err
	}
	asked := s.Order.Context
	if asked == "" {
		asked = contextFor(s.Order)
		t.Chosen = asked
	}
	now := p.clock.Now()
	claims := request{
		Issuer: p.client, Audience: p.issuer.url, ClientID: p.client,
		ResponseType: "code", ResponseMode: "query", RedirectURI: t.RedirectURI,
		Scope: scopeFor(s.Order), State: state, Nonce: s.Nonce,
		Context: string(asked), Prompt: "login", Hint: hint, Locales: localesFor(s.Order.EID, s.Order.Language),
		IssuedAt: now.Unix(), NotBefore: now.Unix(), Expires: now.Add(requestLife).Unix(), ID: p.ids.New(),
	}
	if t.Verifier != "" {
		claims.Challenge, claims.Method = oauth2.S256ChallengeFromVerifier(t.Verifier), "S256"
	}
	object, err := p.signRequest(claims)
	if err != nil {
		return outbound.Step{}, fault.ErrInternal.Because(err)
	}
	kept, err := json.Marshal(t)
	if err != nil {
		return outbound.Step{}, fault.ErrInternal.Because(err)
	}
	challenge := challengeAt(m.AuthorizationEndpoint, p.client, object, state)
	return outbound.Step{Challenge: &challenge, Thread: kept}, nil
}

func challengeAt(action, client, object, state string) eid.Challenge {
	c := eid.Challenge{Action: action, Params: map[string]string{"client_id": client, "request": object}}
	c.URL = action + "?client_id=" + url.QueryEscape(client) + "&request=" + url.QueryEscape(object)
	if state != "" {
		c.Params["state"] = state
		c.URL += "&state=" + url.QueryEscape(state)
	}
	return c
}

// localesFor spells a language as Criipto does, "" for one that it does not speak. The Finnish network calls
// Swedish se.
func localesFor(e eid.EID, language string) string {
	switch language = strings.ToLower(language); language {
	case "no", "nn":
		return "nb"
	case "sv":
		if e == eid.FIFTN {
			return "se"
		}
		return language
	case "da", "en", "nb", "fi", "nl", "de":
		return language
	}
	return ""
}

// signer signs claims with the application's key, and gives their compact serialization (RFC 7515 section 7.1). It is a
// function because fmt, which follows pointers into private keys when asked with the wrong verb, follows no function.
type signer func(claims any) (string, error)

func newSigner(key jose.JSONWebKey, typ string) (signer, error) {
	var options jose.SignerOptions
	if typ != "" {
		options.WithType(jose.ContentType(typ))
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, &options)
	if err != nil {
		return nil, err
	}
	return func(claims any) (string, error) {
		payload, err := json.Marshal(claims)
		if err != nil {
			return "", err
		}
		signed, err := s.Sign(payload)
		if err != nil {
			return "", err
		}
		return signed.CompactSerialize()
	}, nil
}
