package contract

import (
	"context"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeWithin lists the domains of organizations within reach.
func storeWithin(reach organization.Reach) storeLister {
	return func(ctx context.Context, r outbound.Reader, l organization.Listing) (domains []string, total int, err error) {
		list, total, err := r.Organizations().Page(ctx, reach, l)
		for _, o := range list {
			domains = append(domains, o.Domain)
		}
		return domains, total, err
	}
}

// group founds four organizations under the home: b and c at one time, a before and d after them.
func (s *Storage) group(t *testing.T) {
	t.Helper()
	for i, domain := range []string{"b", "a", "d", "c"} {
		o := storeOrganization(domain, []string{"Beta", "alpha", "Åland", "Al\"pha"}[i], storeHome.ID)
		o.CreatedAt = storeNow.Add([]time.Duration{2, 1, 3, 2}[i] * time.Minute)
		o.UpdatedAt = storeNow.Add([]time.Duration{9, 5, 7, 8}[i] * time.Minute)
		s.found(t, o)
	}
	s.found(t, storeOrganization("x", "X", storeOther.ID))
}

var storeReach = []storePromise{
	{"are listed by page, newest first, the root among them", func(t *testing.T, s *Storage) {
		s.group(t)
		all := storeWithin(organization.Reach{Root: storeHome.ID, Environment: organization.Production})
		s.lists(t, all, storePages("", "d", "c", "b", "a", "home")...)
		s.lists(t, all, storePages(organization.FieldCreated, "d", "c", "b", "a", "home")...)
		s.lists(t, all, storePages(organization.FieldUpdated, "b", "c", "d", "a", "home")...)
		s.lists(t, all, storePages(organization.FieldDomain, "home", "d", "c", "b", "a")...)
		s.lists(t, all, storePages(organization.FieldName, "d", "a", "home", "b", "c")...)
	}},
	{"are no others", func(t *testing.T, s *Storage) {
		s.group(t)
		first := organization.Listing{Limit: 10}
		for _, c := range []struct {
			reach organization.Reach
			want  []string
		}{
			{organization.Reach{Root: storeOther.ID}, []string{"x", "other"}},
			{organization.Reach{Root: storeHome.ID, Domains: []string{"a", "x", "other", "home", "A"}}, []string{"a", "home"}},
			{organization.Reach{Root: storeHome.ID, Domains: []string{"x"}}, nil},
			{organization.Reach{Root: storeHome.ID, Domains: []string{"\x00"}}, nil},
			{organization.Reach{Root: "0190-HOME"}, nil},
			{organization.Reach{Root: "0190-a"}, nil},
			{organization.Reach{}, nil},
		} {
			s.lists(t, storeWithin(c.reach), storeListing{first, c.want, len(c.want)})
		}
	}},
	{"are found by conditions, and by no others than the list knows", func(t *testing.T, s *Storage) {
		s.group(t)
		all := storeWithin(organization.Reach{Root: storeHome.ID})
		s.lists(t, all,
			storeListing{storeWhere(organization.FieldName, organization.ContainsFolded, "ALPHA"), []string{"a"}, 1},
			storeListing{storeWhere(organization.FieldName, organization.Contains, "\""), []string{"c"}, 1},
			storeListing{storeWhere(organization.FieldDomain, organization.In, "a", "x", "c"), []string{"a", "c"}, 2},
			storeListing{storeWhere(organization.FieldDomain, organization.Equals, "other"), nil, 0},
			storeListing{storeWhere(organization.FieldDomain, organization.Equals, "a' OR '1' = '1"), nil, 0},
		)
		s.refuses(t, all, append(storeUnknown(), storeWhere("root", organization.Equals, storeOther.ID), organization.Listing{By: "root"})...)
	}},
}
