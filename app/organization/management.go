package organization

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Management answers [inbound.Management].
type Management struct {
	Work    outbound.UnitOfWork
	Clock   outbound.Clock
	IDs     outbound.IDs
	Signer  outbound.Signer
	Signing *Signing
	// PublicURL is what issuers begin with, without a slash at its end.
	PublicURL string
	Demo      bool // clients marked as demo count

	tokens tokenReader[shown]
}

var _ inbound.Management = (*Management)(nil)

const (
	// ManagementLife is how long a management token lives, unless its client is revoked.
	ManagementLife = time.Hour
	managementType = "api_key" // the claim jtt, by which no token of an end user is taken for one of a client
)

// Issue compares the secret before it looks at anything else, so that nobody learns of a client whose secret they lack.
func (m *Management) Issue(ctx context.Context, c inbound.Credentials, domain string) (inbound.ManagementToken, error) {
	c.Kind = organization.KindManagement
	acting, err := (&Credentials{Work: m.Work, Demo: m.Demo}).Authenticate(ctx, c)
	if err != nil {
		return inbound.ManagementToken{}, err
	}
	root := acting.Organization
	switch {
	case domain != "" && domain != root.Domain:
		return inbound.ManagementToken{}, organization.ErrOtherDomain
	case !root.IsRoot():
		return inbound.ManagementToken{}, organization.ErrClientRefused // its organization is managed itself
	}
	key, err := m.Signing.Key(ctx, organization.Organization{}, organization.SignsManagement)
	if err != nil {
		return inbound.ManagementToken{}, err
	}
	issued, issuer := m.Clock.Now().Unix(), m.issuer(root)
	token, err := m.Signer.Sign(ctx, key, issuer, map[string]any{
		"cid": acting.Client.Identifier, "dbs": database(acting.Client.Scope.Environment), "exp": issued + int64(ManagementLife/time.Second),
		"iat": issued, "iss": issuer, "jti": m.IDs.New(), "jtt": managementType, "scp": strings.Join(acting.Client.Scopes, " "),
		"sub": acting.Client.Identifier, "tnt": root.Domain, "ver": 1,
	})
	if err != nil {
		return inbound.ManagementToken{}, err
	}
	return inbound.ManagementToken{Token: token, Scopes: slices.Clone(acting.Client.Scopes), Life: ManagementLife}, nil
}

func (m *Management) issuer(root organization.Organization) string {
	return m.PublicURL + "/t/" + root.Domain
}

// Admit looks at the token first, and then at client and target in one statement.
func (m *Management) Admit(ctx context.Context, token, scope string, target organization.Target) (organization.Managing, error) {
	managing, err := m.client(ctx, token, target)
	if err != nil {
		return organization.Managing{}, err
	}
	return managing, managing.Check(scope)
}

// Root leaves the target empty for a client that may not act on its own root.
func (m *Management) Root(ctx context.Context, token, scope string) (organization.Managing, error) {
	managing, err := m.Admit(ctx, token, scope, organization.Target{})
	if errors.Is(err, organization.ErrNoOrganization) && managing.Root.IsRoot() {
		managing.Target, err = organization.Organization{}, nil
	}
	return managing, err
}

// Forgotten lets through what is gone, for those who could have read it while it was there.
func (m *Management) Forgotten(ctx context.Context, token, scope, domain string) (organization.Managing, error) {
	managing, err := m.Admit(ctx, token, scope, organization.Target{Domain: domain})
	gone := managing.Gone
	was := organization.Organization{ID: gone.ID, Root: gone.Root, Domain: gone.Domain}
	if domain != "" && errors.Is(err, organization.ErrNoOrganization) && managing.Target.ID == "" && gone.ID != "" && managing.Reach().Covers(was) {
		return managing, nil
	}
	return managing, err
}

// client finds out who shows a token. Everything but trouble of our own is organization.ErrManagementToken.
func (m *Management) client(ctx context.Context, token string, target organization.Target) (found organization.Managing, err error) {
	shown, err := m.read(ctx, token)
	if err != nil {
		return organization.Managing{}, err
	}
	err = m.Work.View(ctx, func(ctx context.Context, r outbound.Reader) error {
		found, err = r.Clients().Managing(ctx, shown.client, target)
		return err
	})
	switch {
	case errors.Is(err, organization.ErrNoClient):
		return organization.Managing{}, organization.ErrManagementToken
	case err != nil:
		return organization.Managing{}, err
	}
	c := found.Client
	if c.Kind != organization.KindManagement || c.Revoked() || c.Demo && !m.Demo ||
		shown.database != database(c.Scope.Environment) || shown.domain != found.Root.Domain || shown.issuer != m.issuer(found.Root) {
		return organization.Managing{}, organization.ErrManagementToken
	}
	return found, nil
}

// shown is what a token says.
type shown struct {
	client, database, domain, issuer string
	issued, expires                  any
}

// read believes what one of our keys signed, while it lives.
func (m *Management) read(ctx context.Context, token string) (shown, error) {
	says, err := m.tokens.read(ctx, m.Signing, m.Signer, organization.SignsManagement, token, says, func(s shown) bool {
		return alive(s.issued, s.expires, m.Clock.Now(), ManagementLife)
	})
	if errors.Is(err, outbound.ErrToken) {
		return shown{}, organization.ErrManagementToken.Because(err)
	}
	return says, err
}

// says reads claims. ok is false for those of no management token.
func says(claims map[string]any) (s shown, ok bool) {
	text := func(name string) string { s, _ := claims[name].(string); return s }
	s = shown{
		client: text("sub"), database: text("dbs"), domain: text("tnt"), issuer: text("iss"), issued: claims["iat"], expires: claims["exp"],
	}
	return s, text("jtt") == managementType && s.client != "" && text("cid") == s.client
}

// database is what the claim dbs calls an environment.
func database(e organization.Environment) string {
	if e == organization.Production {
		return "default"
	}
	return string(e)
}
