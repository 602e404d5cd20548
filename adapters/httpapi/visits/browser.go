package visits

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

const (
	secretLength = 40
	letters      = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
)

// browser is the secret by which a browser is told from others, "" where it has none.
func (s *Surface) browser(c *fiber.Ctx) string {
	secret := c.Cookies(s.cookie)
	if len(secret) != secretLength || strings.Trim(secret, letters) != "" {
		return ""
	}
	return secret
}

// remember gives the secret to the browser, until that closes.
func (s *Surface) remember(c *fiber.Ctx, secret string) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookie, Value: secret, Path: "/", HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode,
		SessionOnly: true,
	})
}
