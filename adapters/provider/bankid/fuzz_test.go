package bankid

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
)

// spoken is a transport that answers everything with the same words.
type spoken []byte

func (s spoken) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(s))}, nil
}

var still = clock.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

func FuzzWhatIsCollectedIsAnOutcomeOrAFault(f *testing.F) {
	for _, seed := range []string{
		`{"orderRef":"r","status":"pending","hintCode":"userSign"}`,
		`{"orderRef":"r","status":"failed","hintCode":"userCancel"}`,
		`{"orderRef":"r","status":"complete","completionData":{"user":{"personalNumber":"199001012385","name":"A B"},"bankIdIssueDate":"2024-03-05Z","signature":"YQ==","ocspResponse":"YQ=="}}`,
		`{"orderRef":"r","ORDERREF":"q","status":"pending"}`, `{"orderRef":"r","status":null}`, `[{}]`, `{"a":{"b":[[[]]]}}`, "<html>", "\xff", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		p, err := New(Config{BaseURL: "http://127.0.0.1:1", SubjectKey: make([]byte, 32)}, still)
		if err != nil {
			t.Fatal(err)
		}
		p.line.Transport = spoken(said)
		step, err := p.Advance(context.Background(), []byte(`{"order_ref":"r"}`), outbound.Nudge{})
		switch {
		case err != nil:
			if errors.Is(err, fault.ErrInternal) || step.Evidence != nil || step.Refusal != "" {
				t.Fatalf("got %v", err)
			}
		case step.Evidence != nil:
			if e := step.Evidence; e.EID != eid.SEBankID || e.Subject == "" || len(e.Proofs) != 2 || e.Malformed == !e.Number.IsZero() {
				t.Fatal("evidence of nobody")
			}
		case step.Refusal == "" && step.Rest == 0:
			t.Fatal("neither an outcome nor a time to ask again")
		}
		if card, err := p.CheckCard(context.Background(), "BANKIDF.x"); err == nil && card.Number.IsZero() {
			t.Fatal("a card of nobody")
		}
	})
}
