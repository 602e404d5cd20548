package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// errText: a text that PostgreSQL cannot store was about to be written.
var errText = errors.New("sqlstore: a text is no valid UTF-8 or holds a NUL")

// link is a repository's way to the database: within one transaction, or, with tx nil, for reads that stand alone.
// A link without transaction may be used by many goroutines.
type link struct {
	store *Store
	pool  *pool
	tx    *sqlx.Tx

	// The rest is for transactions.
	watched context.Context // whose end ends the statement that runs; nil where no driver watches it
	wrote   bool
	unkept  []string         // statements to prepare once the transaction is over
	failed  error            // the first statement that failed: nothing of the transaction can be kept
	verdict error            // what the breaker is to know
	again   bool             // somebody else got in between: run the unit of work again
	stale   bool             // a record that was read here had changed when it was saved
	found   map[string]int64 // the versions of the records that were read here
	undo    []func()         // tells saved records that they were not
}

// record is a row on its way out: where its columns go, in the order of the SELECT.
type record interface{ fields() []any }

// one reads the first row of an answer. found is false when there is none, also for texts that no row can hold.
func (l *link) one(ctx context.Context, into record, text string, args ...any) (found bool, err error) {
	err = l.query(ctx, text, args, func(rows *sql.Rows) error {
		if found {
			return nil
		}
		found = true
		return rows.Scan(into.fields()...)
	})
	return found, err
}

// rowOf is a record that can be made.
type rowOf[T any] interface {
	*T
	record
}

// all reads every row of an answer.
func all[T any, P rowOf[T]](ctx context.Context, l *link, text string, args ...any) ([]T, error) {
	return gather[T, P](ctx, l, true, text, args)
}

// gather is all for a statement that is kept prepared, or is not.
func gather[T any, P rowOf[T]](ctx context.Context, l *link, keep bool, text string, args []any) ([]T, error) {
	var list []T
	err := l.ask(ctx, keep, text, args, func(rows *sql.Rows) error {
		var row T
		if err := rows.Scan(P(&row).fields()...); err != nil {
			return err
		}
		list = append(list, row)
		return nil
	})
	return list, err
}

// query runs a statement that answers with rows, be it a SELECT or a writing one with RETURNING.
func (l *link) query(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
	return l.ask(ctx, true, text, args, scan)
}

// ask is query for a statement that is kept prepared, or is not.
func (l *link) ask(ctx context.Context, keep bool, text string, args []any, scan func(*sql.Rows) error) error {
	if !storable(args) {
		if reads(text) {
			return nil
		}
		return errText
	}
	l.count(text)
	if l.tx == nil {
		return l.alone(ctx, keep, text, args, scan)
	}
	rows, err := l.rows(ctx, keep, text, args)
	return l.judge(ctx, errors.Join(err, drain(rows, scan)))
}

func drain(rows *sql.Rows, scan func(*sql.Rows) error) (err error) {
	if rows == nil {
		return nil
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// within is the context for a statement of a transaction. Where the driver watches the one that began it all along,
// no goroutine has to watch for each statement too.
func (l *link) within(ctx context.Context) context.Context {
	if l.watched == ctx {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

func (l *link) rows(ctx context.Context, keep bool, text string, args []any) (*sql.Rows, error) {
	ctx = l.within(ctx)
	if kept := l.pool.statement(text); kept != nil {
		return l.tx.StmtxContext(ctx, kept).QueryContext(ctx, args...)
	}
	if keep {
		l.unkept = append(l.unkept, text)
	}
	return l.tx.QueryContext(ctx, l.tx.Rebind(text), args...)
}

// alone runs one reading statement outside of any transaction. When the connection was broken it is tried once more,
// on a new one.
func (l *link) alone(ctx context.Context, keep bool, text string, args []any, scan func(*sql.Rows) error) error {
	for attempt := 1; ; attempt++ {
		done, err := l.store.admit(ctx, l.pool)
		if err != nil {
			return err
		}
		fresh := true
		err = func() error {
			rows, err := l.pool.answer(ctx, l.store.unwatched(ctx), keep, text, args)
			return errors.Join(err, drain(rows, func(r *sql.Rows) error { fresh = false; return scan(r) }))
		}()
		answer, verdict, _ := l.store.judge(ctx, err)
		done(verdict)
		if errors.Is(verdict, errAway) && fresh && attempt == 1 {
			continue
		}
		return answer
	}
}

// unwatched is a context for one short read on connections that are never silent for long: their own limit ends the
// statement, so nobody has to stand by to end it, which costs two goroutines a statement.
func (s *Store) unwatched(ctx context.Context) context.Context {
	if s.dialect.watched && s.config.Silence > 0 && ctx.Err() == nil {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// exec runs a writing statement and says how many rows it changed.
func (l *link) exec(ctx context.Context, text string, args ...any) (changed int64, err error) {
	return l.write(ctx, true, text, args)
}

// once is exec for a statement whose text hardly ever comes again, so that it is not worth keeping.
func (l *link) once(ctx context.Context, text string, args ...any) (changed int64, err error) {
	return l.write(ctx, false, text, args)
}

func (l *link) write(ctx context.Context, keep bool, text string, args []any) (int64, error) {
	if !storable(args) {
		return 0, errText
	}
	l.count(text)
	var result sql.Result
	var err error
	running := l.within(ctx)
	if kept := l.pool.statement(text); kept != nil {
		result, err = l.tx.StmtxContext(running, kept).ExecContext(running, args...)
	} else {
		if keep {
			l.unkept = append(l.unkept, text)
		}
		result, err = l.tx.ExecContext(running, l.tx.Rebind(text), args...)
	}
	if err != nil {
		return 0, l.judge(ctx, err)
	}
	changed, err := result.RowsAffected()
	return changed, l.judge(ctx, err)
}

// whole makes several statements one: when do fails, nothing of it remains, and the transaction can go on.
func (l *link) whole(ctx context.Context, do func() error) error {
	if _, err := l.tx.ExecContext(ctx, `SAVEPOINT whole`); err != nil {
		return l.judge(ctx, err)
	}
	fault := do()
	if l.failed != nil {
		return l.failed // all of it is lost anyway
	}
	if fault != nil {
		if _, err := l.tx.ExecContext(ctx, `ROLLBACK TO SAVEPOINT whole`); err != nil {
			return l.judge(ctx, err)
		}
	}
	if _, err := l.tx.ExecContext(ctx, `RELEASE SAVEPOINT whole`); err != nil {
		return l.judge(ctx, err)
	}
	return fault
}

// judge notes the failure of a statement in a transaction, and gives it a name that may be shown.
func (l *link) judge(ctx context.Context, err error) error {
	answer, verdict, busy := l.store.judge(ctx, err)
	if answer != nil && l.failed == nil {
		l.failed, l.verdict, l.again = answer, verdict, l.again || busy
	}
	return answer
}

// judge sorts what the database says: what the caller may be told, what the breaker is to know, and whether the
// same again may succeed.
func (s *Store) judge(ctx context.Context, err error) (answer, verdict error, busy bool) {
	switch {
	case err == nil:
		return nil, nil, false
	case ctx.Err() != nil:
		return s.given(ctx, err), errNoVerdict, false
	case s.closed.Load():
		return outbound.ErrStorage.Because(err), errNoVerdict, false
	case s.dialect.away(err):
		s.counts.faults.Add(1)
		return outbound.ErrStorage.RetryIn(s.config.Probe).Because(err), errAway, false
	case s.dialect.busy(err):
		return outbound.ErrStorage.RetryIn(s.config.Probe).Because(err), nil, true
	case s.dialect.orphan(err):
		return organization.ErrNoOrganization.Because(err), nil, false
	}
	return fmt.Errorf("sqlstore: %w", err), nil, false
}

func (l *link) count(text string) {
	if reads(text) {
		l.store.counts.selects.Add(1)
		return
	}
	l.wrote = true
	l.store.counts.writes.Add(1)
}

func reads(text string) bool { return strings.HasPrefix(text, "SELECT") }

// storable holds for arguments that both databases take. SQLite stores any bytes as text, PostgreSQL refuses some;
// so that they do not differ, neither gets to see them.
func storable(args []any) bool {
	for _, a := range args {
		if s, ok := a.(string); ok && (!utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0) {
			return false
		}
	}
	return true
}

// number is a row of one whole number.
type number struct{ n int64 }

func (n *number) fields() []any { return []any{&n.n} }

// count answers a SELECT of one number.
func (l *link) number(ctx context.Context, text string, args ...any) (int64, error) {
	var n number
	_, err := l.one(ctx, &n, text, args...)
	return n.n, err
}
