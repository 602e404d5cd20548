package sqlstore

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	_ "modernc.org/sqlite" // the driver named sqlite
)

// Config says where the database is and how long to wait for it. Zero values stand for the defaults.
type Config struct {
	// URL is sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE?PARAMETERS, the parameters as libpq knows them.
	URL string
	// Connections is how many connections to PostgreSQL are opened at most. Default 16.
	Connections int
	// Readers is how many connections read an SQLite file beside the one that writes. Default 4.
	Readers int
	// Wait is how long a request waits for a connection before it is told that storage is overloaded. Default 2 s.
	Wait time.Duration
	// Attempts is how often a unit of work is run at most when others get in between. Default 10.
	Attempts int
	// Trip is how many connection faults in a row make the breaker refuse everything at once. Default 5.
	Trip int
	// Probe is how long the breaker refuses before it lets one request try again. Default 1 s.
	Probe time.Duration
	// Silence is how long PostgreSQL may take for a statement before its connection counts as broken. It is for
	// serving: work that may take long, such as a migration, does without. Default: as long as the network lets it.
	Silence time.Duration
}

func (c Config) filled() Config {
	c.Connections = cmp.Or(c.Connections, 16)
	c.Readers = cmp.Or(c.Readers, 4)
	c.Wait = cmp.Or(c.Wait, 2*time.Second)
	c.Attempts = cmp.Or(c.Attempts, 10)
	c.Trip = cmp.Or(c.Trip, 5)
	c.Probe = cmp.Or(c.Probe, time.Second)
	return c
}

// ErrURL refuses a database URL without quoting it, as it may hold a password.
var ErrURL = errors.New("sqlstore: the database URL is neither sqlite:PATH nor postgres://USER@HOST/DATABASE")

// pools makes the ways to the database: one for units of work, one for views. On PostgreSQL they are the same.
func (c Config) pools() (d dialect, writing, reading *pool, err error) {
	if path, ok := strings.CutPrefix(c.URL, "sqlite:"); ok && path != "" {
		writing, reading, err = c.sqlite(strings.TrimPrefix(path, "//"))
		return sqliteDialect, writing, reading, err
	}
	if strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://") {
		writing, err = c.postgres()
		return postgresDialect, writing, writing, err
	}
	return dialect{}, nil, nil, ErrURL
}

func (c Config) postgres() (*pool, error) {
	settings, err := pq.NewConfig(c.URL)
	if err != nil {
		return nil, ErrURL
	}
	settings.ConnectTimeout = cmp.Or(settings.ConnectTimeout, c.Wait)
	settings.ApplicationName = cmp.Or(settings.ApplicationName, "eidgate")
	connector, err := pq.NewConnectorConfig(settings)
	if err != nil {
		return nil, ErrURL
	}
	if c.Silence > 0 {
		connector.Dialer(bounded{silence: c.Silence})
	}
	db := sqlx.NewDb(sql.OpenDB(connector), "postgres")
	db.SetMaxOpenConns(c.Connections)
	db.SetMaxIdleConns(c.Connections)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return newPool(db, c.Connections, c.Wait), nil
}

// sqlite opens the file through one connection that writes, because SQLite lets only one at a time, and some that
// read beside it (https://sqlite.org/wal.html). A commit is on the disk when it returns: synchronous is FULL.
func (c Config) sqlite(path string) (writing, reading *pool, err error) {
	if err := private(path); err != nil {
		return nil, nil, err
	}
	open := func(parameters url.Values, connections int) (*pool, error) {
		parameters["_pragma"] = append(parameters["_pragma"], fmt.Sprintf("busy_timeout(%d)", c.Wait.Milliseconds()), "foreign_keys(1)")
		db, err := sqlx.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+parameters.Encode())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(connections)
		db.SetMaxIdleConns(connections)
		return newPool(db, connections, c.Wait), nil
	}
	writing, err = open(url.Values{"_txlock": {"immediate"}, "_pragma": {"journal_mode(WAL)", "synchronous(FULL)"}}, 1)
	if err != nil {
		return nil, nil, err
	}
	reading, err = open(url.Values{"_pragma": {"query_only(1)"}}, c.Readers)
	if err != nil {
		return nil, nil, errors.Join(err, writing.close())
	}
	return writing, reading, nil
}

// private makes the database file where there is none, readable by nobody else; SQLite gives its companions the
// same rights.
func private(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}
