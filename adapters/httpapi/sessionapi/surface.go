// Package sessionapi is the fourth surface: servers of organizations have people identified in sessions, on a page of
// ours, on that page inside of one of theirs, or on their own screen. It speaks Signicat's Authentication REST API.
//
//	POST /auth/open/connect/token         a client's secret for an access token
//	POST /auth/rest/sessions              create: 200 with the session
//	GET  /auth/rest/sessions/{id}         how far it has come, and who the person is
//	POST /auth/rest/sessions/{id}/cancel  take it back
//
// Answers are encrypted where the session was created with a key.
package sessionapi

import (
	"time"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Name is the surface's word in configuration, metrics and orders.
const Name = "session"

// Config is what the operator decides about the surface.
type Config struct {
	// SubjectKey makes the identifiers of people, so it never changes: with another key everybody is somebody else.
	SubjectKey []byte
	// PublicURL is the base of every address that is handed out, without a slash at its end.
	PublicURL string
	// ClientRate is how many requests a second one client may make, with a burst of twice that; 0 for any number.
	ClientRate int
	// CreateRate is how many sessions a second an account may create, GetRate how many questions a second a client may ask
	// about sessions; 0 for 20 and 50.
	CreateRate, GetRate int
	// Synthetic lets synthetic national numbers count in production scopes, too.
	Synthetic bool
	// LoopbackHTTP allows plain http for addresses on loopback in production scopes, too.
	LoopbackHTTP bool
	// Page gives the address of the page that a session's ticket opens.
	Page func(ticket string) string
	// Domains are the hosts that a request may name for its page, in lower case; none for the host of PublicURL alone.
	Domains []string
}

// Deps is what the surface asks.
type Deps struct {
	Tokens   inbound.SessionTokens
	Sessions inbound.Sessions
	// Offered says whether somebody on the eID's route, whom the client's organization may use, offers logins on exactly
	// this channel.
	Offered func(acting organization.Acting, e eid.EID, channel eid.Channel) bool
	Clock   outbound.Clock
	// Limiter counts questions about a session.
	Limiter outbound.Limiter
	// Attempts counts wrong secrets and wrong tokens. Whoever makes many fills it, so its buckets should be kept apart
	// from the Limiter's.
	Attempts outbound.Limiter
	Pacer    outbound.Pacer
}

// Surface is the session API.
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
func (s *Surface) Owns() []string { return []string{"/auth/rest", "/auth/open"} }

// synthetic says whether invented people's numbers count for a scope.
func (s *Surface) synthetic(scope organization.Scope) bool {
	return s.config.Synthetic || scope.Environment == organization.Sandbox
}

// plainLoopback says whether plain http will do for addresses on loopback.
func (s *Surface) plainLoopback(scope organization.Scope) bool {
	return s.config.LoopbackHTTP || scope.Environment == organization.Sandbox
}
