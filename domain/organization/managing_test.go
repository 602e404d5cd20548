package organization_test

import (
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
)

func client(scopes, domains []string) organization.Managing {
	root := organization.Organization{ID: "r", Root: "r", Domain: "root"}
	return organization.Managing{
		Client: organization.Client{ID: "c", Scope: root.Scope(organization.Sandbox), Scopes: scopes, Domains: domains},
		Root:   root, Target: organization.Organization{ID: "a", Root: "r", Domain: "acme"},
	}
}

func TestAClientMayDoWhatItsScopesSayAndEverythingWithoutAny(t *testing.T) {
	for _, c := range []struct {
		scopes []string
		asked  string
		want   error
	}{
		{nil, "create:users", nil},
		{[]string{"read:users", "create:users"}, "create:users", nil},
		{[]string{"read:users"}, "create:users", organization.ErrScopeMissing},
		{[]string{"read_many:users"}, "read:users", organization.ErrScopeMissing},
		{[]string{"create:users extra"}, "create:users", organization.ErrScopeMissing},
		{[]string{"CREATE:users"}, "create:users", organization.ErrScopeMissing},
		{[]string{""}, "create:users", organization.ErrScopeMissing},
	} {
		if err := client(c.scopes, nil).Check(c.asked); !errors.Is(err, c.want) {
			t.Errorf("with %q for %s: got %v", c.scopes, c.asked, err)
		}
	}
}

func TestAClientReachesTheOrganizationsOfItsRootAndOfThoseTheNamedOnes(t *testing.T) {
	for name, c := range map[string]struct {
		domains []string
		target  organization.Organization
		want    error
	}{
		"one of its root's":                 {nil, organization.Organization{ID: "a", Root: "r", Domain: "acme"}, nil},
		"its root":                          {nil, organization.Organization{ID: "r", Root: "r", Domain: "root"}, nil},
		"another root's":                    {nil, organization.Organization{ID: "b", Root: "s", Domain: "other"}, organization.ErrNoOrganization},
		"another root":                      {nil, organization.Organization{ID: "s", Root: "s", Domain: "root-2"}, organization.ErrNoOrganization},
		"none":                              {nil, organization.Organization{}, organization.ErrNoOrganization},
		"none, of a root":                   {nil, organization.Organization{Root: "r"}, organization.ErrNoOrganization},
		"a named one":                       {[]string{"other", "acme"}, organization.Organization{ID: "a", Root: "r", Domain: "acme"}, nil},
		"one that is not named":             {[]string{"other"}, organization.Organization{ID: "a", Root: "r", Domain: "acme"}, organization.ErrNoOrganization},
		"its root, which is not named":      {[]string{"acme"}, organization.Organization{ID: "r", Root: "r", Domain: "root"}, organization.ErrNoOrganization},
		"a named one's namesake's neighbor": {[]string{"acme"}, organization.Organization{ID: "b", Root: "s", Domain: "acme"}, organization.ErrNoOrganization},
	} {
		m := client(nil, c.domains)
		m.Target = c.target
		if err := m.Check("read:users"); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAMissingScopeIsSaidBeforeAnythingAboutTheTarget(t *testing.T) {
	m := client([]string{"read:users"}, nil)
	m.Target = organization.Organization{}
	if err := m.Check("create:users"); !errors.Is(err, organization.ErrScopeMissing) {
		t.Errorf("got %v", err)
	}
}

func TestAClientActsInItsOwnEnvironmentAndInItsOwnName(t *testing.T) {
	m := client(nil, []string{"acme"})
	if got := m.Scope(); got != (organization.Scope{Organization: "a", Environment: organization.Sandbox}) {
		t.Errorf("it acts in %+v", got)
	}
	if got := m.By(); got != (organization.By{Actor: "client/c", Environment: organization.Sandbox}) {
		t.Errorf("it is told of as %+v", got)
	}
	if got := m.Reach(); got.Root != "r" || got.Environment != organization.Sandbox || len(got.Domains) != 1 {
		t.Errorf("it reaches %+v", got)
	}
}
