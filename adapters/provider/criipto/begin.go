package criipto

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
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
}

// Begin makes the authorize URL. The state in it is the order's correlation, the nonce the session's, and the
// person always logs in anew: a login that somebody else left behind in the browser would attach their number.
func (p *Provider) Begin(ctx context.Context, s eid.Snapshot) (outbound.Step, error) {
	if s.Order.Operation != eid.Authenticate || !s.Order.EID.Known() {
		return outbound.Step{}, eid.ErrNoRoute
	}
	if s.Order.ReturnTo == "" {
		return outbound.Step{}, eid.ErrOrder
	}
	if s.Nonce == "" {
		return outbound.Step{}, fault.ErrInternal.Because(errors.New("criipto: the session has no nonce"))
	}
	ctx, cancel := p.issuer.within(ctx)
	defer cancel()
	m, err := p.issuer.metadata(ctx)
	if err != nil {
		return outbound.Step{}, err
	}
	t := thread{Nonce: s.Nonce, RedirectURI: s.Order.ReturnTo}
	asked := s.Order.Context
	if asked == "" {
		asked = s.Order.EID.DefaultContext()
		t.Chosen = asked
	}
	now := p.clock.Now()
	object, err := p.signRequest(request{
		Issuer: p.client, Audience: p.issuer.url, ClientID: p.client,
		ResponseType: "code", ResponseMode: "query", RedirectURI: s.Order.ReturnTo,
		Scope: scopeFor(s.Order.EID), State: s.Order.Correlation, Nonce: s.Nonce,
		Context: string(asked), Prompt: "login", Hint: hintFor(s.Order.EID), Locales: localesFor(s.Order.EID, s.Order.Language),
		IssuedAt: now.Unix(), NotBefore: now.Unix(), Expires: now.Add(requestLife).Unix(), ID: p.ids.New(),
	})
	if err != nil {
		return outbound.Step{}, fault.ErrInternal.Because(err)
	}
	kept, err := json.Marshal(t)
	if err != nil {
		return outbound.Step{}, fault.ErrInternal.Because(err)
	}
	challenge := challengeAt(m.AuthorizationEndpoint, p.client, object, s.Order.Correlation)
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

// scopeFor asks for the national number where it does not come by itself.
func scopeFor(e eid.EID) string {
	switch {
	case e == eid.SEFreja:
		return "openid frejaid:ssn"
	case e.Country() == identity.NO, e.Country() == identity.DK:
		return "openid ssn"
	}
	return "openid"
}

// hintFor asks Freja for people whose identity somebody has looked at: without that it gives no number.
func hintFor(e eid.EID) string {
	if e == eid.SEFreja {
		return "minregistrationlevel:extended"
	}
	return ""
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
