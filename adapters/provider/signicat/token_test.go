package signicat_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/signicat"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin"
	there "github.com/eidgate/eidgate/test/standin/signicat"
)

func TestATokenIsSharedUntilFourFifthsOfItsLife(t *testing.T) {
	b := newBench(t, func(c *there.Config) { c.Life = 100 * time.Second })
	for _, c := range []struct {
		later  time.Duration
		tokens int
	}{{0, 1}, {79 * time.Second, 1}, {time.Second, 2}, {79 * time.Second, 2}, {time.Second, 3}} {
		b.clock.Advance(c.later)
		b.begun(t, b.order(t, eid.NOBankID, eid.Page))
		if got := b.there.Calls(there.Token); got != c.tokens {
			t.Errorf("%s later %d tokens were fetched, want %d", c.later, got, c.tokens)
		}
	}
}

func TestATokenThatIsNotAcceptedIsRenewedOnce(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.SEBankID, eid.App))
	b.there.Revoke()
	if _, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || b.there.Calls(there.Token) != 2 || b.there.Calls(there.Get) != 2 {
		t.Errorf("got %v with %d tokens", err, b.there.Calls(there.Token))
	}
	b.there.Misbehave(there.Create, said(401, unauthorized))
	b.begun(t, b.order(t, eid.SEBankID, eid.App))
	if b.there.Calls(there.Token) != 3 || b.there.Calls(there.Create) != 3 {
		t.Errorf("%d tokens and %d creates", b.there.Calls(there.Token), b.there.Calls(there.Create))
	}
	b.there.Misbehave(there.Create, said(401, unauthorized), said(401, unauthorized))
	if _, err := b.Begin(t.Context(), b.order(t, eid.SEBankID, eid.App)); !errors.Is(err, eid.ErrMisconfigured) || b.there.Calls(there.Create) != 5 {
		t.Errorf("refused twice: got %v after %d creates", err, b.there.Calls(there.Create))
	}
}

func TestManyWhoNeedATokenGetOne(t *testing.T) {
	b := newBench(t)
	var crowd sync.WaitGroup
	for range 16 {
		crowd.Go(func() {
			if _, err := b.Begin(t.Context(), b.order(t, eid.NOBankID, eid.Page)); err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
	crowd.Wait()
	if got := b.there.Calls(there.Token); got != 1 {
		t.Errorf("%d tokens were fetched", got)
	}
}

// TestWhileOneRenewsTheOthersGoOn: a token endpoint that hangs holds nobody up whose token is still good.
func TestWhileOneRenewsTheOthersGoOn(t *testing.T) {
	b := newBench(t, func(c *there.Config) { c.Life = 100 * time.Second })
	b.begun(t, b.order(t, eid.NOBankID, eid.Page))
	b.clock.Advance(90 * time.Second)
	hangs, goOn := make(chan struct{}), make(chan struct{})
	b.there.Misbehave(there.Token, func(w http.ResponseWriter, r *http.Request) {
		close(hangs)
		<-goOn
		standin.Page(503)(w, r)
	})
	renewal := make(chan error)
	renewing := b.order(t, eid.NOBankID, eid.Page)
	go func() {
		_, err := b.Begin(context.WithoutCancel(t.Context()), renewing)
		renewal <- err
	}()
	<-hangs
	b.begun(t, b.order(t, eid.NOBankID, eid.Page))
	close(goOn)
	if err := <-renewal; err != nil { // in vain, but the former token is good for ten seconds more
		t.Errorf("who renewed: %v", err)
	}
	if got := b.there.Calls(there.Token); got != 2 {
		t.Errorf("%d tokens were fetched", got)
	}
	b.clock.Advance(11 * time.Second)
	b.there.Misbehave(there.Token, standin.Page(503))
	if _, err := b.Begin(t.Context(), b.order(t, eid.NOBankID, eid.Page)); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("with a token whose time is over: %v", err)
	}
}

func TestWhoWaitsForATokenMayLeave(t *testing.T) {
	b := newBench(t)
	hangs, goOn := make(chan struct{}), make(chan struct{})
	b.there.Misbehave(there.Token, func(w http.ResponseWriter, r *http.Request) {
		close(hangs)
		<-goOn
		standin.Page(503)(w, r)
	})
	first := make(chan error)
	patient := b.order(t, eid.NOBankID, eid.Page)
	go func() {
		_, err := b.Begin(context.WithoutCancel(t.Context()), patient)
		first <- err
	}()
	<-hangs
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := b.Begin(ctx, b.order(t, eid.NOBankID, eid.Page)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(goOn)
	if err := <-first; !errors.Is(err, eid.ErrProvider) {
		t.Errorf("who stayed: %v", err)
	}
	b.begun(t, b.order(t, eid.NOBankID, eid.Page)) // the next one fetches
}

func TestWithoutATokenNothingHasBeenAsked(t *testing.T) {
	for name, c := range map[string]struct {
		mishap standin.Mishap
		want   *fault.Fault
		retry  time.Duration
	}{
		"a wrong secret":            {standin.Refusal(400, "invalid_client"), eid.ErrMisconfigured, 0},
		"a client that is none":     {standin.Refusal(401, "invalid_client"), eid.ErrMisconfigured, 0},
		"too many requests":         {standin.Answer(429, "application/json", "9", `{}`), eid.ErrProvider, 9 * time.Second},
		"an internal error":         {standin.Page(500), eid.ErrProvider, 0},
		"a page of HTML":            {standin.Page(200), eid.ErrProvider, 0},
		"a redirect":                {standin.Elsewhere("/x"), eid.ErrProvider, 0},
		"no token":                  {said(200, `{"expires_in":600}`), eid.ErrProvider, 0},
		"a token with lines":        {said(200, `{"access_token":"a\r\nX-Evil: 1","expires_in":600}`), eid.ErrProvider, 0},
		"a token of another type":   {said(200, `{"access_token":["`+badWords+`"]}`), eid.ErrProvider, 0},
		"an answer without end":     {standin.Endless, eid.ErrProvider, 0},
		"an answer that breaks off": {standin.CutOff, eid.ErrProvider, 0},
		"a torn connection":         {standin.Reset, eid.ErrProvider, 0},
		"no answer in time":         {standin.Slow, eid.ErrProvider, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			p := b.Provider
			if name == "no answer in time" {
				p = b.hasty(t)
			}
			b.there.Misbehave(there.Token, c.mishap)
			_, err := p.Begin(t.Context(), b.order(t, eid.NOBankID, eid.Page))
			if !errors.Is(err, c.want) || errors.Is(err, eid.ErrProviderUncertain) || fault.Of(err).RetryAfter() != c.retry || b.there.Calls(there.Create) != 0 {
				t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
			}
			silent(t, err)
			b.begun(t, b.order(t, eid.NOBankID, eid.Page)) // nothing bad is kept
		})
	}
}

func TestTheLifeOfATokenIsReadWithCare(t *testing.T) {
	for life, c := range map[string]struct{ good, over time.Duration }{
		`"600"`: {479 * time.Second, 481 * time.Second}, `600.0`: {479 * time.Second, 481 * time.Second},
		`1e99`: {2879 * time.Second, 2881 * time.Second}, `-5`: {47 * time.Second, 49 * time.Second},
		`null`: {47 * time.Second, 49 * time.Second}, `"soon"`: {47 * time.Second, 49 * time.Second}, `[]`: {47 * time.Second, 49 * time.Second},
	} {
		for after, tokens := range map[time.Duration]int{c.good: 1, c.over: 2} {
			b := newBench(t)
			b.there.Misbehave(there.Token, said(200, `{"access_token":"x","expires_in":`+life+`}`))
			b.there.Misbehave(there.Create, said(403, "{}"), said(403, "{}"))
			for range 2 {
				if _, err := b.Begin(t.Context(), b.order(t, eid.NOBankID, eid.Page)); !errors.Is(err, eid.ErrMisconfigured) {
					t.Fatalf("got %v", err)
				}
				b.clock.Advance(after)
			}
			if got := b.there.Calls(there.Token); got != tokens {
				t.Errorf("%s: after %s there were %d tokens", life, after, got)
			}
		}
	}
}

func TestOtherAccountsAreNotOurs(t *testing.T) {
	b := newBench(t)
	p := b.provider(t, func(c *signicat.Config) { c.AccountID = "a-sdge-somebodyelse&x=1" })
	if _, err := p.Begin(t.Context(), b.order(t, eid.NOBankID, eid.Page)); !errors.Is(err, eid.ErrMisconfigured) {
		t.Errorf("got %v", err)
	}
	p = b.provider(t, func(c *signicat.Config) { c.ClientSecret = "another" })
	if _, err := p.Begin(t.Context(), b.order(t, eid.NOBankID, eid.Page)); !errors.Is(err, eid.ErrMisconfigured) {
		t.Errorf("got %v", err)
	}
}
