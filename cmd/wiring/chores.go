package wiring

import (
	"context"
	"log/slog"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/metrics"
	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/account"
	"github.com/eidgate/eidgate/app/callback"
	"github.com/eidgate/eidgate/app/document"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/relay"
	"github.com/eidgate/eidgate/app/session"
)

// chores are what happens without anybody asking.
var chores = fx.Invoke(watchKeys, keepHouse, tellFacts, collect, callBack, stream)

const (
	sweepEvery = 5 * time.Second
	noteEvery  = 30 * time.Second
	purgeEvery = 10 * time.Minute
)

func keepHouse(
	life fx.Lifecycle, sweeper *session.Sweeper, purger *account.Purger, documents *document.Purger, callbacks *callback.Purger,
	invitations *organization.Purger, used *account.LastUsed, log *slog.Logger,
) {
	chore := func(every time.Duration, name string, do func(ctx context.Context) error) {
		background(life, func(ctx context.Context) {
			for tick := time.NewTicker(every); ; {
				select {
				case <-ctx.Done():
					tick.Stop()
					return
				case <-tick.C:
				}
				if err := do(ctx); err != nil && ctx.Err() == nil {
					log.Warn("a chore failed and is tried again later", slog.String("chore", name), slog.String("cause", err.Error()))
				}
			}
		})
	}
	chore(sweepEvery, "sweep sessions", func(ctx context.Context) error { _, _, err := sweeper.Sweep(ctx); return err })
	chore(purgeEvery, "purge tokens", func(ctx context.Context) error { _, err := purger.Purge(ctx); return err })
	chore(purgeEvery, "purge documents and evidence", func(ctx context.Context) error { _, err := documents.Purge(ctx); return err })
	chore(purgeEvery, "purge callbacks", func(ctx context.Context) error { _, err := callbacks.Purge(ctx); return err })
	chore(purgeEvery, "purge invitations", func(ctx context.Context) error { _, err := invitations.Purge(ctx); return err })
	chore(noteEvery, "note when tokens were used", used.Flush)
	life.Append(fx.Hook{OnStop: func(ctx context.Context) error {
		if err := used.Flush(ctx); err != nil {
			log.Warn("when tokens were used last is not noted", slog.String("cause", err.Error()))
		}
		return nil
	}})
}

func collect(life fx.Lifecycle, c *session.Collector, store *sqlstore.Store, m *metrics.Metrics) {
	m.Sessions(c.Watching, func() uint64 { return store.Counts().Broken })
	background(life, c.Run)
}

func stream(life fx.Lifecycle, w *session.Watchers) { background(life, w.Run) }

func callBack(life fx.Lifecycle, d *callback.Dispatcher) { background(life, d.Run) }

func tellFacts(life fx.Lifecycle, r *relay.Relay) { background(life, r.Run) }

// background runs work from start to stop, and waits for its end.
func background(life fx.Lifecycle, work func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	life.Append(fx.Hook{
		OnStart: func(context.Context) error {
			go func() { defer close(done); work(ctx) }()
			return nil
		},
		OnStop: func(stopping context.Context) error {
			cancel()
			select {
			case <-done:
				return nil
			case <-stopping.Done():
				return stopping.Err()
			}
		},
	})
}
