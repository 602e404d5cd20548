package wiring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, file string, environ ...string) Config {
	t.Helper()
	path := ""
	if file != "" {
		path = write(t, file)
	}
	c, err := Load(path, environ)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// blamed gives the keys that a configuration is refused for, sorted.
func blamed(t *testing.T, file string, environ ...string) []string {
	t.Helper()
	path := ""
	if file != "" {
		path = write(t, file)
	}
	_, err := Load(path, environ)
	var list []string
	if m, ok := errors.AsType[Mistakes](err); ok {
		for _, mistake := range m {
			list = append(list, strings.TrimPrefix(mistake.Key, path))
		}
	} else if err != nil {
		t.Fatalf("refused with something else: %v", err)
	}
	slices.Sort(list)
	return list
}

func TestNothingAtAllIsDevelopment(t *testing.T) {
	c := load(t, "")
	if c.Mode != Development || c.Listen != "127.0.0.1:8080" || c.PublicURL != "http://127.0.0.1:8080" || c.Database.URL.Reveal() != "sqlite:.eidgate/eidgate.db" ||
		c.Keys.File != ".eidgate/keys.json" || !c.Migrate || c.Log.Format != "text" || !c.Identity.Synthetic || c.Accounts.BoundStart || !c.Providers.Simulator.Enabled {
		t.Errorf("got\n%s", c.Effective())
	}
	for _, e := range eid.EIDs() {
		if got := c.Routes.Of(e); !slices.Equal(got, []string{SimulatorName}) {
			t.Errorf("%s goes to %v", e, got)
		}
	}
}

var demanded = []string{"EIDGATE_MODE=production", "EIDGATE_DATABASE_URL=postgres://h/d", "EIDGATE_KEYS_FILE=k", "EIDGATE_PUBLIC_URL=https://eid.example/"}

func TestProductionHasNothingInvented(t *testing.T) {
	c := load(t, "", demanded...)
	if c.Migrate || c.Log.Format != "json" || c.Identity.Synthetic || c.Addresses.LoopbackHTTP || !c.Accounts.BoundStart || !c.Accounts.SSNRequired || c.Providers.Simulator.Enabled ||
		c.PublicURL != "https://eid.example" || len(c.Relaxed()) != 0 {
		t.Errorf("got\n%s", c.Effective())
	}
	for _, e := range eid.EIDs() {
		if len(c.Routes.Of(e)) != 0 {
			t.Errorf("%s has a route by itself", e)
		}
	}
}

func TestWhatProductionWidensIsNamed(t *testing.T) {
	c := load(t, "", append(slices.Clone(demanded), "EIDGATE_IDENTITY_SYNTHETIC=true", "EIDGATE_ADDRESSES_LOOPBACK_HTTP=true", "EIDGATE_ACCOUNTS_BOUND_START=false",
		"EIDGATE_ACCOUNTS_SSN_REQUIRED=false", "EIDGATE_PROVIDERS_SIMULATOR_ENABLED=true", "EIDGATE_PROVIDERS_SIMULATOR_ORGANIZATIONS=acme")...)
	want := []string{"accounts.bound_start", "accounts.ssn_required", "addresses.loopback_http", "identity.synthetic", "providers.simulator.enabled"}
	if !slices.Equal(c.Relaxed(), want) {
		t.Errorf("relaxed: %v", c.Relaxed())
	}
	if !strings.HasPrefix(c.Effective(), "# wider than production is by itself: accounts.bound_start\n") {
		t.Errorf("the printout does not begin with it:\n%s", c.Effective())
	}
}

func TestTheEnvironmentWinsOverTheFileAndTheFileOverTheDefaults(t *testing.T) {
	c := load(t, "http: {timeout: 3s, body_limit: 2MiB}\nhttp.drain: 1s\n", "EIDGATE_HTTP_TIMEOUT=4s")
	if c.HTTP.Timeout != 4*time.Second || c.HTTP.BodyLimit != 2<<20 || c.HTTP.Drain != time.Second || c.Limits.ClientRate != 2000 {
		t.Errorf("got %+v", c.HTTP)
	}
}

func TestAFileMayNestDotOrMixItsKeys(t *testing.T) {
	configured := "providers.criipto: {issuer: https://c.example, client_id: i, signing_key: s, encryption_key: e}\n"
	for _, file := range []string{
		"routes: {se.bankid: [criipto, simulator]}",
		"routes:\n  se:\n    bankid: [criipto, simulator]",
		"routes.se.bankid: [criipto, simulator]",
		"routes: {se.bankid: 'criipto, simulator'}",
	} {
		if got := load(t, configured+file).Routes.Of(eid.SEBankID); !slices.Equal(got, []string{"criipto", "simulator"}) {
			t.Errorf("%s gives %v", file, got)
		}
	}
	if got := load(t, configured, "EIDGATE_ROUTES_SE_BANKID=criipto,simulator").Routes.Of(eid.SEBankID); !slices.Equal(got, []string{"criipto", "simulator"}) {
		t.Errorf("the environment gives %v", got)
	}
}

func TestThePublicURLFollowsTheListenerUnlessItIsSet(t *testing.T) {
	if c := load(t, "listen: 127.0.0.1:9090"); c.PublicURL != "http://127.0.0.1:9090" || !c.derivedURL {
		t.Errorf("got %s", c.PublicURL)
	}
	if c := load(t, "listen: 127.0.0.1:9090\npublic_url: http://localhost:1"); c.PublicURL != "http://localhost:1" || c.derivedURL {
		t.Errorf("got %s", c.PublicURL)
	}
}

func TestThemesAreNamedByTheirOperatorInTheFileOrTheEnvironment(t *testing.T) {
	logo := write(t, "<svg xmlns='http://www.w3.org/2000/svg'/>")
	c := load(t, "themes: {acme: {colour: '#123456'}, north-bank: {logo: "+logo+"}}", "EIDGATE_THEMES_NORTH_BANK_COLOUR=#ffffff", "EIDGATE_THEMES_OTHER_BACKGROUND=#000000")
	want := Themes{"acme": {Colour: "#123456"}, "north-bank": {Logo: logo, Colour: "#ffffff"}, "other": {Background: "#000000"}}
	if !reflect.DeepEqual(c.Themes, want) {
		t.Errorf("got\n%s", c.Effective())
	}
}

func TestASecretMayBeKeptInAFile(t *testing.T) {
	secret := write(t, "s3cret\n")
	plain := "providers.criipto: {issuer: https://c.example, plain: {client_id: i, redirect_uri: https://r.example/, client_secret_file: " + secret + "}}"
	if got := load(t, plain).Providers.Criipto.Plain.ClientSecret.Reveal(); got != "s3cret" {
		t.Errorf("the file gives %q", got)
	}
	c := load(t, "providers.criipto: {issuer: https://c.example, plain: {client_id: i, redirect_uri: https://r.example/, client_secret: other}}",
		"EIDGATE_PROVIDERS_CRIIPTO_PLAIN_CLIENT_SECRET_FILE="+secret)
	if got := c.Providers.Criipto.Plain.ClientSecret.Reveal(); got != "s3cret" {
		t.Errorf("the environment does not win: %q", got)
	}
}

func TestEveryMistakeIsReportedAtOnceWithItsKey(t *testing.T) {
	got := blamed(t, "listen: 0.0.0.0:80\nhttp: {timeout: soon, nonsense: 1}\nbroker.url: nats://h\n", "EIDGATE_BROKER_PREFIX=A b", "EIDGATE_HTTP_TIMOUT=1s", "EIDGATE_LOG_FORMAT=xml")
	want := []string{"EIDGATE_HTTP_TIMOUT", "broker.prefix", "broker.url", "http.nonsense", "http.timeout", "listen", "log.format"}
	if !slices.Equal(got, want) {
		t.Errorf("blamed %v, want %v", got, want)
	}
}

func TestWhatIsRefused(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	criipto := "providers.criipto: {issuer: https://c.example, client_id: i, signing_key: s, encryption_key: e}\n"
	for name, c := range map[string]struct {
		file    string
		environ []string
		want    []string
	}{
		"an unknown mode":                         {"mode: staging", nil, []string{"mode"}},
		"an unknown group":                        {"metrics: {on: true}", nil, []string{"metrics"}},
		"an unknown theme key":                    {"themes: {acme: {font: x}}", nil, []string{"themes.acme.font"}},
		"a variable that only looks like a key":   {"", []string{"EIDGATE_DATABASE=x"}, []string{"EIDGATE_DATABASE"}},
		"a file variable of what is no secret":    {"", []string{"EIDGATE_LISTEN_FILE=x"}, []string{"EIDGATE_LISTEN_FILE"}},
		"a key given twice":                       {"listen: 127.0.0.1:1\nlisten: 127.0.0.1:2", nil, []string{"listen"}},
		"a key given nested and dotted":           {"http: {drain: 1s}\nhttp.drain: 2s", nil, []string{"http.drain"}},
		"a secret given twice in the file":        {"limits: {redis_url: redis://h, redis_url_file: x}", nil, []string{"limits.redis_url"}},
		"a secret given twice in the environment": {"", []string{"EIDGATE_LIMITS_REDIS_URL=redis://h", "EIDGATE_LIMITS_REDIS_URL_FILE=x"}, []string{"limits.redis_url"}},
		"a secret file that is not there":         {"limits.redis_url_file: " + missing, nil, []string{"limits.redis_url"}},
		"a list where one value goes":             {"listen: [127.0.0.1:1]", nil, []string{"listen"}},
		"a group where a value goes":              {"listen: {a: b}", nil, []string{"listen"}},
		"a value where a group goes":              {"http: 10s", nil, []string{"http"}},
		"a list as the whole file":                {"- a", nil, []string{""}},
		"two documents":                           {"listen: 127.0.0.1:1\n---\nlisten: 127.0.0.1:2", nil, []string{""}},
		"broken YAML":                             {"listen: [", nil, []string{""}},
		"an alias":                                {"listen: &a 127.0.0.1:1\nops: {listen: *a}", nil, []string{"ops.listen"}},
		"development on every address":            {"listen: ':8080'", nil, []string{"listen"}},
		"development's ops on every address":      {"ops.listen: 0.0.0.0:8081", nil, []string{"ops.listen"}},
		"one listener for both":                   {"ops.listen: 127.0.0.1:8080", nil, []string{"ops.listen"}},
		"a listener without a port":               {"listen: 127.0.0.1", nil, []string{"listen"}},
		"development in public":                   {"public_url: https://eid.example", nil, []string{"public_url"}},
		"a public URL with a path":                {"public_url: http://127.0.0.1/eid", nil, []string{"public_url"}},
		"production without what it needs":        {"mode: production", nil, []string{"database.url", "keys.file", "public_url"}},
		"what cannot be read is blamed once":      {"public_url: [https://a.example]", append(slices.Clone(demanded[:1]), "EIDGATE_DATABASE_URL_FILE="+missing, "EIDGATE_KEYS_FILE=k"), []string{"database.url", "public_url"}},
		"production without https":                {"", append(slices.Clone(demanded[:3]), "EIDGATE_PUBLIC_URL=http://eid.example"), []string{"public_url"}},
		"a simulator for all in production":       {"providers.simulator.enabled: true", demanded, []string{"providers.simulator.organizations"}},
		"another database":                        {"database.url: mysql://h/d", nil, []string{"database.url"}},
		"another broker":                          {"broker.url: nats://h", nil, []string{"broker.url"}},
		"another cache":                           {"limits.redis_url: memcached://h", nil, []string{"limits.redis_url"}},
		"a proxy that is no range":                {"http.trusted_proxies: [10.0.0.0/8, here]", nil, []string{"http.trusted_proxies"}},
		"a body limit without bound":              {"http.body_limit: 10000GiB", nil, []string{"http.body_limit"}},
		"a life of nothing":                       {"accounts.sso_code_life: 0s", nil, []string{"accounts.sso_code_life"}},
		"letters from nobody":                     {"mail.smtp_url: smtp://h", nil, []string{"mail.from"}},
		"a colour that is a script":               {"themes: {a: {colour: 'red;}'}}", nil, []string{"themes.a.colour"}},
		"a button that nobody can read":           {"themes: {a: {colour: '#7a7a7a'}}", nil, []string{"themes.a.colour"}},
		"a page that nobody can read":             {"themes: {a: {background: '#808080', colour: '#000000'}}", nil, []string{"themes.a.background"}},
		"a theme with a long name":                {"themes: {elevenchars: {colour: '#000000'}}", nil, []string{"themes.elevenchars"}},
		"a logo that is not there":                {"themes: {a: {logo: " + missing + "}}", nil, []string{"themes.a.logo"}},
		"a logo that is no picture":               {"themes: {a: {logo: config_test.go}}", nil, []string{"themes.a.logo"}},
		"half a provider":                         {"providers.criipto: {issuer: https://c.example, client_id: i}", nil, []string{"providers.criipto.encryption_key", "providers.criipto.signing_key"}},
		"half the plain variant":                  {criipto + "providers.criipto.plain.client_id: i", nil, []string{"providers.criipto.plain.client_secret", "providers.criipto.plain.redirect_uri"}},
		"a provider over http in public":          {"providers.criipto: {issuer: http://c.example, client_id: i, signing_key: s, encryption_key: e}", nil, []string{"providers.criipto.issuer"}},
		"a provider over http in production":      {"providers.criipto: {issuer: http://127.0.0.1:1, client_id: i, signing_key: s, encryption_key: e}", demanded, []string{"providers.criipto.issuer"}},
		"a route to nobody":                       {"routes.se.bankid: [nobody]", nil, []string{"routes.se.bankid"}},
		"a route to a provider without keys":      {"routes.se.bankid: [criipto]", nil, []string{"routes.se.bankid"}},
		"half of Signicat":                        {"providers.signicat: {base_url: https://s.example, token_url: https://s.example/t, client_id: i}", nil, []string{"providers.signicat.account_id", "providers.signicat.client_secret"}},
		"a token over http in public":             {"providers.signicat: {base_url: https://s.example, token_url: http://s.example/t, client_id: i, client_secret: s, account_id: a}", nil, []string{"providers.signicat.token_url"}},
		"a route to the same provider twice":      {"routes.se.bankid: [simulator, simulator]", nil, []string{"routes.se.bankid"}},
		"a route to a simulator that is off":      {"providers.simulator.enabled: false\nroutes.no.vipps: [simulator]", nil, []string{"routes.no.vipps"}},
		"an eID that does not exist":              {"routes.de.perso: [simulator]", nil, []string{"routes.de.perso"}},
		"a provider that outlasts its claims":     {"providers.bankid.timeout: 16s", nil, []string{"providers.bankid.timeout"}},
		"a breaker that never lets anybody try":   {"providers.freja.breaker.probes: 0", nil, []string{"providers.freja.breaker.probes"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := blamed(t, c.file, c.environ...); !slices.Equal(got, c.want) {
				t.Errorf("blamed %q, want %q", got, c.want)
			}
		})
	}
}

func TestProvidersMayBeConfiguredWithoutARoute(t *testing.T) {
	load(t, "providers: {idkollen: {base_url: http://127.0.0.1:1, account_id: a, secret_key: k}, bankid: {base_url: https://b.example, certificate: c, key: k, ca: a}}")
}

func TestThePlainVariantMayStandAlone(t *testing.T) {
	c := load(t, "providers.criipto: {issuer: https://c.example, plain: {client_id: i, client_secret: s, redirect_uri: https://r.example/}}")
	if c.Providers.Criipto.Configured() || !c.Providers.Criipto.Plain.Configured() {
		t.Errorf("got\n%s", c.Effective())
	}
}

func TestVariablesOfTestsAndOfOthersAreLeftAlone(t *testing.T) {
	path := write(t, "listen: 127.0.0.1:7070")
	c := load(t, "", "EIDGATE_TEST_POSTGRES_URL=x", "EIDGATE_CONFIG="+path, "PATH=/bin")
	if c.Listen != "127.0.0.1:7070" {
		t.Errorf("EIDGATE_CONFIG was not read: %s", c.Listen)
	}
}

const hidden = "hunter2"

// TestNothingPrintsASecret looks for secrets wherever a configuration might be printed from.
func TestNothingPrintsASecret(t *testing.T) {
	c := load(t, "providers: {idkollen: {base_url: https://i.example, account_id: a, secret_key: "+hidden+"}}",
		"EIDGATE_DATABASE_URL=postgres://"+hidden+":"+hidden+"@h/d?sslmode=disable&password="+hidden, "EIDGATE_LIMITS_REDIS_URL=redis://:"+hidden+"@h:1/0",
		"EIDGATE_OTLP_ENDPOINT=https://"+hidden+"@o.example/v1")
	nested := struct {
		Config   Config
		unseen   Config
		Secret   Secret
		pointer  *Secret
		unseenDB PrivateURL
	}{c, c, c.Providers.IDkollen.SecretKey, &c.Providers.IDkollen.SecretKey, c.Database.URL}
	for _, value := range []any{c, &c, nested, &nested, c.Providers.IDkollen.SecretKey, c.Database.URL, []Secret{c.Providers.IDkollen.SecretKey}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%p", "%w"} {
			refuse(t, verb, fmt.Sprintf(verb, value))
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("m", "c", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "c", value)
		refuse(t, "slog", log.String())
		encoded, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		refuse(t, "JSON", string(encoded))
	}
	refuse(t, "the printout", c.Effective())
	for _, want := range []string{"database.url: postgres://[masked]@h/d?sslmode=disable&password=[masked]", "[masked]@h:1/0", "providers.idkollen.secret_key: '[masked]'"} {
		if !strings.Contains(c.Effective(), want) {
			t.Errorf("the printout lacks %s:\n%s", want, c.Effective())
		}
	}
}

func TestNoMistakeQuotesAValue(t *testing.T) {
	for key, variable := range map[string]string{"database.url": "EIDGATE_DATABASE_URL", "http.timeout": "EIDGATE_HTTP_TIMEOUT", "public_url": "EIDGATE_PUBLIC_URL",
		"limits.redis_url": "EIDGATE_LIMITS_REDIS_URL", "log.format": "EIDGATE_LOG_FORMAT", "mode": "EIDGATE_MODE"} {
		_, err := Load("", []string{variable + "=" + hidden})
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s took it: %v", key, err)
			continue
		}
		refuse(t, "a mistake", err.Error())
	}
	_, err := Load("", []string{"EIDGATE_DATABASE_URL_FILE=/" + hidden})
	refuse(t, "a mistake", fmt.Sprint(err))
	_, err = Load(write(t, "listen: a\n "+hidden+": [\n"), nil)
	refuse(t, "broken YAML", fmt.Sprint(err))
}

func refuse(t *testing.T, where, text string) {
	t.Helper()
	if strings.Contains(text, hidden) || strings.Contains(text, fmt.Sprintf("%x", hidden)) || strings.Contains(text, fmt.Sprintf("%X", hidden)) {
		t.Errorf("%s shows a secret: %s", where, text)
	}
}

func TestThePrintoutLoadsAgain(t *testing.T) {
	c := load(t, "", "EIDGATE_HTTP_TRUSTED_PROXIES=10.1.2.3/8,::1", "EIDGATE_THEMES_A_COLOUR=#ffffff", "EIDGATE_ROUTES_FI_FTN=")
	again := load(t, c.Effective())
	again.derivedURL = c.derivedURL
	if !reflect.DeepEqual(c, again) {
		t.Errorf("before\n%safter\n%s", c.Effective(), again.Effective())
	}
	if again.HTTP.TrustedProxies[0].String() != "10.0.0.0/8" || again.HTTP.TrustedProxies[1].String() != "::1/128" || len(again.Routes.FIFTN) != 0 {
		t.Errorf("got\n%s", c.Effective())
	}
}

func FuzzAnyFileIsReadOrRefused(f *testing.F) {
	f.Add("listen: 127.0.0.1:1")
	f.Add("a: {b: *c}")
	f.Add("- ? {}")
	f.Fuzz(func(_ *testing.T, text string) {
		var m Mistakes
		merge(readYAML("file", []byte(text), &m), layer{}, &m)
	})
}
