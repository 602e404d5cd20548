// Package eidapi is the second surface: servers of organizations take people through their eIDs. It speaks version 3 of
// IDkollen's REST API, which is JSON over HTTP Basic.
//
//	POST   /v3/{eID}/{kind}        start: 201 with an identifier and what the person needs to go on
//	GET    /v3/{eID}/{kind}/{id}   poll, at most once a second: PENDING, COMPLETED or FAILED
//	DELETE /v3/{eID}/{kind}/{id}   cancel
//
// There is no handler for a path. The table in starts.go says for each operation what it takes and what it tells; routes,
// the OpenAPI document, the list of operations and the tests all come from it.
package eidapi

import (
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Name is the surface's word in configuration, metrics and orders.
const Name = "eid"

// Config is what the operator decides about the surface.
type Config struct {
	// ClientRate is how many requests a second one client may make, with a burst of twice that; 0 for any number.
	ClientRate int
	// Synthetic lets synthetic national numbers count in production scopes, too.
	Synthetic bool
	// LoopbackHTTP allows plain http for addresses on loopback.
	LoopbackHTTP bool
	// Page gives the address of the page that a session's ticket opens. Where it is nil, polls repeat that address only
	// until the person has come to it.
	Page func(ticket string) string
}

// Deps is what the surface asks.
type Deps struct {
	Clients   inbound.Clients
	Sessions  inbound.Sessions
	Documents inbound.Documents
	Cards     inbound.Cards
	Clock     outbound.Clock
	// Limiter counts polls, by session.
	Limiter outbound.Limiter
	// Attempts counts wrong secrets. Whoever makes many under invented names fills it, so its buckets should be kept
	// apart from the Limiter's.
	Attempts outbound.Limiter
	Pacer    outbound.Pacer
}

// Surface is the eID operations API.
type Surface struct {
	Deps
	config   Config
	attempts httpapi.Attempts
}

var _ httpapi.Surface = (*Surface)(nil)

// New makes the surface.
func New(config Config, deps Deps) *Surface {
	return &Surface{Deps: deps, config: config, attempts: httpapi.Attempts{
		Limiter: deps.Attempts, Failures: outbound.Limit{Events: 10, Per: time.Minute}, Failed: isRefused,
	}}
}

// Name is the surface's word in configuration, metrics and orders.
func (s *Surface) Name() string { return Name }

// Owns lists the prefixes that are answered in this surface's words.
func (s *Surface) Owns() []string { return []string{"/v3", "/document"} }

// synthetic says whether invented people's numbers count for a scope.
func (s *Surface) synthetic(scope organization.Scope) bool {
	return s.config.Synthetic || scope.Environment == organization.Sandbox
}
