package accountapi

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// codes are the stable words for failures, one for each status.
var codes = map[int]string{
	http.StatusBadRequest: "BAD_REQUEST", http.StatusUnauthorized: "UNAUTHENTICATED", http.StatusForbidden: "FORBIDDEN",
	http.StatusNotFound: "NOT_FOUND", http.StatusMethodNotAllowed: "METHOD_NOT_ALLOWED", http.StatusRequestTimeout: "BAD_REQUEST",
	http.StatusConflict: "CONFLICT", http.StatusRequestEntityTooLarge: "PAYLOAD_TOO_LARGE",
	http.StatusUnprocessableEntity: "VALIDATION_ERROR", http.StatusTooManyRequests: "RATE_LIMITED",
	http.StatusRequestHeaderFieldsTooLarge: "BAD_REQUEST", http.StatusInternalServerError: "SERVER_ERROR",
	http.StatusBadGateway: "UPSTREAM_ERROR", http.StatusServiceUnavailable: "SERVICE_UNAVAILABLE",
}

// Codes lists the codes of this surface with what they mean, for documentation.
func Codes() map[string]string {
	meanings := map[string]string{}
	for status, code := range codes {
		if meanings[code] == "" || status == http.StatusBadRequest {
			meanings[code] = http.StatusText(status) + " (" + strconv.Itoa(status) + ")."
		}
	}
	return meanings
}

// fields are this surface's names for the domain's inputs, where they differ.
var fields = map[string]string{
	"number": "ssn", "language": "lang_code", "country": "country_code", "plan": "plan_id", "active": "is_active",
}

// blamed are the inputs that a failure is about even when it does not say so.
var blamed = map[string]string{
	account.ErrEmailTaken.Code(): "email", account.ErrNoPlan.Code(): "plan_id",
	account.ErrNumberMissing.Code(): "ssn", account.ErrNumberInvalid.Code(): "ssn", account.ErrNumberUnusable.Code(): "ssn",
	account.ErrNumberFixed.Code(): "ssn", account.ErrNumberNeeded.Code(): "ssn",
	account.ErrPassword.Code(): "current_password", account.ErrPasswordWeak.Code(): "password",
	eid.ErrCodeRejected.Code(): "code", outbound.ErrReplayed.Code(): "code", eid.ErrExpired.Code(): "state",
	organization.ErrAddress.Code(): "redirect_uri",
}

// Refuse words a failure in the version that the caller asked for. The code that our documentation lists goes into
// a header of our own, X-Eidgate-Fault; no body gets members that callers do not know.
func (s *Surface) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	status := httpapi.Status(f)
	if status == http.StatusUnsupportedMediaType {
		status = http.StatusBadRequest
	}
	httpapi.Refused(c, codes[status])
	c.Set("X-Eidgate-Fault", f.Code())
	if status == http.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	if s.standardized(c) {
		refuseStandard(c, status, f)
	} else {
		refuseLegacy(c, status, f)
	}
}

func refuseStandard(c *fiber.Ctx, status int, f *fault.Fault) {
	body := envelopeBody{Code: codes[status], Message: message(status, f)}
	for _, v := range violations(status, f) {
		body.Details = append(body.Details, detailBody{Field: v.Field, Issue: v.Text})
	}
	httpapi.WriteJSON(c, status, errorBody[envelopeBody]{body})
}

// refuseLegacy has four shapes: fields at fault, a broken rule that is about no field, nothing there, and all else.
// Too many requests were a conflict in this version, but not on the eID routes.
func refuseLegacy(c *fiber.Ctx, status int, f *fault.Fault) {
	if f.Kind() == fault.Throttled && !errors.Is(f, errEIDThrottled) {
		status = http.StatusConflict
	}
	switch status {
	case http.StatusUnprocessableEntity:
		broken := violations(status, f)
		if len(broken) == 0 {
			httpapi.WriteJSONAs(c, status, "application/vnd.api+json", errorsBody[[]ruleBody]{[]ruleBody{
				{Status: strconv.Itoa(status), Title: "The given data was invalid.", Detail: f.Text()},
			}})
			return
		}
		issues := map[string][]string{}
		for _, v := range broken {
			issues[v.Field] = append(issues[v.Field], v.Text)
		}
		httpapi.WriteJSON(c, status, errorsBody[map[string][]string]{issues})
	case http.StatusNotFound:
		httpapi.WriteJSON(c, status, errorBody[string]{"Not found"})
	case http.StatusMethodNotAllowed:
		httpapi.WriteJSON(c, status, errorBody[string]{"Method not allowed"})
	default:
		httpapi.WriteJSON(c, status, messageBody{message(status, f)})
	}
}

// violations lists the inputs at fault under the names that they have on this surface.
func violations(status int, f *fault.Fault) []fault.Violation {
	if status != http.StatusUnprocessableEntity {
		return nil
	}
	var list []fault.Violation
	for _, v := range f.Violations() {
		v.Field = cmp.Or(fields[v.Field], v.Field)
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
	case f.Kind() == fault.Throttled:
		return "Too Many Attempts."
	case len(violations(status, f)) > 0:
		return "The given data was invalid."
	}
	return f.Text()
}

// The wire.

type errorBody[T any] struct {
	Error T `json:"error"`
}

type envelopeBody struct {
	Code    string       `json:"code"`
	Message string       `json:"message"`
	Details []detailBody `json:"details,omitempty"`
}

type detailBody struct {
	Field string `json:"field"`
	Issue string `json:"issue"`
}

type errorsBody[T any] struct {
	Errors T `json:"errors"`
}

type ruleBody struct {
	Status string `json:"status"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
}

type messageBody struct {
	Message string `json:"message"`
}
