package organization_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/organization"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// sessions are the access tokens of session clients, as one process issues and reads them.
func (b *bureau) sessions() *organization.SessionTokens {
	m := b.process()
	return &organization.SessionTokens{
		Work: m.Work, Clock: m.Clock, IDs: m.IDs, Signer: m.Signer, Signing: m.Signing, PublicURL: "https://gate.example", Scope: "a scope",
		AccountID: func(s domain.Scope) string { return "account of " + s.Organization + " " + string(s.Environment) },
	}
}

// sessionClient enrols a client of an organization's sandbox.
func (b *bureau) sessionClient(t *testing.T, o domain.Organization) (domain.Client, inbound.Credentials) {
	t.Helper()
	c, secret, err := b.Enrol(t.Context(), organization.Enrolment{Domain: o.Domain, Environment: domain.Sandbox, Kind: domain.KindSession})
	if err != nil {
		t.Fatal(err)
	}
	return c, inbound.Credentials{Identifier: c.Identifier, Secret: secret}
}

func issue(t *testing.T, tokens *organization.SessionTokens, c inbound.Credentials) string {
	t.Helper()
	issued, err := tokens.Issue(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return issued.Token
}

func TestAnAccessTokenSaysWhoseItIsAndForHowLong(t *testing.T) {
	b := newBureau(t)
	tokens := b.sessions()
	if keys, err := tokens.Keys(t.Context()); err != nil || len(keys) != 0 {
		t.Errorf("%d keys are published that signed nothing: %v", len(keys), err)
	}
	c, credentials := b.sessionClient(t, b.acme)
	issued, err := tokens.Issue(t.Context(), credentials)
	if err != nil || issued.Life != 10*time.Minute || issued.Scope != c.Scope {
		t.Fatalf("issued for %v: %v", issued.Life, err)
	}
	keys, err := tokens.Keys(t.Context())
	if err != nil || len(keys) != 1 || len(keys[0].Modulus) != 256 {
		t.Fatalf("%d keys are published: %v", len(keys), err)
	}
	header, claims := part(t, issued.Token, 0), part(t, issued.Token, 1)
	if want := map[string]any{"alg": "RS256", "typ": "at+jwt", "kid": keys[0].ID}; !maps.Equal(header, want) {
		t.Errorf("the header is %v", header)
	}
	at := float64(b.clock.Now().Unix())
	want := map[string]any{
		"iss": "https://gate.example/auth/open", "aud": "https://gate.example/auth/rest", "sub": credentials.Identifier, "client_id": credentials.Identifier,
		"account_id": "account of " + b.acme.ID + " sandbox", "scope": "a scope", "iat": at, "exp": at + 600, "jti": claims["jti"],
	}
	if !maps.Equal(claims, want) || claims["jti"] == "" {
		t.Errorf("the claims are %v", claims)
	}
	if part(t, issue(t, tokens, credentials), 1)["jti"] == claims["jti"] {
		t.Error("two tokens have one identifier")
	}
}

func TestOnlyALivingTokenOfALivingClientIsTaken(t *testing.T) {
	b := newBureau(t)
	tokens := b.sessions()
	c, credentials := b.sessionClient(t, b.acme)
	token := issue(t, tokens, credentials)
	_, managers := b.token(t, b.root, domain.Sandbox, nil, nil)
	for _, reader := range []*organization.SessionTokens{tokens, b.sessions()} { // another process, too
		client, err := reader.Read(t.Context(), token)
		acting, admitted := reader.Admit(t.Context(), token)
		if err != nil || admitted != nil || client != c.Identifier || acting.Client.ID != c.ID || acting.Organization.ID != b.acme.ID {
			t.Errorf("read %v, admitted %v", err, admitted)
		}
		for what, wrong := range map[string]string{
			"nothing": "", "no token": "a.b.c", "another signature": token[:len(token)-4] + "AAAA", "a management token": managers,
			"without a signature": token[:strings.LastIndexByte(token, '.')+1],
		} {
			if _, err := reader.Read(t.Context(), wrong); !errors.Is(err, domain.ErrAccessToken) {
				t.Errorf("%s is read: %v", what, err)
			}
			if _, err := reader.Admit(t.Context(), wrong); !errors.Is(err, domain.ErrAccessToken) {
				t.Errorf("%s is admitted: %v", what, err)
			}
		}
	}
	if _, err := b.management.Admit(t.Context(), token, "read:users", domain.Target{}); !errors.Is(err, domain.ErrManagementToken) {
		t.Errorf("it passes for a management token: %v", err)
	}
	if err := b.Revoke(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Admit(t.Context(), token); !errors.Is(err, domain.ErrAccessToken) {
		t.Errorf("its client is revoked: %v", err)
	}
	if _, err := tokens.Issue(t.Context(), credentials); !errors.Is(err, domain.ErrClientRefused) {
		t.Errorf("a revoked client gets a token: %v", err)
	}
}

func TestAnAccessTokenEndsAfterTenMinutes(t *testing.T) {
	b := newBureau(t)
	tokens := b.sessions()
	_, credentials := b.sessionClient(t, b.acme)
	token := issue(t, tokens, credentials)
	b.clock.Advance(10*time.Minute - time.Second)
	if _, err := tokens.Read(t.Context(), token); err != nil {
		t.Errorf("in its last second: %v", err)
	}
	b.clock.Advance(time.Second)
	if _, err := tokens.Read(t.Context(), token); !errors.Is(err, domain.ErrAccessToken) {
		t.Errorf("after it: %v", err)
	}
}

func TestWhatOurKeySignedOfAnotherGatewayOrAClientWithoutANameIsNoAccessToken(t *testing.T) {
	b := newBureau(t)
	tokens := b.sessions()
	_, credentials := b.sessionClient(t, b.acme)
	good := part(t, issue(t, tokens, credentials), 1)
	key, err := tokens.Signing.Key(t.Context(), domain.Organization{}, domain.SignsSessions)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]any{
		"iss": "https://other.example/auth/open", "aud": "https://other.example/auth/rest", "sub": "", "client_id": "another", "exp": nil,
		"iat": good["iat"].(float64) - 1, // would live for longer than any may
	} {
		claims := maps.Clone(good)
		claims[name] = value
		token, err := tokens.Signer.Sign(t.Context(), key, "", claims)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tokens.Read(t.Context(), token); !errors.Is(err, domain.ErrAccessToken) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	claims := maps.Clone(good)
	claims["account_id"] = "another account"
	token, err := tokens.Signer.Sign(t.Context(), key, "", claims)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tokens.Admit(t.Context(), token); !errors.Is(err, domain.ErrAccessToken) {
		t.Errorf("another account's: got %v", err)
	}
}

func TestOnlySessionClientsGetAccessTokensAndDemoOnesWhereTheyCount(t *testing.T) {
	b := newBureau(t)
	tokens := b.sessions()
	_, credentials := b.sessionClient(t, b.acme)
	_, manager := b.client(t, b.root, domain.Sandbox, nil, nil)
	for what, c := range map[string]inbound.Credentials{
		"a wrong secret": {Identifier: credentials.Identifier, Secret: "guess"}, "no client": {Identifier: "nobody", Secret: credentials.Secret}, "a management client": manager,
	} {
		if _, err := tokens.Issue(t.Context(), c); !errors.Is(err, domain.ErrClientRefused) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	demo := domain.Client{
		ID: "demo", Scope: b.acme.Scope(domain.Sandbox), Kind: domain.KindSession, Identifier: "demo", Secret: domain.HashSecret("demo"), Demo: true, CreatedAt: b.clock.Now(),
	}
	if err := b.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error { return tx.Clients().Add(ctx, demo) }); err != nil {
		t.Fatal(err)
	}
	developing := b.sessions()
	developing.Demo = true
	token := issue(t, developing, inbound.Credentials{Identifier: "demo", Secret: "demo"})
	if _, err := developing.Admit(t.Context(), token); err != nil {
		t.Errorf("in development: %v", err)
	}
	if _, err := tokens.Admit(t.Context(), token); !errors.Is(err, domain.ErrAccessToken) {
		t.Errorf("in production: %v", err)
	}
}

func TestReadingAnAccessTokenCostsNothingAndAdmittingOneStatement(t *testing.T) {
	b := newBureau(t)
	tokens := b.sessions()
	_, credentials := b.sessionClient(t, b.acme)
	token := issue(t, tokens, credentials)
	store, ok := b.Work.(*sqlstore.Store)
	if !ok {
		t.Fatal("another storage is tested")
	}
	if _, err := tokens.Read(t.Context(), token); err != nil { // the process learns its keys
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		do      func(ctx context.Context) error
		selects int64
	}{
		"reading":   {func(ctx context.Context) error { _, err := tokens.Read(ctx, token); return err }, 0},
		"admitting": {func(ctx context.Context) error { _, err := tokens.Admit(ctx, token); return err }, 1},
		"issuing":   {func(ctx context.Context) error { _, err := tokens.Issue(ctx, credentials); return err }, 1},
	} {
		before := store.Counts()
		if err := c.do(t.Context()); err != nil {
			t.Fatal(err)
		}
		after := store.Counts()
		if selects, commits := int64(after.Selects-before.Selects), after.Commits-before.Commits; selects != c.selects || commits != 0 {
			t.Errorf("%s costs %d statements and %d commits", what, selects, commits)
		}
	}
}
