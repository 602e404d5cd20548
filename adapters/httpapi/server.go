package httpapi

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
	"go.opentelemetry.io/otel/propagation"
)

// methods are those that routes may have and metrics tell apart.
var methods = []string{
	fiber.MethodGet, fiber.MethodHead, fiber.MethodPost, fiber.MethodPut, fiber.MethodPatch, fiber.MethodDelete,
	fiber.MethodOptions, fiber.MethodTrace, fiber.MethodConnect,
}

// Server answers for all surfaces.
type Server struct {
	config     Config
	deps       Deps
	table      *table
	app        *fiber.App
	propagator propagation.TraceContext
	life       context.Context // every request's deadline hangs on it
	end        context.CancelFunc
	draining   atomic.Bool
	leaving    chan struct{} // closed when Shutdown begins
	silent     sync.Map      // the connections that have not sent a byte yet
	streams    sync.WaitGroup
}

// New builds the server. It fails with every mistake in the surfaces' tables: two rows that answer the same
// requests, parameter names aside, two owners of one prefix, or a row under another surface's prefix.
func New(config Config, surfaces []Surface, deps Deps) (*Server, error) {
	t, err := tabulate(surfaces)
	if err != nil {
		return nil, err
	}
	if deps.Log == nil {
		deps.Log = slog.New(slog.DiscardHandler)
	}
	config = config.withDefaults()
	s := &Server{config: config, deps: deps, table: t, leaving: make(chan struct{})}
	largest := config.BodyLimit // how long a body may be on the most generous route
	for _, r := range t.rows {
		largest = max(largest, r.BodyLimit)
	}
	s.life, s.end = context.WithCancel(context.Background())
	s.app = fiber.New(fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true, DisableStartupMessage: true,
		DisablePreParseMultipartForm: true, // a surface that takes uploads reads them itself
		BodyLimit:                    largest,
		ReadBufferSize:               config.HeaderLimit, // fasthttp's only limit on headers
		ReadTimeout:                  config.ReadTimeout,
		IdleTimeout:                  config.IdleTimeout,
		ErrorHandler:                 s.broken,
	})
	for _, r := range t.rows {
		handlers := append([]fiber.Handler{s.enter(r)}, r.Chain...)
		s.app.Add(r.Method, r.Pattern, append(handlers, r.Handler)...)
	}
	s.app.Use(s.lost)
	known := s.app.Handler() // also makes Fiber sort what was added
	s.app.Server().Handler = s.edge(known)
	s.app.Server().HeaderReceived = s.ration
	s.app.Server().KeepHijackedConns = true // a stream closes its own
	return s, nil
}

// smallBody is what a request may announce without its route being looked up before it is read.
const smallBody = 16 << 10

// ration sets how long a body may be before a byte of it is read, so that memory is held for what a route wants and no
// more.
func (s *Server) ration(header *fasthttp.RequestHeader) fasthttp.RequestConfig {
	limit := s.config.BodyLimit
	if announced := header.ContentLength(); announced < 0 || announced > min(smallBody, limit) {
		if r := s.table.find(string(header.Method()), pathOf(string(header.RequestURI()))); r != nil {
			limit = cmp.Or(r.BodyLimit, limit)
		}
	}
	return fasthttp.RequestConfig{MaxRequestBodySize: limit}
}

func pathOf(target string) string {
	if end := strings.IndexAny(target, "?#"); end >= 0 {
		return target[:end]
	}
	return target
}

// Serve answers requests on l until Shutdown, and then returns nil.
func (s *Server) Serve(l net.Listener) error {
	return s.app.Server().Serve(listener{Listener: l, server: s})
}

// Handler is the server as a fasthttp handler, for callers that bring their own connection.
func (s *Server) Handler() fasthttp.RequestHandler { return s.app.Server().Handler }

// Draining holds from the beginning of Shutdown on. Readiness says no, every answer closes its connection, and streams of
// events end.
func (s *Server) Draining() bool { return s.draining.Load() }

// Shutdown goes on accepting for the given grace, so that load balancers notice, then stops listening and waits
// for the requests in flight. When ctx ends first, their contexts end with it.
func (s *Server) Shutdown(ctx context.Context, grace time.Duration) error {
	if !s.draining.Swap(true) {
		close(s.leaving) // streams end now: whoever reads one finds another server in time
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	defer s.end()
	stop := context.AfterFunc(ctx, s.end)
	defer stop()
	s.silent.Range(func(c, _ any) bool { // fasthttp would wait for them to speak
		_ = c.(*connection).Conn.Close()
		return true
	})
	err := s.app.Server().ShutdownWithContext(ctx)
	ended := make(chan struct{})
	go func() { s.streams.Wait(); close(ended) }()
	select {
	case <-ended:
		return err
	case <-ctx.Done():
		return errors.Join(err, ctx.Err())
	}
}
