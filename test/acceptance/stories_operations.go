package acceptance

import (
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// OperationStories is what the gateway promises about eID operations.
var OperationStories = []Story{
	{"every eID carries out every operation that it has", everyOperation, ""},
	{"the expected person turns up", expectedPerson, ""},
	{"somebody else turns up", somebodyElse, ""},
	{"a Dane logs in with Freja, and is told as one", danishFreja, ""},
	{"the person says no", personDeclines, ""},
	{"the organization takes the order back", organizationCancels, ""},
	{"an order that nobody answers is over in time", nobodyAnswers, ""},
	{"a session is asked for once a second", polledTooFast, Polling},
	{"somebody old enough is told from somebody too young", ages, Ages},
	{"an age that nobody knows is no age", ageUnknown, Ages},
	{"a call is begun by either side", calls, Calls},
	{"a call that the person does not know of is none", callDeclined, Calls},
	{"a card is checked, and a wrong one is refused", cards, Cards},
	{"documents come back signed", documentsSigned, Documents},
	{"a document that is not a PDF is refused", notPDF, Documents},
	{"two sessions for one person do not mix", twoSessions, ""},
	{"a second order for a named person ends the first", supersedes, ""},
	{"another organization finds nothing", foreignSession, ""},
	{"what nobody asked to know is not told", nothingUnasked, Persons},
	{"a signatory is told from who is none", signatories, Companies},
	{"the trail tells what happened, and of nobody", operationTrail, ""},
	{"texts cannot speak in another's name", spoofedTexts, ""},
	{"a provider that is down refuses orders and keeps pending ones", providerAway, ""},
}

func everyOperation(t *testing.T, g *Gateway) {
	for _, o := range operations(g, t) {
		b := begin(t, g, o)
		switch o.Channel {
		case eid.App:
			if b.AppToken == "" || b.QR == "" {
				t.Errorf("%s %s gives neither app token nor code", o.EID, o.Operation)
			}
		case eid.Page:
			if !strings.HasPrefix(b.URL, g.base+"/s/") {
				t.Errorf("%s %s gives no page", o.EID, o.Operation)
			}
		case eid.Backchannel, eid.Redirect:
		}
		g.Approve(t, b, named[o.EID])
		p := g.Outcome(t, b)
		if p.State != Done {
			t.Errorf("%s %s by %s: %s %s", o.EID, o.Operation, o.Channel, p.State, p.Why)
			continue
		}
		if o.Operation == eid.ProveAge {
			if p.AgeFits == nil || !*p.AgeFits || p.Seen != (Seen{}) {
				t.Errorf("%s proves age %v, and shows more: %v", o.EID, p.AgeFits, p.Seen != Seen{})
			}
		} else if g.operations.Cannot()[Persons] == "" && p.Seen.Name == "" {
			t.Errorf("%s %s says nothing of the person", o.EID, o.Operation)
		}
	}
}

func expectedPerson(t *testing.T, g *Gateway) {
	o := auth()
	o.SSN = g.NumberOf(t, "anna")
	b := begin(t, g, o)
	g.Approve(t, b, "anna")
	if p := g.Outcome(t, b); p.State != Done || p.Seen.SSN != "" && p.Seen.SSN != o.SSN {
		t.Errorf("%s %s, or somebody else", p.State, p.Why)
	}
}

func somebodyElse(t *testing.T, g *Gateway) {
	o := auth()
	o.SSN = g.NumberOf(t, "anna")
	b := begin(t, g, o)
	g.Approve(t, b, "erik")
	if p := g.Outcome(t, b); p.State != Over || p.Why != "AUTH_FAILED" || p.Seen != (Seen{}) {
		t.Errorf("%s %s, and the other person is shown: %v", p.State, p.Why, p.Seen != Seen{})
	}
}

func personDeclines(t *testing.T, g *Gateway) {
	for _, o := range operations(g, t) {
		b := begin(t, g, o)
		g.Decline(t, b)
		if p := g.Outcome(t, b); p.State != Over || p.Why != "CANCELLED" {
			t.Errorf("%s %s by %s: %s %s", o.EID, o.Operation, o.Channel, p.State, p.Why)
		}
	}
}

func organizationCancels(t *testing.T, g *Gateway) {
	for _, o := range []Operation{auth(), {EID: eid.NOBankID, Operation: eid.Authenticate, Channel: eid.Page, ReturnTo: done}} {
		b := begin(t, g, o)
		g.operations.Cancel(t, b).OK(t)
		if p := g.Outcome(t, b); p.State != Over || p.Why != "CANCELLED" {
			t.Errorf("%s: %s %s", o.EID, p.State, p.Why)
		}
		g.operations.Cancel(t, b).OK(t) // what is over stays over
		if o.Channel == eid.App {
			if err := g.people.Approve(t.Context(), b.Session, "anna"); err == nil {
				t.Error("a person can still approve what was taken back")
			}
		}
	}
}

func nobodyAnswers(t *testing.T, g *Gateway) {
	app := begin(t, g, auth())
	page := begin(t, g, Operation{EID: eid.DKMitID, Operation: eid.Authenticate, Channel: eid.Page, ReturnTo: done})
	g.Clock.Advance(3*time.Minute + time.Second)
	if p := g.Outcome(t, app); p.State != Over || p.Why != "SESSION_TIMEOUT" {
		t.Errorf("in the app: %s %s", p.State, p.Why)
	}
	g.Clock.Advance(13 * time.Minute)
	if p := g.Outcome(t, page); p.State != Over || p.Why != "SESSION_TIMEOUT" {
		t.Errorf("on the page: %s %s", p.State, p.Why)
	}
}

func calls(t *testing.T, g *Gateway) {
	for _, who := range []eid.CallInitiator{eid.CalledByPerson, eid.CalledByOrganization} {
		b := begin(t, g, Operation{EID: eid.SEBankID, Operation: eid.PhoneAuthenticate, Channel: eid.Backchannel, SSN: g.NumberOf(t, "anna"), Initiator: who})
		if b.AppToken != "" || b.QR != "" {
			t.Error("a call hands out what opens an app")
		}
		g.Approve(t, b, "anna")
		if p := g.Outcome(t, b); p.State != Done {
			t.Errorf("called by %s: %s %s", who, p.State, p.Why)
		}
	}
	_, outcome := g.operations.Begin(t, Operation{EID: eid.SEBankID, Operation: eid.PhoneAuthenticate, Channel: eid.Backchannel, SSN: g.NumberOf(t, "anna")})
	outcome.Kindly(t, fault.Invalid)
}

func callDeclined(t *testing.T, g *Gateway) {
	b := begin(t, g, Operation{EID: eid.SEBankID, Operation: eid.PhoneAuthenticate, Channel: eid.Backchannel, SSN: g.NumberOf(t, "anna"), Initiator: eid.CalledByOrganization})
	if err := g.people.Fail(t.Context(), b.Session, "userDeclinedCall"); err != nil {
		t.Fatal(err)
	}
	if p := g.Outcome(t, b); p.State != Over || p.Why != "CANCELLED" {
		t.Errorf("%s %s", p.State, p.Why)
	}
}

func twoSessions(t *testing.T, g *Gateway) {
	first, second := begin(t, g, auth()), begin(t, g, auth())
	g.Approve(t, second, "anna")
	if p := g.Outcome(t, second); p.State != Done {
		t.Errorf("the second is %s %s", p.State, p.Why)
	}
	p, outcome := g.operations.Follow(t, first)
	if outcome.OK(t); p.State != Waiting {
		t.Errorf("the first is %s %s", p.State, p.Why)
	}
	g.Approve(t, first, "erik")
	if p := g.Outcome(t, first); p.State != Done || p.Seen.SSN != "" && p.Seen.SSN != g.NumberOf(t, "erik") {
		t.Errorf("the first is %s %s, or somebody else's", p.State, p.Why)
	}
}

func supersedes(t *testing.T, g *Gateway) {
	o := auth()
	o.SSN = g.NumberOf(t, "anna")
	first := begin(t, g, o)
	if _, outcome := g.operations.Begin(t, o); !outcome.Refused || outcome.Kind != fault.Conflict && outcome.Kind != fault.Invalid {
		t.Errorf("the second order is refused %v as %s", outcome.Refused, outcome.Kind)
	}
	if p := g.Outcome(t, first); p.State != Over || p.Why != "CANCELLED" {
		t.Errorf("the first is %s %s", p.State, p.Why)
	}
	third := begin(t, g, o)
	g.Approve(t, third, "anna")
	if p := g.Outcome(t, third); p.State != Done {
		t.Errorf("the third is %s %s", p.State, p.Why)
	}
}

func foreignSession(t *testing.T, g *Gateway) {
	b := begin(t, g, auth())
	stranger := g.operations.Stranger(t)
	_, foreign := stranger.Follow(t, b)
	foreign.Kindly(t, fault.NotFound)
	imaginary := b
	imaginary.Session = "018f0000-0000-7000-8000-000000000000"
	_, unknown := stranger.Follow(t, imaginary)
	unknown.Kindly(t, fault.NotFound)
	stranger.Cancel(t, b).Kindly(t, fault.NotFound)
	g.Approve(t, b, "anna")
	if p := g.Outcome(t, b); p.State != Done {
		t.Errorf("a stranger's attempts left it %s %s", p.State, p.Why)
	}
}

func operationTrail(t *testing.T, g *Gateway) {
	o := auth()
	o.SSN, o.Text, o.Reference = g.NumberOf(t, "anna"), "A text of the organization's", "a reference of its own"
	b := begin(t, g, o)
	g.Approve(t, b, "anna")
	g.Outcome(t, b)
	var kinds []string
	for _, f := range g.Facts(t, "") {
		if f.Subject != "session/"+b.Session {
			continue
		}
		kinds = append(kinds, f.Kind)
		for name, value := range f.Details {
			for _, secret := range []string{o.SSN, o.Text, o.Reference, "Anna"} {
				if strings.Contains(value, secret) {
					t.Errorf("detail %s of %s says too much", name, f.Kind)
				}
			}
		}
	}
	if len(kinds) < 3 || kinds[0] != audit.SessionOpened || kinds[1] != audit.SessionPending || kinds[len(kinds)-1] != audit.SessionCompleted {
		t.Errorf("the trail tells %v", kinds)
	}
}

func spoofedTexts(t *testing.T, g *Gateway) {
	g.strangerClients(t)
	for name, text := range map[string]string{
		"another's name": "Strangers ask you to approve", "another's name, spelled oddly": "STRANGERS\nneed your signature",
		"writing backwards": "pay \u202e001 kr", "nothing to see": "a\u200bb", "markup": "<b>Approve</b>", "a control character": "a\x07b",
	} {
		o := auth()
		if o.Text = text; g.operations.Cannot()[Signing] == "" {
			o.Operation = eid.Sign
		}
		_, outcome := g.operations.Begin(t, o)
		if !outcome.Refused || outcome.Kind != fault.Invalid {
			t.Errorf("%s: refused %v as %s", name, outcome.Refused, outcome.Kind)
		}
	}
}
