package portal

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// linkKey and onwardKey are under which a request remembers that it is about an invitation's link, and that its browser
// has an onboarding open anyway.
type (
	linkKey   struct{}
	onwardKey struct{}
)

// What a secret can look like: of a link, or of a browser.
const (
	secretLetters = httpapi.LettersAndDigits + "-_"
	leastSecret   = 20
	mostSecret    = 200
	nameLength    = 40
)

// linkOf reads the secret off the path. What none can look like is not even looked up.
func linkOf(c *fiber.Ctx) (string, error) {
	c.Locals(linkKey{}, true)
	link := httpapi.Param(c, "link")
	if len(link) < leastSecret || len(link) > mostSecret || strings.Trim(link, secretLetters) != "" {
		return "", organization.ErrNoInvitation
	}
	return link, nil
}

// browser is the secret of the browser, "" where it has none.
func (s *Surface) browser(c *fiber.Ctx) string {
	return s.cookie.Read(c, secretLetters, leastSecret, mostSecret)
}

// invite is the page of a link.
func (s *Surface) invite(c *fiber.Ctx) error {
	link, err := linkOf(c)
	if err != nil {
		return s.over(c, err)
	}
	v, err := s.onboarding.Look(c.UserContext(), link)
	if err != nil {
		return s.over(c, err)
	}
	if s.browser(c) == "" {
		// A name for the browser, and nothing more: it shows that cookies are kept, and two clicks are then of one browser.
		s.cookie.Set(c, s.random.Alphanumeric(nameLength))
	}
	words := speechIn(httpapi.SpeakLanguage(c, ""), v)
	w := inviteView{speech: words, Named: words.inviter != ""}
	return page(c, fiber.StatusOK, "invite", layout{speech: words, Heading: words.Must("invite.heading"), View: w})
}

// inviteView is an invitation as its page shows it.
type inviteView struct {
	speech
	Named bool // it is known who invites
}

// open uses the link up. A browser that keeps no cookies would lose it, so it is told before.
func (s *Surface) open(c *fiber.Ctx) error {
	link, err := linkOf(c)
	if err != nil {
		return s.over(c, err)
	}
	browser := s.browser(c)
	if browser == "" {
		if _, err := s.onboarding.Look(c.UserContext(), link); err != nil {
			return err
		}
		return ErrNoCookie
	}
	visit, err := s.openings.once(c.UserContext(), link, browser, func() (string, error) {
		visit, _, err := s.onboarding.Open(c.UserContext(), link)
		return visit, err
	})
	if err != nil {
		return s.over(c, err)
	}
	s.cookie.Set(c, visit)
	return httpapi.SeeOther(c, address(c, ""))
}

// over notes whether who comes with a link that is over can go on all the same.
func (s *Surface) over(c *fiber.Ctx, err error) error {
	if browser := s.browser(c); browser != "" && errors.Is(err, organization.ErrNoInvitation) {
		if _, err := s.onboarding.Show(c.UserContext(), browser); err == nil {
			c.Locals(onwardKey{}, true)
		}
	}
	return err
}

// visit is the onboarding that the browser has open.
func (s *Surface) visit(c *fiber.Ctx) (string, inbound.OnboardingView, error) {
	browser := s.browser(c)
	if browser == "" {
		return "", inbound.OnboardingView{}, ErrNoCookie
	}
	v, err := s.onboarding.Show(c.UserContext(), browser)
	return browser, v, err
}
