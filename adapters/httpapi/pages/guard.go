package pages

import (
	"mime"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// guard keeps other people's pages away from the simulator: a browser tells their origin, and lets them post
// anything but JSON without asking us first (Fetch Standard, CORS-safelisted request headers).
func (s *Surface) guard(c *fiber.Ctx) error {
	c.Set("X-Eidgate-Simulated", "true")
	if err := s.site.SameOrigin(c); err != nil {
		return err
	}
	// No browser posts without an origin, so what has none and sends nothing is a script that saves itself a body.
	silent := c.Get(fiber.HeaderOrigin) == "" && len(c.Request().Body()) == 0 && c.Get(fiber.HeaderContentType) == ""
	if c.Method() == fiber.MethodPost && !silent {
		kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
		if err != nil || kind != fiber.MIMEApplicationJSON {
			return httpapi.ErrMediaType
		}
	}
	return c.Next()
}

const browserName = 32

// browser names the browser by a cookie, and gives it a name when it has none.
func (s *Surface) browser(c *fiber.Ctx) string {
	if name := s.cookie.Read(c, httpapi.LettersAndDigits, browserName, browserName); name != "" {
		return name
	}
	name := s.random.Alphanumeric(browserName)
	s.cookie.Set(c, name)
	return name
}
