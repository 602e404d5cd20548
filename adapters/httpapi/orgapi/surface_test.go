package orgapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/domain/organization"
)

func pointer[T any](v T) *T { return &v }

func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func TestRequestsAreHandedOnInTheDomainsWords(t *testing.T) {
	g := open(t, orgapi.Config{})
	settings := newHouse().app.Settings
	changed := settings
	changed.Type, changed.RedirectURLs, changed.DefaultAfterLogin, changed.DefaultAfterLogout = "angular", []string{"https://a.example"}, "", "http://localhost:3000"
	for _, c := range []struct {
		name, method, path, body, media string
		want                            any
	}{
		{"founding", "POST", orgs, `{"name":"B'Oréal","locality":"Lille","autocomplete_address":"Dublin","state":null,"country_name":"FR","terms_of_service_url":"https://t.example"}`, "",
			founding{"B'Oréal", organization.Details{Locality: "Lille", Country: "FR", TermsOfServiceURL: "https://t.example"}}},
		{"the body comes before the query", "POST", orgs + "?name=Query&locality=Query&state=Query", `{"name":"Body","locality":null}`, "",
			founding{"Body", organization.Details{State: "Query"}}},
		{"nested ones are not mixed", "PUT", janis + "?profile[given_name]=Query&profile[nickname]=Query&locale=sv", `{"profile":{"given_name":"Body"}}`, "",
			organization.ProfileChange{GivenName: pointer("Body"), Locale: pointer("sv")}},
		{"what cannot be changed is ignored", "PUT", misapret, `{"id":[],"domain":{},"inserted_at":1,"updated_at":false,"__managed_by__":7,"__environment__":{},"environment":"sandbox","name":"N"}`, "",
			organization.Change{Name: pointer("N")}},
		{"nothing asked for", "PATCH", misapret, ``, "", organization.Change{}},
		{"a change to nothing", "PUT", misapret, `state=&country_name=`, form, organization.Change{State: pointer(""), Country: pointer("")}},
		{"the top comes before the profile", "PUT", janis, `{"email":"top@example.com","profile":{"email":"inside@example.com","family_name":"F","address":{"city":"C","locality":"L"}},"address":{"city":"T"}}`, "",
			organization.ProfileChange{Email: pointer("top@example.com"), FamilyName: pointer("F"), Address: &organization.AddressChange{Locality: pointer("T")}}},
		{"locality comes before city", "PUT", janis, `{"profile":{"address":{"city":"C","locality":"L","country":"FR","formatted":"A\nB","postal_code":"1","region":"R","street_address":"S"}}}`, "",
			organization.ProfileChange{Address: &organization.AddressChange{Locality: pointer("L"), Country: pointer("FR"), Formatted: pointer("A\nB"), PostalCode: pointer("1"), Region: pointer("R"), Street: pointer("S")}}},
		{"as the SDK for Kotlin writes it", "PUT", janis, `id=` + userID + `&__type__=User&metadata[]=x&profile[given_name]=A+B&profile[profile]=https%3A%2F%2Fp.example&address[locality]=L&address[__type__]=Address`, form,
			organization.ProfileChange{GivenName: pointer("A B"), Page: pointer("https://p.example"), Address: &organization.AddressChange{Locality: pointer("L")}}},
		{"an address taken away", "PUT", janis, `{"address":null,"profile":null,"birthdate":null}`, "",
			organization.ProfileChange{Birthdate: pointer(""), Address: &organization.AddressChange{Remove: true}}},
		{"everything of a person", "POST", users, `email=e&given_name=g&family_name=f&nickname=n&gender=female&birthdate=b&phone_number=p&picture=pi&profile=pr&website=w&zoneinfo=z&locale=l&name=ignored`, form,
			organization.Profile{Email: "e", GivenName: "g", FamilyName: "f", Nickname: "n", Gender: "female", Birthdate: "b", Phone: "p", Picture: "pi", Page: "pr", Website: "w", Zone: "z", Locale: "l"}},
		{"a user by address", "GET", byEmail + "a%2Bb+c%40example.com", "", "", "a+b+c@example.com"},
		{"an application changed in part", "PUT", app, `{"application_type":"angular","allowed_redirect_urls":"https://a.example","default_redirect_uri_after_login":null,"default_logout_url":"http://localhost:3000","default_redirect_uri_after_logout":"http://localhost:3000"}`, "", changed},
		{"an application not changed", "PATCH", app, `{"client_id":"x","id":"y","__database__":"sandbox"}`, "", settings},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.reset(nil)
			var headers []string
			if c.media != "" {
				headers = append(headers, "Content-Type: "+c.media)
			}
			a := g.ask(t, "full", c.method, c.path, c.body, headers...)
			if got := g.last(); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%d %s\nasked %s\nwant  %s", a.StatusCode, a.body, show(got), show(c.want))
			}
		})
	}
}

func TestEveryRouteWantsACredentialAndHasAScope(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, r := range orgapi.New(orgapi.Config{}, orgapi.Deps{}).Routes() {
		if open := strings.HasSuffix(r.Pattern, "/oauth/token") || strings.HasPrefix(r.Pattern, "/t/"); open {
			continue
		}
		path := strings.NewReplacer(":org_domain", "misapret", ":user_id", userID, ":client_id", appID, ":user_email", "janis.joplin@example.com", ":idp_id", "misapret_connection", ":domain", "misapret").Replace(r.Pattern)
		for as, status := range map[string]int{
			"": 401, "raw Bearer": 401, "raw Bearer ": 401, "raw Bearer nonsense": 401, "raw Bearer token-of-full x": 401, "raw Basic ZnVsbDpzZWNyZXQ6ZnVsbA==": 401,
			"raw token-of-full": 401, "raw Bearer 2|appappappappappappappappappappappappappa12345678": 401, "nothing": 403,
		} {
			g.reset(nil)
			a := g.ask(t, as, r.Method, path, `{"a":`)
			if a.StatusCode != status || g.last() != nil {
				t.Errorf("%s %s as %q: %d %s", r.Method, path, as, a.StatusCode, a.body)
			}
			if status == 401 && !strings.HasPrefix(a.Header.Get("Www-Authenticate"), "Bearer ") {
				t.Errorf("%s %s as %q: no challenge", r.Method, path, as)
			}
		}
	}
}

func TestForeignDeletedAndImaginaryThingsAreOneAnswer(t *testing.T) {
	g := open(t, orgapi.Config{})
	want := g.ask(t, "full", "GET", orgs+"/imaginary", "").String()
	for _, path := range []string{"elsewhere", "Misapret", "misapret%20", "..", "root-id", "bbc39a5a-905c-4def-90e6-605ed7b27098"} {
		if got := g.ask(t, "full", "GET", orgs+"/"+path, "").String(); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	want = g.ask(t, "full", "GET", "/api/v2/org/imaginary/users/"+userID, "").String()
	for _, org := range []string{"elsewhere", "gone-ab"} {
		for _, rest := range []string{"/users", "/users/" + userID, "/user-by-email/a@example.com", "/applications", "/applications/" + appID} {
			if got := g.ask(t, "full", "GET", "/api/v2/org/"+org+rest, "").String(); got != want {
				t.Errorf("%s%s: %s", org, rest, got)
			}
		}
	}
}

func TestABodyOfAGetIsNobodysBusiness(t *testing.T) {
	g := open(t, orgapi.Config{})
	want := g.ask(t, "full", "GET", users+"?per_page=2", "")
	for _, c := range []struct{ body, header string }{
		{`{"per_page":`, ""}, {"per_page=%zz", "Content-Type: " + form}, {"<a/>", "Content-Type: text/xml"}, {`{"page":5,"environment":"sandbox","q":{"email_eq":1}}`, "Domain: elsewhere"},
		{"\x1f\x8b", "Content-Encoding: gzip"},
	} {
		var headers []string
		if c.header != "" {
			headers = append(headers, c.header)
		}
		if a := g.ask(t, "full", "GET", users+"?per_page=2", c.body, headers...); a.String() != want.String() {
			t.Errorf("%q: %s", c.body, a)
		}
	}
	if a := g.ask(t, "full", "POST", users, "\x1f\x8b", "Content-Encoding: gzip"); a.StatusCode != http.StatusUnsupportedMediaType {
		t.Error(a)
	}
}

func TestOnlyTheClientsOwnEnvironmentCounts(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, c := range []struct {
		as, asked string
		status    int
	}{
		{"full", "", 200}, {"full", "production", 200}, {"full", "PRODUCTION", 200}, {"full", "default", 200}, {"full", "sandbox", 403}, {"full", "staging", 403},
		{"sandbox", "sandbox", 200}, {"sandbox", "default", 403}, {"sandbox", "production", 403}, {"full", "production&environment=sandbox", 422}, {"full", "production&environment[a]=b", 400},
	} {
		if a := g.ask(t, c.as, "GET", users+"?environment="+c.asked, ""); a.StatusCode != c.status {
			t.Errorf("%s %s: %d %s", c.as, c.asked, a.StatusCode, a.body)
		}
	}
	if a := g.ask(t, "full", "POST", users, `{"email":"a@example.com","environment":"sandbox","__environment__":"sandbox"}`); a.StatusCode != 201 || !strings.Contains(a.body, `"__environment__":"production"`) {
		t.Error(a)
	}
	if a := g.ask(t, "full", "POST", users+"?environment=sandbox", `{"email":"a@example.com"}`); a.StatusCode != 403 {
		t.Error(a)
	}
}

func TestKeysOfMetadataAreAskedForOnceAndOnlyWhereTheyAreNeeded(t *testing.T) {
	g := open(t, orgapi.Config{})
	for bare, want := range map[bool]int{false: 1, true: 0} {
		g.bare = bare
		g.reset(nil)
		a := g.ask(t, "full", "GET", users, "")
		if g.keys != want || strings.Contains(a.body, "blue") == bare || strings.Contains(a.body, "key-removed") {
			t.Errorf("%d times: %s", g.keys, a.body)
		}
	}
}

func TestCodesAreExactlyTheWordsOfTheAnswers(t *testing.T) {
	g := open(t, orgapi.Config{})
	codes := orgapi.Codes()
	for _, list := range [][]exchange{tokenExchanges(), organizationExchanges(), userExchanges(), applicationExchanges()} {
		for _, e := range list {
			g.limits.Reset()
			g.reset(e.err)
			a := g.ask(t, e.as, e.method, e.path, e.body)
			code := a.Header.Get("X-Error-Code")
			if (code != "") != (a.StatusCode >= 400) || code != "" && (codes[code] == "" || !strings.Contains(a.body, `"`+code+`"`)) {
				t.Errorf("%s: %s", e.name, a)
			}
		}
	}
	if len(codes) != 20 || slices.Contains(slices.Collect(maps.Values(codes)), "") {
		t.Errorf("%d codes", len(codes))
	}
}
