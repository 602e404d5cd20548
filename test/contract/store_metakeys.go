package contract

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func storeMetaKey(scope organization.Scope, id, name string) organization.MetaKey {
	return organization.MetaKey{ID: id, Scope: scope, Name: name, Type: organization.MetaString, CreatedAt: storeNow, Sequence: 1}
}

// keys adds keys to the home's scope, each with its identifier for a name.
func (s *Storage) keys(t *testing.T, ids ...string) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, id := range ids {
			if err := tx.MetaKeys().Add(ctx, storeMetaKey(storeScope, id, id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// storeNames lists the names of keys.
func storeNames(scope organization.Scope) storeLister {
	return func(ctx context.Context, r outbound.Reader, l organization.Listing) (names []string, total int, err error) {
		list, total, err := r.MetaKeys().List(ctx, scope, l)
		for _, k := range list {
			names = append(names, k.Name)
		}
		return names, total, err
	}
}

var storeMetaKeys = []storePromise{
	{"come back as they were added", func(t *testing.T, s *Storage) {
		full, bare := storeMetaKey(storeScope, "k1", "Shoe_size.eu:1-2"), storeMetaKey(storeScope, "k2", "a")
		full.Type, full.Required, full.Sequence = organization.MetaFloat, true, 7
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return errors.Join(tx.MetaKeys().Add(ctx, full), tx.MetaKeys().Add(ctx, bare))
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			byName, err1 := r.MetaKeys().FindByName(ctx, storeScope, full.Name)
			all, err2 := r.MetaKeys().All(ctx, storeScope)
			list, total, err3 := r.MetaKeys().List(ctx, storeScope, organization.Listing{Limit: 10, Ascending: true})
			if want := []organization.MetaKey{full, bare}; byName != full || !reflect.DeepEqual(all, want) || !reflect.DeepEqual(list, want) || total != 2 {
				t.Errorf("got %+v, %+v, %+v of %d", byName, all, list, total)
			}
			for _, name := range []string{"", "A", "a ", "shoe_size.eu:1-2", "a\x00", "\xff", "k1"} {
				if _, err := r.MetaKeys().FindByName(ctx, storeScope, name); !errors.Is(err, organization.ErrNoMetaKey) {
					t.Errorf("%q: %v", name, err)
				}
			}
			return errors.Join(err1, err2, err3)
		})
	}},
	{"are not seen or removed elsewhere", func(t *testing.T, s *Storage) {
		s.keys(t, "k1")
		for where, scope := range storeElsewhere {
			t.Run(where, func(t *testing.T) {
				s.view(t, func(ctx context.Context, r outbound.Reader) error {
					_, byName := r.MetaKeys().FindByName(ctx, scope, "k1")
					all, err1 := r.MetaKeys().All(ctx, scope)
					list, total, err2 := r.MetaKeys().List(ctx, scope, organization.Listing{Limit: 10})
					if !errors.Is(byName, organization.ErrNoMetaKey) || len(all)+len(list)+total > 0 {
						t.Errorf("found: %v, %v, %v of %d", byName, all, list, total)
					}
					return errors.Join(err1, err2)
				})
				s.fails(t, organization.ErrNoMetaKey, func(ctx context.Context, tx outbound.Tx) error {
					return tx.MetaKeys().Remove(ctx, storeMetaKey(scope, "k1", "k1"))
				})
			})
		}
	}},
	{"have names of their own in a scope, and a refused one leaves nothing", func(t *testing.T, s *Storage) {
		s.keys(t, "k1")
		for want, k := range map[error]organization.MetaKey{
			organization.ErrMetaKeyTaken: storeMetaKey(storeScope, "k2", "k1"), outbound.ErrIdentifierUsed: storeMetaKey(storeScope, "k1", "k2"),
		} {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				if err := tx.MetaKeys().Add(ctx, k); !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
				return nil // whatever was written is kept
			})
		}
		s.keys(t, "k2", "K1")
		for i, scope := range []organization.Scope{storeOther.Scope(organization.Production), storeHome.Scope(organization.Sandbox)} {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				return tx.MetaKeys().Add(ctx, storeMetaKey(scope, fmt.Sprint("elsewhere", i), "k1"))
			})
		}
	}},
	{"win a name once, of many that want it at the same time", func(t *testing.T, s *Storage) {
		won, lost := storeRace(t, 20, func(i int) error {
			return s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				return tx.MetaKeys().Add(ctx, storeMetaKey(storeScope, fmt.Sprint("k", i), "wanted"))
			})
		})
		if won != 1 || lost[organization.ErrMetaKeyTaken.Error()] != 19 {
			t.Errorf("%d won, lost: %v", won, lost)
		}
	}},
	{"free their name once removed", func(t *testing.T, s *Storage) {
		s.keys(t, "k1", "k2")
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			return tx.MetaKeys().Remove(ctx, storeMetaKey(storeScope, "k1", "k1"))
		})
		s.fails(t, organization.ErrNoMetaKey, func(ctx context.Context, tx outbound.Tx) error {
			return tx.MetaKeys().Remove(ctx, storeMetaKey(storeScope, "k1", "k1"))
		})
		s.lists(t, storeNames(storeScope), storeListing{organization.Listing{Limit: 10}, []string{"k2"}, 1})
		s.keys(t, "k1")
	}},
	{"are listed by page, newest first, and all of them by name", func(t *testing.T, s *Storage) {
		for i, name := range []string{"c", "_a", "e", "B", "d"} {
			k := storeMetaKey(storeScope, fmt.Sprint("k", i), name)
			k.CreatedAt = storeNow.Add([]time.Duration{2, 1, 4, 2, 3}[i] * time.Minute)
			k.Required = i < 2
			s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.MetaKeys().Add(ctx, k) })
		}
		s.lists(t, storeNames(storeScope), storePages("", "e", "d", "B", "c", "_a")...)
		s.lists(t, storeNames(storeScope), storePages(organization.FieldName, "e", "d", "c", "_a", "B")...)
		s.lists(t, storeNames(storeScope), storePages(organization.FieldRequired, "_a", "c", "d", "B", "e")...)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			var names []string
			all, err := r.MetaKeys().All(ctx, storeScope)
			for _, k := range all {
				names = append(names, k.Name)
			}
			if want := []string{"B", "_a", "c", "d", "e"}; !reflect.DeepEqual(names, want) {
				t.Errorf("got %v", names)
			}
			return err
		})
	}},
	{"belong to an organization", func(t *testing.T, s *Storage) {
		s.fails(t, organization.ErrNoOrganization, func(ctx context.Context, tx outbound.Tx) error {
			return tx.MetaKeys().Add(ctx, storeMetaKey(organization.Scope{Organization: "0190-nobody", Environment: organization.Production}, "k1", "x"))
		})
	}},
}
