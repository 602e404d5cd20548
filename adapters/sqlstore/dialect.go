package sqlstore

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/lib/pq"
	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// dialect is everything in which the two databases differ.
type dialect struct {
	name       string // of its folder of migrations
	lockRow    string // ends a SELECT whose row nobody may change before the transaction ends
	keepRow    string // ends a SELECT whose rows nobody may delete before the transaction ends
	shareRow   string // ends a SELECT, before the alias of the table whose row nobody may change before the transaction ends, though others may say the same
	skipLocked string // ends a SELECT of rows to work on, leaving those that somebody else works on
	hasTable   string // counts the tables of a name
	json       string // makes JSON of a text
	watching   string // finds the sessions that have changed; see watched.go
	watched    bool   // the driver ends what runs in a transaction with the context that began the transaction
	goose      goose.Dialect
	busy       func(error) bool // somebody else got in between: the same again may succeed
	away       func(error) bool // the database cannot be reached or takes nothing
	orphan     func(error) bool // a row names another that is not there
	answered   func(error) bool // the server said no: nothing is uncertain
}

// In SQLite a unit of work holds the only lock there is from its start, so rows need none.
var sqliteDialect = dialect{
	name:     "sqlite",
	json:     "%s",
	watching: sessionsWatchedSQLite,
	hasTable: `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?`,
	goose:    goose.DialectSQLite3,
	busy:     sqliteSays(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED),
	away: sqliteSays(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY,
		sqlite3.SQLITE_PROTOCOL),
	orphan: func(err error) bool {
		e, ok := errors.AsType[*sqlite.Error](err)
		return ok && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
	},
	answered: func(error) bool { return true },
}

// sqliteSays looks at the primary result code (https://sqlite.org/rescode.html).
func sqliteSays(codes ...int) func(error) bool {
	return func(err error) bool {
		e, ok := errors.AsType[*sqlite.Error](err)
		return ok && slices.Contains(codes, e.Code()&0xff)
	}
}

var postgresDialect = dialect{
	name:       "postgres",
	lockRow:    " FOR UPDATE",
	keepRow:    " FOR KEY SHARE",
	shareRow:   " FOR SHARE OF ",
	skipLocked: " FOR UPDATE SKIP LOCKED",
	watched:    true,
	json:       "CAST(%s AS json)",
	watching:   sessionsWatchedPostgres,
	hasTable: `SELECT COUNT(*) FROM information_schema.tables
		WHERE table_schema = current_schema() AND table_name = ?`,
	goose: goose.DialectPostgres,
	busy: func(err error) bool {
		return pq.As(err, "40001", "40P01", "55P03") != nil // serialization failure, deadlock, lock not available
	},
	away:     postgresAway,
	orphan:   func(err error) bool { return pq.As(err, "23503") != nil },
	answered: func(err error) bool { return pq.As(err) != nil },
}

// postgresAway holds for broken connections, and for a server that shuts down, starts, is full, turned into a
// standby, or does not let us in (https://www.postgresql.org/docs/15/errcodes-appendix.html).
func postgresAway(err error) bool {
	for _, broken := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, broken) {
			return true
		}
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	e := pq.As(err)
	if e == nil {
		return false
	}
	switch e.Code {
	case "57P01", "57P02", "57P03", "57P05", "25006", "3D000":
		return true
	}
	switch e.Code.Class() {
	case "08", "28", "53", "58":
		return true
	}
	return false
}
