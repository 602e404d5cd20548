package acceptance

import (
	"fmt"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
)

const callback = "http://127.0.0.1:9701/eid/callback"

const (
	swedish   eid.Context = "urn:grn:authn:se:bankid:another-device:qr"
	norwegian eid.Context = "urn:grn:authn:no:bankid"
)

// Stories is what the gateway promises about a verified number reaching its account.
var Stories = []Story{
	{"a proven number reaches its account", attachNumber, ""},
	{"every alias and urn leads to its eID", everyMethod, ""},
	{"a Dane's number reaches a Danish account by Freja", danishAccount, ""},
	{"a login without a state finds its session by the nonce", withoutState, ""},
	{"proving the same number again changes nothing", attachAgain, ""},
	{"a person who says no changes nothing", personSaysNo, ""},
	{"a second number is refused", secondNumber, ""},
	{"a number of another country is refused", wrongCountry, ""},
	{"a number that another account has is refused", numberTaken, ""},
	{"of many attempts with one number exactly one wins", oneWinner, ""},
	{"a code is good for one use", codeReused, ""},
	{"another account's code is refused, and spends the session", codeForeign, ""},
	{"a code that comes too late is refused", codeExpired, ""},
	{"a code from nowhere is refused", codeInvented, ""},
	{"the redirect address must be the one of the start", wrongRedirect, ""},
	{"only registered addresses are redirected to", unregisteredRedirect, ""},
	{"the method must be the one of the start", wrongMethod, ""},
	{"an unknown method is refused", unknownMethod, ""},
	{"an employee's login carries no number", noNumber, ""},
	{"a provider that is down answers quickly and later works again", providerDown, ""},
	{"a provider that talks HTML is unavailable, and its code survives", providerHTML, FirstFailure},
	{"a provider that hangs up is unavailable, and its code survives", providerReset, FirstFailure},
	{"a provider that is slow is given up, and its code survives", providerSlow, FirstFailure},
	{"an expired token is refused", tokenExpired, Tokens},
	{"a revoked token is refused", tokenRevoked, Tokens},
	{"a token of the other kind is refused", tokenOfOtherKind, TokenKinds},
	{"another organization's client cannot redeem", otherOrganization, ""},
	{"the eleventh eID request of a minute is refused", throttled, Throttling},
	{"the trail tells every change once, and never a number", trail, ""},
}

// Story is one promise.
type Story struct {
	Promise string
	Tell    func(t *testing.T, g *Gateway)
	Needs   Ability // what a door must be able to do, "" for nothing special
}

// login starts a login and lets the person approve or not; it returns what the person brings back.
func login(t *testing.T, g *Gateway, c Client, method eid.Context, person string) Return {
	t.Helper()
	started, outcome := g.Door.Start(t, c, Start{RedirectURI: callback, Context: method})
	outcome.OK(t)
	back := g.Browse(t, started.URL, person)
	if back.Get("code") == "" || back.Get("state") != started.Correlation {
		t.Fatalf("the person came back with %v", keys(back))
	}
	return Return{Code: back.Get("code"), RedirectURI: callback, Context: method, State: started.Correlation}
}

func keys(v url.Values) []string {
	var names []string
	for k := range v {
		names = append(names, k)
	}
	return names
}

func register(t *testing.T, g *Gateway, name string, country identity.Country) Client {
	t.Helper()
	c, outcome := g.Door.Register(t, Person{Email: name + "@example.com", Country: country})
	outcome.OK(t)
	return c
}

func (g *Gateway) hasNumber(t *testing.T, c Client, want bool) Account {
	t.Helper()
	a, outcome := g.Door.Account(t, c)
	outcome.OK(t)
	if a.HasNumber != want {
		t.Fatalf("the account has a number: %v, want %v", a.HasNumber, want)
	}
	return a
}

func attachNumber(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	g.hasNumber(t, c, false)
	r := login(t, g, c, swedish, "anna")
	done, outcome := g.Door.Complete(t, c, r)
	outcome.OK(t)
	if want := g.NumberOf(t, "anna"); done.SSN != "" && done.SSN != want || done.Correlation != r.State {
		t.Error("the answer names another number or reference")
	}
	if a := g.hasNumber(t, c, true); !a.Monitored || a.SSN != "" && a.SSN != g.NumberOf(t, "anna") {
		t.Errorf("monitored %v", a.Monitored)
	}
}

func everyMethod(t *testing.T, g *Gateway) {
	for i, m := range []struct {
		method  eid.Context
		country identity.Country
		person  string
	}{
		{"urn:grn:authn:se:bankid:same-device", identity.SE, "anna"},
		{"urn:grn:authn:se:frejaid", identity.SE, g.Other(t, identity.SE, "anna")},
		{"urn:grn:authn:fi:all", identity.FI, "aino"},
		{"urn:grn:authn:fi:mobile-id", identity.FI, g.Other(t, identity.FI, "aino")},
		{"urn:grn:authn:dk:mitid:substantial", identity.DK, "mette"},
		{"urn:grn:authn:dk:mitid:high", identity.DK, g.Other(t, identity.DK, "mette")},
		{"urn:grn:authn:no:bankid", identity.NO, "kari"},
		{"urn:grn:authn:no:vipps", identity.NO, g.Other(t, identity.NO, "kari")},
	} {
		c := register(t, g, "person"+strconv.Itoa(i), m.country)
		_, outcome := g.Door.Complete(t, c, login(t, g, c, m.method, m.person))
		outcome.OK(t)
		g.hasNumber(t, c, true)
		g.Clock.Advance(time.Minute)
	}
}

func withoutState(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	login(t, g, c, swedish, "anna") // another one is pending; the nonce tells them apart
	r.State, r.Context = "", ""
	_, outcome := g.Door.Complete(t, c, r)
	outcome.OK(t)
	g.hasNumber(t, c, true)
	_, outcome = g.Door.Complete(t, c, r)
	outcome.Is(t, fault.Invalid, "code")
}

func attachAgain(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	for range 2 {
		_, outcome := g.Door.Complete(t, c, login(t, g, c, swedish, "anna"))
		outcome.OK(t)
	}
	if n := len(g.Facts(t, "account.number_attached")); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func personSaysNo(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	for range 7 { // more than a breaker bears of failures
		g.Clock.Advance(time.Minute)
		started, outcome := g.Door.Start(t, c, Start{RedirectURI: callback, Context: swedish})
		outcome.OK(t)
		if back := g.Browse(t, started.URL, ""); back.Get("error") != "access_denied" || back.Get("state") != started.Correlation || back.Has("code") {
			t.Fatalf("the person came back with %v", keys(back))
		}
	}
	g.hasNumber(t, c, false)
	g.Clock.Advance(time.Minute)
	_, outcome := g.Door.Complete(t, c, login(t, g, c, swedish, "anna"))
	outcome.OK(t)
}

func secondNumber(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	_, outcome := g.Door.Complete(t, c, login(t, g, c, swedish, "anna"))
	outcome.OK(t)
	_, outcome = g.Door.Complete(t, c, login(t, g, c, swedish, g.Other(t, identity.SE, "anna")))
	outcome.Is(t, fault.Invalid, "number")
	if g.hasNumber(t, c, true); len(g.Facts(t, "account.number_refused")) != 1 {
		t.Error("the refusal is not in the trail")
	}
}

func wrongCountry(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	_, outcome := g.Door.Complete(t, c, login(t, g, c, norwegian, "kari"))
	outcome.Is(t, fault.Invalid, "number")
	g.hasNumber(t, c, false)
}

func numberTaken(t *testing.T, g *Gateway) {
	first, second := register(t, g, "first", identity.SE), register(t, g, "second", identity.SE)
	_, outcome := g.Door.Complete(t, first, login(t, g, first, swedish, "anna"))
	outcome.OK(t)
	_, outcome = g.Door.Complete(t, second, login(t, g, second, swedish, "anna"))
	outcome.Is(t, fault.Invalid, "number")
	g.hasNumber(t, second, false)
}

func oneWinner(t *testing.T, g *Gateway) {
	const rivals = 8
	clients, returns := make([]Client, rivals), make([]Return, rivals)
	for i := range clients {
		clients[i] = register(t, g, fmt.Sprintf("rival%d", i), identity.SE)
		returns[i] = login(t, g, clients[i], swedish, "anna")
	}
	outcomes := make([]Outcome, rivals)
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() { _, outcomes[i] = g.Door.Complete(t, clients[i], returns[i]) })
	}
	all.Wait()
	won := 0
	for _, o := range outcomes {
		if !o.Refused {
			won++
		} else if o.Kind != fault.Invalid {
			t.Errorf("a loser was refused as %s", o.Kind)
		}
	}
	if won != 1 || len(g.Facts(t, "account.number_attached")) != 1 {
		t.Errorf("%d won", won)
	}
}

func codeReused(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	_, outcome := g.Door.Complete(t, c, r)
	outcome.OK(t)
	_, outcome = g.Door.Complete(t, c, r)
	outcome.Is(t, fault.Invalid, "state")
}

func codeForeign(t *testing.T, g *Gateway) {
	victim, thief := register(t, g, "victim", identity.SE), register(t, g, "thief", identity.SE)
	r := login(t, g, victim, swedish, "anna")
	_, outcome := g.Door.Complete(t, thief, r)
	outcome.Is(t, fault.Invalid, "state")
	r.State = ""
	_, outcome = g.Door.Complete(t, thief, r)
	outcome.Is(t, fault.Invalid, "code")
	g.hasNumber(t, thief, false)
	_, outcome = g.Door.Complete(t, victim, r)
	outcome.Is(t, fault.Invalid, "code")
	g.hasNumber(t, victim, false)
}

func codeExpired(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	g.Clock.Advance(16 * time.Minute)
	_, outcome := g.Door.Complete(t, c, r)
	outcome.Is(t, fault.Invalid, "state")
	g.Sweep(t)
	if len(g.Facts(t, "session.expired")) != 1 {
		t.Error("the session did not expire")
	}
	g.hasNumber(t, c, false)
}

func codeInvented(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	r.Code = "invented"
	_, outcome := g.Door.Complete(t, c, r)
	outcome.Is(t, fault.Invalid, "code")
	r.State = "nobody-knows"
	_, outcome = g.Door.Complete(t, c, r)
	outcome.Is(t, fault.Invalid, "state")
	g.hasNumber(t, c, false)
}

func wrongRedirect(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	for _, state := range []string{r.State, ""} {
		wrong := r
		wrong.State, wrong.RedirectURI = state, callback+"/"
		_, outcome := g.Door.Complete(t, c, wrong)
		outcome.Is(t, fault.Invalid, "redirect_uri")
	}
	_, outcome := g.Door.Complete(t, c, r) // nothing was consumed
	outcome.OK(t)
}

func unregisteredRedirect(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	for _, address := range []string{"https://evil.example/cb", "http://127.0.0.1.evil.example/", "javascript:alert(1)", "https://user@127.0.0.1/"} {
		_, outcome := g.Door.Start(t, c, Start{RedirectURI: address})
		outcome.Is(t, fault.Invalid, "redirect_uri")
	}
}

func wrongMethod(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	r := login(t, g, c, swedish, "anna")
	wrong := r
	wrong.Context = "urn:grn:authn:se:bankid:same-device"
	_, outcome := g.Door.Complete(t, c, wrong)
	outcome.Is(t, fault.Invalid, "method")
	_, outcome = g.Door.Complete(t, c, r)
	outcome.OK(t)
}

func unknownMethod(t *testing.T, g *Gateway) {
	c := register(t, g, "someone", identity.SE)
	_, outcome := g.Door.Start(t, c, Start{RedirectURI: callback, Context: "urn:grn:authn:de:personalausweis"})
	outcome.Is(t, fault.Invalid, "method")
}
