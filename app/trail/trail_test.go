package trail_test

import (
	"context"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/app/trail"
	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/database"
)

func newStore(t *testing.T) *sqlstore.Store {
	t.Helper()
	store, _ := database.Open(t, database.SQLite(t), system.Clock{})
	return store
}

// listening counts how often anybody asks for addresses.
type listening struct {
	outbound.UnitOfWork
	asked int
}

func (l *listening) View(ctx context.Context, read func(ctx context.Context, r outbound.Reader) error) error {
	return l.UnitOfWork.View(ctx, func(ctx context.Context, r outbound.Reader) error { return read(ctx, reader{r, l}) })
}

type reader struct {
	outbound.Reader
	l *listening
}

func (r reader) Users() outbound.UserReader { return users{r.Reader.Users(), r.l} }

type users struct {
	outbound.UserReader
	l *listening
}

func (u users) Emails(ctx context.Context, scope domain.Scope, ids []string) (map[string]string, error) {
	u.l.asked++
	return u.UserReader.Emails(ctx, scope, ids)
}

func TestAnEventHasTheAddressOfTheUserWhomItNamesWhileThereIsOne(t *testing.T) {
	store := newStore(t)
	registry := &organization.Registry{Work: store, Clock: system.Clock{}, IDs: system.IDs{}, Random: system.Random{}}
	root, err := registry.Found(t.Context(), "Root AB", nil)
	if err != nil {
		t.Fatal(err)
	}
	m := domain.Managing{Client: domain.Client{ID: "c", Scope: root.Scope(domain.Sandbox)}, Root: root, Target: root}
	directory := &organization.Directory{Work: store, Clock: system.Clock{}, IDs: system.IDs{}, Random: system.Random{}}
	ids := map[string]string{}
	for _, email := range []string{"anna@acme.example", "bo@acme.example"} {
		u, err := directory.AddUser(t.Context(), m, domain.Profile{Email: email})
		if err != nil {
			t.Fatal(err)
		}
		ids[u.ID] = email
	}
	if _, err := directory.AddMetaKey(t.Context(), m, "key", domain.MetaString, false); err != nil {
		t.Fatal(err)
	}
	all := audit.Query{Limit: 100}
	work := &listening{UnitOfWork: store}
	events, total, err := (&trail.Trail{Work: work}).Events(t.Context(), m, all)
	if err != nil || total != 4 || len(events) != 4 || work.asked != 1 {
		t.Fatalf("%d of %d events, having asked %d times: %v", len(events), total, work.asked, err)
	}
	if events[0].Kind != audit.MetaKeyAdded || events[0].Email != "" {
		t.Errorf("the newest is %s", events[0].Kind)
	}
	if events[3].Kind != audit.OrganizationFounded { // by the operator, who founds for both environments
		t.Errorf("the oldest is %s", events[3].Kind)
	}
	for _, e := range events[1:3] {
		if e.Kind != audit.UserAdded || e.Email != ids[e.Subject[len("user/"):]] || e.Email == "" || e.Position == 0 {
			t.Errorf("%s has another's address", e.Kind)
		}
	}
	work.asked = 0
	if _, total, err := (&trail.Trail{Work: work}).Events(t.Context(), m, audit.Query{Limit: 100, Kinds: []string{audit.MetaKeyAdded}}); err != nil || total != 1 || work.asked != 0 {
		t.Errorf("for a page without users, asked %d times: %v", work.asked, err)
	}
	gone := ""
	for id := range ids {
		gone = id
	}
	if _, err := directory.DeleteUser(t.Context(), m, gone); err != nil {
		t.Fatal(err)
	}
	events, total, err = (&trail.Trail{Work: work}).Events(t.Context(), m, audit.Query{Limit: 100, Subjects: []string{"user/" + gone}})
	if err != nil || total != 2 {
		t.Fatalf("%d events: %v", total, err)
	}
	for _, e := range events {
		if e.Email != "" {
			t.Errorf("%s knows the address of somebody who is gone", e.Kind)
		}
	}
	live := m
	live.Client.Scope.Environment = domain.Production
	other, err := registry.Found(t.Context(), "Other AB", nil)
	if err != nil {
		t.Fatal(err)
	}
	stranger := domain.Managing{Client: domain.Client{ID: "d", Scope: other.Scope(domain.Sandbox)}, Root: other, Target: other}
	for name, m := range map[string]domain.Managing{"the other environment": live, "a stranger": stranger} {
		events, _, err := (&trail.Trail{Work: store}).Events(t.Context(), m, all)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Kind != audit.OrganizationFounded || e.Email != "" {
				t.Errorf("%s sees %s", name, e.Kind)
			}
		}
	}
}
