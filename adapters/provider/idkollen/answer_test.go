package idkollen_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/eidgate/eidgate/adapters/provider/idkollen"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/standin"
)

const badWords = "words-of-the-answer"

func said(status int, body string) standin.Mishap {
	return standin.Answer(status, "application/json", "", body)
}

func TestWhatAStartIsAnsweredBecomesAFault(t *testing.T) {
	start := `{"id":"3f9c0000-0000-4000-8000-000000000001","status":"PENDING",`
	for name, c := range map[string]struct {
		mishap standin.Mishap
		want   *fault.Fault
		retry  time.Duration
	}{
		"the person has another order":  {said(400, `{"message":"alreadyInProgress"}`), eid.ErrInProgress, 0},
		"any other refusal":             {said(400, `{"message":"`+badWords+`"}`), eid.ErrOrderRefused, 0},
		"a refusal without words":       {standin.Page(400), eid.ErrOrderRefused, 0},
		"422":                           {said(422, `{}`), eid.ErrOrderRefused, 0},
		"bad credentials":               {said(401, `{"message":"unauthorized"}`), eid.ErrMisconfigured, 0},
		"an operation that is not ours": {standin.Page(403), eid.ErrMisconfigured, 0},
		"no such path":                  {said(404, `{"message":"`+badWords+`"}`), eid.ErrMisconfigured, 0},
		"too many requests":             {standin.Answer(429, "application/json", "7", `{}`), eid.ErrProvider, 7 * time.Second},
		"an internal error":             {said(500, `{"message":"`+badWords+`"}`), eid.ErrProvider, 0},
		"maintenance":                   {standin.Answer(503, "text/html", "30", "<h1>soon</h1>"), eid.ErrProvider, 30 * time.Second},
		"408":                           {standin.Page(408), eid.ErrProvider, 0},
		"a gateway's time-out":          {standin.Page(504), eid.ErrProvider, 0},
		"a redirect":                    {standin.Elsewhere("/v3/freja/auth"), eid.ErrProvider, 0},
		"a page of HTML":                {standin.Page(201), eid.ErrProviderUncertain, 0},
		"an answer without end":         {standin.Huge, eid.ErrProviderUncertain, 0},
		"an answer that breaks off":     {standin.CutOff, eid.ErrProviderUncertain, 0},
		"a torn connection":             {standin.Reset, eid.ErrProviderUncertain, 0},
		"no answer in time":             {standin.Slow, eid.ErrProviderUncertain, 0},
		"an empty answer":               {said(201, ""), eid.ErrProviderUncertain, 0},
		"a list":                        {said(201, "[]"), eid.ErrProviderUncertain, 0},
		"no tokens":                     {said(201, start+`"hintCode":null}`), eid.ErrProviderUncertain, 0},
		"a token of another type":       {said(201, start+`"autoStartToken":7,"qrStartToken":"a","qrStartSecret":"b"}`), eid.ErrProviderUncertain, 0},
		"half of what animates":         {said(201, start+`"autoStartToken":"c","qrStartToken":"a"}`), eid.ErrProviderUncertain, 0},
		"an identifier that climbs":     {said(201, `{"id":"../../document","status":"PENDING","autoStartToken":"c","qrStartToken":"a","qrStartSecret":"b"}`), eid.ErrProviderUncertain, 0},
		"another's reference":           {said(201, start+`"refId":"x","autoStartToken":"c","qrStartToken":"a","qrStartSecret":"b"}`), eid.ErrProviderUncertain, 0},
		"a member twice":                {said(201, start+`"id":"x","autoStartToken":"c","qrStartToken":"a","qrStartSecret":"b"}`), eid.ErrProviderUncertain, 0},
		"an order that is over at once": {said(201, `{"id":"a","status":"FAILED"}`), eid.ErrProviderUncertain, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			p := b.provider(t, func(c *idkollen.Config) { c.Timeout = 300 * time.Millisecond })
			b.there.Misbehave("POST /v3/bankid-se/auth", c.mishap)
			step, err := p.Begin(t.Context(), b.order(t, eid.SEBankID, eid.Authenticate, eid.App))
			if !errors.Is(err, c.want) || step.Challenge != nil || step.Thread != nil || fault.Of(err).RetryAfter() != c.retry {
				t.Errorf("got %v because of %v, in %s", err, fault.Of(err).Cause(), fault.Of(err).RetryAfter())
			}
			contract.Silent(t, err, badWords)
			if b.there.Calls("POST /v3/freja/auth") != 0 {
				t.Error("a redirect was followed")
			}
		})
	}
}

func TestWhoCannotBeReachedHasNotBeenAsked(t *testing.T) {
	b := newBench(t)
	b.there.Unplug()
	if _, err := b.Begin(t.Context(), b.order(t, eid.SEBankID, eid.Authenticate, eid.App)); !errors.Is(err, eid.ErrProvider) {
		t.Errorf("got %v", err)
	}
}

func TestATokenMayNotSendTheBrowserAnywhere(t *testing.T) {
	b := newBench(t)
	for _, url := range []string{``, `http://evil.example/`, `javascript:alert(1)`, `/page`, `https://user:word@evil.example/`} {
		b.there.Misbehave("POST /v3/ftn/auth", said(201, `{"id":"a","status":"PENDING","url":"`+url+`"}`))
		if step, err := b.Begin(t.Context(), b.order(t, eid.FIFTN, eid.Authenticate, eid.Page)); !errors.Is(err, eid.ErrProviderUncertain) || step.Challenge != nil {
			t.Errorf("%q: got %v", url, err)
		}
	}
}

func TestFrejaSaysWhomItDoesNotKnow(t *testing.T) {
	b := newBench(t)
	s := b.order(t, eid.SEFreja, eid.Authenticate, eid.Backchannel)
	b.there.Misbehave("POST /v3/freja/backchannel/auth", said(400, `{"message":"The user does not exist in Freja eID's database."}`))
	if _, err := b.Begin(t.Context(), s); !errors.Is(err, eid.ErrUnknownPerson) {
		t.Errorf("got %v", err)
	}
}

func TestASecondOrderForOnePersonEndsBoth(t *testing.T) {
	b := newBench(t)
	first, second := b.order(t, eid.SEBankID, eid.PhoneAuthenticate, eid.Backchannel), b.order(t, eid.SEBankID, eid.PhoneSign, eid.Backchannel)
	second.Order.Require.Person = first.Order.Require.Person
	step := b.begun(t, first)
	if _, err := b.Begin(t.Context(), second); !errors.Is(err, eid.ErrInProgress) {
		t.Errorf("got %v", err)
	}
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Refusal != eid.ReasonDeclined {
		t.Errorf("the first ended with %q and %v", got.Refusal, err)
	}
}

func TestWhatAQuestionIsAnsweredBecomesAFault(t *testing.T) {
	for name, c := range map[string]struct {
		mishap standin.Mishap
		want   *fault.Fault
	}{
		"an order that is not known":  {said(404, `{"message":"Invalid or expired"}`), eid.ErrOrderGone},
		"bad credentials":             {said(401, `{}`), eid.ErrMisconfigured},
		"a refusal":                   {said(400, `{"message":"`+badWords+`"}`), eid.ErrMisconfigured},
		"an internal error":           {standin.Page(500), eid.ErrProvider},
		"maintenance":                 {standin.Page(503), eid.ErrProvider},
		"a redirect":                  {standin.Elsewhere("/elsewhere"), eid.ErrProvider},
		"a page of HTML":              {standin.Page(200), eid.ErrProvider},
		"an answer without end":       {standin.Huge, eid.ErrProvider},
		"an answer that breaks off":   {standin.CutOff, eid.ErrProvider},
		"a torn connection":           {standin.Reset, eid.ErrProvider},
		"no answer in time":           {standin.Slow, eid.ErrProvider},
		"another order":               {said(200, `{"id":"x","status":"COMPLETED","ssn":"196802020575"}`), eid.ErrEvidenceRejected},
		"a status of another type":    {said(200, `{"id":"x","status":7}`), eid.ErrProvider},
		"an identifier in other case": {said(200, `{"ID":"x","status":"PENDING"}`), eid.ErrEvidenceRejected},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			step := b.begun(t, b.order(t, eid.SEBankID, eid.Authenticate, eid.App))
			p := b.provider(t, func(c *idkollen.Config) { c.Timeout = 300 * time.Millisecond })
			b.there.Misbehave("GET /v3/bankid-se/auth", c.mishap)
			got, err := p.Advance(t.Context(), step.Thread, outbound.Nudge{})
			if !errors.Is(err, c.want) || got.Evidence != nil || got.Refusal != "" {
				t.Errorf("got %v", err)
			}
			contract.Silent(t, err, badWords)
		})
	}
}

func TestAskingTooOftenChangesNothing(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.SEBankID, eid.Authenticate, eid.App))
	if step.Rest != 2*time.Second {
		t.Errorf("it is left alone for %s", step.Rest)
	}
	first, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
	if err != nil || first.Hint != eid.HintOutstanding || first.Rest != 2*time.Second {
		t.Errorf("got %+v and %v", first, err)
	}
	again, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
	if err != nil || again.Rest != time.Second || again.Hint != "" || again.Evidence != nil || again.Refusal != "" {
		t.Errorf("too soon: got %+v and %v", again, err)
	}
	if err := b.there.OpenApp(step.Challenge.AppToken, approve); err != nil {
		t.Fatal(err)
	}
	b.clock.Advance(time.Second)
	if got, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); err != nil || got.Evidence == nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestAnOrderThatIdkollenForgotIsGone(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.FIFTN, eid.Authenticate, eid.Page))
	b.clock.Advance(time.Hour)
	if _, err := b.Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrOrderGone) {
		t.Errorf("got %v", err)
	}
	if err := b.Cancel(t.Context(), step.Thread); err != nil {
		t.Errorf("cancel: %v", err)
	}
}

func TestTakingBackSaysWhenNobodyHeardIt(t *testing.T) {
	b := newBench(t)
	step := b.begun(t, b.order(t, eid.SEBankID, eid.Authenticate, eid.App))
	for want, mishap := range map[*fault.Fault]standin.Mishap{
		eid.ErrProvider: standin.Page(500), eid.ErrMisconfigured: standin.Page(401),
	} {
		b.there.Misbehave("DELETE /v3/bankid-se/auth", mishap)
		if err := b.Cancel(t.Context(), step.Thread); !errors.Is(err, want) {
			t.Errorf("got %v", err)
		}
	}
	if err := b.Cancel(t.Context(), step.Thread); err != nil {
		t.Fatal(err)
	}
	if b.there.OpenApp(step.Challenge.AppToken, approve) == nil {
		t.Error("the order is still there")
	}
}

func TestAThreadOfSomebodyElseIsOurMistake(t *testing.T) {
	b := newBench(t)
	for _, thread := range []string{"", "{}", "null", `{"path":"/v3/ftn/auth"}`, `{"path":"/v3/ftn/auth","id":"a/b"}`} {
		if _, err := b.Advance(context.Background(), []byte(thread), outbound.Nudge{}); !errors.Is(err, fault.ErrInternal) {
			t.Errorf("%q: got %v", thread, err)
		}
	}
}
