package sessionapi

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	tokenPath = "/auth/open/connect/token"
	// mostTokenForm is far more than credentials need.
	mostTokenForm = 16 << 10
	// contentTypeOAuth is how the token endpoint spells what it answers with.
	contentTypeOAuth = "application/json; charset=UTF-8"
)

// token gives a client an access token for its secret (RFC 6749, section 4.4).
func (s *Surface) token(c *fiber.Ctx) error {
	credentials, err := tokenFormOf(c).credentials()
	if err != nil {
		return err
	}
	var t inbound.AccessToken
	attempts := s.attempts
	attempts.Successes = outbound.Limit{Events: 2 * s.config.ClientRate, Per: 2 * time.Second}
	err = attempts.Try(c, Name, credentials.Identifier, func(ctx context.Context) error {
		t, err = s.Tokens.Issue(ctx, credentials)
		return err
	})
	if err != nil {
		return err
	}
	dressToken(c)
	httpapi.WriteJSONAs(c, http.StatusOK, contentTypeOAuth, tokenBody{
		AccessToken: t.Token, ExpiresIn: int64(t.Life / time.Second), TokenType: "Bearer", Scope: TokenScope,
	})
	return nil
}

// dressToken puts the headers on that every answer of the token endpoint has.
func dressToken(c *fiber.Ctx) {
	c.Set(fiber.HeaderCacheControl, "no-store, no-cache, max-age=0")
	c.Set(fiber.HeaderPragma, "no-cache")
	c.Set("X-Trace-Id", traceID(c))
}

// refuseToken words a failure of the token endpoint as RFC 6749, section 5.2, does, with a link to what the word means. Who
// sent a wrong secret in the form is answered with 400, and not as in the RFC with 401, because callers know it so.
func (s *Surface) refuseToken(c *fiber.Ctx, f *fault.Fault) {
	status := httpapi.Status(f)
	switch {
	case status == http.StatusUnauthorized && c.Get(fiber.HeaderAuthorization) != "":
		c.Set(fiber.HeaderWWWAuthenticate, `Basic realm="eidgate", charset="UTF-8"`)
	case status == http.StatusUnauthorized, status == http.StatusUnprocessableEntity:
		status = http.StatusBadRequest
	}
	word := tokenWord(f, status)
	dressToken(c)
	httpapi.Refused(c, word)
	httpapi.WriteJSONAs(c, status, contentTypeOAuth, tokenErrorBody{
		Error: word, URI: s.config.PublicURL + errorsPath + word, Description: f.Text(),
	})
}

// The wire.

type tokenBody struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
	TokenType   string `json:"token_type"`
	Scope       string `json:"scope"`
}

type tokenErrorBody struct {
	Error       string `json:"error"`
	URI         string `json:"error_uri"`
	Description string `json:"error_description"`
}
