package signicat

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
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

// spoken is a transport that answers everything about sessions with the same words.
type spoken struct {
	media string
	body  []byte
}

func (s spoken) RoundTrip(r *http.Request) (*http.Response, error) {
	body, media := s.body, s.media
	if strings.HasSuffix(r.URL.Path, "/token") {
		body, media = []byte(`{"access_token":"t","expires_in":600}`), "application/json"
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {media}}, Body: io.NopCloser(bytes.NewReader(body))}, nil
}

var still = clock.At(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))

func listening(t testing.TB, s spoken) *Provider {
	t.Helper()
	p, err := New(Config{
		BaseURL: "http://127.0.0.1:1/rest", TokenURL: "http://127.0.0.1:1/token", ClientID: "c", ClientSecret: "s", AccountID: "a",
		PublicURL: "https://gateway.example", Transport: s,
	}, still, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// threadOf is a session whose person is back.
func threadOf(t testing.TB, e eid.EID, key any) []byte {
	t.Helper()
	kept := thread{ID: "a", Session: "s", EID: e, Channel: eid.Page, Expires: still.Now().Add(time.Minute), Returned: still.Now()}
	if key != nil {
		kept.Key = &jose.JSONWebKey{Key: key, KeyID: "s", Use: "enc"}
	}
	raw, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

const good = `{"id":"a","status":"SUCCESS","externalReference":"s","provider":"ftn","subject":{"id":"x","nin":{"value":"070770-905D","issuingCountry":"FI"}}}`

func sealedFor(t testing.TB, algorithm jose.KeyAlgorithm, key any, clear string) []byte {
	t.Helper()
	encrypter, err := jose.NewEncrypter(jose.A256CBC_HS512, jose.Recipient{Algorithm: algorithm, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := encrypter.Encrypt([]byte(clear))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := sealed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return []byte(raw)
}

func TestAnEnvelopeOpensWithAnRSAKeyAsWell(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for algorithm, opens := range map[jose.KeyAlgorithm]bool{jose.RSA_OAEP: true, jose.RSA_OAEP_256: true, jose.RSA1_5: false} {
		p := listening(t, spoken{"application/jose", sealedFor(t, algorithm, &key.PublicKey, good)})
		step, err := p.Advance(t.Context(), threadOf(t, eid.FIFTN, key), outbound.Nudge{})
		if opens != (step.Evidence != nil) || !opens && !errors.Is(err, eid.ErrEvidenceRejected) {
			t.Errorf("%s: got %v", algorithm, err)
		}
	}
}

func FuzzWhatIsAskedForIsAnOutcomeOrAFault(f *testing.F) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		good, `{"id":"a","status":"CREATED"}`, `{"id":"a","status":"ABORT"}`, `{"id":"a","status":"ERROR","error":{"code":"x"}}`,
		`{"id":"a","ID":"b","status":"CREATED"}`, `{"id":"a","status":"SUCCESS","externalReference":"s","provider":"ftn","subject":{"nin":"070770-905D","address":"{\"formatted\":\"x\"}"}}`,
		`{"id":"a","status":"SUCCESS","externalReference":"s","provider":"ftn","subject":{"nin":7}}`, "eyJhbGciOiJkaXIifQ....", "<html>", "\xff", "[]", "",
	} {
		f.Add([]byte(seed), false)
		f.Add(sealedFor(f, jose.ECDH_ES, &key.PublicKey, seed), true)
	}
	f.Fuzz(func(t *testing.T, said []byte, sealed bool) {
		s := spoken{"application/json", said}
		var own any
		if sealed {
			s.media, own = "application/jose", key
		}
		step, err := listening(t, s).Advance(context.Background(), threadOf(t, eid.FIFTN, own), outbound.Nudge{})
		outcome(t, step, err)
	})
}

func FuzzAPersonIsReadWithCare(f *testing.F) {
	for _, seed := range []string{
		`{"id":"x","idpId":"9578-6000-4-1","nin":{"value":"27034698436","issuingCountry":"NO"},"dateOfBirth":"1946-03-27T00:00:00"}`,
		`{"nin":"196802020575","sbidXmlSignature":"PA==","sbidOcspResponse":"%","sbidDeviceIp":"::1%eth0"}`, `{"ftnHetu":"070770-905D","idpId":"070770-905D"}`,
		`{"mitidUuid":"a","mitidLoa":"HIGH","address":{"street_address":"a","postal_code":"b","city":"c"}}`, `{"nin":[]}`, `{"nin":null,"address":7}`, `{}`, `[]`, `null`,
	} {
		for e := range eid.EIDs() {
			f.Add(seed, "substantial", uint8(e))
		}
	}
	f.Fuzz(func(t *testing.T, subject, loa string, which uint8) {
		e := eid.EIDs()[int(which)%len(eid.EIDs())]
		told, err := json.Marshal(map[string]any{
			"id": "a", "status": "SUCCESS", "externalReference": "s", "provider": schemes[e].id, "loa": loa, "subject": json.RawMessage(subject),
		})
		if err != nil {
			return // it is no JSON
		}
		p := listening(t, spoken{"application/json", told})
		step, err := p.Advance(context.Background(), threadOf(t, e, nil), outbound.Nudge{})
		outcome(t, step, err)
	})
}

// outcome fails for what is neither an outcome, nor a fault of the provider's, nor a time to ask again.
func outcome(t *testing.T, step outbound.Step, err error) {
	t.Helper()
	switch e := step.Evidence; {
	case err != nil:
		if errors.Is(err, fault.ErrInternal) || e != nil || step.Refusal != "" {
			t.Fatalf("got %v", err)
		}
	case e != nil:
		if e.Subject == "" || e.TokenID != "a" || e.Malformed && !e.Number.IsZero() || e.Assurance > e.Context.Assurance() ||
			strings.ContainsAny(e.Name+e.GivenName+e.Surname+e.Address+e.PersonID+e.IssuerID, "\n\r\x00\u202e") {
			t.Fatal("evidence of nobody, or in words that are none")
		}
		if !e.Number.IsZero() && e.PersonID == e.Number.Reveal() {
			t.Fatal("the number is handed around as an identifier")
		}
	case step.Refusal == "" && step.Rest == 0:
		t.Fatal("neither an outcome nor a time to ask again")
	}
}

func TestTheSeedOfAGoodAnswerIsGood(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := listening(t, spoken{"application/jose", sealedFor(t, jose.ECDH_ES, &key.PublicKey, good)})
	if step, err := p.Advance(t.Context(), threadOf(t, eid.FIFTN, key), outbound.Nudge{}); err != nil || step.Evidence == nil || step.Evidence.Number.IsZero() {
		t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
	}
}
