package contract

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var storeManaged = []storePromise{
	{"are all that a root manages, without the root", func(t *testing.T, s *Storage) {
		s.found(t, storeOrganization("one", "One", storeHome.ID), storeOrganization("two", "Two", storeHome.ID), storeOrganization("three", "Three", storeOther.ID))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			list, err := tx.Organizations().Managed(ctx, storeHome.ID)
			if len(list) != 2 || list[0].Root != storeHome.ID || list[1].Root != storeHome.ID || list[0].Domain == list[1].Domain {
				t.Errorf("got %+v", list)
			}
			return err
		})
		s.do(t, func(ctx context.Context, tx outbound.Tx) error {
			list, err := tx.Organizations().Managed(ctx, "0190-one")
			if len(list) != 0 {
				t.Errorf("who is managed manages %+v", list)
			}
			return err
		})
		s.fails(t, organization.ErrNoOrganization, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Organizations().Managed(ctx, "0190-nobody")
			return err
		})
	}},
	{"are all that goes with the root, whoever founds meanwhile", func(t *testing.T, s *Storage) {
		told := map[string]bool{}
		var mu sync.Mutex
		var founded []string
		var all sync.WaitGroup
		for i := range 8 {
			id := "rush-" + strconv.Itoa(i)
			all.Go(func() {
				err := s.Store.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
					return tx.Organizations().Add(ctx, storeOrganization(id, id, storeHome.ID))
				})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					founded = append(founded, "0190-"+id)
				case !errors.Is(err, organization.ErrNoOrganization):
					t.Errorf("founding: %v", err)
				}
			})
		}
		all.Go(func() {
			err := s.Store.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				list, err := tx.Organizations().Managed(ctx, storeHome.ID)
				if err != nil {
					return err
				}
				clear(told)
				for _, o := range list {
					told[o.ID] = true
				}
				return tx.Organizations().Delete(ctx, storeHome.ID)
			})
			if err != nil {
				t.Errorf("deleting: %v", err)
			}
		})
		all.Wait()
		for _, id := range founded {
			if !told[id] {
				t.Errorf("%s went, and was not among what the root manages", id)
			}
		}
	}},
}
