// Package visits is what the person in the browser sees of a session, and where providers send that browser, or call
// us, afterwards.
//
//	GET /s/T ─▶ POST /s/T/begin ─▶ /s/T shows a code, a link to the app, or the way on to the provider
//	   ▲                              │ /s/T/events, or /s/T/state once a second, until it is over
//	   └── POST /s/T/reconsider ◀─────┤
//	GET /callback/P ◀── the provider ─┘──▶ back to the organization
//
// A page changes nothing when it is looked at. The first POST makes the session this browser's, by a cookie that every
// session in this browser shares; no other browser is told anything of it. Pages come in one piece, need no script, and
// their policy lets a browser run nothing but the one that comes with them.
//
// A page that another site's page shows inside of its own needs no cookie either: it carries the browser's secret itself,
// and forms are then answered with the page in place of the way to it.
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
	// Themes are the looks that sessions may ask for, by identifier. Those of unknown ones look as the gateway does.
	Themes map[string]Theme
}

// Surface serves the pages and the addresses that providers call.
type Surface struct {
	config Config
	site   httpapi.Site
	cookie httpapi.Cookie // the secret, on pages that stand alone
	framed httpapi.Cookie // the secret, on framed ones
	memory httpapi.Cookie
	visits inbound.Visits
	random outbound.Random
	pace   pace
}

// New makes the surface. It fails when the public address cannot be read.
func New(config Config, visits inbound.Visits, random outbound.Random) (*Surface, error) {
	site, err := httpapi.NewSite(config.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("visits: %w", err)
	}
	return &Surface{
		config: config, site: site, visits: visits, random: random, pace: unhurried,
		cookie: site.NewCookie("eidgate"), framed: site.NewFramedCookie("eidgate-framed"), memory: site.NewLastingCookie("eidgate-choice", memoryLife),
	}, nil
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
		{Method: fiber.MethodPost, Pattern: "/s/:ticket", Chain: own, Handler: s.resume, BodyLimit: mostForm},
		{Method: fiber.MethodGet, Pattern: "/s/:ticket/state", Handler: s.state},
		{Method: fiber.MethodGet, Pattern: "/s/:ticket/events", Handler: s.events},
		{Method: fiber.MethodPost, Pattern: "/s/:ticket/begin", Chain: own, Handler: s.begin, BodyLimit: mostForm},
		{Method: fiber.MethodPost, Pattern: "/s/:ticket/reconsider", Chain: own, Handler: s.reconsider, BodyLimit: mostForm},
		{Method: fiber.MethodPost, Pattern: "/s/:ticket/cancel", Chain: own, Handler: s.cancel, BodyLimit: mostForm},
		{Method: fiber.MethodGet, Pattern: "/callback/:provider", Handler: s.back},
		{Method: fiber.MethodPost, Pattern: "/callback/:provider/:ticket", Handler: s.notice, BodyLimit: mostNotice},
	}
}
