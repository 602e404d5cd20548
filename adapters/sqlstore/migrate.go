package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/migrations"
)

// What can be wrong with the schema.
var (
	// ErrSchemaNewer: a newer version of eidgate has changed the schema; this one does not know what to do with it.
	ErrSchemaNewer = fault.New(fault.Unavailable, "schema_newer", "The database's schema is newer than this version of eidgate.")
	// ErrSchemaOlder: the schema has to be brought up to date.
	ErrSchemaOlder = fault.New(fault.Unavailable, "schema_older", "The database's schema is out of date: run eidgate migrate up.")
)

// Schema is where the database's schema stands.
type Schema struct {
	Current int64                  // the version of the database, 0 for an empty one
	Newest  int64                  // the newest version that this program knows
	Pending []migrations.Migration // what is missing, in order
}

// Ready fails with [ErrSchemaNewer] or [ErrSchemaOlder].
func (s Schema) Ready() error {
	switch {
	case s.Current > s.Newest:
		return ErrSchemaNewer
	case len(s.Pending) > 0:
		return ErrSchemaOlder
	}
	return nil
}

const (
	schemaTable   = `goose_db_version`
	schemaVersion = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version`
)

// MigrationStatus compares the schema of the database with the one this program was built with. It writes nothing.
// It fails with outbound.ErrStorage.
func (s *Store) MigrationStatus(ctx context.Context) (Schema, error) {
	steps, err := migrations.List(s.dialect.name)
	if err != nil {
		return Schema{}, err
	}
	schema := Schema{Newest: steps[len(steps)-1].Version}
	tables, err := s.view.number(ctx, s.dialect.hasTable, schemaTable)
	if err != nil {
		return Schema{}, err
	}
	if tables > 0 {
		if schema.Current, err = s.view.number(ctx, schemaVersion); err != nil {
			return Schema{}, err
		}
	}
	schema.Pending = slices.DeleteFunc(steps, func(m migrations.Migration) bool { return m.Version <= schema.Current })
	return schema, nil
}

// Migrate brings the schema up to date, and says what it applied. Of several processes that start together one does
// the work and the others wait for it. It fails with [ErrSchemaNewer].
func (s *Store) Migrate(ctx context.Context) (applied []migrations.Migration, err error) {
	schema, err := s.MigrationStatus(ctx)
	if err != nil || schema.Current > schema.Newest {
		return nil, or(err, ErrSchemaNewer)
	}
	if len(schema.Pending) == 0 {
		return nil, nil
	}
	files, err := migrations.Files(s.dialect.name)
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true)}
	if s.dialect.name == postgresDialect.name {
		options = append(options, goose.WithSessionLocker(oneAtATime{}))
	}
	provider, err := goose.NewProvider(s.dialect.goose, s.writing.db.DB, files, options...)
	if err != nil {
		return nil, fmt.Errorf("sqlstore: %w", err)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		answer, _, _ := s.judge(ctx, err)
		// On SQLite nothing holds the others back, but each step is a transaction: who comes second finds it done.
		if schema, err := s.MigrationStatus(ctx); err == nil && schema.Ready() == nil {
			return nil, nil
		}
		return nil, answer
	}
	for _, r := range results {
		applied = append(applied, migrations.Migration{Version: r.Source.Version, Name: r.Source.Path})
	}
	return applied, nil
}

// oneAtATime lets one process at a time change a schema of PostgreSQL. The lock belongs to the connection and ends
// with it; its name holds the schema, so that other schemas of the database are not held up.
type oneAtATime struct{}

var _ lock.SessionLocker = oneAtATime{}

const migrationLock = `hashtextextended('eidgate migrations ' || current_schema(), 0)`

// SessionLock waits for the lock.
func (oneAtATime) SessionLock(ctx context.Context, conn *sql.Conn) error {
	_, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(`+migrationLock+`)`)
	return err
}

// SessionUnlock gives the lock back.
func (oneAtATime) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	var held bool
	if err := conn.QueryRowContext(ctx, `SELECT pg_advisory_unlock(`+migrationLock+`)`).Scan(&held); err != nil {
		return err
	}
	if !held {
		return errors.New("sqlstore: the lock for migrations was lost")
	}
	return nil
}
