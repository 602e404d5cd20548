package organization_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
)

// settings are those of a sound application.
func settings() domain.ApplicationSettings {
	return domain.ApplicationSettings{
		Name: "App", Type: "react", RedirectURLs: []string{"https://app.example/back"}, LogoutURLs: []string{"https://app.example/bye"},
		CORSOrigins: []string{"https://app.example"}, WebOrigins: []string{"https://app.example"},
	}
}

// named gives an application another name.
func named(name string) func(domain.ApplicationSettings) domain.ApplicationSettings {
	return func(s domain.ApplicationSettings) domain.ApplicationSettings {
		s.Name = name
		return s
	}
}

func TestAnApplicationIsFoundWhereItWasAddedAndNowhereElse(t *testing.T) {
	b := newBureau(t)
	a, err := b.applications.AddApplication(t.Context(), b.here(), settings())
	if err != nil || a.Scope != b.acme.Scope(domain.Sandbox) || a.ID == "" {
		t.Fatalf("added to %+v: %v", a.Scope, err)
	}
	for where, m := range b.elsewhere() {
		_, finding := b.applications.Application(t.Context(), m, a.ID)
		_, updating := b.applications.UpdateApplication(t.Context(), m, a.ID, named("mine"))
		_, deleting := b.applications.DeleteApplication(t.Context(), m, a.ID)
		for i, err := range []error{finding, updating, deleting} {
			if !errors.Is(err, domain.ErrNoApplication) {
				t.Errorf("%s, %d: got %v", where, i, err)
			}
		}
		if _, total, err := b.applications.Applications(t.Context(), m, domain.Listing{Limit: 10}); err != nil || total != 0 {
			t.Errorf("%s lists %d: %v", where, total, err)
		}
	}
	if found, err := b.applications.Application(t.Context(), b.here(), a.ID); err != nil || found.Settings.Name != "App" {
		t.Errorf("got %+v, %v", found.Settings, err)
	}
}

func TestAnApplicationIsChangedAsItIsNowAndRememberedWhenItIsGone(t *testing.T) {
	b := newBureau(t)
	a, err := b.applications.AddApplication(t.Context(), b.here(), settings())
	if err != nil {
		t.Fatal(err)
	}
	described := func(s domain.ApplicationSettings) domain.ApplicationSettings { s.Description = "An app"; return s }
	broken := func(s domain.ApplicationSettings) domain.ApplicationSettings {
		s.RedirectURLs = []string{"javascript:alert(1)"}
		return s
	}
	for _, change := range []func(domain.ApplicationSettings) domain.ApplicationSettings{named("Other"), described, named("Other")} {
		if _, err := b.applications.UpdateApplication(t.Context(), b.here(), a.ID, change); err != nil {
			t.Error(err)
		}
	}
	if _, err := b.applications.UpdateApplication(t.Context(), b.here(), a.ID, broken); !errors.Is(err, domain.ErrApplication) {
		t.Errorf("got %v", err)
	}
	was, err := b.applications.DeleteApplication(t.Context(), b.here(), a.ID)
	if err != nil || was.Settings.Name != "Other" || was.Settings.Description != "An app" || was.Deleted() {
		t.Errorf("it was %+v: %v", was.Settings, err)
	}
	gone, err := b.applications.Application(t.Context(), b.here(), a.ID)
	if err != nil || !gone.Deleted() || gone.Settings.Name != "" || len(gone.Settings.RedirectURLs) != 0 {
		t.Errorf("remembered is %+v: %v", gone.Settings, err)
	}
	_, again := b.applications.DeleteApplication(t.Context(), b.here(), a.ID)
	_, changed := b.applications.UpdateApplication(t.Context(), b.here(), a.ID, named("Back"))
	if !errors.Is(again, domain.ErrNoApplication) || !errors.Is(changed, domain.ErrNoApplication) {
		t.Errorf("got %v and %v", again, changed)
	}
	if _, total, err := b.applications.Applications(t.Context(), b.here(), domain.Listing{Limit: 10}); err != nil || total != 0 {
		t.Errorf("%d are listed: %v", total, err)
	}
	want := []string{audit.OrganizationFounded, audit.ApplicationAdded, audit.ApplicationUpdated, audit.ApplicationUpdated, audit.ApplicationDeleted}
	if got := b.kindsOf(t, a.Scope); !slices.Equal(got, want) {
		t.Errorf("the trail is %v", got)
	}
}
