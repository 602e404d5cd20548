package orgapi_test

import (
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	onboarding     = "/admin-onboarding"
	redirection    = "/default-redirection"
	customization  = "/api/v2/org/misapret/token-customization"
	metaKeys       = customization + "/user-metakey"
	metadata       = customization + "/set-user-metadata"
	tokenSample    = customization + "/sample"
	logEvents      = "/api/v2/org/misapret/log-events"
	published      = "/t/misapret/.well-known"
	setDisplayName = `{ "user_id": "` + userID + `", "key_name": "colour", "key_value": "awesome-astronaut" }`
)

func onboardingExchanges() []exchange {
	list := []exchange{
		{name: "policy", as: "full", method: "PUT", path: connection + "/sso-user-policy", body: `{ "user_security_type": "user_registered" }`},
		{name: "policy-starred", as: "full", method: "PUT", path: bare + "/sso-user-policy", contentType: form, body: "user_security_type*=Limited_Seats&seats_limit=5"},
		{name: "policy-later", as: "full", method: "PATCH", path: underMisapret + "/sso-user-policy", body: `{"user_security_type":"unregistered_users_allowed"}`},
		{name: "policy-no-seats", as: "full", method: "PUT", path: bare + "/sso-user-policy", body: `{"user_security_type":"seats_limited"}`},
		{name: "policy-missing", as: "full", method: "PUT", path: connection + "/sso-user-policy", body: `{"seats_limit":1}`},
		{name: "policy-unknown", as: "full", method: "PUT", path: connection + "/sso-user-policy", body: `{"user_security_type":"friends"}`},
		{name: "policy-types", as: "full", method: "PUT", path: connection + "/sso-user-policy", body: `{"user_security_type":{},"seats_limit":"many"}`},

		{name: "onboarding-create", as: "full", method: "POST", path: bare + onboarding, body: `{ "sso_admin_email": "Mathew_Murazik92@yahoo.com" }`},
		{name: "onboarding-create-chosen", as: "full", method: "POST", path: connections + "/" + bareIDP + onboarding, contentType: form, body: "sso_admin_email*=it%40client.example&provider_type=azure_ad"},
		{name: "onboarding-create-null", as: "full", method: "POST", path: bare + onboarding, body: `{"sso_admin_email":"it@client.example","provider_type":null}`},
		{name: "onboarding-create-word-null", as: "full", method: "POST", path: bare + onboarding + "?sso_admin_email=it@client.example&provider_type=null"},
		{name: "onboarding-create-again", as: "full", method: "POST", path: connection + onboarding, body: `{"sso_admin_email":"it@client.example"}`},
		{name: "onboarding-create-no-email", as: "full", method: "POST", path: bare + onboarding},
		{name: "onboarding-create-invalid", as: "full", method: "POST", path: bare + onboarding, body: `{"sso_admin_email":"nobody","provider_type":"openid"}`},
		{name: "onboarding-create-types", as: "full", method: "POST", path: bare + onboarding, body: `{"sso_admin_email":["a@example.com"],"provider_type":{}}`},
		{name: "onboarding-create-malformed", as: "full", method: "POST", path: bare + onboarding, body: `[`},
		{name: "onboarding-update", as: "full", method: "PUT", path: connection + onboarding, body: `{ "sso_admin_email": "new_it_guy@sample.co", "provider_type": "okta" }`},
		{name: "onboarding-update-nothing", as: "full", method: "PUT", path: connection + onboarding, body: `{"state":"terminated","tutorial_step":9,"id":"evil"}`},
		{name: "onboarding-update-unset", as: "full", method: "PATCH", path: underMisapret + onboarding, body: `{"provider_type":"unset"}`},
		{name: "onboarding-update-none", as: "full", method: "PUT", path: bare + onboarding, body: `{"provider_type":"okta"}`},
		{name: "onboarding-update-invalid", as: "full", method: "PUT", path: connection + onboarding, body: `{"sso_admin_email":"","provider_type":"openid"}`},
		{name: "onboarding-update-types", as: "full", method: "PUT", path: connection + onboarding, body: `{"sso_admin_email":{},"provider_type":3}`},
		{name: "onboarding-invite", as: "full", method: "POST", path: connection + "/invite-admin"},
		{name: "onboarding-invite-under", as: "full", method: "POST", path: underMisapret + "/invite-admin", body: `{"it_admin_email":"ignored@client.example"}`},
		{name: "onboarding-invite-nobody-there", as: "full", method: "POST", path: bare + "/invite-admin"},
		{name: "onboarding-invite-undelivered", as: "full", method: "POST", path: connection + "/invite-admin", err: outbound.ErrMail},
		{name: "onboarding-invite-unconfigured", as: "full", method: "POST", path: connection + "/invite-admin", err: outbound.ErrNoMail},
		{name: "onboarding-reset", as: "full", method: "PATCH", path: connection + "/reset-onboarding"},
		{name: "onboarding-reset-under", as: "full", method: "PATCH", path: underMisapret + "/reset-onboarding"},
		{name: "onboarding-reset-none", as: "full", method: "PATCH", path: bare + "/reset-onboarding"},

		{name: "redirection", as: "full", method: "GET", path: connection + redirection},
		{name: "redirection-under", as: "full", method: "GET", path: underMisapret + redirection},
		{name: "redirection-none", as: "full", method: "GET", path: bare + redirection},
		{name: "redirection-create", as: "full", method: "POST", path: connection + redirection, body: `{ "application_id": "` + appID + `", "organization_id": "` + misapretID + `", "uri": "` + landing + `" }`},
		{name: "redirection-create-landing", as: "full", method: "POST", path: underMisapret + redirection, contentType: form, body: "application_id=" + appID},
		{name: "redirection-create-not-allowed", as: "full", method: "POST", path: connection + redirection, body: `{"application_id":"` + appID + `","uri":"javascript:alert(1)"}`},
		{name: "redirection-create-no-application", as: "full", method: "POST", path: connection + redirection, body: `{"uri":"` + landing + `"}`},
		{name: "redirection-create-unknown-application", as: "full", method: "POST", path: connection + redirection, body: `{"application_id":"unknown"}`},
		{name: "redirection-create-types", as: "full", method: "POST", path: connection + redirection, body: `{"application_id":5,"uri":["a"]}`},
	}
	for _, one := range []struct{ name, method, path string }{
		{"policy", "PUT", "/sso-user-policy"}, {"onboarding-create", "POST", onboarding}, {"onboarding-update", "PUT", onboarding},
		{"onboarding-invite", "POST", "/invite-admin"}, {"onboarding-reset", "PATCH", "/reset-onboarding"},
		{"redirection", "GET", redirection}, {"redirection-create", "POST", redirection},
	} {
		body := ""
		if one.method != "GET" {
			body = `{"user_security_type":"none","sso_admin_email":"it@client.example","application_id":"` + appID + `"}`
		}
		list = append(list, refusals(one.name, one.method, one.path, body)...)
	}
	return list
}

func customizationExchanges() []exchange {
	list := []exchange{
		{name: "metakeys", as: "full", method: "GET", path: metaKeys, body: `{ { "name": "department", "type": "STRING", "required": "true" } }`},
		{name: "metakeys-filter-invalid", as: "full", method: "GET", path: metaKeys + "?q[required_eq]=perhaps"},
		{name: "metakey-create", as: "full", method: "POST", path: metaKeys, body: `{ "user_metakey": { "name": "my user metakey", "required": false, "type": "string" } }`},
		{name: "metakey-create-flat", as: "full", method: "POST", path: metaKeys, contentType: form, body: "name=department&type=STRING&required=true"},
		{name: "metakey-create-bracketed", as: "full", method: "POST", path: metaKeys, contentType: form, body: "user_metakey[name]=department&user_metakey[type]=datetime&user_metakey[required]=0"},
		{name: "metakey-create-taken", as: "full", method: "POST", path: metaKeys, body: `{"name":"a","type":"string","required":false}`, err: organization.ErrMetaKeyTaken},
		{name: "metakey-create-empty", as: "full", method: "POST", path: metaKeys, body: `{"user_metakey":{}}`},
		{name: "metakey-create-invalid", as: "full", method: "POST", path: metaKeys, body: `{"name":"<b>","type":"json","required":"true"}`},
		{name: "metakey-create-types", as: "full", method: "POST", path: metaKeys, body: `{"user_metakey":{"name":[],"type":{},"required":"perhaps"}}`},
		{name: "metakey-create-wrapper-type", as: "full", method: "POST", path: metaKeys, body: `{"user_metakey":"department"}`},
		{name: "metakey-delete", as: "full", method: "DELETE", path: metaKeys, body: `{ "key_name": "colour" }`},
		{name: "metakey-delete-query", as: "full", method: "DELETE", path: metaKeys + "?key_name=colour"},
		{name: "metakey-delete-unknown", as: "full", method: "DELETE", path: metaKeys + "?key_name=size"},
		{name: "metakey-delete-missing", as: "full", method: "DELETE", path: metaKeys},
		{name: "metadata-set", as: "full", method: "PATCH", path: metadata, body: setDisplayName},
		{name: "metadata-set-form", as: "full", method: "PUT", path: metadata, contentType: form, body: "user_id=" + userID + "&key_name=colour&key_value=blue+%26+green"},
		{name: "metadata-set-number", as: "full", method: "PATCH", path: metadata, body: `{"user_id":"` + userID + `","key_name":"colour","key_value":1.50}`},
		{name: "metadata-set-boolean", as: "full", method: "PATCH", path: metadata, body: `{"user_id":"` + userID + `","key_name":"colour","key_value":true}`},
		{name: "metadata-set-unknown-user", as: "full", method: "PATCH", path: metadata, body: `{"user_id":"unknown","key_name":"colour","key_value":"x"}`},
		{name: "metadata-set-unknown-key", as: "full", method: "PATCH", path: metadata, body: `{"user_id":"` + userID + `","key_name":"size","key_value":"x"}`},
		{name: "metadata-set-value", as: "full", method: "PATCH", path: metadata, body: `{"user_id":"` + userID + `","key_name":"colour","key_value":"\u0007"}`},
		{name: "metadata-set-missing", as: "full", method: "PATCH", path: metadata, body: `{"user_id":null,"key_value":{}}`},
		{name: "sample", as: "full", method: "GET", path: tokenSample},
		{name: "sample-of-user", as: "full", method: "GET", path: tokenSample + "?expiration_in_seconds=31536000&user_id=" + userID + "&application_id=" + appID + "&authorization_id=f407cafd-b58a-472f-b857-475a863b69b6"},
		{name: "sample-expired", as: "full", method: "GET", path: tokenSample + "?expired=true"},
		{name: "sample-unknown-user", as: "full", method: "GET", path: tokenSample + "?user_id=unknown"},
		{name: "sample-unknown-application", as: "full", method: "GET", path: tokenSample + "?application_id=unknown"},
		{name: "sample-life", as: "full", method: "GET", path: tokenSample + "?expiration_in_seconds=31536001"},
		{name: "sample-life-negative", as: "full", method: "GET", path: tokenSample + "?expiration_in_seconds=-1"},
		{name: "sample-types", as: "full", method: "GET", path: tokenSample + "?expiration_in_seconds=1h&expired=perhaps&user_id[]=a"},
	}
	for _, one := range []struct{ name, method, path, body string }{
		{"metakeys", "GET", metaKeys, ""}, {"metakey-create", "POST", metaKeys, `{"name":"a","type":"string","required":false}`},
		{"metakey-delete", "DELETE", metaKeys, `{"key_name":"colour"}`}, {"metadata-set", "PATCH", metadata, setDisplayName},
		{"sample", "GET", tokenSample, ""}, {"events", "GET", logEvents, ""},
	} {
		elsewhere := "/api/v2/org/elsewhere" + one.path[len("/api/v2/org/misapret"):]
		imaginary := "/api/v2/org/imaginary" + one.path[len("/api/v2/org/misapret"):]
		list = append(list,
			exchange{name: one.name + "-nobody", method: one.method, path: one.path, body: one.body},
			exchange{name: one.name + "-no-scope", as: "reader", method: one.method, path: one.path, body: one.body},
			exchange{name: one.name + "-foreign", as: "full", method: one.method, path: elsewhere, body: one.body},
			exchange{name: one.name + "-imaginary", as: "full", method: one.method, path: imaginary, body: one.body},
			exchange{name: one.name + "-storage-away", as: "full", method: one.method, path: one.path, body: one.body, err: outbound.ErrStorage.RetryIn(1)},
		)
		if one.method != "GET" {
			list = append(list, exchange{name: one.name + "-malformed", as: "full", method: one.method, path: one.path, body: `{"a":`})
		}
	}
	return list
}

func eventExchanges() []exchange {
	return []exchange{
		{name: "events", as: "full", method: "GET", path: logEvents},
		{name: "events-sandbox", as: "sandbox", method: "GET", path: logEvents + "?per_page=5&page=3"},
		{name: "events-own", as: "full", method: "GET", path: "/api/v2/org/your-domain/log-events"},
		{name: "events-filtered", as: "full", method: "GET", path: logEvents + "?code=API_SSO_CONNECTION_DISABLED&saml_identity_provider_id=" + idpID + "&s=code%2Bdesc"},
		{name: "events-unknown-code", as: "full", method: "GET", path: logEvents + "?code=SSO_END_USER_SAML_STARTED"},
		{name: "events-of-two-subjects", as: "full", method: "GET", path: logEvents + "?client_id=" + appID + "&saml_identity_provider_id=" + idpID},
		{name: "events-types", as: "full", method: "GET", path: logEvents + "?code[]=a&client_id[b]=c"},
	}
}

func publishedExchanges() []exchange {
	var list []exchange
	for _, one := range []struct{ name, path string }{
		{"jwks", ""}, {"jwks-suffixed", "/jwks"}, {"jwks-file", "/jwks.json"}, {"jwks-samples", "/sample-jwks"}, {"issuer", "/openid-configuration"},
	} {
		list = append(list,
			exchange{name: one.name, method: "GET", path: published + one.path},
			exchange{name: one.name + "-none", method: "GET", path: "/t/your-domain/.well-known" + one.path},
			exchange{name: one.name + "-unknown", method: "GET", path: "/t/imaginary/.well-known" + one.path},
			exchange{name: one.name + "-storage-away", method: "GET", path: published + one.path, err: outbound.ErrStorage.RetryIn(1)},
		)
	}
	return list
}
