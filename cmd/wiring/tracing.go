package wiring

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/fx"
)

// newTracer sends spans to the configured collector. It is nil without one, so that nobody makes any.
func newTracer(life fx.Lifecycle, config Config) (trace.Tracer, error) {
	if config.OTLP.Endpoint.IsZero() {
		return nil, nil
	}
	exporter, err := otlptracehttp.New(context.Background(), otlptracehttp.WithEndpointURL(config.OTLP.Endpoint.Reveal()))
	if err != nil {
		return nil, err
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		// A caller's trace is joined; that it is not kept there is no reason not to keep ours.
		sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.AlwaysSample(), sdktrace.WithRemoteParentNotSampled(sdktrace.AlwaysSample()))), sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", "eidgate"))),
	)
	life.Append(fx.Hook{OnStop: provider.Shutdown})
	return provider.Tracer("eidgate"), nil
}
