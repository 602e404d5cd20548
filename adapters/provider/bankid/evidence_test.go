package bankid_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/ocsp"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	there "github.com/eidgate/eidgate/test/standin/bankid"
)

// approved is what comes of an order that one of the stand-in's people approves, spoiled on its way.
func (b bench) approved(t *testing.T, o outbound.Offer, who there.Person, twist there.Twist) (outbound.Step, outbound.Step, error) {
	t.Helper()
	step, app := b.app(t, o)
	app.Approve(who)
	if twist != nil {
		b.there.Twist(twist)
	}
	got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
	return step, got, err
}

func TestEvidenceIsWhatBankIDVouchesFor(t *testing.T) {
	b := newBench(t)
	_, got, err := b.approved(t, appSign, there.People[2], nil)
	if err != nil || got.Evidence == nil {
		t.Fatalf("got %v", err)
	}
	e := got.Evidence
	if e.Number.Reveal() != there.People[2].Number || e.Malformed {
		t.Error("another number than the person's")
	}
	if e.Name != "Sam Sjöberg" || e.GivenName != "Sam" || e.Surname != "Sjöberg" || e.Context != "urn:grn:authn:se:bankid" ||
		e.ValidFrom != (identity.Date{Year: 2024, Month: 3, Day: 5}) || !e.IssuedAt.Equal(b.clock.Now()) || e.Simulated {
		t.Error("the evidence says something else than BankID")
	}
	if len(e.Proofs) != 2 || e.Proofs[0].Kind != "signature" || !bytes.Contains(e.Proofs[0].Data, []byte("<funcId>Signing</funcId>")) {
		t.Fatal("the signature is not there as issued")
	}
	if e.Proofs[1].Kind != "ocsp_response" {
		t.Fatal("there is no OCSP response")
	}
	if _, err := ocsp.ParseResponse(e.Proofs[1].Data, b.there.Authority.Certificate); err != nil {
		t.Errorf("the OCSP response is not the one that was issued: %v", err)
	}
}

func TestTheSubjectLastsAndTellsNothing(t *testing.T) {
	b := newBench(t)
	subject := func(b bench, who there.Person) string {
		_, got, err := b.approved(t, appLogin, who, nil)
		if err != nil {
			t.Fatal(err)
		}
		return got.Evidence.Subject
	}
	first := subject(b, there.People[0])
	if subject(b, there.People[0]) != first || subject(b, there.People[1]) == first {
		t.Error("the subject is not the person's own")
	}
	if strings.Contains(first, there.People[0].Number) {
		t.Error("the subject is the number")
	}
	c := b.own
	c.SubjectKey = bytes.Repeat([]byte{8}, 32)
	b.Provider = b.another(t, c)
	if subject(b, there.People[0]) == first {
		t.Error("the subject does not depend on the key")
	}
}

func TestHalfACompletionIsNoEvidence(t *testing.T) {
	within := func(change func(map[string]any)) there.Twist {
		return func(answer map[string]any) { change(answer["completionData"].(map[string]any)) }
	}
	for name, twist := range map[string]there.Twist{
		"another order":    func(answer map[string]any) { answer["orderRef"] = "131daac9-16c6-4618-beb0-365768f37288" },
		"no order":         func(answer map[string]any) { delete(answer, "orderRef") },
		"no completion":    func(answer map[string]any) { delete(answer, "completionData") },
		"nobody":           within(func(c map[string]any) { delete(c, "user") }),
		"no number":        within(func(c map[string]any) { c["user"].(map[string]any)["personalNumber"] = "" }),
		"no signature":     within(func(c map[string]any) { delete(c, "signature") }),
		"no base64":        within(func(c map[string]any) { c["signature"] = "<xml>" }),
		"no OCSP response": within(func(c map[string]any) { c["ocspResponse"] = "" }),
		"half base64":      within(func(c map[string]any) { c["ocspResponse"] = "YQ" }),
	} {
		b := newBench(t)
		step, got, err := b.approved(t, appLogin, there.People[0], twist)
		if !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil {
			t.Errorf("%s: got %v", name, err)
		}
		contract.Silent(t, err, there.People[0].Number, there.People[0].Surname, step.Challenge.AppToken, "<xml>")
	}
}

func TestAStatusThatIsNoneIsNoOutcome(t *testing.T) {
	b := newBench(t)
	_, got, err := b.approved(t, appLogin, there.People[0], func(answer map[string]any) { answer["status"] = "completed" })
	if !errors.Is(err, eid.ErrProviderUncertain) || got.Evidence != nil || got.Refusal != "" {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsOddInACompletionIsToldAsOdd(t *testing.T) {
	b := newBench(t)
	_, got, err := b.approved(t, appLogin, there.People[0], func(answer map[string]any) {
		c := answer["completionData"].(map[string]any)
		c["user"].(map[string]any)["personalNumber"] = "199001012386"
		c["user"].(map[string]any)["name"] = " Anna\u202e\n" + strings.Repeat("a", 1000)
		c["bankIdIssueDate"] = "2024-13-05"
	})
	if err != nil || got.Evidence == nil {
		t.Fatalf("got %v", err)
	}
	e := got.Evidence
	if !e.Malformed || !e.Number.IsZero() || e.Name != "Anna"+strings.Repeat("a", 196) || e.ValidFrom.Complete() {
		t.Error("the evidence hides what is odd")
	}
}

func TestACardIsVerified(t *testing.T) {
	b := newBench(t)
	code := b.there.Show(there.People[0])
	card, err := b.CheckCard(t.Context(), code)
	if err != nil {
		t.Fatalf("%v because of %v", err, fault.Of(err).Cause())
	}
	if card.Number.Reveal() != there.People[0].Number || card.Name != "Anna Andersson" || card.GivenName != "Anna" ||
		card.Surname != "Andersson" || card.Age != 36 || card.Provider != bankIDName || card.EID != eid.SEBankID || card.Simulated {
		t.Error("the card says something else than BankID")
	}
	if off := b.clock.Now().Sub(card.VerifiedAt); off < 0 || off.Seconds() > 1 {
		t.Errorf("verified %s ago", off)
	}
	if len(card.Proofs) != 3 {
		t.Errorf("%d proofs are there", len(card.Proofs))
	}
	if _, err := b.CheckCard(t.Context(), code); !errors.Is(err, eid.ErrCardRejected) {
		t.Errorf("the same code again: %v", err)
	}
}

const bankIDName = "bankid"

func TestACodeThatIsNoCardsIsNotSent(t *testing.T) {
	b := newBench(t)
	for _, code := range []string{"", "BANKID", "bankid.a.0.b", "BANKIDF.a b", "BANKIDF.\n", "BANKIDF." + strings.Repeat("x", 5000)} {
		if _, err := b.CheckCard(t.Context(), code); !errors.Is(err, eid.ErrCardRejected) {
			t.Errorf("%d characters: got %v", len(code), err)
		}
	}
	if b.there.Calls(there.Card) != 0 {
		t.Error("BankID was asked")
	}
}

func TestWhatBankIDAnswersAboutACardBecomesAFault(t *testing.T) {
	b := newBench(t)
	code := b.there.Show(there.People[0])
	b.there.Misbehave(there.Card, says(400, "verificationFailed"), says(400, "invalidParameters"), says(400, "new"), says(429, "tooManyRequests"),
		says(403, "unauthorized"), says(500, "internalError"))
	for i, want := range []error{eid.ErrCardRejected, eid.ErrCardRejected, eid.ErrMisconfigured, eid.ErrProvider, eid.ErrMisconfigured, eid.ErrProviderUncertain} {
		if _, err := b.CheckCard(t.Context(), code); !errors.Is(err, want) {
			t.Errorf("answer %d: got %v", i, err)
		} else {
			contract.Silent(t, err, code, strings.TrimPrefix(code, "BANKIDF."), base64.StdEncoding.EncodeToString([]byte(code)))
		}
	}
	for name, twist := range map[string]there.Twist{
		"nobody's":      func(a map[string]any) { delete(a, "user") },
		"without time":  func(a map[string]any) { a["verification"].(map[string]any)["verifiedAt"] = "yesterday" },
		"without proof": func(a map[string]any) { a["verification"].(map[string]any)["signature"] = "" },
	} {
		b.there.Twist(twist)
		if _, err := b.CheckCard(t.Context(), b.there.Show(there.People[0])); !errors.Is(err, eid.ErrEvidenceRejected) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
