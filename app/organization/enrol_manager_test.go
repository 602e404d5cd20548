package organization_test

import (
	"errors"
	"testing"

	"github.com/eidgate/eidgate/app/organization"
	domain "github.com/eidgate/eidgate/domain/organization"
)

func TestAClientIsLimitedToScopesAndOrganizationsThatThereAre(t *testing.T) {
	b := newBureau(t)
	for name, c := range map[string]struct {
		kind            domain.Kind
		scopes, domains []string
		want            error
	}{
		"everything":                    {domain.KindManagement, nil, nil, nil},
		"what there is":                 {domain.KindManagement, []string{"create:users", "read_many:log_events"}, []string{b.acme.Domain, b.root.Domain}, nil},
		"a scope of nothing":            {domain.KindManagement, []string{"create:users", "foo:bar"}, nil, domain.ErrScopeUnknown},
		"a scope in capitals":           {domain.KindManagement, []string{"Create:users"}, nil, domain.ErrScopeUnknown},
		"an empty scope":                {domain.KindManagement, []string{""}, nil, domain.ErrScopeUnknown},
		"an imaginary organization":     {domain.KindManagement, nil, []string{b.acme.Domain, "nope"}, domain.ErrDomainUnknown},
		"another root's organization":   {domain.KindManagement, nil, []string{b.foreign.Domain}, domain.ErrDomainUnknown},
		"pages that may embed sessions": {domain.KindSession, nil, []string{"https://shop.example"}, nil},
	} {
		_, _, err := b.Enrol(t.Context(), organization.Enrolment{Domain: b.root.Domain, Environment: domain.Sandbox, Kind: c.kind, Scopes: c.scopes, Domains: c.domains})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
