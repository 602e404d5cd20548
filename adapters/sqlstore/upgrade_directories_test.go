package sqlstore_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
)

// TestOrganizationsOfBeforeAreTheirOwnRoots reads what was written before organizations managed others.
func TestOrganizationsOfBeforeAreTheirOwnRoots(t *testing.T) {
	for name, url := range urls {
		t.Run(name, func(t *testing.T) {
			address := url(t)
			founded(t, name, address, 2)
			db := raw(t, address)
			for _, statement := range []string{
				`INSERT INTO organizations (id, domain, name, hosts, demo, created_at) VALUES ('o1', 'home', 'Home', '["a.example"]', 1, 7000000)`,
				`INSERT INTO reserved_domains (domain, organization) VALUES ('home', 'o1')`,
				`INSERT INTO reserved_domains (domain, organization) VALUES ('gone', 'o0')`,
				`INSERT INTO facts (organization, environment, kind, subject, sequence, at, actor, details)
					VALUES ('o1', 'production', 'organization.founded', 'organization/o1', 1, 7000000, 'system', '')`,
			} {
				if _, err := db.Exec(statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			s := open(t, sqlstore.Config{URL: address}, contract.NewRing("one"))
			made := time.Unix(7, 0).UTC()
			want := organization.Organization{
				ID: "o1", Root: "o1", Domain: "home", Name: "Home", Hosts: []string{"a.example"}, Demo: true, CreatedAt: made, UpdatedAt: made,
				Version: 1, Sequence: 1,
			}
			err := s.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
				got, err1 := r.Organizations().Find(ctx, "o1")
				page, total, err2 := r.Organizations().Page(ctx, organization.Reach{Root: "o1"}, organization.Listing{Limit: 10})
				if !reflect.DeepEqual(got, want) || total != 1 || !reflect.DeepEqual(page, []organization.Organization{want}) {
					t.Errorf("got %+v, %+v of %d", got, page, total)
				}
				gone, err3 := r.Organizations().Gone(ctx, "gone")
				if gone != (organization.Gone{ID: "o0", Root: "o0", Domain: "gone"}) {
					t.Errorf("gone is %+v", gone)
				}
				if _, err := r.Organizations().Gone(ctx, "home"); !errors.Is(err, organization.ErrNoOrganization) {
					t.Errorf("what is there is gone: %v", err)
				}
				told, total, err4 := r.Facts().Events(ctx, scope, audit.Query{Limit: 10})
				if total != 1 || len(told) != 1 || told[0].Kind != audit.OrganizationFounded {
					t.Errorf("the trail has %+v", told)
				}
				return errors.Join(err1, err2, err3, err4)
			})
			if err != nil {
				t.Fatal(err)
			}
			renamed := "House"
			err = s.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
				o, facts, err := want.Change(organization.Change{Name: &renamed}, organization.By{}, now)
				if err != nil {
					return err
				}
				if _, err := tx.Organizations().Save(ctx, o); err != nil {
					return err
				}
				return tx.Facts().Append(ctx, facts...) // whose sequence goes on where it stood
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}
