package httpapi

import (
	"github.com/gofiber/fiber/v2"
)

const requestIDHeader = "X-Request-Id"

// dress puts the headers on that every answer has. Nothing may be kept, framed, sniffed or scripted unless a
// surface says so itself.
func (s *Server) dress(c *fiber.Ctx, v *visit) {
	h := &c.Response().Header
	h.Set(requestIDHeader, v.id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if s.config.https() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if s.draining.Load() {
		h.SetConnectionClose()
	}
}

// requestID is the caller's own when it is short and plain, so that it may stand in logs and headers.
func (s *Server) requestID(c *fiber.Ctx) string {
	id := c.Request().Header.Peek(requestIDHeader)
	if len(id) == 0 || len(id) > 100 {
		return s.deps.IDs.New()
	}
	for _, b := range id {
		if !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '.' || b == '_' || b == '-') {
			return s.deps.IDs.New()
		}
	}
	return string(id)
}
