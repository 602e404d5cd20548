package attacks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/app/organization"
)

// The log is complete and has nothing too much: each endpoint leaves its events, and those that look or refuse leave none.
func TestEveryEndpointLeavesExactlyItsEvents(t *testing.T) {
	t.Parallel()
	g := open(t)
	boss := g.manager(t, organization.DemoDomain, nil)
	reader, remover := g.manager(t, organization.DemoDomain, []string{"read:users"}), g.manager(t, organization.DemoDomain, []string{"delete:users"})
	all, driven := deeds(), 0
	for i, endpoint := range endpoints() {
		d, told := all[endpoint]
		if strings.HasSuffix(endpoint, "/oauth/token") {
			continue // which is about no organization, and asked in every test
		}
		if driven++; !told {
			t.Errorf("%s: nobody has said what it leaves in the log", endpoint)
			continue
		}
		e := boss.acquire(t, fmt.Sprintf("Customer %d", i))
		method, pattern := d.pattern(endpoint)
		path, body := e.fill(pattern), e.fill(d.body)
		before, above := boss.events(t, e.domain), boss.events(t, organization.DemoDomain)

		if !d.open(endpoint) {
			if a := send(t, method, g.base+path, body); a.status != http.StatusUnauthorized {
				t.Errorf("%s: nobody is answered with %d", endpoint, a.status)
			}
			lacking := reader
			if method == http.MethodGet { // which nobody may by the scope to delete
				lacking = remover
			}
			if a := lacking.ask(t, method, path, body); a.status != http.StatusForbidden {
				t.Errorf("%s: whoever lacks the scope is answered with %d", endpoint, a.status)
			}
			if d.body != "" {
				if a := boss.ask(t, method, path, `{"name":`); a.status != http.StatusBadRequest && a.status != http.StatusUnprocessableEntity {
					t.Errorf("%s: broken JSON is answered with %d", endpoint, a.status)
				}
			}
		}
		if after := boss.events(t, e.domain); len(after) != len(before) || len(boss.events(t, organization.DemoDomain)) != len(above) {
			t.Errorf("%s: what was refused left %s", endpoint, after[0].Code)
		}

		if d.after != "" {
			if a := boss.ask(t, method, e.fill(d.after), ""); a.status != http.StatusOK {
				t.Fatalf("%s is answered with %d", d.after, a.status)
			}
			before = boss.events(t, e.domain)
		}
		a := boss.ask(t, method, path, body)
		if a.status != d.status {
			t.Errorf("%s is answered with %d %s", endpoint, a.status, a.code)
			continue
		}
		var made struct{ ID, Domain string }
		_ = json.Unmarshal(a.body, &made) // where nothing was made there is none
		domain, was := e.domain, before
		switch endpoint {
		case "POST /api/v2/organizations":
			domain, was = made.Domain, nil
		}
		after := boss.events(t, domain)
		fresh := after[:len(after)-len(was)]
		var codes []string
		for _, one := range fresh {
			codes = append(codes, one.Code)
			if d.about != "" && !names(one, d.about, e, made.ID, d) {
				t.Errorf("%s: %s does not name the %s", endpoint, one.Code, d.about)
			}
			if one.Domain != domain {
				t.Errorf("%s: %s is told of %s", endpoint, one.Code, one.Domain)
			}
		}
		slices.Sort(codes)
		if !slices.Equal(codes, d.codes) {
			t.Errorf("%s leaves %v, should leave %v", endpoint, codes, d.codes)
		}
		if domain != organization.DemoDomain && len(boss.events(t, organization.DemoDomain)) != len(above) {
			t.Errorf("%s leaves something in the root organization's log", endpoint)
		}
		if !slices.IsSortedFunc(after, func(one, other event) int { return int(other.ID - one.ID) }) {
			t.Errorf("%s: the log is not newest first", endpoint)
		}
	}
	for endpoint := range all {
		if !slices.Contains(endpoints(), endpoint) {
			t.Errorf("%s is there no more", endpoint)
		}
	}
	if driven < 70 {
		t.Errorf("drove %d endpoints", driven)
	}
}

// names holds when an event names what an endpoint was about, and nothing else.
func names(one event, about string, e estate, made string, d deed) bool {
	is := func(has *string, want string) bool { return has == nil && want == "" || has != nil && *has == want }
	user, client, connection := "", "", ""
	fresh := d.status == http.StatusCreated
	switch {
	case one.Code == "SIGNING_KEY_CREATED":
	case about == "user" && fresh, about == "client" && fresh, about == "connection" && strings.HasSuffix(one.Code, "CONNECTION_CREATED"):
		if about == "user" {
			user = made
		} else if about == "client" {
			client = made
		} else {
			connection = made
		}
	case about == "user":
		user = e.user
	case about == "client":
		client = e.spare
	case d.path != "":
		connection = e.bare
	default:
		connection = e.connected
	}
	return is(one.User, user) && is(one.Client, client) && is(one.Connection, connection)
}

// TestLogEventsArePagedByPosition walks the pages while nothing happens, and finds every event once.
func TestLogEventsArePagedByPosition(t *testing.T) {
	t.Parallel()
	g := open(t)
	boss := g.manager(t, organization.DemoDomain, nil)
	e := boss.acquire(t, "Pages")
	all := boss.events(t, e.domain)
	var walked []int64
	for page := 1; page != 0; {
		var list struct {
			Data                 []event
			Next                 int `json:"next_page"`
			Paginate, Pagination struct {
				Next int `json:"next_page"`
			}
		}
		a := boss.ask(t, http.MethodGet, "/api/v2/org/"+e.domain+"/log-events?per_page=2&page="+strconv.Itoa(page), "")
		if json.Unmarshal(a.body, &list) != nil || a.status != http.StatusOK {
			t.Fatalf("page %d is answered with %d", page, a.status)
		}
		for _, one := range list.Data {
			walked = append(walked, one.ID)
		}
		page = max(list.Next, list.Paginate.Next, list.Pagination.Next)
	}
	var want []int64
	for _, one := range all {
		want = append(want, one.ID)
	}
	if !slices.Equal(walked, want) || len(walked) < 6 {
		t.Errorf("walked %v of %v", walked, want)
	}
}
