package orgapi_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

// exchange is one request, and what the house says to it.
type exchange struct {
	name         string
	as           string // a client of the house, "" for nobody, else "raw " and the credential itself
	method, path string
	body         string
	contentType  string // "" for JSON
	err          error
}

const (
	form      = "application/x-www-form-urlencoded"
	orgs      = "/api/v2/organizations"
	misapret  = orgs + "/misapret"
	users     = "/api/v2/org/misapret/users"
	janis     = users + "/" + userID
	byEmail   = "/api/v2/org/misapret/user-by-email/"
	apps      = "/api/v2/org/misapret/applications"
	app       = apps + "/" + appID
	newApp    = `{"allowed_logout_urls":["http://localhost:3000"],"allowed_origins_cors":["http://localhost:3000"],"allowed_redirect_urls":["http://localhost:3000"],"allowed_web_origins":["http://localhost:3000"],"application_type":"react","name":"App of Misapret"}`
	tokenBody = `{"client_id":"full","client_secret":"secret:full","grant_type":"client_credentials","domain":"your-domain"}`
	// seedUser is what the published documentation sends, as the form that curl makes of it.
	seedUser = `{ "domain": "misapret", "environment": "production", "profile": { "address": { "__type__": "Address", "formatted": "165 avenue de Bretagne 59000 Lille, France", "street_address": "165 avenue de Bretagne", "city": "Lille", "region": "Nord", "postal_code": "59000", "country": "FR" }, "given_name": "Janis", "family_name": "Joplin", "name": "Janis Joplin", "nickname": "Jany", "profile": "http://www.example.com/profile", "phone_number": "+1-555-415-1337", "picture": "http://www.example.com/avatar.jpeg", "website": "http://www.example.com", "email": "josefa.farrell@yahoo.com", "gender": "female", "birthdate": "1943-01-19", "zoneinfo": "America/Los_Angeles", "locale": "fr" } }`
)

func tokenExchanges() []exchange {
	const path, unversioned = "/api/v2/oauth/token", "/oauth/token"
	return []exchange{
		{name: "token", method: "POST", path: path, body: tokenBody},
		{name: "token-scopes", method: "POST", path: path, contentType: form, body: "client_id=reader&client_secret=secret%3Areader&grant_type=client_credentials&tenant_domain=your-domain"},
		{name: "token-audience", method: "POST", path: unversioned, contentType: form, body: "client_id=full&client_secret=secret:full&grant_type=client_credentials&audience=your-domain"},
		{name: "token-basic", as: "raw Basic ZnVsbDpzZWNyZXQlM0FmdWxs", method: "POST", path: unversioned, contentType: form, body: "grant_type=client_credentials"},
		{name: "token-basic-refused", as: "raw Basic ZnVsbDp3cm9uZw==", method: "POST", path: unversioned, contentType: form, body: "grant_type=client_credentials"},
		{name: "token-refused", method: "POST", path: path, body: `{"client_id":"full","client_secret":"wrong","grant_type":"client_credentials"}`},
		{name: "token-other-domain", method: "POST", path: path, body: `{"client_id":"full","client_secret":"secret:full","grant_type":"client_credentials","domain":"elsewhere"}`},
		{name: "token-no-secret", method: "POST", path: path, body: `{"client_id":"full","grant_type":"client_credentials"}`},
		{name: "token-no-grant", method: "POST", path: path, body: `{"client_id":"full","client_secret":"secret:full"}`},
		{name: "token-other-grant", method: "POST", path: path, body: `{"client_id":"full","client_secret":"secret:full","grant_type":"password"}`},
		{name: "token-two-domains", method: "POST", path: path, body: `{"client_id":"full","client_secret":"secret:full","grant_type":"client_credentials","domain":"your-domain","audience":"elsewhere"}`},
		{name: "token-twice", method: "POST", path: path, contentType: form, body: "client_id=full&client_id=full&client_secret=secret:full&grant_type=client_credentials"},
		{name: "token-secret-in-query", method: "POST", path: path + "?client_secret=secret:full", contentType: form, body: "client_id=full&grant_type=client_credentials"},
		{name: "token-malformed", method: "POST", path: path, body: `{"client_id":`},
		{name: "token-media", method: "POST", path: path, contentType: "text/xml", body: `<a/>`},
		{name: "token-method", method: "GET", path: path},
		{name: "token-away", method: "POST", path: path, body: `{"client_id":"away","client_secret":"x","grant_type":"client_credentials"}`},
		{name: "token-broken", method: "POST", path: path, body: tokenBody, err: errors.New("secret details")},
	}
}

func organizationExchanges() []exchange {
	return []exchange{
		{name: "organizations", as: "full", method: "GET", path: orgs},
		{name: "organizations-page", as: "full", method: "GET", path: orgs + "?per_page=8&current_page=2"},
		{name: "organizations-beyond", as: "full", method: "GET", path: orgs + "?page=9"},
		{name: "organizations-filter-invalid", as: "full", method: "GET", path: orgs + "?q[inserted_at_gt]=yesterday&q%5Bname_in%5D[a]=b"},
		{name: "organizations-query-broken", as: "full", method: "GET", path: orgs + "?page=%zz"},
		{name: "organizations-nobody", method: "GET", path: orgs},
		{name: "organizations-unknown-token", as: "raw Bearer eyJhbGciOiJub25lIn0.e30.", method: "GET", path: orgs},
		{name: "organizations-basic", as: "raw Basic ZnVsbDpzZWNyZXQ6ZnVsbA==", method: "GET", path: orgs},
		{name: "organizations-no-scope", as: "reader", method: "GET", path: orgs},
		{name: "organizations-other-environment", as: "full", method: "GET", path: orgs + "?environment=sandbox"},
		{name: "organizations-away", as: "away", method: "GET", path: orgs},
		{name: "organization-create", as: "full", method: "POST", path: orgs, body: `{"name":"Barker & Sons Inc","locality":"Lille","state":null,"country_name":"fr","privacy_policy_url":"https://b.example/p","domain":"evil","id":"evil"}`},
		{name: "organization-create-autocomplete", as: "full", method: "POST", path: orgs, contentType: form, body: "name=Barker&autocomplete_address=San+Francisco"},
		{name: "organization-create-query", as: "full", method: "POST", path: orgs + "?name=B%27Or%C3%A9al"},
		{name: "organization-create-no-name", as: "full", method: "POST", path: orgs, body: `{"name":" ","locality":5}`},
		{name: "organization-create-invalid", as: "full", method: "POST", path: orgs, body: `{"name":"Barker","country_name":"France","terms_of_service_url":"javascript:alert(1)"}`},
		{name: "organization-create-taken", as: "full", method: "POST", path: orgs, body: `{"name":"Misapret"}`, err: organization.ErrDomainTaken},
		{name: "organization-create-limited", as: "named", method: "POST", path: orgs, body: `{"name":"Barker"}`, err: organization.ErrNotAllFounded},
		{name: "organization-create-no-scope", as: "reader", method: "POST", path: orgs, body: `{"name":`},
		{name: "organization-create-malformed", as: "full", method: "POST", path: orgs, body: `{"name":`},
		{name: "organization-create-media", as: "full", method: "POST", path: orgs, contentType: "text/xml", body: `<name/>`},
		{name: "organization-create-nobody", method: "POST", path: orgs, body: `{"name":"Barker"}`},
		{name: "organization", as: "full", method: "GET", path: misapret},
		{name: "organization-own", as: "full", method: "GET", path: orgs + "/your-domain"},
		{name: "organization-deleted", as: "full", method: "GET", path: orgs + "/gone-ab"},
		{name: "organization-foreign", as: "full", method: "GET", path: orgs + "/elsewhere"},
		{name: "organization-imaginary", as: "full", method: "GET", path: orgs + "/imaginary"},
		{name: "organization-out-of-reach", as: "named", method: "GET", path: orgs + "/your-domain"},
		{name: "organization-nobody", method: "GET", path: misapret},
		{name: "organization-no-scope", as: "reader", method: "GET", path: misapret},
		{name: "organization-update", as: "full", method: "PUT", path: misapret, contentType: form, body: "locality=San Francisco&privacy_policy_url=https%3A%2F%2Fmisapret.com%2Fpolicy&state="},
		{name: "organization-update-post", as: "full", method: "POST", path: misapret, contentType: form, body: "autocomplete_address=San Francisco"},
		{name: "organization-update-patch", as: "full", method: "PATCH", path: misapret, body: `{"name":"Misapret Group","country_name":null}`},
		{name: "organization-update-invalid", as: "full", method: "PUT", path: misapret, body: `{"name":"","country_name":"FRA"}`},
		{name: "organization-update-types", as: "full", method: "PUT", path: misapret, body: `{"name":["a"],"country_name":{"a":1},"locality":true}`},
		{name: "organization-update-stale", as: "full", method: "PUT", path: misapret, body: `{"name":"a"}`, err: organization.ErrStale},
		{name: "organization-update-foreign", as: "full", method: "PUT", path: orgs + "/elsewhere", body: `{"name":"a"}`},
		{name: "organization-update-deleted", as: "full", method: "PUT", path: orgs + "/gone-ab", body: `{"name":"a"}`},
		{name: "organization-update-no-scope", as: "reader", method: "PUT", path: misapret, body: `{"name":"a"}`},
		{name: "organization-update-nobody", method: "PUT", path: misapret, body: `{"name":"a"}`},
		{name: "organization-update-malformed", as: "full", method: "PUT", path: misapret, contentType: form, body: `name=%f`},
		{name: "organization-delete", as: "full", method: "DELETE", path: misapret},
		{name: "organization-delete-own", as: "full", method: "DELETE", path: orgs + "/your-domain"},
		{name: "organization-delete-foreign", as: "full", method: "DELETE", path: orgs + "/elsewhere"},
		{name: "organization-delete-no-scope", as: "reader", method: "DELETE", path: misapret},
		{name: "organization-delete-nobody", method: "DELETE", path: misapret},
	}
}

func userExchanges() []exchange {
	return []exchange{
		{name: "users", as: "full", method: "GET", path: users + "?environment=production"},
		{name: "users-sandbox", as: "sandbox", method: "GET", path: users + "?environment=SANDBOX"},
		{name: "users-other-environment", as: "sandbox", method: "GET", path: users + "?environment=production"},
		{name: "users-foreign", as: "full", method: "GET", path: "/api/v2/org/elsewhere/users"},
		{name: "users-no-scope", as: "founder", method: "GET", path: users},
		{name: "users-nobody", method: "GET", path: users},
		{name: "users-query-broken", as: "full", method: "GET", path: users + "?q[email_eq]=%c3%28"},
		{name: "user", as: "reader", method: "GET", path: janis + "?environment=production"},
		{name: "user-unknown", as: "full", method: "GET", path: users + "/unknown"},
		{name: "user-of-other-environment", as: "sandbox", method: "GET", path: janis},
		{name: "user-nobody", method: "GET", path: janis},
		{name: "user-by-email", as: "full", method: "GET", path: byEmail + "Janis.Joplin%40example.com"},
		{name: "user-by-email-unknown", as: "full", method: "GET", path: byEmail + "nobody@example.com"},
		{name: "user-by-email-nobody", method: "GET", path: byEmail + "nobody@example.com"},
		{name: "user-create", as: "full", method: "POST", path: users, contentType: form, body: seedUser},
		{name: "user-create-flat", as: "full", method: "POST", path: users, contentType: form, body: "email=a%2Bb@example.com&given_name=A&profile=https://a.example&profile_x=1&address[city]=Lille&gender="},
		{name: "user-create-query", as: "full", method: "POST", path: users + "?email=a@example.com&locale=en-US"},
		{name: "user-create-multipart", as: "full", method: "POST", path: users, contentType: "multipart/form-data; boundary=b", body: "--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\na@example.com\r\n--b\r\nContent-Disposition: form-data; name=\"profile[given_name]\"\r\n\r\nÅsa\r\n--b--\r\n"},
		{name: "user-create-no-email", as: "full", method: "POST", path: users},
		{name: "user-create-invalid", as: "full", method: "POST", path: users, body: `{"email":"nobody","birthdate":"1943-02-30","gender":"other","phone_number":"5","zoneinfo":"Mars/Base","locale":"!","website":"ftp://x","address":{"country":"France"}}`},
		{name: "user-create-types", as: "full", method: "POST", path: users, body: `{"email":["a@example.com"],"profile":{"given_name":1,"address":"Lille","locale":{}},"gender":false}`},
		{name: "user-create-profile-type", as: "full", method: "POST", path: users, body: `{"email":"a@example.com","profile":[1]}`},
		{name: "user-create-taken", as: "full", method: "POST", path: users, body: `{"email":"a@example.com"}`, err: organization.ErrUserEmail},
		{name: "user-create-no-scope", as: "reader", method: "POST", path: users, body: `{"email":"a@example.com"}`},
		{name: "user-create-foreign", as: "full", method: "POST", path: "/api/v2/org/elsewhere/users", body: `{"email":"a@example.com"}`},
		{name: "user-create-nobody", method: "POST", path: users, body: `{"email":"a@example.com"}`},
		{name: "user-create-malformed", as: "full", method: "POST", path: users, body: `{"email":"a","email":"b"}`},
		{name: "user-update", as: "full", method: "PUT", path: janis, contentType: form, body: "id=evil&__type__=User&profile[given_name]=Anna&address[locality]=Roubaix&profile[__type__]=Profile&avatar_hexa_color=%23000000"},
		{name: "user-update-seed", as: "full", method: "PUT", path: janis, body: "profile=https://franksinatra.com"},
		{name: "user-update-patch", as: "full", method: "PATCH", path: janis, body: `{"profile":{"address":null,"gender":null}}`},
		{name: "user-update-post", as: "full", method: "POST", path: janis, body: `{"nickname":"J"}`},
		{name: "user-update-invalid", as: "full", method: "PUT", path: janis, body: `{"profile":{"email":""}}`},
		{name: "user-update-unknown", as: "full", method: "PUT", path: users + "/unknown", body: `{"nickname":"J"}`},
		{name: "user-update-no-scope", as: "reader", method: "PUT", path: janis, body: `{"nickname":"J"}`},
		{name: "user-update-nobody", method: "PUT", path: janis, body: `{"nickname":"J"}`},
		{name: "user-update-malformed", as: "full", method: "PUT", path: janis, contentType: form, body: "profile=a&profile[given_name]=b"},
		{name: "user-delete", as: "full", method: "DELETE", path: janis},
		{name: "user-delete-unknown", as: "full", method: "DELETE", path: users + "/unknown"},
		{name: "user-delete-no-scope", as: "reader", method: "DELETE", path: janis},
		{name: "user-delete-nobody", method: "DELETE", path: janis},
	}
}

func applicationExchanges() []exchange {
	return []exchange{
		{name: "applications", as: "full", method: "GET", path: apps},
		{name: "applications-none", as: "sandbox", method: "GET", path: apps},
		{name: "applications-foreign", as: "full", method: "GET", path: "/api/v2/org/elsewhere/applications"},
		{name: "applications-no-scope", as: "reader", method: "GET", path: apps},
		{name: "applications-nobody", method: "GET", path: apps},
		{name: "applications-filter-invalid", as: "full", method: "GET", path: apps + "?q[updated_at_lteq]="},
		{name: "application-create", as: "full", method: "POST", path: apps, body: newApp},
		{name: "application-create-own", as: "full", method: "POST", path: "/api/v2/org/your-domain/applications", body: newApp},
		{name: "application-create-sandbox", as: "sandbox", method: "POST", path: apps, contentType: form, body: "name=A&application_type=VUE&allowed_redirect_urls[]=http://a.example&allowed_redirect_urls[]=http://b.example&allowed_logout_urls=http://a.example&allowed_origins_cors=http://a.example&allowed_web_origins%5B%5D=http://a.example&default_logout_url=http://a.example"},
		{name: "application-create-empty", as: "full", method: "POST", path: apps, body: `{}`},
		{name: "application-create-types", as: "full", method: "POST", path: apps, body: `{"name":{},"allowed_redirect_urls":[1],"allowed_logout_urls":{"a":"b"},"allowed_web_origins":true,"application_type":null}`},
		{name: "application-create-no-scope", as: "reader", method: "POST", path: apps, body: newApp},
		{name: "application-create-foreign", as: "full", method: "POST", path: "/api/v2/org/elsewhere/applications", body: newApp},
		{name: "application-create-nobody", method: "POST", path: apps, body: newApp},
		{name: "application-create-malformed", as: "full", method: "POST", path: apps, body: `[]`},
		{name: "application", as: "full", method: "GET", path: app},
		{name: "application-deleted", as: "full", method: "GET", path: apps + "/" + goneID},
		{name: "application-unknown", as: "full", method: "GET", path: apps + "/unknown"},
		{name: "application-of-other-environment", as: "sandbox", method: "GET", path: app},
		{name: "application-no-scope", as: "reader", method: "GET", path: app},
		{name: "application-nobody", method: "GET", path: app},
		{name: "application-update", as: "full", method: "PUT", path: app, contentType: form, body: `{ "application_type": "angular" }`},
		{name: "application-update-patch", as: "full", method: "PATCH", path: app, body: `{"description":null,"client_id":"evil"}`},
		{name: "application-update-post", as: "full", method: "POST", path: app, body: `{"name":"B"}`},
		{name: "application-update-invalid", as: "full", method: "PUT", path: app, body: `{"allowed_redirect_urls":[],"default_web_origin":"https://c.example"}`},
		{name: "application-update-deleted", as: "full", method: "PUT", path: apps + "/" + goneID, body: `{"name":"B"}`},
		{name: "application-update-no-scope", as: "reader", method: "PUT", path: app, body: `{"name":"B"}`},
		{name: "application-update-nobody", method: "PUT", path: app, body: `{"name":"B"}`},
		{name: "application-update-malformed", as: "full", method: "PUT", path: app, body: `{"name":"\ud800"}`},
		{name: "application-delete", as: "full", method: "DELETE", path: app},
		{name: "application-delete-in-use", as: "full", method: "DELETE", path: app, err: organization.ErrApplicationInUse},
		{name: "application-delete-unknown", as: "full", method: "DELETE", path: apps + "/unknown"},
		{name: "application-delete-no-scope", as: "reader", method: "DELETE", path: app},
		{name: "application-delete-nobody", method: "DELETE", path: app},
		{name: "storage-away", as: "full", method: "GET", path: app, err: outbound.ErrStorage.RetryIn(1)},
		{name: "broken", as: "full", method: "GET", path: app, err: errors.New("secret details")},
		{name: "path-unknown", as: "full", method: "GET", path: "/api/v2/nothing"},
		{name: "method-unknown", as: "full", method: "PATCH", path: orgs},
		{name: "method-odd", as: "full", method: "BREW", path: app},
		{name: "path-broken", as: "full", method: "GET", path: users + "/%00"},
	}
}

func TestEveryEndpointAndOutcomeIsWordedAsPromised(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, list := range [][]exchange{tokenExchanges(), organizationExchanges(), userExchanges(), applicationExchanges()} {
		for _, e := range list {
			t.Run(e.name, func(t *testing.T) {
				g.limits.Reset()
				g.reset(e.err)
				var headers []string
				if e.contentType != "" {
					headers = append(headers, "Content-Type: "+e.contentType)
				}
				a := g.ask(t, e.as, e.method, e.path, e.body, headers...)
				var b strings.Builder
				fmt.Fprintf(&b, "%s %s\nas: %s\n%s\n\n====\n%s", e.method, e.path, e.as, strings.ReplaceAll(e.body, "\r\n", "\n"), a)
				surface.Golden(t, e.name+".txt", b.String())
			})
		}
	}
}
