package visits

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

const longestTicket = 200

// ticketOf reads the ticket off the path. What none can look like is not even looked up.
func ticketOf(c *fiber.Ctx) (string, error) {
	ticket := httpapi.Param(c, "ticket")
	if ticket == "" || len(ticket) > longestTicket || strings.Trim(ticket, letters+"-_.~") != "" {
		return "", inbound.ErrNoVisit
	}
	return ticket, nil
}

// seen notes what every answer about a session says, and fails where the session is another browser's.
func seen(c *fiber.Ctx, v inbound.Visit) error {
	if v.Simulated {
		c.Set("X-Eidgate-Simulated", "true")
	}
	c.Locals(orderedKey{}, v.Language)
	if !v.Mine {
		return eid.ErrOtherBrowser
	}
	return nil
}

func (s *Surface) visit(c *fiber.Ctx) (inbound.Visit, error) {
	ticket, err := ticketOf(c)
	if err != nil {
		return inbound.Visit{}, err
	}
	v, err := s.visits.Look(c.UserContext(), ticket, s.browser(c))
	if err != nil {
		return inbound.Visit{}, err
	}
	return v, seen(c, v)
}

// show is the page.
func (s *Surface) show(c *fiber.Ctx) error {
	v, err := s.visit(c)
	if err != nil {
		return err
	}
	language := httpapi.SpeakLanguage(c, v.Language)
	w := s.look(c, v, language)
	name := "passage"
	if w.Stage == ask {
		name = "ask"
		if s.browser(c) == "" {
			// A name for the browser, and nothing more: two clicks, or an answer that is lost, are then of one browser.
			s.remember(c, s.random.Alphanumeric(secretLength))
		}
	}
	return s.page(c, fiber.StatusOK, name, layout{
		speech: w.speech, Simulated: v.Simulated, Heading: w.Heading, Refresh: w.Refresh, RefreshTo: w.RefreshTo, View: w,
		Switch: switchTo(v.Ticket),
	})
}

// state is the page for its script.
func (s *Surface) state(c *fiber.Ctx) error {
	v, err := s.visit(c)
	if err != nil {
		return err
	}
	httpapi.WriteJSON(c, fiber.StatusOK, s.look(c, v, httpapi.SpeakLanguage(c, v.Language)).news())
	return nil
}

// begin makes the session this browser's. A browser that has no secret is given one, also where the order could not be
// placed: the session may be its own by then.
//
// The answer is the way back to the page, never the provider's address: a policy about forms counts for every address
// that a posted form leads to (Content Security Policy Level 3, form-action).
func (s *Surface) begin(c *fiber.Ctx) error {
	ticket, err := ticketOf(c)
	if err != nil {
		return err
	}
	browser, fresh := s.browser(c), false
	if browser == "" {
		browser, fresh = s.random.Alphanumeric(secretLength), true
	}
	address := ""
	if a := httpapi.Client(c); a.IsValid() {
		address = a.String()
	}
	v, err := s.visits.Begin(c.UserContext(), ticket, inbound.Arrival{Browser: browser, Address: address, Agent: c.Get(fiber.HeaderUserAgent)})
	if fresh && !errors.Is(err, inbound.ErrNoVisit) && !errors.Is(err, eid.ErrOtherBrowser) {
		s.remember(c, browser)
	}
	if errors.Is(err, eid.ErrSettled) || errors.Is(err, eid.ErrExpired) {
		return httpapi.SeeOther(c, path(ticket, "", httpapi.ChosenLanguage(c)))
	}
	if err != nil {
		return err
	}
	if err := seen(c, v); err != nil {
		return err
	}
	if stageOf(v) == leave {
		return httpapi.SeeOther(c, path(ticket, "", httpapi.ChosenLanguage(c), "on", "1"))
	}
	return httpapi.SeeOther(c, path(ticket, "", httpapi.ChosenLanguage(c)))
}

// cancel is the person saying no.
func (s *Surface) cancel(c *fiber.Ctx) error {
	ticket, err := ticketOf(c)
	if err != nil {
		return err
	}
	v, err := s.visits.Cancel(c.UserContext(), ticket, s.browser(c))
	if err != nil && !errors.Is(err, eid.ErrSettled) && !errors.Is(err, eid.ErrExpired) {
		return err
	}
	if err == nil {
		if err := seen(c, v); err != nil {
			return err
		}
	}
	return httpapi.SeeOther(c, path(ticket, "", httpapi.ChosenLanguage(c)))
}
