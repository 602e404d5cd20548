package orgapi

import (
	"net/http"

	"github.com/eidgate/eidgate/domain/organization"
)

// mostMetadata is how long a request may be that has the metadata of an identity provider in it: a mebibyte of XML, with
// what a form or JSON must write in other signs.
const mostMetadata = 2 << 20

// change is one operation by two methods, where POST does something else.
var change = []string{http.MethodPut, http.MethodPatch}

// connectionRows are there twice: under the organization, and by the connection's identifier alone, which names its
// organization, too. Callers differ in which they use.
func connectionRows() []row {
	const (
		every = "/api/v2/sso-connections"
		of    = "/api/v2/org/:org_domain/sso-connections"
		one   = "/:idp_id"
	)
	list := []row{
		{name: "listEverySsoConnection", methods: get, pattern: every, scope: "read_many:sso_connections", target: root, run: (*Surface).listEveryConnection},
		{name: "createSsoConnection", methods: post, pattern: every, scope: "create:sso_connections", target: organizationInBody, run: (*Surface).createConnection},
		{name: "listSsoConnectionsOfOrganization", methods: get, pattern: of, scope: "read_many:sso_connections", target: domainInPath, run: (*Surface).listConnections},
		{name: "createSsoConnectionOfOrganization", methods: post, pattern: of, scope: "create:sso_connections", target: domainInPath, run: (*Surface).createConnection},
	}
	for _, r := range []row{
		{name: "getSsoConnection", methods: get, scope: "read:sso_connections", run: (*Surface).getConnection},
		{name: "updateSsoConnection", methods: update, scope: "update:sso_connections", most: mostMetadata, run: (*Surface).updateConnection},
		{name: "deleteSsoConnection", methods: remove, scope: "delete:sso_connections", run: (*Surface).deleteConnection},
		{name: "activateSsoConnection", methods: patch, pattern: "/activate", scope: "update:sso_connections", run: (*Surface).activateConnection},
		{name: "disableSsoConnection", methods: patch, pattern: "/disable", scope: "update:sso_connections", run: (*Surface).disableConnection},
		{name: "updateSsoUserPolicy", methods: change, pattern: "/sso-user-policy", scope: "update:sso_connections", run: (*Surface).updatePolicy},
		{name: "createAdminOnboarding", methods: post, pattern: "/admin-onboarding", scope: "create:admin_onboardings", run: (*Surface).createOnboarding},
		{name: "updateAdminOnboarding", methods: change, pattern: "/admin-onboarding", scope: "update:admin_onboardings", run: (*Surface).updateOnboarding},
		{name: "inviteAdmin", methods: post, pattern: "/invite-admin", scope: "update:admin_onboardings", run: (*Surface).inviteAdministrator},
		{name: "resetAdminOnboarding", methods: patch, pattern: "/reset-onboarding", scope: "update:admin_onboardings", run: (*Surface).resetOnboarding},
		{name: "getDefaultRedirection", methods: get, pattern: "/default-redirection", scope: "read:redirections", run: (*Surface).getRedirection},
		{name: "createDefaultRedirection", methods: post, pattern: "/default-redirection", scope: "create:redirections", run: (*Surface).createRedirection},
	} {
		path := r.pattern
		r.pattern, r.target = every+one+path, connectionInPath
		list = append(list, r)
		r.name, r.pattern, r.target = r.name+"OfOrganization", of+one+path, domainInPath
		list = append(list, r)
	}
	return list
}

var connectionColumns = columns{
	"inserted_at": insertedAt, "updated_at": updatedAt,
	"active": {field: organization.FieldActive, sorts: true, tests: exact, values: yesOrNo},
	"provider_type": {field: organization.FieldProvider, sorts: true, tests: exact, values: func(text string) (string, bool) {
		return string(providerOf(text)), true
	}},
}

// customizationRows are about what stands in the tokens of users.
func customizationRows() []row {
	const all = "/api/v2/org/:org_domain/token-customization"
	return []row{
		{name: "getTokenSample", methods: get, pattern: all + "/sample", scope: "create:token_customization", target: domainInPath, run: (*Surface).getSample},
		{name: "setUserMetadata", methods: change, pattern: all + "/set-user-metadata", scope: "update:token_customization", target: domainInPath, run: (*Surface).setMetadata},
		{name: "listUserMetaKeys", methods: get, pattern: all + "/user-metakey", scope: "read_many:token_customization", target: domainInPath, run: (*Surface).listMetaKeys},
		{name: "createUserMetaKey", methods: post, pattern: all + "/user-metakey", scope: "create:token_customization", target: domainInPath, run: (*Surface).createMetaKey},
		{name: "deleteUserMetaKey", methods: remove, pattern: all + "/user-metakey", scope: "delete:token_customization", target: domainInPath, run: (*Surface).deleteMetaKey},
	}
}

func eventRows() []row {
	return []row{
		{name: "listLogEvents", methods: get, pattern: "/api/v2/org/:org_domain/log-events", scope: "read_many:log_events", target: forgottenInPath, run: (*Surface).listEvents},
	}
}

// publishedRows are for everybody who has to verify a token.
func publishedRows() []row {
	const all = "/t/:org_domain/.well-known"
	return []row{
		{name: "getJwks", methods: get, pattern: all, run: (*Surface).getKeys},
		{name: "getJwksSuffixed", methods: get, pattern: all + "/jwks", run: (*Surface).getKeys},
		{name: "getJwksFile", methods: get, pattern: all + "/jwks.json", run: (*Surface).getKeys},
		{name: "getSampleJwks", methods: get, pattern: all + "/sample-jwks", run: (*Surface).getSampleKeys},
		{name: "getIssuer", methods: get, pattern: all + "/openid-configuration", run: (*Surface).getIssuer},
	}
}
