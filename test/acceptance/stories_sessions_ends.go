package acceptance

import (
	"strings"
	"testing"
	"time"

	facts "github.com/eidgate/eidgate/app/trail"
	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
)

func everyEnd(t *testing.T, g *Gateway) {
	d := hostedAt(g)
	for name, c := range map[string]struct {
		end             func(s HostedSession)
		status, address string
	}{
		"the person says no at the eID": {func(s HostedSession) { g.comeBack(t, g.take(t, s, eid.NOBankID), "") }, "ABORT", ifAborted},
		"the person says no on our page": {func(s HostedSession) {
			g.take(t, s, eid.SEBankID)
			if _, err := g.visits.Cancel(t.Context(), ticketOf(s), personsBrowser); err != nil {
				t.Fatal(err)
			}
		}, "ABORT", ifAborted},
		"the organization takes it back before anybody came": {func(s HostedSession) {
			got, outcome := d.TakeBack(t, s.ID)
			if outcome.OK(t); got.Status != "CANCELLED" {
				t.Errorf("taken back, it is %s", got.Status)
			}
		}, "CANCELLED", ifAborted},
		"the organization takes it back meanwhile": {func(s HostedSession) {
			order := g.take(t, s, eid.SEBankID).Challenge.AppToken
			_, outcome := d.TakeBack(t, s.ID)
			outcome.OK(t)
			if err := g.people.Approve(t.Context(), order, "anna"); err == nil {
				t.Error("a person can still approve what was taken back")
			}
		}, "CANCELLED", ifAborted},
		"nobody comes in time": {func(HostedSession) { g.Clock.Advance(20*time.Minute + time.Second) }, "EXPIRED", ifFailed},
	} {
		s := created(t, d, redirected(eid.SEBankID, eid.NOBankID))
		c.end(s)
		g.ended(t, s, c.status, c.address)
		g.Clock.Advance(time.Second)
		if again, outcome := d.TakeBack(t, s.ID); outcome.Refused || again.Status != c.status {
			t.Errorf("%s: taken back after its end it is %s", name, again.Status)
		}
	}
}

// A provider that fails is the end where nothing else is left to choose, and a reason to choose again where something is.
func providerFails(t *testing.T, g *Gateway) {
	d := hostedAt(g)
	fail := func(s HostedSession) {
		v := g.take(t, s, eid.DKMitID)
		g.bringBack(t, g.played(t, v.Challenge.URL, func(order string) error { return g.people.Fail(t.Context(), order, "server_error") }))
	}
	alone := created(t, d, redirected(eid.DKMitID))
	fail(alone)
	if end := g.ended(t, alone, "ERROR", ifFailed); end.Error.Code != "idp_error" {
		t.Errorf("it ended as %s", end.Error.Code)
	}
	among := created(t, d, redirected(eid.DKMitID, eid.NOBankID))
	fail(among)
	if v := g.sees(t, among); v.Begun || v.EID != "" || v.Trouble != eid.ReasonProviderFailed || len(v.Choices) != 2 {
		t.Errorf("the page shows %d choices, for %q", len(v.Choices), v.Trouble)
	}
	if got, outcome := d.Get(t, among.ID); outcome.Refused || got.Status != "CREATED" {
		t.Errorf("with another choice left it is %s", got.Status)
	}
	g.comeBack(t, g.take(t, among, eid.NOBankID), "kari")
	g.ended(t, among, "SUCCESS", ifDone)
}

func foreignToken(t *testing.T, g *Gateway) {
	d := hostedAt(g)
	s := created(t, d, redirected(eid.NOBankID))
	g.take(t, s, "")
	g.strangerClients(t)
	stranger := g.hostedAs("stranger-session", ownSecret)
	_, foreign := stranger.Get(t, s.ID)
	foreign.Is(t, fault.NotFound, "")
	_, unknown := stranger.Get(t, "018f0000-0000-7000-8000-000000000000")
	unknown.Is(t, fault.NotFound, "")
	g.Clock.Advance(time.Second)
	_, outcome := stranger.Get(t, s.ID+"?signicat-accountId="+g.account())
	outcome.Is(t, fault.Forbidden, "")
	_, outcome = stranger.TakeBack(t, s.ID)
	outcome.Is(t, fault.NotFound, "")
	if got, outcome := d.Get(t, s.ID); outcome.Refused || got.Status != "WAITING_FOR_USER" {
		t.Errorf("a stranger's attempts left it %s", got.Status)
	}
}

func revokedClient(t *testing.T, g *Gateway) {
	g.enrol(t, organization.Client{Scope: g.scope(), Kind: organization.KindSession, Identifier: "short-lived"})
	d := g.hostedAs("short-lived", ownSecret)
	s := created(t, d, redirected(eid.NOBankID))
	_, outcome := d.Get(t, s.ID)
	outcome.OK(t)
	if err := g.registry.Revoke(t.Context(), "short-lived"); err != nil {
		t.Fatal(err)
	}
	g.Clock.Advance(time.Second)
	_, outcome = d.Get(t, s.ID)
	outcome.Is(t, fault.Unauthenticated, "")
	_, outcome = d.Create(t, redirected(eid.NOBankID))
	outcome.Is(t, fault.Unauthenticated, "")
	_, outcome = d.TakeBack(t, s.ID)
	outcome.Is(t, fault.Unauthenticated, "")
	if status, token, _ := d.issue(t); status != 401 || token != "" {
		t.Errorf("a token is answered with %d", status)
	}
	if got, outcome := hostedAt(g).Get(t, s.ID); outcome.Refused || got.Status != "CREATED" { // a colleague goes on
		t.Errorf("its session is %s, refused %v", got.Status, outcome.Refused)
	}
}

func labelsTold(t *testing.T, g *Gateway) {
	body := redirected(eid.NOBankID)
	body["tags"], body["usageReference"] = []string{"checkout", `shop "7"`}, "cost centre 12"
	s := created(t, hostedAt(g), body)
	g.comeBack(t, g.take(t, s, ""), "kari")
	if end := g.ended(t, s, "SUCCESS", ifDone); len(end.Tags) != 2 {
		t.Errorf("%d tags come back", len(end.Tags))
	}
	var settled audit.Told
	told := 0
	for _, f := range g.Facts(t, "") {
		if f.Subject != "session/"+s.ID {
			continue
		}
		told++
		for name, value := range f.Details {
			for _, secret := range []string{g.NumberOf(t, "kari"), "Kari", "order 7", done, ticketOf(s)} {
				if strings.Contains(value, secret) {
					t.Errorf("detail %s of %s says too much", name, f.Kind)
				}
			}
		}
		if f.Kind == audit.SessionOpened || f.Kind == audit.SessionCompleted {
			if f.Details["tags"] != `["checkout","shop \"7\""]` || f.Details["usage"] != "cost centre 12" {
				t.Errorf("%s does not tell tags and usage reference", f.Kind)
			}
		}
		if f.Kind == audit.SessionCompleted {
			settled = f
		}
	}
	if told < 3 || settled.Kind == "" {
		t.Fatalf("%d facts are told of it", told)
	}
	at := settled.At.UTC()
	usage := facts.Usage{Work: g.work}
	counts, err := usage.Of(t.Context(), at.Year(), at.Month())
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, c := range counts {
		if c.Reference == "cost centre 12" && c.EID == string(eid.NOBankID) {
			found += c.Completed
		}
	}
	if found != 1 {
		t.Errorf("counted %d times", found)
	}
}
