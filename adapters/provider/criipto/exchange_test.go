package criipto_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/criipto"
	"github.com/eidgate/eidgate/adapters/system"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin"
)

// impatient is a second provider on the bench, which gives up soon.
func (b bench) impatient(t *testing.T) *criipto.Provider {
	t.Helper()
	c := b.config()
	c.Timeout = 300 * time.Millisecond
	p, err := criipto.New(c, b.clock, system.IDs{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatTheTokenEndpointSaysBecomesAFault(t *testing.T) {
	for name, c := range map[string]struct {
		mishap standin.Mishap
		want   *fault.Fault
		retry  time.Duration
	}{
		"an unknown code":                 {standin.Refusal(400, "invalid_grant"), eid.ErrCodeRejected, 0},
		"an unknown code in other words":  {standin.Answer(400, "application/json", "", `{"message":"Unknown Access Code"}`), eid.ErrCodeRejected, 0},
		"an unknown code as plain text":   {standin.Answer(400, "text/plain", "", "Unknown Access Code: 0a"), eid.ErrCodeRejected, 0},
		"an unknown code as our mistake":  {standin.Answer(500, "text/plain", "", "Unknown Access Code"), eid.ErrCodeRejected, 0},
		"a refusal with status 200":       {standin.Refusal(200, "invalid_grant"), eid.ErrCodeRejected, 0},
		"a client that is not known":      {standin.Refusal(401, "invalid_client"), eid.ErrMisconfigured, 0},
		"a client that may not":           {standin.Refusal(400, "unauthorized_client"), eid.ErrMisconfigured, 0},
		"a request it does not like":      {standin.Refusal(400, "invalid_request"), eid.ErrMisconfigured, 0},
		"an error of its own invention":   {standin.Refusal(400, "out_of_coffee"), eid.ErrMisconfigured, 0},
		"401 without words":               {standin.Page(401), eid.ErrMisconfigured, 0},
		"too many requests":               {standin.Answer(429, "application/json", "7", `{}`), eid.ErrProvider, 7 * time.Second},
		"too many requests, no number":    {standin.Answer(429, "application/json", "soon", `{}`), eid.ErrProvider, 0},
		"too many requests, for ever":     {standin.Answer(429, "application/json", "99999999999", `{}`), eid.ErrProvider, 10 * time.Minute},
		"too many requests, before now":   {standin.Answer(429, "application/json", "-5", `{}`), eid.ErrProvider, 0},
		"away for maintenance":            {standin.Answer(503, "text/html", "30", "<h1>back soon</h1>"), eid.ErrProvider, 30 * time.Second},
		"an internal error":               {standin.Refusal(500, "server_error"), eid.ErrProvider, 0},
		"a bad gateway":                   {standin.Page(502), eid.ErrProvider, 0},
		"busy, politely":                  {standin.Refusal(400, "temporarily_unavailable"), eid.ErrProvider, 0},
		"a page where a token should be":  {standin.Page(200), eid.ErrProvider, 0},
		"a page that forbids":             {standin.Page(403), eid.ErrMisconfigured, 0},
		"a page that knows no such thing": {standin.Page(404), eid.ErrMisconfigured, 0},
		"a redirect":                      {standin.Page(302), eid.ErrProvider, 0},
		"an empty answer":                 {standin.Answer(200, "application/json", "", ""), eid.ErrProvider, 0},
		"half an answer":                  {standin.Answer(200, "application/json", "", `{"access_token":"a`), eid.ErrProvider, 0},
		"an answer without end":           {standin.Huge, eid.ErrProvider, 0},
		"an answer that breaks off":       {standin.CutOff, eid.ErrProviderUncertain, 0},
		"a torn connection":               {standin.Reset, eid.ErrProviderUncertain, 0},
		"no answer in time":               {standin.Slow, eid.ErrProviderUncertain, 0},
		"408":                             {standin.Page(408), eid.ErrProviderUncertain, 0},
		"an answer without an id_token":   {standin.Answer(200, "application/json", "", `{"access_token":"a","token_type":"Bearer"}`), eid.ErrEvidenceRejected, 0},
		"an id_token that is no text":     {standin.Answer(200, "application/json", "", `{"access_token":"a","id_token":7}`), eid.ErrEvidenceRejected, 0},
		"an id_token that is not a token": {standin.Answer(200, "application/json", "", `{"access_token":"a","id_token":"a.b.c.d.e"}`), eid.ErrEvidenceRejected, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			p := b.Provider
			if name == "no answer in time" {
				p = b.impatient(t)
			}
			if err := errors.Join(p.Warm(t.Context()), b.Warm(t.Context())); err != nil {
				t.Fatal(err)
			}
			_, step, nudge := b.approved(t, eid.SEBankID)
			b.there.Misbehave(standin.TokenPath, c.mishap)
			got, err := p.Advance(t.Context(), step.Thread, nudge)
			if !errors.Is(err, c.want) || got.Evidence != nil || got.Refusal != "" {
				t.Fatalf("got %v because of %v, want %v", err, fault.Of(err).Cause(), c.want)
			}
			if retry := fault.Of(err).RetryAfter(); retry != c.retry {
				t.Errorf("come back in %s, want %s", retry, c.retry)
			}
			silent(t, err, nudge.Returned["code"], "stand-in", "Unknown", "coffee", "h1", "http://")
			if calls := b.there.Calls(standin.TokenPath); calls != 1 {
				t.Errorf("the code was sent %d times", calls)
			}
			if fault.Of(err).Kind() == fault.Unavailable { // nothing was done, so the same code still works
				if got, err := b.Advance(t.Context(), step.Thread, nudge); err != nil || got.Evidence == nil {
					t.Errorf("again: got %v because of %v", err, fault.Of(err).Cause())
				}
			}
		})
	}
}

// silent looks for words in an error and everything behind it.
func silent(t *testing.T, err error, words ...string) {
	t.Helper()
	for ; err != nil; err = errors.Unwrap(err) {
		for _, word := range words {
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), word) {
				t.Errorf("an error shows %q", word)
			}
		}
	}
}

func TestARedirectIsNotFollowedWithACode(t *testing.T) {
	var asked bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer elsewhere.Close()
	b := newBench(t)
	_, step, nudge := b.approved(t, eid.SEBankID)
	b.there.Misbehave(standin.TokenPath, standin.Elsewhere(elsewhere.URL))
	if _, err := b.Advance(t.Context(), step.Thread, nudge); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("got %v", err)
	}
	if asked {
		t.Error("the code was sent to another host")
	}
}

func TestARefusedConnectionIsNotUncertain(t *testing.T) {
	b := newBench(t)
	c := b.config()
	// A connection that is kept may look alive after its other end has gone, and then it is uncertain.
	c.Transport = &http.Transport{DisableKeepAlives: true}
	p, err := criipto.New(c, b.clock, system.IDs{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, step, nudge := b.approved(t, eid.SEBankID)
	b.there.Unplug()
	_, err = p.Advance(t.Context(), step.Thread, nudge)
	if !errors.Is(err, eid.ErrProvider) || errors.Is(err, eid.ErrProviderUncertain) {
		t.Errorf("got %v", err)
	}
	silent(t, err, nudge.Returned["code"], "http://")
}

func TestACallerWhoHangsUpIsToldApart(t *testing.T) {
	b := newBench(t)
	if err := b.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, step, nudge := b.approved(t, eid.SEBankID)
	ctx, hangUp := context.WithCancel(t.Context())
	b.there.Misbehave(standin.TokenPath, func(w http.ResponseWriter, r *http.Request) { hangUp(); standin.Slow(w, r) })
	_, err := b.Advance(ctx, step.Thread, nudge)
	if !errors.Is(err, context.Canceled) || !errors.Is(err, eid.ErrProviderUncertain) {
		t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
	}
}

func TestWhatComesBackInsteadOfACode(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		code, description string
		refusal           string
		fault             *fault.Fault
	}{
		{"access_denied", "Collect failed: userCancel", eid.ReasonDeclined, nil},
		{"login_required", "", eid.ReasonInterrupted, nil},
		{"interaction_required", "", eid.ReasonInterrupted, nil},
		{"mitid_core_client_error", "", eid.ReasonInterrupted, nil},
		{"MITID_NONCE_COOKIE_MISSING", "", eid.ReasonInterrupted, nil},
		{"something", "bankid_error_codes:C301", eid.ReasonInterrupted, nil},
		{"invalid_request", "", "", eid.ErrMisconfigured},
		{"invalid_request_object", "", "", eid.ErrMisconfigured},
		{"unauthorized_client", "", "", eid.ErrMisconfigured},
		{"unsupported_response_type", "", "", eid.ErrMisconfigured},
		{"invalid_scope", "", "", eid.ErrMisconfigured},
		{"server_error", "", "", eid.ErrProvider},
		{"temporarily_unavailable", "", "", eid.ErrProvider},
	} {
		s := b.Session(t, eid.DKMitID)
		step, err := b.Begin(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		back, err := b.there.Fail(t.Context(), step.Challenge.URL, c.code, c.description)
		nudge := returned(t, s, back, err)
		got, err := b.Advance(t.Context(), step.Thread, nudge)
		if c.fault == nil && (err != nil || got.Refusal != c.refusal) || c.fault != nil && !errors.Is(err, c.fault) {
			t.Errorf("%s: got %+v and %v", c.code, got, err)
		}
	}
	if calls := b.there.Calls(standin.TokenPath); calls != 0 {
		t.Errorf("the token endpoint was asked %d times", calls)
	}
}

func TestTheRequestIsSignedByUsAlone(t *testing.T) {
	b := newBench(t)
	step, err := b.Begin(t.Context(), b.Session(t, eid.SEBankID))
	if err != nil {
		t.Fatal(err)
	}
	request := step.Challenge.Params["request"]
	head, rest, _ := strings.Cut(request, ".")
	tampered := head + ".e30." + rest[strings.Index(rest, ".")+1:]
	back, err := b.there.Approve(t.Context(), strings.Replace(step.Challenge.URL, request, tampered, 1), standin.Terne)
	if err != nil || back.Query().Get("error") != "invalid_request_object" {
		t.Errorf("a tampered request came back with %v, %v", back, err)
	}
	got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{Returned: map[string]string{"error": back.Query().Get("error")}})
	if !errors.Is(err, eid.ErrMisconfigured) {
		t.Errorf("got %+v and %v", got, err)
	}
}

func TestACodeThatCannotBeOneIsNotSent(t *testing.T) {
	b := newBench(t)
	_, step, nudge := b.approved(t, eid.SEBankID)
	for _, code := range []string{"", "\x00", "a\nb", "å", strings.Repeat("x", 3000)} {
		nudge.Returned["code"] = code
		if _, err := b.Advance(t.Context(), step.Thread, nudge); !errors.Is(err, eid.ErrCodeRejected) {
			t.Errorf("%q: got %v", code, err)
		}
	}
	if calls := b.there.Calls(standin.TokenPath); calls != 0 {
		t.Errorf("the token endpoint was asked %d times", calls)
	}
}

func TestACertificateThatDoesNotVerifyIsAProviderAway(t *testing.T) {
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	b := newBench(t)
	c := b.config()
	c.Issuer = server.URL
	p, err := criipto.New(c, b.clock, system.IDs{}, system.Random{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Warm(t.Context()); !errors.Is(err, eid.ErrProvider) || !strings.Contains(fault.Of(err).Cause().Error(), "certificate") {
		t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
	}
}
