package contract

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// storeDirectory lists the identifiers of users.
func storeDirectory(scope organization.Scope) storeLister {
	return func(ctx context.Context, r outbound.Reader, l organization.Listing) (ids []string, total int, err error) {
		list, total, err := r.Users().List(ctx, scope, l)
		for _, u := range list {
			ids = append(ids, u.ID)
		}
		return ids, total, err
	}
}

// crowd admits five users: b and c at one time, a before and d, e after them. Others are elsewhere.
func (s *Storage) crowd(t *testing.T) {
	t.Helper()
	for i, id := range []string{"c", "a", "e", "b", "d"} {
		u := storeUser(storeScope, id)
		u.CreatedAt = storeNow.Add([]time.Duration{2, 1, 4, 2, 3}[i] * time.Minute)
		u.UpdatedAt = storeNow.Add([]time.Duration{9, 5, 6, 7, 8}[i] * time.Minute)
		s.admit(t, u)
	}
	s.admit(t, storeUser(storeOther.Scope(organization.Production), "x"), storeUser(storeHome.Scope(organization.Sandbox), "y"))
}

var storeUserLists = []storePromise{
	{"are given by page, newest first", func(t *testing.T, s *Storage) {
		s.crowd(t)
		list := storeDirectory(storeScope)
		s.lists(t, list, storePages("", "e", "d", "c", "b", "a")...)
		s.lists(t, list, storePages(organization.FieldCreated, "e", "d", "c", "b", "a")...)
		s.lists(t, list, storePages(organization.FieldUpdated, "c", "d", "b", "e", "a")...)
	}},
	{"hold each user whole, with the values for keys", func(t *testing.T, s *Storage) {
		s.keys(t, "k1", "k2")
		var want []organization.User
		for i := range 3 {
			u := storeUser(storeScope, fmt.Sprint("u", i))
			for _, k := range []string{"k2", "k1"}[:i] {
				u.Metadata = append(u.Metadata, organization.Metadatum{ID: fmt.Sprint("m", i, k), Key: k, Value: fmt.Sprint("value ", i, k)})
			}
			s.admit(t, u)
			want = append(want, u)
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			got, total, err := r.Users().List(ctx, storeScope, organization.Listing{Limit: 10, Ascending: true})
			if total != 3 || !reflect.DeepEqual(got, want) {
				t.Errorf("%d of %d come back otherwise", len(got), total)
			}
			return err
		})
	}},
	{"show nothing elsewhere", func(t *testing.T, s *Storage) {
		s.crowd(t)
		first := organization.Listing{Limit: 10}
		s.lists(t, storeDirectory(storeOther.Scope(organization.Production)), storeListing{first, []string{"x"}, 1})
		s.lists(t, storeDirectory(storeHome.Scope(organization.Sandbox)), storeListing{first, []string{"y"}, 1})
		s.lists(t, storeDirectory(storeElsewhere["with the name in capitals"]), storeListing{first, nil, 0})
		s.lists(t, storeDirectory(organization.Scope{}), storeListing{first, nil, 0})
		for _, scope := range storeElsewhere {
			s.lists(t, storeDirectory(scope), storeListing{storeWhere(organization.FieldEmail, organization.Equals, "a.hjordis@example.com"), nil, 0})
		}
	}},
	{"can be narrowed by time and address", func(t *testing.T, s *Storage) {
		s.crowd(t)
		at := func(minutes int) string {
			return strconv.FormatInt(storeNow.Add(time.Duration(minutes)*time.Minute).UnixMicro(), 10)
		}
		two := storeWhere(organization.FieldCreated, organization.AtLeast, at(2))
		two.Where = append(two.Where, storeWhere(organization.FieldUpdated, organization.Below, at(8)).Where...)
		two.Where = append(two.Where, storeWhere(organization.FieldEmail, organization.In, "b.hjordis@example.com", "C.HJORDIS@EXAMPLE.COM").Where...)
		s.lists(t, storeDirectory(storeScope),
			storeListing{storeWhere(organization.FieldCreated, organization.Above, at(2)), []string{"d", "e"}, 2},
			storeListing{storeWhere(organization.FieldCreated, organization.AtMost, at(2)), []string{"a", "b", "c"}, 3},
			storeListing{storeWhere(organization.FieldUpdated, organization.Equals, at(9)), []string{"c"}, 1},
			storeListing{storeWhere(organization.FieldEmail, organization.Equals, " A.hjordis@example.com"), []string{"a"}, 1},
			storeListing{storeWhere(organization.FieldEmail, organization.In, "e.hjordis@example.com", "x.hjordis@example.com", "\xff", "a.HJORDIS@example.com"), []string{"a", "e"}, 2},
			storeListing{storeWhere(organization.FieldEmail, organization.In), nil, 0},
			storeListing{two, []string{"b"}, 1},
		)
		s.refuses(t, storeDirectory(storeScope), append(storeUnknown(),
			storeWhere(organization.FieldEmail, organization.Contains, "a"), storeWhere(organization.FieldEmail, organization.Differs, "a"),
			storeWhere(organization.FieldEmail, organization.IsNull), storeWhere(organization.FieldEmail, organization.Equals),
			storeWhere(organization.FieldName, organization.Equals, "a"), organization.Listing{By: organization.FieldEmail},
			storeWhere(organization.FieldEmail, organization.In, make([]string, 101)...))...)
	}},
	{"find addresses under every key that lives", func(t *testing.T, s *Storage) {
		s.crowd(t)
		s.Ring.Add("two")
		s.admit(t, storeUser(storeScope, "f"))
		asked := storeWhere(organization.FieldEmail, organization.In, "a.hjordis@example.com", "f.hjordis@example.com")
		s.lists(t, storeDirectory(storeScope), storeListing{asked, []string{"f", "a"}, 2})
	}},
	{"of addresses leave out who is not there", func(t *testing.T, s *Storage) {
		s.crowd(t)
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Users().Delete(ctx, storeUser(storeScope, "e"))
		})
		asked := []string{"a", "e", "x", "y", "a", "never", "c", "\x00", "\xff", ""}
		for i := range 300 {
			asked = append(asked, fmt.Sprint("no", i))
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			emails, err := r.Users().Emails(ctx, storeScope, asked)
			if got := slices.Sorted(maps.Keys(emails)); !slices.Equal(got, []string{"a", "c"}) || emails["a"] != "a.Hjordis@example.com" {
				t.Errorf("got those of %v, %v", got, err)
			}
			none, err2 := r.Users().Emails(ctx, storeScope, nil)
			if err2 != nil || len(none) > 0 {
				t.Errorf("of nobody: %d, %v", len(none), err2)
			}
			return err
		})
	}},
	{"are counted in their scope", func(t *testing.T, s *Storage) {
		s.crowd(t)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for scope, want := range map[organization.Scope]int{
				storeScope: 5, storeOther.Scope(organization.Production): 1, storeHome.Scope(organization.Sandbox): 1, storeOther.Scope(organization.Sandbox): 0,
			} {
				if n, err := r.Users().Count(ctx, scope); n != want || err != nil {
					t.Errorf("%v: %d, %v", scope, n, err)
				}
			}
			return nil
		})
	}},
}
