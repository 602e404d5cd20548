package organization_test

import (
	"context"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
	domain "github.com/eidgate/eidgate/domain/organization"
)

func TestARequestCostsWhatItMayAndNoMore(t *testing.T) {
	b := newBureau(t)
	_, token := b.token(t, b.root, domain.Sandbox, []string{"read:users", "create:users"}, nil)
	store, ok := b.Work.(*sqlstore.Store)
	if !ok {
		t.Fatal("another storage is tested")
	}
	admit := func(ctx context.Context) error {
		_, err := b.management.Admit(ctx, token, "read:users", domain.Target{Domain: "acme-ab"})
		return err
	}
	if err := admit(t.Context()); err != nil { // the process learns its keys
		t.Fatal(err)
	}
	u := b.user(t, "anna@acme.example")
	b.key(t, "key", domain.MetaString)
	if _, err := b.directory.SetMetadata(t.Context(), b.here(), u.ID, "key", "value"); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct {
		do               func(ctx context.Context) error
		selects, commits int64
	}{
		"a client and its target": {admit, 1, 0},
		"somebody deleted": {func(ctx context.Context) error {
			_, err := b.management.Forgotten(ctx, token, "read:users", "acme-ab")
			return err
		}, 1, 0},
		"what is no token": {func(ctx context.Context) error {
			if _, err := b.management.Admit(ctx, token+"x", "read:users", domain.Target{}); err == nil {
				t.Error("it is one")
			}
			return nil
		}, 0, 0},
		"a page of users with their values": {func(ctx context.Context) error {
			_, _, err := b.directory.Users(ctx, b.here(), domain.Listing{Limit: 10})
			return err
		}, 2, 0},
		"a user with its values": {func(ctx context.Context) error { _, err := b.directory.User(ctx, b.here(), u.ID); return err }, 1, 0},
		"a new user": {func(ctx context.Context) error {
			_, err := b.directory.AddUser(ctx, b.here(), domain.Profile{Email: "new@acme.example"})
			return err
		}, 0, 1},
		"a page of organizations": {func(ctx context.Context) error {
			_, _, err := b.organizations.List(ctx, b.here(), domain.Listing{Limit: 10})
			return err
		}, 1, 0},
		"a page of applications": {func(ctx context.Context) error {
			if _, err := b.applications.AddApplication(ctx, b.here(), settings()); err != nil {
				return err
			}
			before := store.Counts()
			_, _, err := b.applications.Applications(ctx, b.here(), domain.Listing{Limit: 10})
			if n := store.Counts().Selects - before.Selects; n != 1 {
				t.Errorf("a page of applications costs %d", n)
			}
			return err
		}, 1, 1},
	} {
		before := store.Counts()
		if err := c.do(t.Context()); err != nil {
			t.Fatal(err)
		}
		after := store.Counts()
		if selects, commits := int64(after.Selects-before.Selects), int64(after.Commits-before.Commits); selects != c.selects || commits != c.commits {
			t.Errorf("%s: %d SELECTs and %d commits", what, selects, commits)
		}
	}
}
