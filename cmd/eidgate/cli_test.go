package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eidgate/eidgate/cmd/wiring"
)

// shell runs commands on one data directory.
type shell struct {
	t       *testing.T
	environ []string
	in      string
	served  []wiring.Config
}

func newShell(t *testing.T, environ ...string) *shell {
	return &shell{t: t, environ: append([]string{"EIDGATE_DATA_DIR=" + filepath.Join(t.TempDir(), "data")}, environ...)}
}

// try gives the exit status and what was printed.
func (s *shell) try(arguments ...string) (status int, out, failure string) {
	s.t.Helper()
	var o, e bytes.Buffer
	status = run(s.t.Context(), arguments, surroundings{
		in: strings.NewReader(s.in), out: &o, err: &e, environ: s.environ,
		serve: func(_ context.Context, c wiring.Config, _ io.Writer) error {
			s.served = append(s.served, c)
			return nil
		},
	})
	return status, o.String(), e.String()
}

// must wants status 0 and gives what was printed.
func (s *shell) must(arguments ...string) string {
	s.t.Helper()
	status, out, failure := s.try(arguments...)
	if status != statusDone {
		s.t.Fatalf("eidgate %s ended with %d: %s", strings.Join(arguments, " "), status, failure)
	}
	return out
}

// refused wants status 1 and one line that holds the given words.
func (s *shell) refused(words string, arguments ...string) {
	s.t.Helper()
	status, out, failure := s.try(arguments...)
	if status != statusFailed || out != "" || strings.Count(failure, "\n") != 1 || !strings.HasPrefix(failure, "eidgate: ") || !strings.Contains(failure, words) {
		s.t.Errorf("eidgate %s ended with %d, printed %q and said %q", strings.Join(arguments, " "), status, out, failure)
	}
}

func TestWithoutACommandItServes(t *testing.T) {
	s := newShell(t, "EIDGATE_LISTEN=127.0.0.1:7777")
	s.must()
	s.must("serve")
	if len(s.served) != 2 || s.served[0].Listen != "127.0.0.1:7777" {
		t.Errorf("served %v", s.served)
	}
}

func TestAConfigurationThatIsWrongIsOneLineWithEveryKey(t *testing.T) {
	s := newShell(t, "EIDGATE_LISTEN=everywhere", "EIDGATE_LISTEM=x")
	for _, command := range []string{"serve", "config", "organization list", "keys status", "migrate up"} {
		s.refused("EIDGATE_LISTEM", strings.Fields(command)...)
		s.refused("listen is no address", strings.Fields(command)...)
	}
}

func TestAWrongCommandLineEndsWithTwoAndHelpWithNought(t *testing.T) {
	s := newShell(t)
	for _, line := range []string{"nonsense", "organization", "organization create", "client create --organization a --kind b", "keys activate", "serve --port 1", "blocklist add"} {
		if status, _, failure := s.try(strings.Fields(line)...); status != statusUsage || failure == "" {
			t.Errorf("eidgate %s ended with %d and said %q", line, status, failure)
		}
	}
	if out := s.must("--help"); !strings.Contains(out, "organization") {
		t.Errorf("the help is %q", out)
	}
	if out := s.must("version"); !strings.HasPrefix(out, "eidgate ") {
		t.Errorf("the version is %q", out)
	}
}

func TestTheConfigurationIsPrintedWithoutSecrets(t *testing.T) {
	out := newShell(t, "EIDGATE_LIMITS_REDIS_URL=redis://u:hunter2@h").must("config")
	if !strings.Contains(out, "limits.redis_url: redis://[masked]@h\n") || strings.Contains(out, "hunter2") {
		t.Errorf("got %s", out)
	}
}

func TestAFirstClientIsMadeBeforeAnyServerRuns(t *testing.T) {
	s := newShell(t)
	var made struct{ Domain, ID string }
	if err := json.Unmarshal([]byte(s.must("organization", "create", "--name", "Acme Försäkring", "--host", "login.acme.example")), &made); err != nil || made.Domain != "acme-forsakring" || made.ID == "" {
		t.Fatalf("made %+v: %v", made, err)
	}
	var client struct{ ID, Identifier, Secret string }
	text := s.must("client", "create", "--organization", made.Domain, "--kind", "sso", "--name", "Portal", "--redirect-url", "https://acme.example/back", "--redirect-url", "http://127.0.0.1:1/a,b", "--json")
	if err := json.Unmarshal([]byte(text), &client); err != nil || !regexp.MustCompile(`^[A-Za-z0-9]{40}$`).MatchString(client.Secret) || client.ID == "" || client.Identifier == "" {
		t.Fatalf("made %s: %v", text, err)
	}
	list := s.must("client", "list")
	if !strings.Contains(list, client.ID) || !strings.Contains(list, "acme-forsakring") || !strings.Contains(list, "active") || strings.Contains(list, client.Secret) {
		t.Errorf("listed %s", list)
	}
	var signed struct {
		CallbackKey string `json:"callback_key"`
	}
	text = s.must("client", "create", "--organization", made.Domain, "--kind", "eid", "--callback-key", "--default-callback-url", "https://acme.example/news", "--json")
	if err := json.Unmarshal([]byte(text), &signed); err != nil || !regexp.MustCompile(`^[A-Za-z0-9]{43}$`).MatchString(signed.CallbackKey) {
		t.Fatalf("no callback key was made: %v", err)
	}
	if kept := everything(t, s); strings.Contains(kept, client.Secret) || strings.Contains(kept, signed.CallbackKey) {
		t.Error("a secret is in the data directory")
	}
	if out := s.must("client", "create", "--organization", made.Domain, "--kind", "eid", "--callback-key"); !regexp.MustCompile(`(?m)^callback_key  [A-Za-z0-9]{43}$`).MatchString(out) {
		t.Error("no callback key was printed")
	}
	s.must("client", "revoke", client.ID)
	s.must("client", "revoke", client.ID)
	if list := s.must("client", "list"); !strings.Contains(list, "revoked 20") {
		t.Errorf("listed %s", list)
	}
	s.refused("no such client", "client", "revoke", "nobody")
	s.refused("no such organization", "client", "create", "--organization", "nobody", "--kind", "sso")
	s.refused("address", "client", "create", "--organization", made.Domain, "--kind", "sso", "--redirect-url", "http://acme.example/")
}

func TestAPlainAddressOnLoopbackIsForDevelopmentOnly(t *testing.T) {
	s := newShell(t, "EIDGATE_ADDRESSES_LOOPBACK_HTTP=false")
	s.must("organization", "create", "--name", "Acme")
	s.refused("address", "client", "create", "--organization", "acme", "--kind", "sso", "--redirect-url", "http://127.0.0.1:1/")
	s.refused("address", "client", "create", "--organization", "acme", "--kind", "session", "--redirect-url", "http://127.0.0.1:1/")
}

func TestASandboxSendsPeopleOfASessionClientBackToTheOwnMachine(t *testing.T) {
	s := newShell(t, "EIDGATE_ADDRESSES_LOOPBACK_HTTP=false")
	s.must("organization", "create", "--name", "Acme")
	sandbox := func(more ...string) []string {
		return append([]string{"client", "create", "--organization", "acme", "--kind", "session", "--environment", "sandbox", "--json"}, more...)
	}
	var client struct{ Identifier, Secret string }
	text := s.must(sandbox("--redirect-url", "http://localhost:3000/done", "--redirect-url", "https://acme.example", "--default-callback-url", "https://acme.example/news")...)
	if err := json.Unmarshal([]byte(text), &client); err != nil || client.Identifier == "" || client.Secret == "" {
		t.Fatalf("no client was made: %v", err)
	}
	if list := s.must("client", "list"); !regexp.MustCompile(`acme +sandbox +session +` + client.Identifier).MatchString(list) {
		t.Errorf("listed %s", list)
	}
	s.refused("address", sandbox("--redirect-url", "http://acme.example/")...)
	s.refused("address", sandbox("--callback-url", "http://localhost:3000/news")...)
	s.refused("address", "client", "create", "--organization", "acme", "--kind", "eid", "--environment", "sandbox", "--redirect-url", "http://localhost:3000/done")
}

func TestTwoClientsOfAKindCannotShareAnIdentifier(t *testing.T) {
	s := newShell(t)
	s.must("organization", "create", "--name", "Acme")
	s.must("client", "create", "--organization", "acme", "--kind", "crm", "--identifier", "crm@acme.example")
	s.refused("identifier", "client", "create", "--organization", "acme", "--kind", "crm", "--identifier", "crm@acme.example")
	s.must("client", "create", "--organization", "acme", "--kind", "sso", "--identifier", "crm@acme.example")
}

func TestANamesakeGetsADomainOfItsOwn(t *testing.T) {
	s := newShell(t)
	s.must("organization", "create", "--name", "Acme")
	if out := s.must("organization", "create", "--name", "ACME"); !regexp.MustCompile(`^\{"domain":"acme-[a-z0-9]{4}","id":"[0-9a-f-]+"\}\n$`).MatchString(out) {
		t.Errorf("made %s", out)
	}
	s.must("organization", "delete", "acme")
	if list := s.must("organization", "list"); strings.Contains(list, "acme ") || !strings.Contains(list, "acme-") {
		t.Errorf("listed %s", list)
	}
	s.refused("no such organization", "organization", "delete", "acme")
}

func TestPlansAreNumberedFromOneInEachOrganization(t *testing.T) {
	s := newShell(t)
	s.must("organization", "create", "--name", "Acme")
	s.must("organization", "create", "--name", "Other")
	var numbers []string
	for _, line := range []string{"--organization acme --name Basic", "--organization acme --name Plus --monitoring", "--organization other --name Basic"} {
		numbers = append(numbers, s.must(append([]string{"plan", "create"}, strings.Fields(line)...)...))
	}
	if !slices.Equal(numbers, []string{"1\n", "2\n", "1\n"}) {
		t.Errorf("numbered %q", numbers)
	}
	if list := s.must("plan", "list"); strings.Count(list, "true") != 1 || strings.Count(list, "Basic") != 2 {
		t.Errorf("listed %s", list)
	}
}

func TestABlockedNumberIsKeptAsAFingerprintOnly(t *testing.T) {
	s := newShell(t)
	s.in = "SE 19680202-0575\n\nfi 070770-905D\n"
	s.must("blocklist", "add")
	s.must("blocklist", "add")
	if out := s.must("blocklist", "count"); out != "2\n" {
		t.Errorf("counted %s", out)
	}
	for _, digits := range []string{"19680202-0575", "196802020575", "070770-905D"} {
		if strings.Contains(everything(t, s), digits) {
			t.Errorf("the data directory holds %s", digits)
		}
	}
	s.in = "SE 19680202-0575\n"
	s.must("blocklist", "remove")
	if out := s.must("blocklist", "count"); out != "1\n" {
		t.Errorf("counted %s", out)
	}
}

func TestALineThatIsNoNumberBlocksNobodyAndIsNotRepeated(t *testing.T) {
	s := newShell(t)
	s.in = "SE 19680202-0575\nSE 19680202-0576\n"
	s.refused("line 2", "blocklist", "add")
	if _, _, failure := s.try("blocklist", "add"); strings.Contains(failure, "0576") || strings.Contains(failure, "1968") {
		t.Errorf("it repeats the number: %s", failure)
	}
	if out := s.must("blocklist", "count"); out != "0\n" {
		t.Errorf("counted %s", out)
	}
	s.in = "DE 19680202-0575\n"
	s.refused("line 1", "blocklist", "add")
}

func TestAKeyIsAddedActivatedRotatedToAndTheFormerOneRetired(t *testing.T) {
	s := newShell(t)
	s.in = "SE 19680202-0575\n"
	s.must("blocklist", "add")
	first := strings.Fields(strings.Split(s.must("keys", "status"), "\n")[1])[0]
	second := strings.TrimSpace(s.must("keys", "add"))
	s.refused("still needed", "keys", "retire", first)
	s.must("keys", "activate", second)
	s.refused("still needed", "keys", "retire", second)
	s.must("keys", "rotate")
	s.must("keys", "rotate")
	s.refused("still needed", "keys", "retire", first)
	s.must("blocklist", "add") // of a blocked number nothing is kept that could be moved
	s.must("keys", "retire", first)
	if status := s.must("keys", "status"); strings.Contains(status, first) || !strings.Contains(status, second) {
		t.Errorf("the keys are %s", status)
	}
	s.must("blocklist", "remove")
	if out := s.must("blocklist", "count"); out != "0\n" {
		t.Errorf("the number was not found with the new key: %s are left", out)
	}
	s.refused("no such key", "keys", "activate", "nothing")
	s.refused("no such key", "keys", "retire", first)
}

func TestProductionIsGivenItsKeysAndItsSchema(t *testing.T) {
	folder := t.TempDir()
	s := newShell(t, "EIDGATE_MODE=production", "EIDGATE_PUBLIC_URL=https://eid.example", "EIDGATE_DATABASE_URL=sqlite:"+filepath.Join(folder, "p.db"),
		"EIDGATE_KEYS_FILE="+filepath.Join(folder, "keys.json"), "EIDGATE_MIGRATE=false")
	s.refused("eidgate keys add", "organization", "list")
	if id := s.must("keys", "add"); strings.TrimSpace(id) == "" {
		t.Error("the first key has no name")
	}
	s.refused("eidgate migrate up", "organization", "list")
	if out := s.must("migrate", "status"); !strings.Contains(out, "revision 0,") {
		t.Errorf("the status is %s", out)
	}
	if out := s.must("migrate", "up"); !strings.HasPrefix(out, "applied ") || !strings.HasSuffix(out, "the schema is up to date\n") {
		t.Errorf("it said %s", out)
	}
	if out := s.must("migrate", "up"); out != "the schema is up to date\n" {
		t.Errorf("it said %s", out)
	}
	s.must("organization", "list")
	if err := os.Chmod(filepath.Join(folder, "keys.json"), 0o644); err != nil {
		t.Fatal(err)
	}
	s.refused("keys.file", "organization", "list")
}

func TestNamesCannotPlayWithTheTerminal(t *testing.T) {
	s := newShell(t)
	const playful = "Acme \x1b[31mred\u009b\t"
	s.refused("name", "organization", "create", "--name", playful)
	s.must("organization", "create", "--name", "Acme")
	s.must("client", "create", "--organization", "acme", "--kind", "eid", "--name", playful)
	if list := s.must("client", "list"); !strings.Contains(list, "Acme") || strings.ContainsAny(list, "\x1b\u009b\t") {
		t.Errorf("listed %q", list)
	}
}

func TestTheDemoPlaysTheMainJobAndLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s := newShell(t, "EIDGATE_MODE=production") // of no concern to the demo
	out := s.must("demo")
	for _, want := range []string{"POST /api/v1/sso/token", "POST /api/v1/criipto/ftn/auth", "POST /api/v1/criipto/ftn/verify/ssn", "GET /api/v1/account", "••••"} {
		if !strings.Contains(out, want) {
			t.Errorf("the demo does not show %s:\n%s", want, out)
		}
	}
	if regexp.MustCompile(`\|[A-Za-z0-9]{8}|ssn [0-9]{9}|\x1b`).MatchString(out) {
		t.Errorf("the demo shows a token, a number or colours:\n%s", out)
	}
	if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) != 0 {
		t.Errorf("it left %v: %v", left, err)
	}
}

// everything gives all bytes of the data directory.
func everything(t *testing.T, s *shell) string {
	t.Helper()
	var all bytes.Buffer
	folder := strings.TrimPrefix(s.environ[0], "EIDGATE_DATA_DIR=")
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil || all.Len() == 0 {
		t.Fatalf("the data directory cannot be read: %v", err)
	}
	return all.String()
}
