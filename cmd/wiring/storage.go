package wiring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storage = fx.Options(
	fx.Provide(
		openStore,
		func(s *sqlstore.Store) outbound.Postbag { return s },
		func(s *sqlstore.Store) outbound.Leases { return s },
	),
	fx.Invoke(prepareStore),
)

// openStore opens the database; it is connected to when it is needed first.
func openStore(life fx.Lifecycle, config Config, sealer outbound.Sealer, prints outbound.Fingerprints) (*sqlstore.Store, error) {
	if config.Mode == Development {
		if err := dataDir(config); err != nil {
			return nil, err
		}
	}
	store, err := sqlstore.Open(context.Background(), sqlstore.Config{URL: config.Database.URL.Reveal()}, sealer, prints)
	if err != nil {
		return nil, err
	}
	life.Append(fx.Hook{OnStop: func(context.Context) error { return store.Close() }})
	return store, nil
}

// prepareStore brings the schema up to date where that is wanted, makes the demo organization in development, and
// refuses to work in production on a database that holds one.
func prepareStore(life fx.Lifecycle, config Config, store *sqlstore.Store, registry *organization.Registry, log *slog.Logger) {
	life.Append(fx.Hook{OnStart: func(ctx context.Context) error {
		if config.Migrate {
			applied, err := store.Migrate(ctx)
			if err != nil {
				return fmt.Errorf("the database schema cannot be brought up to date: %w", err)
			}
			if len(applied) > 0 {
				log.Info("the database schema is up to date now", slog.Int("migrations", len(applied)))
			}
		}
		if config.Mode == Development {
			return registry.SeedDemo(ctx)
		}
		return refuseDemo(ctx, store, log)
	}})
}

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
