package organization_test

import (
	"errors"
	"testing"

	"github.com/eidgate/eidgate/domain/fault"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func TestAnApplicationThatAConnectionLeadsToStays(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	a := o.application(t, m, "https://app.example")
	if _, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Application: a.ID}); err != nil {
		t.Fatal(err)
	}
	b := newBureau(t)
	b.applications.Work = o.Work
	if _, err := b.applications.DeleteApplication(t.Context(), m, a.ID); !errors.Is(err, domain.ErrApplicationInUse) {
		t.Errorf("got %v", err)
	}
	if found, err := b.applications.Application(t.Context(), m, a.ID); err != nil || found.Deleted() {
		t.Errorf("it is gone: %v", err)
	}
}

func TestAnApplicationKeepsServingWhereConnectionsLead(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	beta := managing(o.root, o.customer(t, o.root, "Beta", ""), domain.Sandbox)
	a := o.application(t, m, "https://app.example")
	b := newBureau(t)
	b.applications.Work = o.Work
	update := func(change func(s *domain.ApplicationSettings)) error {
		_, err := b.applications.UpdateApplication(t.Context(), m, a.ID, func(s domain.ApplicationSettings) domain.ApplicationSettings {
			change(&s)
			return s
		})
		return err
	}
	made, _, err := o.connections.Connect(t.Context(), beta, inbound.ConnectionStart{Application: a.ID})
	if err != nil {
		t.Fatal(err)
	}
	moved := func(s *domain.ApplicationSettings) { s.RedirectURLs = []string{"https://app.example/second"} }
	limited := func(s *domain.ApplicationSettings) { s.OnlyDomain = m.Target.Domain }
	for field, change := range map[string]func(*domain.ApplicationSettings){
		"allowed_redirect_urls": moved, "organization_domain_scope": limited, "": func(s *domain.ApplicationSettings) { moved(s); limited(s) },
	} {
		err := update(change)
		if !errors.Is(err, domain.ErrApplicationNarrowed) {
			t.Errorf("taking away %q: %v", field, err)
		} else if v := fault.Of(err).Violations(); (field == "") != (len(v) == 0) || field != "" && v[0].Field != field {
			t.Errorf("taking away %q blames %+v", field, v)
		}
	}
	if found, err := b.applications.Application(t.Context(), m, a.ID); err != nil || found.Version != a.Version || !found.Allows("https://app.example") {
		t.Errorf("something of it was kept: %v", err)
	}
	if err := update(func(s *domain.ApplicationSettings) {
		s.RedirectURLs, s.OnlyDomain = s.RedirectURLs[:1], beta.Target.Domain
	}); err != nil {
		t.Errorf("what nobody needs stays: %v", err)
	}
	if _, err := o.connections.Delete(t.Context(), beta, made.ID); err != nil {
		t.Fatal(err)
	}
	if err := update(func(s *domain.ApplicationSettings) { moved(s); limited(s) }); err != nil {
		t.Errorf("when nothing leads there: %v", err)
	}
}

func TestAnApplicationIsLimitedToAnOrganizationWithinReachOnly(t *testing.T) {
	b := newBureau(t)
	beta := b.found(t, b.root, "Beta AB")
	limited := b.here()
	limited.Client.Domains = []string{b.acme.Domain}
	fresh := func() domain.Application {
		t.Helper()
		kept, err := b.applications.AddApplication(t.Context(), b.here(), settings())
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	for name, c := range map[string]struct {
		m      domain.Managing
		domain string
		good   bool
	}{
		"itself": {b.here(), b.acme.Domain, true}, "its root": {b.here(), b.root.Domain, true}, "a neighbour": {b.here(), beta.Domain, true},
		"nobody": {b.here(), "does-not-exist", false}, "another root's": {b.here(), b.foreign.Domain, false},
		"a neighbour that the client may not act on": {limited, beta.Domain, false}, "the one that it may": {limited, b.acme.Domain, true},
	} {
		s := settings()
		s.OnlyDomain = c.domain
		_, adding := b.applications.AddApplication(t.Context(), c.m, s)
		_, updating := b.applications.UpdateApplication(t.Context(), c.m, fresh().ID, func(was domain.ApplicationSettings) domain.ApplicationSettings {
			was.OnlyDomain = c.domain
			return was
		})
		for i, err := range []error{adding, updating} {
			if c.good != (err == nil) {
				t.Errorf("%s, %d: %v", name, i, err)
			}
			if err == nil {
				continue
			}
			if blamed := fault.Of(err).Violations(); !errors.Is(err, domain.ErrApplication) || len(blamed) != 1 || blamed[0].Field != "organization_domain_scope" {
				t.Errorf("%s, %d: %v blames %+v", name, i, err, blamed)
			}
		}
	}
	kept := fresh()
	if _, err := b.applications.UpdateApplication(t.Context(), b.here(), kept.ID, func(s domain.ApplicationSettings) domain.ApplicationSettings {
		s.OnlyDomain = beta.Domain
		return s
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.applications.UpdateApplication(t.Context(), limited, kept.ID, named("Other")); err != nil {
		t.Errorf("a limit that is not touched is in the way: %v", err)
	}
}
