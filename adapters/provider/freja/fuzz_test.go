package freja

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

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

// listening is a provider, and what signs for it.
func listening(t testing.TB) (*Provider, *rsa.PrivateKey, string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(Config{
		BaseURL: "http://127.0.0.1:1", SubjectKey: make([]byte, 32), JWSCertificates: []*x509.Certificate{certificate},
	}, still)
	if err != nil {
		t.Fatal(err)
	}
	for thumbprint := range p.keys {
		return p, key, thumbprint
	}
	t.Fatal("no key was taken")
	return nil, nil, ""
}

const kept = `{"ref":"r","level":"EXTENDED","start":"2026-03-01T11:59:00Z"}`

// signedWith is a compact JWS of any payload.
func signedWith(t testing.TB, key *rsa.PrivateKey, thumbprint string, payload []byte) string {
	t.Helper()
	options := (&jose.SignerOptions{}).WithHeader("x5t", thumbprint)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func FuzzWhatIsAskedForIsAnOutcomeOrAFault(f *testing.F) {
	p, key, thumbprint := listening(f)
	signed := []byte(`{"authRef":"r","status":"APPROVED","minRegistrationLevel":"PLUS","timestamp":1772366380000}`)
	good := signedWith(f, key, thumbprint, signed)
	for _, seed := range []string{
		`{"authRef":"r","status":"STARTED"}`, `{"authRef":"r","status":"CANCELED"}`, `{"authRef":"r","AUTHREF":"q","status":"STARTED"}`,
		`{"authRef":"r","status":"APPROVED","details":"` + good + `"}`, `{"authRef":"r","status":"APPROVED","details":"e30.e30.e30"}`,
		`{"authRef":"r","status":"APPROVED","details":"eyJhbGciOiJub25lIn0.e30."}`, "<html>", "\xff", "[]", "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		p := *p
		p.line.Transport = spoken(said)
		step, err := p.Advance(context.Background(), []byte(kept), outbound.Nudge{})
		switch {
		case err != nil:
			if errors.Is(err, fault.ErrInternal) || step.Evidence != nil || step.Refusal != "" {
				t.Fatalf("got %v", err)
			}
		case step.Evidence != nil:
			parts := strings.Split(string(step.Evidence.Proofs[0].Data), ".")
			if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err != nil || !bytes.Equal(payload, signed) {
				t.Fatal("evidence that nobody signed")
			}
		case step.Refusal == "" && step.Rest == 0:
			t.Fatal("neither an outcome nor a time to ask again")
		}
	})
}

func FuzzWhatIsSignedIsReadWithCare(f *testing.F) {
	p, key, thumbprint := listening(f)
	for _, seed := range []string{
		`{"authRef":"r","status":"APPROVED","minRegistrationLevel":"PLUS","timestamp":1772366380000,"requestedAttributes":{"ssn":{"country":"SE","ssn":"199001012385"}}}`,
		`{"authRef":"r","status":"APPROVED","minRegistrationLevel":"BASIC","timestamp":1772366380000}`, `{"authRef":"r","timestamp":1e400}`, `[]`, `{"a":1,"A":2}`, "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		e, err := p.approved(thread{Reference: "r", Level: "EXTENDED", Start: still.Now().Add(-time.Minute)}, signedWith(t, key, thumbprint, payload))
		switch {
		case err != nil && !errors.Is(err, eid.ErrEvidenceRejected):
			t.Fatalf("got %v", err)
		case err == nil && (e.Subject == "" || e.Malformed && !e.Number.IsZero() || e.IssuedAt.After(still.Now().Add(leeway))):
			t.Fatal("evidence of nobody, or of another time")
		}
	})
}

func TestTheSeedOfGoodDetailsIsGood(t *testing.T) {
	p, key, thumbprint := listening(t)
	p.line.Transport = spoken(`{"authRef":"r","status":"APPROVED","details":"` + signedWith(t, key, thumbprint,
		[]byte(`{"authRef":"r","status":"APPROVED","minRegistrationLevel":"PLUS","timestamp":1772366380000}`)) + `"}`)
	if step, err := p.Advance(context.Background(), []byte(kept), outbound.Nudge{}); err != nil || step.Evidence == nil {
		t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
	}
}
