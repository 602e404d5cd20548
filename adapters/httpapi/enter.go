package httpapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/eidgate/eidgate/domain/fault"
)

// enter is the first link of every route's chain.
func (s *Server) enter(r row) fiber.Handler {
	deadline := cmp.Or(r.Deadline, s.config.Timeout)
	limit := cmp.Or(r.BodyLimit, s.config.BodyLimit)
	return func(c *fiber.Ctx) error {
		return s.attend(c, r.surface, r.Pattern, deadline, func() error {
			if err := s.admit(c); err != nil {
				return err
			}
			if len(c.Request().Body()) > limit {
				return ErrTooLarge
			}
			for _, name := range c.Route().Params {
				if _, ok := decode(c.Params(name)); !ok {
					return ErrNoPath
				}
			}
			return c.Next()
		})
	}
}

// lost is behind every route: the path is unknown, or does not know the method.
func (s *Server) lost(c *fiber.Ctx) error {
	return s.attend(c, s.table.owner(c.Path()), "", s.config.Timeout, func() error {
		if err := s.admit(c); err != nil {
			return err
		}
		return s.missing(c)
	})
}

func (s *Server) missing(c *fiber.Ctx) error {
	if allowed := s.table.allowed(c.Path()); len(allowed) > 0 {
		c.Set(fiber.HeaderAllow, strings.Join(allowed, ", "))
		return ErrMethod
	}
	return ErrNoPath
}

// edge stands before Fiber, which answers methods that it does not know in words of its own.
func (s *Server) edge(known fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		for _, m := range methods {
			if m == string(ctx.Method()) {
				known(ctx)
				s.release(ctx)
				return
			}
		}
		c := s.app.AcquireCtx(ctx)
		defer s.app.ReleaseCtx(c)
		_ = s.lost(c) // attend has answered every error
	}
}

// attend is what happens to every request whatsoever: it gets an identifier, a deadline and the headers that
// every answer has, runs, is refused in its owner's words when that fails, and is told of. It returns nil.
func (s *Server) attend(c *fiber.Ctx, owner Surface, pattern string, deadline time.Duration, run func() error) error {
	started := s.deps.Clock.Now()
	if owner == nil {
		owner = nobody{}
	}
	v := &visit{surface: owner.Name(), pattern: pattern, client: s.client(c), id: s.requestID(c), server: s}
	c.Locals(visitKey{}, v)
	s.dress(c, v)
	ctx, cancel := context.WithTimeout(s.life, deadline)
	defer cancel()
	ctx, span := s.begin(ctx, c, v)
	c.SetUserContext(ctx)

	err := guarded(run)
	var f *fault.Fault
	if err != nil {
		f = faultOf(err)
		s.refuse(c, owner, f)
	}
	took := max(0, s.deps.Clock.Now().Sub(started))
	status := c.Response().StatusCode()
	span.finish(status, v.code)
	s.tell(ctx, c, v, status, took, f)
	if s.deps.Observe != nil {
		s.deps.Observe(v.surface, pattern, methodLabel(c.Method()), status, v.code, took)
	}
	return nil
}

// guarded turns a panic into an error.
func guarded(run func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.ErrInternal.Because(panicError{value: p, stack: debug.Stack()})
		}
	}()
	return run()
}

// admit refuses requests that nobody should look at. Behind an ambiguous one the connection closes, so that what
// its sender hid in it is never read as a request of its own.
func (s *Server) admit(c *fiber.Ctx) error {
	host, forwarded, err := inspect(c)
	if s.config.Development && (forwarded || err == nil && !loopbackName(withoutPort(host))) {
		return ErrNotLocal
	}
	if err != nil {
		c.Context().SetConnectionClose()
		return err
	}
	visitOf(c).host = s.host(c, host)
	return nil
}

// refuse answers in the owner's words, and in the plainest of our own if the owner cannot.
func (s *Server) refuse(c *fiber.Ctx, owner Surface, f *fault.Fault) {
	c.Response().ResetBody()
	switch wait := f.RetryAfter(); {
	case wait > 0:
		c.Set(fiber.HeaderRetryAfter, strconv.FormatInt(max(1, int64((wait+time.Second-1)/time.Second)), 10))
	case f.Kind() == fault.Unavailable:
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	defer func() {
		if p := recover(); p != nil {
			s.deps.Log.Error("a surface cannot word a failure", slog.String("surface", owner.Name()), slog.String("stack", string(debug.Stack())))
			c.Response().ResetBody()
			nobody{}.Refuse(c, f)
		}
	}()
	owner.Refuse(c, f)
}

// tell writes the access log: what happened, never what was asked for. The cause goes along where an operator has
// to act.
func (s *Server) tell(ctx context.Context, c *fiber.Ctx, v *visit, status int, took time.Duration, f *fault.Fault) {
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	if !s.deps.Log.Enabled(ctx, level) {
		return
	}
	attrs := make([]slog.Attr, 0, 10)
	attrs = append(attrs,
		slog.String("surface", v.surface), slog.String("method", methodLabel(c.Method())), slog.String("route", v.pattern),
		slog.Int("status", status), slog.Duration("took", took), slog.String("request_id", v.id))
	if f != nil {
		attrs = append(attrs, slog.String("error_code", v.code), slog.String("fault", f.Code()))
		switch f.Kind() {
		case fault.Internal, fault.Upstream, fault.Unavailable:
			if cause := f.Cause(); cause != nil {
				attrs = append(attrs, slog.String("cause_type", fmt.Sprintf("%T", cause)), slog.String("cause", cause.Error()))
			}
			if p, ok := errors.AsType[panicError](f); ok {
				attrs = append(attrs, slog.String("stack", string(p.stack)))
			}
		}
	}
	// Made by hand, because LogAttrs walks the stack for every line to say where in this file it was written.
	line := slog.NewRecord(s.deps.Clock.Now(), level, "request", 0)
	line.AddAttrs(attrs...)
	_ = s.deps.Log.Handler().Handle(ctx, line) // a log that cannot be written is no reason to fail
}

// panicError carries a panic. Its text names the panic's type; runtime errors speak for themselves.
type panicError struct {
	value any
	stack []byte
}

func (p panicError) Error() string {
	if err, ok := p.value.(error); ok {
		return fmt.Sprintf("panic: %T: %s", p.value, err.Error())
	}
	return fmt.Sprintf("panic: %T", p.value)
}

func methodLabel(method string) string {
	for _, m := range methods {
		if m == method {
			return m
		}
	}
	return "other"
}
