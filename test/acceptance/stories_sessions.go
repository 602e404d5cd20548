package acceptance

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/inbound"
)

// SessionStories is what the gateway promises about hosted sessions.
var SessionStories = []Story{
	{"the person chooses among several eIDs", personChooses, ""},
	{"who runs out of time tries again", triesAgain, ""},
	{"who thinks better of it takes another eID", changesMind, ""},
	{"each eID shows its own text and no other's", eachItsText, ""},
	{"a level that is not reached is refused", levelNotReached, ""},
	{"a session for one person is nobody else's", sessionForOne, ""},
	{"every end leads to the address that is meant for it", everyEnd, ""},
	{"a provider that fails ends a session that leaves nothing else to choose", providerFails, ""},
	{"another organization's token finds no session", foreignToken, ""},
	{"a revoked client's token opens nothing any more", revokedClient, ""},
	{"tags and usage references are told, and nobody is named", labelsTold, ""},
	{"a session is followed by message, and its end is told by callback", followedAndCalledBack, ""},
	{"what is opened by message is not found at the session API", openedByMessage, ""},
}

// created opens a session that must open.
func created(t *testing.T, d sessionsOverHTTP, body map[string]any) HostedSession {
	t.Helper()
	s, outcome := d.Create(t, body)
	outcome.OK(t)
	if s.Status != "CREATED" || s.AccountID != d.g.account() {
		t.Fatalf("opened as %q, of the right account: %v", s.Status, s.AccountID == d.g.account())
	}
	return s
}

func ticketOf(s HostedSession) string {
	return s.AuthenticationURL[strings.LastIndexByte(s.AuthenticationURL, '/')+1:]
}

// take opens the page of a session with a choice, "" for none to be made.
func (g *Gateway) take(t *testing.T, s HostedSession, e eid.EID) inbound.Visit {
	t.Helper()
	v, err := g.visits.Begin(t.Context(), ticketOf(s), inbound.Arrival{Browser: personsBrowser, Address: "192.0.2.7", Agent: "A browser", EID: e})
	if err != nil {
		t.Fatal(err)
	}
	if !v.Begun || v.EID == "" || v.Challenge.URL == "" && v.Challenge.QR == "" && v.Challenge.AppToken == "" {
		t.Fatalf("%s is not begun", v.EID)
	}
	return v
}

// sees opens the page again.
func (g *Gateway) sees(t *testing.T, s HostedSession) inbound.Visit {
	t.Helper()
	v, err := g.visits.Look(t.Context(), ticketOf(s), personsBrowser)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// ended follows a session to its end, and checks how it ended and where the browser goes: to one of the three addresses,
// with the session's identifier and the organization's reference.
func (g *Gateway) ended(t *testing.T, s HostedSession, status, address string) HostedSession {
	t.Helper()
	d := hostedAt(g)
	var end HostedSession
	g.during(t, "the session ends", func() bool {
		var outcome Outcome
		end, outcome = d.Get(t, s.ID)
		outcome.OK(t)
		return end.progress().State != Waiting
	})
	if end.Status != status || (end.Subject != nil) != (status == "SUCCESS") {
		t.Fatalf("ended %s %s %s, want %s; somebody is named: %v", end.Status, end.Error.Code, end.Error.Detail, status, end.Subject != nil)
	}
	base, had, _ := strings.Cut(address, "?")
	want := url.Values{"sessionId": {s.ID}, "externalReference": {"order 7"}}
	for name, values := range parsed(t, "?"+had).Query() {
		want[name] = values
	}
	back := parsed(t, g.sees(t, s).ReturnTo)
	if got := back.Query().Encode(); !strings.HasPrefix(back.String(), base+"?") || got != want.Encode() {
		t.Errorf("the browser goes to another address than %s, or with another query", base)
	}
	return end
}

func parsed(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Where the browser goes.
const (
	ifDone    = done + "/yes?a=1"
	ifAborted = done + "/no"
	ifFailed  = done + "/bad"
)

func personChooses(t *testing.T, g *Gateway) {
	s := created(t, hostedAt(g), redirected(eid.SEBankID, eid.NOBankID, eid.DKMitID))
	if v := g.sees(t, s); len(v.Choices) != 3 || v.EID != "" || v.Begun || v.Organization == "" {
		t.Fatalf("the page shows %d choices, and %q", len(v.Choices), v.EID)
	}
	for choice, want := range map[eid.EID]error{"": eid.ErrNotChosen, eid.FIFTN: eid.ErrNotAChoice} {
		if _, err := g.visits.Begin(t.Context(), ticketOf(s), inbound.Arrival{Browser: personsBrowser, EID: choice}); !errors.Is(err, want) {
			t.Errorf("choosing %q: got %v", choice, err)
		}
	}
	g.comeBack(t, g.take(t, s, eid.NOBankID), "kari")
	end := g.ended(t, s, "SUCCESS", ifDone)
	if end.Provider != "nbid" || end.Subject.Name == "" || end.Subject.NIN.Value != g.NumberOf(t, "kari") || len(end.Subject.ID) != 44 {
		t.Errorf("%s identified somebody else", end.Provider)
	}
}

func triesAgain(t *testing.T, g *Gateway) {
	s := created(t, hostedAt(g), redirected(eid.SEBankID))
	first := g.take(t, s, "").Challenge.AppToken
	g.Clock.Advance(3*time.Minute + time.Second)
	g.during(t, "the page says that the order ran out", func() bool {
		v := g.sees(t, s)
		return !v.Begun && v.Trouble != "" && v.Renewable
	})
	if got, outcome := hostedAt(g).Get(t, s.ID); outcome.Refused || got.Status != "CREATED" || got.Error.Code != "" {
		t.Errorf("for the organization it is %s %s", got.Status, got.Error.Code)
	}
	if err := g.people.Approve(t.Context(), first, "anna"); err == nil {
		t.Error("the order that ran out can still be approved")
	}
	if err := g.people.Approve(t.Context(), g.take(t, s, "").Challenge.AppToken, "erik"); err != nil {
		t.Fatal(err)
	}
	if end := g.ended(t, s, "SUCCESS", ifDone); end.Subject.NIN.Value != g.NumberOf(t, "erik") {
		t.Error("somebody else was identified")
	}
}

func changesMind(t *testing.T, g *Gateway) {
	s := created(t, hostedAt(g), redirected(eid.SEBankID, eid.DKMitID))
	first := g.take(t, s, eid.SEBankID)
	if _, err := g.visits.Reconsider(t.Context(), ticketOf(s), "another-browser-of-somebody-in-a-story-0123"); err == nil {
		t.Error("another browser may reconsider")
	}
	v, err := g.visits.Reconsider(t.Context(), ticketOf(s), personsBrowser)
	if err != nil || v.Begun || v.EID != "" || len(v.Choices) != 2 {
		t.Fatalf("reconsidered: %v, with %q begun: %v", err, v.EID, v.Begun)
	}
	if err := g.people.Approve(t.Context(), first.Challenge.AppToken, "anna"); err == nil {
		t.Error("the order that was taken back can still be approved")
	}
	g.comeBack(t, g.take(t, s, eid.DKMitID), "mette")
	if end := g.ended(t, s, "SUCCESS", ifDone); end.Provider != "mitid" || end.Subject.NIN.Value != g.NumberOf(t, "mette") {
		t.Errorf("%s identified somebody else", end.Provider)
	}
}

func eachItsText(t *testing.T, g *Gateway) {
	body := redirected(eid.SEBankID, eid.SEFreja, eid.DKMitID)
	toBankID := strings.Repeat("Read this in BankID. ", 20) // more than MitID shows
	body["requestedAttributes"] = []string{"nin", "mitidReferenceTextBody"}
	body["additionalParameters"] = map[string]string{
		"sbid_intention_text":  base64.StdEncoding.EncodeToString([]byte(toBankID)),
		"mitid_reference_text": base64.StdEncoding.EncodeToString([]byte("Read this in MitID.")),
	}
	s := created(t, hostedAt(g), body)
	shown := func() string {
		for _, o := range g.people.Waiting() {
			if o.Session == s.ID {
				return o.Text
			}
		}
		t.Fatal("nobody waits for the person")
		return ""
	}
	for _, e := range []eid.EID{eid.SEBankID, eid.SEFreja} {
		g.take(t, s, e)
		if got := shown(); (got == toBankID) != (e == eid.SEBankID) || strings.Contains(got, "MitID") {
			t.Errorf("%s shows %q", e, got)
		}
		if _, err := g.visits.Reconsider(t.Context(), ticketOf(s), personsBrowser); err != nil {
			t.Fatal(err)
		}
	}
	g.comeBack(t, g.take(t, s, eid.DKMitID), "mette")
	if end := g.ended(t, s, "SUCCESS", ifDone); end.Provider != "mitid" || end.Subject.MitIDReferenceTextBody != "Read this in MitID." {
		t.Errorf("%s showed %q", end.Provider, end.Subject.MitIDReferenceTextBody)
	}
}

func levelNotReached(t *testing.T, g *Gateway) {
	d := hostedAt(g)
	body := redirected(eid.SEBankID)
	body["requestedLoa"] = "high"
	_, outcome := d.Create(t, body)
	outcome.Is(t, fault.Invalid, "requestedLoa")
	body = redirected(eid.NOBankID)
	body["requestedLoa"], body["additionalParameters"] = "high", map[string]string{"nbid_idp": "BIS"} // whose level is substantial
	s := created(t, d, body)
	g.comeBack(t, g.take(t, s, ""), "kari")
	if end := g.ended(t, s, "ERROR", ifFailed); end.Error.Code != "loa_not_met" {
		t.Errorf("refused as %s", end.Error.Code)
	}
	body["additionalParameters"] = map[string]string{"nbid_idp": "BID"}
	s = created(t, d, body)
	g.comeBack(t, g.take(t, s, ""), "kari")
	if end := g.ended(t, s, "SUCCESS", ifDone); end.Loa != "high" {
		t.Errorf("proven is %q", end.Loa)
	}
}

func sessionForOne(t *testing.T, g *Gateway) {
	for person, status := range map[string]string{"kari": "SUCCESS", g.Other(t, "NO", "kari"): "ERROR"} {
		body := redirected(eid.SEBankID, eid.NOBankID)
		body["prefilledInput"] = map[string]string{"nin": g.NumberOf(t, "kari")}
		s := created(t, hostedAt(g), body)
		g.comeBack(t, g.take(t, s, ""), person) // the number is of one eID's country, so there is nothing to choose
		address := map[string]string{"SUCCESS": ifDone, "ERROR": ifFailed}[status]
		if end := g.ended(t, s, status, address); status == "ERROR" && end.Error.Code != "other_person" {
			t.Errorf("refused as %s", end.Error.Code)
		}
	}
	body := redirected(eid.NOBankID)
	body["prefilledInput"] = map[string]string{"nin": g.NumberOf(t, "anna")}
	_, outcome := hostedAt(g).Create(t, body)
	outcome.Is(t, fault.Invalid, "prefilledInput.nin")
}
