package orgapi

import (
	"net/http"

	"github.com/eidgate/eidgate/domain/organization"
)

// tags, in the order in which they are shown
const (
	tagAccess        = "Access"
	tagOrganizations = "Organizations"
	tagUsers         = "Users"
	tagApplications  = "Applications"
	tagConnections   = "SSO connections"
	tagCustomization = "Token customization"
	tagEvents        = "Log events"
	tagPublished     = "Keys"
)

// the people and things of the examples
const (
	sampleUser        = "1fec57ed-b014-47f7-8322-955c8aad58ed"
	sampleApplication = "60d91698-e3b9-4779-a781-bea2b1a6cfea"
	sampleLanding     = "https://app.example/callback"
	sampleOrigin      = "https://app.example"
	sampleEmail       = "janis.joplin@example.com"
)

// sayings are what the document says of rows, by their names.
var sayings = func() map[string]saying {
	all := map[string]saying{}
	for _, group := range []map[string]saying{accessSayings(), organizationSayings(), userSayings(), applicationSayings(), connectionSayings(), customizationSayings(), publishedSayings()} {
		for name, s := range group {
			all[name] = s
		}
	}
	return all
}()

func accessSayings() map[string]saying {
	token := saying{
		tag: tagAccess, summary: "Get a token", status: http.StatusOK, answers: []any{sampledToken()},
		about: "OAuth 2.0 client credentials (RFC 6749, section 4.4). The credentials may also come by HTTP Basic.",
		takes: []input{
			required(chosen("grant_type", "", "client_credentials", []string{"client_credentials"})),
			text("client_id", "The API key.", "management"), text("client_secret", "Its secret.", "secret"),
			text("domain", "The domain of the key's own organization. `tenant_domain` and `audience` are the same.", nil),
			text("tenant_domain", "See `domain`.", nil), text("audience", "See `domain`.", nil),
		},
	}
	return map[string]saying{"createToken": token, "createTokenUnversioned": token}
}

func organizationSayings() map[string]saying {
	details := []input{
		text("locality", "Where its head office is.", "Stockholm"), text("autocomplete_address", "Stands as the locality where none is given.", nil), text("state", "", nil),
		text("country_name", "ISO 3166-1, two letters.", "SE"), formatted("uri", "privacy_policy_url", "", "https://acme.example/privacy"), formatted("uri", "terms_of_service_url", "", "https://acme.example/terms"),
	}
	about := "The domain never changes, whatever the name does."
	name := text("name", "", "Awesome company")
	return map[string]saying{
		"listOrganizations":  {tag: tagOrganizations, summary: "List organizations", status: http.StatusOK, answers: []any{listed(sampledOrganization())}, lists: true},
		"createOrganization": {tag: tagOrganizations, summary: "Make an organization", about: "Its domain is made of its name.", takes: append([]input{required(name)}, details...), status: http.StatusCreated, answers: []any{sampledOrganization()}},
		"getOrganization":    {tag: tagOrganizations, summary: "Show an organization", about: "Of a deleted one, what is remembered.", status: http.StatusOK, answers: []any{sampledOrganization(), sampledFormerOrganization()}},
		"updateOrganization": {tag: tagOrganizations, summary: "Update an organization", about: about, takes: append([]input{name}, details...), status: http.StatusOK, answers: []any{sampledOrganization()}},
		"deleteOrganization": {tag: tagOrganizations, summary: "Delete an organization", about: "With everything that is in it. Its domain stays taken.", status: http.StatusOK, answers: []any{deleted(sampledOrganization())}},
	}
}

func userSayings() map[string]saying {
	address := input{name: "address", about: "null removes it.", example: object{"street_address": "165 avenue de Bretagne", "postal_code": "59000", "locality": "Lille", "country": "FR"},
		schema: object{"type": "object", "nullable": true, "properties": object{
			"country": object{"type": "string"}, "formatted": object{"type": "string"}, "locality": object{"type": "string", "description": "`city` is the same."},
			"postal_code": object{"type": "string"}, "region": object{"type": "string"}, "street_address": object{"type": "string"},
		}}}
	email := formatted("email", "email", "Unique in the organization and environment.", sampleEmail)
	profile := []input{
		text("given_name", "", "Janis"), text("family_name", "", "Joplin"), text("nickname", "", nil),
		chosen("gender", "", "female", []string{"male", "female"}), formatted("date", "birthdate", "", "1943-01-19"),
		text("phone_number", "With the country's code; kept as it is written.", "+1-555-415-1337"), formatted("uri", "picture", "", nil), formatted("uri", "website", "", nil),
		{name: "profile", about: "A page about the person, or an object with all of these parameters in it.", schema: object{"anyOf": []object{{"type": "string", "format": "uri"}, {"type": "object"}}}},
		text("zoneinfo", "A name of the IANA time zone database.", "America/Los_Angeles"), text("locale", "BCP 47.", "fr"), address,
	}
	about := "Each parameter may stand in `profile`, too; one at the top comes first. Answers have `email`, `phone_number` and `address` in both places: whoever sends one back changes these at the top."
	return map[string]saying{
		"listUsers":      {tag: tagUsers, summary: "List users", takes: []input{environmentInput}, status: http.StatusOK, answers: []any{listed(sampledUser())}, lists: true},
		"createUser":     {tag: tagUsers, summary: "Make a user", about: about, takes: append([]input{email}, profile...), status: http.StatusCreated, answers: []any{sampledUser()}},
		"getUser":        {tag: tagUsers, summary: "Show a user", takes: []input{environmentInput}, status: http.StatusOK, answers: []any{sampledUser()}},
		"getUserByEmail": {tag: tagUsers, summary: "Find a user by e-mail address", about: "Upper and lower case are the same.", takes: []input{environmentInput}, status: http.StatusOK, answers: []any{sampledUser()}},
		"updateUser":     {tag: tagUsers, summary: "Update a user", about: about, takes: append([]input{email}, profile...), status: http.StatusOK, answers: []any{sampledUser()}},
		"deleteUser":     {tag: tagUsers, summary: "Delete a user", status: http.StatusOK, answers: []any{deleted(sampledUser())}},
	}
}

// environmentInput is read from every query, and documented where the API's own description has it.
var environmentInput = chosen("environment", "Must be the key's own.", nil, []string{"sandbox", "production"})

func applicationSayings() map[string]saying {
	needed := func() []input {
		return []input{
			text("name", "", "Front office"), chosen("application_type", "", "react", organization.ApplicationTypes()),
			urls("allowed_redirect_urls", "Where people may be sent after signing in; compared byte for byte.", sampleLanding),
			urls("allowed_logout_urls", "Where people may be sent after signing out; compared byte for byte.", sampleOrigin),
			urls("allowed_origins_cors", "", sampleOrigin),
		}
	}
	optional := []input{
		urls("allowed_web_origins", "Of a new application, those of `allowed_origins_cors` where it is not given; never empty.", sampleOrigin),
		text("description", "", nil), formatted("uri", "default_redirect_uri_after_login", "One of those that are allowed.", sampleLanding),
		formatted("uri", "default_redirect_uri_after_logout", "One of those that are allowed; `default_logout_url` is the same.", nil),
		formatted("uri", "default_origin_cors", "One of those that are allowed.", nil), formatted("uri", "default_web_origin", "One of those that are allowed.", nil),
		text("organization_domain_scope", "The only organization whose people may use it.", nil),
	}
	return map[string]saying{
		"listApplications":  {tag: tagApplications, summary: "List applications", status: http.StatusOK, answers: []any{listed(sampledApplication())}, lists: true},
		"createApplication": {tag: tagApplications, summary: "Make an application", takes: append(everyRequired(needed()...), optional...), status: http.StatusCreated, answers: []any{sampledApplication()}},
		"getApplication":    {tag: tagApplications, summary: "Show an application", about: "Of a deleted one, what is remembered.", status: http.StatusOK, answers: []any{sampledApplication(), sampledFormerApplication()}},
		"updateApplication": {tag: tagApplications, summary: "Update an application", takes: append(needed(), optional...), status: http.StatusOK, answers: []any{sampledApplication()}},
		"deleteApplication": {tag: tagApplications, summary: "Delete an application", about: "Not while a redirection of an SSO connection leads to it.", status: http.StatusOK, answers: []any{deleted(sampledApplication())}},
	}
}
