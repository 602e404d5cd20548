package visits

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
)

// begin makes the session this browser's, with the eID that the person has chosen. A browser that has no secret is given
// one, also where the order could not be placed: the session may be its own by then.
func (s *Surface) begin(c *fiber.Ctx) error {
	ticket, err := ticketOf(c)
	if err != nil {
		return err
	}
	h, fresh := s.posted(c), false
	if h.secret == "" {
		h.secret, fresh = s.random.Alphanumeric(secretLength), true
	}
	chosen := eid.EID(c.Request().PostArgs().Peek("eid"))
	if chosen != "" && !chosen.Known() {
		return eid.ErrNotAChoice
	}
	v, err := s.visits.Begin(c.UserContext(), ticket, arrival(c, h, chosen))
	if fresh && !errors.Is(err, inbound.ErrNoVisit) && !errors.Is(err, eid.ErrOtherBrowser) {
		s.remember(c, h)
	}
	if err == nil {
		s.note(c, chosen, h)
	}
	return s.acted(c, ticket, h, v, err, eid.ErrSettled, eid.ErrExpired, eid.ErrNotChosen, eid.ErrUnderWay)
}

func arrival(c *fiber.Ctx, h hand, chosen eid.EID) inbound.Arrival {
	a := inbound.Arrival{Browser: h.secret, Cookieless: h.page && !h.kept, Agent: calledItself(c), EID: chosen}
	if address := httpapi.Client(c); address.IsValid() {
		a.Address = address.String()
	}
	return a
}

const longestAgent = 256

// calledItself is the browser's own name for itself, cut to a length that names need.
func calledItself(c *fiber.Ctx) string {
	agent := c.Get(fiber.HeaderUserAgent)
	if len(agent) > longestAgent {
		agent = agent[:longestAgent]
	}
	if !utf8.ValidString(agent) {
		agent = strings.ToValidUTF8(agent, "")
	}
	return agent
}

// reconsider takes the order back, for another choice or another try.
func (s *Surface) reconsider(c *fiber.Ctx) error {
	ticket, err := ticketOf(c)
	if err != nil {
		return err
	}
	h := s.posted(c)
	v, err := s.visits.Reconsider(c.UserContext(), ticket, h.secret)
	return s.acted(c, ticket, h, v, err, eid.ErrSettled, eid.ErrExpired)
}

// cancel is the person saying no.
func (s *Surface) cancel(c *fiber.Ctx) error {
	ticket, err := ticketOf(c)
	if err != nil {
		return err
	}
	h := s.posted(c)
	v, err := s.visits.Cancel(c.UserContext(), ticket, h.secret)
	return s.acted(c, ticket, h, v, err, eid.ErrSettled, eid.ErrExpired)
}

// acted answers a form. Of faults that only say that the page was no longer as the person saw it, the page as it is now
// tells more.
func (s *Surface) acted(c *fiber.Ctx, ticket string, h hand, v inbound.Visit, err error, outdated ...*fault.Fault) error {
	if err != nil {
		seenNow, lookErr := inbound.Visit{}, error(nil)
		if !errors.Is(err, inbound.ErrNoVisit) {
			seenNow, lookErr = s.visits.Look(c.UserContext(), ticket, h.secret)
		}
		if lookErr == nil && seenNow.Ticket != "" {
			lookErr = seen(c, seenNow) // in which language and where the failure is told
		}
		if !slices.ContainsFunc(outdated, func(f *fault.Fault) bool { return errors.Is(err, f) }) {
			return err
		}
		if lookErr != nil {
			return lookErr
		}
		return s.answer(c, seenNow, h, false)
	}
	if err := seen(c, v); err != nil {
		return err
	}
	return s.answer(c, v, h, stageOf(v) == leave)
}
