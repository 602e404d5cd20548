package bankid_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin"
	there "github.com/eidgate/eidgate/test/standin/bankid"
)

// says is an error answer in BankID's words.
func says(status int, code string) standin.Mishap {
	return standin.Answer(status, "application/json", "", `{"errorCode":"`+code+`","details":"said the stand-in"}`)
}

func TestWhatBankIDAnswersBecomesAFault(t *testing.T) {
	for name, c := range map[string]struct {
		mishap         standin.Mishap
		begin, advance *fault.Fault
		retry          time.Duration
	}{
		"already in progress":       {says(400, "alreadyInProgress"), eid.ErrInProgress, eid.ErrMisconfigured, 0},
		"invalid parameters":        {says(400, "invalidParameters"), eid.ErrOrderRefused, eid.ErrOrderGone, 0},
		"a code nobody knows":       {says(400, "outOfCoffee"), eid.ErrOrderRefused, eid.ErrMisconfigured, 0},
		"400 without words":         {standin.Page(400), eid.ErrMisconfigured, eid.ErrMisconfigured, 0},
		"400 unauthorized":          {says(400, "unauthorized"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0},
		"unauthorized":              {says(401, "unauthorized"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0},
		"a page that forbids":       {standin.Page(403), eid.ErrMisconfigured, eid.ErrMisconfigured, 0},
		"not found":                 {says(404, "notFound"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0},
		"wrong method":              {says(405, "methodNotAllowed"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0},
		"request too slow":          {says(408, "requestTimeout"), eid.ErrProvider, eid.ErrProviderUncertain, 0},
		"wrong media type":          {says(415, "unsupportedMediaType"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0},
		"too many requests":         {standin.Answer(429, "application/json", "7", `{"errorCode":"tooManyRequests"}`), eid.ErrProvider, eid.ErrProvider, 7 * time.Second},
		"too many, for ever":        {standin.Answer(429, "text/html", "99999999", "<h1>no</h1>"), eid.ErrProvider, eid.ErrProvider, 10 * time.Minute},
		"an internal error":         {says(500, "internalError"), eid.ErrProvider, eid.ErrProviderUncertain, 0},
		"a bad gateway":             {standin.Page(502), eid.ErrProvider, eid.ErrProviderUncertain, 0},
		"maintenance":               {standin.Answer(503, "application/json", "30", `{"errorCode":"maintenance"}`), eid.ErrProvider, eid.ErrProvider, 30 * time.Second},
		"a gateway's patience":      {standin.Page(504), eid.ErrProvider, eid.ErrProviderUncertain, 0},
		"a redirect":                {standin.Page(302), eid.ErrProvider, eid.ErrProvider, 0},
		"204":                       {standin.Page(204), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"a page":                    {standin.Page(200), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"nothing":                   {standin.Answer(200, "application/json", "", ""), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"half an answer":            {standin.Answer(200, "application/json", "", `{"orderRef":"a`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"another type":              {standin.Answer(200, "application/json", "", `{"orderRef":7}`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"two references":            {standin.Answer(200, "application/json", "", `{"orderRef":"a","orderRef":"b","status":"pending"}`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"a list":                    {standin.Answer(200, "application/json", "", `[]`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"depths":                    {standin.Answer(200, "application/json", "", `{"a":`+strings.Repeat("[", 1000)), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"an answer without end":     {standin.Endless, eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"an answer that breaks off": {standin.CutOff, eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"a torn connection":         {standin.Reset, eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
		"no answer in time":         {standin.Slow, eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			if name == "no answer in time" {
				c := b.own
				c.Timeout = 300 * time.Millisecond
				b.Provider = b.another(t, c)
			}
			s, step := b.begun(t, appLogin)
			b.there.Misbehave(there.Base+"/auth", c.mishap)
			_, beginErr := b.Begin(t.Context(), s)
			b.there.Misbehave(there.Base+"/collect", c.mishap)
			got, advanceErr := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
			if got.Evidence != nil || got.Refusal != "" {
				t.Fatal("an outcome came of it")
			}
			for which, pair := range map[string]struct {
				err  error
				want *fault.Fault
			}{"begin": {beginErr, c.begin}, "advance": {advanceErr, c.advance}} {
				if !errors.Is(pair.err, pair.want) || fault.Of(pair.err).RetryAfter() != c.retry {
					t.Errorf("%s: got %v because of %v, want %v", which, pair.err, fault.Of(pair.err).Cause(), pair.want)
				}
				silent(t, pair.err, "stand-in", "Coffee", "h1>", "https://", "127.0.0.1", step.Challenge.AppToken)
			}
			if calls := b.there.Calls(there.Base + "/auth"); calls != 2 {
				t.Errorf("BankID was asked for %d orders", calls)
			}
		})
	}
}

func TestAnOrderThatLacksAPartIsUncertain(t *testing.T) {
	for _, part := range []string{"orderRef", "autoStartToken", "qrStartToken", "qrStartSecret"} {
		for name, value := range map[string]any{"missing": nil, "markup": "<script>", "longer than a token": strings.Repeat("a", 101)} {
			b := newBench(t)
			b.there.Twist(func(answer map[string]any) { answer[part] = value })
			step, err := b.Begin(t.Context(), b.Order(t, appLogin))
			if !errors.Is(err, eid.ErrProviderUncertain) || step.Challenge != nil {
				t.Errorf("%s %s: got %v", part, name, err)
			}
		}
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	var asked bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer elsewhere.Close()
	b := newBench(t)
	b.there.Misbehave(there.Base+"/auth", standin.Elsewhere(elsewhere.URL))
	if _, err := b.Begin(t.Context(), b.Order(t, appLogin)); !errors.Is(err, eid.ErrProvider) || asked {
		t.Errorf("got %v, and the order was sent to another host: %v", err, asked)
	}
}

func TestARefusedConnectionIsNotUncertain(t *testing.T) {
	b := newBench(t)
	b.there.Unplug()
	_, err := b.Begin(t.Context(), b.Order(t, appLogin))
	if !errors.Is(err, eid.ErrProvider) || errors.Is(err, eid.ErrProviderUncertain) {
		t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
	}
	silent(t, err, "127.0.0.1")
}

func TestCertificatesThatDoNotFit(t *testing.T) {
	stranger := standin.NewAuthority(t, "Somebody else")
	for name, c := range map[string]struct {
		change func(b *bench)
		want   *fault.Fault
	}{
		"of an authority that BankID does not know": {func(b *bench) { b.own.Certificate = stranger.Client(t, "us", time.Now().Add(time.Hour)) }, eid.ErrMisconfigured},
		"expired":                        {func(b *bench) { b.own.Certificate = b.there.Authority.Client(t, "us", time.Now().Add(-time.Hour)) }, eid.ErrMisconfigured},
		"for another use":                {func(b *bench) { b.own.Certificate = b.there.Authority.Server(t) }, eid.ErrMisconfigured},
		"of a server that is not BankID": {func(b *bench) { b.own.Roots = stranger.Pool() }, eid.ErrProvider},
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			b := newBenchOf(t, there.Config{TLS: version})
			c.change(&b)
			_, err := b.another(t, b.own).Begin(t.Context(), b.Order(t, appLogin))
			// With TLS 1.3 a server refuses after our request has gone, and its reset may come before its reasons.
			late := version == tls.VersionTLS13 && c.want == eid.ErrMisconfigured && errors.Is(err, eid.ErrProviderUncertain)
			if !errors.Is(err, c.want) && !late {
				t.Errorf("%s, %s: got %v because of %v", name, tls.VersionName(version), err, fault.Of(err).Cause())
			}
			silent(t, err, "127.0.0.1", "Somebody")
			if b.there.Calls(there.Base+"/auth") != 0 {
				t.Errorf("%s: the order arrived", name)
			}
		}
	}
}

func TestOrdersOfAnotherCustomerAreNotThere(t *testing.T) {
	b := newBench(t)
	_, step := b.begun(t, appLogin)
	other := b.own
	other.Certificate = b.there.RelyingParty(t)
	if _, err := b.another(t, other).Advance(t.Context(), step.Thread, outbound.Nudge{}); !errors.Is(err, eid.ErrOrderGone) {
		t.Errorf("got %v", err)
	}
}

func TestACallerWhoHangsUpIsToldApart(t *testing.T) {
	b := newBench(t)
	ctx, hangUp := context.WithCancel(t.Context())
	b.there.Misbehave(there.Base+"/auth", func(w http.ResponseWriter, r *http.Request) { hangUp(); standin.Slow(w, r) })
	_, err := b.Begin(ctx, b.Order(t, appLogin))
	if !errors.Is(err, context.Canceled) || !errors.Is(err, eid.ErrProviderUncertain) {
		t.Errorf("got %v because of %v", err, fault.Of(err).Cause())
	}
}

func TestAThreadThatIsNotOursIsOurMistake(t *testing.T) {
	b := newBench(t)
	for _, thread := range []string{"", "{}", "[]", `{"order_ref":"../x"}`} {
		_, err := b.Advance(t.Context(), []byte(thread), outbound.Nudge{})
		if cancelled := b.Cancel(t.Context(), []byte(thread)); !errors.Is(err, fault.ErrInternal) || !errors.Is(cancelled, fault.ErrInternal) {
			t.Errorf("%q: got %v and %v", thread, err, cancelled)
		}
	}
}

func TestTakingBackSaysWhenItFailed(t *testing.T) {
	b := newBench(t)
	_, step := b.begun(t, appLogin)
	for _, c := range []struct {
		mishap standin.Mishap
		want   error
	}{{says(400, "invalidParameters"), nil}, {says(400, "other"), eid.ErrMisconfigured}, {says(503, "maintenance"), eid.ErrProvider}} {
		b.there.Misbehave(there.Base+"/cancel", c.mishap)
		if err := b.Cancel(t.Context(), step.Thread); !errors.Is(err, c.want) {
			t.Errorf("got %v, want %v", err, c.want)
		}
	}
}
