package failover

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/fx"

	"github.com/eidgate/eidgate/app/session"
	"github.com/eidgate/eidgate/cmd/wiring"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
	"github.com/eidgate/eidgate/test/standin/bankid"
	"github.com/eidgate/eidgate/test/standin/idkollen"
)

// The providers' own names for a login with Swedish BankID.
const (
	bankAuth   = bankid.Base + "/auth"
	kollenAuth = "POST /v3/bankid-se/auth"
)

// patience is how long a provider may take. It is far more than one in good health needs on a machine with a load.
const patience = 2 * time.Second

// publicURL is where the gateway says that it is. Browsers are not part of these stories.
const publicURL = "http://127.0.0.1:1"

// clock is the gateway's and the providers' time, which moves when a story says so. So as not to fall behind the deadlines
// that connections are given by it, it also follows the real one, by leaps. Breakers and time-outs go by the real one.
type clock struct {
	began time.Time
	ahead atomic.Int64
}

// leap is less than any connection is given, and more than most stories take.
const leap = 25 * time.Second

func newClock() *clock { return &clock{began: time.Now().Truncate(time.Microsecond)} }

func (c *clock) Now() time.Time {
	return c.began.Add(time.Since(c.began).Truncate(leap) + time.Duration(c.ahead.Load())).UTC()
}

func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// world is a gateway with two providers on lines that can be spoilt, and the simulator in the same process.
type world struct {
	clock            *clock
	bank             *bankid.Service // over TLS, with certificates on both sides
	kollen           *idkollen.Service
	toBank, toKollen *line

	url    string
	visits inbound.Visits
	work   outbound.UnitOfWork
	sweeps *session.Sweeper
	http   *http.Client
}

// open starts a gateway. The settings say which routes there are; those of breakers and times may be overridden.
func open(t *testing.T, settings ...string) *world {
	t.Helper()
	return openTo(t, &world{}, settings...)
}

// openTo is open with providers that the test has made.
func openTo(t *testing.T, w *world, settings ...string) *world {
	t.Helper()
	w.clock = newClock()
	if w.bank == nil {
		w.bank = bankid.New(t, bankid.Config{Now: w.clock.Now})
	}
	w.kollen = idkollen.New(t, idkollen.Config{Now: w.clock.Now, Allowed: []string{"127.0.0.1:1"}})
	w.toBank = newLine(t, strings.TrimPrefix(w.bank.URL, "https://"))
	w.toKollen = newLine(t, strings.TrimPrefix(w.kollen.BaseURL, "http://"))
	folder := t.TempDir()
	w.bank.Authority.PEM(t, folder, w.bank.RelyingParty(t))
	environ := []string{
		"EIDGATE_DATA_DIR=" + folder, "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN=127.0.0.1:0", "EIDGATE_HTTP_DRAIN=1ms", "EIDGATE_HTTP_TIMEOUT=30s",
		"EIDGATE_PUBLIC_URL=" + publicURL,
		"EIDGATE_PROVIDERS_BANKID_BASE_URL=https://" + w.toBank.address() + bankid.Base,
		"EIDGATE_PROVIDERS_BANKID_CERTIFICATE=" + filepath.Join(folder, "certificate.pem"),
		"EIDGATE_PROVIDERS_BANKID_KEY=" + filepath.Join(folder, "key.pem"), "EIDGATE_PROVIDERS_BANKID_CA=" + filepath.Join(folder, "ca.pem"),
		"EIDGATE_PROVIDERS_IDKOLLEN_BASE_URL=http://" + w.toKollen.address(),
		"EIDGATE_PROVIDERS_IDKOLLEN_ACCOUNT_ID=" + idkollen.Account, "EIDGATE_PROVIDERS_IDKOLLEN_SECRET_KEY=" + idkollen.Secret,
	}
	for _, provider := range []string{"BANKID", "IDKOLLEN", "SIMULATOR"} {
		prefix := "EIDGATE_PROVIDERS_" + provider
		environ = append(environ, prefix+"_TIMEOUT="+patience.String(), prefix+"_BREAKER_FAILURES=3", prefix+"_BREAKER_OPEN=10m")
	}
	settings = strings.Split(strings.Join(settings, ";"), ";")
	for _, own := range settings {
		key, _, _ := strings.Cut(own, "=")
		environ = slices.DeleteFunc(environ, func(s string) bool { return strings.HasPrefix(s, key+"=") })
	}
	config, err := wiring.Load("", append(environ, settings...))
	if err != nil {
		t.Fatal(err)
	}
	running, err := wiring.Start(t.Context(), config, slog.New(slog.DiscardHandler),
		fx.Decorate(func(outbound.Clock) outbound.Clock { return w.clock }), fx.Populate(&w.visits, &w.work, &w.sweeps))
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		w.toBank.cut()
		w.toKollen.cut()
		if err := running.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Errorf("stopping: %v", err)
		}
	})
	w.url = "http://" + running.Config.Listen
	w.http = &http.Client{Transport: transport, Timeout: 30 * time.Second}
	return w
}

// Routes that begin with one provider or the other.
const (
	bankFirst   = "EIDGATE_ROUTES_SE_BANKID=bankid,idkollen,simulator"
	kollenFirst = "EIDGATE_ROUTES_SE_BANKID=idkollen,bankid,simulator"
)

// asked is how often each provider was asked for a login with Swedish BankID, whatever became of it.
func (w *world) asked() (bank, kollen int) { return w.bank.Calls(bankAuth), w.kollen.Calls(kollenAuth) }
