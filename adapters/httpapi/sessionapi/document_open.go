package sessionapi

import (
	"net/http"
	"strconv"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// tokenPrefix begins the names of the answers by which the token endpoint refuses.
const tokenPrefix = "Token"

var tokenRefusals = map[int]struct{ about, word string }{
	http.StatusBadRequest:            {"The request is malformed or asks for something else, or the secret in the form is wrong.", invalidClient},
	http.StatusUnauthorized:          {"The secret in the header is wrong.", invalidClient},
	http.StatusRequestEntityTooLarge: {"The body is larger than allowed here.", invalidRequest},
	http.StatusTooManyRequests:       {"Too many wrong secrets, or too many tokens.", temporarilyAway},
	http.StatusInternalServerError:   {"A mistake here.", serverError},
	http.StatusServiceUnavailable:    {"A part of the gateway is away for now.", temporarilyAway},
}

func describeToken(s httpapi.Schemas) tree {
	answer := answered(s, "Issued.", tokenBody{AccessToken: "eyJhbGciOiJSUzI1NiIs...", ExpiresIn: 600, TokenType: "Bearer", Scope: TokenScope})
	answer["headers"] = tree{"X-Trace-Id": reference("headers", "TraceId")}
	refused := map[int]string{}
	for status := range tokenRefusals {
		refused[status] = tokenPrefix + strconv.Itoa(status)
	}
	schema := tree{"type": "object", "required": []string{"grant_type"}, "properties": tree{
		"grant_type":    tree{"type": "string", "enum": []string{"client_credentials"}},
		"scope":         tree{"type": "string", "enum": []string{TokenScope}, "description": "May be left out."},
		"client_id":     described("Where the secret stands here, too."),
		"client_secret": described("Here, or in the header."),
	}}
	return tree{
		"operationId": "createToken", "tags": []string{tagAccess}, "summary": "Get an access token",
		"description": "The client shows its secret by HTTP Basic or in the form, and not in both. No parameter may stand twice.",
		"security":    []tree{{}, {"basic": []string{}}},
		"requestBody": tree{"required": true, "content": tree{mediaForm: tree{"schema": schema, "example": tree{
			"grant_type": "client_credentials", "scope": TokenScope, "client_id": "sandbox-kind-otter-1", "client_secret": "...",
		}}}},
		"responses": refusable(tree{"200": answer}, refused),
	}
}

// published is an operation that anybody may ask for.
func published(name, summary, about string, answer tree, refused map[int]string) tree {
	o := tree{"operationId": name, "tags": []string{tagAccess}, "summary": summary, "security": []tree{}, "responses": refusable(tree{"200": answer}, refused)}
	if about != "" {
		o["description"] = about
	}
	return o
}

func describeIssuer(s httpapi.Schemas) tree {
	return published("getIssuer", "Describe the issuer of access tokens", "", answered(s, "Where things are.", wordIssuer(samplePublicURL)), nil)
}

func describeKeys(s httpapi.Schemas) tree {
	answer := answered(s, "The keys; none before the first token.", keySetBody{Keys: []keyBody{{
		Type: keyTypeRSA, Use: "sig", ID: "9f8e5150-e5b1-481a-9025-fc76bd5cbebe", Exponent: "AQAB", Modulus: "xP_-...", Algorithm: "RS256",
	}}})
	return published("getKeys", "Get the keys that verify access tokens", "Of tokens with an unknown `kid`, ask again.", answer,
		map[int]string{http.StatusInternalServerError: "Broken", http.StatusServiceUnavailable: "Unavailable"})
}

func describeMeaning(s httpapi.Schemas) tree {
	answer := answered(s, "What it means.", meaningBody{Error: invalidScope, Meaning: tokenMeanings[invalidScope]})
	answer["content"].(tree)[mediaHTML] = tree{"schema": tree{"type": "string"}}
	o := published("getErrorMeaning", "Explain an error of the token endpoint", "For people where HTML is accepted.", answer, map[int]string{http.StatusNotFound: "NotFound"})
	o["parameters"] = []tree{{"name": "error", "in": "path", "required": true, "schema": tree{"type": "string", "enum": tokenWordList()}}}
	return o
}

// refusals are the answers that are errors.
func refusals() tree {
	all := tree{}
	for name, r := range map[string]struct {
		status              int
		code, about, detail string
		param               *invalidParam
	}{
		"BadRequest":   {http.StatusBadRequest, errParameter.Code(), "The request cannot be read, breaks a rule, or asks for what is not there; or it takes back a session that does not exist.", errParameter.Text(), &invalidParam{Name: "callbackUrls", Reason: "is required"}},
		"Unauthorized": {http.StatusUnauthorized, codeToken, "No access token, or one that is bad, expired, or of a client that may not work any more.", "The access token is not one, is over, or its client may not work any more.", nil},
		"Forbidden":    {http.StatusForbidden, errAccount.Code(), "The request names another account than the access token's.", errAccount.Text(), nil},
		"NotFound":     {http.StatusNotFound, codeUnknown, "There is no such thing, not any more, or it is somebody else's.", "There is no session with this id, or not any more.", nil},
		"TooLarge":     {http.StatusRequestEntityTooLarge, httpapi.ErrTooLarge.Code(), "The body is larger than allowed here.", httpapi.ErrTooLarge.Text(), nil},
		"MediaType":    {http.StatusUnsupportedMediaType, httpapi.ErrMediaType.Code(), "The body is not JSON.", httpapi.ErrMediaType.Text(), nil},
		"Throttled":    {http.StatusTooManyRequests, httpapi.ErrThrottled.Code(), "Too many requests, or a session was asked for more than twice a second.", httpapi.ErrThrottled.Text(), nil},
		"Broken":       {http.StatusInternalServerError, codeOurs, "A mistake here, or an eID that does not accept this gateway.", "Something went wrong on our side.", nil},
		"Unavailable":  {http.StatusServiceUnavailable, "provider_unavailable", "The eID or a part of the gateway is away for now.", "The eID provider cannot be reached; try again later.", nil},
	} {
		body := errorBody{
			failureBody: failureBody{Type: samplePublicURL + "/docs/errors", Title: titleOf(r.code, r.status), Detail: r.detail, Code: r.code}, Status: r.status, TraceID: sampleTrace,
		}
		if r.param != nil {
			body.InvalidParams = []invalidParam{*r.param}
		}
		all[name] = refusal(r.status, r.about, "Error", body)
	}
	for status, r := range tokenRefusals {
		o := refusal(status, r.about, "TokenError", tokenErrorBody{Error: r.word, URI: samplePublicURL + errorsPath + r.word, Description: r.about})
		o["headers"].(tree)["X-Trace-Id"] = reference("headers", "TraceId")
		all[tokenPrefix+strconv.Itoa(status)] = o
	}
	return all
}

func refusal(status int, about, schema string, body any) tree {
	headers := tree{"X-Error-Code": reference("headers", "ErrorCode")}
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		headers["Retry-After"] = reference("headers", "RetryAfter")
	case http.StatusUnauthorized:
		headers["WWW-Authenticate"] = reference("headers", "Authenticate")
	}
	return tree{"description": about, "headers": headers, "content": tree{mediaJSON: tree{"schema": reference("schemas", schema), "example": body}}}
}
