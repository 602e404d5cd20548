package orgapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/fault"
)

// What can be wrong with parameters whatever they say. Both are answered with 400.
var (
	errForm    = fault.New(fault.Invalid, "parameters_malformed", "The parameters are not well-formed: broken encoding, text that is no Unicode, or one name for values of two kinds.")
	errCrowded = fault.New(fault.Invalid, "parameters_too_many", "There are too many parameters.")
)

const (
	mostParameters = 1_000 // in one source, nested ones counted
	mostNesting    = 5     // of a form: a[b][c][d][e]
)

// read gathers the parameters. What the body says comes before what the query says, name by name. queryAlone leaves a
// body unread, whatever it is.
func (r *request) read(queryAlone bool) error {
	query, err := parseForm(string(r.c.Request().URI().QueryString()))
	if err != nil {
		return err
	}
	r.query = newParameters(query)
	if r.params = r.query; queryAlone {
		return nil
	}
	header := &r.c.Request().Header
	if encoding := header.ContentEncoding(); len(encoding) > 0 && string(encoding) != "identity" {
		return httpapi.ErrMediaType
	}
	body, err := parseBody(string(header.ContentType()), r.c.Request().Body())
	if err != nil {
		return err
	}
	merged := make(map[string]any, len(query)+len(body))
	for name, value := range query {
		merged[name] = value
	}
	for name, value := range body {
		merged[name] = value
	}
	r.params = newParameters(merged)
	return nil
}

// parseBody reads a body as what it is. Callers send JSON as a form, since that is what curl says of any data, or as
// nothing; and forms as JSON, since documentation shows that. A body that begins like a JSON object is one. No form begins
// like that, because a brace in a name is encoded.
func parseBody(contentType string, raw []byte) (map[string]any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	media, options := "", map[string]string(nil)
	if contentType != "" {
		var err error
		if media, options, err = mime.ParseMediaType(contentType); err != nil {
			return nil, httpapi.ErrMediaType
		}
		if charset := options["charset"]; charset != "" && !strings.EqualFold(charset, "utf-8") {
			return nil, httpapi.ErrMediaType
		}
	}
	isJSON := media == fiber.MIMEApplicationJSON || strings.HasSuffix(media, "+json")
	start := bytes.TrimLeft(raw, " \t\r\n")
	switch {
	case media == fiber.MIMEMultipartForm:
		return parseMultipart(raw, options["boundary"])
	case bytes.HasPrefix(start, []byte("{")) || isJSON && !looksLikeForm(start):
		return httpapi.ParseObject(string(raw), mostParameters)
	case isJSON, media == fiber.MIMEApplicationForm, media == "":
		return parseForm(string(raw))
	}
	return nil, httpapi.ErrMediaType
}

// looksLikeForm holds for bodies that begin with a name and an equals sign, which no JSON does.
func looksLikeForm(body []byte) bool {
	name, _, found := bytes.Cut(body, []byte("="))
	if !found || len(name) == 0 {
		return false
	}
	for _, b := range name {
		if !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b == '[' || b == ']' || b == '%') {
			return false
		}
	}
	return name[0] != '['
}

// parseMultipart reads a form of RFC 7578. A file counts as a text: that is how documents are sent from a command line.
func parseMultipart(raw []byte, boundary string) (map[string]any, error) {
	if boundary == "" {
		return nil, errForm
	}
	f := form{tree: map[string]any{}}
	parts := multipart.NewReader(bytes.NewReader(raw), boundary)
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) && f.pairs > 0 {
			return f.tree, nil
		}
		if err != nil || part.FormName() == "" {
			return nil, errForm
		}
		content, err := io.ReadAll(part) // no longer than the body, whose length is bounded
		if err != nil {
			return nil, errForm
		}
		if err := f.add(part.FormName(), string(content)); err != nil {
			return nil, err
		}
	}
}

// isText holds for what may be a name or a value: whether the characters fit is for those to judge who know what it is.
func isText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }
