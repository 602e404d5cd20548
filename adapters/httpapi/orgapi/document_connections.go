package orgapi

import (
	"net/http"
	"slices"

	"github.com/eidgate/eidgate/domain/organization"
)

// ofOrganization ends the names of rows that are the same as others, under an organization's path.
const ofOrganization = "OfOrganization"

func words[T ~string](list ...T) []string {
	all := make([]string, 0, len(list))
	for _, one := range list {
		all = append(all, string(one))
	}
	return all
}

var (
	providerWords = append([]string{string(organization.ProviderUnset)}, words(organization.ProviderTypes()...)...)
	policyWords   = words(organization.AnyUser, organization.RegisteredUser, organization.LimitedSeats)
	stateWords    = words(organization.NotInitialized, organization.ProviderTypeChosen, organization.MetadataUploaded)
)

func connectionSayings() map[string]saying {
	preload := input{name: "preload_associations", about: "What to nest in the answer in place of its identifier.",
		schema: object{"type": "array", "items": object{"type": "string", "enum": []string{preloadRedirection, preloadOnboarding}}}}
	email := formatted("email", "sso_admin_email", "Of the administrator who is to set the connection up. `it_admin_email` is the same.", "it@client.example")
	provider := chosen("provider_type", "The product that the identity provider is.", string(organization.ProviderOkta), providerWords)
	application := formatted("uuid", "application_id", "Where people arrive who signed in.", sampleApplication)
	uri := formatted("uri", "uri", "One of the application's redirect addresses. Without it, the default one or else the first.", nil)
	organizationID := formatted("uuid", "organization_id", "Whose the connection is to be.", sampleOrganizationID)
	policy := chosen("user_security_type", "Who may sign in: everybody, only users of the directory, or newcomers while there are seats.", string(organization.RegisteredUser), policyWords)
	seats := whole("seats_limit", "Users that may come through the connection; 0 for any number.", 0, 100_000_000, nil)
	one := func(summary, about string, takes ...input) saying {
		return saying{tag: tagConnections, summary: summary, about: about, takes: takes, status: http.StatusOK, answers: []any{sampledConnection(false)}}
	}
	onboarding := func(summary, about string, status int, takes ...input) saying {
		return saying{tag: tagConnections, summary: summary, about: about, takes: takes, status: status, answers: []any{sampledOnboarding()}}
	}
	ofOne := saying{tag: tagConnections, summary: "List SSO connections", takes: []input{preload}, status: http.StatusOK, answers: []any{listed(sampledConnection(false))}, lists: true}
	every := ofOne
	every.summary, every.about = "List all SSO connections", "Those of every organization that the key may act on."
	made := one("Make an SSO connection", "With its default redirection where an application is given, and an onboarding where an address is; both are nested in the answer.",
		organizationID, application, uri, email, flag("send_email", "Send the administrator a letter with a link that counts once.", nil), provider)
	made.takes = slices.Clone(made.takes)
	made.takes[0].required, made.status, made.answers = true, http.StatusCreated, []any{sampledConnection(true)}
	redirection := saying{tag: tagConnections, summary: "Show the default redirection", status: http.StatusOK, answers: []any{sampledRedirection()}}
	redirected := redirection
	redirected.summary, redirected.status, redirected.takes = "Make another default redirection", http.StatusCreated, []input{required(application), uri, organizationID}
	redirected.about = "Those that are there stay, and can be chosen again. The application may be any that the key may act on: `organization_id` is accepted and not needed."
	change := one("Update an SSO connection", "What is not given, null or empty stays as it is.", flag("active", "", nil), formatted("uuid", "default_redirection_id", "One of the connection's redirections.", nil),
		text("metadata", "XML of the identity provider (SAML 2.0 Metadata), at most 1 MiB.", nil), provider, seats, policy, preload)
	return map[string]saying{
		"listEverySsoConnection": every, "listSsoConnections": ofOne, "createSsoConnection": made, "updateSsoConnection": change,
		"getSsoConnection":         one("Show an SSO connection", "", preload),
		"deleteSsoConnection":      {tag: tagConnections, summary: "Delete an SSO connection", status: http.StatusOK, answers: []any{deleted(sampledConnection(false))}},
		"activateSsoConnection":    one("Switch an SSO connection on", ""),
		"disableSsoConnection":     one("Switch an SSO connection off", "Nobody signs in through one that is."),
		"updateSsoUserPolicy":      one("Say who may sign in", "A limit of seats needs their number, here or before.", required(policy), seats),
		"createAdminOnboarding":    onboarding("Have an administrator set the connection up", "No letter goes out. A provider that is given can still be changed by the administrator.", http.StatusCreated, required(email), provider),
		"updateAdminOnboarding":    onboarding("Change who sets the connection up", "With another address, the links that were sent are worthless.", http.StatusOK, email, provider),
		"inviteAdmin":              onboarding("Send the administrator a letter", "Its link counts once.", http.StatusCreated),
		"resetAdminOnboarding":     onboarding("Begin the onboarding anew", "For the same address. The links that were sent are worthless; what the connection has of its identity provider stays in force.", http.StatusOK),
		"getDefaultRedirection":    redirection,
		"createDefaultRedirection": redirected,
	}
}

func customizationSayings() map[string]saying {
	key := required(text("key_name", "", "my user metakey"))
	user := formatted("uuid", "user_id", "", sampleUser)
	return map[string]saying{
		"getTokenSample": {tag: tagCustomization, summary: "Sample the tokens of a user", status: http.StatusOK, answers: []any{sampledTokens()},
			about: "Signed with a key of its own, which is published under `/t/{org_domain}/.well-known/sample-jwks` alone: no verifier of tokens takes a sample.",
			takes: []input{user, formatted("uuid", "authorization_id", "", nil), formatted("uuid", "application_id", "", sampleApplication),
				flag("expired", "Not together with `expiration_in_seconds`.", nil), whole("expiration_in_seconds", "36,000 where it is not given.", 1, mostSampleLife, nil)}},
		"setUserMetadata": {tag: tagCustomization, summary: "Set a user's value for a key", takes: []input{required(user), key, required(text("key_value", "Must be of the key's type.", "awesome-astronaut"))},
			status: http.StatusOK, answers: []any{sampledUser()}},
		"listUserMetaKeys": {tag: tagCustomization, summary: "List the keys of user metadata", status: http.StatusOK, answers: []any{listed(sampledMetaKey())}, lists: true},
		"createUserMetaKey": {tag: tagCustomization, summary: "Make a key of user metadata", about: "The parameters may stand in `user_metakey`, too.", status: http.StatusCreated, answers: []any{sampledMetaKey()},
			takes: everyRequired(text("name", "", "department"), chosen("type", "In any case.", "string", words(organization.MetaTypes()...)), flag("required", "", false))},
		"deleteUserMetaKey": {tag: tagCustomization, summary: "Remove a key of user metadata", about: "And every value for it.", takes: []input{key}, status: http.StatusOK, answers: []any{deleted(sampledMetaKey())}},
	}
}

func publishedSayings() map[string]saying {
	keys := saying{tag: tagPublished, summary: "The keys that verify an organization's tokens", about: "RFC 7517. No credential is needed. There are none before the first token.", status: http.StatusOK, answers: []any{sampledKeys()}}
	samples := keys
	samples.summary, samples.about = "The keys that verify samples of tokens", "Verifiers of tokens must not take them."
	codes := make([]string, 0, len(eventCodes))
	for _, e := range eventCodes {
		codes = append(codes, e.Code)
	}
	return map[string]saying{
		"getJwks": keys, "getJwksSuffixed": keys, "getJwksFile": keys, "getSampleJwks": samples,
		"getIssuer": {tag: tagPublished, summary: "An organization as an issuer of tokens", about: "As much of OpenID Connect Discovery as there is.", status: http.StatusOK, answers: []any{sampledIssuer()}},
		"listLogEvents": {tag: tagEvents, summary: "List log events", about: "Everything that happened in the organization and environment, newest first. The log of a deleted organization can still be read.", status: http.StatusOK, answers: []any{listed(sampledEvent())}, lists: true,
			takes: []input{chosen("code", "One that does not exist gives an empty list.", nil, codes), text("saml_identity_provider_id", "Events of an SSO connection.", nil), formatted("uuid", "client_id", "Events of an application.", nil)}},
	}
}
