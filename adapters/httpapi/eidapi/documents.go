package eidapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/adapters/httpapi"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// errUpload refuses an upload that is not exactly one file.
var errUpload = fault.New(fault.Invalid, "upload_malformed", "An upload is multipart/form-data with exactly one part, named file.")

// upload keeps a PDF document for signing.
func (s *Surface) upload(c *fiber.Ctx) error {
	acting, err := s.authenticate(c)
	if err != nil {
		return err
	}
	if err := permit(acting.Client, featureDocuments); err != nil {
		return err
	}
	if encoding := c.Request().Header.ContentEncoding(); len(encoding) > 0 && string(encoding) != "identity" {
		return errUpload
	}
	name, content, err := onlyFile(string(c.Request().Header.ContentType()), c.Request().Body())
	if err != nil {
		return err
	}
	kept, err := s.Documents.Upload(c.UserContext(), acting.Client.Scope, acting.Client.ID, name, content)
	if err != nil {
		return err
	}
	send(c, http.StatusCreated, documentBody{ID: kept.ID, Hash: kept.Hash})
	return nil
}

// onlyFile reads the one part that an upload has (RFC 7578). What the part says of its type is not believed.
func onlyFile(contentType string, body []byte) (name string, content []byte, err error) {
	media, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || media != fiber.MIMEMultipartForm || parameters["boundary"] == "" {
		return "", nil, errUpload
	}
	parts := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	part, err := parts.NextRawPart()
	if err != nil || part.FormName() != "file" {
		return "", nil, errUpload
	}
	if content, err = io.ReadAll(io.LimitReader(part, eid.MostDocument+1)); err != nil {
		return "", nil, errUpload
	}
	if len(content) > eid.MostDocument {
		return "", nil, eid.ErrTooLarge
	}
	if _, err := parts.NextRawPart(); !errors.Is(err, io.EOF) {
		return "", nil, errUpload
	}
	return fileName(part.FileName()), content, nil
}

// mostFileName is how long a file's name may be, in characters; longer ones are cut.
const mostFileName = 100

// fileName makes a name that is safe to show, to store and to send back: no path, no control or invisible characters, no
// quotes, and an ending that says what it is.
func fileName(given string) string {
	given = path.Base(strings.ReplaceAll(given, `\`, "/"))
	name := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r == utf8.RuneError || strings.ContainsRune(`/<>:"|?*;%`, r) {
			return -1
		}
		return r
	}, given)
	name = strings.Trim(strings.TrimSuffix(strings.TrimSuffix(name, ".pdf"), ".PDF"), " .")
	if runes := []rune(name); len(runes) > mostFileName {
		name = string(runes[:mostFileName])
	}
	if name == "" {
		name = "document"
	}
	return name + ".pdf"
}

// download hands a document out as it is.
func (s *Surface) download(c *fiber.Ctx) error {
	acting, err := s.authenticate(c)
	if err != nil {
		return err
	}
	found, err := s.Documents.Download(c.UserContext(), acting.Client.Scope, httpapi.Param(c, "id"))
	if err != nil {
		return err
	}
	response := c.Response()
	response.Header.SetContentType("application/pdf")
	response.Header.Set(fiber.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": fileName(found.Name)}))
	response.SetBodyRaw(found.Content)
	return nil
}

// remove forgets a document.
func (s *Surface) remove(c *fiber.Ctx) error {
	acting, err := s.authenticate(c)
	if err != nil {
		return err
	}
	if err := s.Documents.Remove(c.UserContext(), acting.Client.Scope, acting.Client.ID, httpapi.Param(c, "id")); err != nil {
		return err
	}
	httpapi.WriteNothing(c)
	return nil
}
