package visits

import (
	"html/template"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
)

// visitKey is under which a request remembers what it has seen of its session, be it another browser's.
type visitKey struct{}

// failure is an error in JSON.
type failure struct {
	Error problem `json:"error"`
}

type problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// failureView is an error on a page.
type failureView struct {
	speech
	Heading string
	Logo    template.URL
	Code    string
	Text    string
	Again   string // the address to try again at, or to go on at; "" where that is pointless
	Label   string // what is done there
	Secret  string // of a framed page: see hand
}

// Refuse words a failure: a page in the person's language for those who read HTML, else JSON.
func (s *Surface) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	status := httpapi.Status(f)
	httpapi.Refused(c, f.Code())
	if httpapi.ReadsHTML(c) && s.refusal(c, status, f) == nil {
		return
	}
	c.Response().ResetBody()
	httpapi.WriteJSON(c, status, failure{Error: problem{Code: f.Code(), Message: f.Text()}})
}

func (s *Surface) refusal(c *fiber.Ctx, status int, f *fault.Fault) error {
	visit, _ := c.Locals(visitKey{}).(inbound.Visit)
	words := speechIn(httpapi.SpeakLanguage(c, visit.Language, s.recall(c).language), inbound.Visit{})
	heading, text, label := failureKeys(f)
	v := failureView{speech: words, Heading: words.must(heading), Code: f.Code(), Text: words.must(text), Logo: s.config.Themes[visit.Theme].logo}
	l := layout{
		speech: words, Heading: v.Heading, View: &v, visit: visit,
		Simulated: len(c.Response().Header.Peek("X-Eidgate-Simulated")) > 0,
	}
	if ticket, err := ticketOf(c); err == nil && strings.HasPrefix(c.Path(), "/s/") {
		l.Switch = switchTo(ticket)
		v.Again = path(ticket, "", httpapi.ChosenLanguage(c))
		if h := s.brought(c); visit.Mine && framed(visit) && !h.kept {
			v.Secret, l.Secret = h.secret, h.secret
		}
	} else if c.Method() == fiber.MethodGet {
		v.Again = "?" + string(c.Request().URI().QueryString()) // the provider's answer can be brought once more
	}
	if label == "" {
		v.Again = ""
	} else {
		v.Label = words.must(label)
	}
	return s.page(c, status, "failure", l)
}

// failureKeys are the words for a failure: what it is, what to do about it, and what leads on, "" where nothing does.
func failureKeys(f *fault.Fault) (heading, text, label string) {
	switch f.Code() {
	case eid.ErrOtherBrowser.Code():
		return "failure.browser", "failure.browser.x", ""
	case httpapi.ErrForeignPage.Code():
		return "failure.page", "failure.page.x", ""
	case eid.ErrInProgress.Code():
		return "failure.progress", "failure.progress.x", "again"
	case eid.ErrNoRoute.Code():
		return "failure.offered", "failure.start", ""
	case eid.ErrNotAChoice.Code():
		return "failure.offered", "failure.choose", "again"
	case eid.ErrTooOften.Code():
		return "failure.often", "failure.often.x", "go.on"
	case eid.ErrProvider.Code(), eid.ErrProviderUncertain.Code():
		return "failure.away", "failure.try", "again"
	}
	switch f.Kind() {
	case fault.NotFound:
		return "failure.unknown", "failure.unknown.x", ""
	case fault.Throttled:
		return "failure.throttled", "failure.try", "again"
	case fault.Invalid, fault.Unauthenticated, fault.Forbidden:
		return "failure.request", "failure.start", ""
	case fault.Conflict:
		return "heading.over", "failure.try", "again"
	case fault.Upstream:
		return "heading.over", "failure.start", ""
	case fault.Unavailable, fault.Internal:
	}
	return "failure.internal", "failure.try", "again"
}
