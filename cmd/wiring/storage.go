package wiring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storage = fx.Options(
	fx.Provide(
		openStore,
		func(s *sqlstore.Store) outbound.Postbag { return s },
		func(s *sqlstore.Store) outbound.Leases { return s },
		func() *demo { return &demo{} },
	),
	fx.Invoke(prepareStore),
)

// silence bounds every statement of a serving process; the deadline of a request comes after it.
const silence = 5 * time.Second

// openStore opens the database; it is connected to when it is needed first.
func openStore(life fx.Lifecycle, config Config, sealer outbound.Sealer, prints outbound.Fingerprints) (*sqlstore.Store, error) {
	if config.Mode == Development {
		if err := dataDir(config); err != nil {
			return nil, err
		}
	}
	c := config.storage()
	c.Silence = silence
	store, err := sqlstore.Open(context.Background(), c, sealer, prints)
	if err != nil {
		return nil, err
	}
	life.Append(fx.Hook{OnStop: func(context.Context) error { return store.Close() }})
	return store, nil
}

// prepareStore brings the schema up to date where that is wanted, makes the demo organization in development, and
// refuses to work in production on a database that holds one.
func prepareStore(life fx.Lifecycle, config Config, store *sqlstore.Store, registry *organization.Registry, d *demo, r *Running, log *slog.Logger) {
	life.Append(fx.Hook{OnStart: func(ctx context.Context) error {
		ctx, done := r.whileWanted(ctx)
		defer done()
		if config.Migrate {
			applied, err := Migrate(ctx, config) // through connections of its own: it may take long
			if err != nil {
				return fmt.Errorf("the database schema cannot be brought up to date: %w", err)
			}
			if len(applied) > 0 {
				log.Info("the database schema is up to date now", slog.Int("migrations", len(applied)))
			}
		}
		if config.Mode == Development {
			return d.first(ctx, store, registry, log)
		}
		return refuseDemo(ctx, store, log)
	}})
	if config.Mode == Development {
		background(life, func(ctx context.Context) { d.later(ctx, store, registry, log) })
	}
}

// demo is the demo organization on its way into the database.
type demo struct{ made atomic.Bool }

// errDemoMissing tells readiness that development is not what it is meant to be yet.
var errDemoMissing = fault.New(fault.Unavailable, "demo_missing", "The demo organization is not made yet.")

func (d *demo) ready(context.Context) error {
	if !d.made.Load() {
		return errDemoMissing
	}
	return nil
}

func (d *demo) make(ctx context.Context, store *sqlstore.Store, registry *organization.Registry) error {
	if err := schemaReady(store)(ctx); err != nil {
		return err
	}
	err := registry.SeedDemo(ctx)
	d.made.Store(err == nil)
	return err
}

// first makes the demo at start. A database that is away or not migrated yet is no reason not to start.
func (d *demo) first(ctx context.Context, store *sqlstore.Store, registry *organization.Registry, log *slog.Logger) error {
	err := d.make(ctx, store, registry)
	if err != nil && fault.Of(err).Kind() == fault.Unavailable {
		log.Warn("the demo organization cannot be made yet", slog.String("fault", fault.Of(err).Code()), slog.String("cause", err.Error()))
		return nil
	}
	return err
}

// later makes it as soon as that is possible.
func (d *demo) later(ctx context.Context, store *sqlstore.Store, registry *organization.Registry, log *slog.Logger) {
	again := time.NewTicker(demoEvery)
	defer again.Stop()
	for !d.made.Load() {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		if err := d.make(ctx, store, registry); err != nil && fault.Of(err).Kind() != fault.Unavailable && ctx.Err() == nil {
			log.Error("the demo organization cannot be made", slog.String("cause", err.Error()))
		}
	}
}

const demoEvery = time.Second

// errDemo says how to get rid of what production refuses to work with.
var errDemo = errors.New("the database holds demo records, whose secrets everybody knows; remove them with: eidgate organization delete " + organization.DemoDomain)

func refuseDemo(ctx context.Context, store *sqlstore.Store, log *slog.Logger) error {
	var demo bool
	err := store.View(ctx, func(ctx context.Context, r outbound.Reader) (err error) {
		demo, err = r.Organizations().Demo(ctx)
		return err
	})
	switch {
	case err != nil:
		// A gateway starts while its database is away or not migrated yet, and says in readiness what is wrong.
		// Authentication refuses marked clients all the same.
		log.Warn("the database cannot be looked at yet", slog.String("cause", err.Error()))
		return nil
	case demo:
		return errDemo
	}
	return nil
}

// schemaReady compares the schema with the one that this program was built for.
func schemaReady(store *sqlstore.Store) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		schema, err := store.MigrationStatus(ctx)
		if err != nil {
			return err
		}
		return schema.Ready()
	}
}
