package bankid_test

import (
	"crypto/tls"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/standin"
	there "github.com/eidgate/eidgate/test/standin/bankid"
)

// says is an error answer in BankID's words.
func says(status int, code string) standin.Mishap {
	return standin.Answer(status, "application/json", "", `{"errorCode":"`+code+`","details":"said the stand-in"}`)
}

func TestWhatBankIDAnswersBecomesAFault(t *testing.T) {
	contract.TestCalls(t, map[string]contract.Trouble{
		"already in progress": contract.Means(says(400, "alreadyInProgress"), eid.ErrInProgress, eid.ErrMisconfigured, 0),
		"invalid parameters":  contract.Means(says(400, "invalidParameters"), eid.ErrOrderRefused, eid.ErrOrderGone, 0),
		"a code nobody knows": contract.Means(says(400, "outOfCoffee"), eid.ErrOrderRefused, eid.ErrMisconfigured, 0),
		"400 unauthorized":    contract.Means(says(400, "unauthorized"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"unauthorized":        contract.Means(says(401, "unauthorized"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"not found":           contract.Means(says(404, "notFound"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"wrong method":        contract.Means(says(405, "methodNotAllowed"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"request too slow":    contract.Means(says(408, "requestTimeout"), eid.ErrProvider, eid.ErrProviderUncertain, 0),
		"wrong media type":    contract.Means(says(415, "unsupportedMediaType"), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"too many requests":   contract.Means(standin.Answer(429, "application/json", "7", `{"errorCode":"tooManyRequests"}`), eid.ErrProvider, eid.ErrProvider, 7*time.Second),
		"an internal error":   contract.Means(says(500, "internalError"), eid.ErrProvider, eid.ErrProviderUncertain, 0),
		"maintenance":         contract.Means(standin.Answer(503, "application/json", "30", `{"errorCode":"maintenance"}`), eid.ErrProvider, eid.ErrProvider, 30*time.Second),
		"half an answer":      contract.Means(standin.Answer(200, "application/json", "", `{"orderRef":"a`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0),
		"another type":        contract.Means(standin.Answer(200, "application/json", "", `{"orderRef":7}`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0),
		"two references":      contract.Means(standin.Answer(200, "application/json", "", `{"orderRef":"a","orderRef":"b","status":"pending"}`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0),
	}, func(t *testing.T, timeout time.Duration) contract.Called {
		b := newBench(t)
		s, step := b.begun(t, appLogin)
		b.own.Timeout = timeout
		b.Provider = b.another(t, b.own) // whom no connection is open for
		return contract.Called{Provider: b.Provider, There: b.there.Server, Begin: there.Base + "/auth", Advance: there.Base + "/collect", Session: s, Step: step}
	})
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
			contract.Silent(t, err, "127.0.0.1", "Somebody")
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
