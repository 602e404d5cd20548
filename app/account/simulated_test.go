package account_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/account"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
)

func newSimulator(t *testing.T, r *rig) *simulator.Simulator {
	t.Helper()
	s, err := simulator.New(simulator.Config{PublicURL: "https://sim.example", Secret: []byte(strings.Repeat("s", 32)), Plain: true}, r.clock, system.IDs{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// browse plays a person at the simulator and gives the code that the browser brings back.
func browse(t *testing.T, s *simulator.Simulator, address, person string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	visit := inbound.SimulatedVisit{ClientID: q.Get("client_id"), Request: q.Get("request"), State: q.Get("state"), Browser: "browser"}
	answer, err := s.Visit(t.Context(), visit)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Approve(t.Context(), answer.Order.ID, person); err != nil {
		t.Fatal(err)
	}
	if answer, err = s.Visit(t.Context(), visit); err != nil {
		t.Fatal(err)
	}
	back, err := url.Parse(answer.Redirect)
	if err != nil {
		t.Fatal(err)
	}
	return back.Query().Get("code")
}

// simulate lets an account prove itself with the simulator's person of its country.
func simulate(t *testing.T, f *flow, s *simulator.Simulator, a account.Snapshot, person string) (inbound.CompletedVerification, error) {
	t.Helper()
	started, err := f.Start(t.Context(), inbound.VerificationStart{Scope: a.Scope, AccountID: a.ID, RedirectURI: callback})
	if err != nil {
		t.Fatal(err)
	}
	return f.Complete(t.Context(), inbound.VerificationCode{
		Scope: a.Scope, AccountID: a.ID, Code: browse(t, s, started.Challenge.URL, person), RedirectURI: callback, State: started.Correlation,
	})
}

func TestSimulatedPeopleCountForTheNamedOrganizationsOnly(t *testing.T) {
	r := newRig(t)
	r.numbers.Synthetic = true
	r.numbers.Simulated = func(o organization.Organization) bool { return o.Domain == "other" }
	s := newSimulator(t, r)
	f := r.flow(t, s)
	for _, country := range []struct {
		code   identity.Country
		person string
	}{{identity.SE, "anna"}, {identity.NO, "kari"}, {identity.FI, "aino"}, {identity.DK, "mette"}} {
		refused := r.register(t, r.acme.scope(), string(country.code)+"@example.com", country.code)
		_, err := simulate(t, f, s, refused, country.person)
		blames(t, err, account.ErrNumberUnusable, "number")
		if told := r.refusals(t, refused); !slices.Equal(told, []string{eid.ReasonSimulated}) || !r.read(t, refused).Number.IsZero() {
			t.Errorf("%s: the trail says %v", country.code, told)
		}
		accepted := r.register(t, r.other.scope(), string(country.code)+"@example.com", country.code)
		done, err := simulate(t, f, s, accepted, country.person)
		if err != nil || !done.Simulated {
			t.Errorf("%s: simulated %v: %v", country.code, done.Simulated, err)
		}
	}
}

func TestTestNumbersCountInASandboxAndNotInProduction(t *testing.T) {
	r := newRig(t)
	r.numbers.Simulated = func(organization.Organization) bool { return true }
	r.enrol(t, "acme", organization.KindSSO, organization.Sandbox)
	s := newSimulator(t, r)
	f := r.flow(t, s)
	for environment, good := range map[organization.Environment]bool{organization.Sandbox: true, organization.Production: false} {
		a := r.register(t, r.acme.Scope(environment), "kari@example.com", identity.NO)
		_, err := simulate(t, f, s, a, "kari")
		if good && err != nil {
			t.Errorf("%s: %v", environment, err)
		} else if !good {
			blames(t, err, account.ErrNumberInvalid, "number")
		}
		reg := registration(r.acme.Scope(environment), "aino@example.com", identity.FI)
		reg.SSN = "210281-9988"
		_, err = r.registrar().Register(t.Context(), reg)
		if good && err != nil {
			t.Errorf("%s: %v", environment, err)
		} else if !good {
			blames(t, err, account.ErrNumberInvalid, "number")
		}
	}
}

func TestAnEmployeesLoginMayTakeNobodysNumber(t *testing.T) {
	r := newRig(t)
	r.numbers.Simulated = func(organization.Organization) bool { return true }
	s := newSimulator(t, r)
	f := r.flow(t, s)
	a := r.register(t, r.acme.scope(), "mette@example.com", identity.DK)
	started, err := f.Start(t.Context(), inbound.VerificationStart{Scope: a.Scope, AccountID: a.ID, RedirectURI: callback, Context: "urn:grn:authn:dk:mitid:business"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Complete(t.Context(), inbound.VerificationCode{
		Scope: a.Scope, AccountID: a.ID, Code: browse(t, s, started.Challenge.URL, "mette"), RedirectURI: callback, State: started.Correlation,
	})
	blames(t, err, account.ErrNumberMissing, "number")
}
