package session_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

func TestAllMistakesOfTheRoutesAreReportedAtOnce(t *testing.T) {
	p := &scripted{name: "p"}
	_, err := session.NewRoutes(session.RoutesConfig{Order: map[eid.EID][]string{
		eid.SEBankID: {"p", "nobody"}, eid.NOBankID: {"p"}, eid.FIFTN: {"ghost"},
	}}, []outbound.Provider{p})
	if err == nil {
		t.Fatal("the mistakes passed")
	}
	for _, want := range []string{"routes.se.bankid", `"nobody"`, `routes.no.bankid: provider "p"`, "routes.fi.ftn", `"ghost"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
	if strings.Contains(err.Error(), `routes.se.bankid: provider "p"`) {
		t.Errorf("what is right is reported too: %q", err)
	}
	if _, err := session.NewRoutes(session.RoutesConfig{Order: map[eid.EID][]string{eid.NOVipps: nil}}, []outbound.Provider{p}); err != nil {
		t.Errorf("an empty route is no mistake: %v", err)
	}
}

func TestProvidersThatDoNotOfferWhatIsAskedArePassedOver(t *testing.T) {
	r := newRig(t)
	signs := &scripted{name: "signs", offers: []outbound.Offer{{EID: eid.SEBankID, Operation: eid.Sign, Channel: eid.Redirect, Offline: true}}}
	page := &scripted{name: "page", offers: []outbound.Offer{{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Page, Offline: true}}}
	both := &scripted{name: "both", offers: []outbound.Offer{
		{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Page}, {EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Redirect, Offline: true},
	}}
	opened, err := r.starter(t, signs, page, both).Start(t.Context(), r.acme, r.order(), noReceipt)
	if err != nil || opened.Provider != "both" || signs.asked()+page.asked() != 0 {
		t.Errorf("at %s: %v", opened.Provider, err)
	}
	if _, err := r.starter(t, signs, page).Start(t.Context(), r.acme, r.order(), noReceipt); !errors.Is(err, eid.ErrProvider) || signs.asked()+page.asked() != 0 {
		t.Errorf("nobody on the route can do it: %v", err)
	}
	order := r.order()
	order.EID = eid.NOBankID
	if _, err := r.starter(t, both).Start(t.Context(), r.acme, order, noReceipt); !errors.Is(err, eid.ErrNoRoute) {
		t.Errorf("an eID without a route: %v", err)
	}
}

func TestARouteWithoutAWayBackToTheCallerIsFound(t *testing.T) {
	page := &scripted{name: "page", offers: []outbound.Offer{
		{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Page}, {EID: eid.SEFreja, Operation: eid.Authenticate, Channel: eid.Redirect},
	}}
	routes, err := session.NewRoutes(session.RoutesConfig{
		Order: map[eid.EID][]string{eid.SEBankID: {"page"}, eid.SEFreja: {"page"}}, Simulated: []string{"page"},
	}, []outbound.Provider{page})
	if err != nil {
		t.Fatal(err)
	}
	if got := routes.Without(eid.Redirect); !slices.Equal(got, []eid.EID{eid.SEBankID}) {
		t.Errorf("to the caller: %v", got)
	}
	if got := routes.Without(eid.Page); !slices.Equal(got, []eid.EID{eid.SEFreja}) {
		t.Errorf("to us: %v", got)
	}
	if !routes.Simulated("page") || routes.Simulated("other") {
		t.Error("who is simulated is mixed up")
	}
	if p, known := routes.Provider("page"); !known || p != page {
		t.Error("the provider is not found by name")
	}
	if _, known := routes.Provider("other"); known {
		t.Error("somebody unknown is found")
	}
}

func TestAnExclusiveProviderServesTheNamedOrganizationsOnly(t *testing.T) {
	r := newRig(t)
	other := r.found(t, "Other")
	sim, real := &scripted{name: "sim"}, &scripted{name: "real"}
	s := r.starter(t, sim, real)
	config := session.RoutesConfig{Order: map[eid.EID][]string{eid.SEBankID: {"sim", "real"}}, Exclusive: map[string][]string{"sim": {"acme"}}}
	start := func(o organization.Organization) (string, error) {
		var err error
		if s.Routes, err = session.NewRoutes(config, []outbound.Provider{sim, real}); err != nil {
			t.Fatal(err)
		}
		order := r.order()
		order.Scope = o.Scope(organization.Production)
		opened, err := s.Start(t.Context(), o, order, noReceipt)
		return opened.Provider, err
	}
	if at, err := start(r.acme); err != nil || at != "sim" {
		t.Errorf("the named organization is at %q: %v", at, err)
	}
	if at, err := start(other); err != nil || at != "real" {
		t.Errorf("another organization is at %q: %v", at, err)
	}
	config.Order[eid.SEBankID] = []string{"sim"}
	asked := sim.asked()
	if _, err := start(other); !errors.Is(err, eid.ErrProvider) || sim.asked() != asked {
		t.Errorf("another organization got through: %v", err)
	}
	config.Exclusive["sim"] = nil
	if _, err := start(r.acme); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("a provider for nobody served somebody: %v", err)
	}
}
