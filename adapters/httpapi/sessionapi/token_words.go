package sessionapi

import (
	"html/template"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
)

// The words of RFC 6749, section 5.2 and, for what that has no word for, 4.1.2.1.
const (
	invalidRequest       = "invalid_request"
	invalidClient        = "invalid_client"
	invalidScope         = "invalid_scope"
	unsupportedGrantType = "unsupported_grant_type"
	temporarilyAway      = "temporarily_unavailable"
	serverError          = "server_error"
)

// errorsPath begins the addresses of the pages that say what a word means.
const errorsPath = "/auth/open/config/errors/"

// tokenMeanings say what the words mean, and what to do.
var tokenMeanings = map[string]string{
	invalidRequest:       "The request is no form, is too large, lacks a parameter or has one twice, or says more than once who asks. Send grant_type=client_credentials as application/x-www-form-urlencoded, and the client's secret either by HTTP Basic or as client_secret.",
	invalidClient:        "The client is unknown or revoked, its secret is wrong, or none was sent.",
	invalidScope:         "The scope is another one than signicat-api, which may be left out.",
	unsupportedGrantType: "The grant type is another one than client_credentials.",
	temporarilyAway:      "Too many wrong secrets or too many requests, or a part of the gateway is away for now. Try again after what Retry-After says.",
	serverError:          "A mistake on the gateway's side. Its operator finds the cause in the log under the request's X-Request-Id.",
}

func tokenWord(f *fault.Fault, status int) string {
	switch {
	case f.Kind() == fault.Unauthenticated:
		return invalidClient
	case f.Code() == errTokenGrant.Code():
		return unsupportedGrantType
	case f.Code() == errTokenScope.Code():
		return invalidScope
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return temporarilyAway
	case status >= http.StatusInternalServerError:
		return serverError
	}
	return invalidRequest
}

var meaningPage = template.Must(template.New("meaning").Parse(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{.Error}}</title>
<h1>{{.Error}}</h1>
<p>{{.Meaning}}</p>
</html>
`))

// meaning explains a word of the token endpoint, to people and to machines.
func (s *Surface) meaning(c *fiber.Ctx) error {
	m := meaningBody{Error: httpapi.Param(c, "error")}
	m.Meaning = tokenMeanings[m.Error]
	if m.Meaning == "" {
		return httpapi.ErrNoPath
	}
	c.Vary(fiber.HeaderAccept)
	if !httpapi.ReadsHTML(c) {
		httpapi.WriteJSON(c, http.StatusOK, m)
		return nil
	}
	var page strings.Builder
	if err := meaningPage.Execute(&page, m); err != nil {
		return err
	}
	c.Response().SetBodyString(page.String())
	c.Response().Header.SetContentType(fiber.MIMETextHTMLCharsetUTF8)
	return nil
}

type meaningBody struct {
	Error   string `json:"error"`
	Meaning string `json:"error_description"`
}
