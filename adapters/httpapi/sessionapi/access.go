package sessionapi

import (
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// accountParameter is the query's word for the account that the caller believes to act for.
const accountParameter = "signicat-accountId"

// mostToken is how long a token may be; those that we hand out are far shorter.
const mostToken = 4_096

// bearerToken reads the credential of RFC 6750; the scheme's name counts in any case.
func bearerToken(c *fiber.Ctx) (string, error) {
	scheme, token, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "bearer") || token == "" || len(token) > mostToken || strings.ContainsAny(token, " ,\t") {
		return "", organization.ErrAccessToken
	}
	return token, nil
}

// admit finds out who asks, and holds them to their pace and their account.
func (s *Surface) admit(c *fiber.Ctx) (organization.Acting, error) {
	token, err := bearerToken(c)
	if err != nil {
		return organization.Acting{}, err
	}
	acting, err := s.Tokens.Admit(c.UserContext(), token)
	if err != nil {
		return organization.Acting{}, err
	}
	if err := s.pace(c, acting.Client.ID); err != nil {
		return organization.Acting{}, err
	}
	return acting, sameAccount(c, acting.Client.Scope)
}

// ask finds a session for whom a token names, with one look into storage for the client and the session. Whoever has a
// good token is held to the pace of one client and to that of the session before that look.
func (s *Surface) ask(c *fiber.Ctx, id string) (inbound.Session, error) {
	token, err := bearerToken(c)
	if err != nil {
		return inbound.Session{}, err
	}
	client, err := s.Tokens.Read(c.UserContext(), token)
	if err != nil {
		return inbound.Session{}, err
	}
	if err := s.pace(c, client); err != nil {
		return inbound.Session{}, err
	}
	if err := s.steady(c, "get|"+client, s.config.GetRate, getRate); err != nil {
		return inbound.Session{}, err
	}
	if a := s.Limiter.Take(c.UserContext(), "session|"+client+"|"+id, outbound.Limit{Events: 1, Per: getRest}); !a.Allowed {
		return inbound.Session{}, httpapi.ErrThrottled.RetryIn(time.Second)
	}
	session, err := s.Sessions.AskAs(c.UserContext(), organization.KindSession, client, inbound.SessionQuery{ID: id, Surface: Name, Draw: true})
	switch {
	case err == nil:
		return session, sameAccount(c, session.Order.Scope)
	case isUnknown(err) && len(accounts(c)) > 0: // whose account it is comes before what is in it
		if acting, err := s.Tokens.Admit(c.UserContext(), token); err != nil {
			return session, err
		} else if err := sameAccount(c, acting.Client.Scope); err != nil {
			return session, err
		}
	}
	return session, err
}

// What the API allows an account where the operator says nothing else.
const (
	createRate = 20
	getRate    = 50
	getRest    = 500 * time.Millisecond // between two questions about one session
)

// pace holds a client to the pace that clients have at every surface.
func (s *Surface) pace(c *fiber.Ctx, client string) error {
	if s.config.ClientRate <= 0 {
		return nil
	}
	return s.pass(c, "client|"+Name+"|"+client, outbound.Pace{PerSecond: s.config.ClientRate, Burst: 2 * s.config.ClientRate})
}

// steady holds a bucket to this API's own pace.
func (s *Surface) steady(c *fiber.Ctx, bucket string, configured, usual int) error {
	if configured <= 0 {
		configured = usual
	}
	return s.pass(c, Name+"|"+bucket, outbound.Pace{PerSecond: configured, Burst: configured})
}

func (s *Surface) pass(c *fiber.Ctx, bucket string, pace outbound.Pace) error {
	if a := s.Pacer.Pass(c.UserContext(), bucket, pace); !a.Allowed {
		return httpapi.ErrThrottled.RetryIn(max(a.RetryAfter, time.Second))
	}
	return nil
}

// sameAccount refuses a request that names another account than its token's, be it only beside that one.
func sameAccount(c *fiber.Ctx, scope organization.Scope) error {
	for _, asked := range accounts(c) {
		if asked != AccountID(scope) {
			return errAccount
		}
	}
	return nil
}

// accounts are those that the query names.
func accounts(c *fiber.Ctx) []string {
	var named []string
	c.Request().URI().QueryArgs().VisitAll(func(name, value []byte) {
		if len(value) > 0 && strings.EqualFold(string(name), accountParameter) {
			named = append(named, string(value))
		}
	})
	return named
}

func isUnknown(err error) bool { return errors.Is(err, eid.ErrNoSession) }
