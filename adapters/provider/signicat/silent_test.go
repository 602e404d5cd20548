package signicat_test

import (
	"testing"

	"github.com/eidgate/eidgate/test/contract"
	standin "github.com/eidgate/eidgate/test/standin/signicat"
)

const badWords = "words-of-the-answer"

// silent fails when an error, or anything behind it, repeats the answer or a secret.
func silent(t *testing.T, err error) {
	t.Helper()
	contract.Silent(t, err, badWords, standin.Secret, "eyJ", standin.Number(standin.Kari), standin.Number(standin.Vilma))
}
