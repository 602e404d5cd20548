package organization_test

import (
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
)

func (b *bureau) key(t *testing.T, name string, kind domain.MetaType) domain.MetaKey {
	t.Helper()
	k, err := b.directory.AddMetaKey(t.Context(), b.here(), name, kind, true)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAKeyIsFoundWhereItWasAddedAndNowhereElse(t *testing.T) {
	b := newBureau(t)
	u, k := b.user(t, "anna@acme.example"), b.key(t, "employee", domain.MetaInteger)
	if _, err := b.directory.SetMetadata(t.Context(), b.here(), u.ID, "employee", "42"); err != nil {
		t.Fatal(err)
	}
	for where, m := range b.elsewhere() {
		if keys, err := b.directory.EveryMetaKey(t.Context(), m); err != nil || len(keys) != 0 {
			t.Errorf("%s has %d keys: %v", where, len(keys), err)
		}
		if _, total, err := b.directory.MetaKeys(t.Context(), m, domain.Listing{Limit: 10}); err != nil || total != 0 {
			t.Errorf("%s lists %d keys: %v", where, total, err)
		}
		if _, err := b.directory.RemoveMetaKey(t.Context(), m, "employee"); !errors.Is(err, domain.ErrNoMetaKey) {
			t.Errorf("%s: got %v", where, err)
		}
		if m.Target.ID == "" {
			continue
		}
		if other, err := b.directory.AddMetaKey(t.Context(), m, "employee", domain.MetaString, false); err != nil || other.ID == k.ID {
			t.Errorf("%s cannot have a key of its own: %v", where, err)
		}
	}
	keys, err := b.directory.EveryMetaKey(t.Context(), b.here())
	if err != nil || len(keys) != 1 || keys[k.ID].Name != "employee" || keys[k.ID].Type != domain.MetaInteger || !keys[k.ID].Required {
		t.Errorf("there are %v: %v", keys, err)
	}
	if list, total, err := b.directory.MetaKeys(t.Context(), b.here(), domain.Listing{Limit: 10}); err != nil || total != 1 || list[0].ID != k.ID {
		t.Errorf("%d are listed: %v", total, err)
	}
}

func TestAKeysNameIsGivenOnce(t *testing.T) {
	b := newBureau(t)
	n := each(t, 8, domain.ErrMetaKeyTaken, func() error {
		_, err := b.directory.AddMetaKey(t.Context(), b.here(), "employee", domain.MetaString, false)
		return err
	})
	if n != 1 {
		t.Errorf("%d keys have the name", n)
	}
	if _, err := b.directory.AddMetaKey(t.Context(), b.here(), "", domain.MetaString, false); !errors.Is(err, domain.ErrMetaKey) {
		t.Errorf("got %v", err)
	}
}

func TestAValueGoesWithItsKey(t *testing.T) {
	b := newBureau(t)
	u, kept := b.user(t, "anna@acme.example"), b.key(t, "kept", domain.MetaString)
	b.key(t, "employee", domain.MetaInteger)
	for key, value := range map[string]string{"kept": "yes", "employee": "42"} {
		if _, err := b.directory.SetMetadata(t.Context(), b.here(), u.ID, key, value); err != nil {
			t.Fatal(err)
		}
	}
	for what, c := range map[string]struct {
		user, key, value string
		want             error
	}{
		"a text for a number": {u.ID, "employee", "x", domain.ErrMetaValue},
		"a key that is none":  {u.ID, "nothing", "x", domain.ErrNoMetaKey},
		"a key's identifier":  {u.ID, kept.ID, "x", domain.ErrNoMetaKey},
		"nobody":              {"nobody", "employee", "1", domain.ErrNoUser},
		"nobody, and no key":  {"nobody", "nothing", "1", domain.ErrNoUser},
		"the same once more":  {u.ID, "employee", "42", nil},
	} {
		if _, err := b.directory.SetMetadata(t.Context(), b.here(), c.user, c.key, c.value); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if was, err := b.directory.RemoveMetaKey(t.Context(), b.here(), "employee"); err != nil || was.Name != "employee" {
		t.Fatalf("removed %+v: %v", was, err)
	}
	found, err := b.directory.User(t.Context(), b.here(), u.ID)
	if err != nil || len(found.Metadata) != 1 || found.Metadata[0].Key != kept.ID || found.Metadata[0].Value != "yes" {
		t.Errorf("kept are %d values: %v", len(found.Metadata), err)
	}
	b.key(t, "employee", domain.MetaInteger)
	if found, err = b.directory.User(t.Context(), b.here(), u.ID); err != nil || len(found.Metadata) != 1 {
		t.Errorf("a value came back: %v", err)
	}
	set := 0
	for _, f := range b.facts(t, u.Scope) {
		if f.Kind == audit.UserMetadataSet {
			set++
		}
	}
	if set != 2 {
		t.Errorf("told are %d", set)
	}
}
