package httpapi

import (
	"bytes"

	"github.com/gofiber/fiber/v2"

	"github.com/eidgate/eidgate/domain/fault"
)

// broken answers what fasthttp could not read to its end. The connection closes behind it.
func (s *Server) broken(c *fiber.Ctx, err error) error {
	if conn, ok := c.Context().Conn().(*connection); ok {
		conn.linger = true
		if len(c.Request().Header.RawHeaders()) == 0 {
			recall(c, conn.head)
		}
	}
	f := faultOf(err)
	if f.Kind() != fault.Invalid {
		f = ErrRequest
	}
	return s.attend(c, s.table.owner(c.Path()), "", s.config.Timeout, func() error { return f })
}

// recall makes out of a request's first bytes as much of it as the words of a refusal depend on: fasthttp keeps
// nothing of headers that it could not read. Nothing that is made out here is acted upon.
func recall(c *fiber.Ctx, head []byte) {
	line, rest, found := bytes.Cut(head, []byte("\n"))
	if words := bytes.Fields(line); found && len(words) == 3 && words[1][0] == '/' {
		c.Path(pathOf(string(words[1])))
	}
	for found {
		if line, rest, found = bytes.Cut(rest, []byte("\n")); !found {
			return
		}
		if name, value, ok := bytes.Cut(line, []byte(":")); ok {
			c.Request().Header.SetBytesKV(name, bytes.TrimSpace(value))
		}
	}
}
