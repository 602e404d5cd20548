package eidapi

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// rowKey is where a request keeps the row that it belongs to, so that a refusal finds the caller's names for the inputs.
type rowKey struct{}

// predicates end the sentence that a field begins, by code of the violation. They are all that is said of what a caller
// sent.
var predicates = map[string]string{
	"required": "is required", "empty": "must not be empty", "too_long": "is too long", "too_small": "must be at least 1",
	"too_many": "has too many items", "below_least": "must not be below minAge", "exclusive": "and documents exclude each other",
	"invalid": "is invalid", "unknown": "is not one of the allowed words", "characters": "contains characters that are not allowed",
	"no_address": "is not an allowed form of address", "not_a_string": "must be a string", "not_a_boolean": "must be a boolean",
	"not_an_integer": "must be an integer", "not_a_list": "must be an array of strings",

	eid.ErrText.Code(): "contains characters that are not allowed", eid.ErrTextTooLong.Code(): "is too long", eid.ErrTextBlank.Code(): "must not be empty",
	eid.ErrNothingToSign.Code(): "is required", eid.ErrNobodyNamed.Code(): "is required", eid.ErrUnknownPerson.Code(): "names nobody whom the eID knows",
	eid.ErrCallInitiator.Code(): "is required", eid.ErrAges.Code(): "is invalid", eid.ErrDocumentNamed.Code(): "names a document that does not exist",
	organization.ErrAddress.Code(): "is not an allowed form of address", organization.ErrAddressNotAllowed.Code(): "is not an address that the client registered",
	organization.ErrNamesAnother.Code(): "may not carry another organization's name", organization.ErrFeature.Code(): "is not enabled for this client",
}

// messages are the words of failures that callers compare.
var messages = map[string]string{
	organization.ErrClientRefused.Code(): "unauthorized", eid.ErrInProgress.Code(): "alreadyInProgress",
	eid.ErrNoSession.Code(): "The id is unknown or has expired.", eid.ErrNoDocument.Code(): "The id is unknown or has expired.",
}

// Refuse words a failure: a message, and the stable code in a header.
func (s *Surface) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	row, _ := c.Locals(rowKey{}).(*start)
	httpapi.Refused(c, f.Code())
	if f.Kind() == fault.Unauthenticated {
		c.Set(fiber.HeaderWWWAuthenticate, `Basic realm="eidgate", charset="UTF-8"`)
	}
	send(c, status(f, row), errorBody{Message: message(f, row)})
}

// status keeps to those that callers know. The form of a request is their business as much as its content; a person or a
// document that a start names and that does not exist is a mistake in the request, not a missing page.
func status(f *fault.Fault, row *start) int {
	switch status := httpapi.Status(f); {
	case f.Code() == eid.ErrTooLarge.Code():
		return http.StatusRequestEntityTooLarge
	case status == http.StatusUnprocessableEntity, status == http.StatusConflict, status == http.StatusUnsupportedMediaType,
		status == http.StatusNotFound && row != nil && f.Code() != httpapi.ErrNoPath.Code():
		return http.StatusBadRequest
	case status == http.StatusBadGateway:
		return http.StatusInternalServerError
	default:
		return status
	}
}

// message names what is at fault as the caller spells it. It never quotes input.
func message(f *fault.Fault, row *start) string {
	var sentences []string
	for _, v := range f.Violations() {
		predicate := predicates[cmp.Or(v.Code, f.Code())]
		name := row.wire(v.Field)
		if f.Code() == organization.ErrFeature.Code() {
			name = "feature " + v.Field
		}
		if name != "" && predicate != "" {
			sentences = append(sentences, name+" "+predicate)
		}
	}
	if len(sentences) > 0 {
		return strings.Join(sentences, ", ")
	}
	return cmp.Or(messages[f.Code()], f.Text())
}

// wire is the caller's name for an input that the domain or this surface blames.
func (o *start) wire(input string) string {
	if o == nil {
		return input
	}
	for _, f := range o.fields {
		if f.input == input {
			return f.name
		}
	}
	switch input {
	case "text", "digest", "person", "channel", "call_initiator", "binding_message", "least_age", "greatest_age", "return_to":
		return "" // the caller cannot have meant it
	}
	return input
}

type errorBody struct {
	Message string `json:"message"`
}

// Codes lists the codes in answers of this surface that are no failures of ours: why a session failed, and where the
// person is. They are meant for documentation.
func Codes() map[string]string {
	return map[string]string{
		authFailed: "The login or signature failed, or was rejected.", cancelled: "The person or the caller cancelled.",
		invalidID: "The person's eID is expired, blocked or otherwise no good.", conflict: "Another order for the same person came in between.",
		internalError: "A technical error here or at the eID.", sessionTimeout: "Nobody acted in time.",
		unsupportedClient: "The person's app cannot do what was asked.",
	}
}
