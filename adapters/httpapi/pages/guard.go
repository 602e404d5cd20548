package pages

import (
	"mime"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// guard keeps other people's pages away from the simulator: a browser tells their origin, and lets them post
// anything but JSON without asking us first (Fetch Standard, CORS-safelisted request headers).
func (s *Surface) guard(c *fiber.Ctx) error {
	c.Set("X-Eidgate-Simulated", "true")
	origin := c.Get(fiber.HeaderOrigin)
	if origin != "" && !s.own(origin, string(c.Request().Host())) {
		return ErrForeignOrigin
	}
	// No browser posts without an origin, so what has none and sends nothing is a script that saves itself a body.
	silent := origin == "" && len(c.Request().Body()) == 0 && c.Get(fiber.HeaderContentType) == ""
	if c.Method() == fiber.MethodPost && !silent {
		kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
		if err != nil || kind != fiber.MIMEApplicationJSON {
			return httpapi.ErrMediaType
		}
	}
	return c.Next()
}

// own holds for the origins that are ours, and for this machine's other names for itself.
func (s *Surface) own(origin, host string) bool {
	if slices.Contains(s.origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "http" && u.Host == host && loopback(u.Hostname())
}

func loopback(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(name)
	return err == nil && a.Unmap().IsLoopback()
}

const browserName = 32

// browser names the browser by a cookie, and gives it a name when it has none.
func (s *Surface) browser(c *fiber.Ctx) string {
	name := c.Cookies(s.cookie)
	if len(name) == browserName && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == "" {
		return name
	}
	name = s.random.Alphanumeric(browserName)
	c.Cookie(&fiber.Cookie{
		Name: s.cookie, Value: name, Path: "/", HTTPOnly: true, Secure: s.secure, SameSite: fiber.CookieSameSiteLaxMode,
		SessionOnly: true,
	})
	return name
}
