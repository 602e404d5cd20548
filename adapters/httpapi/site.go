package httpapi

import (
	"errors"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
)

// What pages of other people's are refused with.
var (
	// ErrForeignPage refuses what a page of somebody else's lets a browser post.
	ErrForeignPage = fault.New(fault.Forbidden, "page_foreign", "This can be asked for from its own page only.")
	// ErrForeignOrigin refuses what a page of somebody else's lets a browser send.
	ErrForeignOrigin = fault.New(fault.Forbidden, "origin_foreign", "A page of another origin may not ask for this.")
)

// Site is where our own pages live, as browsers name it.
type Site struct {
	origins []string
	https   bool
}

// NewSite is the site at a public address; more are further origins under which browsers see it. It fails when the
// address is no absolute URL.
func NewSite(publicURL string, more ...string) (Site, error) {
	base, err := url.Parse(publicURL)
	if err != nil || base.Host == "" {
		return Site{}, errors.New("the public address is not an absolute URL")
	}
	return Site{origins: append([]string{base.Scheme + "://" + base.Host}, more...), https: base.Scheme == "https"}, nil
}

// HTTPS holds where cookies can be Secure.
func (s Site) HTTPS() bool { return s.https }

// Guard is a link in the chain of what forms post to: it keeps other people's pages from posting in the person's name.
// Browsers say which page posts (Fetch Metadata, Sec-Fetch-Site), older ones at least its origin; what says neither is no
// page at all. A page that sends no referrer posts with the origin "null" (Fetch Standard, append a request Origin header):
// that counts only beside Sec-Fetch-Site. It fails with ErrForeignPage.
func (s Site) Guard(c *fiber.Ctx) error {
	site, origin := c.Get("Sec-Fetch-Site"), c.Get(fiber.HeaderOrigin)
	fromUs := site == "same-origin" || site == "none"
	switch {
	case site != "" && !fromUs:
		return ErrForeignPage
	case origin == "null" && !fromUs:
		return ErrForeignPage
	case origin != "" && origin != "null" && !s.own(c, origin):
		return ErrForeignPage
	}
	return c.Next()
}

// SameOrigin fails with ErrForeignOrigin when a browser says that a page of another origin asks.
func (s Site) SameOrigin(c *fiber.Ctx) error {
	if origin := c.Get(fiber.HeaderOrigin); origin != "" && !s.own(c, origin) {
		return ErrForeignOrigin
	}
	return nil
}

// own holds for the origins that are ours, and for this machine's other names for itself.
func (s Site) own(c *fiber.Ctx, origin string) bool {
	if slices.Contains(s.origins, origin) {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Scheme == "http" && u.Host == string(c.Request().Host()) && loopbackName(u.Hostname())
}
