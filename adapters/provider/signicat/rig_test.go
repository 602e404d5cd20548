package signicat_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/provider/signicat"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/contract"
	standin "github.com/eidgate/eidgate/test/standin/signicat"
)

// publicURL is the gateway's own address, at which nothing listens.
const publicURL = "https://gateway.example/eid"

// bench is a provider in front of a stand-in.
type bench struct {
	contract.Rig
	*signicat.Provider
	there *standin.Service
	clock *clock.Manual
}

func newBench(t *testing.T, change ...func(*standin.Config)) bench {
	t.Helper()
	b := bench{clock: clock.Stopped()}
	c := standin.Config{Now: b.clock.Now}
	for _, f := range change {
		f(&c)
	}
	b.there = standin.New(t, c)
	b.Provider = b.provider(t, func(*signicat.Config) {})
	b.Rig = b.rig(b.Provider)
	return b
}

// provider is another one on the same bench, configured otherwise.
func (b bench) provider(t *testing.T, change func(*signicat.Config)) *signicat.Provider {
	t.Helper()
	c := signicat.Config{
		BaseURL: b.there.BaseURL, TokenURL: b.there.TokenURL, ClientID: standin.ClientID, ClientSecret: standin.Secret,
		AccountID: standin.Account, PublicURL: publicURL, Timeout: 20 * time.Second, Transport: b.there.Transport(),
	}
	if strings.HasPrefix(c.BaseURL, "http:") {
		c.Transport = nil // the product's own
	}
	change(&c)
	p, err := signicat.New(c, b.clock, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// who has the eID.
func who(e eid.EID) string {
	switch e.Country() {
	case identity.NO:
		return standin.Kari
	case identity.DK:
		return standin.Mette
	case identity.FI:
		return standin.Vilma
	}
	return standin.Terne
}

func number(t *testing.T, e eid.EID, name string) identity.Number {
	t.Helper()
	n, err := identity.ParsePerson(e.Country(), standin.Number(name), identity.Options{AsOf: time.Now(), Allow: identity.AllowSandbox})
	if err != nil {
		t.Fatal("a test number is none")
	}
	return n
}

func (b bench) rig(p outbound.Provider) contract.Rig {
	return contract.Rig{
		Provider: p, ReturnTo: "https://shop.example/back",
		Approve: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
			t.Helper()
			return b.act(t, s, step, standin.Approve(who(s.Order.EID)))
		},
		Decline: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
			t.Helper()
			return b.act(t, s, step, standin.Decline())
		},
		Unplug: func(*testing.T) { b.there.Unplug() },
		Replug: func(t *testing.T) { t.Helper(); b.there.Replug(t) },
	}
}

// act is what a person does who was shown a step.
func (b bench) act(t *testing.T, s eid.Snapshot, step outbound.Step, d standin.Decision) outbound.Nudge {
	t.Helper()
	if step.Challenge.URL == "" {
		if err := b.there.OpenApp(step.Challenge.AppToken, d); err != nil {
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

func returned(t *testing.T, s eid.Snapshot, back *url.URL) outbound.Nudge {
	t.Helper()
	query := back.Query()
	if !strings.HasPrefix(back.String(), publicURL+"/callback/signicat?") || query.Get("state") != s.Ticket || query.Get("externalReference") != s.ID {
		t.Error("the person came back to another place, or as somebody else")
	}
	n := outbound.Nudge{Returned: map[string]string{}}
	for name := range query {
		n.Returned[name] = query.Get(name)
	}
	return n
}

// order is one by the offer of that kind.
func (b bench) order(t *testing.T, e eid.EID, c eid.Channel, change ...func(*eid.Order)) eid.Snapshot {
	t.Helper()
	for _, offer := range b.Offers() {
		if offer.EID == e && offer.Operation == eid.Authenticate && offer.Channel == c {
			s := b.Order(t, offer)
			for _, f := range change {
				f(&s.Order)
			}
			return s
		}
	}
	t.Fatalf("%s by %s is not offered", e, c)
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

// ended goes all the way, with what the person decides.
func (b bench) ended(t *testing.T, s eid.Snapshot, d standin.Decision) (outbound.Step, error) {
	t.Helper()
	step := b.begun(t, s)
	return b.Advance(t.Context(), step.Thread, b.act(t, s, step, d))
}

// proven goes all the way, with the person of the contract.
func (b bench) proven(t *testing.T, s eid.Snapshot) eid.Evidence {
	t.Helper()
	got, err := b.ended(t, s, standin.Approve(who(s.Order.EID)))
	if err != nil || got.Evidence == nil {
		t.Fatalf("got %v", err)
	}
	return *got.Evidence
}

func TestSignicatKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig { return newBench(t).Rig })
}

func TestSignicatOverTLSKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		return newBench(t, func(c *standin.Config) { c.TLS = true }).Rig
	})
}

func TestGuardedSignicatKeepsThePromisesOfAProvider(t *testing.T) {
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		b := newBench(t)
		return b.rig(breaker.Guard(b.Provider, breaker.Config{}, system.Clock{}, func(string, string) {}))
	})
}
