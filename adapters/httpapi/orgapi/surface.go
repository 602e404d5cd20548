// Package orgapi is the third surface: servers of organizations keep their customers' organizations, directories,
// applications and SSO connections. It speaks version 2.0 of Cryptr's API, so that clients written for that work as
// they are.
//
// There is one chain for all paths, in serve.go: who asks, may they, in which environment, with what parameters. The
// tables that rows.go gathers say for each path what it needs of that and who answers.
package orgapi

import (
	"strings"
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Name is the surface's word in configuration and metrics.
const Name = "organization"

// Config is what the operator decides about the surface.
type Config struct {
	// PublicURL is the base of every address handed out.
	PublicURL string
	// ClientRate is how many requests a second one client may make, with a burst of twice that; 0 for any number.
	ClientRate int
}

// Deps is what the surface asks.
type Deps struct {
	Management    inbound.Management
	Organizations inbound.Organizations
	Directory     inbound.Directory
	Applications  inbound.Applications
	Connections   inbound.Connections
	Tokens        inbound.IssuedTokens
	Trail         inbound.Trail
	// Limiter counts whatever has a limit of its own.
	Limiter outbound.Limiter
	// Attempts counts wrong secrets. Whoever makes many under invented names fills it, so its buckets should be kept
	// apart from the Limiter's.
	Attempts outbound.Limiter
	Pacer    outbound.Pacer
	Clock    outbound.Clock
}

// Surface is the organization API.
type Surface struct {
	Deps
	config  Config
	secrets httpapi.Attempts
}

var _ httpapi.Surface = (*Surface)(nil)

// New makes the surface.
func New(config Config, deps Deps) *Surface {
	config.PublicURL = strings.TrimRight(config.PublicURL, "/")
	return &Surface{Deps: deps, config: config, secrets: httpapi.Attempts{
		Limiter: deps.Attempts, Failures: outbound.Limit{Events: 10, Per: time.Minute}, Successes: outbound.Limit{Events: 2 * config.ClientRate, Per: 2 * time.Second},
		Failed: func(err error) bool { return fault.Of(err).Kind() == fault.Unauthenticated },
	}}
}

// Name is the surface's word in configuration and metrics.
func (s *Surface) Name() string { return Name }

// Owns lists the prefixes that are answered in this surface's words. The account surface has longer ones below some of
// them.
func (s *Surface) Owns() []string {
	return []string{"/api/v2", "/oauth", "/t", "/org", "/enterprise", "/api/v1/tenants"}
}

// Routes is the surface's table.
func (s *Surface) Routes() []httpapi.Route {
	var routes []httpapi.Route
	for _, r := range rows() {
		for _, method := range r.methods {
			routes = append(routes, httpapi.Route{Method: method, Pattern: r.pattern, Handler: s.serve(r), BodyLimit: r.limit()})
		}
	}
	return routes
}
