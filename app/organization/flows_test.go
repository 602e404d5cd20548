package organization_test

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"
	"testing"

	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/identity"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestNamesakesAreToldApart(t *testing.T) {
	r := newRegistry(t)
	const many = 12
	domains := make([]string, many)
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			o, err := r.Found(t.Context(), "Acme AB", nil)
			if err != nil {
				t.Error(err)
			}
			domains[i] = o.Domain
		})
	}
	all.Wait()
	slices.Sort(domains)
	if distinct := slices.Compact(slices.Clone(domains)); len(distinct) != many || domains[0] != "acme-ab" {
		t.Errorf("founded %v", domains)
	}
	for _, d := range domains[1:] {
		if !regexp.MustCompile(`^acme-ab-[a-z0-9]{4}$`).MatchString(d) {
			t.Errorf("one is called %q", d)
		}
	}
	if err := r.Dissolve(t.Context(), "acme-ab"); err != nil {
		t.Fatal(err)
	}
	if o, err := r.Found(t.Context(), "Acme AB", nil); err != nil || o.Domain == "acme-ab" {
		t.Errorf("a deleted organization's domain was given to %q: %v", o.Domain, err)
	}
	if err := r.Dissolve(t.Context(), "acme-ab"); !errors.Is(err, domain.ErrNoOrganization) {
		t.Errorf("dissolved twice: %v", err)
	}
}

func TestAnEnrolmentThatBreaksARuleLeavesNoClient(t *testing.T) {
	r := newRegistry(t)
	if _, err := r.Found(t.Context(), "Acme", nil); err != nil {
		t.Fatal(err)
	}
	good := organization.Enrolment{Domain: "acme", Environment: domain.Production, Kind: domain.KindCRM, Identifier: "crm@acme.example"}
	c, secret, err := r.Enrol(t.Context(), good)
	if err != nil {
		t.Fatal(err)
	}
	r.LoopbackHTTP = false
	managed := domain.Organization{ID: r.IDs.New(), Domain: "managed", Name: "Managed", CreatedAt: r.Clock.Now(), UpdatedAt: r.Clock.Now()}
	err = r.Work.Do(t.Context(), func(ctx context.Context, tx outbound.Tx) error {
		acme, err := tx.Organizations().FindByDomain(ctx, "acme")
		if err != nil {
			return err
		}
		managed.Root = acme.ID
		return tx.Organizations().Add(ctx, managed)
	})
	if err != nil {
		t.Fatal(err)
	}
	for want, change := range map[error]func(e *organization.Enrolment){
		domain.ErrNoOrganization:  func(e *organization.Enrolment) { e.Domain = "nobody" },
		domain.ErrClientKind:      func(e *organization.Enrolment) { e.Kind = "" },
		domain.ErrIdentifier:      func(e *organization.Enrolment) { e.Identifier = "a b" },
		domain.ErrIdentifierTaken: func(*organization.Enrolment) {},
		domain.ErrManager:         func(e *organization.Enrolment) { e.Domain, e.Kind = "managed", domain.KindManagement },
		domain.ErrAddress:         func(e *organization.Enrolment) { e.Addresses.Redirect = []string{"http://127.0.0.1:3000/"} },
	} {
		e := good
		change(&e)
		if _, secret, err := r.Enrol(t.Context(), e); !errors.Is(err, want) || secret != "" {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	good.Kind = domain.KindSSO // of another kind the same identifier is free
	other, otherSecret, err := r.Enrol(t.Context(), good)
	if err != nil || otherSecret == secret || other.ID == c.ID {
		t.Errorf("got %v", err)
	}
	good.Identifier = ""
	if made, _, err := r.Enrol(t.Context(), good); err != nil || made.Identifier == "" {
		t.Errorf("no identifier was made: %v", err)
	}
	if clients, err := r.Clients(t.Context()); err != nil || len(clients) != 3 {
		t.Errorf("there are %d clients: %v", len(clients), err)
	}
	if err := r.Revoke(t.Context(), "nobody"); !errors.Is(err, domain.ErrNoClient) {
		t.Errorf("revoking nobody: %v", err)
	}
}

func TestPlansAreNumberedFromOneInEachOrganization(t *testing.T) {
	r := newRegistry(t)
	for _, name := range []string{"Beta", "Acme"} {
		if _, err := r.Found(t.Context(), name, nil); err != nil {
			t.Fatal(err)
		}
		for id := range int64(2) {
			if p, err := r.Offer(t.Context(), string(name[0]|0x20)+name[1:], "Plan", id == 0); err != nil || p.ID != id+1 || p.Monitors != (id == 0) {
				t.Errorf("offered %+v: %v", p, err)
			}
		}
	}
	plans, err := r.Plans(t.Context())
	if err != nil || len(plans) != 4 || plans[0].Domain != "acme" || plans[1].ID != 2 || plans[2].Domain != "beta" {
		t.Errorf("there are %+v: %v", plans, err)
	}
	if _, err := r.Offer(t.Context(), "nobody", "Plan", false); !errors.Is(err, domain.ErrNoOrganization) {
		t.Errorf("got %v", err)
	}
}

func TestTheBlocklistTakesAllOrNothingAndForgetsOnRequest(t *testing.T) {
	r := newRegistry(t)
	b := &organization.Blocklist{Work: r.Work, Clock: system.Clock{}}
	entries := []organization.Entry{{Country: "SE", Digits: "680202-0575"}, {Country: "NO", Digits: "27034698436"}, {Country: "NO", Digits: "05840399895"}}
	numbers, _, err := b.Read(entries)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // what is there stays, once
		if err := b.Add(t.Context(), numbers); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := b.Count(t.Context()); err != nil || n != 3 {
		t.Errorf("%d are blocked: %v", n, err)
	}
	view(t, r, func(ctx context.Context, reader outbound.Reader) error {
		written, err := identity.ParsePerson(identity.SE, "196802020575", identity.Options{AsOf: system.Clock{}.Now()})
		if err != nil {
			return err
		}
		blocked, err := reader.Blocklist().Has(ctx, written)
		if !blocked {
			t.Error("a number written in another way is let through")
		}
		return err
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Remove(ctx, numbers); err == nil {
		t.Error("removed for nobody")
	}
	for range 2 { // what is not there is no mistake
		if err := b.Remove(t.Context(), numbers[1:]); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := b.Count(t.Context()); err != nil || n != 1 {
		t.Errorf("%d are blocked: %v", n, err)
	}
}

func TestAMistakeInAListOfNumbersIsFoundWithoutQuotingIt(t *testing.T) {
	b := &organization.Blocklist{Clock: system.Clock{}}
	good := organization.Entry{Country: "SE", Digits: "196802020575"}
	for _, c := range []struct {
		bad  organization.Entry
		want error
	}{
		{organization.Entry{Country: "DE", Digits: "196802020575"}, organization.ErrBlockCountry}, {organization.Entry{Digits: "196802020575"}, organization.ErrBlockCountry},
		{organization.Entry{Country: "SE", Digits: "196802020576"}, organization.ErrBlockNumber}, {organization.Entry{Country: "NO", Digits: "196802020575"}, organization.ErrBlockNumber},
		{organization.Entry{Country: "SE"}, organization.ErrBlockNumber},
	} {
		numbers, at, err := b.Read([]organization.Entry{good, good, c.bad, good})
		if !errors.Is(err, c.want) || at != 2 || numbers != nil {
			t.Errorf("%s: entry %d: %v", c.bad.Country, at, err)
		}
		if regexp.MustCompile(`[0-9]{4}`).MatchString(err.Error()) {
			t.Errorf("the error quotes digits: %v", err)
		}
	}
}
