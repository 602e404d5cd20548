package jose

import (
	"bufio"
	"encoding/json"
	"testing"

	"github.com/eidgate/eidgate/test/node"
)

// asking runs a program of this folder, which answers each question with one line. It ends with the test.
func asking(t *testing.T, program string) func(t *testing.T, question, answer any) {
	t.Helper()
	in, out := node.Start(t, node.Prepare(t, "EIDGATE_TEST_JOSE", "test/jose/install.sh", program), program)
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
	ask := asking(t, "verify.mjs")
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
