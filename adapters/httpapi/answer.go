package httpapi

import (
	"bytes"
	"encoding/json"
	"sync"

	"github.com/gofiber/fiber/v2"
)

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// WriteJSON answers with v as application/json, without escaping what HTML would mind: nothing that we answer is
// ever read as HTML. It panics on values that have no JSON form, which is a mistake of the program.
func WriteJSON(c *fiber.Ctx, status int, v any) {
	WriteJSONAs(c, status, fiber.MIMEApplicationJSON, v)
}

// WriteJSONAs is [WriteJSON] with another content type.
func WriteJSONAs(c *fiber.Ctx, status int, contentType string, v any) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err)
	}
	response := c.Response()
	response.SetBody(b.Bytes()[:b.Len()-1]) // a copy; the encoder ends its work with a line feed
	response.Header.SetContentType(contentType)
	response.SetStatusCode(status)
}

// WriteNothing answers 204.
func WriteNothing(c *fiber.Ctx) {
	c.Response().ResetBody()
	c.Response().SetStatusCode(fiber.StatusNoContent)
}
