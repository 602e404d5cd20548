package signicat_test

import (
	"crypto/tls"
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/adapters/provider/signicat"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin"
	there "github.com/eidgate/eidgate/test/standin/signicat"
)

func said(status int, body string) standin.Mishap {
	return standin.Answer(status, "application/json", "", body)
}

const (
	unauthorized = `{"code":"invalid_token","detail":"` + badWords + `"}`
	forbidden    = `{"code":"invalid_account_id","title":"` + badWords + `","traceId":"0123456789abcdef0123456789abcdef"}`
	started      = `{"id":"3f9c0000-0000-4000-8000-000000000001","status":"WAITING_FOR_USER"`
)

// hasty is a provider that does not wait for long; whatever else is slow on the machine, the stand-in keeps silent longer.
func (b bench) hasty(t *testing.T) *signicat.Provider {
	t.Helper()
	return b.provider(t, func(c *signicat.Config) { c.Timeout = time.Second })
}

func TestWhatACreateIsAnsweredBecomesAFault(t *testing.T) {
	for name, c := range map[string]struct {
		mishaps []standin.Mishap
		want    *fault.Fault
		retry   time.Duration
	}{
		"a token that is not accepted, twice": {[]standin.Mishap{said(401, unauthorized), said(401, unauthorized)}, eid.ErrMisconfigured, 0},
		"a permission that is not there":      {[]standin.Mishap{said(403, forbidden)}, eid.ErrMisconfigured, 0},
		"no such path":                        {[]standin.Mishap{standin.Page(404)}, eid.ErrMisconfigured, 0},
		"an eID that is not enabled":          {[]standin.Mishap{said(400, `{"code":"provider_not_enabled"}`)}, eid.ErrMisconfigured, 0},
		"a member that is wrong":              {[]standin.Mishap{said(400, `{"invalidParams":[{"name":"callbackUrls.success"}]}`)}, eid.ErrMisconfigured, 0},
		"a number that is refused":            {[]standin.Mishap{said(400, `{"invalidParams":[{"name":"prefilledInput.nin","reason":"`+badWords+`"}]}`)}, eid.ErrOrderRefused, 0},
		"a text that is refused":              {[]standin.Mishap{said(422, `{"invalidParams":[{"name":"$.additionalParameters.sbid_intention_text"}]}`)}, eid.ErrOrderRefused, 0},
		"too many requests":                   {[]standin.Mishap{standin.Answer(429, "application/json", "7", `{}`)}, eid.ErrProvider, 7 * time.Second},
		"an internal error":                   {[]standin.Mishap{standin.Page(500)}, eid.ErrProvider, 0},
		"maintenance":                         {[]standin.Mishap{standin.Answer(503, "text/html", "30", "<h1>soon</h1>")}, eid.ErrProvider, 30 * time.Second},
		"a redirect":                          {[]standin.Mishap{standin.Elsewhere("/auth/rest/sessions")}, eid.ErrProvider, 0},
		"a page of HTML":                      {[]standin.Mishap{standin.Page(200)}, eid.ErrProviderUncertain, 0},
		"an answer without end":               {[]standin.Mishap{standin.Endless}, eid.ErrProviderUncertain, 0},
		"an answer that breaks off":           {[]standin.Mishap{standin.CutOff}, eid.ErrProviderUncertain, 0},
		"half of JSON":                        {[]standin.Mishap{said(200, started+`,"idpData":{"auto`)}, eid.ErrProviderUncertain, 0},
		"a torn connection":                   {[]standin.Mishap{standin.Reset}, eid.ErrProviderUncertain, 0},
		"no answer in time":                   {[]standin.Mishap{standin.Slow}, eid.ErrProviderUncertain, 0},
		"an empty answer":                     {[]standin.Mishap{said(200, "")}, eid.ErrProviderUncertain, 0},
		"a list":                              {[]standin.Mishap{said(200, "[]")}, eid.ErrProviderUncertain, 0},
		"nothing to show":                     {[]standin.Mishap{said(200, started+`}`)}, eid.ErrProviderUncertain, 0},
		"tokens of another type":              {[]standin.Mishap{said(200, started+`,"idpData":{"autoStartToken":7,"qrData":["a"]}}`)}, eid.ErrProviderUncertain, 0},
		"an identifier that climbs":           {[]standin.Mishap{said(200, `{"id":"../x","status":"CREATED","idpData":{"autoStartToken":"a","qrData":"b"}}`)}, eid.ErrProviderUncertain, 0},
		"another's reference":                 {[]standin.Mishap{said(200, started+`,"externalReference":"x","idpData":{"autoStartToken":"a","qrData":"b"}}`)}, eid.ErrProviderUncertain, 0},
		"a member twice":                      {[]standin.Mishap{said(200, started+`,"ID":"x","idpData":{"autoStartToken":"a","qrData":"b"}}`)}, eid.ErrProviderUncertain, 0},
		"an end at once":                      {[]standin.Mishap{said(200, `{"id":"a","status":"ERROR","idpData":{"autoStartToken":"a","qrData":"b"}}`)}, eid.ErrProviderUncertain, 0},
		"an envelope that nobody asked for":   {[]standin.Mishap{standin.Answer(200, "application/jose", "", "eyJhbGciOiJub25lIn0.a.b.c.d")}, eid.ErrProviderUncertain, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			p := b.Provider
			if name == "no answer in time" {
				p = b.hasty(t)
			}
			b.there.Misbehave(there.Create, c.mishaps...)
			step, err := p.Begin(t.Context(), b.order(t, eid.SEBankID, eid.App))
			if !errors.Is(err, c.want) || step.Challenge != nil || step.Thread != nil || fault.Of(err).RetryAfter() != c.retry {
				t.Errorf("got %v because of %v, in %s", err, fault.Of(err).Cause(), fault.Of(err).RetryAfter())
			}
			silent(t, err)
			if b.there.Calls(there.Create) != len(c.mishaps) {
				t.Errorf("it was tried %d times", b.there.Calls(there.Create))
			}
		})
	}
}

func TestTheOperatorIsToldWhatSignicatsSupportAsksFor(t *testing.T) {
	b := newBench(t)
	b.there.Misbehave(there.Create, said(403, forbidden))
	_, err := b.Begin(t.Context(), b.order(t, eid.SEBankID, eid.App))
	const want = "signicat: HTTP status 403, code invalid_account_id, trace 0123456789abcdef0123456789abcdef"
	if cause := fault.Of(err).Cause(); cause == nil || cause.Error() != want {
		t.Errorf("told %v", cause)
	}
	b.there.Misbehave(there.Create, said(403, `{"code":"196802020575 `+badWords+`","traceId":"196802020575"}`))
	_, err = b.Begin(t.Context(), b.order(t, eid.SEBankID, eid.App))
	if cause := fault.Of(err).Cause(); cause == nil || cause.Error() != "signicat: HTTP status 403" {
		t.Errorf("told %v", cause)
	}
}

func TestWhoCannotBeReachedHasNotBeenAsked(t *testing.T) {
	b := newBench(t)
	carrier := provider.NewTransport(tls.Certificate{}, nil)
	p := b.provider(t, func(c *signicat.Config) { c.Transport = carrier })
	if _, err := p.Begin(t.Context(), b.order(t, eid.SEBankID, eid.App)); err != nil { // from now on there is a token
		t.Fatal(err)
	}
	carrier.CloseIdleConnections()
	b.there.Unplug()
	if _, err := p.Begin(t.Context(), b.order(t, eid.SEBankID, eid.App)); !errors.Is(err, eid.ErrProvider) || errors.Is(err, eid.ErrProviderUncertain) {
		t.Errorf("got %v", err)
	}
}

func TestASessionMayNotSendTheBrowserAnywhere(t *testing.T) {
	b := newBench(t)
	for _, address := range []any{nil, "", "http://evil.example/", "javascript:alert(1)", "/page", "https://user:word@evil.example/", 7} {
		b.there.Twist(func(a map[string]any) { a["authenticationUrl"] = address })
		if step, err := b.Begin(t.Context(), b.order(t, eid.NOBankID, eid.Page)); !errors.Is(err, eid.ErrProviderUncertain) || step.Challenge != nil {
			t.Errorf("%v: got %v", address, err)
		}
	}
}

func TestWhatAQuestionIsAnsweredBecomesAFault(t *testing.T) {
	for name, c := range map[string]struct {
		mishaps []standin.Mishap
		want    *fault.Fault
		retry   time.Duration
	}{
		"a session that is not known":         {[]standin.Mishap{said(404, `{"code":"session_not_found"}`)}, eid.ErrOrderGone, 0},
		"a token that is not accepted, twice": {[]standin.Mishap{said(401, unauthorized), said(401, unauthorized)}, eid.ErrMisconfigured, 0},
		"a permission that is not there":      {[]standin.Mishap{said(403, forbidden)}, eid.ErrMisconfigured, 0},
		"a refusal":                           {[]standin.Mishap{said(400, `{"detail":"`+badWords+`"}`)}, eid.ErrMisconfigured, 0},
		"an internal error":                   {[]standin.Mishap{standin.Page(500)}, eid.ErrProvider, 0},
		"maintenance":                         {[]standin.Mishap{standin.Answer(503, "text/html", "30", "<h1>soon</h1>")}, eid.ErrProvider, 30 * time.Second},
		"a redirect":                          {[]standin.Mishap{standin.Elsewhere("/elsewhere")}, eid.ErrProvider, 0},
		"a page of HTML":                      {[]standin.Mishap{standin.Page(200)}, eid.ErrProvider, 0},
		"an answer without end":               {[]standin.Mishap{standin.Endless}, eid.ErrProvider, 0},
		"an answer that breaks off":           {[]standin.Mishap{standin.CutOff}, eid.ErrProvider, 0},
		"half of JSON":                        {[]standin.Mishap{said(200, started)}, eid.ErrProvider, 0},
		"a connection torn twice":             {[]standin.Mishap{standin.Reset, standin.Reset}, eid.ErrProvider, 0}, // once, the transport asks again
		"no answer in time":                   {[]standin.Mishap{standin.Slow}, eid.ErrProvider, 0},
		"another session":                     {[]standin.Mishap{said(200, `{"id":"x","status":"SUCCESS","provider":"sbid","subject":{"nin":"`+badWords+`"}}`)}, eid.ErrEvidenceRejected, 0},
		"a status of another type":            {[]standin.Mishap{said(200, `{"id":"x","status":7}`)}, eid.ErrProvider, 0},
		"no status":                           {[]standin.Mishap{said(200, `{"id":"x"}`)}, eid.ErrProvider, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			step := b.begun(t, b.order(t, eid.SEBankID, eid.App))
			p := b.Provider
			if name == "no answer in time" {
				p = b.hasty(t)
			}
			b.there.Misbehave(there.Get, c.mishaps...)
			got, err := p.Advance(t.Context(), step.Thread, outbound.Nudge{})
			if !errors.Is(err, c.want) || got.Evidence != nil || got.Refusal != "" || fault.Of(err).RetryAfter() != c.retry {
				t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
			}
			silent(t, err)
		})
	}
}

func TestAskingTooOftenChangesNothing(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.SEBankID, eid.App))
	b.there.Misbehave(there.Get, standin.Answer(429, "application/json", "5", `{}`), standin.Page(429))
	for _, want := range []time.Duration{5 * time.Second, 2 * time.Second} {
		if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Rest != want || got.Evidence != nil || got.Refusal != "" {
			t.Errorf("got %+v and %v", got, err)
		}
	}
}

func TestASessionIsTakenBackAsWellAsCanBe(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.FIFTN, eid.Page)
	step := b.begun(t, s)
	if err := b.Cancel(t.Context(), step.Thread); err != nil || b.there.Calls(there.Cancel) != 1 {
		t.Fatalf("got %v", err)
	}
	if _, err := b.there.Visit(t.Context(), step.Challenge.URL, there.Approve(there.Vilma)); err == nil {
		t.Error("the person can still approve")
	}
	for name, c := range map[string]struct {
		mishap standin.Mishap
		want   *fault.Fault // nil for no error
	}{
		"over":        {said(400, `{}`), nil},
		"unknown":     {said(404, `{}`), nil},
		"forbidden":   {said(403, `{}`), eid.ErrMisconfigured},
		"an error":    {standin.Page(500), eid.ErrProvider},
		"too often":   {standin.Page(429), eid.ErrProvider},
		"torn":        {standin.Reset, eid.ErrProvider},
		"some other":  {standin.Page(200), nil},
		"a redirect":  {standin.Elsewhere("/x"), eid.ErrProvider},
		"not allowed": {said(409, `{}`), nil},
	} {
		b.there.Misbehave(there.Cancel, c.mishap)
		if err := b.Cancel(t.Context(), step.Thread); c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAThreadOfSomebodyElseIsNone(t *testing.T) {
	b := newBench(t)
	for _, kept := range []string{"", "{}", "null", `{"id":"../x","session":"s","eid":"no.bankid"}`, `{"id":"a","session":"s","eid":"de.perso"}`, `{"id":"a","eid":"no.bankid"}`} {
		if _, err := b.Advance(t.Context(), []byte(kept), outbound.Nudge{}); !errors.Is(err, fault.ErrInternal) {
			t.Errorf("%q: got %v", kept, err)
		}
		if err := b.Cancel(t.Context(), []byte(kept)); !errors.Is(err, fault.ErrInternal) {
			t.Errorf("%q: taking back: got %v", kept, err)
		}
	}
	if b.there.Calls(there.Get)+b.there.Calls(there.Token) != 0 {
		t.Error("Signicat was asked")
	}
}
