package organization_test

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// signingKeys counts what is published of an organization's.
func (o *office) signingKeys(t *testing.T, of domain.Organization) (n int) {
	t.Helper()
	view(t, o.Registry, func(ctx context.Context, r outbound.Reader) error {
		for _, purpose := range []domain.KeyPurpose{domain.SignsTokens, domain.SignsSamples} {
			keys, err := r.SigningKeys().Published(ctx, of.ID, purpose, o.clock.Now())
			if err != nil {
				return err
			}
			n += len(keys)
		}
		return nil
	})
	return n
}

// user admits anna to the target's directory, with a value for each key.
func (o *office) user(t *testing.T, m domain.Managing, values map[string]string, keys ...domain.MetaKey) domain.User {
	t.Helper()
	u, facts, err := domain.Admit(domain.Arrival{ID: o.IDs.New(), Scope: m.Scope(), Colour: "#000000", Profile: domain.Profile{
		Email: "anna@acme.example", GivenName: "Anna", FamilyName: "A", Gender: "female", Address: domain.Address{Locality: "Lund", Country: "SE"},
	}}, o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		value, ok := values[k.Name]
		if !ok {
			continue
		}
		next, more, err := u.SetMetadata(k, value, o.IDs.New(), m.By(), o.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		u, facts = next, append(facts, more...)
	}
	err = o.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		if u, err = tx.Users().Save(ctx, u); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func (o *office) metakey(t *testing.T, m domain.Managing, name string, required bool) domain.MetaKey {
	t.Helper()
	k, facts, err := domain.Define(domain.MetaKey{ID: o.IDs.New(), Scope: m.Scope(), Name: name, Type: domain.MetaString, Required: required}, m.By(), o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	err = o.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		if err := tx.MetaKeys().Add(ctx, k); err != nil {
			return err
		}
		return tx.Facts().Append(ctx, facts...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// verified gives header and claims of a token, once some published key of a purpose has verified it.
func (o *office) verified(t *testing.T, token string, of domain.Organization, purpose domain.KeyPurpose) (jose.Header, map[string]any, bool) {
	t.Helper()
	found, keys, err := o.tokens.Keys(t.Context(), of.Domain, purpose)
	if err != nil || found.ID != of.ID {
		t.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal("no JWT of RS256")
	}
	claims := map[string]any{}
	for _, k := range keys {
		if k.ID == parsed.Headers[0].KeyID && parsed.Claims(&rsa.PublicKey{N: new(big.Int).SetBytes(k.Modulus), E: k.Exponent}, &claims) == nil {
			return parsed.Headers[0], claims, true
		}
	}
	return jose.Header{}, nil, false
}

func names(claims map[string]any) string {
	return strings.Join(slices.Sorted(maps.Keys(claims)), " ")
}

func hashed(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

func TestASampleAboutNobodyShowsTheStructureOfTokens(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	key := o.metakey(t, m, "emailaddress", true)
	o.metakey(t, managing(o.root, m.Target, domain.Production), "of_production", false)
	pair, err := o.tokens.Sample(t.Context(), m, inbound.TokenSample{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := names(pair.AccessClaims), "application_metadata aud cid dbs email exp iat iss jti jtt scp sub tnt ver"; got != want {
		t.Errorf("the access token has %s", got)
	}
	if got, want := names(pair.IdentityClaims), "application_metadata at_hash c_hash dbs exp iat iss jti jtt nonce resource_owner_metadata s_hash tnt ver"; got != want {
		t.Errorf("the identity token has %s", got)
	}
	header, access, ok := o.verified(t, pair.Access, m.Target, domain.SignsSamples)
	if !ok {
		t.Fatal("no published sample key verifies the access token")
	}
	if header.ExtraHeaders["iss"] != "https://gate.example/t/acme-ab" || header.ExtraHeaders["typ"] != "JWT" {
		t.Errorf("the header has %v", header.ExtraHeaders)
	}
	for _, claim := range []string{"aud", "cid", "email", "scp", "sub"} {
		if value, there := access[claim]; !there || value != nil {
			t.Errorf("%s is not null", claim)
		}
	}
	now := float64(o.clock.Now().Unix())
	for claim, want := range map[string]any{"dbs": "sandbox", "iss": "https://gate.example/t/acme-ab", "jtt": "access", "tnt": "acme-ab", "ver": float64(1), "iat": now, "exp": now + 36_000} {
		if access[claim] != want {
			t.Errorf("%s is %v", claim, access[claim])
		}
	}
	_, identity, ok := o.verified(t, pair.Identity, m.Target, domain.SignsSamples)
	if !ok {
		t.Fatal("no published sample key verifies the identity token")
	}
	for claim, want := range map[string]any{
		"jtt": "openid", "nonce": "*", "at_hash": hashed(pair.Access), "c_hash": "VpTQii5T_8rgwxA-Wtb2Bw", "s_hash": "S6aXNcpTdl7WpwnttWxuog", "exp": now + 36_000,
	} {
		if identity[claim] != want {
			t.Errorf("%s is %v", claim, identity[claim])
		}
	}
	metadata, ok := identity["resource_owner_metadata"].(map[string]any)
	definition := map[string]any{"id": key.ID, "name": "emailaddress", "required": true, "type": "string"}
	if got, is := metadata["emailaddress"].(map[string]any); !ok || !is || len(metadata) != 1 || !maps.Equal(got, definition) {
		t.Errorf("the keys are shown as %v", metadata)
	}
	if access["jti"] == identity["jti"] {
		t.Error("both tokens have one identifier")
	}
	if facts := o.facts(t, m.Scope(), "token_sample/"+access["jti"].(string)); len(facts) != 1 || facts[0].Kind != "token_sample.issued" || facts[0].Actor != "client/c-root-ab" || len(facts[0].Details) != 0 {
		t.Errorf("the trail tells %+v", facts)
	}
}

func TestASampleAboutSomebodyIsWhatTheyWouldGet(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	m = managing(o.root, m.Target, domain.Production)
	keys := []domain.MetaKey{o.metakey(t, m, "floor", false), o.metakey(t, m, "room", false)}
	u, app := o.user(t, m, map[string]string{"floor": "3"}, keys...), o.application(t, m, "https://app.example")
	pair, err := o.tokens.Sample(t.Context(), m, inbound.TokenSample{User: u.ID, Application: app.ID, Life: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	_, access, ok := o.verified(t, pair.Access, m.Target, domain.SignsSamples)
	_, identity, too := o.verified(t, pair.Identity, m.Target, domain.SignsSamples)
	if !ok || !too {
		t.Fatal("no published sample key verifies the tokens")
	}
	for kind, claims := range map[string]map[string]any{"access": access, "identity": identity} {
		for claim, want := range map[string]any{
			"sub": u.ID, "email": "anna@acme.example", "cid": app.ID, "aud": "https://app.example", "dbs": "default", "exp": claims["iat"].(float64) + 3600,
		} {
			if claims[claim] != want {
				t.Errorf("%s of the %s token is another", claim, kind)
			}
		}
		if scopes, is := claims["scp"].([]any); !is || len(scopes) == 0 {
			t.Errorf("the %s token has no scopes", kind)
		}
	}
	if identity["given_name"] != "Anna" || identity["name"] != "Anna A" || identity["gender"] != "female" || identity["address"].(map[string]any)["locality"] != "Lund" {
		t.Error("the identity token does not say who it is")
	}
	if _, there := access["given_name"]; there {
		t.Error("the access token says who it is")
	}
	metadata := identity["resource_owner_metadata"].(map[string]any)
	if room, there := metadata["room"]; len(metadata) != 2 || metadata["floor"] != "3" || !there || room != nil {
		t.Errorf("%d values are shown", len(metadata))
	}
	if facts := o.facts(t, m.Scope(), "token_sample/"+access["jti"].(string)); len(facts) != 1 || !maps.Equal(facts[0].Details, map[string]string{"user": u.ID, "application": app.ID}) {
		t.Errorf("the trail tells %+v", facts)
	}
}

func TestASampleIsAboutNobodyElses(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	other, production := managing(o.root, o.customer(t, o.root, "Beta", ""), domain.Sandbox), managing(o.root, m.Target, domain.Production)
	for what, s := range map[*inbound.TokenSample]error{
		{User: o.user(t, other, nil).ID}: domain.ErrNoUser, {User: o.user(t, production, nil).ID}: domain.ErrNoUser, {User: o.IDs.New()}: domain.ErrNoUser,
		{Application: o.application(t, production, "https://app.example").ID}: domain.ErrNoApplication, {Application: o.IDs.New()}: domain.ErrNoApplication,
		{Authorization: o.IDs.New()}: domain.ErrNoAuthorization, {Life: -time.Second}: domain.ErrTokenSample, {Life: 366 * 24 * time.Hour}: domain.ErrTokenSample,
		{Life: time.Hour, Expired: true}: domain.ErrTokenSample,
	} {
		if pair, err := o.tokens.Sample(t.Context(), m, *what); !errors.Is(err, s) || pair.Access != "" || pair.Identity != "" {
			t.Errorf("%+v: %v", *what, err)
		}
	}
	if n := o.signingKeys(t, m.Target); n != 0 {
		t.Errorf("what was refused made %d keys", n)
	}
}

func TestASampleCanBeOverAndNoVerifierOfTokensTakesIt(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	pair, err := o.tokens.Sample(t.Context(), m, inbound.TokenSample{Expired: true})
	if err != nil {
		t.Fatal(err)
	}
	_, access, ok := o.verified(t, pair.Access, m.Target, domain.SignsSamples)
	if !ok || access["exp"].(float64) >= float64(o.clock.Now().Unix()) || access["exp"].(float64)-access["iat"].(float64) != 36_000 {
		t.Error("it is not over")
	}
	o.invited(t, m)
	if _, _, err := o.onboarding.Open(t.Context(), o.post.link(t)); err != nil { // makes the key that signs tokens
		t.Fatal(err)
	}
	if _, keys, err := o.tokens.Keys(t.Context(), "acme-ab", domain.SignsTokens); err != nil || len(keys) != 1 {
		t.Errorf("%d keys verify tokens: %v", len(keys), err)
	}
	if _, _, ok := o.verified(t, pair.Access, m.Target, domain.SignsTokens); ok {
		t.Error("a key that verifies tokens verifies a sample")
	}
}

func TestBeingAskedForKeysMakesNone(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	for _, purpose := range []domain.KeyPurpose{domain.SignsTokens, domain.SignsSamples, domain.SignsManagement, "imaginary"} {
		if of, keys, err := o.tokens.Keys(t.Context(), "acme-ab", purpose); err != nil || len(keys) != 0 || of.ID != m.Target.ID {
			t.Errorf("%s: %d keys: %v", purpose, len(keys), err)
		}
	}
	if _, _, err := o.tokens.Keys(t.Context(), "nobody", domain.SignsTokens); !errors.Is(err, domain.ErrNoOrganization) {
		t.Errorf("got %v", err)
	}
}

func TestARotatedKeyStillVerifiesUntilNothingItSignedLives(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	before, err := o.tokens.Sample(t.Context(), m, inbound.TokenSample{})
	if err != nil {
		t.Fatal(err)
	}
	if err := o.tokens.RotateKey(t.Context(), "acme-ab"); err != nil {
		t.Fatal(err)
	}
	after, err := o.tokens.Sample(t.Context(), m, inbound.TokenSample{})
	if err != nil {
		t.Fatal(err)
	}
	old, _, ok := o.verified(t, before.Access, m.Target, domain.SignsSamples)
	young, _, too := o.verified(t, after.Access, m.Target, domain.SignsSamples)
	if !ok || !too || old.KeyID == young.KeyID {
		t.Errorf("old verified %t, new %t", ok, too)
	}
	if n := o.signingKeys(t, m.Target); n != 3 { // two of samples, one of tokens
		t.Errorf("%d keys are published", n)
	}
	scope := m.Target.Scope(domain.Production)
	var told []string
	for _, f := range o.facts(t, scope, "signing_key/"+old.KeyID) {
		told = append(told, f.Kind)
	}
	if !slices.Equal(told, []string{"signing_key.made", "signing_key.retired"}) {
		t.Errorf("the trail tells %v", told)
	}
	if facts := o.facts(t, scope, "signing_key/"+young.KeyID); len(facts) != 1 || facts[0].Details["purpose"] != "samples" {
		t.Errorf("the trail tells %+v", facts)
	}
	o.clock.Advance(domain.KeyGrace)
	if _, _, ok := o.verified(t, before.Access, m.Target, domain.SignsSamples); ok {
		t.Error("the old key is published for ever")
	}
	if _, _, ok := o.verified(t, after.Access, m.Target, domain.SignsSamples); !ok {
		t.Error("the new key is gone")
	}
	if err := o.tokens.RotateKey(t.Context(), "nobody"); !errors.Is(err, domain.ErrNoOrganization) {
		t.Errorf("got %v", err)
	}
}

func TestManySamplesAtOnceMakeOneKey(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	if n := each(t, 20, nil, func() error { _, err := o.tokens.Sample(t.Context(), m, inbound.TokenSample{}); return err }); n != 20 {
		t.Errorf("%d were made", n)
	}
	if n := o.signingKeys(t, m.Target); n != 1 {
		t.Errorf("%d keys were made", n)
	}
}
