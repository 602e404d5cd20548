package orgapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
)

// corpus is what hostile clients send in place of a body, and the status that it gets.
func corpus() map[string]int {
	return map[string]int{
		`{"name":`: 400, `{} {}`: 400, `[]`: 400, `1`: 400, `null`: 400, `"x"`: 400, " ": 400, `{"name":"a","name":"b"}`: 400, `{"profile":{"a":1,"\u0061":2}}`: 400,
		strings.Repeat(`{"a":`, 10_000) + "1" + strings.Repeat("}", 10_000): 400, `{"profile":` + strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000) + "}": 400,
		`{"a":[` + strings.Repeat("0,", 10_000) + "0]}": 400, `{"name":"a\u0000b"}`: 400, "{\"name\":\"a\x00b\"}": 400, "{\"name\":\"\xff\xfe\"}": 400, `{"name":"\ud800"}`: 400,
		`<a/>`: 400, "\xef\xbb\xbf{}": 400, `{/**/}`: 400, `{'a':1}`: 400, `{"a":NaN}`: 400, `{"a":1e}`: 400, "a=%": 400, "a=%ff": 400, strings.Repeat("a[]=1&", 10_000): 400,
		strings.Repeat("a[][a]=1&", 5_000): 400, strings.Repeat("a"+strings.Repeat("[a]", 9)+"=1&", 1_500): 400,
		`{"name":"` + strings.Repeat("a", 2<<20) + `"}`: 413,
	}
}

func TestHostileBodiesGetAClearAnswerOnEveryRoute(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, r := range orgapi.New(orgapi.Config{}, orgapi.Deps{}).Routes() {
		if r.Method == http.MethodGet {
			continue
		}
		path := strings.NewReplacer(":org_domain", "misapret", ":user_id", userID, ":client_id", appID, ":idp_id", "misapret_connection").Replace(r.Pattern)
		for body, status := range corpus() {
			g.reset(nil)
			a := g.ask(t, "full", r.Method, path, body)
			if a.StatusCode != status || !strings.HasPrefix(a.body, `{"error":`) || len(a.body) > 300 || g.last() != nil {
				t.Errorf("%s %s %.30q: %d %.300s", r.Method, path, body, a.StatusCode, a.body)
			}
		}
	}
}

func TestNoTypeIsTakenForAnother(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, value := range []string{`1`, `0.5`, `true`, `[]`, `["a"]`, `[["a"]]`, `{}`, `{"a":"b"}`, `[null]`} {
		for _, c := range []struct{ method, path, body string }{
			{"POST", orgs, `{"name":%s}`}, {"PUT", misapret, `{"name":%s}`}, {"PUT", misapret, `{"autocomplete_address":%s}`}, {"POST", users, `{"email":%s}`},
			{"POST", users, `{"email":"a@example.com","profile":{"email":%s}}`}, {"PUT", janis, `{"profile":{"profile":%s}}`}, {"PUT", janis, `{"address":{"city":%s}}`},
			{"PUT", app, `{"application_type":%s}`}, {"PUT", app, `{"default_logout_url":%s}`},
		} {
			g.reset(nil)
			if strings.Contains(c.body, `"profile":{"email"`) {
				c.body = strings.Replace(c.body, `"email":"a@example.com",`, "", 1)
			}
			a := g.ask(t, "full", c.method, c.path, fmt.Sprintf(c.body, value))
			if a.StatusCode != 422 || g.last() != nil {
				t.Errorf("%s %s %s: %d %s", c.path, c.body, value, a.StatusCode, a.body)
			}
		}
	}
	for _, body := range []string{"address=Lille", "profile[address]=Lille", "profile[address][city][x]=Lille", "address[city][]=Lille", "profile[]=x", "email=a&email=b", "email[a][b][c][d][e]=b"} {
		g.reset(nil)
		if a := g.ask(t, "full", "PUT", janis, body); a.StatusCode != 422 || g.last() != nil {
			t.Errorf("%s: %d %s", body, a.StatusCode, a.body)
		}
	}
	// A value of one kind in the query changes nothing about one of another kind in the body.
	for query, status := range map[string]int{"?profile=https://a.example": 200, "?profile[email]=x": 200, "?profile[]=x": 200, "?profile[a]=b&profile=c": 200} {
		g.reset(nil)
		a := g.ask(t, "full", "PUT", janis+query, `{"profile":{"nickname":"N"}}`)
		if a.StatusCode != status || status == 200 && !strings.Contains(show(g.last()), `"Email":null,"GivenName":null,"FamilyName":null,"Nickname":"N"`) {
			t.Errorf("%s: %d %s", query, a.StatusCode, show(g.last()))
		}
	}
}

// What clients send back to us of our own answers comes in shapes that no form can tell apart, and says nothing.
func TestWhatNobodyReadsMayContradictItself(t *testing.T) {
	g := open(t, orgapi.Config{})
	const echo = "&metadata[][id]=1&metadata[][key][name]=2&meta_data[]=x&meta_data[a]=b&unknown[a][b][c][d][e][f]=1&x=1&x[a]=2&profile[__type__]=Profile&profile[x]=1&profile[x][y]=2"
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", users, "email=rb@x.example" + echo, 201}, {"PUT", janis, "nickname=N" + echo, 200}, {"GET", users + "?x=1&x[a]=2" + echo, "", 200}, {"PUT", misapret, "name=N" + echo, 200},
	} {
		for _, media := range []string{form, "application/json", ""} {
			if a := g.play(t, exchange{as: "full", method: c.method, path: c.path, body: c.body, contentType: media}); a.StatusCode != c.status {
				t.Errorf("%s %s as %q: %d %s", c.method, c.path, media, a.StatusCode, a.body)
			}
		}
	}
	if a := g.play(t, exchange{method: "POST", path: "/api/v2/oauth/token", contentType: form, body: "client_id=full&client_secret=secret:full&grant_type=client_credentials" + echo}); a.StatusCode != 200 {
		t.Errorf("a token: %d %s", a.StatusCode, a.body)
	}
}

func TestWhatSomebodyReadsMustNotContradictItself(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, c := range []struct{ method, path, body string }{
		{"POST", users, "email=a@example.com&email[a]=b"}, {"PUT", janis, "profile=https://a.example&profile[nickname]=N"},
		{"PUT", janis, "profile[nickname]=N&profile[nickname][x]=N"}, {"PUT", janis, "address[city]=L&address=M"}, {"PUT", janis, "address[city][a][b][c]=L&address[city]=M"},
		{"POST", orgs, "name[a]=b&name[]=c"}, {"PUT", app, "allowed_redirect_urls[][url]=https://a.example"}, {"PUT", connection, "active[a]=true&active=true"},
		{"PUT", connection, "metadata[]=a&metadata[b]=c"}, {"POST", everyConnection, "organization_id[a]=b&organization_id=" + misapretID}, {"GET", orgs + "?q=A&q[name_eq]=B", ""},
		{"GET", orgs + "?q[name_eq]=A&q[name_eq][a]=B", ""}, {"GET", users + "?environment=production&environment[a]=b", ""}, {"GET", logEvents + "?code[][a]=b", ""},
	} {
		g.reset(nil)
		a := g.play(t, exchange{as: "full", method: c.method, path: c.path, body: c.body, contentType: form})
		if a.StatusCode != 400 || !strings.Contains(a.String(), "parameters_malformed") || g.last() != nil {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, a.StatusCode, a.body)
		}
	}
}

func TestNobodyAssignsWhatIsNotTheirs(t *testing.T) {
	g := open(t, orgapi.Config{})
	const evil = `"id":"evil","domain":"evil","Domain":"evil","root":"evil","client_id":"evil","organization_id":"evil","__managed_by__":"evil","__domain__":"evil","__access__":"all_organizations_of:evil","__environment__":"sandbox","__type__":"evil","__database__":"sandbox","environment":"sandbox","inserted_at":"1999-01-01T00:00:00","updated_at":"1999-01-01T00:00:00","version":9,"avatar_hexa_color":"evil","metadata":[{"value":"evil"}],"deleted":true,"org_domain":"elsewhere","user_id":"evil","demo":true`
	for _, c := range []struct{ method, path, body string }{
		{"POST", orgs, `"name":"N"`}, {"PUT", misapret, `"name":"N"`}, {"POST", users, `"email":"a@example.com","profile":{` + evil + `},"address":{"city":"L",` + evil + `}`},
		{"PUT", janis, `"nickname":"N"`}, {"POST", apps, strings.Trim(newApp, "{}")}, {"PUT", app, `"name":"N"`},
	} {
		g.reset(nil)
		a := g.ask(t, "full", c.method, c.path, "{"+c.body+","+evil+"}")
		if a.StatusCode >= 300 || strings.Contains(a.body, "evil") || strings.Contains(a.body, "sandbox") || strings.Contains(a.body, "1999") || strings.Contains(show(g.last()), "evil") {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.StatusCode, a.body)
		}
	}
}

func TestNoRefusalEchoesWhatWasSent(t *testing.T) {
	g := open(t, orgapi.Config{})
	const bait = "BAIT<script>' OR 1=1"
	for _, c := range []struct{ method, path, body string }{
		{"POST", orgs, `{"name":["` + bait + `"]}`}, {"POST", orgs, `{"name":"N","country_name":"` + bait + `","privacy_policy_url":"` + bait + `"}`}, {"POST", orgs, `{"` + bait + `":`},
		{"POST", users, `{"email":"` + bait + `","gender":"` + bait + `","birthdate":"` + bait + `","zoneinfo":"` + bait + `","address":{"country":"` + bait + `"}}`},
		{"PUT", janis, `profile[` + "BAIT" + `]=1&profile=2`}, {"POST", apps, `{"application_type":"` + bait + `","allowed_redirect_urls":["` + bait + `"],"organization_domain_scope":"` + bait + `"}`},
		{"GET", orgs + "?q[inserted_at_gt]=BAIT", ""}, {"GET", users + "/BAIT", ""}, {"GET", byEmail + "BAIT@example.com", ""}, {"GET", orgs + "/BAIT", ""}, {"POST", "/oauth/token", `{"client_id":"` + bait + `","client_secret":"` + bait + `","grant_type":"` + bait + `"}`},
		{"POST", "/oauth/token", `{"client_id":"` + bait + `","client_secret":"` + bait + `","grant_type":"client_credentials","domain":"` + bait + `"}`},
	} {
		as := "full"
		if strings.HasSuffix(c.path, "token") {
			as = ""
		}
		a := g.ask(t, as, c.method, c.path, c.body)
		if a.StatusCode < 400 || strings.Contains(a.String(), "BAIT") || strings.Contains(a.String(), "<script") {
			t.Errorf("%s %s: %s", c.method, c.path, a)
		}
	}
}

func TestThereIsRoomForEveryAddressOfAnApplicationAndNoMoreElsewhere(t *testing.T) {
	g := open(t, orgapi.Config{})
	long := "https://a.example/" + strings.Repeat("a", 1900)
	var list []string
	for i := range 50 {
		list = append(list, fmt.Sprintf(`"%s%d"`, long, i))
	}
	all := "[" + strings.Join(list, ",") + "]"
	body := `{"name":"A","application_type":"web","allowed_redirect_urls":` + all + `,"allowed_logout_urls":` + all + `,"allowed_origins_cors":["https://a.example"],"allowed_web_origins":["https://a.example"]}`
	if a := g.ask(t, "full", "POST", apps, body); a.StatusCode != 201 {
		t.Error(a.StatusCode, len(body))
	}
	if a := g.ask(t, "full", "POST", apps, `{"name":"`+strings.Repeat("a", 1<<20)+`"}`); a.StatusCode != 413 {
		t.Error(a.StatusCode)
	}
	for _, path := range []string{orgs, users, "/oauth/token"} {
		if a := g.ask(t, "full", "POST", path, `{"name":"`+strings.Repeat("a", 1<<16)+`"}`); a.StatusCode != 413 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
}
