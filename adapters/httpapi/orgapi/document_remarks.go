package orgapi

import (
	"reflect"

	"github.com/eidgate/eidgate/domain/organization"
)

// schemaNames are what the document calls the structs of the wire.
var schemaNames = map[reflect.Type]string{
	reflect.TypeFor[tokenBody](): "Token", reflect.TypeFor[tokenErrorBody](): "TokenError", reflect.TypeFor[errorBody](): "Error", reflect.TypeFor[failureBody](): "Failure",
	reflect.TypeFor[pageBody]():         "Pagination",
	reflect.TypeFor[organizationBody](): "Organization", reflect.TypeFor[goneOrganizationBody](): "FormerOrganization",
	reflect.TypeFor[listBody[organizationBody]](): "OrganizationList", reflect.TypeFor[deletedBody[organizationBody]](): "DeletedOrganization",
	reflect.TypeFor[userBody](): "User", reflect.TypeFor[profileBody](): "Profile", reflect.TypeFor[addressBody](): "Address", reflect.TypeFor[metadatumBody](): "MetaData",
	reflect.TypeFor[listBody[userBody]](): "UserList", reflect.TypeFor[deletedBody[userBody]](): "DeletedUser",
	reflect.TypeFor[applicationBody](): "Application", reflect.TypeFor[goneApplicationBody](): "FormerApplication",
	reflect.TypeFor[listBody[applicationBody]](): "ApplicationList", reflect.TypeFor[deletedBody[applicationBody]](): "DeletedApplication",
	reflect.TypeFor[connectionBody](): "SsoConnection", reflect.TypeFor[samlBody](): "SamlConfig",
	reflect.TypeFor[listBody[connectionBody]](): "SsoConnectionList", reflect.TypeFor[deletedBody[connectionBody]](): "DeletedSsoConnection",
	reflect.TypeFor[onboardingBody](): "EnterpriseConnectionOnboarding", reflect.TypeFor[redirectionBody](): "Redirection",
	reflect.TypeFor[metaKeyBody](): "MetaKey", reflect.TypeFor[listBody[metaKeyBody]](): "MetaKeyList", reflect.TypeFor[deletedBody[metaKeyBody]](): "DeletedMetaKey",
	reflect.TypeFor[sampleBody](): "JwtSamples", reflect.TypeFor[eventBody](): "Event", reflect.TypeFor[listBody[eventBody]](): "EventList",
	reflect.TypeFor[keySetBody](): "Jwks", reflect.TypeFor[keyBody](): "Jwk", reflect.TypeFor[issuerBody](): "Issuer",
}

var pathRemarks = map[string]string{
	"org_domain": "The domain of the organization.", "user_id": "", "user_email": "Percent-encoded.", "client_id": "The application's identifier.", "idp_id": "The connection's identifier.",
}

// naiveTime is how times are written: no format of OpenAPI says it.
var naiveTime = object{"description": "UTC, in seconds.", "pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$`, "example": "2026-06-01T12:00:00"}

func oneOfWords(list ...string) object { return object{"enum": list} }

func remark(about string) object { return object{"description": about} }

// typed are the schemas whose __type__ is their own name.
var typed = []string{
	"Organization", "User", "Profile", "Address", "MetaData", "MetaKey", "Application", "SsoConnection", "EnterpriseConnectionOnboarding", "Redirection", "Event",
}

func withTypes(remarks map[string]object) map[string]object {
	for _, name := range typed {
		remarks[name+".__type__"] = oneOfWords(name)
	}
	return remarks
}

// remarks are what types cannot say, by schema and member, or by member wherever it stands.
var remarks = withTypes(map[string]object{
	"inserted_at": naiveTime, "updated_at": naiveTime,
	"__access__":      remark("`limited_to:` an organization, or `all_organizations_of:` the one that manages them."),
	"__domain__":      remark("Of the organization that it belongs to."),
	"__managed_by__":  remark("The domain of the organization whose keys manage it."),
	"__environment__": oneOfWords(string(organization.Sandbox), string(organization.Production)),
	"__database__":    oneOfWords("sandbox", "default"),
	"next_page":       remark("0 at the end."),
	"prev_page":       remark("0 at the beginning."),
	"paginate":        remark("The same as `pagination`."),
	"total_count":     remark("On all pages."),
	"total":           remark("On all pages."),
	"idp_id":          remark("The connection's identifier."),
	"sp_id":           remark("What we are called towards every identity provider under one managing organization."),

	"Token.scope":      remark("Separated by spaces; absent where the key may do everything."),
	"Token.token_type": oneOfWords("Bearer"),
	"Failure.errors":   remark("Sentences, by the parameter that they are about."),

	"Organization.domain":          remark("Made of the name, and never changes."),
	"Organization.country_name":    remark("ISO 3166-1, two letters."),
	"User.avatar_hexa_color":       {"pattern": "^#[0-9A-Fa-f]{6}$"},
	"User.address":                 remark("The same as the profile's."),
	"User.email":                   remark("The same as the profile's."),
	"User.email_verified":          remark("Always false: nobody verifies it here."),
	"User.meta_data":               remark("The same as `metadata`."),
	"User.phone_number":            remark("The same as the profile's."),
	"User.phone_number_verified":   remark("Always false: nobody verifies it here."),
	"Profile.gender":               oneOfWords("male", "female"),
	"Profile.profile":              remark("A page about the person."),
	"MetaKey.type":                 oneOfWords(words(organization.MetaTypes()...)...),
	"Application.application_type": {"enum": organization.ApplicationTypes()},

	"SsoConnection.default_redirection":            {"description": "An identifier, or the whole where it was asked for.", "anyOf": []object{{"type": "string"}, reference("schemas", "Redirection")}},
	"SsoConnection.onboarding":                     {"description": "An identifier, or the whole where it was asked for.", "anyOf": []object{{"type": "string"}, reference("schemas", "EnterpriseConnectionOnboarding")}},
	"SsoConnection.provider_type":                  oneOfWords(providerWords...),
	"SsoConnection.user_security_type":             oneOfWords(policyWords...),
	"SsoConnection.seats_limit":                    remark("null for no limit."),
	"SsoConnection.metadata":                       remark("XML of the identity provider, null until it was given."),
	"SsoConnection.saml_config":                    remark("What to enter at the identity provider."),
	"SamlConfig.sso_provider_metadata":             remark("The same as the connection's `metadata`."),
	"EnterpriseConnectionOnboarding.state":         oneOfWords(stateWords...),
	"EnterpriseConnectionOnboarding.tutorial_step": remark("From 0."),
	"EnterpriseConnectionOnboarding.provider_type": oneOfWords(words(organization.ProviderTypes()...)...),

	"JwtSamples.access_token_keys":    {"items": object{}, "description": "Names of claims. One that is an object is a list: its name, and the names of its members; an empty one at the beginning is its name, null, and the name that follows."},
	"JwtSamples.id_token_keys":        {"items": object{}, "description": "As of `access_token_keys`."},
	"Event.id":                        remark("Increasing, with gaps."),
	"Event.database":                  oneOfWords("sandbox", "default"),
	"Event.email":                     remark("Of the user, null when there is none any more."),
	"Event.resource_owner_id":         remark("The user."),
	"Event.saml_identity_provider_id": remark("The SSO connection."),
	"Event.client_id":                 remark("The application."),
	"Event.tenant_domain":             remark("The organization."),
	"Redirection.url":                 remark("The same as `uri`."),
	"SamlConfig.version":              remark("Always 1."),
	"Jwk.x5t_sha256":                  remark("The same as `x5t#S256`."),
})
