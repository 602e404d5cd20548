package orgapi

import (
	"net/http"
	"strconv"
)

// tokenPrefix begins the names of the answers by which token endpoints refuse.
const tokenPrefix = "Token"

var tokenRefusals = map[int]struct{ about, word string }{
	http.StatusBadRequest:            {"The request is malformed, or asks for another grant.", invalidRequest},
	http.StatusUnauthorized:          {"The client is unknown, its secret is wrong, or it does not belong to the domain.", invalidClient},
	http.StatusRequestEntityTooLarge: {"The body is larger than allowed here.", invalidRequest},
	http.StatusUnsupportedMediaType:  {"The body is neither JSON nor a form.", invalidRequest},
	http.StatusTooManyRequests:       {"Too many wrong secrets, or too many tokens.", temporarilyAway},
	http.StatusInternalServerError:   {"A mistake here.", serverError},
	http.StatusServiceUnavailable:    {"A part of the gateway is away for now.", temporarilyAway},
}

// refusals are the answers that are errors.
func refusals() object {
	all := object{}
	for name, r := range map[string]struct {
		status  int
		about   string
		message string
	}{
		"BadRequest":    {http.StatusBadRequest, "The parameters cannot be read.", "The body is not well-formed JSON."},
		"Unauthorized":  {http.StatusUnauthorized, "No token, or one that is invalid, expired, or whose client was revoked.", "The token is missing, invalid, expired, or its client was revoked."},
		"Forbidden":     {http.StatusForbidden, "The client has not been given the scope, or the request names the other environment.", "The client has not been given the scope for this."},
		"NotFound":      {http.StatusNotFound, "There is no such thing, or it is somebody else's.", "Not found."},
		"Conflict":      {http.StatusConflict, "Somebody else was faster.", "The organization, or what belongs to it, was changed by somebody else; try again."},
		"TooLarge":      {http.StatusRequestEntityTooLarge, "The body is larger than allowed here.", "The body is larger than allowed here."},
		"MediaType":     {http.StatusUnsupportedMediaType, "The body is neither JSON nor a form.", "The body must be JSON, sent as application/json."},
		"Unprocessable": {http.StatusUnprocessableEntity, "A parameter is missing, invalid, or names what does not exist.", "The given data was invalid."},
		"Throttled":     {http.StatusTooManyRequests, "Too many requests.", "Too many requests; try again later."},
		"Broken":        {http.StatusInternalServerError, "A mistake here.", "Something went wrong on our side."},
		"Unavailable":   {http.StatusServiceUnavailable, "A part of the gateway is away for now.", "The letter could not be sent; try again later."},
	} {
		example := object{"type": types[r.status], "message": r.message, "doc_urls": []string{}}
		if r.status == http.StatusUnprocessableEntity {
			example["errors"] = object{"name": []string{"The name is required."}}
		}
		all[name] = refused(r.status, r.about, "Error", object{"error": example})
	}
	for status, r := range tokenRefusals {
		all[tokenPrefix+strconv.Itoa(status)] = refused(status, r.about, "TokenError", object{"error": r.word, "error_description": r.about})
	}
	return all
}

func refused(status int, about, schema string, example object) object {
	headers := object{"X-Error-Code": reference("headers", "ErrorCode"), "X-Eidgate-Fault": reference("headers", "Fault")}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		headers["Retry-After"] = reference("headers", "RetryAfter")
	}
	return object{"description": about, "headers": headers, "content": object{mediaJSON: object{"schema": reference("schemas", schema), "example": example}}}
}
