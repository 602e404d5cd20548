package vault

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/tink-crypto/tink-go/v2/subtle/random"
)

// secretSize is the length of every secret of the keyring, in bytes.
const secretSize = 32

// secret is key material. It lies behind a function, because fmt asks no method of a value in an unexported field,
// and shows all it finds there; even behind a pointer to an array, with the wrong verb. Of a function there is
// only an address to show. The zero secret is none.
type secret struct{ material func() []byte }

func newSecret() secret { return secretOf(random.GetRandomBytes(secretSize)) }

func secretOf(material []byte) secret { return secret{func() []byte { return material }} }

func (s secret) missing() bool { return s.material == nil }

// reveal is the key material itself, to be used and not kept. Nobody writes to it.
func (s secret) reveal() []byte { return s.material() }

const hidden = "a secret of the keyring"

func (s secret) String() string             { return hidden }
func (s secret) GoString() string           { return hidden }
func (s secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }
func (s secret) LogValue() slog.Value       { return slog.StringValue(hidden) }

var (
	errNeverPrinted = errors.New("a secret of the keyring is not written down")
	errSecretText   = errors.New("a secret is not 32 bytes in base64")
)

func (s secret) MarshalText() ([]byte, error) { return nil, errNeverPrinted }

// written is a secret as it stands in the keyring, and the only way for it to get there.
type written struct{ secret }

// MarshalText is base64 with padding (RFC 4648 section 4).
func (w written) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, w.reveal()), nil
}

// UnmarshalText fails without quoting what it was given.
func (w *written) UnmarshalText(text []byte) error {
	decoded, err := base64.StdEncoding.Strict().AppendDecode(nil, text)
	if err != nil || len(decoded) != secretSize {
		return errSecretText
	}
	w.secret = secretOf(decoded)
	return nil
}
