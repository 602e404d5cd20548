package orgapi_test

import (
	"context"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// Issued tokens.

func (h *house) Sample(_ context.Context, m organization.Managing, s inbound.TokenSample) (inbound.TokenPair, error) {
	if err := h.note(s); err != nil {
		return inbound.TokenPair{}, err
	}
	if s.User != "" {
		if _, err := h.found(m, s.User == userID); err != nil {
			return inbound.TokenPair{}, err
		}
	}
	if s.Application != "" && s.Application != appID {
		return inbound.TokenPair{}, organization.ErrNoApplication
	}
	claims := func(more map[string]any) map[string]any {
		all := map[string]any{
			"application_metadata": map[string]any{}, "dbs": "default", "exp": 1647301866, "iat": 1647265866, "iss": "https://id.example/t/misapret", "jti": "id", "tnt": "misapret", "ver": 1,
		}
		for k, v := range more {
			all[k] = v
		}
		return all
	}
	return inbound.TokenPair{
		Access: "eyJhbGciOiJSUzI1NiJ9.e30.YWNjZXNz", Identity: "eyJhbGciOiJSUzI1NiJ9.e30.aWRlbnRpdHk",
		AccessClaims: claims(map[string]any{"aud": nil, "cid": nil, "email": nil, "jtt": "access", "scp": nil, "sub": nil}),
		IdentityClaims: claims(map[string]any{"at_hash": "a", "c_hash": "c", "jtt": "openid", "nonce": "*", "s_hash": "s",
			"resource_owner_metadata": map[string]map[string]any{"saml_nameid": {"type": "string"}, "displayname": {"type": "string"}}}),
	}, nil
}

func (h *house) Keys(_ context.Context, domain string, purpose organization.KeyPurpose) (organization.Organization, []inbound.PublicKey, error) {
	if err := h.note([]string{domain, string(purpose)}); err != nil {
		return organization.Organization{}, nil, err
	}
	modulus := []byte{0, 0xc4, 0xff, 0xfe, 1}
	switch {
	case domain == h.root.Domain:
		return h.root, nil, nil
	case domain != h.misapret.Domain:
		return organization.Organization{}, nil, organization.ErrNoOrganization
	case purpose == organization.SignsSamples:
		return h.misapret, []inbound.PublicKey{{ID: "sample-key", Modulus: modulus, Exponent: 65537}}, nil
	}
	return h.misapret, []inbound.PublicKey{
		{ID: "9f8e5150-e5b1-481a-9025-fc76bd5cbebe", Modulus: modulus, Exponent: 65537, Certificate: []byte("certificate")},
		{ID: "former-key", Modulus: modulus, Exponent: 3},
	}, nil
}

// The trail.

func (h *house) Events(_ context.Context, m organization.Managing, q audit.Query) ([]inbound.Event, int, error) {
	if err := h.note(q); err != nil {
		return nil, 0, err
	}
	told := func(position int64, kind, subject, email string) inbound.Event {
		return inbound.Event{Email: email, Told: audit.Told{Position: position, Fact: audit.Fact{
			Organization: m.Target.ID, Environment: string(m.Client.Scope.Environment), Kind: kind, Subject: subject, Sequence: 1, At: then, Actor: "client/client-full",
		}}}
	}
	return []inbound.Event{
		told(17, audit.ConnectionDisabled, "sso_connection/"+idpID, ""), told(15, audit.UserUpdated, "user/"+userID, "janis.joplin@example.com"),
		told(12, audit.ApplicationAdded, "application/"+appID, ""), told(6, audit.UserDeleted, "user/gone", ""), told(2, audit.OrganizationFounded, "organization/"+m.Target.ID, ""),
	}, 31, nil
}
