package contract

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeLister asks for a list, and gives what names its rows.
type storeLister func(ctx context.Context, r outbound.Reader, l organization.Listing) (names []string, total int, err error)

// storeListing is a question to a list, and its answer.
type storeListing struct {
	asks  organization.Listing
	want  []string
	total int
}

// lists puts questions to a list.
func (s *Storage) lists(t *testing.T, list storeLister, questions ...storeListing) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		for _, q := range questions {
			got, total, err := list(ctx, r, q.asks)
			if err != nil || !slices.Equal(got, q.want) || total != q.total {
				t.Errorf("%+v:\ngot  %v of %d, %v\nwant %v of %d", q.asks, got, total, err, q.want, q.total)
			}
		}
		return nil
	})
}

// storePages are questions for the pages of a list of five: newest, or greatest by the field, first.
func storePages(by string, names ...string) []storeListing {
	turned := slices.Clone(names)
	slices.Reverse(turned)
	return []storeListing{
		{organization.Listing{By: by, Limit: 2}, names[:2], 5},
		{organization.Listing{By: by, Limit: 2, Offset: 2}, names[2:4], 5},
		{organization.Listing{By: by, Limit: 2, Offset: 4}, names[4:], 5},
		{organization.Listing{By: by, Limit: 2, Offset: 5}, nil, 5},
		{organization.Listing{By: by, Limit: 100, Offset: 1 << 40}, nil, 5},
		{organization.Listing{By: by, Limit: 100}, names, 5},
		{organization.Listing{By: by, Limit: 3, Ascending: true}, turned[:3], 5},
		{organization.Listing{By: by, Limit: 3, Offset: 3, Ascending: true}, turned[3:], 5},
	}
}

// refuses asks a list for what it does not know: a mistake of ours, not of whoever called us.
func (s *Storage) refuses(t *testing.T, list storeLister, questions ...organization.Listing) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		for _, q := range questions {
			q.Limit = 10
			if _, _, err := list(ctx, r, q); err == nil || fault.Of(err).Kind() != fault.Internal {
				t.Errorf("%+v: %v", q, err)
			}
		}
		return nil
	})
}

// storeWhere is a listing with one condition.
func storeWhere(field string, test organization.Test, values ...string) organization.Listing {
	return organization.Listing{Limit: 100, Ascending: true, Where: []organization.Condition{{Field: field, Test: test, Values: values}}}
}

// storeUnknown are questions that no list answers.
func storeUnknown() []organization.Listing {
	many := make([]string, 101)
	return []organization.Listing{
		{By: "id"}, {By: "name; DROP TABLE users"}, {By: "sealed"}, storeWhere("id", organization.Equals, "1"), storeWhere("", organization.Equals, "1"),
		storeWhere("organization", organization.Equals, storeHome.ID), storeWhere("1 = 1 OR name", organization.Equals, "1"),
		storeWhere(organization.FieldCreated, organization.Equals), storeWhere(organization.FieldCreated, organization.Equals, "1", "2"),
		storeWhere(organization.FieldCreated, organization.Equals, "now"), storeWhere(organization.FieldCreated, organization.Equals, "1.5"),
		storeWhere(organization.FieldCreated, organization.In, "1", "x"), storeWhere(organization.FieldCreated, organization.Contains, "1"),
		storeWhere(organization.FieldCreated, "= 1 OR 1", "1"), storeWhere(organization.FieldCreated, organization.IsNull, "1"),
		storeWhere(organization.FieldCreated, organization.In, many...),
		{Where: make([]organization.Condition, 21)},
	}
}

// storeOrganization is an organization as it is once added; root is "" for one that manages itself.
func storeOrganization(domain, name, root string, hosts ...string) organization.Organization {
	o := organization.Organization{
		ID: "0190-" + domain, Root: "0190-" + domain, Domain: domain, Name: name, Hosts: hosts, CreatedAt: storeNow,
		UpdatedAt: storeNow.Add(time.Second), Version: 1, Sequence: 1,
	}
	if root != "" {
		o.Root = root
	}
	return o
}
