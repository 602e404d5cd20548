package visits

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// guard keeps other people's pages from posting in the person's name. Browsers say which page posts (Fetch Metadata,
// Sec-Fetch-Site), older ones at least its origin; what says neither is no page at all. Where something between keeps
// our pages from sending a referrer, they post with the origin "null" (Fetch Standard, append a request Origin header): it
// counts only beside Sec-Fetch-Site.
func (s *Surface) guard(c *fiber.Ctx) error {
	site, origin := c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin)
	fromUs := site == "same-origin" || site == "none"
	switch {
	case site != "" && !fromUs:
		return ErrForeignPage
	case origin == "null" && !fromUs:
		return ErrForeignPage
	case origin != "" && origin != "null" && !s.own(origin, string(c.Request().Host())):
		return ErrForeignPage
	}
	return c.Next()
}

// own holds for our own origin, and for this machine's other names for itself.
func (s *Surface) own(origin, host string) bool {
	if origin == s.origin {
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
