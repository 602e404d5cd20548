package failover

import (
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/test/standin"
)

// tolerant opens no breaker in any story's time.
const tolerant = "EIDGATE_PROVIDERS_BANKID_BREAKER_FAILURES=1000;EIDGATE_PROVIDERS_IDKOLLEN_BREAKER_FAILURES=1000"

func TestAHealthyFirstProviderIsUsed(t *testing.T) {
	w := open(t, bankFirst)
	for n := range 3 {
		if a := w.start(t, swedish).good(t); a.simulated || a.AutoStartToken == "" {
			t.Errorf("%s, simulated %v", a, a.simulated)
		}
		w.wasAsked(t, n+1, 0)
	}
}

func TestAnErrorOfTheProvidersGoesOn(t *testing.T) {
	w := open(t, bankFirst, tolerant)
	n := 0
	for name, mishap := range map[string]standin.Mishap{
		"408": standin.Page(408), "500": standin.Answer(500, "application/json", "", `{"errorCode":"internalError"}`), "502": standin.Page(502),
		"503": standin.Page(503), "503 for a while": standin.Answer(503, "text/html", "30", "<h1>soon</h1>"), "504": standin.Page(504),
		"429": standin.Answer(429, "application/json", "7", "{}"),
	} {
		w.bank.Misbehave(bankAuth, mishap)
		a := w.start(t, swedish).good(t)
		if n++; a.simulated {
			t.Errorf("%s: it went on too far", name)
		}
		w.wasAsked(t, n, n)
	}
}

func TestWhereNobodyIsThereIsNoWaiting(t *testing.T) {
	const long = 7 * time.Second // what waits, waits for so long
	w := open(t, bankFirst, "EIDGATE_PROVIDERS_BANKID_TIMEOUT="+long.String())
	w.toBank.cut()
	for n := range 5 { // before and after the breaker has opened
		if a := w.start(t, swedish).good(t); a.simulated || a.took >= long {
			t.Errorf("after %s", a.took)
		}
		w.wasAsked(t, 0, n+1)
	}
	w.toKollen.cut()
	if a := w.start(t, swedish).good(t); !a.simulated {
		t.Error("the third was not asked")
	}
}

func TestACertificateThatIsNotTheProvidersGoesOn(t *testing.T) {
	t.Parallel()
	w := open(t, bankFirst)
	stranger := newLine(t, w.toKollen.proxy.Upstream) // no TLS at all
	w.toBank.proxy.Stop()
	w.toBank.proxy.Upstream = stranger.address()
	w.toBank.mend(t)
	w.start(t, swedish).good(t)
	w.wasAsked(t, 0, 1)

	other := open(t, bankFirst)
	w.toBank.proxy.Stop()
	w.toBank.proxy.Upstream = strings.TrimPrefix(other.bank.URL, "https://")
	w.toBank.mend(t)
	w.start(t, swedish).good(t)
	w.wasAsked(t, 0, 2)
	if b, _ := other.asked(); b != 0 {
		t.Error("a stranger got the order")
	}
}

func TestWhoIsNotConnectedInTimeHasNotBeenAsked(t *testing.T) {
	t.Parallel()
	w := open(t, bankFirst)
	w.toBank.swallow(t) // the connection is taken, and the handshake never ends
	if a := w.start(t, swedish).good(t); a.took > patience+10*time.Second {
		t.Errorf("it took %s", a.took)
	}
	w.wasAsked(t, 0, 1)
}
