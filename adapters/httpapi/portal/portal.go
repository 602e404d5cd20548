// Package portal is what a customer's administrator sees who sets an SSO connection up: the page that an invitation's link
// opens, and the steps behind it.
//
//	GET /onboarding/LINK ─▶ POST /onboarding/LINK ─▶ /onboarding ─▶ provider ─▶ service ─▶ metadata ─▶ done
//	  who asks for what       uses the link up        as far as the administrator has come
//
// A page changes nothing when it is looked at, since scanners open the links of letters. The POST uses the link up, and
// gives the browser a secret in its place, so that the link's own stands in no other address, no page and no log. Pages
// come in one piece and run no script at all.
//
// [Mailbox] shows the letters of a gateway in development.
package portal

import (
	"fmt"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ httpapi.Surface = (*Surface)(nil)

// What goes wrong on the way from the browser to the use case.
var (
	// ErrNoCookie is for browsers that have opened no invitation, or keep no cookies.
	ErrNoCookie = fault.New(fault.Forbidden, "onboarding_no_cookie", "This browser has opened no invitation, or keeps no cookies.")
	// ErrNoChoice is for a form without an identity provider.
	ErrNoChoice = fault.New(fault.Invalid, "provider_missing", "No identity provider was chosen.")
	// ErrNoMetadata is for a form without file and text.
	ErrNoMetadata = fault.New(fault.Invalid, "metadata_missing", "There is neither a file nor a text.")
	// ErrBoth is for a form with file and text.
	ErrBoth = fault.New(fault.Invalid, "metadata_twice", "There are a file and a text; only one of them can be meant.")
)

// Config is what the pages must be told.
type Config struct {
	// PublicURL is the base of every address, without a slash at the end. With https, the cookie is Secure.
	PublicURL string
}

// Surface serves the pages.
type Surface struct {
	site       httpapi.Site
	cookie     httpapi.Cookie
	onboarding inbound.Onboarding
	random     outbound.Random
	openings   *openings
}

// New makes the surface. It fails when the public address cannot be read.
func New(config Config, onboarding inbound.Onboarding, clock outbound.Clock, random outbound.Random) (*Surface, error) {
	site, err := httpapi.NewSite(config.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	return &Surface{
		site: site, cookie: site.NewCookie("eidgate_onboarding"), onboarding: onboarding, random: random,
		openings: &openings{clock: clock, recent: map[opened]*opening{}},
	}, nil
}

// Name is the surface's word.
func (s *Surface) Name() string { return "portal" }

// Owns is the pages.
func (s *Surface) Owns() []string { return []string{root} }

const (
	root = "/onboarding"
	// mostForm bounds the small forms. mostUpload bounds metadata of 1 MiB, line ends that a browser doubles, and what
	// stands around it.
	mostForm   = 4 << 10
	mostUpload = 1<<20 + 128<<10
)

// Routes is the whole table.
func (s *Surface) Routes() []httpapi.Route {
	get := func(path string, handler fiber.Handler) httpapi.Route {
		return httpapi.Route{Method: fiber.MethodGet, Pattern: root + path, Handler: handler}
	}
	post := func(path string, limit int, handler fiber.Handler) httpapi.Route {
		return httpapi.Route{Method: fiber.MethodPost, Pattern: root + path, Chain: []fiber.Handler{s.site.Guard}, Handler: handler, BodyLimit: limit}
	}
	return []httpapi.Route{
		get("/:link", s.invite), post("/:link", mostForm, s.open),
		get("", s.current),
		get(pathProvider, s.provider), post(pathProvider, mostForm, s.choose),
		get(pathService, s.service), get("/metadata.xml", s.describe), get("/certificate.pem", s.certificate),
		get(pathMetadata, s.metadata), post(pathMetadata, mostUpload, s.upload),
		get(pathDone, s.done),
	}
}
