package httpapi

import (
	"context"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// span is a request's trace, or nothing.
type span struct{ trace.Span }

// begin continues the caller's trace (W3C Trace Context) with a span that is named by the route, not by the path,
// which may hold identifiers.
func (s *Server) begin(ctx context.Context, c *fiber.Ctx, v *visit) (context.Context, span) {
	if s.deps.Tracer == nil {
		return ctx, span{}
	}
	ctx = s.propagator.Extract(ctx, carrier{c})
	name := methodLabel(c.Method()) + " " + v.pattern
	ctx, t := s.deps.Tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", methodLabel(c.Method())), attribute.String("http.route", v.pattern),
		attribute.String("eidgate.surface", v.surface), attribute.String("eidgate.request_id", v.id)))
	return ctx, span{t}
}

func (t span) finish(status int, code string) {
	if t.Span == nil {
		return
	}
	t.SetAttributes(attribute.Int("http.response.status_code", status))
	if code != "" {
		t.SetAttributes(attribute.String("error.type", code))
	}
	if status >= http.StatusInternalServerError {
		t.SetStatus(codes.Error, code)
	}
	t.End()
}

// carrier reads trace headers off a request.
type carrier struct{ c *fiber.Ctx }

func (r carrier) Get(key string) string { return r.c.Get(key) }
func (r carrier) Set(string, string)    {} // a request is only read
func (r carrier) Keys() []string        { return nil }
