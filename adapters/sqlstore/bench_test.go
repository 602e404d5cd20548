package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/test/contract"
)

func benchmark(b *testing.B, run func(b *testing.B, s *sqlstore.Store)) {
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			s := open(b, sqlstore.Config{URL: urls[name](b)}, contract.NewRing("one"))
			furnish(b, s)
			b.SetParallelism(8) // 16 callers on two cores
			b.ResetTimer()
			run(b, s)
		})
	}
}

// BenchmarkBearer finds the caller of a request: one SELECT.
func BenchmarkBearer(b *testing.B) {
	benchmark(b, func(b *testing.B, s *sqlstore.Store) {
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := bearer(b.Context(), s, 1); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkIssueToken keeps a token with its fact and delivery: three INSERTs, one commit.
func BenchmarkIssueToken(b *testing.B) {
	benchmark(b, func(b *testing.B, s *sqlstore.Store) {
		var id atomic.Int64
		id.Store(1)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := issue(b.Context(), s, id.Add(1)); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkStartSession keeps a session with two facts and their deliveries: three INSERTs, one commit.
func BenchmarkStartSession(b *testing.B) {
	benchmark(b, func(b *testing.B, s *sqlstore.Store) {
		var id atomic.Int64
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := start(b.Context(), s, fmt.Sprint("s", id.Add(1))); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkBare sends the statements of the other benchmarks to PostgreSQL without the store, kept prepared and in
// the same transactions: what our own work costs is the difference.
func BenchmarkBare(b *testing.B) {
	url := urls["postgres"](b)
	s := open(b, sqlstore.Config{URL: url}, contract.NewRing("one"))
	furnish(b, s)
	db := raw(b, url)
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	b.SetParallelism(8)
	kept := func(b *testing.B, text string) *sqlx.Stmt {
		stmt, err := db.Preparex(db.Rebind(text))
		if err != nil {
			b.Fatal(err)
		}
		return stmt
	}
	b.Run("bearer", func(b *testing.B) {
		stmt := kept(b, sqlstore.BearerByID)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := bareBearer(b.Context(), stmt); err != nil {
					b.Error(err)
				}
			}
		})
	})
	var id atomic.Int64
	id.Store(1)
	b.Run("issue token", func(b *testing.B) {
		insert, fact, delivery := kept(b, sqlstore.TokenInsert), kept(b, sqlstore.FactInsert), kept(b, sqlstore.DeliveryInsert)
		bare := func(ctx context.Context, id int64) error {
			tx, err := db.BeginTxx(ctx, nil)
			if err != nil {
				return err
			}
			defer func() { _ = tx.Rollback() }()
			t := token(id)
			if _, err := tx.StmtxContext(ctx, insert).ExecContext(ctx, id, t.Scope.Organization, string(t.Scope.Environment), string(t.Kind),
				t.Account, t.Client, t.Hash[:], t.CreatedAt.UnixMicro(), t.ExpiresAt.UnixMicro(), nil); err != nil {
				return err
			}
			var position int64
			told := tx.StmtxContext(ctx, fact)
			defer func() { _ = told.Close() }()
			if err := told.QueryRowxContext(ctx, t.Scope.Organization, string(t.Scope.Environment), "token.issued",
				fmt.Sprint("token/", id), int64(1), now.UnixMicro(), "client/c1", `{"account":"12","client":"c1","kind":"app"}`).Scan(&position); err != nil {
				return err
			}
			if _, err := tx.StmtxContext(ctx, delivery).ExecContext(ctx, "broker", position, now.UnixMicro()); err != nil {
				return err
			}
			return tx.Commit()
		}
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := bare(b.Context(), id.Add(1)); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

func bareBearer(ctx context.Context, stmt *sqlx.Stmt) error {
	rows, err := stmt.QueryContext(ctx, int64(1))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	columns := make([]any, 27)
	for i := range columns {
		columns[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(columns...); err != nil {
			return err
		}
	}
	return rows.Err()
}
