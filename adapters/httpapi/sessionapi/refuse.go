package sessionapi

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

// What can be wrong with a request at this surface. Where members are to blame, the violations name them as callers know
// them, and say why.
var (
	errParameter = fault.New(fault.Invalid, "invalid_request_parameter", "One or more members of the request are missing or wrong.")
	errAccount   = fault.New(fault.Forbidden, "invalid_account_id", "The request names another account than that of the access token.")
	errProvider  = fault.New(fault.Invalid, "provider_not_enabled", "A provider is unknown, or not enabled for the account.")
	errFlow      = fault.New(fault.Invalid, "flow_not_supported", "A provider does not support the flow.")
	errUnsealed  = fault.New(fault.Invalid, "encryption_required", "The Finnish Trust Network needs an encryptionPublicKey.")
	errNonce     = fault.New(fault.Invalid, "session_nonce_invalid", "The sessionNonce is not that of the browser that finished the session.")
	errNoCancel  = fault.New(fault.Invalid, "session_not_cancellable", "There is no session with this id, or not any more.")
	errNonceAway = fault.New(fault.Invalid, "session_nonce_required", "This result is given for the sessionNonce alone.")
)

// The codes of failures that have other names elsewhere in the house.
const (
	codeToken   = "invalid_token"
	codeUnknown = "session_not_found"
	codeForbid  = "forbidden"
	codeOurs    = "internal_error"
)

// wordOf is the code by which callers know a failure.
func wordOf(f *fault.Fault) string {
	switch {
	case f.Code() == eid.ErrNoSession.Code(), f.Code() == errNoCancel.Code():
		return codeUnknown
	case f.Code() == eid.ErrNoRoute.Code():
		return errProvider.Code()
	case asked[f.Code()]:
		return errParameter.Code()
	case f.Code() == errAccount.Code():
		return f.Code()
	case f.Kind() == fault.Unauthenticated:
		return codeToken
	case f.Kind() == fault.Forbidden:
		return codeForbid
	case f.Kind() == fault.Internal:
		return codeOurs
	}
	return f.Code()
}

// asked are failures of the domain that are about what was asked for.
var asked = map[string]bool{
	eid.ErrOrder.Code(): true, eid.ErrText.Code(): true, eid.ErrTextTooLong.Code(): true, eid.ErrLabel.Code(): true,
	eid.ErrUnknownPerson.Code(): true, organization.ErrAddress.Code(): true, organization.ErrAddressNotAllowed.Code(): true,
	organization.ErrNamesAnother.Code(): true,
}

const titleBody = "Invalid Body Error" // of what is no JSON object that can be read

// titles are short names for what can be wrong.
var titles = map[string]string{
	codeToken: "Invalid Token Error", codeForbid: "Forbidden Error", errAccount.Code(): "Invalid Account ID Error",
	codeUnknown: "Session Not Found Error", errParameter.Code(): "Invalid Request Parameter Error",
	errProvider.Code(): "Provider Not Enabled Error", errFlow.Code(): "Flow Not Supported Error",
	errUnsealed.Code(): "Encryption Required Error", httpapi.ErrThrottled.Code(): "Too Many Requests Error",
	httpapi.ErrJSON.Code(): titleBody, httpapi.ErrNotObject.Code(): titleBody, httpapi.ErrTwice.Code(): titleBody,
	httpapi.ErrDeep.Code(): titleBody, httpapi.ErrUnicode.Code(): titleBody, httpapi.ErrCrowded.Code(): titleBody,
	codeOurs: "Internal Error", errNonce.Code(): "Session Nonce Error", errNonceAway.Code(): "Session Nonce Error",
}

// statusOf keeps to what callers know: what is wrong with a request is 400, whatever it is.
func statusOf(f *fault.Fault) int {
	if asked[f.Code()] {
		return http.StatusBadRequest
	}
	switch status := httpapi.Status(f); status {
	case http.StatusUnprocessableEntity, http.StatusConflict:
		return http.StatusBadRequest
	case http.StatusBadGateway:
		return http.StatusInternalServerError
	default:
		return status
	}
}

// Refuse words a failure. Failures are never encrypted.
func (s *Surface) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	if c.Path() == tokenPath {
		s.refuseToken(c, f)
		return
	}
	status, code := statusOf(f), wordOf(f)
	httpapi.Refused(c, code)
	if status == http.StatusUnauthorized {
		challenge := `Bearer realm="eidgate"`
		if c.Get(fiber.HeaderAuthorization) != "" {
			challenge += `, error="invalid_token"` // RFC 6750, section 3.1
		}
		c.Set(fiber.HeaderWWWAuthenticate, challenge)
	}
	body := errorBody{
		failureBody: failureBody{Type: s.typeURI(), Title: cmp.Or(titles[code], http.StatusText(status)), Detail: detail(f, code), Code: code},
		Status:      status, TraceID: traceID(c),
	}
	for _, v := range violations(f) {
		body.InvalidParams = append(body.InvalidParams, invalidParam{Name: v.Field, Reason: v.Text})
	}
	httpapi.WriteJSON(c, status, body)
}

// typeURI is where people read about failures.
func (s *Surface) typeURI() string { return s.config.PublicURL + "/docs/errors" }

func detail(f *fault.Fault, code string) string {
	switch code {
	case codeUnknown:
		return "There is no session with this id, or not any more."
	case codeForbid:
		return "The client may not do this."
	}
	return f.Text()
}

// traceID is the request's identifier in the form that callers know.
func traceID(c *fiber.Ctx) string {
	id := strings.ReplaceAll(httpapi.RequestID(c), "-", "")
	if raw, err := hex.DecodeString(id); err == nil && len(raw) == 16 {
		return strings.ToLower(id)
	}
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:16])
}

// memberNames are this surface's names for the inputs that the domain knows by others.
var memberNames = map[string]string{
	"tags": "tags", "usage": "usageReference", "text": "additionalParameters", "registration": "additionalParameters.freja_min_registration_level",
	"method": "additionalParameters", "person": "prefilledInput.nin", "return_to": "callbackUrls",
}

// violations lists the inputs at fault by the names that they have on this surface.
func violations(f *fault.Fault) []fault.Violation {
	if statusOf(f) != http.StatusBadRequest {
		return nil
	}
	var list []fault.Violation
	for _, v := range f.Violations() {
		if v.Code == f.Code() && f.Code() != errParameter.Code() {
			v.Field, v.Text = cmp.Or(memberNames[v.Field], v.Field), cmp.Or(v.Text, f.Text())
		}
		list = append(list, v)
	}
	return list
}

// isRefused holds for what is wrong with a token or a secret.
func isRefused(err error) bool { return fault.Of(err).Kind() == fault.Unauthenticated }

// The wire.

// failureBody is the error that failed sessions and refused requests have in common.
type failureBody struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
}

type errorBody struct {
	failureBody
	Status        int            `json:"status"`
	TraceID       string         `json:"traceId"`
	InvalidParams []invalidParam `json:"invalidParams,omitempty"`
}

type invalidParam struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}
