package sqlstore_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/migrations"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
)

// founded is a database with the first steps of the schema only.
func founded(t *testing.T, dialect, url string, steps int64) {
	t.Helper()
	files, err := migrations.Files(dialect)
	if err != nil {
		t.Fatal(err)
	}
	kind := map[string]goose.Dialect{"sqlite": goose.DialectSQLite3, "postgres": goose.DialectPostgres}[dialect]
	provider, err := goose.NewProvider(kind, raw(t, url).DB, files, goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := provider.UpTo(t.Context(), steps); err != nil {
		t.Fatal(err)
	}
}

func TestWhatAnOlderVersionWroteIsReadAsItWasMeant(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			address, ring := url(t), contract.NewRing("one")
			founded(t, name, address, 1)
			place := outbound.Place{Scope: scope, Record: "session/s1", Field: "order"}
			sealed, key, err := ring.Seal(t.Context(), place, []byte(`{"nonce":"n","order":{"surface":"account","eid":"se.bankid",
				"operation":"authenticate","account":12,"correlation":"/w=="},"provider":"criipto","challenge":{"url":"https://x.example/"},
				"evidence":{"provider":"criipto","eid":"se.bankid","name":"Anna Andersson","issued":1}}`))
			if err != nil {
				t.Fatal(err)
			}
			db := raw(t, address)
			for statement, args := range map[string][]any{
				`INSERT INTO sessions (id, organization, environment, state, account, opened_at, expires_at, claim_owner, version, sequence,
					sealed, sealed_key) VALUES ('s1', 'o1', 'production', 'pending', 12, 1, 2, '', 3, 2, ?, ?)`: {sealed, key},
				`INSERT INTO organizations (id, domain, name, hosts, demo, created_at) VALUES ('o1', 'o1', 'O', 'null', 0, 0)`: nil,
			} {
				if _, err := db.Exec(db.Rebind(statement), args...); err != nil {
					t.Fatal(err)
				}
			}
			_, err = db.Exec(db.Rebind(`INSERT INTO clients (id, organization, environment, kind, identifier, secret, name, grants, demo, created_at)
				VALUES ('c1', 'o1', 'production', 'sso', 'web', ?, 'Web', '{}', 0, 0)`), make([]byte, 32))
			if err != nil {
				t.Fatal(err)
			}
			s := open(t, sqlstore.Config{URL: address}, ring)
			err = s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
				client, one, err := r.Clients().Asking(ctx, organization.KindSSO, "web", "s1")
				if err != nil || one == nil {
					return errors.Join(errors.New("the session is not found"), err)
				}
				got := one.Snapshot()
				if got.Order.Channel != eid.Redirect || got.Order.Wants != eid.WantNumber || !got.Due.IsZero() || got.Ticket != "" {
					t.Errorf("channel %q, wants %b, due %v", got.Order.Channel, got.Order.Wants, got.Due)
				}
				if got.Evidence.Name != "Anna Andersson" || got.Order.Correlation != "\xff" || got.Challenge.URL != "https://x.example/" {
					t.Error("what it said before is lost")
				}
				if client.CallbackKey != nil {
					t.Error("the client has a key")
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if list, err := s.ClaimSessions(t.Context(), eid.Watcher("one"), 10, now, time.Minute); err != nil || len(list) > 0 {
				t.Errorf("claimed %d, %v", len(list), err)
			}
		})
	}
}

func TestASealedValueThatIsCutIsBroken(t *testing.T) {
	ring, url := contract.NewRing("one"), sqliteURL(t)
	s := open(t, sqlstore.Config{URL: url}, ring)
	furnish(t, s)
	err := s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		return tx.Documents().Add(ctx, outbound.KeptDocument{Document: eid.Document{ID: "d1"}, Scope: scope, CreatedAt: now, KeptUntil: now})
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, clear := range [][]byte{
		{}, {0x80}, {1}, {2, '{'}, {0}, binary.AppendUvarint(nil, 1<<63), append(binary.AppendUvarint(nil, 1<<40), "{}"...), {2, '[', ']'}, {1, '{', '}'},
	} {
		sealed, _, err := ring.Seal(t.Context(), outbound.Place{Scope: scope, Record: "document/d1", Field: "content"}, clear)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := raw(t, url).Exec(`UPDATE documents SET sealed = ?`, sealed); err != nil {
			t.Fatal(err)
		}
		err = s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
			_, err := r.Documents().Find(ctx, scope, "d1")
			return err
		})
		if !errors.Is(err, outbound.ErrSealBroken) {
			t.Errorf("%s: %v", fmt.Sprintf("%x", clear), err)
		}
	}
}

func TestWhatIsLeftOutIsCounted(t *testing.T) {
	url := sqliteURL(t)
	s := open(t, sqlstore.Config{URL: url}, contract.NewRing("one"))
	furnish(t, s)
	if err := start(t.Context(), s, "s1"); err != nil {
		t.Fatal(err)
	}
	if _, err := raw(t, url).Exec(`UPDATE sessions SET sealed = x'00', watch_at = 0, due_at = 0`); err != nil {
		t.Fatal(err)
	}
	if list, err := s.ClaimSessions(t.Context(), eid.Watcher("one"), 10, now, time.Minute); err != nil || len(list) > 0 {
		t.Errorf("claimed %d, %v", len(list), err)
	}
	if n := s.Counts().Broken; n != 1 {
		t.Errorf("counted %d", n)
	}
}
