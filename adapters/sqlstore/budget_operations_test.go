package sqlstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// operations are the requests of eID operations, in an order in which each finds what it needs.
func operations(t *testing.T) []request {
	t.Helper()
	const many = 500
	watcher := eid.Watcher("one")
	var ids []string
	return []request{
		{"a client's start", func(ctx context.Context, s *sqlstore.Store) error {
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Clients().Acting(ctx, organization.KindSSO, "sso")
				return err
			})
		}, sqlstore.Counts{Selects: 1}},
		{"a client's poll", func(ctx context.Context, s *sqlstore.Store) error {
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, one, err := r.Clients().Asking(ctx, organization.KindSSO, "sso", "s1")
				if err == nil && one == nil {
					t.Error("the session is not found")
				}
				return err
			})
		}, sqlstore.Counts{Selects: 1}},
		{"a session client's poll", func(ctx context.Context, s *sqlstore.Store) error {
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, one, err := r.Clients().Asking(ctx, organization.KindSession, "session", "s1")
				if err == nil && one == nil {
					t.Error("the session is not found")
				}
				return err
			})
		}, sqlstore.Counts{Selects: 1}},
		{"2,000 sessions that are watched", func(ctx context.Context, s *sqlstore.Store) error {
			known := map[string]int64{}
			for i := range 2000 {
				known[fmt.Sprint("ticket ", i)] = 0
			}
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Sessions().Watched(ctx, known)
				return err
			})
		}, sqlstore.Counts{Selects: 1}},
		{"nothing that is watched", func(ctx context.Context, s *sqlstore.Store) error {
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Sessions().Watched(ctx, nil)
				return err
			})
		}, sqlstore.Counts{}},
		{"usage", func(ctx context.Context, s *sqlstore.Store) error {
			return s.View(ctx, func(ctx context.Context, r outbound.Reader) error {
				_, err := r.Facts().Usage(ctx, now, now.Add(time.Hour))
				return err
			})
		}, sqlstore.Counts{Selects: 1}},
		{"500 sessions that wait", func(ctx context.Context, s *sqlstore.Store) error {
			ids = nil
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				for i := range many {
					one := eid.Restore(eid.Snapshot{
						ID: fmt.Sprint("waiting", i), State: eid.Pending, OpenedAt: now, ExpiresAt: now.Add(time.Minute), Due: now,
						Order: eid.Order{Scope: scope, Surface: "eid", EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.App},
					})
					if err := tx.Sessions().Save(ctx, one); err != nil {
						return err
					}
				}
				return nil
			})
		}, sqlstore.Counts{Writes: many, Commits: 1}},
		{"a claim on 500 of them", func(ctx context.Context, s *sqlstore.Store) error {
			list, err := s.ClaimSessions(ctx, watcher, many, now, 30*time.Second)
			for _, one := range list {
				ids = append(ids, one.Snapshot().ID)
			}
			if len(ids) != many {
				t.Errorf("claimed %d", len(ids))
			}
			return err
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
		{"a renewal of 500 claims", func(ctx context.Context, s *sqlstore.Store) error {
			kept, err := s.RenewSessions(ctx, watcher, ids, now, 30*time.Second)
			if len(kept) != many {
				t.Errorf("kept %d", len(kept))
			}
			return err
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
		{"a release of 500 claims", func(ctx context.Context, s *sqlstore.Store) error {
			return s.ReleaseSessions(ctx, watcher, ids, now)
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
		{"a claim on one session", func(ctx context.Context, s *sqlstore.Store) error {
			snapshot := eid.Snapshot{ID: ids[0], Version: 2, Order: eid.Order{Scope: scope}}
			ok, err := s.ClaimSession(ctx, watcher, eid.Restore(snapshot), now, 30*time.Second)
			if !ok {
				t.Error("it is refused")
			}
			return err
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
		{"an upload", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				return tx.Documents().Add(ctx, outbound.KeptDocument{
					Document: eid.Document{ID: "d1", Content: []byte("%PDF")}, Scope: scope, CreatedAt: now, KeptUntil: now,
				})
			})
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
		{"a callback", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				return tx.Callbacks().Add(ctx, outbound.Callback{Session: "s1", Scope: scope, CreatedAt: now})
			})
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
		{"a claim on callbacks", func(ctx context.Context, s *sqlstore.Store) error {
			list, err := s.ClaimCallbacks(ctx, 10, now, time.Minute)
			if len(list) != 1 {
				t.Errorf("claimed %d", len(list))
			}
			return err
		}, sqlstore.Counts{Writes: 1, Commits: 1}},
		{"an attempt at a callback", func(ctx context.Context, s *sqlstore.Store) error {
			return s.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
				return tx.Callbacks().Tried(ctx, outbound.Callback{Session: "s1", Scope: scope},
					outbound.CallbackAttempt{Number: 1, At: now}, outbound.CallbackDelivered, now)
			})
		}, sqlstore.Counts{Writes: 2, Commits: 1}},
	}
}
