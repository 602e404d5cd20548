package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// history tells six facts of the home, of three kinds and two subjects, and some elsewhere in between.
func (s *Storage) history(t *testing.T) {
	t.Helper()
	for i := range 6 {
		fact := storeFact([]string{"account/1", "account/2"}[i%2], int64(i/2+1))
		fact.Kind, fact.Details = []string{"a.one", "a.two", "b.one"}[i%3], map[string]string{"at": fmt.Sprint(i)}
		s.tell(t, fact)
		elsewhere := storeFact(fmt.Sprint("elsewhere/", i), 1)
		elsewhere.Kind = fact.Kind
		if elsewhere.Organization = storeOther.ID; i%2 == 0 {
			elsewhere.Organization, elsewhere.Environment = storeHome.ID, string(organization.Sandbox)
		}
		s.tell(t, elsewhere)
	}
}

// dated is history with a minute between its facts. It gives them, and their times as conditions have them.
func (s *Storage) dated(t *testing.T) (told []audit.Told, at func(i int) string) {
	t.Helper()
	began := storeFact("", 0).At
	for i := range 6 {
		fact := storeFact([]string{"account/1", "account/2"}[i%2], int64(i/2+1))
		fact.Kind, fact.Details, fact.At = []string{"a.one", "a.two", "b.one"}[i%3], map[string]string{"at": fmt.Sprint(i)}, began.Add(time.Duration(i)*time.Minute)
		s.tell(t, fact)
	}
	s.view(t, func(ctx context.Context, r outbound.Reader) (err error) {
		told, err = r.Facts().List(ctx, storeScope, 0, 9)
		return err
	})
	return told, func(i int) string { return strconv.FormatInt(told[i].At.UnixMicro(), 10) }
}

// events expects a query to find the facts that were told at the given places.
func (s *Storage) events(t *testing.T, scope organization.Scope, q audit.Query, total int, want ...int) {
	t.Helper()
	s.view(t, func(ctx context.Context, r outbound.Reader) error {
		told, n, err := r.Facts().Events(ctx, scope, q)
		var got []int
		for _, f := range told {
			var at int
			_, _ = fmt.Sscan(f.Details["at"], &at)
			got = append(got, at)
		}
		if !slices.Equal(got, want) || n != total {
			t.Errorf("%+v: got %v of %d, want %v of %d", q, got, n, want, total)
		}
		return err
	})
}

var storeEvents = []storePromise{
	{"are the facts of a scope by page, newest first", func(t *testing.T, s *Storage) {
		s.history(t)
		s.events(t, storeScope, audit.Query{Limit: 4}, 6, 5, 4, 3, 2)
		s.events(t, storeScope, audit.Query{Limit: 4, Offset: 4}, 6, 1, 0)
		s.events(t, storeScope, audit.Query{Limit: 4, Offset: 8}, 6)
		s.events(t, storeScope, audit.Query{Limit: 4, Oldest: true}, 6, 0, 1, 2, 3)
		s.events(t, storeScope, audit.Query{Limit: 4, Offset: 5, Oldest: true}, 6, 5)
	}},
	{"are given as they were told, with their position", func(t *testing.T, s *Storage) {
		s.history(t)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			want, err1 := r.Facts().List(ctx, storeScope, 0, 100)
			got, total, err2 := r.Facts().Events(ctx, storeScope, audit.Query{Limit: 100, Oldest: true})
			if total != 6 || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v of %d, want %+v", got, total, want)
			}
			return errors.Join(err1, err2)
		})
	}},
	{"can be narrowed by kind and subject", func(t *testing.T, s *Storage) {
		s.history(t)
		s.events(t, storeScope, audit.Query{Kinds: []string{"a.one"}, Limit: 9}, 2, 3, 0)
		s.events(t, storeScope, audit.Query{Kinds: []string{"a.one", "b.one", "c.one"}, Limit: 3}, 4, 5, 3, 2)
		s.events(t, storeScope, audit.Query{Subjects: []string{"account/2"}, Limit: 9, Oldest: true}, 3, 1, 3, 5)
		s.events(t, storeScope, audit.Query{Subjects: []string{"account/2", "account/1"}, Limit: 1, Offset: 1}, 6, 4)
		s.events(t, storeScope, audit.Query{Kinds: []string{"a.one"}, Subjects: []string{"account/2"}, Limit: 9}, 1, 3)
		s.events(t, storeScope, audit.Query{Kinds: []string{"A.ONE"}, Limit: 9}, 0)
		s.events(t, storeScope, audit.Query{Kinds: []string{"a.one' OR '1' = '1"}, Limit: 9}, 0)
		s.events(t, storeScope, audit.Query{Kinds: []string{"\x00"}, Limit: 9}, 0)
		s.events(t, storeScope, audit.Query{Subjects: []string{"elsewhere/1"}, Limit: 9}, 0)
	}},
	{"can be narrowed by position and time", func(t *testing.T, s *Storage) {
		told, at := s.dated(t)
		position := func(i int) string { return strconv.FormatInt(told[i].Position, 10) }
		where := func(field, test string, values ...string) audit.Query {
			return audit.Query{Where: []audit.Condition{{Field: field, Test: test, Values: values}}, Limit: 9}
		}
		for _, c := range []struct {
			field string
			value func(int) string
		}{{audit.FieldPosition, position}, {audit.FieldAt, at}} {
			s.events(t, storeScope, where(c.field, "gt", c.value(3)), 2, 5, 4)
			s.events(t, storeScope, where(c.field, "gteq", c.value(3)), 3, 5, 4, 3)
			s.events(t, storeScope, where(c.field, "lt", c.value(2)), 2, 1, 0)
			s.events(t, storeScope, where(c.field, "lteq", c.value(2)), 3, 2, 1, 0)
			s.events(t, storeScope, where(c.field, "eq", c.value(2)), 1, 2)
			s.events(t, storeScope, where(c.field, "not_eq", c.value(2)), 5, 5, 4, 3, 1, 0)
			s.events(t, storeScope, where(c.field, "in", c.value(1), c.value(5), "0"), 2, 5, 1)
			s.events(t, storeScope, where(c.field, "in"), 0)
		}
		both := where(audit.FieldPosition, "gt", position(0))
		both.Where = append(both.Where, audit.Condition{Field: audit.FieldAt, Test: "lt", Values: []string{at(5)}})
		s.events(t, storeScope, both, 4, 4, 3, 2, 1)
		both.Kinds, both.Limit, both.Offset, both.Oldest = []string{"a.one", "a.two"}, 1, 1, true
		s.events(t, storeScope, both, 3, 3)
		both.Offset = 5
		s.events(t, storeScope, both, 3)
	}},
	{"are narrowed by nothing else", func(t *testing.T, s *Storage) {
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, c := range []audit.Condition{
				{}, {Field: "kind", Test: "eq", Values: []string{"1"}}, {Field: audit.FieldAt, Test: "like", Values: []string{"1"}}, {Field: audit.FieldAt, Test: "eq", Values: []string{"x"}},
				{Field: audit.FieldPosition, Test: "eq"}, {Field: audit.FieldPosition, Test: "in", Values: make([]string, 101)},
			} {
				if _, _, err := r.Facts().Events(ctx, storeScope, audit.Query{Where: []audit.Condition{c}, Limit: 1}); err == nil || fault.Of(err).Kind() != fault.Internal {
					t.Errorf("%+v: got %v", c, err)
				}
			}
			return nil
		})
	}},
	{"are not seen elsewhere", func(t *testing.T, s *Storage) {
		s.tell(t, storeFact("account/1", 1))
		for where, scope := range storeElsewhere {
			t.Run(where, func(t *testing.T) {
				s.events(t, scope, audit.Query{Limit: 9}, 0)
				s.events(t, scope, audit.Query{Limit: 9, Subjects: []string{"account/1"}}, 0)
			})
		}
	}},
	{"are not asked for by any number of kinds or subjects", func(t *testing.T, s *Storage) {
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, q := range []audit.Query{{Kinds: make([]string, 101), Limit: 1}, {Subjects: make([]string, 101), Limit: 1}} {
				if _, _, err := r.Facts().Events(ctx, storeScope, q); fault.Of(err).Kind() != fault.Internal || err == nil {
					t.Errorf("got %v", err)
				}
			}
			return nil
		})
	}},
	{"about the organization itself are seen in both environments, and about nobody else's", func(t *testing.T, s *Storage) {
		s.shared(t)
		sandbox := storeHome.Scope(organization.Sandbox)
		s.events(t, storeScope, audit.Query{Limit: 9}, 5, 5, 4, 3, 2, 0)
		s.events(t, storeScope, audit.Query{Limit: 2, Offset: 1}, 5, 4, 3)
		s.events(t, storeScope, audit.Query{Limit: 2, Offset: 4}, 5, 0)
		s.events(t, storeScope, audit.Query{Limit: 2, Offset: 6}, 5)
		s.events(t, storeScope, audit.Query{Limit: 3, Oldest: true}, 5, 0, 2, 3)
		s.events(t, sandbox, audit.Query{Limit: 9}, 4, 5, 3, 2, 1)
		s.events(t, sandbox, audit.Query{Limit: 2, Offset: 1, Oldest: true}, 4, 2, 3)
		itself, told := "organization/"+storeHome.ID, audit.OrganizationUpdated
		for _, scope := range []organization.Scope{storeScope, sandbox} {
			s.events(t, scope, audit.Query{Kinds: []string{told}, Limit: 2}, 3, 5, 3)
			s.events(t, scope, audit.Query{Kinds: []string{told, "a.one"}, Subjects: []string{itself}, Limit: 9}, 3, 5, 3, 2)
			s.events(t, scope, audit.Query{Subjects: []string{itself}, Limit: 9, Offset: 2}, 3, 2)
			s.events(t, scope, audit.Query{Subjects: []string{"organization/" + storeOther.ID}, Limit: 9}, 0)
		}
		s.events(t, storeScope, audit.Query{Kinds: []string{"a.one"}, Limit: 9}, 2, 4, 0)
		s.events(t, storeOther.Scope(organization.Sandbox), audit.Query{Limit: 9}, 1, 6)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, storeHome.ID) })
		s.events(t, storeScope, audit.Query{Kinds: []string{told}, Limit: 9}, 3, 5, 3, 2)
	}},
}

// shared tells of two organizations themselves, and of what is in the first one's environments.
func (s *Storage) shared(t *testing.T) {
	t.Helper()
	for i, f := range []struct {
		whose    organization.Scope
		kind     string
		subject  string
		sequence int64
	}{
		{storeScope, "a.one", "account/1", 1}, {storeHome.Scope(organization.Sandbox), "a.one", "account/2", 1},
		{storeHome.Scope(organization.Sandbox), audit.OrganizationUpdated, "organization/" + storeHome.ID, 1},
		{storeScope, audit.OrganizationUpdated, "organization/" + storeHome.ID, 2}, {storeScope, "a.one", "account/1", 2},
		{storeHome.Scope(organization.Sandbox), audit.OrganizationUpdated, "organization/" + storeHome.ID, 3},
		{storeOther.Scope(organization.Production), audit.OrganizationUpdated, "organization/" + storeOther.ID, 1},
	} {
		fact := storeFact(f.subject, f.sequence)
		fact.Organization, fact.Environment, fact.Kind = f.whose.Organization, string(f.whose.Environment), f.kind
		fact.Details = map[string]string{"at": fmt.Sprint(i)}
		s.tell(t, fact)
	}
}
