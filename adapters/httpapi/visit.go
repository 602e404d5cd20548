package httpapi

import (
	"net/netip"

	"github.com/gofiber/fiber/v2"
)

// visit is what the server knows of a request beside the request itself.
type visit struct {
	id      string
	client  netip.Addr
	host    string
	surface string
	pattern string
	code    string // X-Error-Code, once refused
	server  *Server
}

type visitKey struct{}

func visitOf(c *fiber.Ctx) *visit {
	if v, ok := c.Locals(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{}
}

// RequestID is the identifier of the request: the caller's own when it sent a sane one.
func RequestID(c *fiber.Ctx) string { return visitOf(c).id }

// Client is the address of whoever asks: the peer, or what a trusted proxy says about it. It is not valid for
// connections that have none, such as in-memory ones.
func Client(c *fiber.Ctx) netip.Addr { return visitOf(c).client }

// ClientBucket names the client's address for a limiter. Addresses of IPv6 count by their /64, since that is what
// one subscriber has.
func ClientBucket(c *fiber.Ctx) string {
	a := Client(c)
	if a.Is6() {
		if p, err := a.WithZone("").Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// Host is the name under which we were called, in lower case and without port.
func Host(c *fiber.Ctx) string { return visitOf(c).host }

// Refused notes the stable code of an answer that is an error: for the X-Error-Code header, logs and metrics.
// Every Refuse of a surface calls it once.
func Refused(c *fiber.Ctx, code string) {
	c.Set("X-Error-Code", code)
	visitOf(c).code = code
}
