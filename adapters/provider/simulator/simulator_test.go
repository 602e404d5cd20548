package simulator_test

import (
	"bytes"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

const (
	public   = "http://127.0.0.1:8080"
	returnTo = "https://shop.example/back?lang=sv"
)

// ids counts.
type ids struct {
	mu sync.Mutex
	n  int
}

func (i *ids) New() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.n++
	return fmt.Sprintf("id-%d", i.n)
}

func (i *ids) Number() int64 { return 1 }

func secret(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

func open(t *testing.T, c *clock.Manual, key []byte) *simulator.Simulator {
	t.Helper()
	s, err := simulator.New(simulator.Config{PublicURL: public, Secret: key, Plain: true, Signer: signer{}}, c, &ids{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func begin(t *testing.T) (*simulator.Simulator, *clock.Manual) {
	t.Helper()
	c := clock.At(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	return open(t, c, secret(1)), c
}

// session is a snapshot as the application hands it to Begin.
func session(c *clock.Manual, id string, order eid.Order) eid.Snapshot {
	order.Scope = organization.Scope{Organization: "org", Environment: organization.Production}
	order.Surface, order.OnBehalfOf = "account", "Demo AB"
	if order.Operation == "" {
		order.Operation = eid.Authenticate
	}
	if order.Channel == "" {
		order.Channel = eid.Redirect
	}
	if order.ReturnTo == "" {
		order.ReturnTo = returnTo
	}
	return eid.Snapshot{ID: id, Nonce: "nonce-" + id, Ticket: "ticket-" + id, Order: order, State: eid.Opened, ExpiresAt: c.Now().Add(15 * time.Minute)}
}

// start begins a session and gives what follows from it.
func start(t *testing.T, s *simulator.Simulator, snapshot eid.Snapshot) outbound.Step {
	t.Helper()
	step, err := s.Begin(t.Context(), snapshot)
	if err != nil {
		t.Fatalf("Begin: %v", err)
	}
	return step
}

// visitOf is a browser that follows the challenge's address.
func visitOf(t *testing.T, address, browser string) inbound.SimulatedVisit {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	v := inbound.SimulatedVisit{Browser: browser, Params: map[string]string{}}
	for name, values := range u.Query() {
		v.Params[name] = values[0]
	}
	v.ClientID, v.Request, v.State = v.Params["client_id"], v.Params["request"], v.Params["state"]
	return v
}

func visit(t *testing.T, s *simulator.Simulator, v inbound.SimulatedVisit) inbound.SimulatedAnswer {
	t.Helper()
	answer, err := s.Visit(t.Context(), v)
	if err != nil {
		t.Fatalf("Visit: %v (%v)", err, err)
	}
	return answer
}

// query is what the browser brings back.
func query(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || address == "" {
		t.Fatalf("not sent back: %q, %v", address, err)
	}
	return u.Query()
}

// login plays the whole browser leg and gives the code.
func login(t *testing.T, s *simulator.Simulator, step outbound.Step, person string) string {
	t.Helper()
	v := visitOf(t, step.Challenge.URL, "browser")
	answer := visit(t, s, v)
	if err := s.Approve(t.Context(), answer.Order.ID, person); err != nil {
		t.Fatalf("Approve: %v", err)
	}
	code := query(t, visit(t, s, v).Redirect).Get("code")
	if code == "" {
		t.Fatal("no code came back")
	}
	return code
}

func returned(code, redirect string) outbound.Nudge {
	return outbound.Nudge{Returned: map[string]string{"code": code, "redirect_uri": redirect}}
}
