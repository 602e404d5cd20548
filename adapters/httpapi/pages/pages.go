// Package pages is what people see: the simulator, where somebody plays the person behind a login, the documents of
// all surfaces, and a front door; guides and the set-up of providers stand among the documents. It owns every path that no other surface owns.
//
// Its pages need nothing from anywhere else, so they work offline, and their policy lets a browser run nothing but
// the one script that comes with them. The simulator changes something only on a POST of JSON from its own origin.
package pages

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ httpapi.Surface = (*Surface)(nil)

// Config is what the pages must be told.
type Config struct {
	// PublicURL is the base of every address, without a slash at the end.
	PublicURL string
	// Origins are further origins under which browsers see the simulator, such as the operations listener's.
	Origins []string
	// Simulator is who plays the people; nil where there is no simulator, and then its paths do not exist.
	Simulator inbound.Simulator
	// Plain says that the simulator takes unsigned requests of the client "demo-plain", so that its page can offer
	// logins to try.
	Plain bool
	// OpenAPI holds the documents of the surfaces in JSON, by name: account, eid, session, organization.
	OpenAPI map[string][]byte
	// AsyncAPI is the document of the messages in JSON, nil for none.
	AsyncAPI []byte
	// Words are the codes that compatible APIs have beside the common ones, for the page that lists all codes.
	Words []Word
	// Events are the codes of log events, in the order in which the page about them lists them.
	Events []Event
	// Attributes are what the session API tells of people, in the order in which its guide lists them.
	Attributes []Attribute
}

// Attribute is something that the session API tells of people.
type Attribute struct {
	Name      string
	Providers []string // as the API calls those whose people it is told of, none for all
}

// Word is an error code in an API's own language.
type Word struct {
	API  string // such as "account"
	Code string // as it stands in X-Error-Code
	Text string // what it means
}

// Event is a code of log events.
type Event struct {
	Code string // as it stands in event_code
	Fact string // the kind of fact that it names, as messages have it
	Text string // what happened
}

// Surface serves the pages.
type Surface struct {
	config    Config
	clock     outbound.Clock
	random    outbound.Random
	site      httpapi.Site
	cookie    httpapi.Cookie
	documents func() ([]document, error) // read when somebody asks for the first time: few starts lead to a reader
}

// New makes the pages. It fails when the public address or a document is no JSON.
func New(config Config, clock outbound.Clock, random outbound.Random) (*Surface, error) {
	site, err := httpapi.NewSite(config.PublicURL, config.Origins...)
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	s := &Surface{config: config, clock: clock, random: random, site: site, cookie: site.NewCookie("eidgate_simulator")}
	for name, raw := range config.OpenAPI {
		if !json.Valid(raw) {
			return nil, fmt.Errorf("pages: the OpenAPI document %q is no JSON", name)
		}
	}
	s.documents = sync.OnceValues(func() (all []document, err error) {
		for _, name := range slices.Sorted(maps.Keys(config.OpenAPI)) {
			d, err := readDocument(name, config.OpenAPI[name])
			if err != nil {
				return nil, err
			}
			all = append(all, d)
		}
		return all, nil
	})
	return s, nil
}

// Name is the surface's word.
func (s *Surface) Name() string { return "pages" }

// Owns is everything that nobody else owns.
func (s *Surface) Owns() []string { return []string{"/"} }

// Routes is the whole table: front door, documents and, where there is one, the simulator.
func (s *Surface) Routes() []httpapi.Route {
	routes := []httpapi.Route{
		{Method: fiber.MethodGet, Pattern: "/", Handler: s.home},
		{Method: fiber.MethodGet, Pattern: "/docs", Handler: s.docs},
		{Method: fiber.MethodGet, Pattern: "/docs/errors", Handler: s.catalogue},
	}
	routes = append(routes, s.guideRoutes()...)
	for _, name := range slices.Sorted(maps.Keys(s.config.OpenAPI)) {
		routes = append(routes, raw("/docs/openapi/"+name+".json", s.config.OpenAPI[name]))
	}
	if s.config.AsyncAPI != nil {
		routes = append(routes, raw("/docs/asyncapi.json", s.config.AsyncAPI))
	}
	if s.config.Simulator != nil {
		routes = append(routes, s.simulatorRoutes()...)
	}
	return routes
}

// Desk is the simulator's part alone, for a listener that shows no other page. It needs Config.Simulator.
type Desk struct{ *Surface }

var _ httpapi.Surface = (*Desk)(nil)

// Name is the surface's word.
func (d *Desk) Name() string { return "simulator" }

// Owns is the simulator's paths.
func (d *Desk) Owns() []string { return []string{"/simulator"} }

// Routes is the simulator's table.
func (d *Desk) Routes() []httpapi.Route { return d.simulatorRoutes() }

func (s *Surface) simulatorRoutes() []httpapi.Route {
	row := func(method, path string, handler fiber.Handler) httpapi.Route {
		return httpapi.Route{
			Method: method, Pattern: "/simulator" + path, Chain: []fiber.Handler{s.guard}, Handler: handler, BodyLimit: 16 << 10,
		}
	}
	return []httpapi.Route{
		row(fiber.MethodGet, "", s.desk),
		row(fiber.MethodGet, "/people", s.people),
		row(fiber.MethodGet, "/orders", s.orders),
		row(fiber.MethodPost, "/orders/:id/approve", s.approve),
		row(fiber.MethodPost, "/orders/:id/reject", s.reject),
		row(fiber.MethodPost, "/orders/:id/fail", s.fail),
		row(fiber.MethodPost, "/faults", s.misbehave),
		row(fiber.MethodGet, "/oauth2/authorize", s.authorize),
		row(fiber.MethodGet, "/plain", s.plain),
	}
}

// Refuse words a failure: a page for those who read HTML, else JSON.
func (s *Surface) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	status := httpapi.Status(f)
	httpapi.Refused(c, f.Code())
	if wants(c) == html {
		if s.page(c, status, "error", failureView{Status: status, Code: f.Code(), Text: f.Text(), Details: details(f)}) == nil {
			return
		}
		c.Response().ResetBody()
	}
	httpapi.WriteJSON(c, status, failure{Error: problem{Code: f.Code(), Message: f.Text(), Details: details(f)}})
}

func raw(path string, body []byte) httpapi.Route {
	return httpapi.Route{Method: fiber.MethodGet, Pattern: path, Handler: func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return c.Send(body)
	}}
}

// anchor turns words into a fragment.
func anchor(words ...string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.Join(words, "-"))), "-")
}
