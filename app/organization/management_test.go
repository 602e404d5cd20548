package organization_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/organization"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// part reads the header or the claims of a token.
func part(t *testing.T, token string, i int) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatal("the token has not three parts")
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[i])
	if err != nil {
		t.Fatal(err)
	}
	var members map[string]any
	if err := json.Unmarshal(raw, &members); err != nil {
		t.Fatal(err)
	}
	return members
}

// signed is a token with the given changes of its claims, signed with the key that signs.
func (b *bureau) signed(t *testing.T, claims, change map[string]any) string {
	t.Helper()
	key, err := b.management.Signing.Key(t.Context(), domain.Organization{}, domain.SignsManagement)
	if err != nil {
		t.Fatal(err)
	}
	claims = maps.Clone(claims)
	for name, value := range change {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	token, err := b.management.Signer.Sign(t.Context(), key, "https://gate.example/t/root-ab", claims)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestAManagementTokenSaysWhoseItIsAndForHowLong(t *testing.T) {
	b := newBureau(t)
	for e, dbs := range map[domain.Environment]string{domain.Sandbox: "sandbox", domain.Production: "default"} {
		_, credentials := b.client(t, b.root, e, []string{"read:users", "create:users"}, nil)
		issued, err := b.management.Issue(t.Context(), credentials, "root-ab")
		if err != nil || issued.Life != time.Hour || strings.Join(issued.Scopes, " ") != "read:users create:users" {
			t.Fatalf("issued for %v with %v: %v", issued.Life, issued.Scopes, err)
		}
		header, claims := part(t, issued.Token, 0), part(t, issued.Token, 1)
		if len(header) != 4 || header["alg"] != "RS256" || header["typ"] != "JWT" || header["iss"] != "https://gate.example/t/root-ab" || header["kid"] == "" {
			t.Errorf("the header is %v", header)
		}
		at := float64(b.clock.Now().Unix())
		want := map[string]any{
			"cid": credentials.Identifier, "sub": credentials.Identifier, "dbs": dbs, "exp": at + 3600, "iat": at, "iss": "https://gate.example/t/root-ab",
			"jti": claims["jti"], "jtt": "api_key", "scp": "read:users create:users", "tnt": "root-ab", "ver": 1.0,
		}
		if !maps.Equal(claims, want) || claims["jti"] == "" {
			t.Errorf("the claims are %v", claims)
		}
		if again, err := b.management.Issue(t.Context(), credentials, ""); err != nil || part(t, again.Token, 1)["jti"] == claims["jti"] {
			t.Errorf("two tokens have one identifier: %v", err)
		}
	}
}

func TestTheSecretIsComparedBeforeAnythingIsSaid(t *testing.T) {
	b := newBureau(t)
	_, good := b.client(t, b.root, domain.Sandbox, nil, nil)
	revoked, former := b.client(t, b.root, domain.Sandbox, nil, nil)
	if err := b.Revoke(t.Context(), revoked.ID); err != nil {
		t.Fatal(err)
	}
	managed := inbound.Credentials{Kind: domain.KindManagement, Identifier: "managed", Secret: "secret"} // as nobody enrols one any more
	if err := b.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		return tx.Clients().Add(ctx, domain.Client{
			ID: b.IDs.New(), Scope: b.acme.Scope(domain.Sandbox), Kind: managed.Kind, Identifier: managed.Identifier,
			Secret: domain.HashSecret(managed.Secret), CreatedAt: b.clock.Now(),
		})
	}); err != nil {
		t.Fatal(err)
	}
	other, secret, err := b.Enrol(t.Context(), organization.Enrolment{Domain: "root-ab", Environment: domain.Sandbox, Kind: domain.KindEID})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		credentials inbound.Credentials
		domain      string
		want        error
	}{
		"all is well":              {good, "root-ab", nil},
		"nothing said of a domain": {good, "", nil},
		"another root's domain":    {good, "stranger-ab", domain.ErrOtherDomain},
		"a customer's domain":      {good, "acme-ab", domain.ErrOtherDomain},
		"no domain at all":         {good, "nobody", domain.ErrOtherDomain},
		"another secret":           {inbound.Credentials{Identifier: good.Identifier, Secret: good.Secret + "x"}, "root-ab", domain.ErrClientRefused},
		"another secret, and a domain that is not the client's": {inbound.Credentials{Identifier: good.Identifier, Secret: "x"}, "nobody", domain.ErrClientRefused},
		"no secret":                         {inbound.Credentials{Identifier: good.Identifier}, "", domain.ErrClientRefused},
		"somebody else's secret":            {inbound.Credentials{Identifier: good.Identifier, Secret: former.Secret}, "", domain.ErrClientRefused},
		"nobody":                            {inbound.Credentials{Identifier: "nobody", Secret: good.Secret}, "", domain.ErrClientRefused},
		"a revoked client":                  {former, "root-ab", domain.ErrClientRefused},
		"a client of another kind":          {inbound.Credentials{Kind: domain.KindEID, Identifier: other.Identifier, Secret: secret}, "", domain.ErrClientRefused},
		"one whose organization is managed": {managed, "", domain.ErrClientRefused},
	} {
		if issued, err := b.management.Issue(t.Context(), c.credentials, c.domain); !errors.Is(err, c.want) || (err == nil) != (issued.Token != "") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestATokenReachesTheOrganizationsOfItsRootAndNoOther(t *testing.T) {
	b := newBureau(t)
	c, token := b.token(t, b.root, domain.Sandbox, nil, nil)
	_, limited := b.token(t, b.root, domain.Sandbox, []string{"read:users"}, []string{"acme-ab"})
	for name, a := range map[string]struct {
		token  string
		target domain.Target
		found  domain.Organization
		want   error
	}{
		"a customer":                        {token, domain.Target{Domain: "acme-ab"}, b.acme, nil},
		"a customer by identifier":          {token, domain.Target{ID: b.acme.ID}, b.acme, nil},
		"the root":                          {token, domain.Target{Domain: "root-ab"}, b.root, nil},
		"the root, unsaid":                  {token, domain.Target{}, b.root, nil},
		"another root's customer":           {token, domain.Target{Domain: "foreign-ab"}, domain.Organization{}, domain.ErrNoOrganization},
		"another root's by identifier":      {token, domain.Target{ID: b.foreign.ID}, domain.Organization{}, domain.ErrNoOrganization},
		"another root":                      {token, domain.Target{Domain: "stranger-ab"}, domain.Organization{}, domain.ErrNoOrganization},
		"nobody":                            {token, domain.Target{Domain: "nobody"}, domain.Organization{}, domain.ErrNoOrganization},
		"a domain that is none":             {token, domain.Target{Domain: "a\x00b"}, domain.Organization{}, domain.ErrNoOrganization},
		"a connection that is none":         {token, domain.Target{Connection: "acme_ab_x"}, domain.Organization{}, domain.ErrNoOrganization},
		"a named one":                       {limited, domain.Target{Domain: "acme-ab"}, b.acme, nil},
		"the root of a limited client":      {limited, domain.Target{Domain: "root-ab"}, domain.Organization{}, domain.ErrNoOrganization},
		"the root of a limited one, unsaid": {limited, domain.Target{}, domain.Organization{}, domain.ErrNoOrganization},
	} {
		m, err := b.management.Admit(t.Context(), a.token, "read:users", a.target)
		if !errors.Is(err, a.want) || err == nil && (m.Target.ID != a.found.ID || m.Root.ID != b.root.ID) {
			t.Errorf("%s: got %s, %v", name, m.Target.Domain, err)
		}
	}
	if m, err := b.management.Admit(t.Context(), token, "read:users", domain.Target{Domain: "acme-ab"}); err != nil || m.By().Actor != "client/"+c.ID || m.Scope() != b.acme.Scope(domain.Sandbox) {
		t.Errorf("it acts as %s in %+v: %v", m.By().Actor, m.Scope(), err)
	}
	for _, target := range []string{"acme-ab", "foreign-ab", "nobody"} {
		if _, err := b.management.Admit(t.Context(), limited, "create:users", domain.Target{Domain: target}); !errors.Is(err, domain.ErrScopeMissing) {
			t.Errorf("without the scope, for %s: got %v", target, err)
		}
	}
}

func TestWhatConcernsNoOrganizationInParticularIsOpenToALimitedClientToo(t *testing.T) {
	b := newBureau(t)
	_, token := b.token(t, b.root, domain.Sandbox, []string{"read_many:organizations"}, nil)
	_, limited := b.token(t, b.root, domain.Sandbox, []string{"read_many:organizations"}, []string{"acme-ab"})
	if m, err := b.management.Root(t.Context(), token, "read_many:organizations"); err != nil || m.Target.ID != b.root.ID {
		t.Errorf("got %s, %v", m.Target.Domain, err)
	}
	m, err := b.management.Root(t.Context(), limited, "read_many:organizations")
	if err != nil || m.Target.ID != "" || m.Root.ID != b.root.ID {
		t.Errorf("it may act on %q: %v", m.Target.Domain, err)
	}
	if _, err := b.management.Root(t.Context(), limited, "create:organizations"); !errors.Is(err, domain.ErrScopeMissing) {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsNoLivingTokenOfALivingClientIsRefused(t *testing.T) {
	b := newBureau(t)
	c, token := b.token(t, b.root, domain.Sandbox, nil, nil)
	live, _ := b.client(t, b.root, domain.Production, nil, nil)
	stranger, _ := b.client(t, b.stranger, domain.Sandbox, nil, nil)
	claims, at := part(t, token, 1), b.clock.Now().Unix()
	target := domain.Target{Domain: "acme-ab"}
	parts := strings.Split(token, ".")
	bad := map[string]string{
		"nothing": "", "no token": "x", "two dots": "..", "two parts": parts[0] + "." + parts[1], "no signature": parts[0] + "." + parts[1] + ".",
		"another's signature": parts[0] + "." + parts[1] + "." + strings.Repeat("A", len(parts[2])), "something behind it": token + ".x", "a very long one": strings.Repeat("a", 1<<20),
		"no algorithm": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT","kid":"`+part(t, token, 0)["kid"].(string)+`"}`)) + "." + parts[1] + ".",
		"another key":  base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT","kid":"another"}`)) + "." + parts[1] + "." + parts[2],
	}
	for name, change := range map[string]map[string]any{
		"an access token": {"jtt": "access"}, "an identity token": {"jtt": "openid"}, "no type": {"jtt": nil}, "a type that is a list": {"jtt": []string{"api_key"}},
		"no client": {"sub": nil, "cid": nil}, "two clients": {"cid": live.Identifier}, "no cid": {"cid": nil}, "a client that is a number": {"sub": 1, "cid": 1}, "nobody": {"sub": "nobody", "cid": "nobody"},
		"the other environment": {"dbs": "default"}, "no environment": {"dbs": nil}, "a client of the other environment": {"sub": live.Identifier, "cid": live.Identifier},
		"another root": {"tnt": "stranger-ab"}, "a customer": {"tnt": "acme-ab"}, "another root's client": {"sub": stranger.Identifier, "cid": stranger.Identifier},
		"another issuer": {"iss": "https://gate.example/t/stranger-ab"}, "another gate's": {"iss": "https://other.example/t/root-ab"}, "no issuer": {"iss": nil},
		"expired": {"exp": at, "iat": at - 3600}, "no end": {"exp": nil}, "no beginning": {"iat": nil}, "an end that is a text": {"exp": "9999999999"},
		"a long life": {"exp": at + 3601}, "the future": {"iat": at + 61, "exp": at + 3600},
	} {
		bad[name] = b.signed(t, claims, change)
	}
	for name, shown := range bad {
		if m, err := b.management.Admit(t.Context(), shown, "read:users", target); !errors.Is(err, domain.ErrManagementToken) || m.Target.ID != "" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, change := range map[string]map[string]any{"a clock that is slow": {"iat": at + 60, "exp": at + 3600}, "unchanged": {}} {
		if _, err := b.management.Admit(t.Context(), b.signed(t, claims, change), "read:users", target); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	b.clock.Advance(time.Hour - time.Second)
	if _, err := b.management.Admit(t.Context(), token, "read:users", target); err != nil {
		t.Errorf("in its last second: %v", err)
	}
	b.clock.Advance(time.Second)
	if _, err := b.management.Admit(t.Context(), token, "read:users", target); !errors.Is(err, domain.ErrManagementToken) {
		t.Errorf("after its last second: %v", err)
	}
	if c.Revoked() {
		t.Error("the client was revoked by looking at its tokens")
	}
}

func TestAKeyThatSignsForPeopleSignsForNoClient(t *testing.T) {
	b := newBureau(t)
	_, token := b.token(t, b.root, domain.Sandbox, nil, nil)
	for _, purpose := range []domain.KeyPurpose{domain.SignsTokens, domain.SignsSamples} {
		key, err := b.management.Signing.Key(t.Context(), b.root, purpose)
		if err != nil {
			t.Fatal(err)
		}
		forged, err := b.management.Signer.Sign(t.Context(), key, "https://gate.example/t/root-ab", part(t, token, 1))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.management.Admit(t.Context(), forged, "read:users", domain.Target{}); !errors.Is(err, domain.ErrManagementToken) {
			t.Errorf("%s: got %v", purpose, err)
		}
	}
}

func TestARevokedClientIsRefusedAtTheNextCall(t *testing.T) {
	b := newBureau(t)
	c, token := b.token(t, b.root, domain.Sandbox, nil, nil)
	if _, err := b.management.Admit(t.Context(), token, "read:users", domain.Target{}); err != nil {
		t.Fatal(err)
	}
	if err := b.Revoke(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := b.management.Admit(t.Context(), token, "read:users", domain.Target{}); !errors.Is(err, domain.ErrManagementToken) {
		t.Errorf("got %v", err)
	}
	if _, err := b.management.Root(t.Context(), token, "read:users"); !errors.Is(err, domain.ErrManagementToken) {
		t.Errorf("got %v", err)
	}
	if _, err := b.management.Forgotten(t.Context(), token, "read:users", "acme-ab"); !errors.Is(err, domain.ErrManagementToken) {
		t.Errorf("got %v", err)
	}
}

func TestATokenEndsWithItsRoot(t *testing.T) {
	b := newBureau(t)
	_, token := b.token(t, b.root, domain.Sandbox, nil, nil)
	if err := b.Dissolve(t.Context(), "root-ab"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.management.Admit(t.Context(), token, "read:users", domain.Target{}); !errors.Is(err, domain.ErrManagementToken) {
		t.Errorf("got %v", err)
	}
}

func TestADemoClientManagesInDevelopmentOnly(t *testing.T) {
	b := newBureau(t)
	if err := b.SeedDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	credentials := inbound.Credentials{Identifier: "00000000-0000-4000-8000-000000000001", Secret: "demo-management-secret"}
	if _, err := b.management.Issue(t.Context(), credentials, "demo"); !errors.Is(err, domain.ErrClientRefused) {
		t.Errorf("got %v", err)
	}
	development := b.process()
	development.Demo = true
	issued, err := development.Issue(t.Context(), credentials, "demo")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := development.Admit(t.Context(), issued.Token, "read:users", domain.Target{}); err != nil {
		t.Errorf("in development: %v", err)
	}
	if _, err := b.management.Admit(t.Context(), issued.Token, "read:users", domain.Target{}); !errors.Is(err, domain.ErrManagementToken) {
		t.Errorf("elsewhere: got %v", err)
	}
}

func TestADeletedOrganizationIsRememberedByThoseWhoCouldReadIt(t *testing.T) {
	b := newBureau(t)
	_, ours := b.token(t, b.root, domain.Sandbox, nil, nil)
	_, live := b.token(t, b.root, domain.Production, nil, nil)
	_, limited := b.token(t, b.root, domain.Sandbox, nil, []string{"root-ab"})
	_, theirs := b.token(t, b.stranger, domain.Sandbox, nil, nil)
	_, unscoped := b.token(t, b.root, domain.Sandbox, []string{"read:users"}, nil)
	look := func(token, name string) (domain.Managing, error) {
		return b.management.Forgotten(t.Context(), token, "read:organizations", name)
	}
	if m, err := look(ours, "acme-ab"); err != nil || m.Target.ID != b.acme.ID || m.Gone.ID != "" {
		t.Errorf("while it is there: %+v, %v", m.Gone, err)
	}
	if _, err := b.organizations.Delete(t.Context(), b.here()); err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]string{"ours": ours, "our live client's": live} {
		if m, err := look(token, "acme-ab"); err != nil || m.Target.ID != "" || m.Gone != (domain.Gone{ID: b.acme.ID, Root: b.root.ID, Domain: "acme-ab"}) {
			t.Errorf("%s: %+v, %v", name, m.Gone, err)
		}
	}
	for name, c := range map[string]struct {
		token, name string
		want        error
	}{
		"a stranger": {theirs, "acme-ab", domain.ErrNoOrganization}, "a limited client": {limited, "acme-ab", domain.ErrNoOrganization},
		"what never was": {ours, "nobody", domain.ErrNoOrganization}, "what is another root's": {ours, "foreign-ab", domain.ErrNoOrganization},
		"without the scope": {unscoped, "acme-ab", domain.ErrScopeMissing},
	} {
		if _, err := look(c.token, c.name); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := b.management.Admit(t.Context(), ours, "read:organizations", domain.Target{Domain: "acme-ab"}); !errors.Is(err, domain.ErrNoOrganization) {
		t.Errorf("it can still be acted on: %v", err)
	}
}

func TestTroubleOfOurOwnIsNotTheClientsFault(t *testing.T) {
	b := newBureau(t)
	_, token := b.token(t, b.root, domain.Sandbox, nil, nil)
	b.management.Work = away{b.Work}
	if _, err := b.management.Admit(t.Context(), token, "read:users", domain.Target{}); !errors.Is(err, outbound.ErrStorage) {
		t.Errorf("got %v", err)
	}
}

// away is storage that cannot be reached.
type away struct{ outbound.UnitOfWork }

func (away) View(context.Context, func(context.Context, outbound.Reader) error) error {
	return outbound.ErrStorage
}
