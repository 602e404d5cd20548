package portal

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
)

// field is what a form sends for one name.
type field struct {
	text string
	file bool // a file was chosen, if only an empty one
}

// mostFields is more than any of our forms has.
const mostFields = 10

// read reads a form, urlencoded or multipart (RFC 7578), by name. A name that stands twice could mean two things, so the
// form means nothing.
func read(c *fiber.Ctx) (map[string]field, error) {
	header, body := &c.Request().Header, c.Request().Body()
	if encoding := header.ContentEncoding(); len(encoding) > 0 && string(encoding) != "identity" {
		return nil, httpapi.ErrMediaType
	}
	kind, parameters, err := mime.ParseMediaType(string(header.ContentType()))
	switch {
	case err != nil:
		return nil, httpapi.ErrMediaType
	case kind == fiber.MIMEApplicationForm:
		return readURLEncoded(string(body))
	case kind == fiber.MIMEMultipartForm:
		return readMultipart(body, parameters["boundary"])
	}
	return nil, httpapi.ErrMediaType
}

func readURLEncoded(body string) (map[string]field, error) {
	values, err := url.ParseQuery(body)
	if err != nil || len(values) > mostFields {
		return nil, httpapi.ErrRequest
	}
	form := map[string]field{}
	for name, all := range values {
		if len(all) != 1 {
			return nil, httpapi.ErrRequest
		}
		form[name] = field{text: all[0]}
	}
	return form, nil
}

func readMultipart(body []byte, boundary string) (map[string]field, error) {
	form := map[string]field{}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil || len(form) == mostFields {
			return nil, httpapi.ErrRequest
		}
		content, err := io.ReadAll(p)
		if _, twice := form[p.FormName()]; err != nil || twice {
			return nil, httpapi.ErrRequest
		}
		form[p.FormName()] = field{text: string(content), file: p.FileName() != ""}
	}
}

// upload takes the identity provider's metadata, as a file or a text, and says at once what is wrong with it.
func (s *Surface) upload(c *fiber.Ctx) error {
	visit, v, err := s.visit(c)
	if err != nil {
		return err
	}
	if reached(v) == pathProvider {
		return httpapi.SeeOther(c, address(c, ""))
	}
	form, err := read(c)
	if err != nil {
		return err
	}
	pasted, chosen := form["xml"].text, form["file"].file || form["file"].text != ""
	switch typed := strings.TrimSpace(pasted) != ""; {
	case chosen && typed:
		return s.showMetadata(c, v, ErrBoth, pasted)
	case !chosen && !typed:
		return s.showMetadata(c, v, ErrNoMetadata, "")
	case chosen:
		_, err = s.onboarding.Upload(c.UserContext(), visit, form["file"].text)
	default:
		_, err = s.onboarding.Upload(c.UserContext(), visit, strings.TrimSpace(pasted))
	}
	if err == nil {
		return httpapi.SeeOther(c, address(c, pathDone))
	}
	if f := fault.Of(err); f.Kind() == fault.Invalid {
		return s.showMetadata(c, v, f, pasted)
	}
	return err
}
