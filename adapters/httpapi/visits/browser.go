package visits

import (
	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

const (
	secretLength = 40
	letters      = httpapi.LettersAndDigits
)

// browser is the secret by which a browser is told from others, "" where it has none.
func (s *Surface) browser(c *fiber.Ctx) string {
	return s.cookie.Read(c, letters, secretLength, secretLength)
}

// remember gives the secret to the browser, until that closes.
func (s *Surface) remember(c *fiber.Ctx, secret string) { s.cookie.Set(c, secret) }
