package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func storeDocument(scope organization.Scope, id string) outbound.KeptDocument {
	return outbound.KeptDocument{
		Document: eid.Document{ID: id, Name: "name-of-document \xff", Hash: "hash-of-document", Content: []byte("%PDF-content-of-document \x00\xff of " + id)},
		Scope:    scope, Session: "s1", CreatedAt: storeNow, KeptUntil: storeNow.Add(time.Hour),
	}
}

func (s *Storage) keepDocuments(t *testing.T, all ...outbound.KeptDocument) {
	t.Helper()
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for _, d := range all {
			if err := tx.Documents().Add(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

var storeDocuments = []storePromise{
	{"come back as they were added, of any size", func(t *testing.T, s *Storage) {
		large, bare := storeDocument(storeScope, "large"), outbound.KeptDocument{
			Document: eid.Document{ID: "bare"}, Scope: storeScope, CreatedAt: storeNow, KeptUntil: storeNow,
		}
		large.Content = bytes.Repeat([]byte("0123456789\x00\xffabcd"), eid.MostDocument/16)
		s.keepDocuments(t, storeDocument(storeScope, "d1"), large, bare)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			for _, want := range []outbound.KeptDocument{storeDocument(storeScope, "d1"), large, bare} {
				got, err := r.Documents().Find(ctx, storeScope, want.ID)
				if err != nil {
					return err
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%s comes back otherwise", want.ID)
				}
			}
			for _, id := range []string{"", "D1", "d1 ", "d1\x00", "\xff"} {
				if _, err := r.Documents().Find(ctx, storeScope, id); !errors.Is(err, eid.ErrNoDocument) {
					t.Errorf("%q: %v", id, err)
				}
			}
			return nil
		})
	}},
	{"have identifiers of their own", func(t *testing.T, s *Storage) {
		s.keepDocuments(t, storeDocument(storeScope, "d1"))
		s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error {
			return tx.Documents().Add(ctx, storeDocument(storeOther.Scope(organization.Production), "d1"))
		})
	}},
	{"are not seen or removed elsewhere", func(t *testing.T, s *Storage) {
		s.keepDocuments(t, storeDocument(storeScope, "d1"))
		for where, scope := range storeElsewhere {
			t.Run(where, func(t *testing.T) {
				err := s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
					_, err := r.Documents().Find(ctx, scope, "d1")
					return err
				})
				if !errors.Is(err, eid.ErrNoDocument) {
					t.Errorf("found: %v", err)
				}
				s.fails(t, eid.ErrNoDocument, func(ctx context.Context, tx outbound.Tx) error { return tx.Documents().Remove(ctx, scope, "d1") })
			})
		}
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Documents().Remove(ctx, storeScope, "d1") })
		s.fails(t, eid.ErrNoDocument, func(ctx context.Context, tx outbound.Tx) error { return tx.Documents().Remove(ctx, storeScope, "d1") })
	}},
	{"are removed when their time is over, and never before", func(t *testing.T, s *Storage) {
		for i := range 4 {
			d := storeDocument(storeScope, fmt.Sprint("d", i))
			d.KeptUntil = storeNow.Add(time.Duration(i-2) * time.Microsecond)
			s.keepDocuments(t, d)
		}
		var gone []int
		for _, n := range []int{2, 10, 10} {
			s.do(t, func(ctx context.Context, tx outbound.Tx) error {
				n, err := tx.Documents().Purge(ctx, storeNow, n)
				gone = append(gone, n)
				return err
			})
		}
		if !reflect.DeepEqual(gone, []int{2, 1, 0}) {
			t.Errorf("removed %v", gone)
		}
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			_, err := r.Documents().Find(ctx, storeScope, "d3")
			return err
		})
	}},
}
