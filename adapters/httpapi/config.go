package httpapi

import (
	"cmp"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/eidgate/eidgate/ports/outbound"
)

// Config is what the operator decides about the server. Zero values stand for the defaults in the comments.
type Config struct {
	// Development answers 403 to every request that does not come straight from this machine: one whose Host is
	// no loopback name, or that carries Forwarded or X-Forwarded-*.
	Development bool
	// PublicURL is the base of every address handed out. With https, answers carry Strict-Transport-Security.
	PublicURL string
	// TrustedProxies are the peers whose X-Forwarded-For and X-Forwarded-Host count.
	TrustedProxies []netip.Prefix
	// BodyLimit is how many bytes a body may have where the route does not say (1 MiB).
	BodyLimit int
	// HeaderLimit is how many bytes request line and headers may have together (8 KiB).
	HeaderLimit int
	// Timeout is how long a request may take where the route does not say (10 s).
	Timeout time.Duration
	// ReadTimeout is how long a client may take to send a request (15 s), IdleTimeout how long it may be silent
	// between two (75 s), and WriteStall how long it may refuse to take any byte of an answer (30 s).
	ReadTimeout, IdleTimeout, WriteStall time.Duration
}

func (c Config) withDefaults() Config {
	c.BodyLimit = cmp.Or(c.BodyLimit, 1<<20)
	c.HeaderLimit = cmp.Or(c.HeaderLimit, 8<<10)
	c.Timeout = cmp.Or(c.Timeout, 10*time.Second)
	c.ReadTimeout = cmp.Or(c.ReadTimeout, 15*time.Second)
	c.IdleTimeout = cmp.Or(c.IdleTimeout, 75*time.Second)
	c.WriteStall = cmp.Or(c.WriteStall, 30*time.Second)
	return c
}

func (c Config) https() bool { return strings.HasPrefix(c.PublicURL, "https://") }

// Deps is what the server needs of the rest of the house.
type Deps struct {
	Clock outbound.Clock
	IDs   outbound.IDs
	// Log should mask secrets by itself; the server writes no query, header or body to it, but the causes of
	// internal failures are other packages' words. Nil discards.
	Log *slog.Logger
	// Observe is told of every answer. Nil ignores.
	Observe Observer
	// Tracer makes a span for every request, named by its route. Nil makes none.
	Tracer trace.Tracer
}

// Observer is told what metrics may know of an answer, and nothing about who asked or what for: the surface that
// owns the path, the route's pattern ("" for paths that do not exist), the method ("other" for those of no RFC),
// the status, X-Error-Code ("" on success), and how long it took.
type Observer = func(surface, route, method string, status int, code string, took time.Duration)
