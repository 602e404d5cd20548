package idkollen_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/adapters/provider/idkollen"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/clock"
	standin "github.com/eidgate/eidgate/test/standin/idkollen"
)

const asked = "GET /v3/bankid-se/auth"

// called is an order whose person has decided, and IDkollen's call about it.
func (b bench) called(t *testing.T, d standin.Decision) (eid.Snapshot, outbound.Step, outbound.Nudge) {
	t.Helper()
	s := b.order(t, eid.SEBankID, eid.Authenticate, eid.App)
	step := b.begun(t, s)
	if err := b.there.OpenApp(step.Challenge.AppToken, d); err != nil {
		t.Fatal(err)
	}
	all := b.there.Callbacks()
	last := all[len(all)-1]
	if last.URL != publicURL+"/callback/idkollen/"+s.Ticket {
		t.Fatal("the call went somewhere else")
	}
	return s, step, outbound.Nudge{Notice: last.Body, Headers: map[string]string{"X-Signature-Sha256": last.Signature}}
}

func TestASignedCallIsNewsWithoutAsking(t *testing.T) {
	b := newBench(t)
	_, step, nudge := b.called(t, approve)
	got, err := b.Advance(t.Context(), step.Thread, nudge)
	if err != nil || got.Evidence == nil || got.Evidence.Number != number(t, eid.SEBankID, standin.Terne) {
		t.Errorf("got %v", err)
	}
	_, step, nudge = b.called(t, standin.Decline())
	if got, err := b.Advance(t.Context(), step.Thread, nudge); err != nil || got.Refusal != eid.ReasonDeclined {
		t.Errorf("a no: got %q and %v", got.Refusal, err)
	}
	if b.there.Calls(asked) != 0 {
		t.Error("IDkollen was asked")
	}
}

func TestACallThatIsNotSignedByTheKeyIsRejected(t *testing.T) {
	b := newBench(t)
	_, step, good := b.called(t, approve)
	_, _, other := b.called(t, approve)
	body := string(good.Notice)
	signed := func(body string) outbound.Nudge {
		return outbound.Nudge{Notice: []byte(body), Headers: map[string]string{"x-signature-sha256": standin.Sign(callbackKey, []byte(body))}}
	}
	for name, nudge := range map[string]outbound.Nudge{
		"without a header":        {Notice: good.Notice},
		"with an empty one":       {Notice: good.Notice, Headers: map[string]string{"X-Signature-SHA256": ""}},
		"by another key":          {Notice: good.Notice, Headers: map[string]string{"X-Signature-SHA256": standin.Sign("guess", good.Notice)}},
		"for another body":        {Notice: good.Notice, Headers: other.Headers},
		"with one blank more":     {Notice: append([]byte(" "), good.Notice...), Headers: good.Headers},
		"in hex":                  {Notice: good.Notice, Headers: map[string]string{"X-Signature-SHA256": strings.Repeat("ab", 32)}},
		"without a body":          {Notice: []byte{}, Headers: good.Headers},
		"about another order":     other,
		"about another reference": signed(strings.Replace(body, `"refId":"`, `"refId":"x`, 1)),
		"as HTML":                 signed("<h1>hello</h1>"),
		"with a status of ours":   signed(strings.Replace(body, "COMPLETED", "APPROVED", 1)),
	} {
		got, err := b.Advance(t.Context(), step.Thread, nudge)
		if !errors.Is(err, eid.ErrEvidenceRejected) || got.Evidence != nil || got.Refusal != "" {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if b.there.Calls(asked) != 0 {
		t.Error("IDkollen was asked")
	}
}

func TestTheSignatureIsTheDocumentedOne(t *testing.T) {
	const body = `{"id":"1668b9da-bff1-4dfc-ad48-60507b5a8d12","refId":"12398698","status":"FAILED","error":"INVALID_ID"}`
	b := newBench(t)
	p := b.provider(t, func(c *idkollen.Config) { c.CallbackKey = "test-hmac-key" })
	thread := []byte(`{"path":"/v3/bankid-se/auth","id":"1668b9da-bff1-4dfc-ad48-60507b5a8d12","session":"12398698","eid":"se.bankid"}`)
	got, err := p.Advance(t.Context(), thread, outbound.Nudge{
		Notice: []byte(body), Headers: map[string]string{"X-Signature-SHA256": "YDn0bCte7+txjnybD+9GIlLEFCuq0bDHgoI8nXskIqw="},
	})
	if err != nil || got.Refusal != eid.ReasonInvalidEID {
		t.Errorf("got %q and %v", got.Refusal, err)
	}
}

func TestWithoutAKeyACallIsOnlyAReasonToAsk(t *testing.T) {
	b := newBench(t, func(c *standin.Config) { c.CallbackKey = "" })
	p := b.provider(t, func(c *idkollen.Config) { c.CallbackKey = "" })
	step := b.begun(t, b.order(t, eid.SEBankID, eid.Authenticate, eid.App))
	forged := outbound.Nudge{Notice: []byte(`{"status":"COMPLETED","ssn":"196802020575"}`)}
	if got, err := p.Advance(t.Context(), step.Thread, forged); err != nil || got.Evidence != nil || got.Refusal != "" {
		t.Errorf("a forged one: got %v", err)
	}
	_, step, nudge := b.called(t, approve)
	if got, err := p.Advance(t.Context(), step.Thread, nudge); err != nil || got.Evidence == nil {
		t.Errorf("a true one: got %v", err)
	}
	if b.there.Calls(asked) != 2 {
		t.Errorf("IDkollen was asked %d times", b.there.Calls(asked))
	}
}

func TestACallArrivesOverTheNetworkAsItIsSigned(t *testing.T) {
	heard := make(chan outbound.Nudge, 1)
	receiver := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard <- outbound.Nudge{Notice: body, Headers: map[string]string{"X-Signature-SHA256": r.Header.Get("X-Signature-SHA256")}}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(receiver.Close)
	b := newBench(t, func(c *standin.Config) {
		c.Allowed, c.CallbackClient = []string{receiver.Listener.Addr().String()}, receiver.Client()
	})
	p := b.provider(t, func(c *idkollen.Config) { c.PublicURL = receiver.URL })
	step, err := p.Begin(t.Context(), b.order(t, eid.SEFreja, eid.Authenticate, eid.App))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.there.OpenApp(step.Challenge.AppToken, approve); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Advance(t.Context(), step.Thread, <-heard); err != nil || got.Evidence == nil {
		t.Errorf("got %v", err)
	}
}

func TestACertificateOfNobodyIsNotTrusted(t *testing.T) {
	b := newBench(t, func(c *standin.Config) { c.TLS = true })
	p := b.provider(t, func(c *idkollen.Config) { c.Transport = nil })
	_, err := p.Begin(t.Context(), b.order(t, eid.SEBankID, eid.Authenticate, eid.App))
	if !errors.Is(err, eid.ErrProvider) || !strings.Contains(fault.Of(err).Cause().Error(), "certificate") {
		t.Errorf("got %v", err)
	}
	if _, wrong := errors.AsType[*tls.CertificateVerificationError](err); wrong {
		t.Error("the error shows the certificate")
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*idkollen.Config){
		"no address":           func(c *idkollen.Config) { c.BaseURL = "" },
		"http beyond loopback": func(c *idkollen.Config) { c.BaseURL = "http://api.idkollen.se" },
		"a trailing slash":     func(c *idkollen.Config) { c.BaseURL += "/" },
		"a user":               func(c *idkollen.Config) { c.BaseURL = "https://u:p@api.idkollen.se" },
		"another scheme":       func(c *idkollen.Config) { c.BaseURL = "ftp://api.idkollen.se" },
		"no account":           func(c *idkollen.Config) { c.AccountID = "" },
		"an account and more":  func(c *idkollen.Config) { c.AccountID = "a:b" },
		"no secret":            func(c *idkollen.Config) { c.SecretKey = "" },
		"no public address":    func(c *idkollen.Config) { c.PublicURL = "" },
		"a public query":       func(c *idkollen.Config) { c.PublicURL += "?a=b" },
	} {
		c := idkollen.Config{BaseURL: "https://api.idkollen.se", AccountID: "a", SecretKey: "hush", PublicURL: publicURL}
		if _, err := idkollen.New(c, &clock.Manual{}); err != nil {
			t.Fatal(err)
		}
		spoil(&c)
		if p, err := idkollen.New(c, &clock.Manual{}); err == nil || p != nil {
			t.Errorf("%s is accepted", name)
		} else if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), ":p@") {
			t.Errorf("%s: the error shows a secret", name)
		}
	}
}
