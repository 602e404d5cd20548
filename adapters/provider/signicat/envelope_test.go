package signicat_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/test/standin"
	there "github.com/eidgate/eidgate/test/standin/signicat"
)

func TestEveryRegisteredEncryptionIsRead(t *testing.T) {
	for _, content := range []jose.ContentEncryption{
		jose.A128CBC_HS256, jose.A192CBC_HS384, jose.A256CBC_HS512, jose.A128GCM, jose.A192GCM, jose.A256GCM,
	} {
		for _, algorithm := range []jose.KeyAlgorithm{jose.ECDH_ES, jose.ECDH_ES_A128KW, jose.ECDH_ES_A192KW, jose.ECDH_ES_A256KW} {
			b := newBench(t, func(c *there.Config) { c.Envelope = there.Envelope{Algorithm: algorithm, Content: content} })
			if e := b.proven(t, b.order(t, eid.FIFTN, eid.Page)); e.Number != number(t, eid.FIFTN, there.Vilma) || !strings.HasPrefix(string(e.Proofs[0].Data), "{") {
				t.Errorf("%s with %s is not read", algorithm, content)
			}
		}
	}
}

func TestAnEnvelopeIsKnownByItsTypeOrByItsLook(t *testing.T) {
	for _, media := range []string{"application/jose", "application/jose; charset=utf-8", "application/JOSE", "text/plain", "application/json", ""} {
		b := newBench(t)
		s := b.order(t, eid.FIFTN, eid.Page)
		step := b.begun(t, s)
		nudge := b.act(t, s, step, there.Approve(there.Vilma))
		raw := b.fetched(t, nudge.Returned["sessionId"])
		b.there.Misbehave(there.Get, standin.Answer(200, media, "", raw))
		if got, err := b.Advance(t.Context(), step.Thread, nudge); err != nil || got.Evidence == nil {
			t.Errorf("%q: got %v because of %v", media, err, fault.Of(err).Cause())
		}
	}
}

// fetched is a session as it goes over the wire.
func (b bench) fetched(t *testing.T, id string) string {
	t.Helper()
	raw, err := b.there.Wire(id)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(raw, ".") != 4 {
		t.Fatal("the stand-in does not encrypt")
	}
	return raw
}

func TestWhatIsNotSealedForThisOrderProvesNothing(t *testing.T) {
	for name, change := range map[string]func(*there.Envelope){
		"for another key":      func(e *there.Envelope) { e.Foreign = true },
		"not at all":           func(e *there.Envelope) { e.Open = true },
		"in half":              func(e *there.Envelope) { e.Cut = true },
		"compressed":           func(e *there.Envelope) { e.Zip = true },
		"for another of ours":  func(e *there.Envelope) { e.Foreign, e.Content = true, jose.A128GCM },
		"by a weak old method": func(e *there.Envelope) { e.Symmetric = true },
	} {
		b := newBench(t)
		s := b.order(t, eid.FIFTN, eid.Page)
		step := b.begun(t, s)
		nudge := b.act(t, s, step, there.Approve(there.Vilma))
		b.there.Seal(change)
		got, err := b.Advance(t.Context(), step.Thread, nudge)
		if !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil {
			t.Errorf("%s: got %v because of %v", name, err, fault.Of(err).Cause())
		}
		silent(t, err)
		b.there.Seal(nil)
		if got, err := b.Advance(t.Context(), step.Thread, nudge); err != nil || got.Evidence == nil {
			t.Errorf("%s: left alone, it is no evidence either: %v", name, err)
		}
	}
}

func TestAnotherOrdersEnvelopeIsNotOurs(t *testing.T) {
	b := newBench(t)
	mine, other := b.order(t, eid.FIFTN, eid.Page), b.order(t, eid.FIFTN, eid.Page)
	step, others := b.begun(t, mine), b.begun(t, other)
	nudge := b.act(t, mine, step, there.Approve(there.Vilma))
	theirs := b.act(t, other, others, there.Approve(there.Vilma))
	b.there.Misbehave(there.Get, standin.Answer(200, "application/jose", "", b.fetched(t, theirs.Returned["sessionId"])))
	if got, err := b.Advance(t.Context(), step.Thread, nudge); !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil {
		t.Errorf("got %v", err)
	}
}

func TestAnEnvelopeThatNobodyAskedForStaysClosed(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.NOBankID, eid.Page)
	step := b.begun(t, s)
	nudge := b.act(t, s, step, there.Approve(there.Kari))
	b.there.Misbehave(there.Get, standin.Answer(200, "application/jose", "", "eyJhbGciOiJFQ0RILUVTIn0.a.b.c.d"))
	if got, err := b.Advance(t.Context(), step.Thread, nudge); !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil {
		t.Errorf("got %v", err)
	}
}
