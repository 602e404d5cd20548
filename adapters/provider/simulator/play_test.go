package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/clock"
)

func TestOrdersAreFoundByWhatAnySurfaceShows(t *testing.T) {
	s, c := begin(t)
	browser := func(id, state string) string {
		step := start(t, s, session(c, id, eid.Order{EID: eid.SEBankID, Correlation: state}))
		return visit(t, s, visitOf(t, step.Challenge.URL, "b")).Order.ID
	}
	first, second, third := browser("s1", "same"), browser("s2", "same"), browser("s3", "")
	if got := s.Waiting(); len(got) != 3 || got[0].ID != third || got[2].ID != first {
		t.Fatalf("not newest first: %+v", got)
	}
	for _, name := range []string{"", "nobody", "nonce-s1"} {
		if err := s.Reject(t.Context(), name); !errors.Is(err, inbound.ErrNoSimulatedOrder) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := s.Approve(t.Context(), "same", "anna"); err != nil { // the reference: the newest
		t.Fatal(err)
	}
	if err := s.Approve(t.Context(), second, "anna"); !errors.Is(err, inbound.ErrNoSimulatedOrder) {
		t.Errorf("the newest of two with one reference was not the one approved: %v", err)
	}
	if err := s.Approve(t.Context(), "s1", "anna"); err != nil { // the session
		t.Error(err)
	}
	if err := s.Approve(t.Context(), third, "anna"); err != nil { // the order
		t.Error(err)
	}
}

func TestOnlyPeopleWhoHaveTheEIDCanApprove(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	answer := visit(t, s, visitOf(t, step.Challenge.URL, "b"))
	for _, p := range answer.People {
		if p.Number.Country() != identity.SE {
			t.Errorf("%s is offered Swedish BankID", p.ID)
		}
	}
	for _, person := range []string{"kari", "nobody", ""} {
		if err := s.Approve(t.Context(), answer.Order.ID, person); !errors.Is(err, inbound.ErrNoSimulatedPerson) {
			t.Errorf("%q: %v", person, err)
		}
	}
	if len(s.Waiting()) != 1 {
		t.Error("a refused approval settled the order")
	}
}

func TestCancelTakesBackWhatWaits(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	v := visitOf(t, step.Challenge.URL, "b")
	visit(t, s, v)
	for range 2 { // what is over is no error
		if err := s.Cancel(t.Context(), step.Thread); err != nil {
			t.Fatal(err)
		}
	}
	if got := query(t, visit(t, s, v).Redirect).Get("error"); got != "access_denied" || len(s.Waiting()) != 0 {
		t.Errorf("brought back %q, %d wait", got, len(s.Waiting()))
	}
}

func TestOrdersExpireWithTheirRequest(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	id := visit(t, s, visitOf(t, step.Challenge.URL, "b")).Order.ID
	c.Advance(15 * time.Minute)
	if err := s.Approve(t.Context(), id, "anna"); !errors.Is(err, inbound.ErrNoSimulatedOrder) || len(s.Waiting()) != 0 {
		t.Errorf("an expired order: %v, %d wait", err, len(s.Waiting()))
	}
}

func TestOrdersCannotFillTheMemory(t *testing.T) {
	s, c := begin(t)
	v := visitOf(t, start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID})).Challenge.URL, "b")
	visit(t, s, v)
	first := start(t, s, session(c, "first", eid.Order{EID: eid.SEBankID, Channel: eid.App}))
	for i := range 25_500 {
		start(t, s, session(c, fmt.Sprint("a", i), eid.Order{EID: eid.SEBankID, Channel: eid.App}))
	}
	waiting := s.Waiting()
	if n := len(waiting); n < 22_500 || n > 25_000 {
		t.Errorf("%d orders are kept", n)
	}
	if waiting[0].Session != "a25499" {
		t.Error("the newest order was dropped")
	}
	if got := visit(t, s, v); got.Order.ID == "" || got.Redirect != "" { // the oldest was dropped, and begins anew
		t.Errorf("a dropped order: %+v", got)
	}
	if err := s.Approve(t.Context(), "first", "anna"); !errors.Is(err, inbound.ErrNoSimulatedOrder) {
		t.Errorf("the oldest order is still there: %v", err)
	}
	tick(t, s, first.Thread) // and so does one in the app, when it is asked for
	if err := s.Approve(t.Context(), "first", "anna"); err != nil {
		t.Error(err)
	}
}

func TestLongTextsCannotFillTheMemory(t *testing.T) {
	s, c := begin(t)
	text := strings.Repeat("\u00e5", 15_000)
	start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID, Channel: eid.App, Operation: eid.Sign, Text: text}))
	if got := s.Waiting()[0].Text; len(got) > 4_100 || !strings.HasPrefix(text, strings.TrimSuffix(got, "…")) || !strings.HasSuffix(got, "å…") {
		t.Errorf("%d bytes are kept", len(got))
	}
}

func TestMisbehaviourLastsAsLongAsTold(t *testing.T) {
	for kind, want := range map[string]error{
		"down": eid.ErrProvider, "html": eid.ErrProvider, "reset": eid.ErrProviderUncertain,
	} {
		t.Run(kind, func(t *testing.T) {
			s, c := begin(t)
			if err := s.Misbehave(t.Context(), eid.SEBankID, kind, 2); err != nil {
				t.Fatal(err)
			}
			se := session(c, "s1", eid.Order{EID: eid.SEBankID})
			for range 2 {
				if _, err := s.Begin(t.Context(), se); !errors.Is(err, want) {
					t.Errorf("got %v, want %v", err, want)
				}
			}
			start(t, s, se)
			start(t, s, session(c, "s2", eid.Order{EID: eid.SEFreja}))
		})
	}
}

func TestAMisbehavingProviderDoesNotSpendTheCode(t *testing.T) {
	s, c := begin(t)
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	code := login(t, s, step, "anna")
	if err := s.Misbehave(t.Context(), eid.SEBankID, "down", 2); err != nil {
		t.Fatal(err)
	}
	for _, thread := range [][]byte{nil, step.Thread} { // the eID is known either way
		if _, err := s.Advance(t.Context(), thread, returned(code, returnTo)); !errors.Is(err, eid.ErrProvider) {
			t.Errorf("got %v", err)
		}
	}
	if _, err := s.Advance(t.Context(), step.Thread, returned(code, returnTo)); err != nil {
		t.Errorf("the code was spent: %v", err)
	}
}

func TestASlowProviderAnswersWhenTheCallerGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := begin(t)
		if err := s.Misbehave(t.Context(), eid.SEBankID, "slow", 2); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		for want, ctx := range map[time.Duration]context.Context{3 * time.Second: ctx, 30 * time.Second: t.Context()} {
			began := time.Now()
			_, err := s.Begin(ctx, session(c, "s1", eid.Order{EID: eid.SEBankID}))
			if took := time.Since(began); !errors.Is(err, eid.ErrProviderUncertain) || took > want {
				t.Errorf("after %v: %v", took, err)
			}
		}
	})
}

func TestMisbehaviourThatMakesNoSenseIsRefused(t *testing.T) {
	s, _ := begin(t)
	for _, m := range []struct {
		eid   eid.EID
		kind  string
		count int
	}{{"se.none", "down", 1}, {eid.SEBankID, "rude", 1}, {eid.SEBankID, "down", -1}, {eid.SEBankID, "down", 1 << 30}} {
		if err := s.Misbehave(t.Context(), m.eid, m.kind, m.count); !errors.Is(err, inbound.ErrSimulatorRequest) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

func TestThePlainClientRedeemsItsOwnCodesOnly(t *testing.T) {
	s, c := begin(t)
	address := public + "/simulator/oauth2/authorize?client_id=demo-plain&response_type=code&scope=openid+ssn" +
		"&redirect_uri=http%3A%2F%2F127.0.0.1%3A8080%2Fsimulator%2Fplain&acr_values=urn:grn:authn:se:bankid&state=x&nonce=theirs"
	v := visitOf(t, address, "b")
	order := visit(t, s, v).Order
	if err := s.Approve(t.Context(), order.ID, "anna"); err != nil {
		t.Fatal(err)
	}
	q := query(t, visit(t, s, v).Redirect)
	if _, err := s.Advance(t.Context(), nil, returned(q.Get("code"), public+"/simulator/plain")); !errors.Is(err, eid.ErrCodeRejected) {
		t.Errorf("a plain code went through as one of a session: %v", err)
	}
	e, err := s.Redeem(t.Context(), q.Get("code"))
	if err != nil || e.Number.Reveal() != "199001012385" || !e.Simulated || e.TokenID == "" || e.Nonce != "theirs" {
		t.Errorf("got %+v, %v", e, err)
	}
	if _, err := s.Redeem(t.Context(), q.Get("code")); !errors.Is(err, eid.ErrCodeRejected) {
		t.Errorf("redeemed twice: %v", err)
	}
	step := start(t, s, session(c, "s1", eid.Order{EID: eid.SEBankID}))
	if _, err := s.Redeem(t.Context(), login(t, s, step, "anna")); !errors.Is(err, eid.ErrCodeRejected) {
		t.Errorf("a session's code went through as a plain one: %v", err)
	}
}

func TestUnsignedRequestsAreTakenFromThePlainClientOnly(t *testing.T) {
	good := map[string]string{
		"response_type": "code", "scope": "openid", "redirect_uri": public + "/simulator/plain", "acr_values": "urn:grn:authn:fi:all",
	}
	s, c := begin(t)
	try := func(s *simulator.Simulator, client string, change map[string]string) error {
		params := map[string]string{}
		for _, m := range []map[string]string{good, change} {
			for k, v := range m {
				params[k] = v
			}
		}
		_, err := s.Visit(t.Context(), inbound.SimulatedVisit{ClientID: client, Params: params, Browser: "b"})
		return err
	}
	if err := try(s, "demo-plain", nil); err != nil {
		t.Fatal(err)
	}
	for _, change := range []map[string]string{
		{"redirect_uri": "https://evil.example/"}, {"redirect_uri": public + "/simulator/plain/"}, {"response_type": "token"},
		{"scope": "openidx"}, {"acr_values": "urn:grn:authn:de:personalausweis"}, {"acr_values": ""},
		{"nonce": strings.Repeat("n", 1025)}, // ten thousand orders are remembered
	} {
		if err := try(s, "demo-plain", change); !errors.Is(err, inbound.ErrSimulatorRequest) {
			t.Errorf("%v: %v", change, err)
		}
	}
	if err := try(s, "eidgate", nil); !errors.Is(err, inbound.ErrSimulatorRequest) {
		t.Errorf("unsigned in the gateway's name: %v", err)
	}
	off, err := simulator.New(simulator.Config{PublicURL: public, Secret: secret(1)}, c, &ids{})
	if err != nil {
		t.Fatal(err)
	}
	if err := try(off, "demo-plain", nil); !errors.Is(err, inbound.ErrSimulatorRequest) {
		t.Errorf("the plain client where it is off: %v", err)
	}
}

func TestTheSimulatorNeedsASecretAndAnAddress(t *testing.T) {
	for _, config := range []simulator.Config{
		{PublicURL: public, Secret: make([]byte, 31)}, {PublicURL: "/here", Secret: secret(1)}, {Secret: secret(1)},
	} {
		if _, err := simulator.New(config, &clock.Manual{}, &ids{}); err == nil {
			t.Errorf("%q with %d bytes of secret was accepted", config.PublicURL, len(config.Secret))
		}
	}
}
