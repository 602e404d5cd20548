package acceptance

import (
	"bytes"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/test/contract"
)

func polledTooFast(t *testing.T, g *Gateway) {
	b := begin(t, g, auth())
	_, outcome := g.operations.Follow(t, b)
	outcome.OK(t)
	_, outcome = g.operations.Follow(t, b)
	if outcome.Is(t, fault.Throttled, ""); outcome.RetryAfter != time.Second {
		t.Errorf("come back in %v", outcome.RetryAfter)
	}
	g.Clock.Advance(time.Second)
	_, outcome = g.operations.Follow(t, b)
	outcome.OK(t)
}

func ages(t *testing.T, g *Gateway) {
	for _, c := range []struct {
		eid    eid.EID
		person string
		least  int
		most   int
		want   bool
	}{
		{eid.SEBankID, "anna", 18, 0, true}, {eid.SEBankID, "saga", 18, 0, false}, {eid.SEFreja, "saga", 0, 17, true},
		{eid.NOBankID, "nils", 18, 0, false}, {eid.DKMitID, "emil", 13, 0, false}, {eid.FIFTN, "elias", 0, 17, true}, {eid.FIFTN, "aino", 18, 30, false},
	} {
		b := begin(t, g, Operation{EID: c.eid, Operation: eid.ProveAge, Channel: eid.Page, LeastAge: c.least, GreatestAge: c.most, ReturnTo: done})
		g.Approve(t, b, c.person)
		if p := g.Outcome(t, b); p.State != Done || p.AgeFits == nil || *p.AgeFits != c.want || p.Seen != (Seen{}) {
			t.Errorf("%s as %s: %s %s", c.eid, c.person, p.State, p.Why)
		}
	}
	_, outcome := g.operations.Begin(t, Operation{EID: eid.SEBankID, Operation: eid.ProveAge, Channel: eid.Page, LeastAge: 20, GreatestAge: 18})
	outcome.Kindly(t, fault.Invalid)
}

func ageUnknown(t *testing.T, g *Gateway) {
	b := begin(t, g, Operation{EID: eid.FIFTN, Operation: eid.ProveAge, Channel: eid.Page, LeastAge: 18, ReturnTo: done})
	g.Approve(t, b, g.Withheld(t))
	if p := g.Outcome(t, b); p.State != Over || p.Why != "AUTH_FAILED" || p.AgeFits != nil {
		t.Errorf("%s %s", p.State, p.Why)
	}
}

func cards(t *testing.T, g *Gateway) {
	card := g.CardOf(t, "anna")
	seen, outcome := g.operations.Card(t, card)
	outcome.OK(t)
	if seen.SSN != g.NumberOf(t, "anna") || seen.Name == "" {
		t.Error("the card is somebody else's")
	}
	for name, wrong := range map[string]string{"another text": "https://example.com", "made up": "BANKIDF.made-up", "changed": card + "x"} {
		if _, outcome := g.operations.Card(t, wrong); !outcome.Refused || outcome.Kind != fault.Invalid {
			t.Errorf("%s: refused %v as %s", name, outcome.Refused, outcome.Kind)
		}
	}
	g.Clock.Advance(10 * time.Minute)
	_, outcome = g.operations.Card(t, card)
	outcome.Kindly(t, fault.Invalid)
}

func nothingUnasked(t *testing.T, g *Gateway) {
	o := Operation{EID: eid.NOBankID, Operation: eid.Authenticate, Channel: eid.Page, ReturnTo: done}
	for _, wants := range []eid.Attributes{eid.WantAddress, eid.WantAddress | eid.WantNumber} {
		o.Wants = wants
		b := begin(t, g, o)
		g.Approve(t, b, "kari")
		p := g.Outcome(t, b)
		if p.State != Done || p.Seen.Name == "" || p.Seen.Address == "" {
			t.Fatalf("%s %s, and says too little", p.State, p.Why)
		}
		if asked := wants.Has(eid.WantNumber); (p.Seen.SSN != "") != asked && g.operations.Name() != "in process" {
			t.Errorf("a number is told: %v, asked for: %v", p.Seen.SSN != "", asked)
		}
	}
}

func signatories(t *testing.T, g *Gateway) {
	signer, company := g.Signer(t)
	said := map[string]string{}
	for _, person := range []string{signer, g.Other(t, "SE", signer)} {
		o := auth()
		o.Company = company
		b := begin(t, g, o)
		g.Approve(t, b, person)
		p := g.Outcome(t, b)
		if p.State != Done || p.Seen.Signatory == "" {
			t.Fatalf("%s %s, and nothing is said of the company", p.State, p.Why)
		}
		said[person] = p.Seen.Signatory
	}
	o := auth()
	o.Company = "559000-0949" // the check digit is another one
	_, outcome := g.operations.Begin(t, o)
	outcome.Kindly(t, fault.Invalid)
	if len(said) != 2 || said[signer] == said[g.Other(t, "SE", signer)] {
		t.Error("who may sign and who may not are told alike")
	}
}

func providerAway(t *testing.T, g *Gateway) {
	b := begin(t, g, auth())
	g.Misbehave(t, eid.SEBankID, "down", 1000)
	for range 3 {
		g.Clock.Advance(1100 * time.Millisecond)
		p, outcome := g.operations.Follow(t, b)
		if outcome.OK(t); p.State != Waiting {
			t.Fatalf("a provider that is away left it %s %s", p.State, p.Why)
		}
	}
	if _, outcome := g.operations.Begin(t, auth()); !outcome.Refused || outcome.Kind != fault.Unavailable {
		t.Errorf("refused %v as %s", outcome.Refused, outcome.Kind)
	}
	g.Misbehave(t, eid.SEBankID, "down", 0)
	g.Heal(t)
	g.Approve(t, b, "anna")
	if p := g.Outcome(t, b); p.State != Done {
		t.Errorf("once it is back: %s %s", p.State, p.Why)
	}
}

func documentsSigned(t *testing.T, g *Gateway) {
	pdf := contract.OnePage()
	id, outcome := g.operations.Upload(t, "contract.pdf", pdf)
	outcome.OK(t)
	signing := func(id string) Operation {
		return Operation{EID: eid.NOBankID, Operation: eid.Sign, Channel: eid.Page, Documents: []string{id}, ReturnTo: done}
	}
	b := begin(t, g, signing(id))
	g.Approve(t, b, "kari")
	p := g.Outcome(t, b)
	if p.State != Done || len(p.Documents) != 1 || p.Documents[0] == id {
		t.Fatalf("%s %s with %d documents", p.State, p.Why, len(p.Documents))
	}
	signed, outcome := g.operations.Download(t, p.Documents[0])
	outcome.OK(t)
	if !bytes.HasPrefix(signed, pdf) || !bytes.Contains(signed, []byte("/ByteRange")) {
		t.Error("what comes back is not the document with a signature added")
	}
	stranger := g.operations.Stranger(t)
	for _, one := range []string{id, p.Documents[0]} {
		_, outcome = stranger.Download(t, one)
		outcome.Kindly(t, fault.NotFound)
	}
	for name, one := range map[string]string{"another's": id, "a signed one of another's": p.Documents[0], "imaginary": "018f0000-0000-7000-8000-000000000000"} {
		_, outcome = stranger.Begin(t, signing(one))
		if !outcome.Refused || outcome.Kind != fault.Invalid || outcome.RetryAfter != 0 {
			t.Errorf("a document that is %s: refused %v as %s, to be tried after %v", name, outcome.Refused, outcome.Kind, outcome.RetryAfter)
		}
	}
	own, outcome := stranger.Upload(t, "contract.pdf", pdf)
	outcome.OK(t)
	_, outcome = stranger.Begin(t, signing(own))
	outcome.OK(t)
}

func notPDF(t *testing.T, g *Gateway) {
	for _, content := range []string{"", "not a PDF", "%PDF-1.7\nnothing more", "PK\x03\x04zip"} {
		_, outcome := g.operations.Upload(t, "contract.pdf", []byte(content))
		outcome.Kindly(t, fault.Invalid)
	}
}
