package idkollen_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/idkollen"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin"
	idk "github.com/eidgate/eidgate/test/standin/idkollen"
)

const fetched = "GET /v3/document"

// papers is an order to sign two documents.
func (b bench) papers(t *testing.T) eid.Snapshot {
	t.Helper()
	s := b.order(t, eid.NOBankID, eid.Sign, eid.Page)
	s.Order.Text = ""
	s.Order.Documents = []eid.Document{
		{ID: "d1", Name: `the "first" å.pdf`, Content: []byte("%PDF-1.7 first")}, {ID: "d2", Content: []byte("%PDF-1.7 second")},
	}
	return s
}

func TestDocumentsComeBackSignedInTheirOrderAndWhatWentIsDeleted(t *testing.T) {
	b := newBench(t)
	e := b.proven(t, b.papers(t))
	if len(e.Documents) != 2 {
		t.Fatalf("%d came back", len(e.Documents))
	}
	for i, want := range []string{"first", "second"} {
		d := e.Documents[i]
		sum := sha256.Sum256(d.Content)
		if d.ID != []string{"d1", "d2"}[i] || !bytes.HasPrefix(d.Content, []byte("%PDF-1.7 "+want+"% signed")) || d.Hash != hex.EncodeToString(sum[:]) {
			t.Errorf("the %s is another", want)
		}
	}
	if b.there.Papers() != 2 {
		t.Errorf("IDkollen keeps %d", b.there.Papers())
	}
}

func TestDocumentsOfAnOrderThatCameToNothingAreDeleted(t *testing.T) {
	b := newBench(t)
	s := b.papers(t)
	step := b.begun(t, s)
	if b.there.Papers() != 2 {
		t.Fatalf("IDkollen keeps %d", b.there.Papers())
	}
	if got, err := b.Rig.Provider.Advance(t.Context(), step.Thread, b.Decline(t, s, step)); err != nil || got.Refusal != eid.ReasonDeclined {
		t.Fatalf("got %v", err)
	}
	if b.there.Papers() != 0 {
		t.Error("they stay after a no")
	}
	if err := b.Cancel(t.Context(), b.begun(t, b.papers(t)).Thread); err != nil || b.there.Papers() != 0 {
		t.Errorf("they stay after it was taken back: %v", err)
	}
	b.there.Misbehave("POST /v3/bankid-no/sign", standin.Page(503))
	if _, err := b.Begin(t.Context(), b.papers(t)); !errors.Is(err, eid.ErrProvider) || b.there.Papers() != 0 {
		t.Errorf("they stay after a start that failed: %v", err)
	}
	b.there.Misbehave("POST /v3/bankid-no/sign", standin.Reset)
	if _, err := b.Begin(t.Context(), b.papers(t)); !errors.Is(err, eid.ErrProviderUncertain) || b.there.Papers() != 2 {
		t.Errorf("they are taken from an order that may stand: %v", err)
	}
}

func TestWhatAnUploadIsAnsweredBecomesAFault(t *testing.T) {
	for name, c := range map[string]struct {
		mishap standin.Mishap
		want   error
	}{
		"a refusal":                 {said(400, `{"message":"x"}`), eid.ErrOrderRefused},
		"too large":                 {standin.Page(413), eid.ErrOrderRefused},
		"not allowed":               {standin.Page(403), eid.ErrMisconfigured},
		"an internal error":         {standin.Page(500), eid.ErrProvider},
		"a torn connection":         {standin.Reset, eid.ErrProvider},
		"a page":                    {standin.Page(201), eid.ErrProvider},
		"an identifier that climbs": {said(201, `{"id":"../x","hash":"a"}`), eid.ErrProvider},
	} {
		b := newBench(t)
		b.there.Misbehave("POST /v3/document", c.mishap)
		if _, err := b.Begin(t.Context(), b.papers(t)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
		if b.there.Calls("POST /v3/bankid-no/sign") != 0 {
			t.Errorf("%s: it is signed all the same", name)
		}
	}
	b := newBench(t)
	s := b.papers(t)
	s.Order.Documents[1].Content = []byte("<html>")
	if _, err := b.Begin(t.Context(), s); !errors.Is(err, eid.ErrOrderRefused) || b.there.Papers() != 0 {
		t.Errorf("HTML: got %v", err)
	}
}

func TestSignedDocumentsThatAreMissingOrNoneAreNotTaken(t *testing.T) {
	big := standin.Answer(200, "application/pdf", "", "%PDF-"+strings.Repeat("x", 2*eid.MostDocument))
	for name, c := range map[string]struct {
		mishap standin.Mishap
		twist  func(map[string]any)
		want   error
	}{
		"one too few": {nil, func(r map[string]any) { r["signedDocuments"] = r["signedDocuments"].([]map[string]any)[:1] }, eid.ErrEvidenceRejected},
		"one twice": {nil, func(r map[string]any) {
			d := r["signedDocuments"].([]map[string]any)
			r["signedDocuments"] = []any{d[0], d[0]}
		}, eid.ErrEvidenceRejected},
		"one that climbs": {nil, func(r map[string]any) {
			r["signedDocuments"] = []any{map[string]any{"id": "../auth"}, map[string]any{"id": "b"}}
		}, eid.ErrEvidenceRejected},
		"a page":      {standin.Page(200), nil, eid.ErrEvidenceRejected},
		"without end": {big, nil, eid.ErrProvider},
		"gone":        {standin.Page(404), nil, eid.ErrOrderGone},
		"away":        {standin.Page(503), nil, eid.ErrProvider},
		"cut off":     {standin.CutOff, nil, eid.ErrProvider},
	} {
		b := newBench(t)
		s := b.papers(t)
		step := b.begun(t, s)
		nudge := b.Approve(t, s, step)
		b.there.Twist(c.twist)
		if c.mishap != nil {
			b.there.Misbehave(fetched, c.mishap)
		}
		got, err := b.Rig.Provider.Advance(t.Context(), step.Thread, nudge)
		if !errors.Is(err, c.want) || got.Evidence != nil {
			t.Errorf("%s: got %v", name, err)
		}
		if !errors.Is(err, eid.ErrProvider) {
			continue
		}
		// Nothing was deleted, so the next question brings everything.
		if got, err := b.Rig.Provider.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || len(got.Evidence.Documents) != 2 {
			t.Errorf("%s, and then: got %v", name, err)
		}
	}
}

func TestACardIsReadAsIDkollenVouchesForIt(t *testing.T) {
	b := newBench(t)
	c, err := b.CheckCard(t.Context(), idk.Card(idk.Anna))
	if err != nil {
		t.Fatal(err)
	}
	today := b.clock.Now().Format("2006-01-02")
	if c.Provider != "idkollen" || c.EID != eid.SEBankID || c.Number != number(t, eid.SEBankID, idk.Anna) || c.Name != "Anna Andersson" ||
		c.GivenName != "Anna" || c.Surname != "Andersson" || c.Age != 40 || c.VerifiedAt.Format("2006-01-02") != today || len(c.Proofs) != 1 || c.Simulated {
		t.Error("something is told otherwise")
	}
}

func TestACardThatIsNotVouchedForIsRefused(t *testing.T) {
	b := newBench(t)
	for _, qr := range []string{"", "BANKIDF.nobody", "hello", strings.Repeat("x", 4_297)} {
		if _, err := b.CheckCard(t.Context(), qr); !errors.Is(err, eid.ErrCardRejected) {
			t.Errorf("%.10q: got %v", qr, err)
		}
	}
	for name, c := range map[string]struct {
		mishap standin.Mishap
		want   error
	}{
		"not allowed": {standin.Page(403), eid.ErrMisconfigured}, "away": {standin.Page(503), eid.ErrProvider}, "torn": {standin.Reset, eid.ErrProvider},
		"a page": {standin.Page(200), eid.ErrProvider}, "a redirect": {standin.Elsewhere("/x"), eid.ErrProvider},
	} {
		b.there.Misbehave("POST /v3/bankid-se/verify", c.mishap)
		if _, err := b.CheckCard(t.Context(), idk.Card(idk.Anna)); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for member, value := range map[string]any{"ssn": "196802020576", "verifiedAt": "today", "age": "40", "name": 7} {
		b.there.Twist(func(r map[string]any) { r[member] = value })
		if c, err := b.CheckCard(t.Context(), idk.Card(idk.Anna)); !errors.Is(err, eid.ErrEvidenceRejected) || !c.Number.IsZero() {
			t.Errorf("%s: got %v", member, err)
		}
	}
}

func FuzzAResultIsReadOrRefused(f *testing.F) {
	f.Add([]byte(`{"id":"a","refId":"s","status":"COMPLETED","ssn":"196802020575","name":"Terne","signedDocuments":[{"id":"b"}],"signResult":{"hash":"x"}}`), "se.bankid")
	f.Add([]byte(`{"id":"a","status":"FAILED","error":"CANCELLED"}`), "fi.ftn")
	f.Add([]byte(`{"id":"a","status":"PENDING","hintCode":null}`), "se.freja")
	f.Add([]byte(`{"id":"a","status":"COMPLETED","ssn":"27034698436","country":"NORWAY","birthDate":"1946-03-27","phone":"+47 400"}`), "no.bankid")
	f.Add([]byte(`{"id":"a","status":"COMPLETED","ssn":"27034698436","country":"NORWAY"}`), "se.freja")
	f.Add([]byte(`{"id":"a","status":"COMPLETED","ssn":"070770-905D","country":"FINLAND"}`), "se.freja")
	f.Add([]byte(`{"id":"a","status":"COMPLETED","ssn":"2101270087"}`), "se.freja")
	f.Add([]byte(`[{"id":{}}]`), "dk.mitid")
	f.Fuzz(func(t *testing.T, raw []byte, e string) {
		if !eid.EID(e).Known() {
			return
		}
		got, ok, err := idkollen.Read(raw, eid.EID(e), time.Unix(0, 0))
		switch {
		case err != nil:
			if !errors.Is(err, eid.ErrProvider) && !errors.Is(err, eid.ErrEvidenceRejected) {
				t.Errorf("got %v", err)
			}
		case ok && (got.EID != eid.EID(e) || got.Malformed && !got.Number.IsZero()):
			t.Error("evidence of another eID")
		case ok && !got.Number.IsZero() && got.Number.Country() != countryIn(raw, got.EID):
			t.Error("a number of another country than the result's")
		case ok && (strings.ContainsAny(got.Name+got.Address+got.Signatory, "\n\r\x00\u202e") || got.Subject == ""):
			t.Error("what people read holds something hidden")
		}
	})
}
