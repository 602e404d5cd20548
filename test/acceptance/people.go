package acceptance

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
)

const personsBrowser = "a-browser-of-a-person-in-a-story-0123456789"

// Approve plays the person whom an operation waits for: by page, by app or notified.
func (g *Gateway) Approve(t *testing.T, b Begun, person string) {
	t.Helper()
	if v := g.come(t, b); v.Challenge.URL != "" {
		g.comeBack(t, v, person)
		return
	}
	if err := g.people.Approve(t.Context(), b.Session, person); err != nil {
		t.Fatal(err)
	}
}

// Decline plays a person who says no.
func (g *Gateway) Decline(t *testing.T, b Begun) {
	t.Helper()
	if v := g.come(t, b); v.Challenge.URL != "" {
		g.comeBack(t, v, "")
		return
	}
	if err := g.people.Reject(t.Context(), b.Session); err != nil {
		t.Fatal(err)
	}
}

// come opens the page of an operation that has one, and goes on.
func (g *Gateway) come(t *testing.T, b Begun) inbound.Visit {
	t.Helper()
	if b.URL == "" {
		return inbound.Visit{}
	}
	ticket := b.URL[strings.LastIndexByte(b.URL, '/')+1:]
	v, err := g.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: personsBrowser, Address: "192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// comeBack sends the browser to the provider, where the person approves, or says no for "", and takes it back to us.
func (g *Gateway) comeBack(t *testing.T, v inbound.Visit, person string) {
	t.Helper()
	g.bringBack(t, g.browse(t, v.Challenge.URL, person))
}

// bringBack is the browser coming to us with what the provider gave it.
func (g *Gateway) bringBack(t *testing.T, back *url.URL) {
	t.Helper()
	if !strings.HasPrefix(back.String(), g.base+"/callback/simulator?") {
		t.Fatal("the browser was sent elsewhere")
	}
	params := map[string]string{}
	for name, values := range back.Query() {
		params[name] = values[0]
	}
	if _, err := g.visits.Return(t.Context(), "simulator", params, personsBrowser); err != nil {
		t.Fatal(err)
	}
}

// Outcome follows an operation until it is over, while time goes by.
func (g *Gateway) Outcome(t *testing.T, b Begun) Progress {
	t.Helper()
	return g.until(t, b, func(p Progress) bool { return p.State != Waiting })
}

func (g *Gateway) until(t *testing.T, b Begun, enough func(Progress) bool) (p Progress) {
	t.Helper()
	g.during(t, string(b.EID)+" "+string(b.Operation)+" comes to what the story waits for", func() bool {
		var outcome Outcome
		p, outcome = g.operations.Follow(t, b)
		outcome.OK(t)
		return enough(p)
	})
	return p
}

// during lets time go by until something holds.
func (g *Gateway) during(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 100 {
		g.Clock.Advance(1100 * time.Millisecond)
		if holds() {
			return
		}
		pause := time.NewTimer(20 * time.Millisecond) // the collector works by the real clock
		select {
		case <-pause.C:
		case <-t.Context().Done():
		}
	}
	t.Fatalf("it does not come about that %s", what)
}

// person finds somebody among the simulated people.
func (g *Gateway) person(t *testing.T, what string, is func(inbound.SimulatedPerson) bool) inbound.SimulatedPerson {
	t.Helper()
	for _, p := range g.people.People() {
		if is(p) {
			return p
		}
	}
	t.Fatalf("nobody is %s", what)
	return inbound.SimulatedPerson{}
}

func called(id string) func(inbound.SimulatedPerson) bool {
	return func(p inbound.SimulatedPerson) bool { return p.ID == id }
}

// having is somebody of a country who has the eID.
func (g *Gateway) having(t *testing.T, e eid.EID, c identity.Country) string {
	t.Helper()
	return g.person(t, "of "+string(c)+" with "+string(e), func(p inbound.SimulatedPerson) bool {
		return p.Number.Country() == c && slices.Contains(p.EIDs, e)
	}).ID
}

// PhoneOf is a simulated person's telephone number.
func (g *Gateway) PhoneOf(t *testing.T, id string) string {
	t.Helper()
	return g.person(t, id, called(id)).Phone
}

// CardOf is the text that a simulated person's identity card shows at this moment.
func (g *Gateway) CardOf(t *testing.T, id string) string {
	t.Helper()
	return g.person(t, id, called(id)).Card
}

// Withheld is somebody whose eID tells no age.
func (g *Gateway) Withheld(t *testing.T) string {
	t.Helper()
	return g.person(t, "of unknown age", func(p inbound.SimulatedPerson) bool { return p.Withheld }).ID
}

// Signer is somebody who may sign for a company, and the company's number.
func (g *Gateway) Signer(t *testing.T) (person, company string) {
	t.Helper()
	p := g.person(t, "a signatory", func(p inbound.SimulatedPerson) bool { return len(p.SignsFor) > 0 })
	return p.ID, p.SignsFor[0].Number.Reveal()
}
