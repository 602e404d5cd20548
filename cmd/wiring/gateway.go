// Package wiring joins everything: configuration, adapters, flows and surfaces. It is the only package that knows fx
// or all adapters, and nothing starts or stops outside of it.
package wiring

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"go.uber.org/dig"
	"go.uber.org/fx"
	"go.uber.org/fx/fxevent"

	"github.com/eidgate/eidgate/adapters/logging"
)

// Gateway is the whole of eidgate as one graph: the same for the binary, its demo and the tests.
func Gateway(config Config, at Listeners, log *slog.Logger) fx.Option {
	return fx.Options(
		fx.WithLogger(func() fxevent.Logger { return fxevent.NopLogger }),
		fx.StartTimeout(startTime), fx.StopTimeout(stopTime(config)),
		fx.Supply(config, at, log),
		basics, keyring, storage, providers, application, organizations, messages, chores, servers,
	)
}

const startTime = 30 * time.Second

// stopTime is long enough to drain, to finish what is in flight, and to put everything away.
func stopTime(c Config) time.Duration { return c.HTTP.Drain + c.HTTP.Timeout + 20*time.Second }

// NewLog makes the log that a configuration asks for. Secrets and national numbers are masked on their way.
func NewLog(config Config, to io.Writer) *slog.Logger {
	var h slog.Handler
	if config.Log.Format == "json" {
		h = slog.NewJSONHandler(to, nil)
	} else {
		h = slog.NewTextHandler(to, nil)
	}
	return slog.New(logging.Redact(h))
}

// Running is a gateway that has started.
type Running struct {
	Config   Config // as it turned out: with the ports that were found
	app      *fx.App
	failed   chan error
	unwanted <-chan struct{} // is closed when nobody wants the gateway any more
}

// whileWanted is a context for what may take long at the start: it ends when the gateway is not wanted any more, too.
func (r *Running) whileWanted(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-r.unwanted:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// Start starts a gateway. Further options reach into the graph; tests use them. When ctx ends before anything is
// served, what has been started is put away again, in order; later, the gateway is there to be stopped.
func Start(ctx context.Context, config Config, log *slog.Logger, options ...fx.Option) (*Running, error) {
	at, config, err := Listen(ctx, config)
	if err != nil {
		return nil, err
	}
	r := &Running{Config: config, failed: make(chan error, 2), unwanted: ctx.Done()}
	r.app = fx.New(Gateway(config, at, log), fx.Supply(r), fx.Options(options...))
	if err := r.app.Err(); err != nil { // the graph's own account of it is long and about constructors
		return nil, errors.Join(dig.RootCause(err), at.close())
	}
	// fx puts away what has started under this same context, and does nothing once it has ended.
	starting, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.app.StartTimeout())
	defer cancel()
	if err := r.app.Start(starting); err != nil {
		return nil, errors.Join(dig.RootCause(err), at.close())
	}
	return r, nil
}

// URL is where the gateway answers, as callers spell it.
func (r *Running) URL() string { return r.Config.PublicURL }

// Stop drains, finishes what is in flight, and puts everything away, in the opposite order of starting.
func (r *Running) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.app.StopTimeout())
	defer cancel()
	return r.app.Stop(ctx)
}

// Serve runs a gateway until ctx ends or a listener fails, and stops it. To be stopped while it starts is no failure.
func Serve(ctx context.Context, config Config, to io.Writer) error {
	log := NewLog(config, to)
	r, err := Start(ctx, config, log)
	if r == nil {
		return unlessStopped(ctx, err, log)
	}
	for _, key := range config.Relaxed() {
		log.Warn("this production process is less strict than production is by itself", slog.String("key", key))
	}
	greet(to, r.Config)
	var failed error
	select {
	case <-ctx.Done():
		log.Info("stopping", slog.Duration("drain", config.HTTP.Drain))
	case failed = <-r.failed:
	}
	return errors.Join(failed, r.Stop(context.WithoutCancel(ctx)))
}

// unlessStopped is what kept a gateway from starting, nil where that was that nobody wanted it any more.
func unlessStopped(ctx context.Context, err error, log *slog.Logger) error {
	if ctx.Err() == nil {
		return err
	}
	log.Info("stopped before it had started", slog.String("cause", err.Error()))
	return nil
}
