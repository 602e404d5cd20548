package organization_test

import (
	"context"
	"errors"
	"regexp"
	"testing"

	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

const administrator = "it@acme.example"

func TestAConnectionIsMadeWithItsRedirectionAndItsOnboardingOrNotAtAll(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	app := o.application(t, m, "https://app.example")
	made, undelivered, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{
		Application: app.ID, Email: administrator, Provider: domain.ProviderOkta, Send: true,
	})
	if err != nil || undelivered {
		t.Fatal(err, undelivered)
	}
	if !regexp.MustCompile(`^acme_ab_[A-Za-z0-9]{22}$`).MatchString(made.ID) || made.ServiceProvider != domain.ServiceProviderID(o.root) || made.Scope != m.Scope() {
		t.Errorf("made %+v", made)
	}
	kept, err := o.connections.Connection(t.Context(), m, made.ID)
	if err != nil || kept.Version != made.Version || kept.Onboarding == nil || kept.Onboarding.Email != administrator || kept.Provider != domain.ProviderOkta {
		t.Errorf("kept %+v: %v", kept, err)
	}
	r, err := o.connections.DefaultRedirection(t.Context(), m, made.ID)
	if err != nil || r.ID != made.DefaultRedirection || r.URI != "https://app.example" || r.Application != app.ID || r.Connection != made.ID {
		t.Errorf("people arrive at %+v: %v", r, err)
	}
	o.wantFacts(t, made, "added", "redirection_added", "onboarding_added", "administrator_invited")

	for name, bad := range map[string]struct {
		start inbound.ConnectionStart
		want  error
	}{
		"an imaginary application": {inbound.ConnectionStart{Application: o.IDs.New(), Email: administrator}, domain.ErrNoApplication},
		"an address of nobody's":   {inbound.ConnectionStart{Application: app.ID, URI: "https://evil.example", Email: administrator}, domain.ErrRedirectionURI},
		"a letter to nobody":       {inbound.ConnectionStart{Application: app.ID, Send: true}, domain.ErrOnboarding},
		"no address":               {inbound.ConnectionStart{Application: app.ID, Email: "nobody", Send: true}, domain.ErrOnboarding},
		"an imaginary provider":    {inbound.ConnectionStart{Application: app.ID, Provider: "imaginary"}, domain.ErrConnection},
	} {
		if _, _, err := o.connections.Connect(t.Context(), m, bad.start); !errors.Is(err, bad.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if list, total, err := o.connections.Connections(t.Context(), m, true, domain.Listing{Limit: 10}); err != nil || total != 1 || len(list) != 1 {
		t.Errorf("%d connections are there: %v", total, err)
	}
	if o.post.count() != 1 {
		t.Errorf("%d letters were sent", o.post.count())
	}
}

func TestWithoutAnythingAConnectionIsBare(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{})
	if err != nil || made.Onboarding != nil || made.DefaultRedirection != "" || made.Provider != domain.ProviderUnset || o.post.count() != 0 {
		t.Errorf("made %+v: %v", made, err)
	}
	o.wantFacts(t, made, "added")
	if _, err := o.connections.DefaultRedirection(t.Context(), m, made.ID); !errors.Is(err, domain.ErrNoRedirection) {
		t.Errorf("got %v", err)
	}
	if made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator, Provider: domain.ProviderUnset}); err != nil || made.Onboarding.Provider != "" {
		t.Errorf("nothing was chosen: %v", err)
	}
}

func TestAnApplicationOfAnybodyWithinReachCanBeLedTo(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	of := map[string]domain.Managing{
		"the root's":                       managing(o.root, o.root, domain.Sandbox),
		"another customer's":               managing(o.root, o.customer(t, o.root, "Beta", ""), domain.Sandbox),
		"the other environment's":          managing(o.root, m.Target, domain.Production),
		"a customer's of another root's":   {},
		"beyond what the client may touch": managing(o.root, o.customer(t, o.root, "Gamma", ""), domain.Sandbox),
	}
	stranger, err := o.Found(t.Context(), "Stranger", nil)
	if err != nil {
		t.Fatal(err)
	}
	of["a customer's of another root's"] = managing(stranger, o.customer(t, stranger, "Delta", ""), domain.Sandbox)
	m.Client.Domains = []string{m.Target.Domain, o.root.Domain, "beta"}
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{})
	if err != nil {
		t.Fatal(err)
	}
	for whose, other := range of {
		app := o.application(t, other, "https://app.example")
		_, err := o.connections.Redirect(t.Context(), m, made.ID, app.ID, "")
		if within := whose == "the root's" || whose == "another customer's"; within && err != nil || !within && !errors.Is(err, domain.ErrNoApplication) {
			t.Errorf("%s: %v", whose, err)
		}
	}
}

func TestOlderRedirectionsStayAndCanBeChosen(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	app := o.application(t, m, "https://app.example")
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Application: app.ID})
	if err != nil {
		t.Fatal(err)
	}
	first := made.DefaultRedirection
	second, err := o.connections.Redirect(t.Context(), m, made.ID, app.ID, "https://app.example/second")
	if err != nil {
		t.Fatal(err)
	}
	if r, err := o.connections.DefaultRedirection(t.Context(), m, made.ID); err != nil || r != second || r.URI != "https://app.example/second" {
		t.Errorf("people arrive at %+v: %v", r, err)
	}
	both, err := o.connections.Redirections(t.Context(), m, []string{first, second.ID, o.IDs.New()})
	if err != nil || len(both) != 2 || both[second.ID] != second || both[first].URI != "https://app.example" {
		t.Errorf("there are %v: %v", both, err)
	}
	after, _, err := o.connections.Update(t.Context(), m, made.ID, inbound.ConnectionUpdate{DefaultRedirection: &first})
	if err != nil || after.DefaultRedirection != first {
		t.Errorf("the first cannot be chosen again: %v", err)
	}
	o.wantFacts(t, made, "added", "redirection_added", "redirection_added", "updated")
	if _, err := o.connections.Redirect(t.Context(), m, made.ID, app.ID, "https://app.example/third"); !errors.Is(err, domain.ErrRedirectionURI) {
		t.Errorf("got %v", err)
	}
	other, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{})
	if err != nil {
		t.Fatal(err)
	}
	imaginary := o.IDs.New()
	for _, id := range []*string{&first, &imaginary} {
		if _, _, err := o.connections.Update(t.Context(), m, other.ID, inbound.ConnectionUpdate{DefaultRedirection: id}); !errors.Is(err, domain.ErrRedirection) {
			t.Errorf("another connection's redirection: %v", err)
		}
	}
	if got, err := o.connections.Redirections(t.Context(), m, nil); err != nil || len(got) != 0 {
		t.Errorf("asked for none, got %v: %v", got, err)
	}
}

// TestNobodyElseFindsAConnection asks for everything as whom it does not concern.
func TestNobodyElseFindsAConnection(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	app := o.application(t, m, "https://app.example")
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Application: app.ID, Email: administrator})
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := o.Found(t.Context(), "Stranger", nil)
	if err != nil {
		t.Fatal(err)
	}
	off, ctx := false, t.Context()
	for who, other := range map[string]domain.Managing{
		"another customer": managing(o.root, o.customer(t, o.root, "Beta", ""), domain.Sandbox), "the root": managing(o.root, o.root, domain.Sandbox),
		"another root": managing(stranger, stranger, domain.Sandbox), "the other environment": managing(o.root, m.Target, domain.Production),
	} {
		own := o.application(t, other, "https://other.example")
		for what, do := range map[string]func() error{
			"show": func() error { _, err := o.connections.Connection(ctx, other, made.ID); return err },
			"update": func() error {
				_, _, err := o.connections.Update(ctx, other, made.ID, inbound.ConnectionUpdate{Active: &off})
				return err
			},
			"delete":   func() error { _, err := o.connections.Delete(ctx, other, made.ID); return err },
			"redirect": func() error { _, err := o.connections.Redirect(ctx, other, made.ID, own.ID, ""); return err },
			"arrive":   func() error { _, err := o.connections.DefaultRedirection(ctx, other, made.ID); return err },
			"add": func() error {
				_, err := o.connections.AddOnboarding(ctx, other, made.ID, "x@y.example", "")
				return err
			},
			"change": func() error { _, err := o.connections.UpdateOnboarding(ctx, other, made.ID, nil, nil); return err },
			"reset":  func() error { _, err := o.connections.ResetOnboarding(ctx, other, made.ID); return err },
			"invite": func() error { _, err := o.connections.InviteAdministrator(ctx, other, made.ID); return err },
		} {
			if err := do(); !errors.Is(err, domain.ErrNoConnection) {
				t.Errorf("%s, %s: %v", who, what, err)
			}
		}
		if _, total, err := o.connections.Connections(ctx, other, false, domain.Listing{Limit: 10}); err != nil || total != 0 {
			t.Errorf("%s lists %d: %v", who, total, err)
		}
	}
	if _, total, err := o.connections.Connections(ctx, managing(o.root, o.root, domain.Sandbox), true, domain.Listing{Limit: 10}); err != nil || total != 1 {
		t.Errorf("within reach are %d: %v", total, err)
	}
	for _, other := range []domain.Managing{managing(stranger, stranger, domain.Sandbox), managing(o.root, m.Target, domain.Production)} {
		if _, total, err := o.connections.Connections(ctx, other, true, domain.Listing{Limit: 10}); err != nil || total != 0 {
			t.Errorf("within a stranger's reach are %d: %v", total, err)
		}
		if got, err := o.connections.Redirections(ctx, other, []string{made.DefaultRedirection}); err != nil || len(got) != 0 {
			t.Errorf("a stranger finds %v: %v", got, err)
		}
	}
	o.wantFacts(t, made, "added", "redirection_added", "onboarding_added")
}

func TestAProvidersMetadataIsReadBeforeItIsKept(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator})
	if err != nil {
		t.Fatal(err)
	}
	xml, broken := o.idp(t, "https://idp.acme.example"), "<a"
	after, _, err := o.connections.Update(t.Context(), m, made.ID, inbound.ConnectionUpdate{Metadata: &xml})
	if err != nil || after.Metadata == nil || after.Metadata.EntityID != "https://idp.acme.example" || after.Onboarding.State != domain.MetadataUploaded {
		t.Errorf("kept %+v: %v", after, err)
	}
	if _, _, err := o.connections.Update(t.Context(), m, made.ID, inbound.ConnectionUpdate{Metadata: &broken}); !errors.Is(err, domain.ErrMetadataXML) {
		t.Errorf("got %v", err)
	}
	o.wantFacts(t, made, "added", "onboarding_added", "metadata_set")
	other := managing(o.root, o.customer(t, o.root, "Beta", ""), domain.Sandbox)
	taken, _, err := o.connections.Connect(t.Context(), other, inbound.ConnectionStart{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.connections.Update(t.Context(), other, taken.ID, inbound.ConnectionUpdate{Metadata: &xml}); !errors.Is(err, domain.ErrEntityTaken) {
		t.Errorf("another organization's identity provider: %v", err)
	}
	o.wantFacts(t, taken, "added")
}

func TestADeletedConnectionTakesItsLinksAlong(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator, Send: true})
	if err != nil {
		t.Fatal(err)
	}
	was, err := o.connections.Delete(t.Context(), m, made.ID)
	if err != nil || was.Onboarding.Email != administrator {
		t.Errorf("it was %+v: %v", was, err)
	}
	if _, err := o.onboarding.Look(t.Context(), o.post.link(t)); !errors.Is(err, domain.ErrNoInvitation) {
		t.Errorf("the link leads on: %v", err)
	}
	if _, err := o.connections.Delete(t.Context(), m, made.ID); !errors.Is(err, domain.ErrNoConnection) {
		t.Errorf("deleted twice: %v", err)
	}
	o.wantFacts(t, made, "added", "onboarding_added", "administrator_invited", "deleted")
}

func TestChangesAtOnceAreAllKept(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	app := o.application(t, m, "https://app.example")
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{})
	if err != nil {
		t.Fatal(err)
	}
	const many = 20
	if n := each(t, many, nil, func() error { _, err := o.connections.Redirect(t.Context(), m, made.ID, app.ID, ""); return err }); n != many {
		t.Errorf("%d of %d were kept", n, many)
	}
	if facts := o.facts(t, made.Scope, "sso_connection/"+made.ID); len(facts) != many+1 || facts[many].Sequence != many+1 {
		t.Errorf("the trail has %d facts", len(facts))
	}
	onboardings := each(t, many, domain.ErrOnboardingThere, func() error {
		_, err := o.connections.AddOnboarding(t.Context(), m, made.ID, administrator, "")
		return err
	})
	if onboardings != 1 {
		t.Errorf("%d onboardings were added", onboardings)
	}
}

// stale makes every unit of work fail as if somebody else got in between, so many times.
type stale struct {
	outbound.UnitOfWork
	times int
}

func (s *stale) Do(ctx context.Context, work func(ctx context.Context, tx outbound.Tx) error) error {
	return s.UnitOfWork.Do(ctx, func(ctx context.Context, tx outbound.Tx) error {
		if err := work(ctx, tx); err != nil || s.times == 0 {
			return err
		}
		s.times--
		return domain.ErrStale
	})
}

func TestWhoGetsInBetweenIsAskedToWaitOnlySoManyTimes(t *testing.T) {
	o := newOffice(t)
	m := o.acme(t)
	between := &stale{UnitOfWork: o.Work, times: 2}
	o.connections.Work = between
	made, _, err := o.connections.Connect(t.Context(), m, inbound.ConnectionStart{Email: administrator})
	if err != nil || made.Sequence != 2 {
		t.Errorf("made %+v: %v", made, err)
	}
	between.times = 100
	if _, err := o.connections.ResetOnboarding(t.Context(), m, made.ID); !errors.Is(err, domain.ErrStale) || between.times == 0 {
		t.Errorf("got %v with %d to go", err, between.times)
	}
}
