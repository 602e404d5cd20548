package organization_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestADomainIsTakenUnderItsRootForEverAndElsewhereItIsPassedBy(t *testing.T) {
	b := newBureau(t)
	if _, err := b.organizations.Delete(t.Context(), managing(b.root, b.found(t, b.root, "Gone AB"), domain.Sandbox)); err != nil {
		t.Fatal(err)
	}
	for _, e := range []domain.Environment{domain.Sandbox, domain.Production} {
		m := managing(b.root, b.root, e)
		for _, name := range []string{"Acme AB", "ACME, ab!", "Gone AB", "Root AB"} {
			if o, err := b.organizations.Found(t.Context(), m, name, domain.Details{}); !errors.Is(err, domain.ErrDomainTaken) || o.ID != "" {
				t.Errorf("%s in %s: founded %q, %v", name, e, o.Domain, err)
			}
		}
	}
	for name, pattern := range map[string]string{"Foreign AB": `^foreign-ab-[a-z0-9]{4}$`, "Stranger AB": `^stranger-ab-[a-z0-9]{4}$`, "New AB": `^new-ab$`} {
		o := b.found(t, b.root, name)
		if !regexp.MustCompile(pattern).MatchString(o.Domain) || o.Root != b.root.ID || o.Name != name {
			t.Errorf("%s is called %q, and belongs to %s", name, o.Domain, o.Root)
		}
	}
	if o := b.found(t, b.stranger, "Gone AB"); !regexp.MustCompile(`^gone-ab-[a-z0-9]{4}$`).MatchString(o.Domain) {
		t.Errorf("a deleted organization's domain was given away: %q", o.Domain)
	}
}

func TestOfManyWhoFoundAtOnceUnderOneRootOneHasTheDomain(t *testing.T) {
	b := newBureau(t)
	m := managing(b.root, b.root, domain.Sandbox)
	n := each(t, 12, domain.ErrDomainTaken, func() error {
		_, err := b.organizations.Found(t.Context(), m, "Rush AB", domain.Details{})
		return err
	})
	if n != 1 {
		t.Errorf("%d have the domain", n)
	}
	_, total, err := b.organizations.List(t.Context(), m, domain.Listing{Limit: 10})
	if err != nil || total != 3 {
		t.Errorf("there are %d organizations: %v", total, err)
	}
}

func TestWhoMayActOnNamedOrganizationsOnlyFoundsNone(t *testing.T) {
	b := newBureau(t)
	m := managing(b.root, b.root, domain.Sandbox)
	m.Client.Domains = []string{"root-ab", "new-ab"}
	if _, err := b.organizations.Found(t.Context(), m, "New AB", domain.Details{}); !errors.Is(err, domain.ErrNotAllFounded) {
		t.Errorf("got %v", err)
	}
}

func TestAListHasWhatTheClientMayActOnAndNothingElse(t *testing.T) {
	b := newBureau(t)
	for name, c := range map[string]struct {
		m    domain.Managing
		want []string
	}{
		"all":               {managing(b.root, b.root, domain.Sandbox), []string{"acme-ab", "root-ab"}},
		"all, in real life": {managing(b.root, domain.Organization{}, domain.Production), []string{"acme-ab", "root-ab"}},
		"another root":      {managing(b.stranger, b.stranger, domain.Sandbox), []string{"foreign-ab", "stranger-ab"}},
	} {
		list, total, err := b.organizations.List(t.Context(), c.m, domain.Listing{Limit: 10, By: domain.FieldDomain, Ascending: true})
		var got []string
		for _, o := range list {
			got = append(got, o.Domain)
		}
		if err != nil || total != len(c.want) || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v of %d, %v", name, got, total, err)
		}
	}
	m := managing(b.root, b.root, domain.Sandbox)
	m.Client.Domains = []string{"acme-ab", "foreign-ab"}
	if list, total, err := b.organizations.List(t.Context(), m, domain.Listing{Limit: 10}); err != nil || total != 1 || list[0].ID != b.acme.ID {
		t.Errorf("a limited client sees %d: %v", total, err)
	}
}

func TestAnUpdateLosesNothingOfAnotherAndReachesNothingElse(t *testing.T) {
	b := newBureau(t)
	fields := []func(c *domain.Change, s *string){
		func(c *domain.Change, s *string) { c.Locality = s }, func(c *domain.Change, s *string) { c.State = s },
		func(c *domain.Change, s *string) { c.Name = s },
	}
	var all sync.WaitGroup
	for i, set := range fields {
		all.Go(func() {
			text := "Text " + strconv.Itoa(i)
			var c domain.Change
			set(&c, &text)
			if _, err := b.organizations.Update(t.Context(), b.here(), c); err != nil { // as it was read before any of them
				t.Error(err)
			}
		})
	}
	all.Wait()
	view(t, b.Registry, func(ctx context.Context, r outbound.Reader) error {
		o, err := r.Organizations().Find(ctx, b.acme.ID)
		if o.Name != "Text 2" || o.Details != (domain.Details{Locality: "Text 0", State: "Text 1", Country: "SE"}) || o.Domain != "acme-ab" || o.Root != b.root.ID || o.Demo || o.Hosts != nil {
			t.Errorf("it is %+v", o)
		}
		return err
	})
	if got, want := b.kindsOf(t, b.acme.Scope(domain.Sandbox)), slices.Concat([]string{audit.OrganizationFounded}, slices.Repeat([]string{audit.OrganizationUpdated}, 3)); !slices.Equal(got, want) {
		t.Errorf("the trail is %v", got)
	}
	if got := b.kindsOf(t, b.acme.Scope(domain.Production)); len(got) != 0 {
		t.Errorf("the trail of the other environment is %v", got)
	}
}

func TestWhatChangesNothingIsNotTold(t *testing.T) {
	b := newBureau(t)
	name := " Acme AB "
	if o, err := b.organizations.Update(t.Context(), b.here(), domain.Change{Name: &name}); err != nil || o.Name != "Acme AB" {
		t.Errorf("got %+v, %v", o, err)
	}
	script := "javascript:alert(1)"
	if _, err := b.organizations.Update(t.Context(), b.here(), domain.Change{PrivacyPolicyURL: &script}); !errors.Is(err, domain.ErrDetails) {
		t.Errorf("got %v", err)
	}
	if got := b.kindsOf(t, b.acme.Scope(domain.Sandbox)); len(got) != 1 {
		t.Errorf("the trail is %v", got)
	}
}

func TestADeletedOrganizationLeavesItsTrailAndItsDomain(t *testing.T) {
	b := newBureau(t)
	other := b.found(t, b.root, "Other AB")
	for _, m := range []domain.Managing{b.here(), managing(b.root, b.acme, domain.Production), managing(b.root, other, domain.Sandbox)} {
		if _, err := b.directory.AddUser(t.Context(), m, domain.Profile{Email: "anna@acme.example"}); err != nil {
			t.Fatal(err)
		}
	}
	productive := managing(b.root, b.acme, domain.Production)
	if was, err := b.organizations.Delete(t.Context(), productive); err != nil || was.ID != b.acme.ID || was.Name != "Acme AB" {
		t.Fatalf("deleted %+v: %v", was, err)
	}
	name := "New"
	for what, do := range map[string]func() error{
		"deleted twice": func() error { _, err := b.organizations.Delete(t.Context(), b.here()); return err },
		"changed": func() error {
			_, err := b.organizations.Update(t.Context(), b.here(), domain.Change{Name: &name})
			return err
		},
		"given a user": func() error {
			_, err := b.directory.AddUser(t.Context(), b.here(), domain.Profile{Email: "bo@acme.example"})
			return err
		},
		"given a key": func() error {
			_, err := b.directory.AddMetaKey(t.Context(), b.here(), "key", domain.MetaString, false)
			return err
		},
		"given an application": func() error { _, err := b.applications.AddApplication(t.Context(), b.here(), settings()); return err },
	} {
		if err := do(); !errors.Is(err, domain.ErrNoOrganization) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	for _, e := range []domain.Environment{domain.Sandbox, domain.Production} {
		if _, total, err := b.directory.Users(t.Context(), managing(b.root, b.acme, e), everyUser); err != nil || total != 0 {
			t.Errorf("%d users are left in %s: %v", total, e, err)
		}
	}
	if _, total, err := b.directory.Users(t.Context(), managing(b.root, other, domain.Sandbox), everyUser); err != nil || total != 1 {
		t.Errorf("another organization has %d users: %v", total, err)
	}
	if got, want := b.kindsOf(t, b.acme.Scope(domain.Sandbox)), []string{audit.OrganizationFounded, audit.UserAdded}; !slices.Equal(got, want) {
		t.Errorf("the trail is %v", got)
	}
	if got, want := b.kindsOf(t, b.acme.Scope(domain.Production)), []string{audit.UserAdded, audit.OrganizationDeleted}; !slices.Equal(got, want) {
		t.Errorf("the trail of production is %v", got)
	}
}

func TestARootDoesNotDeleteItselfAndGoesWithAllThatItManages(t *testing.T) {
	b := newBureau(t)
	second := b.found(t, b.root, "Second AB")
	if _, err := b.organizations.Delete(t.Context(), managing(b.root, b.root, domain.Sandbox)); !errors.Is(err, domain.ErrRootStays) {
		t.Errorf("got %v", err)
	}
	if err := b.Dissolve(t.Context(), "root-ab"); err != nil {
		t.Fatal(err)
	}
	left, err := b.Organizations(t.Context())
	if err != nil || len(left) != 2 || left[0].Domain != "foreign-ab" || left[1].Domain != "stranger-ab" {
		t.Errorf("left are %d: %v", len(left), err)
	}
	for _, o := range []domain.Organization{b.root, b.acme, second} {
		deleted := 0
		for _, f := range b.facts(t, o.Scope(domain.Production)) {
			if f.Kind == audit.OrganizationDeleted && f.Subject == "organization/"+o.ID && f.Actor == audit.System {
				deleted++
			}
		}
		if deleted != 1 {
			t.Errorf("the end of %s is told %d times", o.Domain, deleted)
		}
	}
	if o, err := b.Found(t.Context(), "Acme AB", nil); err != nil || o.Domain == "acme-ab" {
		t.Errorf("a domain came free: %q, %v", o.Domain, err)
	}
}

func TestDeletingAManagedOrganizationLeavesItsRootAndItsSiblings(t *testing.T) {
	b := newBureau(t)
	second := b.found(t, b.root, "Second AB")
	if err := b.Dissolve(t.Context(), "acme-ab"); err != nil {
		t.Fatal(err)
	}
	_, total, err := b.organizations.List(t.Context(), managing(b.root, second, domain.Sandbox), domain.Listing{Limit: 10})
	if err != nil || total != 2 {
		t.Errorf("%d are left: %v", total, err)
	}
}

func TestWhatIsFoundedWhileItsRootIsDeletedIsToldOfOrNeverWas(t *testing.T) {
	b := newBureau(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	var founded []domain.Organization
	for i := range 10 {
		all.Go(func() {
			o, err := b.organizations.Found(t.Context(), managing(b.root, b.root, domain.Sandbox), "Rush "+strconv.Itoa(i), domain.Details{})
			if err != nil && !errors.Is(err, domain.ErrNoOrganization) {
				t.Error(err)
			}
			if err == nil {
				mu.Lock()
				defer mu.Unlock()
				founded = append(founded, o)
			}
		})
	}
	all.Go(func() {
		if err := b.Dissolve(t.Context(), "root-ab"); err != nil {
			t.Error(err)
		}
	})
	all.Wait()
	for _, o := range founded {
		if got := b.kindsOf(t, o.Scope(domain.Production)); !slices.Equal(got, []string{audit.OrganizationDeleted}) {
			t.Errorf("the end of %s is told as %v", o.Domain, got)
		}
	}
	if left, err := b.Organizations(t.Context()); err != nil || len(left) != 2 {
		t.Errorf("%d are left: %v", len(left), err)
	}
}
