// Package visits is what the person in the browser sees of a session, and where providers send that browser, or call
// us, afterwards.
//
//	GET /s/T ─▶ POST /s/T/begin ─▶ /s/T shows a code, a link to the app, or the way on to the provider
//	                                  │ /s/T/state, once a second, until it is over
//	GET /callback/P ◀── the provider ─┘──▶ back to the organization
//
// A page changes nothing when it is looked at. The first POST makes the session this browser's, by a cookie that every
// session in this browser shares; no other browser is told anything of it. Pages come in one piece, need no script, and
// their policy lets a browser run nothing but the one that comes with them.
package visits

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ httpapi.Surface = (*Surface)(nil)

// Config is what the pages must be told.
type Config struct {
	// PublicURL is the base of every address, without a slash at the end. With https, the cookie is Secure.
	PublicURL string
	// SimulatorURL is where somebody can play the person behind a simulated session; "" for nowhere that a visitor
	// could go.
	SimulatorURL string
}

// Surface serves the pages and the addresses that providers call.
type Surface struct {
	config Config
	site   httpapi.Site
	cookie httpapi.Cookie
	visits inbound.Visits
	random outbound.Random
}

// New makes the surface. It fails when the public address cannot be read.
func New(config Config, visits inbound.Visits, random outbound.Random) (*Surface, error) {
	site, err := httpapi.NewSite(config.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("visits: %w", err)
	}
	return &Surface{config: config, site: site, cookie: site.NewCookie("eidgate"), visits: visits, random: random}, nil
}

// Name is the surface's word.
func (s *Surface) Name() string { return "visits" }

// Owns is the pages and the addresses of providers.
func (s *Surface) Owns() []string { return []string{"/s", "/callback"} }

const (
	mostForm   = 4 << 10
	mostNotice = 256 << 10
)

// Routes is the whole table.
func (s *Surface) Routes() []httpapi.Route {
	own := []fiber.Handler{s.site.Guard}
	return []httpapi.Route{
		{Method: fiber.MethodGet, Pattern: "/s/:ticket", Handler: s.show},
		{Method: fiber.MethodGet, Pattern: "/s/:ticket/state", Handler: s.state},
		{Method: fiber.MethodPost, Pattern: "/s/:ticket/begin", Chain: own, Handler: s.begin, BodyLimit: mostForm},
		{Method: fiber.MethodPost, Pattern: "/s/:ticket/cancel", Chain: own, Handler: s.cancel, BodyLimit: mostForm},
		{Method: fiber.MethodGet, Pattern: "/callback/:provider", Handler: s.back},
		{Method: fiber.MethodPost, Pattern: "/callback/:provider/:ticket", Handler: s.notice, BodyLimit: mostNotice},
	}
}
