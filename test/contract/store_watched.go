package contract

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// changed expects exactly these sessions to be at another version than the known one.
func (s *Storage) changed(t *testing.T, known map[string]int64, want ...string) {
	t.Helper()
	look := func(ctx context.Context, r outbound.SessionReader) error {
		list, err := r.Watched(ctx, known)
		got := storeIDs(list)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		return err
	}
	s.view(t, func(ctx context.Context, r outbound.Reader) error { return look(ctx, r.Sessions()) })
	s.do(t, func(ctx context.Context, tx outbound.Tx) error { return look(ctx, tx.Sessions()) })
}

var storeWatched = []storePromise{
	{"are found by their tickets, of whatever scope, and only while they are at another version", func(t *testing.T, s *Storage) {
		s.open(t, storeTicketed(storeScope, "s1", "one"), storeTicketed(storeHome.Scope(organization.Sandbox), "s2", "two"),
			storeTicketed(storeOther.Scope(organization.Production), "s3", "three"), storeSession(storeScope, "none"))
		s.changed(t, map[string]int64{"one": 0, "two": 0, "three": 0}, "s1", "s2", "s3")
		s.changed(t, map[string]int64{"one": 1, "two": 1, "three": 1})
		s.changed(t, map[string]int64{"one": 1, "two": 2}, "s2")
		one := s.session(t, storeScope, "s1")
		if _, err := one.Bind(eid.Browser{Name: "browser"}, storeNow); err != nil {
			t.Fatal(err)
		}
		s.saveSession(t, one)
		s.changed(t, map[string]int64{"one": 1, "two": 1, "three": 1}, "s1")
		s.changed(t, map[string]int64{"one": 2, "two": 1, "three": 1})
		s.changed(t, map[string]int64{"one": 3}, "s1") // nor does an older one count as seen
	}},
	{"come back as they were saved", func(t *testing.T, s *Storage) {
		want := storeFull(t)
		s.open(t, want)
		want.Version = 1
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			list, err := r.Sessions().Watched(ctx, map[string]int64{want.Ticket: 0})
			if len(list) != 1 || !reflect.DeepEqual(list[0].Snapshot(), want) {
				t.Errorf("%d come back, or otherwise than they were saved", len(list))
			}
			return err
		})
	}},
	{"are not found by what is no ticket, however it is spelled", func(t *testing.T, s *Storage) {
		s.open(t, storeTicketed(storeScope, "s1", "ticket"), storeSession(storeScope, "none"))
		s.changed(t, nil)
		s.changed(t, map[string]int64{"": 0})
		s.changed(t, map[string]int64{"": 7, "Ticket": 0, "ticket ": 0, "s1": 0, "\x00": 0, "\xff": 0, `"`: 0, "ticket": 0}, "s1")
	}},
	{"are left out where they cannot be unsealed, and the others are not", func(t *testing.T, s *Storage) {
		s.open(t, storeTicketed(storeScope, "s1", "one"), storeTicketed(storeScope, "s2", "two"))
		s.Exec(t, `UPDATE sessions SET sealed = ? WHERE id = ?`, []byte("nonsense"), "s1")
		s.changed(t, map[string]int64{"one": 0, "two": 0}, "s2")
	}},
	{"may be watched by the thousand", func(t *testing.T, s *Storage) {
		const watched = 2000
		known, want := map[string]int64{}, []string{"s0", "s1"}
		for i := range watched {
			known[fmt.Sprint("ticket ", i)] = 1
		}
		s.open(t, storeTicketed(storeScope, "s0", "ticket 0"), storeTicketed(storeScope, "s1", "ticket 1999"), storeTicketed(storeScope, "s2", "ticket 1000"),
			storeTicketed(storeScope, "unwatched", "ticket 2000"))
		known["ticket 0"], known["ticket 1999"] = 0, 0
		s.changed(t, known, want...)
		more := maps.Clone(known)
		for i := range 5 * watched { // more than either database takes arguments in practice
			more[fmt.Sprint("nobody's ", i)] = 0
		}
		s.changed(t, more, want...)
	}},
}
