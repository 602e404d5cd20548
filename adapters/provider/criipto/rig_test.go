package criipto_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/criipto"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/standin"
)

// bench is a provider in front of a stand-in.
type bench struct {
	contract.Rig
	*criipto.Provider
	there *standin.Provider
	clock *clock.Manual
}

func newBench(t *testing.T) bench {
	t.Helper()
	b := bench{clock: clock.Stopped()}
	b.there = standin.New(t, standin.Config{Now: b.clock.Now, RedirectURIs: []string{publicURL + "/callback/criipto"}})
	c := b.config()
	connections := &http.Transport{}
	c.Transport = connections
	provider, err := criipto.New(c, b.clock, system.IDs{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	b.Provider = provider
	b.Rig = rig(provider, b.there)
	b.Unplug = func(*testing.T) {
		b.there.Unplug()
		// A code sent over a connection whose end has not been noticed yet may have arrived, and is rightly uncertain.
		connections.CloseIdleConnections()
	}
	return b
}

func (b bench) config() criipto.Config {
	signing, encryption := standin.ClientKeys()
	return criipto.Config{
		Issuer: b.there.Issuer, ClientID: standin.ClientID, SigningKey: signing, EncryptionKey: encryption,
		PublicURL: publicURL, Timeout: 5 * time.Second,
	}
}

// publicURL is the gateway's own address, at which nothing listens.
const publicURL = "https://gateway.example/eid"

var who = map[eid.EID]string{
	eid.SEBankID: standin.Terne, eid.SEFreja: standin.Sten, eid.NOBankID: standin.Kari, eid.NOVipps: standin.Ola,
	eid.DKMitID: standin.Mette, eid.FIFTN: standin.Vilma,
}

func rig(p outbound.Provider, there *standin.Provider) contract.Rig {
	return contract.Rig{
		Provider: p, ReturnTo: standin.Callback,
		Approve: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
			t.Helper()
			back, err := there.Approve(t.Context(), step.Challenge.URL, who[s.Order.EID])
			return returned(t, s, back, err)
		},
		Decline: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
			t.Helper()
			back, err := there.Decline(t.Context(), step.Challenge.URL)
			return returned(t, s, back, err)
		},
		Unplug: func(*testing.T) { there.Unplug() },
		Replug: func(t *testing.T) { there.Replug(t) },
	}
}

// returned is what the person brings back to the caller.
func returned(t *testing.T, s eid.Snapshot, back *url.URL, err error) outbound.Nudge {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	nudge := outbound.Nudge{Returned: map[string]string{"redirect_uri": s.Order.ReturnTo}}
	state, address := s.Order.Correlation, s.Order.ReturnTo
	if s.Order.Channel == eid.Page { // our own page knows no redirect_uri
		state, address = s.Ticket, publicURL+outbound.ReturnPath("criipto")
		nudge.Returned = map[string]string{}
	}
	if back.Query().Get("state") != state || !strings.HasPrefix(back.String(), address+"?") {
		t.Fatalf("%s by %s: the person came back with another state, or to another address", s.Order.EID, s.Order.Channel)
	}
	for name := range back.Query() {
		nudge.Returned[name] = back.Query().Get(name)
	}
	return nudge
}

// approved is a session whose person has approved and whose code waits to be redeemed.
func (b bench) approved(t *testing.T, e eid.EID) (eid.Snapshot, outbound.Step, outbound.Nudge) {
	t.Helper()
	s := b.Session(t, e)
	step, err := b.Begin(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return s, step, b.Approve(t, s, step)
}

// login goes all the way.
func (b bench) login(t *testing.T, e eid.EID) (outbound.Step, error) {
	t.Helper()
	_, step, nudge := b.approved(t, e)
	return b.Advance(t.Context(), step.Thread, nudge)
}
