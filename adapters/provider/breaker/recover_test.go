package breaker_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
)

// reachable can be asked whether it is there.
type reachable struct {
	*scripted
	mu     sync.Mutex
	probes int
	there  error
	panics bool
}

func (r *reachable) Probe(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.probes++
	if r.panics {
		panic("19121212-1212")
	}
	return r.there
}

// answers says how probes end from now on.
func (r *reachable) answers(err error, panics bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.there, r.panics = err, panics
}

// probed is how often it was asked.
func (r *reachable) probed() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.probes
}

// recovering is guarded with somebody who probes.
func recovering(t *testing.T, c breaker.Config, body func(t *testing.T, p *reachable, g *breaker.Guarded)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &reachable{scripted: &scripted{}}
		p.succeeds()
		c.Failures = 3
		g := breaker.Guard(p, c, system.Clock{}, func(string, string) {})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); g.Recover(ctx) }()
		synctest.Wait()
		body(t, p, g)
		stop()
		<-ended
	})
}

func TestPeopleDoNotFindOutWhetherAProviderIsThereAgain(t *testing.T) {
	recovering(t, breaker.Config{}, func(t *testing.T, p *reachable, g *breaker.Guarded) {
		p.answers(eid.ErrProvider, false)
		open(t, p.scripted, g)
		called := p.called
		for range 600 { // a minute and more of people
			time.Sleep(110 * time.Millisecond)
			refused(t, begin(t, g))
			if g.Resting() <= 0 {
				t.Fatal("it is said to be well")
			}
		}
		if p.called != called || p.probed() < 5 || p.probed() > 6 {
			t.Fatalf("%d people were sent to a provider that is away, and %d probes", p.called-called, p.probed())
		}
		p.answers(nil, false)
		p.succeeds()
		time.Sleep(11 * time.Second)
		if err := begin(t, g); err != nil || g.Resting() != 0 {
			t.Errorf("it is there again: %v, resting %s", err, g.Resting())
		}
		probed := p.probed()
		time.Sleep(time.Minute)
		if p.probed() != probed {
			t.Error("a provider that is well was probed")
		}
	})
}

func TestEveryUnwelcomeAnswerToAProbeIsAnAnswer(t *testing.T) {
	for _, there := range []error{nil, eid.ErrMisconfigured, eid.ErrOrderGone} {
		recovering(t, breaker.Config{}, func(t *testing.T, p *reachable, g *breaker.Guarded) {
			open(t, p.scripted, g)
			p.answers(there, false)
			p.succeeds()
			time.Sleep(11 * time.Second)
			if _, err := g.Begin(t.Context(), session(eid.NOBankID)); err != nil {
				t.Errorf("after %v: %v", there, err)
			}
		})
	}
}

func TestAsManyProbesAsTheConfigurationSays(t *testing.T) {
	recovering(t, breaker.Config{HalfOpen: 3}, func(t *testing.T, p *reachable, g *breaker.Guarded) {
		open(t, p.scripted, g)
		p.succeeds()
		time.Sleep(11 * time.Second)
		if p.probed() == 3 || g.Resting() <= 0 {
			t.Fatalf("after %d probes it is trusted", p.probed())
		}
		time.Sleep(2 * time.Second)
		if p.probed() != 3 || g.Resting() != 0 {
			t.Errorf("%d probes, resting %s", p.probed(), g.Resting())
		}
	})
}

func TestAQuestionAboutAnOrderThatStandsIsAProbe(t *testing.T) {
	recovering(t, breaker.Config{}, func(t *testing.T, p *reachable, g *breaker.Guarded) {
		p.answers(eid.ErrProvider, false)
		open(t, p.scripted, g)
		time.Sleep(10*time.Second + time.Microsecond)
		p.succeeds()
		if err := advance(t, g); err != nil || g.Resting() != 0 {
			t.Fatalf("%v, resting %s", err, g.Resting())
		}
		time.Sleep(time.Minute)
		if p.probed() != 0 {
			t.Errorf("%d probes of a provider that is well", p.probed())
		}
	})
}

func TestAProbeThatPanicsIsAFailureAndNoMore(t *testing.T) {
	recovering(t, breaker.Config{}, func(t *testing.T, p *reachable, g *breaker.Guarded) {
		open(t, p.scripted, g)
		p.answers(nil, true)
		time.Sleep(25 * time.Second)
		if p.probed() != 2 || g.Resting() <= 0 {
			t.Fatalf("%d probes, resting %s", p.probed(), g.Resting())
		}
		p.answers(nil, false)
		time.Sleep(10 * time.Second)
		if p.probed() != 3 || g.Resting() != 0 {
			t.Errorf("%d probes, resting %s", p.probed(), g.Resting())
		}
	})
}

func TestWhereNobodyCanBeProbedOrdersAre(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, _ func() string) {
		g.Recover(t.Context()) // returns at once
		open(t, p, g)
		time.Sleep(11 * time.Second)
		p.succeeds()
		if _, err := g.Begin(t.Context(), session(eid.NOBankID)); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoeverStopsProbingLeavesItToOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &reachable{scripted: &scripted{}, there: errors.New("nobody classified this")}
		g := breaker.Guard(p, breaker.Config{Failures: 3}, system.Clock{}, func(string, string) {})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); g.Recover(ctx) }()
		open(t, p.scripted, g)
		time.Sleep(15 * time.Second)
		refused(t, begin(t, g))
		stop()
		<-ended
		p.succeeds()
		if err := begin(t, g); err != nil {
			t.Error(err)
		}
	})
}

func begin(t *testing.T, g *breaker.Guarded) error {
	t.Helper()
	_, err := g.Begin(t.Context(), session(eid.NOBankID))
	return err
}

var _ outbound.Prober = (*reachable)(nil)
