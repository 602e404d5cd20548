package wiring

import (
	"net"
	"net/netip"
	"path/filepath"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// SimulatorName is the simulator's name in routes.
const SimulatorName = "simulator"

// defaults is the configuration of a mode to which nobody has said anything. What depends on other keys is left
// for derive.
func defaults(mode Mode) Config {
	development := mode != Production
	patience := Patience{Timeout: 3 * time.Second, Breaker: Breaker{Failures: 5, Open: 10 * time.Second, Probes: 1}}
	c := Config{
		Mode:    Development,
		Listen:  "127.0.0.1:8080",
		Ops:     Ops{Listen: "127.0.0.1:8081"},
		DataDir: ".eidgate",
		Broker:  Broker{URL: NewPrivateURL("memory:"), Prefix: "eidgate"},
		Limits:  Limits{ClientRate: 2000, Watchers: 10_000},
		HTTP:    HTTP{BodyLimit: 1 << 20, Timeout: 10 * time.Second, Drain: 5 * time.Second},
		Accounts: Accounts{
			SSNRequired: !development, BoundStart: !development,
			AppTokenLife: time.Hour, CRMTokenLife: time.Hour, CRMTokenLongLife: 720 * time.Hour, SSOCodeLife: time.Minute,
		},
		Identity:  Identity{Synthetic: development},
		Addresses: AddressRules{LoopbackHTTP: development},
		Log:       Log{Format: "json"},
		Providers: Providers{
			Criipto: Criipto{Patience: patience}, IDkollen: IDkollen{Patience: patience}, Signicat: Signicat{Patience: patience},
			BankID: BankID{MutualTLS: MutualTLS{Patience: patience}}, Freja: Freja{MutualTLS: MutualTLS{Patience: patience}},
			Simulator: Simulator{Enabled: development, Patience: patience},
		},
		Retention: Retention{Results: 24 * time.Hour, Evidence: 2160 * time.Hour},
		Themes:    Themes{},
	}
	if development {
		c.Log.Format = "text"
	}
	return c
}

// derive fills in what follows from other keys and was not set.
func (c *Config) derive(set layer) {
	given := func(name string) bool { _, ok := set[name]; return ok }
	development := c.Mode != Production
	if c.PublicURL == "" && development {
		c.PublicURL, c.derivedURL = publicURL(c.Listen), true
	}
	c.PublicURL = trimSlash(c.PublicURL)
	if c.Database.URL.IsZero() && development {
		c.Database.URL = NewPrivateURL("sqlite:" + filepath.Join(c.DataDir, "eidgate.db"))
	}
	if c.Keys.File == "" && development {
		c.Keys.File = filepath.Join(c.DataDir, "keys.json")
	}
	if !given("migrate") {
		c.Migrate = c.Database.URL.Scheme() == "sqlite"
	}
	for _, e := range eid.EIDs() {
		if development && c.Providers.Simulator.Enabled && !given("routes."+string(e)) {
			*c.Routes.list(e) = []string{SimulatorName}
		}
	}
}

// publicURL is the base of our links when we are reached directly at the address that we listen on.
func publicURL(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://127.0.0.1:8080"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// Relaxed lists the keys that a production process has set wider than production does by itself. It is empty in
// development.
func (c Config) Relaxed() []string {
	if c.Mode != Production {
		return nil
	}
	var list []string
	for _, relaxed := range []struct {
		key  string
		wide bool
	}{
		{"accounts.bound_start", !c.Accounts.BoundStart},
		{"accounts.ssn_required", !c.Accounts.SSNRequired},
		{"addresses.loopback_http", c.Addresses.LoopbackHTTP},
		{"identity.synthetic", c.Identity.Synthetic},
		{"providers.simulator.enabled", c.Providers.Simulator.Enabled},
	} {
		if relaxed.wide {
			list = append(list, relaxed.key)
		}
	}
	return list
}

// loopbackHost holds for names and addresses that never leave the machine.
func loopbackHost(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}
