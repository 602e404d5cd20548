package portal

import (
	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// failure is an error in JSON.
type failure struct {
	Error failureWords `json:"error"`
}

type failureWords struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// failureView is an error on a page.
type failureView struct {
	speech
	Heading string
	Code    string
	Text    string
	Again   string // the address to try again at, "" where that is pointless
	Onward  string // where the browser can go on that has an onboarding open all the same
}

// Refuse words a failure: a page in the person's language for those who read HTML, else JSON.
func (s *Surface) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	status := httpapi.Status(f)
	httpapi.Refused(c, f.Code())
	if httpapi.ReadsHTML(c) && refusal(c, status, f) == nil {
		return
	}
	refuseInJSON(c, status, f)
}

func refuseInJSON(c *fiber.Ctx, status int, f *fault.Fault) {
	c.Response().ResetBody()
	httpapi.WriteJSON(c, status, failure{Error: failureWords{Code: f.Code(), Message: f.Text()}})
}

func refusal(c *fiber.Ctx, status int, f *fault.Fault) error {
	link, _ := c.Locals(linkKey{}).(bool)
	onward, _ := c.Locals(onwardKey{}).(bool)
	words := speechIn(httpapi.SpeakLanguage(c, ""), inbound.OnboardingView{})
	heading, text, again := failureKeys(f, link)
	v := failureView{speech: words, Heading: words.Must(heading), Text: words.Must(text), Code: f.Code()}
	if again {
		// The address itself shows the page with the form, whatever was sent to it.
		v.Again = "?" + queryOf(c)
	}
	if onward {
		v.Onward = address(c, "")
	}
	return page(c, status, "failure", layout{speech: words, Heading: v.Heading, View: v})
}

// queryOf is the query of an address with the picked language alone.
func queryOf(c *fiber.Ctx) string {
	if language := httpapi.ChosenLanguage(c); language != "" {
		return "lang=" + language
	}
	return ""
}

// failureKeys are the words for a failure: what it is, what to do about it, and whether trying again may help.
func failureKeys(f *fault.Fault, link bool) (heading, text string, again bool) {
	switch f.Code() {
	case organization.ErrNoInvitation.Code():
		if link {
			return "failure.over", "failure.over.x", false
		}
		return "failure.visit", "failure.visit.x", false
	case ErrNoCookie.Code():
		if link {
			return "failure.cookies", "failure.cookies.x", true
		}
		return "failure.cookie", "failure.cookie.x", false
	case httpapi.ErrForeignPage.Code():
		return "failure.page", "failure.page.x", false
	case httpapi.ErrTooLarge.Code():
		return "failure.large", "failure.large.x", true
	case httpapi.ErrMethod.Code():
		return "failure.method", "failure.letter", false
	}
	switch f.Kind() {
	case fault.NotFound:
		return "failure.unknown", "failure.letter", false
	case fault.Throttled:
		return "failure.throttled", "failure.try", true
	case fault.Invalid, fault.Unauthenticated, fault.Forbidden:
		return "failure.request", "failure.try", true
	case fault.Conflict:
		return "failure.conflict", "failure.try", true
	case fault.Upstream, fault.Unavailable, fault.Internal:
	}
	return "failure.internal", "failure.try", true
}
