package visits

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// back is a browser that comes from a provider. Who approved goes straight back to the organization; everybody else is
// told on the page what became of it.
func (s *Surface) back(c *fiber.Ctx) error {
	params, err := returned(c)
	if err != nil {
		return err
	}
	var v inbound.Visit
	for _, h := range s.hands(c) { // a session of another browser is left as it is
		v, err = s.visits.Return(c.UserContext(), httpapi.Param(c, "provider"), params, h.secret)
		if !errors.Is(err, eid.ErrOtherBrowser) {
			break
		}
	}
	if err != nil {
		return err
	}
	if err := seen(c, v); err != nil {
		return err
	}
	if to := linkable(v.ReturnTo); to != "" && v.State == eid.Completed {
		return httpapi.SeeOther(c, string(to))
	}
	return httpapi.SeeOther(c, path(v.Ticket, "", ""))
}

// returned is the query, by name. A parameter that stands twice could mean two things, so it means nothing (RFC 6749
// section 3.1).
func returned(c *fiber.Ctx) (map[string]string, error) {
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return nil, httpapi.ErrRequest
	}
	params := make(map[string]string, len(query))
	for name, values := range query {
		if len(values) != 1 {
			return nil, httpapi.ErrRequest
		}
		params[name] = values[0]
	}
	return params, nil
}

// notice is a provider's own call. Its body goes along as it came, and its headers by their canonical names, for they may
// sign it; cookies do not.
func (s *Surface) notice(c *fiber.Ctx) error {
	ticket, err := ticketOf(c)
	if err != nil {
		return err
	}
	headers := map[string]string{}
	c.Request().Header.VisitAll(func(name, value []byte) {
		if name := http.CanonicalHeaderKey(string(name)); name != fiber.HeaderCookie {
			if before, twice := headers[name]; twice {
				headers[name] = before + ", " + string(value)
			} else {
				headers[name] = string(value)
			}
		}
	})
	if err := s.visits.Notice(c.UserContext(), httpapi.Param(c, "provider"), ticket, bytes.Clone(c.Request().Body()), headers); err != nil {
		return err
	}
	httpapi.WriteNothing(c)
	return nil
}
