package orgapi

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// The words of RFC 6749, section 5.2 and, for what that has no word for, 4.1.2.1.
const (
	invalidClient        = "invalid_client"
	invalidRequest       = "invalid_request"
	unsupportedGrantType = "unsupported_grant_type"
	temporarilyAway      = "temporarily_unavailable"
	serverError          = "server_error"
)

// What can be wrong with a token request beside the client's secret.
var (
	errTokenRequest = fault.New(fault.Invalid, "token_request_malformed", "The token request lacks a parameter, has one twice, or says two things of one.")
	errGrantType    = fault.New(fault.Invalid, "token_grant_type_unsupported", "The grant type must be client_credentials.")
)

// tokenPaths are both at work: callers differ in which one they use.
var tokenPaths = []string{"/api/v2/oauth/token", "/oauth/token"}

func isTokenPath(path string) bool { return slices.Contains(tokenPaths, path) }

func accessRows() []row {
	var list []row
	for i, path := range tokenPaths {
		name := []string{"createToken", "createTokenUnversioned"}[i]
		list = append(list, row{name: name, methods: post, pattern: path, target: nobody, run: (*Surface).token})
	}
	return list
}

// mostCredential is how long the two halves of a credential may be; what we hand out is far shorter.
const mostCredential = 1_000

// token gives a client a token for its credentials (RFC 6749, section 4.4).
func (s *Surface) token(r *request) (int, any, error) {
	credentials, domain, err := tokenRequest(r)
	if err != nil {
		return 0, nil, err
	}
	var t inbound.ManagementToken
	err = s.secrets.Try(r.c, Name, credentials.Identifier, func(ctx context.Context) error {
		t, err = s.Management.Issue(ctx, credentials, domain)
		return err
	})
	if err != nil {
		return 0, nil, err
	}
	r.c.Set(fiber.HeaderPragma, "no-cache")
	return http.StatusOK, tokenBody{
		AccessToken: t.Token, TokenType: "Bearer", ExpiresIn: int64(t.Life / time.Second), Scope: strings.Join(t.Scopes, " "),
	}, nil
}

// tokenRequest reads a token request. The domain of the client's root organization has three names, by who asks.
func tokenRequest(r *request) (c inbound.Credentials, domain string, err error) {
	p := r.params
	for _, name := range []string{"domain", "tenant_domain", "audience"} {
		text := p.Text(name)
		if text != "" && domain != "" && text != domain {
			return c, "", errTokenRequest
		}
		if text != "" {
			domain = text
		}
	}
	c.Kind, c.Identifier, c.Secret = organization.KindManagement, p.Text("client_id"), p.Text("client_secret")
	grant := p.Text("grant_type")
	if p.Err() != nil || grant == "" || r.query.Has("client_secret") { // a secret in an address is a secret in every log
		return c, "", errTokenRequest
	}
	if grant != "client_credentials" {
		return c, "", errGrantType
	}
	if header := r.c.Get(fiber.HeaderAuthorization); header != "" {
		identifier, secret, good := basic(header)
		switch {
		case !good:
			return c, "", organization.ErrClientRefused
		case c.Secret != "" || c.Identifier != "" && c.Identifier != identifier: // one way to say who asks, and no more
			return c, "", errTokenRequest
		}
		c.Identifier, c.Secret = identifier, secret
	}
	if c.Identifier == "" || c.Secret == "" || len(c.Identifier) > mostCredential || len(c.Secret) > mostCredential || len(domain) > mostCredential {
		return c, "", organization.ErrClientRefused
	}
	return c, domain, nil
}

// basic reads the credential of RFC 7617, both halves encoded as RFC 6749, section 2.3.1, has it.
func basic(header string) (identifier, secret string, good bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	pair, err := base64.StdEncoding.DecodeString(strings.Trim(encoded, " "))
	if err != nil || !strings.EqualFold(scheme, "basic") {
		return "", "", false
	}
	first, second, _ := strings.Cut(string(pair), ":")
	identifier, err = url.QueryUnescape(first)
	if err != nil || !isText(identifier) {
		return "", "", false
	}
	secret, err = url.QueryUnescape(second)
	return identifier, secret, err == nil && isText(secret) && identifier != ""
}

// refuseToken words a failure as RFC 6749, section 5.2, does.
func refuseToken(c *fiber.Ctx, status int, f *fault.Fault) {
	word := invalidRequest
	switch {
	case f.Kind() == fault.Unauthenticated:
		word = invalidClient
		if c.Get(fiber.HeaderAuthorization) != "" {
			c.Set(fiber.HeaderWWWAuthenticate, `Basic realm="eidgate", charset="UTF-8"`)
		}
	case f.Code() == errGrantType.Code():
		word = unsupportedGrantType
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		word = temporarilyAway
	case status >= http.StatusInternalServerError:
		word = serverError
	}
	if status == http.StatusUnprocessableEntity {
		status = http.StatusBadRequest
	}
	httpapi.Refused(c, word)
	httpapi.WriteJSON(c, status, tokenErrorBody{Error: word, Description: message(status, f)})
}

// The wire.

type tokenBody struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	Scope       string `json:"scope,omitempty"` // nothing for everything
}

type tokenErrorBody struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}
