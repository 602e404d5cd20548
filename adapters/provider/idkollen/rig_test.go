package idkollen_test

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/provider/idkollen"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/contract"
	standin "github.com/eidgate/eidgate/test/standin/idkollen"
)

// publicURL is the gateway's own address, at which nothing listens.
const (
	publicURL   = "https://gateway.example/eid"
	callbackKey = "the key of call-backs"
)

// bench is a provider in front of a stand-in.
type bench struct {
	contract.Rig
	*idkollen.Provider
	there *standin.Service
	clock *clock.Manual
}

func newBench(t *testing.T, change ...func(*standin.Config)) bench {
	t.Helper()
	b := bench{clock: clock.Stopped()}
	c := standin.Config{Now: b.clock.Now, Allowed: []string{"gateway.example"}, CallbackKey: callbackKey}
	for _, f := range change {
		f(&c)
	}
	b.there = standin.New(t, c)
	b.Provider = b.provider(t, func(*idkollen.Config) {})
	b.Rig = b.rig(patient{b.Provider, b.clock})
	return b
}

// provider is another one on the same bench, configured otherwise.
func (b bench) provider(t *testing.T, change func(*idkollen.Config)) *idkollen.Provider {
	t.Helper()
	c := idkollen.Config{
		BaseURL: b.there.BaseURL, AccountID: standin.Account, SecretKey: standin.Secret, CallbackKey: callbackKey,
		PublicURL: publicURL, Timeout: 5 * time.Second, Transport: b.there.Transport(),
	}
	if change(&c); strings.HasPrefix(c.BaseURL, "http:") {
		c.Transport = nil // the product's own
	}
	p, err := idkollen.New(c, b.clock)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// patient asks as a caller does who leaves the provider alone between two questions.
type patient struct {
	outbound.Provider
	clock *clock.Manual
}

func (p patient) Advance(ctx context.Context, thread []byte, nudge outbound.Nudge) (outbound.Step, error) {
	p.clock.Advance(2 * time.Second)
	return p.Provider.Advance(ctx, thread, nudge)
}

// swedes take turns, because Swedish BankID ends two orders for one person.
var swedes = []string{standin.Terne, standin.Anna, standin.Erik, standin.Sam}

// who has the eID; turn chooses among Swedes.
func who(e eid.EID, turn int) string {
	switch e.Country() {
	case identity.NO:
		return standin.Kari
	case identity.DK:
		return standin.Mette
	case identity.FI:
		return standin.Vilma
	}
	return swedes[turn%len(swedes)]
}

func number(t *testing.T, e eid.EID, name string) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(e.Country(), standin.Number(name), identity.Options{AsOf: time.Now(), Allow: identity.AllowSandbox})
	if err != nil {
		t.Fatal("a test number is none")
	}
	return n
}

// paths are the eIDs in the words of the API.
var paths = map[eid.EID]string{
	eid.SEBankID: "bankid-se", eid.SEFreja: "freja", eid.NOBankID: "bankid-no", eid.NOVipps: "vipps", eid.DKMitID: "mitid", eid.FIFTN: "ftn",
}

func (b bench) rig(p outbound.Provider) contract.Rig {
	var turn atomic.Int64
	act := func(t *testing.T, s eid.Snapshot, step outbound.Step, d standin.Decision) outbound.Nudge {
		t.Helper()
		if s.Order.Channel != eid.Page {
			if err := b.decide(s, *step.Challenge, d); err != nil {
				t.Error(err)
			}
			return outbound.Nudge{}
		}
		back, err := b.there.Visit(t.Context(), step.Challenge.URL, d)
		if err != nil {
			t.Error(err)
			return outbound.Nudge{}
		}
		return returned(t, s, back)
	}
	return contract.Rig{
		Provider: p, ReturnTo: "https://shop.example/back",
		Person: func(t *testing.T, e eid.EID) (identity.Number, string) {
			t.Helper()
			name := who(e, int(turn.Add(1)))
			return number(t, e, name), standin.Phone(name)
		},
		Approve: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
			t.Helper()
			name := who(s.Order.EID, 0)
			if i := slices.IndexFunc(swedes, func(n string) bool { return standin.Number(n) == s.Order.Require.Person.Reveal() }); i >= 0 {
				name = swedes[i]
			}
			return act(t, s, step, standin.Approve(name))
		},
		Decline: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
			t.Helper()
			return act(t, s, step, standin.Decline())
		},
		Unplug: func(*testing.T) { b.there.Unplug() },
		Replug: func(t *testing.T) { t.Helper(); b.there.Replug(t) },
	}
}

// decide is what a person does who needs no browser.
func (b bench) decide(s eid.Snapshot, c eid.Challenge, d standin.Decision) error {
	switch {
	case s.Order.Channel == eid.Backchannel && s.Order.EID == eid.NOVipps:
		return b.there.Notified(paths[s.Order.EID], s.Order.Phone, d)
	case s.Order.Channel == eid.Backchannel:
		return b.there.Notified(paths[s.Order.EID], s.Order.Require.Person.Reveal(), d)
	}
	return b.there.OpenApp(c.AppToken, d)
}

func returned(t *testing.T, s eid.Snapshot, back *url.URL) outbound.Nudge {
	t.Helper()
	query := back.Query()
	if !strings.HasPrefix(back.String(), publicURL+"/callback/idkollen?") || query.Get("state") != s.Ticket || query.Get("refId") != s.ID {
		t.Error("the person came back to another place, or as somebody else")
	}
	n := outbound.Nudge{Returned: map[string]string{}}
	for name := range query {
		n.Returned[name] = query.Get(name)
	}
	return n
}

// order is one by the offer of that kind.
func (b bench) order(t *testing.T, e eid.EID, o eid.Operation, c eid.Channel) eid.Snapshot {
	t.Helper()
	for _, offer := range b.Offers() {
		if offer.EID == e && offer.Operation == o && offer.Channel == c {
			return b.Order(t, offer)
		}
	}
	t.Fatalf("%s of %s by %s is not offered", o, e, c)
	return eid.Snapshot{}
}

func (b bench) begun(t *testing.T, s eid.Snapshot) outbound.Step {
	t.Helper()
	step, err := b.Begin(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return step
}

func TestIDkollenKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig { return newBench(t).Rig })
}

func TestIDkollenOverTLSKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		return newBench(t, func(c *standin.Config) { c.TLS = true }).Rig
	})
}

func TestGuardedIDkollenKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		b := newBench(t)
		return b.rig(breaker.Guard(patient{b.Provider, b.clock}, breaker.Config{}, system.Clock{}, func(string, string) {}))
	})
}
