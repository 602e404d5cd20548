package binary_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/test/postgres"
)

// produce prepares an installation in production mode, with keys.
func produce(t *testing.T, database string) *gateway {
	t.Helper()
	g := install(t, database)
	if database == "" {
		g.environ = append(g.environ, "EIDGATE_DATABASE_URL="+g.database)
	}
	g.environ = append(g.environ, "EIDGATE_MODE=production", "EIDGATE_PUBLIC_URL=https://login.example.com", "EIDGATE_KEYS_FILE="+g.keys())
	must(t, g.environ, "keys", "add")
	return g
}

func (g *gateway) keys() string { return filepath.Join(g.data, "keys.json") }

// without is an environment without a variable.
func without(environ []string, names ...string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(names, name)
	})
}

func TestProductionStartsWithNothingLeftToChance(t *testing.T) {
	t.Parallel()
	g := produce(t, "")
	g.start(t)
	g.stop(t)

	said := refused(t, without(g.environ, "EIDGATE_DATABASE_URL", "EIDGATE_KEYS_FILE", "EIDGATE_PUBLIC_URL"))
	for _, key := range []string{"database.url", "keys.file", "public_url"} {
		if !strings.Contains(said, key) {
			t.Errorf("nothing is said of %s: %s", key, said)
		}
	}
	if err := os.Chmod(g.keys(), 0o644); err != nil {
		t.Fatal(err)
	}
	if said := refused(t, g.environ); !strings.Contains(said, "keys.file") {
		t.Errorf("of a keyring that all may read it says %s", said)
	}
	if err := os.Remove(g.keys()); err != nil {
		t.Fatal(err)
	}
	if said := refused(t, g.environ); !strings.Contains(said, "keys.file") || !strings.Contains(said, "keys add") && !strings.Contains(said, "no such file") {
		t.Errorf("without a keyring it says %s", said)
	}
	if _, err := os.Stat(g.keys()); err == nil {
		t.Error("it made keys by itself")
	}
}

func TestProductionRefusesADatabaseThatHoldsTheDemoUntilItIsGone(t *testing.T) {
	storages(t, func(t *testing.T, g *gateway) {
		g.start(t)
		g.stop(t)
		g.environ = append(g.environ, "EIDGATE_MODE=production", "EIDGATE_PUBLIC_URL=https://login.example.com",
			"EIDGATE_KEYS_FILE="+g.keys(), "EIDGATE_DATABASE_URL="+g.database)
		said := refused(t, g.environ)
		const remedy = "eidgate organization delete demo"
		if !strings.Contains(said, remedy) {
			t.Fatalf("it says %s", said)
		}
		must(t, g.environ, words(remedy)[1:]...)
		g.start(t)
		for _, secret := range []object{
			{"client_id": "demo-sso", "client_secret": "demo-sso-secret", "email": "anna.andersson@example.com"},
		} {
			if a := g.ask(http.MethodPost, "/api/v1/sso/token", "", secret); a.status != http.StatusUnauthorized {
				t.Errorf("a demo secret is answered with %v", a)
			}
		}
		if a := g.ask(http.MethodGet, "/simulator/people", "", nil); a.status != http.StatusNotFound {
			t.Errorf("the simulator answers %v", a)
		}
	})
}

func TestDevelopmentStaysOnThisMachine(t *testing.T) {
	t.Parallel()
	for _, listen := range []string{"EIDGATE_LISTEN=0.0.0.0:0", "EIDGATE_OPS_LISTEN=[::]:0", "EIDGATE_PUBLIC_URL=http://eidgate.example"} {
		name, _, _ := strings.Cut(listen, "=")
		if said := refused(t, install(t, "", listen).environ); !strings.Contains(said, "loopback") {
			t.Errorf("%s: it says %s", name, said)
		}
	}
	g := install(t, "")
	g.start(t)
	for _, foreign := range []http.Header{
		{"Host": {"eidgate.example"}}, {"Host": {"127.0.0.1.eidgate.example"}}, {"X-Forwarded-For": {"192.0.2.1"}},
		{"X-Forwarded-Host": {"localhost"}}, {"Forwarded": {"for=192.0.2.1"}},
	} {
		for _, path := range []string{"/api/v1/account", "/simulator/people", "/docs", "/no/such/path"} {
			request, err := http.NewRequest(http.MethodGet, g.base+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header = foreign.Clone()
			request.Host = foreign.Get("Host")
			if a := send(quick, request); a.status != http.StatusForbidden {
				t.Errorf("%s with %v is answered with %v", path, foreign, a)
			}
		}
	}
}

func TestEveryMistakeIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	g := install(t, "", "EIDGATE_MIGRAET=true", "EIDGATE_HTTP_DRAIN=soon", "EIDGATE_LIMITS_CLIENT_RATE=0")
	file := filepath.Join(t.TempDir(), "eidgate.yaml")
	if err := os.WriteFile(file, []byte("broker:\n  uri: elsewhere\nlog:\n  format: xml\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"serve", "config", "keys status", "migrate up"} {
		said := refused(t, g.environ, append([]string{"--config", file}, words(command)...)...)
		for _, key := range []string{"EIDGATE_MIGRAET", "http.drain", "limits.client_rate", "broker.uri", "log.format"} {
			if !strings.Contains(said, key) && !strings.Contains(said, "EIDGATE_"+strings.ToUpper(strings.ReplaceAll(key, ".", "_"))) {
				t.Errorf("eidgate %s says nothing of %s: %s", command, key, said)
			}
		}
	}
}

func TestTheConfigurationIsShownWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	secrets := []string{"hunter2", "correct-horse", "battery-staple", "smtp-pass"}
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("redis://:"+secrets[2]+"@redis.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shown := must(t, []string{
		"EIDGATE_DATABASE_URL=postgres://eidgate:" + secrets[0] + "@db.example/eidgate", "EIDGATE_LIMITS_REDIS_URL_FILE=" + file,
		"EIDGATE_OTLP_ENDPOINT=https://u:" + secrets[1] + "@otlp.example", "EIDGATE_MAIL_SMTP_URL=smtp://mail:" + secrets[3] + "@mail.example", "EIDGATE_MAIL_FROM=a@example.com",
	}, "config")
	for _, secret := range secrets {
		if strings.Contains(shown, secret) {
			t.Errorf("it shows %s", secret)
		}
	}
	for _, plain := range []string{"db.example/eidgate", "redis.example", "mail.example", "otlp.example"} {
		if !strings.Contains(shown, plain) {
			t.Errorf("it does not show %s: %s", plain, shown)
		}
	}
}

func TestAnUnknownCommandEndsWithTwo(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"nonsense", "serve --port 1", "organization create", "keys activate", "client create --kind sso"} {
		if status, _, failure := run(t, nil, "", words(line)...); status != 2 || failure == "" {
			t.Errorf("eidgate %s ended with %d and said %q", line, status, failure)
		}
	}
	if status, out, _ := run(t, nil, "", "version"); status != 0 || !strings.HasPrefix(out, "eidgate ") {
		t.Errorf("eidgate version ended with %d and said %q", status, out)
	}
}

func TestPostgreSQLIsMigratedByCommandOnly(t *testing.T) {
	t.Run("in production", func(t *testing.T) {
		t.Parallel()
		migratedByCommand(t, produce(t, postgres.URL(t)))
	})
	t.Run("in development", func(t *testing.T) {
		t.Parallel()
		g := install(t, postgres.URL(t))
		migratedByCommand(t, g)
		if _, a := g.signIn("anna.andersson@example.com"); !a.ok() {
			t.Errorf("the demo is not there: %v", a)
		}
	})
}

func migratedByCommand(t *testing.T, g *gateway) {
	t.Helper()
	g.begin(t)
	var page string
	eventually(t, patience, "not ready, because the schema is older", func() bool {
		var status int
		status, page = g.look("/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(page, `"schema":"schema_older"`)
	})
	if g.health("/livez") != http.StatusOK {
		t.Error("it does not live")
	}
	if a := g.ask(http.MethodPost, "/api/v1/crm/auth/login", "", object{"username": "crm@demo.example", "password": "x"}); a.status < 500 || strings.Contains(a.String(), "relation") {
		t.Errorf("without a schema a request is answered with %v", a)
	}
	ends := make(chan string, 4)
	for range cap(ends) { // several at once wait for each other
		go func() {
			status, _, failure := run(t, g.environ, "", "migrate", "up")
			if status == 0 {
				failure = ""
			}
			ends <- failure
		}()
	}
	for range cap(ends) {
		if failure := <-ends; failure != "" {
			t.Errorf("eidgate migrate up said %s", failure)
		}
	}
	g.awaitReady(t)
}
