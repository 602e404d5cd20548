package eidapi

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

const contentTypeJSON = fiber.MIMEApplicationJSON

// start is the pipeline of all starts: authenticate, parse, order, start, word.
func (s *Surface) start(o start) fiber.Handler {
	return func(c *fiber.Ctx) error {
		c.Locals(rowKey{}, &o)
		acting, err := s.authenticate(c)
		if err != nil {
			return err
		}
		if err := permit(acting.Client, words[o.eid], o.feature); err != nil {
			return err
		}
		body, err := httpapi.ReadBody(c)
		if err != nil {
			return err
		}
		order, err := s.order(o, acting, body)
		if err != nil {
			return err
		}
		session, err := s.Sessions.Start(c.UserContext(), inbound.SessionStart{Acting: acting, Order: order})
		if err != nil {
			return err
		}
		simulated(c, session.Simulated)
		send(c, http.StatusCreated, rows().word(session.Snapshot, true))
		return nil
	}
}

// poll says how far a session has come. The credentials are checked together with the question, so the pace is kept
// before anybody knows whether either is any good: for a right and a wrong secret, for a known and an unknown session
// alike.
func (s *Surface) poll(p space) fiber.Handler {
	return func(c *fiber.Ctx) error {
		credentials, err := basic(c.Get(fiber.HeaderAuthorization))
		if err != nil {
			return err
		}
		id := httpapi.Param(c, "id")
		if a := s.Limiter.Take(c.UserContext(), collectBucket(credentials, id), outbound.Limit{Events: 1, Per: time.Second}); !a.Allowed {
			return httpapi.ErrThrottled.RetryIn(time.Second)
		}
		var session inbound.Session
		err = s.attempt(c, credentials, func(ctx context.Context) (err error) {
			session, err = s.Sessions.Ask(ctx, credentials, inbound.SessionQuery{ID: id, Surface: Name, EID: p.eid, Operations: p.operations})
			return err
		})
		if err != nil {
			return err
		}
		simulated(c, session.Simulated)
		send(c, http.StatusOK, rows().word(s.paged(session.Snapshot), false))
		return nil
	}
}

// collectBucket counts polls of one session by who knows the client's secret. A stranger who knows neither the secret
// nor the session uses up nobody's turn.
func collectBucket(c inbound.Credentials, id string) string {
	var b []byte
	for _, part := range []string{c.Identifier, c.Secret, id} {
		b = append(strconv.AppendInt(b, int64(len(part)), 10), ':') // so that no two triples read the same
		b = append(b, part...)
	}
	hash := sha256.Sum256(b)
	return "collect|" + string(hash[:])
}

// paged shows a session with the address of its page, whatever the person is shown there meanwhile: a provider's own
// address is nothing for others.
func (s *Surface) paged(session eid.Snapshot) eid.Snapshot {
	if session.Order.Channel == eid.Page && session.State == eid.Pending {
		session.Challenge.URL = ""
		if s.config.Page != nil && session.Ticket != "" {
			session.Challenge.URL = s.config.Page(session.Ticket)
		}
	}
	return session
}

// cancel takes an order back. What has settled stays as it is, and is no mistake.
func (s *Surface) cancel(p space) fiber.Handler {
	return func(c *fiber.Ctx) error {
		acting, err := s.authenticate(c)
		if err != nil {
			return err
		}
		session, err := s.Sessions.Cancel(c.UserContext(), inbound.SessionQuery{
			Scope: acting.Client.Scope, ID: httpapi.Param(c, "id"), Surface: Name, EID: p.eid, Operations: p.operations,
		})
		if err != nil {
			return err
		}
		simulated(c, session.Simulated)
		httpapi.WriteNothing(c)
		return nil
	}
}

func simulated(c *fiber.Ctx, yes bool) {
	if yes {
		c.Set("X-Eidgate-Simulated", "true")
	}
}

// send answers in JSON.
func send(c *fiber.Ctx, status int, v any) {
	response := c.Response()
	response.SetBodyRaw(encode(v))
	response.Header.SetContentType(contentTypeJSON)
	response.SetStatusCode(status)
}
