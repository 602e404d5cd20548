package portal

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

// The steps, by the end of their addresses.
const (
	pathProvider = "/provider"
	pathService  = "/service"
	pathMetadata = "/metadata"
	pathDone     = "/done"
)

// reached is the furthest step that the administrator may see.
func reached(v inbound.OnboardingView) string {
	if o := v.Connection.Onboarding; o != nil {
		switch o.State {
		case organization.MetadataUploaded:
			return pathDone
		case organization.ProviderTypeChosen:
			return pathService
		case organization.NotInitialized:
		}
	}
	return pathProvider
}

// address is that of a step, in the language that the person picked.
func address(c *fiber.Ctx, step string) string {
	to := root + step
	if language := httpapi.ChosenLanguage(c); language != "" {
		to += "?" + url.Values{"lang": {language}}.Encode()
	}
	return to
}

// current is as far as the administrator has come.
func (s *Surface) current(c *fiber.Ctx) error {
	_, v, err := s.visit(c)
	if err != nil {
		return err
	}
	switch reached(v) {
	case pathDone:
		return s.showDone(c, v)
	case pathService:
		return s.showService(c, v)
	}
	return s.showProvider(c, v, nil)
}

func (s *Surface) provider(c *fiber.Ctx) error {
	_, v, err := s.visit(c)
	if err != nil {
		return err
	}
	return s.showProvider(c, v, nil)
}

// choose is the administrator saying what the identity provider is. Choosing again is possible.
func (s *Surface) choose(c *fiber.Ctx) error {
	visit, v, err := s.visit(c)
	if err != nil {
		return err
	}
	form, err := read(c)
	if err != nil {
		return err
	}
	chosen := organization.ProviderType(form["provider_type"].text)
	if !chosen.Known() {
		return s.showProvider(c, v, ErrNoChoice)
	}
	if _, err := s.onboarding.Choose(c.UserContext(), visit, chosen); err != nil {
		return err
	}
	return httpapi.SeeOther(c, address(c, pathService))
}

// later runs what a step shows that can be seen only after the first one.
func (s *Surface) later(c *fiber.Ctx, show func(c *fiber.Ctx, v inbound.OnboardingView) error) error {
	_, v, err := s.visit(c)
	if err != nil {
		return err
	}
	if reached(v) == pathProvider {
		return httpapi.SeeOther(c, address(c, ""))
	}
	return show(c, v)
}

func (s *Surface) service(c *fiber.Ctx) error { return s.later(c, s.showService) }

func (s *Surface) metadata(c *fiber.Ctx) error {
	return s.later(c, func(c *fiber.Ctx, v inbound.OnboardingView) error { return s.showMetadata(c, v, nil, "") })
}

func (s *Surface) done(c *fiber.Ctx) error {
	_, v, err := s.visit(c)
	if err != nil {
		return err
	}
	if reached(v) != pathDone {
		return httpapi.SeeOther(c, address(c, ""))
	}
	return s.showDone(c, v)
}

// describe is our metadata as a file.
func (s *Surface) describe(c *fiber.Ctx) error {
	_, v, err := s.visit(c)
	if err != nil {
		return err
	}
	return file(c, "metadata.xml", "application/samlmetadata+xml", v.Service.Metadata)
}

// certificate is our certificate as a file.
func (s *Surface) certificate(c *fiber.Ctx) error {
	_, v, err := s.visit(c)
	if err != nil {
		return err
	}
	return file(c, "certificate.pem", "application/x-pem-file", v.Service.Certificate)
}

func file(c *fiber.Ctx, name, contentType, content string) error {
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	c.Set(fiber.HeaderContentType, contentType)
	return c.SendString(content)
}
