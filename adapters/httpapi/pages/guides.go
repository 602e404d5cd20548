package pages

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
)

// guide is a page that explains. Its text is a file of its own in site/docs.
type guide struct {
	Path     string // below /docs/
	Title    string
	About    string
	Provider string // whose set-up it explains, "" for none
}

// Address is where the guide is found.
func (g guide) Address() string { return "/docs/" + g.Path }

// file is the guide's text, without ending.
func (g guide) file() string { return "docs/" + g.Path[strings.LastIndex(g.Path, "/")+1:] }

// guides are the pages in the order in which somebody who is new would read them.
var guides = []guide{
	{Path: "operations", Title: "eID operations, step by step", About: "Start, show, poll or be told: flows, hints, callbacks, documents, ages, errors, limits."},
	{Path: "sessions", Title: "Hosted sessions, step by step", About: "Create, send the browser, get: flows, callbacks, encryption, attributes, levels, limits, coming from Signicat."},
	{Path: "organizations", Title: "Organizations, for back offices", About: "API keys, users, applications, SSO connections and their administrators, tokens and keys, by message."},
	{Path: "events", Title: "Log events", About: "Every code that an organization's log can have."},
	{Path: "providers", Title: "eIDs, operations, providers", About: "Which provider carries which operation of which eID."},
	{Path: "running", Title: "Running a gateway", About: "Clients and what they may use, retention, certificates, what to watch."},
	setUp("criipto", "Criipto", "All six eIDs by OpenID Connect: logins and proofs of age."),
	setUp("idkollen", "IDkollen", "All six eIDs by one REST API, with signatures, documents and identity cards."),
	setUp("signicat", "Signicat", "Logins and proofs of age with all six eIDs by one REST API; Swedish BankID in your own app, too."),
	setUp("bankid", "Swedish BankID", "BankID's own API: logins, signatures, orders by phone, identity cards."),
	setUp("freja", "Freja", "Freja's own API: logins and signatures, in the app or of a named person."),
	setUp("simulator", "Simulator", "Invented people with official test numbers, for all of it."),
}

func setUp(provider, title, about string) guide {
	return guide{Path: "providers/" + provider, Title: "Provider: " + title, About: about, Provider: provider}
}

// guideView is what a guide's text can draw on.
type guideView struct {
	guide
	PublicURL string
	Providers []string
	Paths     []pathRow
	Offers    []offer // of the guide's own provider
	SetUps    []guide
	Events    []Event
	Told      []Attribute // of people, by the session API
}

func (s *Surface) guideView(g guide) guideView {
	v := guideView{guide: g, PublicURL: s.config.PublicURL, Providers: offered.Providers, Paths: offered.rows(), Offers: offered.of(g.Provider), Events: s.config.Events, Told: s.config.Attributes}
	for _, other := range guides {
		if other.Provider != "" {
			v.SetUps = append(v.SetUps, other)
		}
	}
	return v
}

func (s *Surface) guideRoutes() (routes []httpapi.Route) {
	for _, g := range guides {
		routes = append(routes, httpapi.Route{Method: fiber.MethodGet, Pattern: g.Address(), Handler: func(c *fiber.Ctx) error {
			return s.page(c, fiber.StatusOK, g.file(), s.guideView(g))
		}})
	}
	return append(routes, raw("/docs/offers.json", []byte(offersJSON)))
}
