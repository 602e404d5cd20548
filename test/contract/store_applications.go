package contract

import (
	"context"
	"errors"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func storeApplication(scope organization.Scope, id string) organization.Application {
	return organization.Application{
		ID: id, Scope: scope, CreatedAt: storeNow, UpdatedAt: storeNow, Sequence: 1,
		Settings: organization.ApplicationSettings{
			Name: "App " + id, Type: "react", RedirectURLs: []string{"https://app.example/cb"}, LogoutURLs: []string{"https://app.example/out"},
			CORSOrigins: []string{"https://app.example"}, WebOrigins: []string{"https://app.example"},
		},
	}
}

// applications keeps new applications, and gives them as they are kept.
func (s *Storage) applications(t *testing.T, list ...organization.Application) []organization.Application {
	t.Helper()
	kept := make([]organization.Application, len(list))
	s.do(t, func(ctx context.Context, tx outbound.Tx) error {
		for i, a := range list {
			var err error
			if kept[i], err = tx.Applications().Save(ctx, a); err != nil {
				return err
			}
		}
		return nil
	})
	return kept
}

var storeApplications = []storePromise{
	{"come back as they were saved", func(t *testing.T, s *Storage) {
		full := storeApplication(storeScope, "a1")
		full.Settings.Description, full.Settings.OnlyDomain, full.Settings.DefaultAfterLogin = "Ä text", "home", "https://app.example/cb"
		full.Settings.DefaultAfterLogout, full.Settings.DefaultCORSOrigin, full.Settings.DefaultWebOrigin = "https://app.example/out", "https://app.example", "https://app.example"
		kept := s.applications(t, full)[0]
		full.Version = 1
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			if got, err := r.Applications().Find(ctx, storeScope, "a1"); err != nil || !reflect.DeepEqual(got, full) || !reflect.DeepEqual(kept, full) {
				t.Errorf("got %+v: %v", got, err)
			}
			return nil
		})
	}},
	{"are nobody else's", func(t *testing.T, s *Storage) {
		s.applications(t, storeApplication(storeScope, "a1"))
		for name, scope := range storeElsewhere {
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				if _, err := r.Applications().Find(ctx, scope, "a1"); !errors.Is(err, organization.ErrNoApplication) {
					t.Errorf("%s: %v", name, err)
				}
				if list, total, err := r.Applications().List(ctx, scope, organization.Listing{Limit: 10}); err != nil || len(list) != 0 || total != 0 {
					t.Errorf("%s lists %d of %d: %v", name, len(list), total, err)
				}
				return nil
			})
			foreign := storeApplication(scope, "a1")
			foreign.Version = 1
			s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
				_, err := tx.Applications().Save(ctx, foreign)
				return err
			})
			s.fails(t, outbound.ErrIdentifierUsed, func(ctx context.Context, tx outbound.Tx) error {
				_, err := tx.Applications().Save(ctx, storeApplication(scope, "a1"))
				return err
			})
		}
	}},
	{"are saved at the version that was read, once", func(t *testing.T, s *Storage) {
		a := s.applications(t, storeApplication(storeScope, "a1"))[0]
		a.Settings.Name, a.UpdatedAt, a.Sequence = "Renamed", storeNow.Add(time.Hour), 2
		next := s.applications(t, a)[0]
		if next.Version != 2 {
			t.Errorf("version %d", next.Version)
		}
		s.fails(t, organization.ErrStale, func(ctx context.Context, tx outbound.Tx) error {
			_, err := tx.Applications().Save(ctx, a)
			return err
		})
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			if got, err := r.Applications().Find(ctx, storeScope, "a1"); err != nil || !reflect.DeepEqual(got, next) {
				t.Errorf("got %+v: %v", got, err)
			}
			return nil
		})
	}},
	{"are remembered when they are deleted, and no more", func(t *testing.T, s *Storage) {
		a := s.applications(t, storeApplication(storeScope, "a1"))[0]
		gone, _ := a.Delete(organization.By{}, storeNow.Add(time.Minute))
		s.applications(t, gone)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			got, err := r.Applications().Find(ctx, storeScope, "a1")
			if err != nil || !got.Deleted() || !reflect.DeepEqual(got.Settings, organization.ApplicationSettings{}) {
				t.Errorf("got %+v: %v", got, err)
			}
			if list, total, err := r.Applications().List(ctx, storeScope, organization.Listing{Limit: 10}); err != nil || len(list) != 0 || total != 0 {
				t.Errorf("it is still listed: %v", err)
			}
			if _, err := r.Applications().FindUnder(ctx, organization.Reach{Root: storeHome.ID, Environment: organization.Production}, "a1"); !errors.Is(err, organization.ErrNoApplication) {
				t.Errorf("it is still in reach: %v", err)
			}
			return nil
		})
		if string(s.Dump(t)) == "" {
			t.Fatal("nothing is stored at all")
		}
	}},
	{"are found under their root, within the domains and the environment of a reach", func(t *testing.T, s *Storage) {
		managed := storeOrganization("managed", "Managed", storeHome.ID)
		s.found(t, managed)
		s.applications(t, storeApplication(managed.Scope(organization.Production), "a1"))
		for name, c := range map[string]struct {
			reach organization.Reach
			found bool
		}{
			"its root":              {organization.Reach{Root: storeHome.ID, Environment: organization.Production}, true},
			"its own domain":        {organization.Reach{Root: storeHome.ID, Environment: organization.Production, Domains: []string{"x", managed.Domain}}, true},
			"other domains":         {organization.Reach{Root: storeHome.ID, Environment: organization.Production, Domains: []string{storeHome.Domain}}, false},
			"another root":          {organization.Reach{Root: storeOther.ID, Environment: organization.Production}, false},
			"the other environment": {organization.Reach{Root: storeHome.ID, Environment: organization.Sandbox}, false},
			"nobody":                {organization.Reach{}, false},
		} {
			s.view(t, func(ctx context.Context, r outbound.Reader) error {
				if got, err := r.Applications().FindUnder(ctx, c.reach, "a1"); (err == nil) != c.found || err == nil && got.ID != "a1" {
					t.Errorf("%s: %v", name, err)
				}
				return nil
			})
		}
	}},
	{"are not deleted while something is being led to them", func(t *testing.T, s *Storage) {
		reach, inUse := organization.Reach{Root: storeHome.ID, Environment: organization.Production}, errors.New("in use")
		for round := range 40 {
			id := "a" + strconv.Itoa(round)
			a := s.applications(t, storeApplication(storeScope, id))[0]
			c := s.connect(t, storeHome.ID, storeConnection(storeScope, "c"+strconv.Itoa(round)))[0]
			gone, _ := a.Delete(organization.By{}, storeNow)
			var both sync.WaitGroup
			var led, deleted error
			both.Go(func() {
				led = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
					if _, err := tx.Applications().FindUnder(ctx, reach, id); err != nil {
						return err
					}
					return tx.Connections().AddRedirection(ctx, storeRedirection(c, "r"+strconv.Itoa(round), id))
				})
			})
			both.Go(func() {
				deleted = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
					if _, err := tx.Applications().Save(ctx, gone); err != nil {
						return err
					}
					leads, err := tx.Connections().LeadsTo(ctx, id)
					if err == nil && leads {
						err = inUse
					}
					return err
				})
			})
			both.Wait()
			if fine := led == nil && errors.Is(deleted, inUse) || deleted == nil && errors.Is(led, organization.ErrNoApplication); !fine {
				t.Fatalf("round %d: led there with %v, deleted with %v", round, led, deleted)
			}
		}
	}},
	{"are listed newest first, page by page", func(t *testing.T, s *Storage) {
		var all []organization.Application
		for i, id := range []string{"a1", "a2", "a3"} {
			a := storeApplication(storeScope, id)
			a.CreatedAt = storeNow.Add(time.Duration(i) * time.Second)
			all = append(all, a)
		}
		all = s.applications(t, all...)
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			first, total, err1 := r.Applications().List(ctx, storeScope, organization.Listing{Limit: 2})
			rest, _, err2 := r.Applications().List(ctx, storeScope, organization.Listing{Limit: 2, Offset: 2})
			named, found, err3 := r.Applications().List(ctx, storeScope, organization.Listing{Limit: 9, Where: []organization.Condition{{Field: organization.FieldName, Test: organization.Equals, Values: []string{"App a2"}}}})
			if err := errors.Join(err1, err2, err3); err != nil || total != 3 || found != 1 || len(named) != 1 ||
				!reflect.DeepEqual(append(first, rest...), []organization.Application{all[2], all[1], all[0]}) {
				t.Errorf("%d of %d and %d: %v", len(first)+len(rest), total, found, err)
			}
			return nil
		})
	}},
	{"go with their organization", func(t *testing.T, s *Storage) {
		s.applications(t, storeApplication(storeScope, "a1"))
		s.do(t, func(ctx context.Context, tx outbound.Tx) error { return tx.Organizations().Delete(ctx, storeHome.ID) })
		s.view(t, func(ctx context.Context, r outbound.Reader) error {
			if _, err := r.Applications().Find(ctx, storeScope, "a1"); !errors.Is(err, organization.ErrNoApplication) {
				t.Errorf("got %v", err)
			}
			return nil
		})
	}},
}
