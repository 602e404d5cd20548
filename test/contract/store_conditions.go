package contract

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// labels adds keys of metadata whose names are hard to compare.
func (s *Storage) labels(t *testing.T) {
	t.Helper()
	for i, name := range []string{"A%b", "a_b", "a'b", "AXB", "ÅXB", "åxb", "É", "null"} {
		k := storeMetaKey(storeScope, fmt.Sprint("k", i), name)
		k.Type, k.Required = organization.MetaTypes()[i%2], i%4 == 0
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.MetaKeys().Add(ctx, k) })
	}
}

var storeConditions = []storePromise{
	{"compare texts as they are, and take no sign for another", func(t *testing.T, s *Storage) {
		s.labels(t)
		name := func(test organization.Test, values ...string) organization.Listing {
			return storeWhere(organization.FieldName, test, values...)
		}
		s.lists(t, storeNames(storeScope),
			storeListing{name(organization.Equals, "a_b"), []string{"a_b"}, 1},
			storeListing{name(organization.Equals, "A_B"), nil, 0},
			storeListing{name(organization.Equals, "a'b"), []string{"a'b"}, 1},
			storeListing{name(organization.Equals, "%"), nil, 0},
			storeListing{name(organization.Equals, "a\x00"), nil, 0},
			storeListing{name(organization.Equals, "\xff"), nil, 0},
			storeListing{name(organization.Differs, "a_b"), []string{"A%b", "a'b", "AXB", "ÅXB", "åxb", "É", "null"}, 7},
			storeListing{name(organization.Differs, "\x00"), []string{"A%b", "a_b", "a'b", "AXB", "ÅXB", "åxb", "É", "null"}, 8},
			storeListing{name(organization.Contains, "_"), []string{"a_b"}, 1},
			storeListing{name(organization.Contains, "%"), []string{"A%b"}, 1},
			storeListing{name(organization.Contains, "XB"), []string{"AXB", "ÅXB"}, 2},
			storeListing{name(organization.Contains, "xb"), []string{"åxb"}, 1},
			storeListing{name(organization.Contains, "\\"), nil, 0},
			storeListing{name(organization.Contains, "'"), []string{"a'b"}, 1},
			storeListing{name(organization.Contains, "\x00"), nil, 0},
			storeListing{name(organization.Contains, ""), []string{"A%b", "a_b", "a'b", "AXB", "ÅXB", "åxb", "É", "null"}, 8},
			storeListing{name(organization.ContainsFolded, "xB"), []string{"AXB", "ÅXB", "åxb"}, 3},
			storeListing{name(organization.ContainsFolded, "å"), []string{"åxb"}, 1},
			storeListing{name(organization.ContainsFolded, "ÅX"), []string{"ÅXB"}, 1},
			storeListing{name(organization.ContainsFolded, "A_B"), []string{"a_b"}, 1},
			storeListing{name(organization.ContainsFolded, "ULL"), []string{"null"}, 1},
		)
	}},
	{"sort texts byte by byte", func(t *testing.T, s *Storage) {
		s.labels(t)
		asked := storeWhere(organization.FieldName, organization.Above, "a_b")
		asked.By = organization.FieldName
		s.lists(t, storeNames(storeScope), storeListing{asked, []string{"null", "ÅXB", "É", "åxb"}, 4})
		asked.Where[0].Test = organization.AtMost
		s.lists(t, storeNames(storeScope), storeListing{asked, []string{"A%b", "AXB", "a'b", "a_b"}, 4})
	}},
	{"take lists of values, and nothing for none", func(t *testing.T, s *Storage) {
		s.labels(t)
		s.lists(t, storeNames(storeScope),
			storeListing{storeWhere(organization.FieldName, organization.In, "AXB", "null", "never", "\x00"), []string{"AXB", "null"}, 2},
			storeListing{storeWhere(organization.FieldName, organization.In, "\x00"), nil, 0},
			storeListing{storeWhere(organization.FieldName, organization.In), nil, 0},
			storeListing{storeWhere(organization.FieldRequired, organization.In, "1", "7"), []string{"A%b", "ÅXB"}, 2},
			storeListing{storeWhere(organization.FieldRequired, organization.In), nil, 0},
		)
	}},
	{"hold together", func(t *testing.T, s *Storage) {
		s.labels(t)
		both := storeWhere(organization.FieldRequired, organization.Equals, "0")
		both.Where = append(both.Where, storeWhere(organization.FieldType, organization.Equals, string(organization.MetaString)).Where...)
		s.lists(t, storeNames(storeScope), storeListing{both, []string{"a'b", "É"}, 2})
		both.Limit, both.Offset = 1, 1
		s.lists(t, storeNames(storeScope), storeListing{both, []string{"É"}, 2})
		both.Offset = 2
		s.lists(t, storeNames(storeScope), storeListing{both, nil, 2})
	}},
	{"know what is missing", func(t *testing.T, s *Storage) {
		s.labels(t)
		s.lists(t, storeNames(storeScope),
			storeListing{storeWhere(organization.FieldName, organization.IsNull), nil, 0},
			storeListing{storeWhere(organization.FieldRequired, organization.NotNull), []string{"A%b", "a_b", "a'b", "AXB", "ÅXB", "åxb", "É", "null"}, 8},
		)
	}},
	{"are refused where the list does not know them, without quoting them", func(t *testing.T, s *Storage) {
		s.labels(t)
		s.refuses(t, storeNames(storeScope), append(storeUnknown(), storeWhere(organization.FieldDomain, organization.Equals, "x"),
			storeWhere(organization.FieldName, "like '%' OR", "x"), organization.Listing{By: organization.FieldUpdated})...)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			_, _, err := r.MetaKeys().List(ctx, storeScope, storeWhere("hemligt", "hemligt", "hemligt"))
			_, _, err2 := r.MetaKeys().List(ctx, storeScope, storeWhere(organization.FieldCreated, organization.Equals, "hemligt"))
			for _, err := range []error{err, err2} {
				if err == nil || strings.Contains(err.Error(), "hemligt") {
					t.Errorf("got %v", err)
				}
			}
			return nil
		})
	}},
}
