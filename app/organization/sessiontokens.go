package organization

import (
	"context"
	"errors"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// SessionTokens answers [inbound.SessionTokens].
type SessionTokens struct {
	Work    outbound.UnitOfWork
	Clock   outbound.Clock
	IDs     outbound.IDs
	Signer  outbound.Signer
	Signing *Signing
	// PublicURL is what issuer and audience begin with, without a slash at its end.
	PublicURL string
	// Scope is what the surface lets clients do with a token, in its own word.
	Scope string
	// AccountID is what the surface calls a scope.
	AccountID func(organization.Scope) string
	Demo      bool // clients marked as demo count

	tokens tokenReader[sessionClaims]
}

var _ inbound.SessionTokens = (*SessionTokens)(nil)

// SessionTokenLife is how long an access token lives, unless its client is revoked.
const SessionTokenLife = 10 * time.Minute

// Issuer is who issues access tokens: the address below which the token endpoint is.
func (t *SessionTokens) Issuer() string { return t.PublicURL + "/auth/open" }

func (t *SessionTokens) audience() string { return t.PublicURL + "/auth/rest" }

// Issue compares the secret before it looks at anything else.
func (t *SessionTokens) Issue(ctx context.Context, c inbound.Credentials) (inbound.AccessToken, error) {
	c.Kind = organization.KindSession
	acting, err := (&Credentials{Work: t.Work, Demo: t.Demo}).Authenticate(ctx, c)
	if err != nil {
		return inbound.AccessToken{}, err
	}
	key, err := t.Signing.Key(ctx, organization.Organization{}, organization.SignsSessions)
	if err != nil {
		return inbound.AccessToken{}, err
	}
	client, issued := acting.Client, t.Clock.Now().Unix()
	token, err := t.Signer.Sign(ctx, key, "", map[string]any{
		"iss": t.Issuer(), "aud": t.audience(), "sub": client.Identifier, "client_id": client.Identifier, "account_id": t.AccountID(client.Scope),
		"scope": t.Scope, "iat": issued, "exp": issued + int64(SessionTokenLife/time.Second), "jti": t.IDs.New(),
	})
	if err != nil {
		return inbound.AccessToken{}, err
	}
	return inbound.AccessToken{Token: token, Scope: client.Scope, Life: SessionTokenLife}, nil
}

// Read believes what one of our keys signed, while it lives.
func (t *SessionTokens) Read(ctx context.Context, token string) (client string, err error) {
	says, err := t.read(ctx, token)
	return says.client, err
}

// Admit looks at the token first, and then at client and organization in one statement.
func (t *SessionTokens) Admit(ctx context.Context, token string) (acting organization.Acting, err error) {
	says, err := t.read(ctx, token)
	if err != nil {
		return organization.Acting{}, err
	}
	err = t.Work.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		acting, err = r.Clients().Acting(ctx, organization.KindSession, says.client)
		return err
	})
	if err != nil && !errors.Is(err, organization.ErrNoClient) {
		return organization.Acting{}, err
	}
	if c := acting.Client; err != nil || c.Revoked() || c.Demo && !t.Demo || says.account != t.AccountID(c.Scope) {
		return organization.Acting{}, organization.ErrAccessToken
	}
	return acting, nil
}

// Keys reads what is published, and makes nothing.
func (t *SessionTokens) Keys(ctx context.Context) ([]inbound.PublicKey, error) {
	published, err := t.Signing.Published(ctx, "", organization.SignsSessions)
	if err != nil {
		return nil, err
	}
	return publicHalves(published)
}

// sessionClaims is what an access token says.
type sessionClaims struct {
	client, account string
	issued, expires any
}

func (t *SessionTokens) read(ctx context.Context, token string) (sessionClaims, error) {
	says, err := t.tokens.read(ctx, t.Signing, t.Signer, organization.SignsSessions, token, t.parse, func(s sessionClaims) bool {
		return alive(s.issued, s.expires, t.Clock.Now(), SessionTokenLife)
	})
	if errors.Is(err, outbound.ErrToken) {
		return sessionClaims{}, organization.ErrAccessToken.Because(err)
	}
	return says, err
}

func (t *SessionTokens) parse(claims map[string]any) (s sessionClaims, ok bool) {
	text := func(name string) string { s, _ := claims[name].(string); return s }
	s = sessionClaims{client: text("sub"), account: text("account_id"), issued: claims["iat"], expires: claims["exp"]}
	return s, s.client != "" && text("client_id") == s.client && text("iss") == t.Issuer() && text("aud") == t.audience()
}
