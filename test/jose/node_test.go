package jose

import (
	"bufio"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// node runs a program of this folder, which answers each question with one line. It ends with the test.
func node(t *testing.T, program string) func(t *testing.T, question, answer any) {
	t.Helper()
	dir := os.Getenv("EIDGATE_TEST_JOSE")
	if dir == "" {
		const hint = "EIDGATE_TEST_JOSE is not set: run test/jose/install.sh DIR and set it to DIR"
		if os.Getenv("CI") != "" {
			t.Fatal(hint)
		}
		t.Skip(hint)
	}
	modules, err := filepath.Abs(filepath.Join(dir, "node_modules"))
	if err != nil {
		t.Fatal(err)
	}
	// Node looks for modules beside the program, and nothing is to be installed in the repository.
	work := t.TempDir()
	text, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(filepath.Join(work, program), text, 0o600), os.Symlink(modules, filepath.Join(work, "node_modules"))); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", program)
	cmd.Dir, cmd.Stderr, cmd.WaitDelay = work, t.Output(), 5*time.Second
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("node does not start: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close() // which ends it
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	return func(t *testing.T, question, answer any) {
		t.Helper()
		if err := json.NewEncoder(in).Encode(question); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), answer) != nil {
			t.Fatal("the program ended; is EIDGATE_TEST_JOSE the folder of install.sh?")
		}
	}
}

// inNode asks the npm package jose.
func inNode(t *testing.T) verifier {
	t.Helper()
	ask := node(t, "verify.mjs")
	return func(t *testing.T, q question) (string, string, error) {
		t.Helper()
		var answer struct{ Kid, Subject, Error string }
		ask(t, q, &answer)
		switch answer.Error {
		case "":
			return answer.Kid, answer.Subject, nil
		case "ERR_JWKS_NO_MATCHING_KEY", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "ERR_JWT_CLAIM_VALIDATION_FAILED", "ERR_JWT_EXPIRED":
			return "", "", errRefused
		}
		t.Fatalf("the verifier met trouble: %s", answer.Error)
		return "", "", nil
	}
}
