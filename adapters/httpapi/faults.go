package httpapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with a request before anybody looks at what it asks for.
var (
	ErrNoPath      = fault.New(fault.NotFound, "path_unknown", "There is nothing at this path.")
	ErrMethod      = fault.New(fault.Invalid, "method_not_allowed", "This path does not know this method.")
	ErrTooLarge    = fault.New(fault.Invalid, "body_too_large", "The body is larger than allowed here.")
	ErrHeaderLarge = fault.New(fault.Invalid, "headers_too_large", "The headers are larger than allowed.")
	ErrSlow        = fault.New(fault.Invalid, "request_too_slow", "The request did not arrive in time.")
	ErrRequest     = fault.New(fault.Invalid, "request_malformed", "The request is not well-formed HTTP.")
	ErrNotLocal    = fault.New(fault.Forbidden, "development_only", "In development mode eidgate answers this machine only.")
	ErrThrottled   = fault.New(fault.Throttled, "too_many_requests", "Too many requests; try again later.")
	ErrDeadline    = fault.New(fault.Unavailable, "deadline_exceeded", "The request took too long; try again later.")
)

// What can be wrong with a JSON body. [Malformed] holds for all of them.
var (
	ErrMediaType = fault.New(fault.Invalid, "media_type_unsupported", "The body must be JSON, sent as application/json.")
	ErrJSON      = fault.New(fault.Invalid, "json_malformed", "The body is not well-formed JSON.")
	ErrNotObject = fault.New(fault.Invalid, "json_not_object", "The body must be a JSON object.")
	ErrTwice     = fault.New(fault.Invalid, "json_duplicate_member", "A member stands twice in one JSON object.")
	ErrDeep      = fault.New(fault.Invalid, "json_too_deep", "The JSON is nested too deeply.")
	ErrUnicode   = fault.New(fault.Invalid, "json_not_unicode", "The JSON holds bytes or escapes that are no Unicode text, or NUL.")
	ErrCrowded   = fault.New(fault.Invalid, "json_too_many_values", "The JSON holds more values than anybody needs here.")
)

// ErrFields carries one violation for each member of a body that has the wrong type or is missing. Unlike the
// violations of the domain these name the member as the caller spelled it.
var ErrFields = fault.New(fault.Invalid, "fields_invalid", "The given data was invalid.")

var malformed = map[string]int{
	ErrMethod.Code(): http.StatusMethodNotAllowed, ErrTooLarge.Code(): http.StatusRequestEntityTooLarge,
	ErrHeaderLarge.Code(): http.StatusRequestHeaderFieldsTooLarge, ErrSlow.Code(): http.StatusRequestTimeout,
	ErrRequest.Code(): http.StatusBadRequest, ErrMediaType.Code(): http.StatusUnsupportedMediaType,
	ErrJSON.Code(): http.StatusBadRequest, ErrNotObject.Code(): http.StatusBadRequest, ErrTwice.Code(): http.StatusBadRequest,
	ErrDeep.Code(): http.StatusBadRequest, ErrUnicode.Code(): http.StatusBadRequest, ErrCrowded.Code(): http.StatusBadRequest,
}

// Malformed holds for faults that are about the form of a request and not about what it asks for.
func Malformed(f *fault.Fault) bool { return malformed[f.Code()] != 0 }

// Status is the status that a fault has unless a surface's language wants another: 4xx by form for faults of this
// package, else by kind, with 422 for Invalid.
func Status(f *fault.Fault) int {
	if status, ok := malformed[f.Code()]; ok {
		return status
	}
	switch f.Kind() {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Throttled:
		return http.StatusTooManyRequests
	case fault.Upstream:
		return http.StatusBadGateway
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.Internal:
	}
	return http.StatusInternalServerError
}

// faultOf finds the fault in any error that a chain may return: our own, Fiber's, or a context's.
func faultOf(err error) *fault.Fault {
	f := fault.Of(err)
	if f.Kind() != fault.Internal {
		return f
	}
	if e, ok := errors.AsType[*fiber.Error](err); ok {
		switch {
		case e.Code == http.StatusNotFound:
			return ErrNoPath
		case e.Code == http.StatusMethodNotAllowed:
			return ErrMethod
		case e.Code == http.StatusRequestEntityTooLarge:
			return ErrTooLarge
		case e.Code == http.StatusRequestHeaderFieldsTooLarge:
			return ErrHeaderLarge
		case e.Code == http.StatusRequestTimeout:
			return ErrSlow
		case e.Code >= 400 && e.Code < 500:
			return ErrRequest
		}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return ErrDeadline.Because(err)
	}
	return f
}
