package organization_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func TestACommandIsCarriedOutOnceHoweverOftenItIsTold(t *testing.T) {
	b := newBureau(t)
	email, given := "anna@acme.example", "Anna"
	add := inbound.UserFeed{Command: "1", Domain: "acme-ab", Environment: domain.Sandbox, Profile: domain.ProfileChange{Email: &email, GivenName: &given}}
	found := inbound.OrganizationFeed{Command: "1", Root: "root-ab", Environment: domain.Sandbox, Name: "Fed AB", Details: domain.Details{Country: "SE"}}
	var all sync.WaitGroup
	var mu sync.Mutex
	users, organizations := map[string]bool{}, map[string]bool{}
	for range 6 {
		all.Go(func() {
			u, err := b.feeds.AddUser(t.Context(), add)
			o, founding := b.feeds.FoundOrganization(t.Context(), found)
			if err := errors.Join(err, founding); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			users[u.ID], organizations[o.ID+o.Domain] = true, true
		})
	}
	all.Wait()
	if len(users) != 1 || len(organizations) != 1 {
		t.Errorf("there are %d users and %d organizations", len(users), len(organizations))
	}
	if again, err := b.feeds.FoundOrganization(t.Context(), inbound.OrganizationFeed{Command: "2", Root: "root-ab", Environment: domain.Sandbox, Name: "Fed AB"}); !errors.Is(err, domain.ErrDomainTaken) {
		t.Errorf("another command founded %q: %v", again.Domain, err)
	}
	if _, err := b.feeds.AddUser(t.Context(), inbound.UserFeed{Command: "2", Domain: "acme-ab", Environment: domain.Sandbox, Profile: add.Profile}); !errors.Is(err, domain.ErrUserEmail) {
		t.Errorf("another command: got %v", err)
	}
	facts := b.facts(t, b.acme.Scope(domain.Sandbox))
	if last := facts[len(facts)-1]; len(facts) != 2 || last.Kind != audit.UserAdded || last.Actor != audit.Message {
		t.Errorf("the trail has %d facts, the last by %s", len(facts), last.Actor)
	}
}

func TestALateRepetitionDoesNotUndoWhatCameInBetween(t *testing.T) {
	b := newBureau(t)
	u := b.user(t, "anna@acme.example")
	first, second := "First", "Second"
	feed := inbound.UserFeed{Command: "1", Domain: "acme-ab", Environment: domain.Sandbox, Email: "ANNA@acme.example", Profile: domain.ProfileChange{Nickname: &first}}
	if got, err := b.feeds.UpdateUser(t.Context(), feed); err != nil || got.ID != u.ID || got.Profile.Nickname != "First" || got.Profile.GivenName != "Anna" {
		t.Fatalf("got %v", err)
	}
	if _, err := b.feeds.UpdateUser(t.Context(), inbound.UserFeed{Command: "2", Domain: "acme-ab", Environment: domain.Sandbox, User: u.ID, Profile: domain.ProfileChange{Nickname: &second}}); err != nil {
		t.Fatal(err)
	}
	if got, err := b.feeds.UpdateUser(t.Context(), feed); err != nil || got.Profile.Nickname != "Second" {
		t.Errorf("got %v", err)
	}
	want := []string{audit.OrganizationFounded, audit.UserAdded, audit.UserUpdated, audit.UserUpdated}
	if got := b.kindsOf(t, u.Scope); !slices.Equal(got, want) {
		t.Errorf("the trail is %v", got)
	}
}

func TestAFeedFindsWhatItNamesAndNothingElse(t *testing.T) {
	b := newBureau(t)
	u := b.user(t, "anna@acme.example")
	nickname, email := "x", "bo@acme.example"
	change := domain.ProfileChange{Nickname: &nickname}
	for name, c := range map[string]struct {
		feed inbound.UserFeed
		want error
	}{
		"the other environment":      {inbound.UserFeed{Domain: "acme-ab", Environment: domain.Production, User: u.ID}, domain.ErrNoUser},
		"another organization":       {inbound.UserFeed{Domain: "foreign-ab", Environment: domain.Sandbox, User: u.ID}, domain.ErrNoUser},
		"the root":                   {inbound.UserFeed{Domain: "root-ab", Environment: domain.Sandbox, Email: "anna@acme.example"}, domain.ErrNoUser},
		"no organization":            {inbound.UserFeed{Domain: "nobody", Environment: domain.Sandbox, User: u.ID}, domain.ErrNoOrganization},
		"an organization's identity": {inbound.UserFeed{Domain: b.acme.ID, Environment: domain.Sandbox, User: u.ID}, domain.ErrNoOrganization},
		"nobody":                     {inbound.UserFeed{Domain: "acme-ab", Environment: domain.Sandbox, User: "nobody"}, domain.ErrNoUser},
	} {
		c.feed.Command, c.feed.Profile = name, change
		if _, err := b.feeds.UpdateUser(t.Context(), c.feed); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		feed inbound.UserFeed
		want error
	}{
		"no organization": {inbound.UserFeed{Domain: "nobody", Profile: domain.ProfileChange{Email: &email}}, domain.ErrNoOrganization},
		"no address":      {inbound.UserFeed{Domain: "acme-ab", Profile: change}, domain.ErrUser},
	} {
		c.feed.Command, c.feed.Environment = name, domain.Sandbox
		if _, err := b.feeds.AddUser(t.Context(), c.feed); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for name, root := range map[string]string{"nobody": "nobody", "an organization that is managed": "acme-ab"} {
		if _, err := b.feeds.FoundOrganization(t.Context(), inbound.OrganizationFeed{Command: name, Root: root, Environment: domain.Sandbox, Name: "New AB"}); !errors.Is(err, domain.ErrNoOrganization) {
			t.Errorf("under %s: got %v", name, err)
		}
	}
}

func TestARefusedCommandMayBeMendedUnderItsOwnIdentifier(t *testing.T) {
	b := newBureau(t)
	bad, good := "x", "anna@acme.example"
	feed := inbound.UserFeed{Command: "1", Domain: "acme-ab", Environment: domain.Sandbox, Profile: domain.ProfileChange{Email: &bad}}
	if _, err := b.feeds.AddUser(t.Context(), feed); !errors.Is(err, domain.ErrUser) {
		t.Errorf("got %v", err)
	}
	feed.Profile.Email = &good
	if _, err := b.feeds.AddUser(t.Context(), feed); err != nil {
		t.Errorf("got %v", err)
	}
	feed.Environment = domain.Production
	if u, err := b.feeds.AddUser(t.Context(), feed); err != nil || u.Scope.Environment != domain.Production {
		t.Errorf("the same identifier in the other environment: %v", err)
	}
}
