package contract

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin"
)

// Called is a provider that is called over HTTP and asked by the clock, with an order that stands at its stand-in.
type Called struct {
	Provider       outbound.Provider
	There          *standin.Server
	Begin, Advance string // what the stand-in calls the requests
	Session        eid.Snapshot
	Step           outbound.Step
}

// Trouble is a bad answer, and what becomes of it.
type Trouble struct {
	answer         standin.Mishap
	begin, advance *fault.Fault
	retry          time.Duration
}

// Means says which fault becomes of an answer when it comes to Begin and to Advance, and how long to wait after it.
func Means(answer standin.Mishap, begin, advance *fault.Fault, retry time.Duration) Trouble {
	return Trouble{answer, begin, advance, retry}
}

const tooSlow = "no answer in time"

// troubles are the bad answers that every provider may give.
func troubles() map[string]Trouble {
	all := map[string]Trouble{
		"400 without words":    Means(standin.Page(400), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"a page that forbids":  Means(standin.Page(403), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"too many, for ever":   Means(standin.Answer(429, "text/html", "99999999", "<h1>no</h1>"), eid.ErrProvider, eid.ErrProvider, 10*time.Minute),
		"a bad gateway":        Means(standin.Page(502), eid.ErrProvider, eid.ErrProviderUncertain, 0),
		"a gateway's patience": Means(standin.Page(504), eid.ErrProvider, eid.ErrProviderUncertain, 0),
		"a redirect":           Means(standin.Page(302), eid.ErrProvider, eid.ErrProvider, 0),
	}
	for name, answer := range map[string]standin.Mishap{
		"204":                       standin.Page(204),
		"a page":                    standin.Page(200),
		"nothing":                   standin.Answer(200, "application/json", "", ""),
		"a list":                    standin.Answer(200, "application/json", "", `[]`),
		"depths":                    standin.Answer(200, "application/json", "", `{"a":`+strings.Repeat("[", 1000)),
		"an answer without end":     standin.Endless,
		"an answer that breaks off": standin.CutOff,
		"a torn connection":         standin.Reset,
		tooSlow:                     standin.Slow,
	} {
		all[name] = Means(answer, eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0)
	}
	return all
}

// TestCalls holds an adapter to what bad answers mean: those that every such provider may give, and its own. Each call of
// open gives a provider that waits so long, at a stand-in of its own.
func TestCalls(t *testing.T, own map[string]Trouble, open func(t *testing.T, timeout time.Duration) Called) {
	const patience = 5 * time.Second
	all := troubles()
	maps.Copy(all, own)
	for name, trouble := range all {
		t.Run(name, func(t *testing.T) {
			timeout := patience
			if name == tooSlow {
				timeout = 300 * time.Millisecond
			}
			bad(t, open(t, timeout), trouble)
		})
	}

	t.Run("a redirect is not followed", func(t *testing.T) {
		var asked bool
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
		defer elsewhere.Close()
		c := open(t, patience)
		c.There.Misbehave(c.Begin, standin.Elsewhere(elsewhere.URL))
		if _, err := c.Provider.Begin(t.Context(), c.Session); !errors.Is(err, eid.ErrProvider) || asked {
			t.Errorf("got %v, and the order was sent to another host: %v", err, asked)
		}
	})

	t.Run("a refused connection is not uncertain", func(t *testing.T) {
		c := open(t, patience)
		c.There.Unplug()
		_, err := c.Provider.Begin(t.Context(), c.Session)
		if !errors.Is(err, eid.ErrProvider) || errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
		}
		Silent(t, err, "127.0.0.1")
	})

	t.Run("a caller who hangs up is told apart", func(t *testing.T) {
		c := open(t, patience)
		ctx, hangUp := context.WithCancel(t.Context())
		c.There.Misbehave(c.Begin, func(w http.ResponseWriter, r *http.Request) { hangUp(); standin.Slow(w, r) })
		_, err := c.Provider.Begin(ctx, c.Session)
		if !errors.Is(err, context.Canceled) || !errors.Is(err, eid.ErrProviderUncertain) {
			t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
		}
	})
}

// bad has both requests answered badly.
func bad(t *testing.T, c Called, trouble Trouble) {
	t.Helper()
	c.There.Misbehave(c.Begin, trouble.answer)
	_, beginErr := c.Provider.Begin(t.Context(), c.Session)
	c.There.Misbehave(c.Advance, trouble.answer)
	got, advanceErr := c.Provider.Advance(t.Context(), c.Step.Thread, outbound.Nudge{})
	if got.Evidence != nil || got.Refusal != "" {
		t.Fatal("an outcome came of it")
	}
	for which, pair := range map[string]struct {
		err  error
		want *fault.Fault
	}{"begin": {beginErr, trouble.begin}, "advance": {advanceErr, trouble.advance}} {
		if !errors.Is(pair.err, pair.want) || fault.Of(pair.err).RetryAfter() != trouble.retry {
			t.Errorf("%s: got %v because of %v, want %v", which, pair.err, fault.Of(pair.err).Cause(), pair.want)
		}
		Silent(t, pair.err, "stand-in", "Coffee", "h1>", "https://", "127.0.0.1", c.Step.Challenge.AppToken)
	}
	if calls := c.There.Calls(c.Begin); calls != 2 {
		t.Errorf("the provider was asked for %d orders", calls)
	}
}

// Silent looks for words in an error and everything behind it, and shows none of them.
func Silent(t testing.TB, err error, words ...string) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		text := fmt.Sprintf("%v %+v %#v", err, err, err)
		for i, word := range words {
			if word != "" && strings.Contains(text, word) {
				t.Errorf("an error shows word %d of what it must not", i)
			}
		}
	}
}
