package portal

import (
	"fmt"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ httpapi.Surface = (*Mailbox)(nil)

// Letter is a letter that was kept instead of being sent.
type Letter struct {
	outbound.Letter
	ID string // tells it from others
	At time.Time
}

// Letters keeps letters in development.
type Letters interface {
	// List gives what was kept, newest first.
	List() []Letter
}

// Mailbox serves the letters that a gateway in development keeps: as a page, and in JSON. They hold links that count, so
// it has no place anywhere else.
type Mailbox struct {
	public  *url.URL
	site    httpapi.Site
	letters Letters
}

// NewMailbox makes the surface. It fails when the public address cannot be read.
func NewMailbox(config Config, letters Letters) (*Mailbox, error) {
	site, err := httpapi.NewSite(config.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	public, err := url.Parse(config.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("portal: %w", err)
	}
	return &Mailbox{public: public, site: site, letters: letters}, nil
}

// Name is the surface's word.
func (m *Mailbox) Name() string { return "mailbox" }

// Owns is the paths of what is there in development only.
func (m *Mailbox) Owns() []string { return []string{"/dev"} }

// Routes is the whole table.
func (m *Mailbox) Routes() []httpapi.Route {
	own := []fiber.Handler{func(c *fiber.Ctx) error {
		if err := m.site.SameOrigin(c); err != nil {
			return err
		}
		return c.Next()
	}}
	return []httpapi.Route{
		{Method: fiber.MethodGet, Pattern: "/dev/mail", Chain: own, Handler: m.show},
		{Method: fiber.MethodGet, Pattern: "/dev/mail.json", Chain: own, Handler: m.list},
	}
}

// Refuse words a failure: a page for those who read HTML, else JSON.
func (m *Mailbox) Refuse(c *fiber.Ctx, err error) {
	f := fault.Of(err)
	status := httpapi.Status(f)
	httpapi.Refused(c, f.Code())
	if httpapi.ReadsHTML(c) {
		l := inEnglish(f.Text())
		if page(c, status, "failure", l.with(failureView{speech: l.speech, Heading: f.Text(), Code: f.Code()})) == nil {
			return
		}
	}
	refuseInJSON(c, status, f)
}

// inEnglish is for pages that only who develops ever reads.
func inEnglish(heading string) layout {
	return layout{speech: speechIn("en", inbound.OnboardingView{}), Heading: heading, Single: true, Wide: true}
}

func (l layout) with(view any) layout {
	l.View = view
	return l
}

// letterView is a letter as its page shows it.
type letterView struct {
	To, Subject, Time string
	Pieces            []piece
}

func (m *Mailbox) show(c *fiber.Ctx) error {
	var v struct{ Letters []letterView }
	for _, n := range m.letters.List() {
		v.Letters = append(v.Letters, letterView{
			To: n.To, Subject: httpapi.Visible(n.Subject), Time: n.At.UTC().Format("2006-01-02 15:04:05 UTC"), Pieces: m.pieces(n.Text),
		})
	}
	return page(c, fiber.StatusOK, "mail", inEnglish("Letters").with(v))
}

// letter is a letter in JSON.
type letter struct {
	ID      string `json:"id"`
	At      string `json:"at"`
	To      string `json:"to"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

func (m *Mailbox) list(c *fiber.Ctx) error {
	all := []letter{}
	for _, n := range m.letters.List() {
		all = append(all, letter{ID: n.ID, At: n.At.UTC().Format(time.RFC3339Nano), To: n.To, Subject: n.Subject, Text: n.Text})
	}
	httpapi.WriteJSON(c, fiber.StatusOK, all)
	return nil
}
