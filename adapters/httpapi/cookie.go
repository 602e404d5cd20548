package httpapi

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// LettersAndDigits is what a random secret of a browser is made of.
const LettersAndDigits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// Cookie keeps a secret in a browser until that closes. No script can read it, and no other site's form sends it.
type Cookie struct {
	name   string
	secure bool
}

// NewCookie is the cookie of a name. With https it is Secure and for this very host alone (RFC 6265bis, the __Host-
// prefix).
func (s Site) NewCookie(name string) Cookie {
	if s.https {
		name = "__Host-" + name
	}
	return Cookie{name: name, secure: s.https}
}

// Read is the secret, "" where the browser has none, or one with other letters than those given or of a length beyond
// the bounds.
func (k Cookie) Read(c *fiber.Ctx, letters string, least, most int) string {
	secret := c.Cookies(k.name)
	if len(secret) < least || len(secret) > most || strings.Trim(secret, letters) != "" {
		return ""
	}
	return secret
}

// Set gives the browser a secret.
func (k Cookie) Set(c *fiber.Ctx, secret string) {
	c.Cookie(&fiber.Cookie{
		Name: k.name, Value: secret, Path: "/", HTTPOnly: true, Secure: k.secure, SameSite: fiber.CookieSameSiteLaxMode,
		SessionOnly: true,
	})
}
