package orgapi

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// types are the stable words for failures, one for each status.
var types = map[int]string{
	http.StatusBadRequest: "bad_request", http.StatusUnauthorized: "unauthorized", http.StatusForbidden: "forbidden",
	http.StatusNotFound: "not_found", http.StatusMethodNotAllowed: "method_not_allowed", http.StatusRequestTimeout: "request_timeout",
	http.StatusConflict: "conflict", http.StatusRequestEntityTooLarge: "payload_too_large", http.StatusUnsupportedMediaType: "unsupported_media_type",
	http.StatusUnprocessableEntity: "unprocessable_entity", http.StatusTooManyRequests: "too_many_requests",
	http.StatusRequestHeaderFieldsTooLarge: "headers_too_large", http.StatusInternalServerError: "internal_server_error",
	http.StatusBadGateway: "bad_gateway", http.StatusServiceUnavailable: "service_unavailable",
}

// Codes lists the words for failures of this surface with what they mean, for documentation.
func Codes() map[string]string {
	meanings := map[string]string{
		invalidClient: "The client is unknown or its secret is wrong (401, token endpoints).", invalidRequest: "The token request is malformed (400, token endpoints).",
		unsupportedGrantType: "A grant type other than client_credentials (400, token endpoints).",
		temporarilyAway:      "Too many attempts, or a part that we need is away (429 or 503, token endpoints).", serverError: "Our mistake (500, token endpoints).",
	}
	for status, word := range types {
		meanings[word] = http.StatusText(status) + " (" + strconv.Itoa(status) + ")."
	}
	return meanings
}

// fields are this surface's names for the domain's inputs, where they differ.
var fields = map[string]string{"country": "country_name"}

// blamed are the inputs that a failure is about even when it does not say so.
var blamed = map[string]string{
	organization.ErrDomainTaken.Code(): "domain", organization.ErrUserEmail.Code(): "email",
	organization.ErrMetaKeyTaken.Code(): "name", organization.ErrNoMetaKey.Code(): "key_name", organization.ErrMetaValue.Code(): "key_value",
	organization.ErrEntityTaken.Code(): "metadata", organization.ErrRedirection.Code(): "default_redirection_id", organization.ErrRedirectionURI.Code(): "uri",
}

// statusOf keeps to what callers know: the form of a request is told from its content, and a name that is taken is a
// mistake in the content.
func statusOf(f *fault.Fault) int {
	switch f.Code() {
	case errForm.Code(), errCrowded.Code():
		return http.StatusBadRequest
	case organization.ErrDomainTaken.Code():
		return http.StatusUnprocessableEntity
	}
	return httpapi.Status(f)
}

// Refuse words a failure. The code that our documentation lists goes into a header of our own, X-Eidgate-Fault.
func (s *Surface) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	status := statusOf(f)
	c.Set("X-Eidgate-Fault", f.Code())
	if isTokenPath(c.Path()) {
		refuseToken(c, status, f)
		return
	}
	httpapi.Refused(c, types[status])
	challenge(c, status, f)
	body := failureBody{Type: types[status], Message: message(status, f), DocURLs: []string{}}
	for _, v := range violations(status, f) {
		if body.Errors == nil {
			body.Errors = map[string][]string{}
		}
		body.Errors[v.Field] = append(body.Errors[v.Field], v.Text)
	}
	httpapi.WriteJSON(c, status, errorBody{body})
}

// challenge is what RFC 6750, section 3, wants beside a refusal: no error for who sent no credential at all.
func challenge(c *fiber.Ctx, status int, f *fault.Fault) {
	switch {
	case status == http.StatusUnauthorized && c.Get(fiber.HeaderAuthorization) == "":
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="eidgate"`)
	case status == http.StatusUnauthorized:
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="eidgate", error="invalid_token"`)
	case f.Code() == organization.ErrScopeMissing.Code():
		c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="eidgate", error="insufficient_scope"`)
	}
}

// violations lists the inputs at fault under the names that they have on this surface.
func violations(status int, f *fault.Fault) []fault.Violation {
	if status != http.StatusUnprocessableEntity {
		return nil
	}
	var list []fault.Violation
	for _, v := range f.Violations() {
		v.Field, v.Text = cmp.Or(fields[v.Field], v.Field), cmp.Or(v.Text, f.Text())
		list = append(list, v)
	}
	if name := blamed[f.Code()]; name != "" && len(list) == 0 {
		list = append(list, fault.Violation{Field: name, Code: f.Code(), Text: f.Text()})
	}
	return list
}

// message is a sentence for people. What does not exist and what belongs to somebody else read the same.
func message(status int, f *fault.Fault) string {
	switch {
	case status == http.StatusNotFound:
		return "Not found."
	case status == http.StatusUnsupportedMediaType:
		return "The body must be JSON or a form, in UTF-8 and not compressed."
	case len(violations(status, f)) > 0:
		return "The given data was invalid."
	}
	return f.Text()
}

// The wire.

type errorBody struct {
	Error failureBody `json:"error"`
}

type failureBody struct {
	Type    string              `json:"type"`
	Message string              `json:"message"`
	DocURLs []string            `json:"doc_urls"`
	Errors  map[string][]string `json:"errors,omitempty"`
}
