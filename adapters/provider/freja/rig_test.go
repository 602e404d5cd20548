package freja_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/provider/freja"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/contract"
	there "github.com/eidgate/eidgate/test/standin/freja"
)

const everything = eid.WantNumber | eid.WantPhone | eid.WantEmail | eid.WantAddress

var (
	appLogin   = outbound.Offer{EID: eid.SEFreja, Operation: eid.Authenticate, Channel: eid.App, Tells: everything}
	appSign    = outbound.Offer{EID: eid.SEFreja, Operation: eid.Sign, Channel: eid.App, Tells: eid.WantNumber}
	proveAge   = outbound.Offer{EID: eid.SEFreja, Operation: eid.ProveAge, Channel: eid.App, Tells: everything}
	namedLogin = outbound.Offer{EID: eid.SEFreja, Operation: eid.Authenticate, Channel: eid.Backchannel, Tells: eid.WantNumber}
	namedSign  = outbound.Offer{EID: eid.SEFreja, Operation: eid.Sign, Channel: eid.Backchannel, Tells: eid.WantNumber}
)

// bench is a provider in front of a stand-in.
type bench struct {
	contract.Rig
	*freja.Provider
	there *there.Service
	clock *clock.Manual
	own   freja.Config
}

func newBench(t *testing.T) bench { return newBenchOf(t, there.Config{}) }

func newBenchOf(t *testing.T, c there.Config) bench {
	t.Helper()
	b := bench{clock: clock.At(time.Now().Truncate(time.Millisecond))} // Freja tells milliseconds
	c.Now = b.clock.Now
	b.there = there.New(t, c)
	b.own = freja.Config{
		BaseURL: b.there.URL, Certificate: b.there.RelyingParty(t), Roots: b.there.Roots(), SubjectKey: bytes.Repeat([]byte{7}, 32),
		JWSCertificates: []*x509.Certificate{b.there.Signer}, Allow: identity.AllowSandbox, Timeout: 5 * time.Second,
	}
	b.Provider = b.another(t, b.own)
	b.Rig = rig(b.Provider, b.there)
	return b
}

// another is a provider at the same stand-in.
func (b bench) another(t *testing.T, c freja.Config) *freja.Provider {
	t.Helper()
	p, err := freja.New(c, b.clock)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func number(t *testing.T, who there.Person) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(identity.Country(who.Country), who.Number, identity.Options{AsOf: time.Now(), Allow: identity.AllowSandbox})
	if err != nil {
		t.Fatal("a person of the test has no good number")
	}
	return n
}

// phone is the person's app with the session's order in it.
func phone(s eid.Snapshot, step outbound.Step, service *there.Service) (*there.Phone, error) {
	if n := s.Order.Require.Person; !n.IsZero() {
		return service.Notified(n.Reveal())
	}
	return service.Follow(step.Challenge.QR)
}

func rig(p outbound.Provider, service *there.Service) contract.Rig {
	var asked atomic.Int64
	play := func(t *testing.T, s eid.Snapshot, step outbound.Step, does func(*there.Phone)) outbound.Nudge {
		t.Helper()
		app, err := phone(s, step, service)
		if err != nil {
			t.Errorf("the app: %v", err)
			return outbound.Nudge{}
		}
		does(app)
		return outbound.Nudge{}
	}
	return contract.Rig{
		Provider: p, ReturnTo: "https://partner.example/back",
		// Freja has one login for a person, so each order names another one.
		Person: func(t *testing.T, _ eid.EID) (identity.Number, string) {
			who := there.People[int(asked.Add(1))%4]
			return number(t, who), who.Phone
		},
		Approve: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
			who := there.People[0]
			for _, p := range there.People {
				if p.Number == s.Order.Require.Person.Reveal() {
					who = p
				}
			}
			return play(t, s, step, func(app *there.Phone) { app.Approve(who) })
		},
		Decline: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
			return play(t, s, step, (*there.Phone).Decline)
		},
		Unplug: func(*testing.T) { service.Unplug() },
		Replug: func(t *testing.T) { service.Replug(t) },
	}
}

func TestFrejaKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig { return newBench(t).Rig })
}

func TestGuardedFrejaKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		b := newBench(t)
		r := b.Rig
		r.Provider = breaker.Guard(b.Provider, breaker.Config{}, system.Clock{}, func(string, string) {})
		return r
	})
}

// begun is a session whose order stands at the stand-in.
func (b bench) begun(t *testing.T, o outbound.Offer) (eid.Snapshot, outbound.Step) {
	t.Helper()
	s := b.Order(t, o)
	step, err := b.Begin(t.Context(), s)
	if err != nil {
		t.Fatalf("begin: %v because of %v", err, errors.Unwrap(err))
	}
	return s, step
}

// app is begun with the person's app in hand.
func (b bench) app(t *testing.T, o outbound.Offer) (outbound.Step, *there.Phone) {
	t.Helper()
	s, step := b.begun(t, o)
	app, err := phone(s, step, b.there)
	if err != nil {
		t.Fatalf("the app: %v", err)
	}
	return step, app
}
