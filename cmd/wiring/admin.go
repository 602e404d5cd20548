package wiring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"

	"github.com/eidgate/eidgate/adapters/signer"
	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/adapters/vault"
	"github.com/eidgate/eidgate/app/keys"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/app/trail"
)

// Admin is what an operator's commands work with: the use cases on the database itself, with no server running or
// beside one that serves.
type Admin struct {
	Registry  *organization.Registry
	Blocklist *organization.Blocklist
	Rotation  *keys.Rotation
	Evidence  *session.Evidence
	Usage     *trail.Usage
	Tokens    *organization.IssuedTokens
	store     *sqlstore.Store
}

// OpenAdmin opens the keyring and the database. Where the configuration has the schema brought up to date at start,
// it is now; elsewhere one that is out of date is an error. Close the Admin after use.
func OpenAdmin(ctx context.Context, c Config) (*Admin, error) {
	ring, err := OpenKeyring(c)
	if err != nil {
		return nil, err
	}
	store, err := sqlstore.Open(ctx, c.storage(), ring, ring)
	if err != nil {
		return nil, err
	}
	if err := prepareSchema(ctx, c, store); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	clock, ids := system.Clock{}, system.IDs{}
	signs := signer.New(clock, rand.Reader)
	return &Admin{
		Tokens: &organization.IssuedTokens{
			Work: store, Clock: clock, IDs: ids, Signer: signs, PublicURL: c.PublicURL,
			Signing: &organization.Signing{Work: store, Clock: clock, IDs: ids, Signer: signs},
		},
		Registry:  newRegistry(c, store, clock, ids, system.Random{}),
		Blocklist: &organization.Blocklist{Work: store, Clock: system.Clock{}},
		Rotation:  &keys.Rotation{Keyring: ring, Rekeyer: store},
		Evidence:  &session.Evidence{Work: store, Clock: system.Clock{}, IDs: system.IDs{}},
		Usage:     &trail.Usage{Work: store},
		store:     store,
	}, nil
}

// Close lets the database go.
func (a *Admin) Close() error { return a.store.Close() }

// storage is the store's part of the configuration.
func (c Config) storage() sqlstore.Config { return sqlstore.Config{URL: c.Database.URL.Reveal()} }

// prepareSchema migrates where it may, and otherwise fails unless the schema is the one that this program wants.
func prepareSchema(ctx context.Context, c Config, store *sqlstore.Store) error {
	if c.Migrate {
		_, err := store.Migrate(ctx)
		return err
	}
	schema, err := store.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	return schema.Ready()
}

// errNoKeyring tells how a keyring is made where that is not done at the first start.
var errNoKeyring = errors.New("keys.file is not there; make a keyring with: eidgate keys add")

// OpenKeyring reads the keyring. Development makes one where there is none; production wants to be given it, and
// wants it closed to others than its owner.
func OpenKeyring(c Config) (*vault.Vault, error) { return openKeyring(c, system.Clock{}) }

// CreateKeyring makes the keyring with its first key, unless there is one already.
func CreateKeyring(c Config) (made bool, err error) {
	if c.Mode == Development {
		if err := dataDir(c); err != nil {
			return false, err
		}
	}
	switch err := vault.Create(c.Keys.File, system.Clock{}.Now()); {
	case errors.Is(err, fs.ErrExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("keys.file: %w", err)
	}
	return true, nil
}

// Migrate brings the schema up to date and names the files that it applied. It needs no keys.
func Migrate(ctx context.Context, c Config) (applied []string, err error) {
	err = withStore(ctx, c, func(store *sqlstore.Store) error {
		steps, err := store.Migrate(ctx)
		for _, s := range steps {
			applied = append(applied, s.Name)
		}
		return err
	})
	return applied, err
}

// Revisions says which revision of the schema the database has and which one this program wants. It writes nothing
// but, on SQLite, the empty file of a database that was not there. It needs no keys.
func Revisions(ctx context.Context, c Config) (have, want int64, err error) {
	err = withStore(ctx, c, func(store *sqlstore.Store) error {
		schema, err := store.MigrationStatus(ctx)
		have, want = schema.Current, schema.Newest
		return err
	})
	return have, want, err
}

// withStore opens the database for work that neither seals nor looks for anybody.
func withStore(ctx context.Context, c Config, work func(*sqlstore.Store) error) error {
	store, err := sqlstore.Open(ctx, c.storage(), nil, nil)
	if err != nil {
		return err
	}
	return errors.Join(work(store), store.Close())
}
