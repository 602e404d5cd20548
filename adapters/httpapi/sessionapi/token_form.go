package sessionapi

import (
	"encoding/base64"
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// What can be wrong with a request for an access token beside the client's secret.
var (
	errTokenRequest = fault.New(fault.Invalid, "access_token_request_malformed", "The request lacks a parameter, has one twice, is no form, or says more than once who asks.")
	errTokenGrant   = fault.New(fault.Invalid, "access_token_grant_unsupported", "The grant type must be client_credentials.")
	errTokenScope   = fault.New(fault.Invalid, "access_token_scope_unknown", "The scope must be signicat-api.")
)

// TokenScope is the one scope that there is. Callers may leave it out.
const TokenScope = "signicat-api"

// mostCredential is how long the two halves of a credential may be; what we hand out is far shorter.
const mostCredential = 1_000

// tokenForm is a request for an access token as it arrived.
type tokenForm struct {
	contentType, contentEncoding string
	authorization                string
	query                        string
	body                         string
}

func tokenFormOf(c *fiber.Ctx) tokenForm {
	header := &c.Request().Header
	return tokenForm{
		contentType: string(header.ContentType()), contentEncoding: string(header.ContentEncoding()), authorization: c.Get(fiber.HeaderAuthorization),
		query: string(c.Request().URI().QueryString()), body: string(c.Request().Body()),
	}
}

// credentials reads the request (RFC 6749, sections 2.3.1 and 4.4.2). A secret is taken from the header or from the form,
// never from the address, which ends in logs. It fails with one of the faults above or with organization.ErrClientRefused.
func (f tokenForm) credentials() (c inbound.Credentials, err error) {
	parameters, err := f.parameters()
	if err != nil {
		return c, err
	}
	switch grant := parameters.Get("grant_type"); grant {
	case "client_credentials":
	case "":
		return c, errTokenRequest
	default:
		return c, errTokenGrant
	}
	if scope := parameters.Get("scope"); scope != "" && scope != TokenScope {
		return c, errTokenScope
	}
	c = inbound.Credentials{Kind: organization.KindSession, Identifier: parameters.Get("client_id"), Secret: parameters.Get("client_secret")}
	ways := 0
	for _, way := range []string{f.authorization, c.Secret, parameters.Get("client_assertion")} {
		if way != "" {
			ways++
		}
	}
	if ways > 1 {
		return inbound.Credentials{}, errTokenRequest
	}
	if f.authorization != "" {
		identifier, secret := basic(f.authorization)
		if c.Identifier != "" && identifier != "" && c.Identifier != identifier {
			return inbound.Credentials{}, errTokenRequest
		}
		c.Identifier, c.Secret = identifier, secret
	}
	if c.Secret == "" || len(c.Secret) > mostCredential || !isText(c.Secret) || len(c.Identifier) > mostCredential || !isIdentifier(c.Identifier) {
		return inbound.Credentials{}, organization.ErrClientRefused
	}
	return c, nil
}

func (f tokenForm) parameters() (url.Values, error) {
	media, options, err := mime.ParseMediaType(f.contentType)
	if err != nil || media != fiber.MIMEApplicationForm || f.contentEncoding != "" && f.contentEncoding != "identity" {
		return nil, errTokenRequest
	}
	if charset := options["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
		return nil, errTokenRequest
	}
	if inAddress, err := url.ParseQuery(f.query); err != nil || inAddress.Has("client_secret") || inAddress.Has("client_assertion") {
		return nil, errTokenRequest
	}
	parameters, err := url.ParseQuery(f.body)
	if err != nil {
		return nil, errTokenRequest
	}
	for _, values := range parameters {
		if len(values) > 1 {
			return nil, errTokenRequest
		}
	}
	return parameters, nil
}

// basic reads the credential of RFC 7617; both are empty for anything else. RFC 6749, section 2.3.1, wants both halves
// encoded like a form, and most callers send them as they are. A plus sign means itself either way, since no identifier or
// secret of ours has spaces.
func basic(header string) (identifier, secret string) {
	scheme, encoded, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "basic") || len(encoded) > 9*mostCredential {
		return "", ""
	}
	pair, err := base64.StdEncoding.DecodeString(strings.Trim(encoded, " "))
	if err != nil {
		return "", ""
	}
	identifier, secret, _ = strings.Cut(string(pair), ":")
	return unescaped(identifier), unescaped(secret)
}

func unescaped(half string) string {
	if plain, err := url.PathUnescape(half); err == nil {
		return plain
	}
	return half
}

// isIdentifier holds for printable ASCII without spaces: no identifier of ours is anything else, and storage need not be
// asked.
func isIdentifier(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// isText holds for UTF-8 without control characters.
func isText(s string) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}
