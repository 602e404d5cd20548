package sessionapi

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// schemaNames are what the document calls the structs of the wire.
var schemaNames = map[reflect.Type]string{
	reflect.TypeFor[sessionBody](): "Session", reflect.TypeFor[challengeBody](): "IdpData", reflect.TypeFor[subject](): "Subject", reflect.TypeFor[callbacks](): "CallbackUrls",
	reflect.TypeFor[environment](): "Environment", reflect.TypeFor[transport](): "MessageTransportProperties", reflect.TypeFor[failureBody](): "SessionError",
	reflect.TypeFor[errorBody](): "Error", reflect.TypeFor[invalidParam](): "InvalidParam",
	reflect.TypeFor[tokenBody](): "Token", reflect.TypeFor[tokenErrorBody](): "TokenError", reflect.TypeFor[meaningBody](): "TokenErrorMeaning",
	reflect.TypeFor[issuerBody](): "Issuer", reflect.TypeFor[keySetBody](): "Jwks", reflect.TypeFor[keyBody](): "Jwk",
}

func remark(about string) tree { return tree{"description": about} }

func oneOfWords(words ...string) tree { return tree{"enum": words} }

// remarks are what types cannot say, by schema and member, or by member wherever it stands.
var remarks = map[string]map[string]any{
	"Session.authenticationUrl": remark("Where to send the person's browser: as it is, once, and within the session's life. In the headless flow it opens the app, where there is one."),
	"Session.statusUrl":         remark("The session itself, for whoever has an access token."),
	"Session.status":            {"enum": statuses, "description": "All but `CREATED` and `WAITING_FOR_USER` are final. `ABORT` is the person's own no, `CANCELLED` the caller's."},
	"Session.statusDetail":      remark("Why, in a sentence."),
	"Session.provider":          {"enum": providerIDs(), "description": "The eID that is used. Absent until that is known."},
	"Session.subject":           remark("Who the person is. With `SUCCESS` alone."),
	"Session.callbackUrls":      remark("With the session in their queries."),
	"Session.sessionNonce":      remark("As it was shown."),
	"Session.idpData":           remark("In the headless flow what to show the person, and how far the eID is."),
	"IdpData.autoStartToken":    remark("Opens the app on the same device."),
	"IdpData.qrData":            remark("The text of the QR code. That of Swedish BankID changes every second."),
	"IdpData.sbidStatus":        remark("The hint code of Swedish BankID."),
	"IdpData.frejaStatus":       oneOfWords("STARTED", "DELIVERED_TO_MOBILE"),
	"Session.environment":       remark("The person's browser. Absent until it has come."),
	"Session.error":             remark("With `ERROR` and `INVALID` alone."),
	"Session.transactionId":     remark("The same as `id`."),
	"Session.flow":              oneOfWords(flowRedirect, flowEmbedded, flowHeadless),
	"Session.sessionLifetime":   remark("Seconds, as they count."),
	"Session.expiresAt":         {"format": "date-time"},
	"Session.loa":               {"enum": []string{"low", "substantial", "high"}, "description": "The level of assurance that was reached. With `SUCCESS` alone."},

	"CallbackUrls.success": {"format": "uri"}, "CallbackUrls.abort": {"format": "uri"}, "CallbackUrls.error": {"format": "uri"},
	"MessageTransportProperties.messageLevelEncryption": remark("Always `NOT_REQUIRED`: it is the session's key that decides."),
	"SessionError.code":       {"enum": slices.Sorted(maps.Keys(failureTitles)), "description": "New ones may come."},
	"Error.code":              remark("Stable. The same as `X-Error-Code`."),
	"Error.type":              remark("Where all codes are explained."),
	"Error.traceId":           {"pattern": "^[0-9a-f]{32}$"},
	"Error.invalidParams":     remark("Everything that is wrong with the form of the request."),
	"Token.access_token":      remark("A JWT of RFC 9068."),
	"Token.expires_in":        remark("Seconds."),
	"Token.token_type":        oneOfWords("Bearer"),
	"Token.scope":             oneOfWords(TokenScope),
	"TokenError.error":        {"enum": tokenWordList()},
	"TokenError.error_uri":    {"format": "uri", "description": "Explains the error."},
	"TokenErrorMeaning.error": {"enum": tokenWordList()},
}

func tokenWordList() []string { return slices.Sorted(maps.Keys(tokenMeanings)) }

var statuses = []string{statusCreated, statusWaiting, statusSuccess, statusAbort, statusError, statusCancelled, statusExpired, statusInvalid}

func providerIDs() []string {
	var ids []string
	for _, p := range providers {
		ids = append(ids, p.id)
	}
	return ids
}

// describeSubject is what people are told by, out of the table of attributes.
func describeSubject() tree {
	properties := tree{
		"id":     tree{"type": "string", "minLength": 44, "maxLength": 44, "description": "The same for one person with one eID at one organization, always; and to nobody else anything."},
		idMember: described("The eID's own name for the person. Where that is the national number it is told when `idpId` or `nin` was requested."),
	}
	for _, a := range attributes {
		properties[a.name] = tree{"type": "string"}
		if len(a.eids) > 0 {
			var ids []string
			for _, e := range a.eids {
				ids = append(ids, "`"+providerOf(e)+"`")
			}
			properties[a.name].(tree)["description"] = "Of " + strings.Join(ids, ", ") + "."
		}
	}
	properties["dateOfBirth"].(tree)["format"] = "date"
	properties["mitidHasCpr"].(tree)["type"] = "boolean"
	properties["frejaRegistrationLevel"].(tree)["enum"] = slices.Sorted(maps.Values(registrations))
	part := tree{"type": "string"}
	properties[ninMember] = tree{"type": "object", "description": "The national number, or the parts of it that were requested.", "additionalProperties": false, "properties": tree{
		"value": part, "issuingCountry": described("ISO 3166-1, two letters."), "type": tree{"type": "string", "enum": []string{"PERSON", "BIRTH"}},
	}}
	return tree{"type": "object", "required": []string{"id"}, "properties": properties, "additionalProperties": false,
		"description": "What was requested, as far as the eID told it; and the identifiers, which come unasked."}
}
