package accountapi

import (
	"context"
	"net/http"
	"net/mail"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/ports/inbound"
)

// logIn signs a partner's back office in.
func (s *Surface) logIn(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	username, password, keep := body.Required("username"), body.Required("password"), body.Flag("keep_logged")
	if err := body.Err(); err != nil {
		return err
	}
	return s.crm.Try(c, "crm", username, func(ctx context.Context) error {
		token, err := s.signIns.ServiceToken(ctx, username, password, keep != nil && *keep)
		return wordToken(c, token, err)
	})
}

// ssoToken gives a partner's server a token for one end user.
func (s *Surface) ssoToken(c *fiber.Ctx) error {
	p, err := readSignIn(c)
	if err != nil {
		return err
	}
	return s.sso.Try(c, "sso", p.ClientID, func(ctx context.Context) error {
		token, err := s.signIns.AppToken(ctx, p)
		return wordToken(c, token, err)
	})
}

// ssoCode gives a partner's server a one-time code that the end user's web view exchanges.
func (s *Surface) ssoCode(c *fiber.Ctx) error {
	p, err := readSignIn(c)
	if err != nil {
		return err
	}
	return s.sso.Try(c, "sso", p.ClientID, func(ctx context.Context) error {
		code, err := s.signIns.LoginCode(ctx, p)
		if err != nil {
			return err
		}
		httpapi.WriteJSON(c, http.StatusOK, codeBody{Code: code})
		return nil
	})
}

// ssoLogin exchanges the code.
func (s *Surface) ssoLogin(c *fiber.Ctx) error {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return err
	}
	code := body.Required("code")
	if err := body.Err(); err != nil {
		return err
	}
	return s.sso.Try(c, "code", "", func(ctx context.Context) error {
		token, err := s.signIns.RedeemLoginCode(ctx, code)
		return wordToken(c, token, err)
	})
}

func readSignIn(c *fiber.Ctx) (inbound.PartnerSignIn, error) {
	body, err := httpapi.ReadBody(c)
	if err != nil {
		return inbound.PartnerSignIn{}, err
	}
	p := inbound.PartnerSignIn{ClientID: body.Required("client_id"), ClientSecret: body.Required("client_secret"), Email: body.Required("email")}
	if p.Email != "" && !isEmail(strings.TrimSpace(p.Email)) {
		body.Blame("email", "email_invalid", "The email must be a valid email address.")
	}
	return p, body.Err()
}

// isEmail holds for what could be somebody's address at all; whether it is, only the accounts know.
func isEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && len(s) <= 254
}

func wordToken(c *fiber.Ctx, token string, err error) error {
	if err != nil {
		return err
	}
	httpapi.WriteJSON(c, http.StatusOK, tokenBody{Token: token})
	return nil
}

// The wire.

type tokenBody struct {
	Token string `json:"token"`
}

type codeBody struct {
	Code string `json:"code"`
}
