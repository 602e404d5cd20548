package portal

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// view is a step as its page shows it.
type view struct {
	speech
	Heading string
	Steps   []step
	Product product
	Problem *problem // what is to be put right, nil for nothing

	// of the first step
	Choices []choice

	// of the second
	Service inbound.ServiceProvider

	// of the third
	Kept   bool // there is metadata already
	Pasted string

	// of the end
	Metadata organization.ProviderMetadata
	Warnings []string

	// addresses
	Self, Provider, ServiceAt, MetadataAt, Description, Certificate string
}

// step is one of those that the page lists.
type step struct {
	Name string
	Href string // "" where the administrator cannot go yet
	Here bool
}

// choice is a product to choose.
type choice struct {
	Type    organization.ProviderType
	Name    string
	Checked bool
}

// problem is why a form was not taken.
type problem struct {
	Field string // the identifier of the field that is to be put right
	Text  string
}

// At says where something has to be done: the product's own name, or that it is the administrator's own.
func (w view) At() (string, error) {
	if w.Product.Name != "" {
		return w.Product.Name, nil
	}
	return w.Say("provider.yours")
}

// Expires is the day on which the first certificate does, "" when it does not say.
func (w view) Expires() string {
	if w.Metadata.ExpiresAt.IsZero() {
		return ""
	}
	return w.Metadata.ExpiresAt.UTC().Format(time.DateOnly)
}

func look(c *fiber.Ctx, v inbound.OnboardingView, here string) view {
	w := view{
		speech: speechIn(httpapi.SpeakLanguage(c, ""), v), Product: productOf(providerOf(v)), Service: v.Service,
		Self: address(c, here), Provider: address(c, pathProvider), ServiceAt: address(c, pathService), MetadataAt: address(c, pathMetadata),
		Description: root + "/metadata.xml", Certificate: root + "/certificate.pem",
	}
	for _, path := range []string{pathProvider, pathService, pathMetadata} {
		n := step{Name: w.Must("step." + path[1:]), Here: path == here}
		if !n.Here && (path == pathProvider || reached(v) != pathProvider) {
			n.Href = address(c, path)
		}
		w.Steps = append(w.Steps, n)
	}
	if v.Connection.Metadata != nil {
		w.Kept, w.Metadata = true, *v.Connection.Metadata
	}
	for _, code := range v.Warnings {
		w.Warnings = append(w.Warnings, w.Must(w.known("warning.", code)))
	}
	return w
}

// providerOf is the identity provider that was chosen, here or by whoever invites.
func providerOf(v inbound.OnboardingView) organization.ProviderType {
	if o := v.Connection.Onboarding; o != nil && o.Provider != "" {
		return o.Provider
	}
	return v.Connection.Provider
}

// blame says what is wrong with a form.
func (w *view) blame(c *fiber.Ctx, f *fault.Fault, field string) int {
	if f == nil {
		return fiber.StatusOK
	}
	httpapi.Refused(c, f.Code())
	w.Problem = &problem{Field: field, Text: w.Must(w.known("problem.", f.Code()))}
	return httpapi.Status(f)
}

func (w view) page(c *fiber.Ctx, status int, name string) error {
	return page(c, status, name, layout{speech: w.speech, Heading: w.Heading, Wrong: w.Problem != nil, View: w})
}

func (s *Surface) showProvider(c *fiber.Ctx, v inbound.OnboardingView, f *fault.Fault) error {
	w := look(c, v, pathProvider)
	w.Heading = w.Must("provider.heading")
	for _, p := range products {
		n := choice{Type: p.Type, Name: p.Name, Checked: p.Type == providerOf(v)}
		if n.Name == "" {
			n.Name = w.Must("provider.custom")
		}
		w.Choices = append(w.Choices, n)
	}
	return w.page(c, w.blame(c, f, "choice-0"), "provider")
}

func (s *Surface) showService(c *fiber.Ctx, v inbound.OnboardingView) error {
	w := look(c, v, pathService)
	w.Heading = w.Must("service.heading")
	return w.page(c, fiber.StatusOK, "service")
}

// showMetadata shows the third step, and what is wrong with what was sent. The blame is the text's when there was no
// other.
func (s *Surface) showMetadata(c *fiber.Ctx, v inbound.OnboardingView, f *fault.Fault, pasted string) error {
	w := look(c, v, pathMetadata)
	w.Heading, w.Pasted = w.Must("metadata.heading"), pasted
	field := "file"
	if pasted != "" && f.Code() != ErrBoth.Code() {
		field = "xml"
	}
	return w.page(c, w.blame(c, f, field), "metadata")
}

func (s *Surface) showDone(c *fiber.Ctx, v inbound.OnboardingView) error {
	w := look(c, v, pathDone)
	w.Heading = w.Must("done.heading")
	return w.page(c, fiber.StatusOK, "done")
}
