package acceptance

import (
	"crypto/rand"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/signicat"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	"github.com/eidgate/eidgate/test/contract"
)

// frontURL is where the gateway is that has the adapter. Nothing listens there.
const frontURL = "http://127.0.0.1:9702"

// road leads to a gateway. Time goes by with everything that travels on it, so that whoever is held to a pace there keeps
// it, however fast the machine is: a session is asked for twice a second, and of those that are opened one follows another.
type road struct {
	clock  *clock.Manual
	closed atomic.Bool
	narrow sync.Mutex
}

func (r *road) RoundTrip(q *http.Request) (*http.Response, error) {
	if r.closed.Load() {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	if q.Method == http.MethodGet {
		r.clock.Advance(600 * time.Millisecond)
		return http.DefaultTransport.RoundTrip(q)
	}
	r.narrow.Lock()
	defer r.narrow.Unlock()
	r.clock.Advance(60 * time.Millisecond)
	return http.DefaultTransport.RoundTrip(q)
}

// TestTheSessionAPIIsAProvidersOther holds the adapter to the promises of a provider with a gateway at the other end.
func TestTheSessionAPIIsAProvidersOther(t *testing.T) {
	t.Parallel()
	back := open(t, "sqlite:"+t.TempDir()+"/eidgate.db", func(g *Gateway) Door { return inProcess{g} })
	contract.TestProvider(t, func(t *testing.T) contract.Rig {
		t.Helper()
		r := &road{clock: back.Clock}
		p, err := signicat.New(signicat.Config{
			BaseURL: back.base + "/auth/rest", TokenURL: back.base + "/auth/open/connect/token", ClientID: "demo-session",
			ClientSecret: "demo-session-secret", AccountID: back.account(), PublicURL: frontURL, Timeout: 20 * time.Second, Transport: r,
		}, back.Clock, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return contract.Rig{
			Provider: p, ReturnTo: done,
			Approve: func(t *testing.T, s eid.Snapshot, step outbound.Step) outbound.Nudge {
				t.Helper()
				return back.acts(t, step, named[s.Order.EID])
			},
			Decline: func(t *testing.T, _ eid.Snapshot, step outbound.Step) outbound.Nudge {
				t.Helper()
				return back.acts(t, step, "")
			},
			Unplug: func(*testing.T) { r.closed.Store(true) },
			Replug: func(*testing.T) { r.closed.Store(false) },
		}
	})
}

// acts plays a person whom another gateway sent here, until the session is over: they approve as the named one or, for "",
// say no. It gives what they bring back there.
func (g *Gateway) acts(t *testing.T, step outbound.Step, person string) outbound.Nudge {
	t.Helper()
	if step.Challenge.URL == "" {
		orders := g.people.Waiting()
		i := slices.IndexFunc(orders, func(o inbound.SimulatedOrder) bool { return o.AppToken == step.Challenge.AppToken })
		if i < 0 {
			t.Error("no order waits for the person")
			return outbound.Nudge{}
		}
		g.decide(t, orders[i].Session, person)
		return outbound.Nudge{}
	}
	ticket := step.Challenge.URL[strings.LastIndexByte(step.Challenge.URL, '/')+1:]
	v, err := g.visits.Begin(t.Context(), ticket, inbound.Arrival{Browser: personsBrowser})
	if err != nil {
		t.Error(err)
		return outbound.Nudge{}
	}
	if v.Challenge.URL != "" {
		g.comeBack(t, v, person)
		g.settles(t, v.Session)
	} else {
		g.decide(t, v.Session, person)
	}
	v, err = g.visits.Look(t.Context(), ticket, personsBrowser)
	if err != nil || !strings.HasPrefix(v.ReturnTo, frontURL+"/callback/signicat?") {
		t.Error("the person is sent elsewhere:", err)
	}
	brought := outbound.Nudge{Returned: map[string]string{}}
	for name, values := range parsed(t, v.ReturnTo).Query() {
		brought.Returned[name] = values[0]
	}
	return brought
}

func (g *Gateway) decide(t *testing.T, session, person string) {
	t.Helper()
	err := error(nil)
	if person == "" {
		err = g.people.Reject(t.Context(), session)
	} else {
		err = g.people.Approve(t.Context(), session, person)
	}
	if err != nil {
		t.Error(err)
	}
	g.settles(t, session)
}

// settles waits for a session that somebody has decided about. It moves the clock to when the session is looked after next,
// and no further, for others in the crowd have only so long; what that takes is the machine's time.
func (g *Gateway) settles(t *testing.T, session string) {
	t.Helper()
	for range 3000 {
		s, err := g.sessions.Follow(t.Context(), inbound.SessionQuery{Scope: g.scope(), ID: session})
		if err != nil || s.State.Settled() {
			if err != nil {
				t.Error(err)
			}
			return
		}
		if rest := s.Due.Sub(g.Clock.Now()); rest > 0 {
			g.Clock.Advance(rest)
			continue
		}
		pause := time.NewTimer(20 * time.Millisecond)
		select {
		case <-pause.C:
		case <-t.Context().Done():
			return
		}
	}
	t.Error("the session does not end")
}
