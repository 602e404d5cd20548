package httpapi

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// Route is one row of a surface's table. Each row carries its whole chain, because surfaces share prefixes: none
// of them may hang a middleware on a path.
type Route struct {
	Method  string
	Pattern string // Fiber's syntax: static segments and :parameters
	// Chain runs before Handler, in order: limiter, credential, ...
	Chain   []fiber.Handler
	Handler fiber.Handler
	// Deadline is how long the request may take, 0 for the server's own. The context that c.UserContext gives ends
	// with it, and when Handler returns.
	Deadline time.Duration
	// BodyLimit is how many bytes a body may have, 0 for the server's own.
	BodyLimit int
}

// Surface is one HTTP API in its own language.
type Surface interface {
	// Name is the surface's word in configuration, metrics and orders.
	Name() string
	// Owns lists the path prefixes whose answers are in this surface's words, also for paths that do not exist.
	// The longest match over all surfaces wins; a prefix matches whole segments unless it ends in "*".
	Owns() []string
	// Routes is the surface's table.
	Routes() []Route
	// Refuse words a failure: it calls Refused with the stable code, and writes status, headers and body to c. It
	// never fails. The error is always a *fault.Fault; Retry-After is set already where the fault has one, and
	// what the chain had written of a body is gone.
	Refuse(c *fiber.Ctx, err error)
}
