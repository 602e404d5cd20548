package simulator_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/simulator"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// evidenceOf lets a person carry out an order.
func evidenceOf(t *testing.T, s *simulator.Simulator, c *clock.Manual, order eid.Order, person string) eid.Evidence {
	t.Helper()
	snapshot := session(c, "session of "+person+string(order.Operation), order)
	step := start(t, s, snapshot)
	var got outbound.Step
	if step.Challenge.URL != "" {
		got = bring(t, s, step.Thread, approve(t, s, step, person))
	} else {
		if err := s.Approve(t.Context(), snapshot.ID, person); err != nil {
			t.Fatal(err)
		}
		got, _, _ = tell(t, s, c, step.Thread)
	}
	if got.Evidence == nil {
		t.Fatalf("refused as %q", got.Refusal)
	}
	return *got.Evidence
}

func TestEvidenceTellsWhatTheOfferPromises(t *testing.T) {
	s, c := begin(t)
	for _, offer := range s.Offers() {
		if offer.Channel == eid.Redirect {
			continue
		}
		order := eid.Order{EID: offer.EID, Operation: offer.Operation, Channel: offer.Channel}
		order.Company, _ = identity.ParseOrg(identity.SE, "559000-0948", identity.Options{AsOf: c.Now()})
		if offer.Operation.Signs() {
			order.Text = "x"
		}
		person := having(offer.EID)
		order.Require.Person, order.Phone = named(t, s, person)
		e := evidenceOf(t, s, c, order, person)
		for attribute, told := range map[eid.Attributes]bool{
			eid.WantNumber: e.Number == order.Require.Person, eid.WantPhone: e.Phone == order.Phone, eid.WantEmail: e.Email != "",
			eid.WantAddress: e.Address != "", eid.WantSignatory: e.Signatory != "",
		} {
			if told != offer.Tells.Has(attribute) {
				t.Errorf("%s %s by %s: attribute %d is told %v", offer.EID, offer.Operation, offer.Channel, attribute, told)
			}
		}
		if !e.Simulated || e.TokenID == "" || (offer.EID == eid.SEBankID) != e.ValidFrom.Complete() {
			t.Errorf("%s %s: simulated %v, valid from %v", offer.EID, offer.Operation, e.Simulated, e.ValidFrom)
		}
		if norwegian := offer.EID.Country() == identity.NO; norwegian && (e.PersonID == "" || e.IssuerID == "") {
			t.Errorf("%s: no identifiers of the scheme's own", offer.EID)
		}
		if (len(e.Proofs) > 0) != (offer.EID.Country() == identity.SE) {
			t.Errorf("%s: %d proofs", offer.EID, len(e.Proofs))
		}
	}
}

func TestSomebodyElseIsNamedByTheEvidence(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.SEBankID, Channel: eid.App}
	order.Require.Person, _ = named(t, s, "anna")
	if e := evidenceOf(t, s, c, order, "erik"); e.Subject != "erik" || e.Number == order.Require.Person {
		t.Error("the evidence is not of whoever approved")
	}
}

func TestSignatoriesAreToldFromOthers(t *testing.T) {
	for digits, want := range map[string]map[string]string{
		"5590000948": {"anna": "Anna Andersson är företrädare för Exempelbolaget AB.", "erik": "Erik Eriksson är inte företrädare för Exempelbolaget AB."},
		"4020000024": {"anna": "Anna Andersson är inte företrädare för Norrsken Bygg AB.", "erik": "Erik Eriksson är företrädare för Norrsken Bygg AB."},
		"5560360793": {"anna": "Anna Andersson är inte företrädare för det angivna företaget."},
		"":           {"anna": ""},
	} {
		for person, sentence := range want {
			s, c := begin(t)
			order := eid.Order{EID: eid.SEFreja, Channel: eid.App}
			if digits != "" {
				var err error
				if order.Company, err = identity.ParseOrg(identity.SE, digits, identity.Options{AsOf: c.Now()}); err != nil {
					t.Fatal(err)
				}
			}
			if got := evidenceOf(t, s, c, order, person).Signatory; got != sentence {
				t.Errorf("%s for %q: %q", person, digits, got)
			}
		}
	}
	s, c := begin(t)
	signs := map[string]int{}
	for _, p := range s.People() {
		for _, company := range p.SignsFor {
			if _, err := identity.ParseOrg(identity.SE, company.Number.Reveal(), identity.Options{AsOf: c.Now()}); err != nil || company.Name == "" {
				t.Errorf("%s signs for a company that is none: %v", p.ID, err)
			}
			signs[p.ID]++
		}
	}
	if signs["anna"] != 2 || signs["erik"] != 2 || len(signs) != 2 {
		t.Errorf("people sign for %v companies", signs)
	}
}

func TestASignatureHoldsWhatWasReadAndWhatWasNot(t *testing.T) {
	s, c := begin(t)
	e := evidenceOf(t, s, c, eid.Order{EID: eid.SEBankID, Channel: eid.App, Operation: eid.Sign, Text: "Jag godkänner <allt> & mer", Digest: "digest"}, "anna")
	if len(e.Proofs) != 2 || e.Proofs[0].Kind != "signature" || e.Proofs[1].Kind != "ocsp_response" || len(e.Proofs[1].Data) == 0 {
		t.Fatal("not a signature and its OCSP response")
	}
	var x struct {
		XMLName xml.Name `xml:"http://www.w3.org/2000/09/xmldsig# Signature"`
		Data    struct {
			Visible    string `xml:"usrVisibleData"`
			NonVisible string `xml:"usrNonVisibleData"`
			Function   string `xml:"clientInfo>funcId"`
		} `xml:"Object>bankIdSignedData"`
	}
	if err := xml.Unmarshal(e.Proofs[0].Data, &x); err != nil {
		t.Fatal(err)
	}
	read, _ := base64.StdEncoding.DecodeString(x.Data.Visible)
	along, _ := base64.StdEncoding.DecodeString(x.Data.NonVisible)
	if string(read) != "Jag godkänner <allt> & mer" || string(along) != "digest" || x.Data.Function != "Signing" || !bytes.Contains(e.Proofs[0].Data, []byte("Simulated")) {
		t.Errorf("signed is %q with %q as %s", read, along, x.Data.Function)
	}
	freja := evidenceOf(t, s, c, eid.Order{EID: eid.SEFreja, Channel: eid.App, Operation: eid.Sign, Text: "x"}, "anna")
	if parts := strings.Split(string(freja.Proofs[0].Data), "."); len(parts) != 3 {
		t.Error("Freja's details are no JWS")
	}
}

// outcome is what a session makes of evidence.
func outcome(t *testing.T, c *clock.Manual, order eid.Order, e eid.Evidence) eid.Snapshot {
	t.Helper()
	s := eid.Restore(eid.Snapshot{ID: "s", Order: order, State: eid.Pending, ExpiresAt: c.Now().Add(time.Hour)})
	if _, err := s.Complete(e, c.Now()); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

func TestAnAgeIsKnownOfAllButOne(t *testing.T) {
	for person, want := range map[string]struct {
		eid    eid.EID
		fits   bool
		reason string
	}{
		"anna": {eid.SEBankID, true, ""}, "saga": {eid.SEFreja, false, ""}, "sam": {eid.SEBankID, true, ""}, "nils": {eid.NOBankID, false, ""},
		"emil": {eid.DKMitID, false, ""}, "elias": {eid.FIFTN, false, ""}, "aino": {eid.FIFTN, true, ""}, "onni": {eid.FIFTN, false, eid.ReasonAgeUnknown},
	} {
		s, c := begin(t)
		order := eid.Order{EID: want.eid, Channel: eid.Page, Operation: eid.ProveAge, Require: eid.Requirement{LeastAge: 18}}
		e := evidenceOf(t, s, c, order, person)
		if got := outcome(t, c, order, e); got.AgeFits != want.fits || got.Reason != want.reason {
			t.Errorf("%s: fits %v, %q", person, got.AgeFits, got.Reason)
		}
	}
	s, _ := begin(t)
	for _, p := range s.People() {
		if p.Withheld != (p.ID == "onni") {
			t.Errorf("%s: withheld %v", p.ID, p.Withheld)
		}
	}
}

func TestTheRequiredLevelIsProven(t *testing.T) {
	s, c := begin(t)
	order := eid.Order{EID: eid.DKMitID, Channel: eid.Page, Require: eid.Requirement{Assurance: eid.High}}
	if e := evidenceOf(t, s, c, order, "mette"); e.Assurance != eid.High {
		t.Errorf("proven is %q", e.Assurance)
	}
}

func TestACardIsGoodWhileItIsShown(t *testing.T) {
	s, c := begin(t)
	cards := map[string]string{}
	for _, p := range s.People() {
		if swedish := p.Number.Country() == identity.SE; swedish != strings.HasPrefix(p.Card, "BANKIDF.") || !swedish && p.Card != "" {
			t.Errorf("%s shows the wrong kind of card", p.ID)
		}
		if p.Card != "" {
			cards[p.Card] = p.ID
		}
	}
	if len(cards) != 4 {
		t.Fatalf("%d cards", len(cards))
	}
	for _, who := range []*simulator.Simulator{s, open(t, c, secret(1))} { // any process
		for text, id := range cards {
			number, _ := named(t, s, id)
			card, err := who.CheckCard(t.Context(), text)
			if err != nil || card.Number != number || card.Provider != "simulator" || !card.Simulated || card.EID != eid.SEBankID ||
				card.Name == "" || !card.VerifiedAt.Equal(c.Now()) || len(card.Proofs) == 0 || id == "anna" && card.Age != 36 {
				t.Errorf("%s: %v", id, err)
			}
		}
	}
	c.Advance(time.Minute)
	for text, id := range cards {
		if _, err := s.CheckCard(t.Context(), text); err != nil {
			t.Errorf("%s: the former code: %v", id, err)
		}
	}
	for _, p := range s.People() {
		if _, same := cards[p.Card]; same && p.Card != "" {
			t.Errorf("%s's card does not change", p.ID)
		}
	}
	c.Advance(time.Minute)
	refused := []string{"", "BANKIDF.", "BANKIDF.74226", strings.Repeat("B", 1<<20)}
	for text := range cards {
		refused = append(refused, text)
	}
	for _, p := range open(t, c, secret(2)).People() {
		refused = append(refused, p.Card)
	}
	for i, text := range refused {
		if _, err := s.CheckCard(t.Context(), text); !errors.Is(err, eid.ErrCardRejected) {
			t.Errorf("%d: %v", i, err)
		}
	}
	if err := s.Misbehave(t.Context(), eid.SEBankID, "down", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.CheckCard(t.Context(), "x"); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("down: %v", err)
	}
}

func TestFrejaTellsHowToReachSomebodyAndBankIDDoesNot(t *testing.T) {
	s, c := begin(t)
	for _, e := range []eid.EID{eid.SEFreja, eid.SEBankID} {
		got := evidenceOf(t, s, c, eid.Order{EID: e, Channel: eid.App}, "anna")
		if freja := e == eid.SEFreja; (got.Phone != "") != freja || (got.Email != "") != freja || got.Signatory != "" {
			t.Errorf("%s tells of a telephone: %v, of e-mail: %v", e, got.Phone != "", got.Email != "")
		}
	}
}
