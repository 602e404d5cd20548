package acceptance

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

func noNumber(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.DK)
	_, outcome := g.Door.Complete(t, c, login(t, g, c, "urn:grn:authn:dk:mitid:business", "mette"))
	outcome.Is(t, fault.Invalid, "number")
}

func providerDown(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	g.Misbehave(t, eid.SEBankID, "down", 1000)
	for range 5 {
		_, outcome := g.Door.Complete(t, c, r)
		outcome.Is(t, fault.Unavailable, "")
	}
	_, outcome := g.Door.Complete(t, c, r) // the breaker is open, and nobody asks the provider
	if outcome.Is(t, fault.Unavailable, ""); outcome.RetryAfter <= 0 {
		t.Error("no word on when to come back")
	}
	g.Misbehave(t, eid.SEBankID, "down", 0)
	g.Heal(t)
	_, outcome = g.Door.Complete(t, c, r)
	outcome.OK(t)
}

func providerHTML(t *testing.T, g *Gateway) { providerIll(t, g, "html") }

func providerReset(t *testing.T, g *Gateway) { providerIll(t, g, "reset") }

func providerSlow(t *testing.T, g *Gateway) { providerIll(t, g, "slow") }

func providerIll(t *testing.T, g *Gateway, kind string) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	g.Misbehave(t, eid.SEBankID, kind, 1)
	_, outcome := g.Door.Complete(t, c, r)
	outcome.Is(t, fault.Unavailable, "")
	_, outcome = g.Door.Complete(t, c, r)
	outcome.OK(t)
}

func tokenExpired(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	g.Clock.Advance(time.Hour)
	_, outcome := g.Door.Account(t, c)
	outcome.Is(t, fault.Unauthenticated, "")
	_, outcome = g.Door.Start(t, c, Start{RedirectURI: callback, Context: swedish})
	outcome.Is(t, fault.Unauthenticated, "")
}

func tokenRevoked(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	other, outcome := g.Door.SignIn(t, "someone@example.com")
	outcome.OK(t)
	g.Door.ChangePassword(t, c, "correct horse battery").OK(t)
	_, outcome = g.Door.Account(t, c)
	outcome.OK(t)
	_, outcome = g.Door.Account(t, other)
	outcome.Is(t, fault.Unauthenticated, "")
}

func tokenOfOtherKind(t *testing.T, g *Gateway) {
	office, outcome := g.Door.Office(t)
	outcome.OK(t)
	_, outcome = g.Door.Complete(t, office, Return{Code: "x", RedirectURI: callback})
	outcome.Is(t, fault.Forbidden, "")
	_, outcome = g.Door.Account(t, office)
	outcome.Is(t, fault.Forbidden, "")
}

func otherOrganization(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	stranger := g.Stranger(t)
	_, outcome := g.Door.Complete(t, stranger, r)
	outcome.Is(t, fault.Invalid, "state")
	_, outcome = g.Door.Complete(t, c, r) // nothing was consumed
	outcome.OK(t)
}

func throttled(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna") // the first request
	for range 9 {
		_, outcome := g.Door.Start(t, c, Start{RedirectURI: callback, Context: swedish})
		outcome.OK(t)
	}
	_, outcome := g.Door.Complete(t, c, r)
	if outcome.Is(t, fault.Throttled, ""); outcome.RetryAfter <= 0 || outcome.RetryAfter > time.Minute {
		t.Errorf("come back in %s", outcome.RetryAfter)
	}
	g.Clock.Advance(time.Minute)
	_, outcome = g.Door.Complete(t, c, r) // the refusal did not consume the code
	outcome.OK(t)
}

func trail(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	_, outcome := g.Door.Complete(t, c, login(t, g, c, swedish, "anna"))
	outcome.OK(t)
	number, next := g.NumberOf(t, "anna"), map[string]int64{}
	for _, f := range g.Facts(t, "") {
		if next[f.Subject]++; f.Sequence != next[f.Subject] {
			t.Errorf("%s: number %d, want %d", f.Subject, f.Sequence, next[f.Subject])
		}
		if shown := fmt.Sprintf("%+v", f); strings.Contains(shown, number) {
			t.Errorf("a %s fact holds a number", f.Kind)
		}
	}
	mine := "account/" + strconv.FormatInt(c.Account, 10)
	for _, kind := range []string{"account.registered", "session.opened", "session.pending", "session.completed", "account.number_attached", "account.monitoring_started"} {
		told := 0
		for _, f := range g.Facts(t, kind) {
			if f.Subject == mine || strings.HasPrefix(f.Subject, "session/") {
				told++
			}
		}
		if told != 1 {
			t.Errorf("%s: told %d times", kind, told)
		}
	}
}
