package visits

import (
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
	c.Locals(visitKey{}, v)
	if !v.Mine {
		return eid.ErrOtherBrowser
	}
	return nil
}

// visit looks at the session of the path with each secret that the browser shows, until one is the session's.
func (s *Surface) visit(c *fiber.Ctx) (inbound.Visit, hand, error) {
	ticket, err := ticketOf(c)
	if err != nil {
		return inbound.Visit{}, hand{}, err
	}
	all := s.hands(c)
	for i, h := range all {
		v, err := s.visits.Look(c.UserContext(), ticket, h.secret)
		if err != nil {
			return inbound.Visit{}, hand{}, err
		}
		if !v.Mine && i+1 < len(all) {
			continue
		}
		if !v.Begun {
			h = s.suited(all, v)
		}
		return v, h, seen(c, v)
	}
	return inbound.Visit{}, hand{}, inbound.ErrNoVisit
}

// show is the page.
func (s *Surface) show(c *fiber.Ctx) error {
	v, h, err := s.visit(c)
	if err != nil {
		return err
	}
	s.note(c, "", h)
	if stageOf(v).open() && h.secret == "" {
		// A name for the browser, and nothing more: two clicks, or an answer that is lost, are then of one browser.
		h.secret = s.random.Alphanumeric(secretLength)
		s.remember(c, h)
	}
	return s.render(c, v, s.reading(c, v, h))
}

// resume is the page once more, for who has shown the secret by a form.
func (s *Surface) resume(c *fiber.Ctx) error {
	v, h, err := s.visit(c)
	if err != nil {
		return err
	}
	return s.answer(c, v, h, false)
}

// render is the page of a session that is this browser's, or nobody's yet.
func (s *Surface) render(c *fiber.Ctx, v inbound.Visit, r reading) error {
	w := s.look(r, v)
	name := "passage"
	if w.Stage.open() {
		name = string(w.Stage)
	}
	return s.page(c, fiber.StatusOK, name, layout{
		speech: w.speech, Simulated: v.Simulated, Heading: w.Heading, Refresh: w.Refresh, RefreshTo: w.RefreshTo, View: w,
		Switch: switchTo(v.Ticket), Secret: w.Secret, visit: v,
	})
}

// state is the page for its script.
func (s *Surface) state(c *fiber.Ctx) error {
	v, h, err := s.visit(c)
	if err != nil {
		return err
	}
	httpapi.WriteJSON(c, fiber.StatusOK, s.look(s.reading(c, v, h), v).news())
	return nil
}

// answer is what a form leads to: the way back to the page; or, where the browser would not be known there, the page
// itself. onward is straight on to the provider.
//
// It is never the provider's own address: a policy about forms counts for every address that a posted form leads to
// (Content Security Policy Level 3, form-action).
func (s *Surface) answer(c *fiber.Ctx, v inbound.Visit, h hand, onward bool) error {
	if h.page && !h.kept {
		r := s.reading(c, v, h)
		r.onward = onward
		return s.render(c, v, r)
	}
	if onward {
		return httpapi.SeeOther(c, path(v.Ticket, "", httpapi.ChosenLanguage(c), "on", "1"))
	}
	return httpapi.SeeOther(c, path(v.Ticket, "", httpapi.ChosenLanguage(c)))
}
