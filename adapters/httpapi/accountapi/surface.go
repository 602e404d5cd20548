// Package accountapi is the first surface: end-user accounts, their tokens, and the eID login that puts a proven
// national number on an account.
//
// Two sorts of bearer token share its paths: an app token acts for one end user, a CRM token for a partner's back
// office. Two response versions share its routes: callers choose with X-API-Version, and both are the same
// answers in other words (see version and the dictionaries at the end of the package).
package accountapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Config is what the operator decides about the surface.
type Config struct {
	// PublicURL is the base of the links in lists.
	PublicURL string
	// NormalizeAll words every answer in the standardized version, whatever the caller asks for.
	NormalizeAll bool
	// ClientRate is how many requests a second one client may make, with a burst of twice that; 0 for any number.
	ClientRate int
}

// Deps is what the surface asks.
type Deps struct {
	Accounts      inbound.Accounts
	SignIns       inbound.SignIns
	Verifications inbound.Verifications
	Limiter       outbound.Limiter
	// Attempts counts attempts with secrets. Whoever makes many under invented names fills it, so its buckets should be
	// kept apart from the Limiter's.
	Attempts outbound.Limiter
	Pacer    outbound.Pacer
}

// Surface is the account API.
type Surface struct {
	config        Config
	accounts      inbound.Accounts
	signIns       inbound.SignIns
	verifications inbound.Verifications
	limiter       outbound.Limiter
	pacer         outbound.Pacer
	sso           httpapi.Attempts // client secrets and login codes
	crm           httpapi.Attempts // names and passwords of back offices
	password      httpapi.Attempts // end users' own passwords
}

var _ httpapi.Surface = (*Surface)(nil)

// New makes the surface.
func New(config Config, deps Deps) *Surface {
	config.PublicURL = strings.TrimRight(config.PublicURL, "/")
	s := &Surface{config: config, accounts: deps.Accounts, signIns: deps.SignIns, verifications: deps.Verifications, limiter: deps.Limiter, pacer: deps.Pacer}
	attempts := httpapi.Attempts{
		Limiter: deps.Attempts, Failures: outbound.Limit{Events: 10, Per: time.Minute}, Successes: outbound.Limit{Events: 2 * config.ClientRate, Per: 2 * time.Second},
		Failed: func(err error) bool { return fault.Of(err).Kind() == fault.Unauthenticated },
	}
	s.sso, s.crm, s.password = attempts, attempts, attempts
	s.password.Strict = true
	return s
}

// Name is the surface's word in configuration, metrics and orders.
func (s *Surface) Name() string { return "account" }

// Owns lists the prefixes that are answered in this surface's words.
func (s *Surface) Owns() []string { return []string{"/api/v1", "/api/v2/account*", "/api/v2/alarms*"} }

// mostBody is far more than any request of this surface needs.
const mostBody = 64 << 10

// Routes is the surface's table: what is asked, who may ask, who answers.
func (s *Surface) Routes() []httpapi.Route {
	var (
		open     = []fiber.Handler{}
		owner    = s.bearers(account.AppToken)
		partner  = s.bearers(account.CRMToken)
		either   = s.bearers(account.AppToken, account.CRMToken)
		eidOwner = s.eidBearers(true)
		eidOpen  = s.eidBearers(false)
	)
	row := func(method, pattern string, chain []fiber.Handler, h fiber.Handler) httpapi.Route {
		return httpapi.Route{Method: method, Pattern: pattern, Chain: chain, Handler: h, BodyLimit: mostBody}
	}
	return []httpapi.Route{
		row(http.MethodPost, "/api/v1/crm/auth/login", open, s.logIn),
		row(http.MethodPost, "/api/v1/sso/token", open, s.ssoToken),
		row(http.MethodPost, "/api/v1/sso/code", open, s.ssoCode),
		row(http.MethodPost, "/api/v1/sso/login", open, s.ssoLogin),

		row(http.MethodGet, "/api/v1/account", owner, s.showOwn),
		row(http.MethodPut, "/api/v1/account", owner, s.updateOwn),
		row(http.MethodPost, "/api/v2/account/password", owner, s.changePassword),
		row(http.MethodPut, "/api/v2/account/:account_id", either, s.updateEither),

		row(http.MethodPost, "/api/v1/account", partner, s.create),
		row(http.MethodGet, "/api/v1/accounts", partner, s.list),
		row(http.MethodGet, "/api/v1/account/:account_id", partner, s.show),
		row(http.MethodPut, "/api/v1/account/:account_id", partner, s.update),
		row(http.MethodPatch, "/api/v1/account/:account_id", partner, s.update),
		row(http.MethodDelete, "/api/v1/account/:account_id", partner, s.remove),
		row(http.MethodGet, "/api/v1/plans", either, s.plans),

		row(http.MethodPost, "/api/v1/criipto/ftn/auth", eidOpen, s.startLogin),
		row(http.MethodPost, "/api/v1/criipto/ftn/verify/ssn", eidOwner, s.completeLogin),
		row(http.MethodPost, "/api/v1/criipto/verify/ssn", eidOwner, s.completePlain),
	}
}

// standardVersion is the X-API-Version that asks for standardized answers.
const standardVersion = "2026-06-12"

// standardized says in which of the two versions a request is answered.
func (s *Surface) standardized(c *fiber.Ctx) bool {
	return s.config.NormalizeAll || string(c.Request().Header.Peek("X-API-Version")) == standardVersion
}
