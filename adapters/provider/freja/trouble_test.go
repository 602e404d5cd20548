package freja_test

import (
	"crypto/tls"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/contract"
	"github.com/eidgate/eidgate/test/standin"
	there "github.com/eidgate/eidgate/test/standin/freja"
)

const (
	initAuth = "/authentication/1.0/initAuthentication"
	oneAuth  = "/authentication/1.0/getOneResult"
)

// says is one of Freja's error codes.
func says(code int) standin.Mishap {
	return standin.Answer(422, "application/json", "", `{"code":`+strconv.Itoa(code)+`,"message":"said the stand-in"}`)
}

func TestEveryErrorCodeHasItsMeaning(t *testing.T) {
	b := newBench(t)
	s, step := b.begun(t, appLogin)
	codes := []int{-7, 999999, 0, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1100, 1200, 2000, 2002, 2003,
		3000, 3001, 3002, 3003, 3004, 3005, 3006, 3007, 3008, 3009, 4000, 4005, 4009, 5000, 5001, 5002}
	onBegin := map[int]*fault.Fault{
		0: eid.ErrProvider, 1012: eid.ErrUnknownPerson,
		1002: eid.ErrOrderRefused, 1005: eid.ErrOrderRefused, 2000: eid.ErrOrderRefused, 3001: eid.ErrOrderRefused,
	}
	onAdvance := map[int]*fault.Fault{0: eid.ErrProviderUncertain, 1100: eid.ErrOrderGone}
	for _, code := range codes {
		b.there.Misbehave(initAuth, says(code))
		b.there.Misbehave(oneAuth, says(code))
		_, beginErr := b.Begin(t.Context(), s)
		_, advanceErr := b.Advance(t.Context(), step.Thread, outbound.Nudge{})
		for which, pair := range map[string]struct {
			err   error
			known map[int]*fault.Fault
		}{"begin": {beginErr, onBegin}, "advance": {advanceErr, onAdvance}} {
			want, ok := pair.known[code]
			if !ok {
				want = eid.ErrMisconfigured
			}
			if !errors.Is(pair.err, want) {
				t.Errorf("%s, code %d: got %v, want %v", which, code, pair.err, want)
			}
			if cause := fault.Of(pair.err).Cause(); cause == nil || !strings.Contains(cause.Error(), strconv.Itoa(code)) {
				t.Errorf("%s, code %d: the operator is not told", which, code)
			}
			contract.Silent(t, pair.err, "stand-in")
		}
	}
}

func TestWhatFrejaAnswersBecomesAFault(t *testing.T) {
	contract.TestCalls(t, map[string]contract.Trouble{
		"422 without a code": contract.Means(standin.Answer(422, "application/json", "", `{"message":"x"}`), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"422 with a word":    contract.Means(standin.Answer(422, "application/json", "", `{"code":"1100"}`), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"unauthorized":       contract.Means(standin.Page(401), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"not found":          contract.Means(standin.Page(404), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"gone":               contract.Means(standin.Page(410), eid.ErrMisconfigured, eid.ErrMisconfigured, 0),
		"request too slow":   contract.Means(standin.Page(408), eid.ErrProvider, eid.ErrProviderUncertain, 0),
		"too many requests":  contract.Means(standin.Answer(429, "text/html", "7", "<h1>no</h1>"), eid.ErrProvider, eid.ErrProvider, 7*time.Second),
		"an internal error":  contract.Means(standin.Page(500), eid.ErrProvider, eid.ErrProviderUncertain, 0),
		"maintenance":        contract.Means(standin.Answer(503, "text/html", "30", "<h1>soon</h1>"), eid.ErrProvider, eid.ErrProvider, 30*time.Second),
		"half an answer":     contract.Means(standin.Answer(200, "application/json", "", `{"authRef":"a`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0),
		"another type":       contract.Means(standin.Answer(200, "application/json", "", `{"authRef":7}`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0),
		"two references":     contract.Means(standin.Answer(200, "application/json", "", `{"authRef":"a","AuthRef":"b","status":"STARTED"}`), eid.ErrProviderUncertain, eid.ErrProviderUncertain, 0),
	}, func(t *testing.T, timeout time.Duration) contract.Called {
		b := newBench(t)
		s, step := b.begun(t, appLogin)
		b.own.Timeout = timeout
		b.Provider = b.another(t, b.own) // whom no connection is open for
		return contract.Called{Provider: b.Provider, There: b.there.Server, Begin: initAuth, Advance: oneAuth, Session: s, Step: step}
	})
}

func TestAnOrderWithoutAReferenceIsUncertain(t *testing.T) {
	b := newBench(t)
	for name, ref := range map[string]any{"missing": nil, "empty": "", "spaces": "a b", "without end": strings.Repeat("a", 513)} {
		b.there.Spoil(func(answer map[string]any) { answer["authRef"] = ref })
		if step, err := b.Begin(t.Context(), b.Order(t, appLogin)); !errors.Is(err, eid.ErrProviderUncertain) || step.Challenge != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestSomebodyWithoutFrejaIsUnknown(t *testing.T) {
	b := newBench(t)
	s := b.Order(t, namedLogin)
	n, err := identity.ParsePerson(identity.SE, "201701102384", identity.Options{AsOf: time.Now()})
	if err != nil {
		t.Fatal("a number of the test is no good")
	}
	s.Order.Require.Person = n
	_, err = b.Begin(t.Context(), s)
	if !errors.Is(err, eid.ErrUnknownPerson) {
		t.Errorf("got %v", err)
	}
	contract.Silent(t, err, n.Reveal(), b64(n.Reveal()))
}

func TestCertificatesThatDoNotFit(t *testing.T) {
	stranger := standin.NewAuthority(t, "Somebody else")
	for name, c := range map[string]struct {
		change func(b *bench)
		want   *fault.Fault
	}{
		"of an authority that Freja does not know": {func(b *bench) { b.own.Certificate = stranger.Client(t, "us", time.Now().Add(time.Hour)) }, eid.ErrMisconfigured},
		"expired":                       {func(b *bench) { b.own.Certificate = b.there.Authority.Client(t, "us", time.Now().Add(-time.Hour)) }, eid.ErrMisconfigured},
		"of a server that is not Freja": {func(b *bench) { b.own.Roots = stranger.Pool() }, eid.ErrProvider},
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
			if b.there.Calls(initAuth) != 0 {
				t.Errorf("%s: the order arrived", name)
			}
		}
	}
}

func TestAThreadThatIsNotOursIsOurMistake(t *testing.T) {
	b := newBench(t)
	for _, thread := range []string{"", "{}", "[]", `{"ref":"a b","level":"PLUS"}`, `{"ref":"a","level":"NONE"}`} {
		_, err := b.Advance(t.Context(), []byte(thread), outbound.Nudge{})
		if cancelled := b.Cancel(t.Context(), []byte(thread)); !errors.Is(err, fault.ErrInternal) || !errors.Is(cancelled, fault.ErrInternal) {
			t.Errorf("%q: got %v and %v", thread, err, cancelled)
		}
	}
}
