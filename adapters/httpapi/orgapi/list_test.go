package orgapi_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/domain/organization"
)

func TestPagesAreBroughtBackIntoRange(t *testing.T) {
	g := open(t, orgapi.Config{})
	for query, want := range map[string]organization.Listing{
		"": {Limit: 10}, "page=1": {Limit: 10}, "page=3&per_page=7": {Limit: 7, Offset: 14}, "current_page=3": {Limit: 10, Offset: 20},
		"current_page=9&page=2": {Limit: 10, Offset: 10}, "current_page=2&page=x": {Limit: 10, Offset: 10}, "per_page=0": {Limit: 1}, "per_page=-5": {Limit: 1}, "per_page=101": {Limit: 100},
		"page=0": {Limit: 10}, "page=-9223372036854775809": {Limit: 10}, "page=99999999999999999999999999&per_page=100": {Limit: 100, Offset: 999_999_900},
		"page=9223372036854775807": {Limit: 10, Offset: 99_999_990}, "page=1e3&per_page=0x10": {Limit: 10}, "page=+2": {Limit: 10, Offset: 10}, "page=%2B2": {Limit: 10},
		"page[]=2&per_page[a]=5": {Limit: 10}, "page=2&page=3": {Limit: 10}, "page=&per_page=": {Limit: 10}, "page=٣": {Limit: 10}, "page=" + strings.Repeat("9", 5000): {Limit: 10, Offset: 99_999_990},
	} {
		g.reset(nil)
		a := g.ask(t, "full", "GET", orgs+"?"+query, "")
		if got := g.last(); a.StatusCode != 200 || !reflect.DeepEqual(got, want) {
			t.Errorf("%.60s: %d %s, want %s", query, a.StatusCode, show(got), show(want))
		}
	}
}

func TestPagesSayWhereTheyAre(t *testing.T) {
	g := open(t, orgapi.Config{})               // there are 31 organizations
	for query, want := range map[string][5]int{ // current, next, per page, previous, pages
		"": {1, 2, 10, 0, 4}, "?page=4": {4, 0, 10, 3, 4}, "?page=5": {5, 0, 10, 4, 4}, "?page=100000000": {10_000_000, 0, 10, 4, 4}, "?per_page=31": {1, 0, 31, 0, 1}, "?per_page=30": {1, 2, 30, 0, 2},
	} {
		var body struct {
			Pagination, Paginate map[string]*int
			Total                int
			TotalCount           int `json:"total_count"`
		}
		if err := json.Unmarshal([]byte(g.ask(t, "full", "GET", orgs+query, "").body), &body); err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"current_page", "next_page", "per_page", "prev_page", "total_pages"} {
			if got := body.Pagination[name]; got == nil || *got != want[i] {
				t.Errorf("%s: %s is not %d", query, name, want[i])
			}
		}
		if !reflect.DeepEqual(body.Paginate, body.Pagination) || body.Total != 31 || body.TotalCount != 31 {
			t.Errorf("%s: %+v", query, body)
		}
	}
}

func TestListsAreSortedByWhatTheyKnow(t *testing.T) {
	g := open(t, orgapi.Config{})
	for query, want := range map[string]organization.Listing{
		"s=name%2Bdesc": {By: "name"}, "s=name+asc": {By: "name", Ascending: true}, "sort=domain%2basc": {By: "domain", Ascending: true}, "s=updated_at": {By: "updated_at", Ascending: true},
		"s=inserted_at+desc": {By: "created_at"}, "s=nonsense+asc&sort=name+desc": {By: "name"}, "s=name+desc%3B+drop": {}, "s=name%2Bdesc%2Basc": {}, "s=created_at+asc": {}, "s=id": {},
		"s=name+DESC": {}, "s[]=name": {}, "s[a]=name": {}, "s=": {}, "s=+": {}, "s=name%00": {},
	} {
		g.reset(nil)
		a := g.ask(t, "full", "GET", orgs+"?"+query, "")
		want.Limit = 10
		if query == "s=name%00" {
			if a.StatusCode != 400 {
				t.Error(a)
			}
			continue
		}
		if got := g.last(); a.StatusCode != 200 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d %s, want %s", query, a.StatusCode, show(got), show(want))
		}
	}
	g.reset(nil)
	if a := g.ask(t, "full", "GET", users+"?s=email+asc", ""); a.StatusCode != 200 || !reflect.DeepEqual(g.last(), organization.Listing{Limit: 10}) {
		t.Error("sealed addresses were to be sorted by:", show(g.last()))
	}
}

func TestListsAreFilteredByWhatTheyKnow(t *testing.T) {
	g := open(t, orgapi.Config{})
	type conditions = []organization.Condition
	for _, c := range []struct {
		path, query string
		want        conditions
	}{
		{orgs, "q[name_eq]=A", conditions{{Field: "name", Test: organization.Equals, Values: []string{"A"}}}},
		{orgs, "q[name_not_eq]=A", conditions{{Field: "name", Test: organization.Differs, Values: []string{"A"}}}},
		{orgs, "q[name_like]=%25_%5C'&q[domain_ilike]=B", conditions{{Field: "domain", Test: organization.ContainsFolded, Values: []string{"B"}}, {Field: "name", Test: organization.Contains, Values: []string{`%_\'`}}}},
		{orgs, "q[domain_in][]=a&q[domain_in][]=b", conditions{{Field: "domain", Test: organization.In, Values: []string{"a", "b"}}}},
		{orgs, "q[domain_in]=a", conditions{{Field: "domain", Test: organization.In, Values: []string{"a"}}}},
		{orgs, "q[name_is_null]=true&q[domain_is_null]=false", conditions{{Field: "domain", Test: organization.NotNull}, {Field: "name", Test: organization.IsNull}}},
		{orgs, "q[inserted_at_gteq]=2022-03-04T17:55:12&q[inserted_at_lt]=2022-03-04T18:55:12.5%2B01:00", conditions{
			{Field: "created_at", Test: organization.AtLeast, Values: []string{"1646416512000000"}}, {Field: "created_at", Test: organization.Below, Values: []string{"1646416512500000"}}}},
		{orgs, "q[updated_at_gt]=1970-01-02&q[updated_at_lteq]=1969-12-31T23:59:59Z", conditions{
			{Field: "updated_at", Test: organization.Above, Values: []string{"86400000000"}}, {Field: "updated_at", Test: organization.AtMost, Values: []string{"-1000000"}}}},
		{users, "q[email_eq]=A%2Bb@example.com&q[email_like]=x&q[given_name_eq]=x&q[email_not_eq]=x", conditions{{Field: "email", Test: organization.Equals, Values: []string{"A+b@example.com"}}}},
		{apps, "q[application_type_in][]=react&q[application_type_like]=x", conditions{{Field: "type", Test: organization.In, Values: []string{"react"}}}},
		{orgs, "q[name]=A&q[name_]=A&q[_eq]=A&q[secret_eq]=A&q[name_EQ]=A&q[name_or_domain_eq]=A&q[created_at_eq]=A&q[root_eq]=A&q[name_eq;]=A&name_eq=A", nil},
		{orgs, "q[name_eq%27%20OR%201=1--]=A&q[1;drop_eq]=x", nil},
	} {
		g.reset(nil)
		a := g.ask(t, "full", "GET", c.path+"?"+c.query, "")
		if got := g.last(); a.StatusCode != 200 || !reflect.DeepEqual(got, organization.Listing{Limit: 10, Where: c.want}) {
			t.Errorf("%s: %d %s, want %s", c.query, a.StatusCode, show(got), show(c.want))
		}
	}
}

func TestConditionsThatCannotBeMeantAreRefused(t *testing.T) {
	g := open(t, orgapi.Config{})
	many := "q[name_in][]=x" + strings.Repeat("&q[name_in][]=x", 100)
	for _, query := range []string{
		"q[inserted_at_gt]=soon", "q[inserted_at_eq]=", "q[inserted_at_in][]=2022-01-01&q[inserted_at_in][]=x", "q[name_eq][]=a", "q[name_eq][a]=b", "q[name_is_null]=perhaps",
		"q[name_eq]=" + strings.Repeat("x", 301), "q[inserted_at_gt]=10000-01-01", "q[inserted_at_gt]=0000-01-01", many,
		"q[name_eq]=1&q[name_not_eq]=1&q[name_like]=1&q[name_ilike]=1&q[name_gt]=1&q[name_gteq]=1&q[name_lt]=1&q[name_lteq]=1&q[name_in]=1&q[name_is_null]=1&q[domain_eq]=1",
	} {
		g.reset(nil)
		a := g.ask(t, "full", "GET", orgs+"?"+query, "")
		if a.StatusCode != 422 || g.last() != nil || !strings.Contains(a.body, `"errors":{"q.`) {
			t.Errorf("%.60s: %d %s %s", query, a.StatusCode, a.body, show(g.last()))
		}
	}
	if a := g.ask(t, "full", "GET", orgs+"?q=A&q[name_eq]=B", ""); a.StatusCode != 400 {
		t.Error(a)
	}
	if a := g.ask(t, "full", "GET", orgs+"?q='--", ""); a.StatusCode != 200 {
		t.Error(a)
	}
}
