package orgapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/surface"
)

const (
	everyConnection = "/api/v2/sso-connections"
	connections     = "/api/v2/org/misapret/sso-connections"
	connection      = everyConnection + "/" + idpID
	bare            = everyConnection + "/" + bareIDP
	underMisapret   = connections + "/" + idpID
	misapretID      = "bbc39a5a-905c-4def-90e6-605ed7b27098"
	newConnection   = `{"organization_id":"` + misapretID + `","application_id":"` + appID + `","sso_admin_email":"it_sso_person@sso.client.com"}`
	idpMetadata     = `<EntityDescriptor entityID=\"https://idp.example\"/>`
)

// refusals are what every endpoint of a connection says to those whom it does not serve. path begins with a slash, or is
// "".
func refusals(name, method, path, body string) []exchange {
	at := func(id string) string { return everyConnection + "/" + id + path }
	return []exchange{
		{name: name + "-nobody", method: method, path: at(idpID), body: body},
		{name: name + "-no-scope", as: "reader", method: method, path: at(idpID), body: body},
		{name: name + "-foreign", as: "full", method: method, path: at(foreignIDP), body: body},
		{name: name + "-imaginary", as: "full", method: method, path: at(imaginaryIDP), body: body},
		{name: name + "-out-of-reach", as: "named", method: method, path: at(ownIDP), body: body},
		{name: name + "-of-other-environment", as: "sandbox", method: method, path: at(idpID), body: body},
		{name: name + "-of-other-organization", as: "full", method: method, path: connections + "/" + ownIDP + path, body: body},
		{name: name + "-under-foreign", as: "full", method: method, path: "/api/v2/org/elsewhere/sso-connections/" + foreignIDP + path, body: body},
		{name: name + "-storage-away", as: "full", method: method, path: at(idpID), body: body, err: outbound.ErrStorage.RetryIn(1)},
	}
}

func connectionExchanges() []exchange {
	list := []exchange{
		{name: "connections-all", as: "full", method: "GET", path: everyConnection},
		{name: "connections-all-preloaded", as: "full", method: "GET", path: everyConnection + "?preload_associations[]=default_redirection&preload_associations[]=onboarding&per_page=1"},
		{name: "connections-all-sandbox", as: "sandbox", method: "GET", path: everyConnection},
		{name: "connections-all-nobody", method: "GET", path: everyConnection},
		{name: "connections-all-no-scope", as: "reader", method: "GET", path: everyConnection},
		{name: "connections-all-filter-invalid", as: "full", method: "GET", path: everyConnection + "?q[active_eq]=perhaps&preload_associations[a]=b"},
		{name: "connections", as: "full", method: "GET", path: connections + "?preload_associations=onboarding"},
		{name: "connections-foreign", as: "full", method: "GET", path: "/api/v2/org/elsewhere/sso-connections"},
		{name: "connections-imaginary", as: "full", method: "GET", path: "/api/v2/org/imaginary/sso-connections"},
		{name: "connections-nobody", method: "GET", path: connections},
		{name: "connections-no-scope", as: "reader", method: "GET", path: connections},

		{name: "connection-create", as: "full", method: "POST", path: everyConnection, body: newConnection},
		{name: "connection-create-seed", as: "full", method: "POST", path: everyConnection, contentType: form, body: `{ "application_id": "` + appID + `", "sso_admin_email": "it_sso_person@sso.client.com", "organization_id": "` + misapretID + `" }`},
		{name: "connection-create-least", as: "full", method: "POST", path: everyConnection + "?organization_id=" + misapretID},
		{name: "connection-create-own", as: "full", method: "POST", path: everyConnection, body: `{"organization_id":"root-id","provider_type":"onelogin"}`},
		{name: "connection-create-under", as: "full", method: "POST", path: connections, contentType: form, body: "sso_admin_email*=it%40client.example&send_email=true&provider_type=okta&organization_id=elsewhere-id&idp_id=evil"},
		{name: "connection-create-undelivered", as: "full", method: "POST", path: connections, body: `{"it_admin_email":"undeliverable@client.example","send_email":true}`},
		{name: "connection-create-uri", as: "full", method: "POST", path: connections, body: `{"application_id":"` + appID + `","uri":"https://evil.example"}`},
		{name: "connection-create-no-organization", as: "full", method: "POST", path: everyConnection, body: `{"application_id":"` + appID + `"}`},
		{name: "connection-create-foreign-organization", as: "full", method: "POST", path: everyConnection, body: `{"organization_id":"elsewhere-id"}`},
		{name: "connection-create-imaginary-organization", as: "full", method: "POST", path: everyConnection, body: `{"organization_id":"imaginary"}`},
		{name: "connection-create-no-application", as: "full", method: "POST", path: connections, body: `{"application_id":"unknown"}`},
		{name: "connection-create-send-to-nobody", as: "full", method: "POST", path: connections, body: `{"send_email":true}`},
		{name: "connection-create-no-address", as: "full", method: "POST", path: connections, body: `{"sso_admin_email":"nobody"}`},
		{name: "connection-create-provider", as: "full", method: "POST", path: connections, body: `{"provider_type":"openid"}`},
		{name: "connection-create-types", as: "full", method: "POST", path: everyConnection, body: `{"organization_id":["a"],"application_id":{},"send_email":"it@client.example","uri":5,"sso_admin_email":[],"provider_type":true}`},
		{name: "connection-create-malformed", as: "full", method: "POST", path: everyConnection, body: `{"organization_id":`},
		{name: "connection-create-media", as: "full", method: "POST", path: everyConnection, contentType: "text/xml", body: `<a/>`},
		{name: "connection-create-nobody", method: "POST", path: everyConnection, body: `{"organization_id":`},
		{name: "connection-create-no-scope", as: "reader", method: "POST", path: everyConnection, body: newConnection},
		{name: "connection-create-foreign", as: "full", method: "POST", path: "/api/v2/org/elsewhere/sso-connections", body: `{}`},
		{name: "connection-create-mail-unconfigured", as: "full", method: "POST", path: connections, body: `{"sso_admin_email":"it@client.example","send_email":1}`, err: outbound.ErrNoMail},

		{name: "connection", as: "full", method: "GET", path: connection},
		{name: "connection-preloaded", as: "full", method: "GET", path: connection + "?preload_associations[]=onboarding&preload_associations[]=default_redirection"},
		{name: "connection-preloaded-nonsense", as: "full", method: "GET", path: connection + "?preload_associations=http://localhost:3000"},
		{name: "connection-preloaded-types", as: "full", method: "GET", path: connection + "?preload_associations[a]=onboarding"},
		{name: "connection-bare", as: "full", method: "GET", path: bare + "?preload_associations[]=onboarding&preload_associations[]=default_redirection"},
		{name: "connection-own", as: "full", method: "GET", path: everyConnection + "/" + ownIDP},
		{name: "connection-under", as: "full", method: "GET", path: underMisapret},

		{name: "connection-update", as: "full", method: "PUT", path: connection, body: `{ "seats_limit": 12 }`},
		{name: "connection-update-all", as: "full", method: "PUT", path: bare, body: `{"active":false,"default_redirection_id":"` + secondID + `","metadata":"` + idpMetadata + `","provider_type":"google_workspace","user_security_type":"seats_limit","seats_limit":"3","preload_associations":["default_redirection"]}`},
		{name: "connection-update-echo", as: "full", method: "PUT", path: bare, body: `{"__type__":"SsoConnection","id":"evil","sp_id":"evil","active":true,"default_redirection":null,"default_redirection_id":null,"metadata":[],"onboarding":null,"provider_type":null,"seats_limit":null,"user_security_type":"none","inserted_at":"2022-03-04T17:55:12"}`},
		{name: "connection-update-form", as: "full", method: "POST", path: connection, contentType: form, body: "active=0&user_security_type=user_provisionned&metadata=%3Ca%2F%3E"},
		{name: "connection-update-patch", as: "full", method: "PATCH", path: underMisapret, body: `{"provider_type":"adfs"}`},
		{name: "connection-update-redirection", as: "full", method: "PUT", path: connection, body: `{"default_redirection_id":"of-another"}`},
		{name: "connection-update-metadata", as: "full", method: "PUT", path: connection, body: `{"metadata":"<!DOCTYPE a>"}`},
		{name: "connection-update-metadata-old", as: "full", method: "PUT", path: connection, body: `{"metadata":"<old/>"}`},
		{name: "connection-update-metadata-empty", as: "full", method: "PUT", path: connection, body: `{"metadata":""}`},
		{name: "connection-update-metadata-types", as: "full", method: "PUT", path: connection, body: `{"metadata":["<a/>"]}`},
		{name: "connection-update-entity-taken", as: "full", method: "PUT", path: connection, body: `{"metadata":"<a/>"}`, err: organization.ErrEntityTaken},
		{name: "connection-update-invalid", as: "full", method: "PUT", path: connection, body: `{"provider_type":"openid","user_security_type":"everybody","seats_limit":-1}`},
		{name: "connection-update-types", as: "full", method: "PUT", path: connection, body: `{"active":"perhaps","seats_limit":1.5,"default_redirection_id":{},"provider_type":[],"user_security_type":7,"metadata":{}}`},
		{name: "connection-update-stale", as: "full", method: "PUT", path: connection, body: `{"active":false}`, err: organization.ErrStale},
		{name: "connection-update-malformed", as: "full", method: "PUT", path: connection, body: `{"active":`},
		{name: "connection-update-media", as: "full", method: "PUT", path: connection, contentType: "text/xml", body: `<EntityDescriptor/>`},

		{name: "connection-delete", as: "full", method: "DELETE", path: connection},
		{name: "connection-delete-under", as: "full", method: "DELETE", path: connections + "/" + bareIDP},
		{name: "connection-activate", as: "full", method: "PATCH", path: bare + "/activate"},
		{name: "connection-disable", as: "full", method: "PATCH", path: connection + "/disable"},
		{name: "connection-disable-under", as: "full", method: "PATCH", path: underMisapret + "/disable"},
	}
	for name, method := range map[string]string{"connection": "GET", "connection-update": "PUT", "connection-delete": "DELETE"} {
		list = append(list, refusals(name, method, "", "")...)
	}
	list = append(list, refusals("connection-activate", "PATCH", "/activate", "")...)
	return append(list, refusals("connection-disable", "PATCH", "/disable", "")...)
}

func TestEveryOutcomeOfConnectionsAndTokensIsWordedAsPromised(t *testing.T) {
	g, doc := open(t, orgapi.Config{}), newDocument(t)
	seen := map[string]bool{}
	for _, list := range [][]exchange{connectionExchanges(), onboardingExchanges(), customizationExchanges(), eventExchanges(), publishedExchanges()} {
		for _, e := range list {
			if seen[e.name] {
				t.Fatal("two exchanges are called", e.name)
			}
			seen[e.name] = true
			t.Run(e.name, func(t *testing.T) {
				a := g.play(t, e)
				doc.Check(t, a.Response, a.body)
				var b strings.Builder
				fmt.Fprintf(&b, "%s %s\nas: %s\n%s\n\n====\n%s", e.method, e.path, e.as, e.body, a)
				surface.Golden(t, e.name+".txt", b.String())
			})
		}
	}
}

// play sends what an exchange says, to a house that has seen nothing before.
func (g gateway) play(t *testing.T, e exchange) answer {
	t.Helper()
	g.limits.Reset()
	g.reset(e.err)
	var headers []string
	if e.contentType != "" {
		headers = append(headers, "Content-Type: "+e.contentType)
	}
	return g.ask(t, e.as, e.method, e.path, e.body, headers...)
}
