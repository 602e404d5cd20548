package attacks

import "strings"

// deed is what can be asked of one endpoint about an estate, and what it leaves in the log.
type deed struct {
	query, body string
	status      int
	about       string // what the events name: "user", "client", "connection", "" for none of these
	codes       []string
	path        string // in place of the pattern
	after       string // what is asked first by the same method, for there to be something to change
}

// deeds has one for every endpoint. Methods that mean the same share one.
func deeds() map[string]deed {
	const (
		orgs    = "/api/v2/organizations"
		of      = "/api/v2/org/:org_domain"
		tokens  = of + "/token-customization"
		keys    = "/t/:org_domain/.well-known"
		idp     = "/:idp_id"
		created = 201
	)
	all := map[string]deed{}
	add := func(methods, pattern string, d deed) {
		if d.status == 0 {
			d.status = 200
		}
		for method := range strings.FieldsSeq(methods) {
			all[method+" "+pattern] = d
		}
	}
	one := func(code string) []string { return []string{code} }

	add("GET", orgs, deed{})
	add("POST", orgs, deed{body: `{"name":"Another than $org"}`, status: created, codes: one("API_ORGANIZATION_CREATED")})
	add("GET", orgs+"/:org_domain", deed{})
	add("PUT PATCH POST", orgs+"/:org_domain", deed{body: `{"locality":"Lille"}`, codes: one("API_ORGANIZATION_UPDATED")})
	add("DELETE", orgs+"/:org_domain", deed{codes: one("API_ORGANIZATION_DELETED")})

	add("GET", of+"/users", deed{})
	add("POST", of+"/users", deed{body: `{"email":"jimi@customer.example"}`, status: created, codes: one("API_USER_CREATED"), about: "user"})
	add("GET", of+"/users/:user_id", deed{})
	add("PUT PATCH POST", of+"/users/:user_id", deed{body: `{"nickname":"Pearl"}`, codes: one("API_USER_UPDATED"), about: "user"})
	add("DELETE", of+"/users/:user_id", deed{codes: one("API_USER_DELETED"), about: "user"})
	add("GET", of+"/user-by-email/:user_email", deed{})

	add("GET", of+"/applications", deed{})
	add("POST", of+"/applications", deed{body: strings.Replace(newApp, "%", "New", 1), status: created, codes: one("API_APPLICATION_CREATED"), about: "client"})
	add("GET", of+"/applications/:client_id", deed{})
	add("PUT PATCH POST", of+"/applications/:client_id", deed{body: `{"name":"Other"}`, codes: one("API_APPLICATION_UPDATED"), about: "client"})
	add("DELETE", of+"/applications/:client_id", deed{codes: one("API_APPLICATION_DELETED"), about: "client"})

	add("GET", "/api/v2/sso-connections", deed{})
	add("POST", "/api/v2/sso-connections", deed{body: `{"organization_id":"$org"}`, status: created, codes: one("API_SSO_CONNECTION_CREATED"), about: "connection"})
	add("GET", of+"/sso-connections", deed{})
	add("POST", of+"/sso-connections", deed{body: `{"provider_type":"okta"}`, status: created, codes: one("API_SSO_CONNECTION_CREATED"), about: "connection"})
	for _, base := range []string{"/api/v2/sso-connections", of + "/sso-connections"} {
		add("GET", base+idp, deed{})
		add("PUT PATCH POST", base+idp, deed{body: `{"provider_type":"adfs"}`, codes: one("API_SSO_CONNECTION_UPDATED"), about: "connection"})
		add("DELETE", base+idp, deed{codes: one("API_SSO_CONNECTION_DELETED"), about: "connection"})
		add("PATCH", base+idp+"/activate", deed{after: base + "/:idp_id/disable", codes: one("API_SSO_CONNECTION_ACTIVATED"), about: "connection"})
		add("PATCH", base+idp+"/disable", deed{codes: one("API_SSO_CONNECTION_DISABLED"), about: "connection"})
		add("PUT PATCH", base+idp+"/sso-user-policy", deed{body: `{"user_security_type":"seats_limit","seats_limit":7}`, codes: one("API_SSO_POLICY_UPDATED"), about: "connection"})
		add("POST", base+idp+"/admin-onboarding", deed{
			path: base + "/$bare/admin-onboarding", body: `{"sso_admin_email":"new@customer.example"}`, status: created, codes: one("API_SSO_ONBOARDING_CREATED"), about: "connection",
		})
		add("PUT PATCH", base+idp+"/admin-onboarding", deed{body: `{"sso_admin_email":"new@customer.example"}`, codes: one("API_SSO_ONBOARDING_UPDATED"), about: "connection"})
		add("POST", base+idp+"/invite-admin", deed{status: created, codes: one("API_SSO_ADMIN_INVITED"), about: "connection"})
		add("PATCH", base+idp+"/reset-onboarding", deed{codes: one("API_SSO_ONBOARDING_RESET"), about: "connection"})
		add("GET", base+idp+"/default-redirection", deed{})
		add("POST", base+idp+"/default-redirection", deed{body: `{"application_id":"$app"}`, status: created, codes: one("API_SSO_REDIRECTION_CREATED"), about: "connection"})
	}

	add("GET", tokens+"/sample", deed{query: "?user_id=$user", codes: []string{"API_TOKEN_SAMPLE_ISSUED", "SIGNING_KEY_CREATED"}})
	add("PUT PATCH", tokens+"/set-user-metadata", deed{body: `{"user_id":"$user","key_name":"colour","key_value":"blue"}`, codes: one("API_METADATA_SET"), about: "user"})
	add("GET", tokens+"/user-metakey", deed{})
	add("POST", tokens+"/user-metakey", deed{body: `{"name":"shoe","type":"STRING","required":"false"}`, status: created, codes: one("API_METAKEY_CREATED")})
	add("DELETE", tokens+"/user-metakey", deed{body: `{"key_name":"colour"}`, codes: one("API_METAKEY_DELETED")})
	add("GET", of+"/log-events", deed{})
	for _, rest := range []string{"", "/jwks", "/jwks.json", "/sample-jwks", "/openid-configuration"} {
		add("GET", keys+rest, deed{})
	}
	return all
}

// open holds for endpoints that want no token.
func (d deed) open(endpoint string) bool {
	return strings.Contains(endpoint, " /t/") || strings.HasSuffix(endpoint, "/oauth/token")
}

// pattern is what is asked, with its query.
func (d deed) pattern(endpoint string) (method, pattern string) {
	method, pattern, _ = strings.Cut(endpoint, " ")
	if d.path != "" {
		pattern = d.path
	}
	return method, pattern + d.query
}
