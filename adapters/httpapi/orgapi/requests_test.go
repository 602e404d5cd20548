package orgapi_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi/orgapi"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func TestRequestsAboutConnectionsAndTokensAreHandedOnInTheDomainsWords(t *testing.T) {
	g := open(t, orgapi.Config{})
	policy := func(p organization.UserPolicy) *organization.UserPolicy { return &p }
	provider := func(p organization.ProviderType) *organization.ProviderType { return &p }
	none, okta := organization.ProviderType(""), organization.ProviderOkta
	listing := organization.Listing{Limit: 10}
	sorted := organization.Listing{Limit: 2, Offset: 4, By: organization.FieldProvider, Ascending: true, Where: []organization.Condition{
		{Field: organization.FieldActive, Test: organization.Equals, Values: []string{"0"}}, {Field: organization.FieldProvider, Test: organization.In, Values: []string{"one_login", "okta"}}}}
	events := func(q audit.Query) audit.Query {
		if q.Limit == 0 {
			q.Limit = 10
		}
		return q
	}
	for _, c := range []struct {
		name, method, path, body, media string
		want                            any
	}{
		{"all connections", "GET", everyConnection, "", "", []any{true, listing}},
		{"connections of one organization", "GET", connections, "", "", []any{false, listing}},
		{"connections sorted and filtered", "GET", connections + "?page=3&per_page=2&s=provider_type%2Basc&q[provider_type_in][]=OneLogin&q[provider_type_in][]=okta&q[active_eq]=false&q[sp_id_eq]=x&q[onboarding_like]=y", "", "", []any{false, sorted}},
		{"nested redirections", "GET", connection + "?preload_associations=default_redirection", "", "", []string{redirectionID}},
		{"everything of a start", "POST", connections, `{"application_id":"a","uri":"u","sso_admin_email":"e","send_email":"1","provider_type":"OneLogin"}`, "",
			inbound.ConnectionStart{Application: "a", URI: "u", Email: "e", Send: true, Provider: organization.ProviderOneLogin}},
		{"the first name of an address that is given", "POST", connections, `{"it_admin_email":"later","sso_admin_email*":"starred","sso_admin_email":null}`, "", inbound.ConnectionStart{Email: "starred"}},
		{"letters that are not wanted", "POST", connections, `send_email=false&sso_admin_email=e`, form, inbound.ConnectionStart{Email: "e"}},
		{"the body comes before the query", "PUT", connection + "?seats_limit=1&active=true", `{"seats_limit":2}`, "", inbound.ConnectionUpdate{Seats: pointer(2), Active: pointer(true)}},
		{"an update of nothing", "PUT", connection, `{"active":null,"metadata":null,"default_redirection_id":"","user_security_type":"","provider_type":null,"seats_limit":null}`, "", inbound.ConnectionUpdate{}},
		{"metadata with everything in it", "PUT", connection, `metadata=%3Ca+b%3D%22%26%22%3E%0A&seats_limit=0`, form, inbound.ConnectionUpdate{Metadata: pointer("<a b=\"&\">\n"), Seats: pointer(0)}},
		{"a policy by its later name", "PUT", connection + "/sso-user-policy", `{"user_security_type":"only_registered_users"}`, "", inbound.ConnectionUpdate{Policy: policy(organization.RegisteredUser)}},
		{"a policy and nothing else", "PUT", connection + "/sso-user-policy", `{"user_security_type":"none","active":false,"metadata":"<a/>","provider_type":"okta"}`, "", inbound.ConnectionUpdate{Policy: policy(organization.AnyUser)}},
		{"a policy in capitals", "PUT", connection, `{"user_security_type":" Seats_Limited "}`, "", inbound.ConnectionUpdate{Policy: policy(organization.LimitedSeats)}},
		{"a provider by another name", "PUT", connection, `{"provider_type":"GOOGLE_WORKSPACE"}`, "", inbound.ConnectionUpdate{Provider: provider(organization.ProviderGoogle)}},
		{"switching on, and nothing else", "PATCH", connection + "/activate", `{"active":false,"seats_limit":5}`, "", inbound.ConnectionUpdate{Active: pointer(true)}},
		{"switching off", "PATCH", connection + "/disable", `active=true`, form, inbound.ConnectionUpdate{Active: pointer(false)}},
		{"an onboarding without a choice", "POST", bare + onboarding, `{"sso_admin_email":"it@client.example","provider_type":"unset"}`, "", []any{"it@client.example", none}},
		{"an onboarding with one", "POST", bare + onboarding, `sso_admin_email=it%2Bsso@client.example&provider_type=okta`, form, []any{"it+sso@client.example", okta}},
		{"nothing new of an onboarding", "PUT", connection + onboarding, `{}`, "", []any{(*string)(nil), (*organization.ProviderType)(nil)}},
		{"all new of an onboarding", "PUT", connection + onboarding, `{"it_admin_email":"new@client.example","provider_type":"null"}`, "", []any{pointer("new@client.example"), &none}},
		{"a redirection", "POST", connection + redirection, `{"application_id":"a","organization_id":"elsewhere-id","uri":null}`, "", []string{idpID, "a", ""}},
		{"keys sorted and filtered", "GET", metaKeys + "?s=name&q[type_eq]=STRING&q[required_eq]=1", "", "", organization.Listing{Limit: 10, By: organization.FieldName, Ascending: true, Where: []organization.Condition{
			{Field: organization.FieldRequired, Test: organization.Equals, Values: []string{"1"}}, {Field: organization.FieldType, Test: organization.Equals, Values: []string{"string"}}}}},
		{"a value that is a number", "PATCH", metadata, `{"user_id":"u","key_name":"k","key_value":12345678901234567890}`, "", []string{"u", "k", "12345678901234567890"}},
		{"a value that is false", "PATCH", metadata, `{"user_id":"u","key_name":"k","key_value":false}`, "", []string{"u", "k", "false"}},
		{"a key by its name with spaces", "DELETE", metaKeys, `{ "key_name": "my user metakey" }`, "", "my user metakey"},
		{"a key to remove, in the query", "DELETE", metaKeys + "?key_name=my+user%20metakey", "", "", "my user metakey"},
		{"everything of a sample", "GET", tokenSample + "?user_id=u&authorization_id=z&application_id=a&expired=1&expiration_in_seconds=60", "", "",
			inbound.TokenSample{User: "u", Authorization: "z", Application: "a", Expired: true, Life: time.Minute}},
		{"a sample of nobody", "GET", tokenSample, `{"user_id":"in the body"}`, "", inbound.TokenSample{}},
		{"the latest events", "GET", logEvents, "", "", events(audit.Query{})},
		{"the oldest events", "GET", logEvents + "?s=id%2Basc&per_page=1000&page=2", "", "", audit.Query{Oldest: true, Limit: 100, Offset: 100}},
		{"events by code, which is no order", "GET", logEvents + "?s=code%2Bdesc&sort=tenant_domain%2Basc", "", "", events(audit.Query{})},
		{"events from one on", "GET", logEvents + "?q[id_gt]=20&q[inserted_at_lteq]=1970-01-02&q[event_code_eq]=x&q[id_like]=2", "", "", events(audit.Query{Where: []audit.Condition{
			{Field: audit.FieldPosition, Test: "gt", Values: []string{"20"}}, {Field: audit.FieldAt, Test: "lteq", Values: []string{"86400000000"}}}})},
		{"some events", "GET", logEvents + "?q[id_in][]=1&q[id_in][]=007&q[inserted_at_is_null]=false", "", "", events(audit.Query{Where: []audit.Condition{
			{Field: audit.FieldPosition, Test: "in", Values: []string{"1", "7"}}, {Field: audit.FieldAt, Test: "not_null"}}})},
		{"events of an application", "GET", logEvents + "?client_id=a/b'%25", "", "", events(audit.Query{Subjects: []string{"application/a/b'%"}})},
		{"events of a connection, with a code", "GET", logEvents + "?saml_identity_provider_id=c&code=API_SSO_ADMIN_INVITED", "", "",
			events(audit.Query{Kinds: []string{audit.AdministratorInvited}, Subjects: []string{"sso_connection/c"}})},
		{"keys of samples", "GET", published + "/sample-jwks", "", "", []string{"misapret", "samples"}},
		{"keys of tokens", "GET", published, "", "", []string{"misapret", "tokens"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := g.play(t, exchange{as: "full", method: c.method, path: c.path, body: c.body, contentType: c.media})
			if got := g.last(); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%d %s\nasked %s\nwant  %s", a.StatusCode, a.body, show(got), show(c.want))
			}
		})
	}
}

func TestRedirectionsAreLookedUpOnceAndOnlyWhereTheyAreToBeShown(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, c := range []struct {
		path  string
		reads int
	}{
		{everyConnection, 1}, {everyConnection + "?preload_associations=onboarding", 1}, {everyConnection + "?preload_associations=default_redirection", 2},
		{connection, 1}, {connection + "?preload_associations[]=default_redirection", 2}, {bare + "?preload_associations[]=default_redirection", 1}, {underMisapret, 1},
	} {
		g.reset(nil)
		g.ask(t, "full", "GET", c.path, "")
		if len(g.asked) != c.reads {
			t.Errorf("%s: %d reads: %s", c.path, len(g.asked), show(g.asked))
		}
	}
}

func TestARefusedRequestChangesNothing(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, c := range []struct{ method, path, body string }{
		{"PUT", connection, `{"active":false,"preload_associations":{"a":"b"}}`}, {"PUT", connection, `{"active":false,"seats_limit":"x"}`},
		{"PATCH", connection + "/disable", `{"preload_associations":[1]}`}, {"PUT", connection + "/sso-user-policy", `{"user_security_type":"none","seats_limit":[]}`},
		{"POST", everyConnection, `{"sso_admin_email":"it@client.example","send_email":true}`}, {"POST", connections, `{"send_email":"yes"}`},
		{"POST", metaKeys, `{"user_metakey":{"name":"a","type":"string"}}`}, {"PATCH", metadata, `{"user_id":"` + userID + `","key_name":"colour","key_value":[]}`},
		{"GET", tokenSample + "?expiration_in_seconds=0", ""}, {"POST", connection + redirection, `{"application_id":" "}`},
	} {
		a := g.play(t, exchange{as: "full", method: c.method, path: c.path, body: c.body})
		if a.StatusCode != 422 || g.last() != nil {
			t.Errorf("%s %s %s: %d %s, asked %s", c.method, c.path, c.body, a.StatusCode, a.body, show(g.last()))
		}
	}
}

func TestWhatIsForeignReadsLikeWhatNeverWas(t *testing.T) {
	g := open(t, orgapi.Config{})
	for _, list := range [][]exchange{connectionExchanges(), onboardingExchanges(), customizationExchanges()} {
		answers := map[string]string{}
		for _, e := range list {
			if strings.HasSuffix(e.name, "-foreign") || strings.HasSuffix(e.name, "-imaginary") {
				answers[e.name] = g.play(t, e).String()
			}
		}
		if len(answers) == 0 {
			t.Fatal("nothing was compared")
		}
		for name, told := range answers {
			other, both := answers[strings.Replace(name, "-foreign", "-imaginary", 1)]
			if both && told != other || !strings.HasPrefix(told, "404") {
				t.Errorf("%s: %s", name, told)
			}
		}
	}
}
