package breaker_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/breaker"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

// scripted is a provider whose every call does as it is told.
type scripted struct {
	act    func(ctx context.Context) (outbound.Step, error)
	called int
}

func (s *scripted) do(ctx context.Context) (outbound.Step, error) {
	s.called++
	return s.act(ctx)
}

func (s *scripted) Name() string { return "scripted" }

func (s *scripted) Offers() []outbound.Offer {
	return []outbound.Offer{
		{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Redirect, Offline: true},
		{EID: eid.SEBankID, Operation: eid.Authenticate, Channel: eid.Page},
		{EID: eid.NOBankID, Operation: eid.Authenticate, Channel: eid.Page},
	}
}

func (s *scripted) Begin(ctx context.Context, _ eid.Snapshot) (outbound.Step, error) {
	return s.do(ctx)
}

func (s *scripted) Advance(ctx context.Context, _ []byte, _ outbound.Nudge) (outbound.Step, error) {
	return s.do(ctx)
}

func (s *scripted) Cancel(ctx context.Context, _ []byte) error {
	_, err := s.do(ctx)
	return err
}

func (s *scripted) Redeem(ctx context.Context, _ string) (eid.Evidence, error) {
	_, err := s.do(ctx)
	return eid.Evidence{Subject: "anna"}, err
}

func (s *scripted) fails(err error) {
	s.act = func(context.Context) (outbound.Step, error) { return outbound.Step{}, err }
}

func (s *scripted) succeeds() { s.fails(nil) }

// guarded runs body in a bubble of fake time, with a guard of three failures and ten seconds, and the states that
// it went through.
func guarded(t *testing.T, body func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var (
			mutex   sync.Mutex
			history []string
		)
		p := &scripted{}
		p.succeeds()
		g := breaker.Guard(p, breaker.Config{Failures: 3}, system.Clock{}, func(provider, state string) {
			mutex.Lock()
			defer mutex.Unlock()
			history = append(history, provider+" "+state)
		})
		body(t, p, g, func() string {
			mutex.Lock()
			defer mutex.Unlock()
			return strings.ReplaceAll(strings.Join(history, ", "), "scripted ", "")
		})
	})
}

// advance makes one call and gives its error.
func advance(t *testing.T, g *breaker.Guarded) error {
	t.Helper()
	_, err := g.Advance(t.Context(), nil, outbound.Nudge{})
	return err
}

// refused expects that the breaker answered in the provider's place, and gives when to come back.
func refused(t *testing.T, err error) time.Duration {
	t.Helper()
	if !errors.Is(err, eid.ErrProvider) || fault.Of(err).RetryAfter() <= 0 {
		t.Fatalf("the breaker is not open: %v", err)
	}
	return fault.Of(err).RetryAfter()
}

func open(t *testing.T, p *scripted, g *breaker.Guarded) {
	t.Helper()
	p.fails(eid.ErrProvider)
	for range 3 {
		if err := advance(t, g); !errors.Is(err, eid.ErrProvider) || fault.Of(err).RetryAfter() != 0 {
			t.Fatalf("got %v", err)
		}
	}
}

func TestAGuardedProviderOffersWhatItOffered(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, _ func() string) {
		open(t, p, g)
		if g.Name() != p.Name() || !slices.Equal(g.Offers(), p.Offers()) {
			t.Errorf("%s offers %v", g.Name(), g.Offers())
		}
	})
}

func TestWhatTheProviderSaysIsPassedOn(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, _ func() string) {
		want := outbound.Step{Thread: []byte("thread"), Rest: time.Second, Challenge: &eid.Challenge{URL: "https://example.com"}}
		p.act = func(context.Context) (outbound.Step, error) { return want, nil }
		for name, ask := range map[string]func() (outbound.Step, error){
			"begin":   func() (outbound.Step, error) { return g.Begin(t.Context(), session(eid.NOBankID)) },
			"offline": func() (outbound.Step, error) { return g.Begin(t.Context(), session(eid.SEBankID)) },
			"advance": func() (outbound.Step, error) { return g.Advance(t.Context(), nil, outbound.Nudge{}) },
		} {
			if got, err := ask(); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
		if e, err := breaker.GuardRedeemer(p, g).Redeem(t.Context(), "code"); err != nil || e.Subject != "anna" {
			t.Errorf("redeemed %v, %v", e, err)
		}
		mine := errors.New("nobody declared this")
		p.fails(mine)
		if err := g.Cancel(t.Context(), nil); err != mine { // as it is
			t.Errorf("got %v", err)
		}
	})
}

func session(e eid.EID) eid.Snapshot {
	return eid.Snapshot{Order: eid.Order{EID: e, Operation: eid.Authenticate, Channel: eid.Redirect}}
}

func TestPeopleWhoDeclineOpenNoBreaker(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string) {
		p.act = func(context.Context) (outbound.Step, error) {
			return outbound.Step{Refusal: eid.ReasonDeclined}, nil
		}
		for range 6 {
			step, err := g.Advance(t.Context(), nil, outbound.Nudge{})
			if err != nil || step.Refusal != eid.ReasonDeclined {
				t.Fatalf("got %v, %v", step, err)
			}
		}
		if states() != "closed" {
			t.Error(states())
		}
	})
}

func TestAnAnswerIsAnAnswerHoweverUnwelcome(t *testing.T) {
	for _, err := range []error{
		eid.ErrCodeRejected, eid.ErrEvidenceRejected, eid.ErrMisconfigured, eid.ErrMisconfigured.Because(errors.New("invalid_client")),
	} {
		guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string) {
			for range 10 {
				p.fails(err)
				if got := advance(t, g); !errors.Is(got, err) {
					t.Fatalf("got %v, want %v", got, err)
				}
			}
			p.fails(eid.ErrProvider)
			_, _ = advance(t, g), advance(t, g)
			p.fails(err)
			_ = advance(t, g) // the provider is there: the count begins anew
			p.fails(eid.ErrProvider)
			_, _ = advance(t, g), advance(t, g)
			if states() != "closed" {
				t.Errorf("%v: %s", err, states())
			}
		})
	}
}

func TestFailuresInARowOpenIt(t *testing.T) {
	for name, act := range map[string]func(context.Context) (outbound.Step, error){
		"away":        func(context.Context) (outbound.Step, error) { return outbound.Step{}, eid.ErrProvider },
		"uncertain":   func(context.Context) (outbound.Step, error) { return outbound.Step{}, eid.ErrProviderUncertain },
		"too slow":    func(ctx context.Context) (outbound.Step, error) { <-ctx.Done(); return outbound.Step{}, ctx.Err() },
		"out of mind": func(context.Context) (outbound.Step, error) { panic("19121212-1212") },
	} {
		t.Run(name, func(t *testing.T) {
			guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string) {
				p.act = act
				for i := range 3 {
					if states() != "closed" {
						t.Fatalf("after %d failures: %s", i, states())
					}
					if err := advance(t, g); fault.Of(err).Kind() != fault.Unavailable {
						t.Fatalf("got %v", err)
					}
				}
				if states() != "closed, open" {
					t.Fatal(states())
				}
				called, began := p.called, time.Now()
				if wait := refused(t, advance(t, g)); wait != 10*time.Second {
					t.Errorf("come back in %v", wait)
				}
				if p.called != called || time.Since(began) != 0 {
					t.Errorf("the provider was called, or it took %v", time.Since(began))
				}
				time.Sleep(4 * time.Second)
				if wait := refused(t, advance(t, g)); wait != 6*time.Second {
					t.Errorf("four seconds later, come back in %v", wait)
				}
			})
		})
	}
}

func TestFailuresWithASuccessBetweenThemDoNotOpenIt(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string) {
		for range 5 {
			p.fails(eid.ErrProvider)
			_, _ = advance(t, g), advance(t, g)
			p.succeeds()
			if err := advance(t, g); err != nil {
				t.Fatal(err)
			}
		}
		if states() != "closed" {
			t.Error(states())
		}
	})
}

// A Begin that only puts an address together succeeds while the provider lies on the floor.
func TestABeginWithoutNetworkNeitherMendsNorHidesABrokenProvider(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string) {
		begin := func() error {
			p.succeeds()
			_, err := g.Begin(t.Context(), session(eid.SEBankID))
			return err
		}
		for range 3 {
			if err := begin(); err != nil {
				t.Fatal(err)
			}
			p.fails(eid.ErrProvider)
			_ = advance(t, g)
		}
		if states() != "closed, open" {
			t.Fatalf("the successes in between hid the failures: %s", states())
		}
		refused(t, begin())
		time.Sleep(10*time.Second + time.Millisecond)
		if err := begin(); err != nil || states() != "closed, open, half_open" {
			t.Errorf("%v, %s", err, states())
		}
		p.fails(eid.ErrProvider)
		_ = advance(t, g)
		if states() != "closed, open, half_open, open" {
			t.Errorf("it took the begin for a probe: %s", states())
		}
	})
}

func TestABeginOverTheNetworkIsAProbeLikeAnyOther(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string) {
		open(t, p, g)
		time.Sleep(10*time.Second + time.Millisecond)
		p.succeeds()
		if _, err := g.Begin(t.Context(), session(eid.NOBankID)); err != nil || states() != "closed, open, half_open, closed" {
			t.Errorf("%v, %s", err, states())
		}
	})
}

func TestItRecoversByItself(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string) {
		open(t, p, g)
		time.Sleep(10*time.Second + time.Millisecond)
		called := p.called
		_ = advance(t, g) // the probe
		if p.called != called+1 || states() != "closed, open, half_open, open" {
			t.Fatalf("the provider was called %d times; %s", p.called-called, states())
		}
		if wait := refused(t, advance(t, g)); wait != 10*time.Second {
			t.Errorf("come back in %v", wait)
		}
		time.Sleep(10*time.Second + time.Millisecond)
		p.succeeds()
		for range 3 {
			if err := advance(t, g); err != nil {
				t.Fatal(err)
			}
		}
		if !strings.HasSuffix(states(), "half_open, closed") {
			t.Error(states())
		}
	})
}

func TestOneProbeIsEnough(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, _ func() string) {
		open(t, p, g)
		time.Sleep(10*time.Second + time.Millisecond)
		p.act = func(context.Context) (outbound.Step, error) { time.Sleep(2 * time.Second); return outbound.Step{}, nil }
		probe := make(chan error)
		go func() { probe <- advance(t, g) }()
		synctest.Wait()
		if wait := refused(t, advance(t, g)); wait != time.Second {
			t.Errorf("while the probe is out: come back in %v", wait)
		}
		if err := <-probe; err != nil {
			t.Error(err)
		}
		if err := advance(t, g); err != nil {
			t.Error(err)
		}
	})
}

func TestASlowProviderIsCutOffAndNobodyKnowsWhatItDid(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, _ func() string) {
		p.act = func(ctx context.Context) (outbound.Step, error) {
			select {
			case <-ctx.Done():
				return outbound.Step{}, fmt.Errorf("reading the answer: %w", ctx.Err())
			case <-time.After(time.Minute):
				return outbound.Step{}, nil
			}
		}
		began := time.Now()
		if err := advance(t, g); !errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("after %v", took)
		}
		p.act = func(ctx context.Context) (outbound.Step, error) {
			<-ctx.Done()
			return outbound.Step{}, eid.ErrProvider.Because(ctx.Err()) // it never was connected, and knows it
		}
		if err := advance(t, g); !errors.Is(err, eid.ErrProvider) || errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCallersWhoLeaveOpenNoBreaker(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, states func() string) {
		for _, told := range []func(error) error{
			func(err error) error { return err },
			func(err error) error { return eid.ErrProviderUncertain.Because(err) },
			func(err error) error { return eid.ErrProvider.Because(err) },
		} {
			p.act = func(ctx context.Context) (outbound.Step, error) {
				<-ctx.Done()
				return outbound.Step{}, told(ctx.Err())
			}
			for range 5 {
				hangsUp, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Second, cancel)
				if _, err := g.Advance(hangsUp, nil, outbound.Nudge{}); !errors.Is(err, context.Canceled) || fault.Of(err).Kind() != fault.Unavailable {
					t.Fatalf("got %v", err)
				}
				impatient, cancel := context.WithTimeout(t.Context(), time.Second)
				if _, err := g.Advance(impatient, nil, outbound.Nudge{}); !errors.Is(err, context.DeadlineExceeded) || fault.Of(err).Kind() != fault.Unavailable {
					t.Fatalf("got %v", err)
				}
				cancel()
			}
		}
		if states() != "closed" {
			t.Error(states())
		}
	})
}

func TestForACallerWhoHasLeftNothingIsBegun(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, _ func() string) {
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := g.Begin(gone, session(eid.NOBankID)); !errors.Is(err, eid.ErrProvider) || p.called != 0 {
			t.Errorf("%v, and the provider was called %d times", err, p.called)
		}
	})
}

func TestAPanicIsAnErrorThatShowsNothingOfWhatWasPanickedWith(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, _ func() string) {
		p.act = func(context.Context) (outbound.Step, error) { panic("19121212-1212") }
		err := advance(t, g)
		if !errors.Is(err, eid.ErrProviderUncertain) {
			t.Fatalf("got %v", err)
		}
		if cause := fault.Of(err).Cause().Error(); strings.Contains(cause, "1212") || !strings.Contains(cause, "guard_test.go") {
			t.Errorf("the operator reads %s", cause)
		}
		p.act = func(context.Context) (outbound.Step, error) {
			var none []outbound.Step
			return none[len(p.Name())], nil
		}
		if cause := fault.Of(advance(t, g)).Cause().Error(); !strings.Contains(cause, "out of range") {
			t.Errorf("the operator reads %s", cause)
		}
	})
}

func TestARedeemerSharesItsProvidersBreaker(t *testing.T) {
	guarded(t, func(t *testing.T, p *scripted, g *breaker.Guarded, _ func() string) {
		r := breaker.GuardRedeemer(p, g)
		p.fails(eid.ErrProvider)
		for range 3 {
			if _, err := r.Redeem(t.Context(), "code"); !errors.Is(err, eid.ErrProvider) {
				t.Fatalf("got %v", err)
			}
		}
		refused(t, advance(t, g))
		_, err := r.Redeem(t.Context(), "code")
		refused(t, err)
		refused(t, g.Cancel(t.Context(), nil))
	})
}

func BenchmarkOpen(b *testing.B) {
	p := &scripted{}
	p.fails(eid.ErrProvider)
	g := breaker.Guard(p, breaker.Config{Failures: 1, Open: time.Hour}, system.Clock{}, func(_, _ string) {})
	_, _ = g.Advance(b.Context(), nil, outbound.Nudge{})
	for b.Loop() {
		_, _ = g.Advance(b.Context(), nil, outbound.Nudge{})
	}
}

func BenchmarkClosed(b *testing.B) {
	p := &scripted{}
	p.succeeds()
	g := breaker.Guard(p, breaker.Config{}, system.Clock{}, func(_, _ string) {})
	for b.Loop() {
		_, _ = g.Advance(b.Context(), nil, outbound.Nudge{})
	}
}
