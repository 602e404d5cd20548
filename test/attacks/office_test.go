package attacks

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/app/organization"
	domain "github.com/eidgate/eidgate/domain/organization"
)

// office is an organization's server at the organization API.
type office struct {
	g                         *gateway
	identifier, secret, token string
}

// manager is a client of a root organization, which may do what the scopes say, "" for all, in the organizations named.
func (g *gateway) manager(t *testing.T, root string, scopes []string, domains ...string) office {
	t.Helper()
	c, secret, err := g.registry.Enrol(t.Context(), organization.Enrolment{
		Domain: root, Environment: domain.Production, Kind: domain.KindManagement, Scopes: scopes, Domains: domains,
	})
	if err != nil {
		t.Fatal(err)
	}
	o := office{g: g, identifier: c.Identifier, secret: secret}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.Identifier}, "client_secret": {secret}}
	a := send(t, http.MethodPost, g.base+"/api/v2/oauth/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	var issued struct {
		Token string `json:"access_token"`
	}
	if json.Unmarshal(a.body, &issued) != nil || issued.Token == "" {
		t.Fatalf("a token is answered with %d %s", a.status, a.code)
	}
	o.token = issued.Token
	return o
}

// root is another root organization with a client that may do everything there.
func (g *gateway) root(t *testing.T, name string) office {
	t.Helper()
	made, err := g.registry.Found(t.Context(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	return g.manager(t, made.Domain, nil)
}

func (o office) ask(t *testing.T, method, path, body string) answer {
	t.Helper()
	return send(t, method, o.g.base+path, body, "Authorization", "Bearer "+o.token)
}

// make makes something, and gives its identifier and what else is told of it.
func (o office) make(t *testing.T, path, body string) (made struct{ ID, Domain string }) {
	t.Helper()
	a := o.ask(t, http.MethodPost, "/api/v2"+path, body)
	if a.status != http.StatusCreated || json.Unmarshal(a.body, &made) != nil || made.ID == "" {
		t.Fatalf("POST %s is answered with %d %s", path, a.status, a.code)
	}
	return made
}

// estate is an organization that has one of everything.
type estate struct {
	id, domain                        string
	user, app, spare, connected, bare string // spare is used by no redirection, bare has no onboarding
}

const (
	member  = "janis.joplin@customer.example"
	newApp  = `{"name":"%","application_type":"react","allowed_redirect_urls":["https://app.example/in"],"allowed_logout_urls":["https://app.example/out"],"allowed_origins_cors":["https://app.example"],"allowed_web_origins":["https://app.example"]}`
	nowhere = "01890000-0000-7000-8000-000000000000"
)

// acquire makes an estate.
func (o office) acquire(t *testing.T, name string) estate {
	t.Helper()
	made := o.make(t, "/organizations", `{"name":"`+name+`"}`)
	e, of := estate{id: made.ID, domain: made.Domain}, "/org/"+made.Domain
	e.user = o.make(t, of+"/users", `{"email":"`+member+`","given_name":"Janis"}`).ID
	e.app = o.make(t, of+"/applications", strings.Replace(newApp, "%", "Used", 1)).ID
	e.spare = o.make(t, of+"/applications", strings.Replace(newApp, "%", "Spare", 1)).ID
	e.connected = o.make(t, of+"/sso-connections", `{"application_id":"`+e.app+`","sso_admin_email":"it@customer.example"}`).ID
	e.bare = o.make(t, of+"/sso-connections", `{}`).ID
	o.make(t, of+"/token-customization/user-metakey", `{"name":"colour","type":"STRING","required":"false"}`)
	return e
}

// fill puts what an estate has into a pattern or body.
func (e estate) fill(text string) string {
	return strings.NewReplacer(
		":org_domain", e.domain, ":user_id", e.user, ":client_id", e.spare, ":user_email", url.PathEscape(member), ":idp_id", e.connected,
		"$user", e.user, "$app", e.app, "$org", e.id, "$bare", e.bare,
	).Replace(text)
}

// event is what GET log-events shows of one.
type event struct {
	ID         int64
	Code       string  `json:"event_code"`
	Client     *string `json:"client_id"`
	User       *string `json:"resource_owner_id"`
	Connection *string `json:"saml_identity_provider_id"`
	Domain     string  `json:"tenant_domain"`
}

// events gives all that happened in an organization, newest first.
func (o office) events(t *testing.T, domain string) []event {
	t.Helper()
	var list struct {
		Data  []event
		Total int
	}
	a := o.ask(t, http.MethodGet, "/api/v2/org/"+domain+"/log-events?per_page=100", "")
	if a.status != http.StatusOK || json.Unmarshal(a.body, &list) != nil {
		t.Fatalf("the log events are answered with %d %s", a.status, a.code)
	}
	if list.Total != len(list.Data) || list.Total == 0 {
		t.Fatalf("%d of %d events are on the page", len(list.Data), list.Total)
	}
	return list.Data
}

// endpoints are those of the organization API, by method and pattern.
func endpoints() (list []string) {
	for _, r := range orgapi.New(orgapi.Config{}, orgapi.Deps{}).Routes() {
		list = append(list, r.Method+" "+r.Pattern)
	}
	return list
}
