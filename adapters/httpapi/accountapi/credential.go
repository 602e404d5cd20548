package accountapi

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// errEIDThrottled is told apart from other throttling, because eID routes answer it with 429 in both versions.
var errEIDThrottled = fault.New(fault.Throttled, "eid_too_many_requests", "Too Many Attempts.")

// eidLimit is how often one client may use the three eID routes together.
var eidLimit = outbound.Limit{Events: 10, Per: time.Minute}

// caller is who presents a credential: nobody, a bearer, or somebody whose credential is no good.
type caller struct {
	bearer  account.Bearer
	present bool
	err     error
}

type callerKey struct{}

func callerOf(c *fiber.Ctx) caller {
	who, _ := c.Locals(callerKey{}).(caller)
	return who
}

// bearers is the chain of routes for these kinds of token: who is it, may they, not too often.
func (s *Surface) bearers(kinds ...account.TokenKind) []fiber.Handler {
	return append([]fiber.Handler{s.identify, require(true, kinds...)}, s.perClient()...)
}

// eidBearers is the chain of the eID routes. Their limit comes before the verdict on the credential, so that
// guessing is limited too; it counts the account of an app token, and else the address.
func (s *Surface) eidBearers(required bool) []fiber.Handler {
	limit := httpapi.Throttle{Limiter: s.limiter, Limit: eidLimit, Announce: true, Refusal: errEIDThrottled, Bucket: func(c *fiber.Ctx) string {
		if who := callerOf(c); who.present && who.bearer.Token.Kind == account.AppToken {
			return "eid|account|" + strconv.FormatInt(who.bearer.Token.Account, 10)
		}
		return "eid|address|" + httpapi.ClientBucket(c)
	}}
	return append([]fiber.Handler{s.identify, limit.Handle, require(required, account.AppToken)}, s.perClient()...)
}

func (s *Surface) perClient() []fiber.Handler {
	if s.config.ClientRate <= 0 {
		return nil
	}
	limit := httpapi.Paced{Pacer: s.pacer, Pace: outbound.Pace{PerSecond: s.config.ClientRate, Burst: 2 * s.config.ClientRate}, Bucket: func(c *fiber.Ctx) string {
		if who := callerOf(c); who.present {
			return "client|" + who.bearer.Token.Client
		}
		return ""
	}}
	return []fiber.Handler{limit.Handle}
}

// identify finds out who asks and leaves the verdict to require.
func (s *Surface) identify(c *fiber.Ctx) error {
	var who caller
	if credential := c.Get(fiber.HeaderAuthorization); credential != "" {
		token, err := bearerToken(credential)
		if err == nil {
			who.bearer, err = s.signIns.Authenticate(c.UserContext(), token)
		}
		who.present, who.err = err == nil, err
	}
	c.Locals(callerKey{}, who)
	return c.Next()
}

// bearerToken reads the credential of RFC 6750; the scheme's name counts in any case.
func bearerToken(credential string) (string, error) {
	scheme, token, _ := strings.Cut(credential, " ")
	if token = strings.TrimSpace(token); !strings.EqualFold(scheme, "bearer") || token == "" || strings.ContainsAny(token, " ,\t") {
		return "", account.ErrUnauthenticated
	}
	return token, nil
}

// require lets only these kinds of token on. A credential that is no good is refused even where none is required.
func require(required bool, kinds ...account.TokenKind) fiber.Handler {
	return func(c *fiber.Ctx) error {
		switch who := callerOf(c); {
		case who.err != nil:
			return who.err
		case !who.present && required:
			return account.ErrUnauthenticated
		case who.present && !slices.Contains(kinds, who.bearer.Token.Kind):
			return account.ErrForbidden
		}
		return c.Next()
	}
}
