package sessionapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// create opens a session.
func (s *Surface) create(c *fiber.Ctx) error {
	acting, err := s.admit(c)
	if err != nil {
		return err
	}
	scope := acting.Client.Scope
	if err := s.steady(c, "create|"+AccountID(scope), s.config.CreateRate, createRate); err != nil {
		return err
	}
	q, err := readRequest(c, s.plainLoopback(scope))
	if err != nil {
		return err
	}
	order, err := s.order(&q, acting)
	if err != nil {
		return err
	}
	session, err := s.Sessions.Start(c.UserContext(), inbound.SessionStart{Acting: acting, Order: order})
	if err != nil {
		return err
	}
	return s.send(c, session, question{})
}

// get says how far a session has come.
func (s *Surface) get(c *fiber.Ctx) error {
	session, err := s.ask(c, httpapi.Param(c, "id"))
	if err != nil {
		return err
	}
	q := question{get: true, nonce: c.Query("sessionNonce")}
	switch {
	case q.nonce != "" && !session.Proven(q.nonce):
		return errNonce
	case q.nonce == "" && withheld(session.Snapshot):
		return errNonceAway
	}
	return s.send(c, session, q)
}

// cancel takes a session back. What has settled stays as it is, and is no mistake.
func (s *Surface) cancel(c *fiber.Ctx) error {
	acting, err := s.admit(c)
	if err != nil {
		return err
	}
	if err := nothing(c); err != nil {
		return err
	}
	session, err := s.Sessions.Cancel(c.UserContext(), inbound.SessionQuery{
		Scope: acting.Client.Scope, ID: httpapi.Param(c, "id"), Surface: Name,
	})
	if errors.Is(err, eid.ErrNoSession) {
		return errNoCancel
	} else if err != nil {
		return err
	}
	return s.send(c, session, question{})
}

// nothing reads a body that has nothing to say: none, null, or an object.
func nothing(c *fiber.Ctx) error {
	if strings.TrimSpace(string(c.Request().Body())) == "null" {
		return nil
	}
	_, err := httpapi.ReadBody(c)
	return err
}

// send answers with a session.
func (s *Surface) send(c *fiber.Ctx, session inbound.Session, q question) error {
	if session.Simulated {
		c.Set("X-Eidgate-Simulated", "true")
	}
	body, key := s.word(session.Snapshot, q)
	return key.write(c, http.StatusOK, body)
}
