package organization_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// user adds a person to the customer of the first root.
func (b *bureau) user(t *testing.T, email string) domain.User {
	t.Helper()
	u, err := b.directory.AddUser(t.Context(), b.here(), domain.Profile{Email: email, GivenName: "Anna", FamilyName: "Andersson"})
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAUserIsFoundWhereItWasAddedAndNowhereElse(t *testing.T) {
	b := newBureau(t)
	u := b.user(t, "Anna@Acme.example")
	if !regexp.MustCompile(`^#[0-9a-f]{6}$`).MatchString(u.Colour) || u.Scope != b.acme.Scope(domain.Sandbox) || u.ID == "" || u.CreatedAt != b.clock.Now() {
		t.Errorf("added with the colour %q in %+v", u.Colour, u.Scope)
	}
	same := func(found domain.User, err error) {
		t.Helper()
		if err != nil || found.ID != u.ID || found.Profile != u.Profile || found.Colour != u.Colour {
			t.Errorf("found somebody else: %v", err)
		}
	}
	same(b.directory.User(t.Context(), b.here(), u.ID))
	same(b.directory.UserByEmail(t.Context(), b.here(), "anna@ACME.example"))
	list, total, err := b.directory.Users(t.Context(), b.here(), everyUser)
	if err != nil || total != 1 {
		t.Fatalf("%d users: %v", total, err)
	}
	same(list[0], nil)
	nickname := "mine"
	for where, m := range b.elsewhere() {
		_, byID := b.directory.User(t.Context(), m, u.ID)
		_, byEmail := b.directory.UserByEmail(t.Context(), m, "Anna@Acme.example")
		_, updating := b.directory.UpdateUser(t.Context(), m, u.ID, domain.ProfileChange{Nickname: &nickname})
		_, deleting := b.directory.DeleteUser(t.Context(), m, u.ID)
		_, setting := b.directory.SetMetadata(t.Context(), m, u.ID, "key", "value")
		for i, err := range []error{byID, byEmail, updating, deleting, setting} {
			if !errors.Is(err, domain.ErrNoUser) {
				t.Errorf("%s, %d: got %v", where, i, err)
			}
		}
		if _, total, err := b.directory.Users(t.Context(), m, everyUser); err != nil || total != 0 {
			t.Errorf("%s lists %d: %v", where, total, err)
		}
	}
	same(b.directory.User(t.Context(), b.here(), u.ID))
	for _, id := range []string{"", "nobody", u.ID + "x", "a\x00b", "' OR 1=1 --"} {
		if _, err := b.directory.User(t.Context(), b.here(), id); !errors.Is(err, domain.ErrNoUser) {
			t.Errorf("%q: got %v", id, err)
		}
		if _, err := b.directory.UserByEmail(t.Context(), b.here(), id); !errors.Is(err, domain.ErrNoUser) {
			t.Errorf("by address %q: got %v", id, err)
		}
	}
}

func TestOfManyWhoAreAddedAtOnceWithOneAddressOneIsAndEachScopeHasItsOwn(t *testing.T) {
	b := newBureau(t)
	scopes := []domain.Managing{b.here(), managing(b.root, b.acme, domain.Production), managing(b.stranger, b.foreign, domain.Sandbox)}
	for _, m := range scopes {
		n := each(t, 10, domain.ErrUserEmail, func() error {
			_, err := b.directory.AddUser(t.Context(), m, domain.Profile{Email: "Rush@Acme.example"})
			return err
		})
		if n != 1 {
			t.Errorf("%d have the address", n)
		}
	}
	bo := b.user(t, "bo@acme.example")
	taken, own := "rush@acme.example", "BO@acme.example"
	if _, err := b.directory.UpdateUser(t.Context(), b.here(), bo.ID, domain.ProfileChange{Email: &taken}); !errors.Is(err, domain.ErrUserEmail) {
		t.Errorf("another's address: got %v", err)
	}
	if u, err := b.directory.UpdateUser(t.Context(), b.here(), bo.ID, domain.ProfileChange{Email: &own}); err != nil || u.Profile.Email != own {
		t.Errorf("the own address, spelt otherwise: got %v", err)
	}
}

func TestAUserThatIsNoneLeavesNothing(t *testing.T) {
	b := newBureau(t)
	if _, err := b.directory.AddUser(t.Context(), b.here(), domain.Profile{Email: "x"}); !errors.Is(err, domain.ErrUser) {
		t.Errorf("got %v", err)
	}
	b.user(t, "anna@acme.example")
	if _, err := b.directory.AddUser(t.Context(), b.here(), domain.Profile{Email: "ANNA@acme.example"}); !errors.Is(err, domain.ErrUserEmail) {
		t.Errorf("got %v", err)
	}
	if got := b.kindsOf(t, b.acme.Scope(domain.Sandbox)); !slices.Equal(got, []string{audit.OrganizationFounded, audit.UserAdded}) {
		t.Errorf("the trail is %v", got)
	}
}

func TestUpdatesAtOnceLoseNothingOfEachOther(t *testing.T) {
	b := newBureau(t)
	u := b.user(t, "anna@acme.example")
	if _, err := b.directory.AddMetaKey(t.Context(), b.here(), "key", domain.MetaString, false); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(time.Minute)
	var all sync.WaitGroup
	for i, set := range []func(c *domain.ProfileChange, s *string){
		func(c *domain.ProfileChange, s *string) { c.GivenName = s }, func(c *domain.ProfileChange, s *string) { c.FamilyName = s },
		func(c *domain.ProfileChange, s *string) { c.Nickname = s },
	} {
		all.Go(func() {
			text := "Text " + strconv.Itoa(i)
			var c domain.ProfileChange
			set(&c, &text)
			if _, err := b.directory.UpdateUser(t.Context(), b.here(), u.ID, c); err != nil {
				t.Error(err)
			}
		})
	}
	all.Go(func() {
		if _, err := b.directory.SetMetadata(t.Context(), b.here(), u.ID, "key", "value"); err != nil {
			t.Error(err)
		}
	})
	all.Wait()
	found, err := b.directory.User(t.Context(), b.here(), u.ID)
	p := found.Profile
	if err != nil || p.GivenName != "Text 0" || p.FamilyName != "Text 1" || p.Nickname != "Text 2" || len(found.Metadata) != 1 || found.UpdatedAt != u.CreatedAt.Add(time.Minute) {
		t.Errorf("something was lost: %v", err)
	}
	var sequence []int64
	for _, f := range b.facts(t, u.Scope) {
		if f.Subject == "user/"+u.ID {
			sequence = append(sequence, f.Sequence)
		}
	}
	if !slices.Equal(sequence, []int64{1, 2, 3, 4, 5}) {
		t.Errorf("told are %v", sequence)
	}
}

func TestADeletedUserLeavesNothingButFacts(t *testing.T) {
	b := newBureau(t)
	u := b.user(t, "anna@acme.example")
	if _, err := b.directory.AddMetaKey(t.Context(), b.here(), "key", domain.MetaString, false); err != nil {
		t.Fatal(err)
	}
	if _, err := b.directory.SetMetadata(t.Context(), b.here(), u.ID, "key", "value"); err != nil {
		t.Fatal(err)
	}
	was, err := b.directory.DeleteUser(t.Context(), b.here(), u.ID)
	if err != nil || was.Profile != u.Profile || len(was.Metadata) != 1 {
		t.Errorf("it was somebody else: %v", err)
	}
	if _, err := b.directory.DeleteUser(t.Context(), b.here(), u.ID); !errors.Is(err, domain.ErrNoUser) {
		t.Errorf("deleted twice: %v", err)
	}
	view(t, b.Registry, func(ctx context.Context, r outbound.Reader) error {
		if emails, err := r.Users().Emails(ctx, u.Scope, []string{u.ID}); err != nil || len(emails) != 0 {
			t.Errorf("the address is still known: %v", err)
		}
		return nil
	})
	if next := b.user(t, "anna@acme.example"); next.ID == u.ID || len(next.Metadata) != 0 {
		t.Error("who comes next is who was there before")
	}
	if _, total, err := b.directory.Users(t.Context(), b.here(), everyUser); err != nil || total != 1 {
		t.Errorf("%d users: %v", total, err)
	}
	want := []string{audit.OrganizationFounded, audit.UserAdded, audit.MetaKeyAdded, audit.UserMetadataSet, audit.UserDeleted, audit.UserAdded}
	if got := b.kindsOf(t, u.Scope); !slices.Equal(got, want) {
		t.Errorf("the trail is %v", got)
	}
	for _, f := range b.facts(t, u.Scope) {
		for name, value := range f.Details {
			if name != "metakey" && name != "hosts" {
				t.Errorf("%s tells %s", f.Kind, name)
			}
			if value == "value" || value == "anna@acme.example" {
				t.Errorf("%s tells what a caller filled in", f.Kind)
			}
		}
	}
}

func TestOfManyWhoDeleteAUserOneHas(t *testing.T) {
	b := newBureau(t)
	u := b.user(t, "anna@acme.example")
	if n := each(t, 8, domain.ErrNoUser, func() error { _, err := b.directory.DeleteUser(t.Context(), b.here(), u.ID); return err }); n != 1 {
		t.Errorf("%d have", n)
	}
}
