package signicat

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/adapters/provider"
	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
)

// flaw is what is wrong with an answer: words of ours, none of the answer's.
type flaw string

func (f flaw) Error() string { return "signicat: " + string(f) }

func rejected(why flaw) error { return eid.ErrEvidenceRejected.Because(why) }

// What an answer may be encrypted with (RFC 7518 sections 4 and 5): keys that are public on the way, and every registered
// encryption of content. Signicat does not say which it takes.
var (
	keyAlgorithms = []jose.KeyAlgorithm{
		jose.RSA_OAEP, jose.RSA_OAEP_256, jose.ECDH_ES, jose.ECDH_ES_A128KW, jose.ECDH_ES_A192KW, jose.ECDH_ES_A256KW,
	}
	contentEncryption = []jose.ContentEncryption{
		jose.A128CBC_HS256, jose.A192CBC_HS384, jose.A256CBC_HS512, jose.A128GCM, jose.A192GCM, jose.A256GCM,
	}
)

// newKey makes the pair of keys of one order. Its name is that of the order.
func newKey(random io.Reader, name string) (private, public jose.JSONWebKey, err error) {
	pair, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		return private, public, fault.ErrInternal.Because(flaw("no key can be made"))
	}
	private = jose.JSONWebKey{Key: pair, KeyID: name, Algorithm: string(jose.ECDH_ES), Use: "enc"}
	return private, private.Public(), nil
}

// sealed holds for an answer that is encrypted: it says so, or looks like it. Some write the media type with parameters.
func sealed(contentType string, body []byte) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/jose" || bytes.HasPrefix(body, []byte("eyJ"))
}

// unseal takes a session out of its envelope (RFC 7516), with the key of its order. It fails with [eid.ErrEvidenceRejected].
func unseal(body []byte, key *jose.JSONWebKey) ([]byte, error) {
	raw := string(bytes.TrimSpace(body))
	if key == nil {
		return nil, rejected("the answer is encrypted, and nobody asked for that")
	}
	if strings.Count(raw, ".") != 4 {
		return nil, rejected("the envelope is malformed")
	}
	first, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return nil, rejected("the envelope is malformed")
	}
	var head map[string]json.RawMessage
	if provider.ReadObject(text, &head) != nil {
		return nil, rejected("the envelope is malformed")
	}
	for _, name := range []string{"crit", "jku", "jwk", "x5u", "zip"} {
		if _, there := head[name]; there {
			return nil, rejected("the envelope has a member that is not allowed")
		}
	}
	envelope, err := jose.ParseEncryptedCompact(raw, keyAlgorithms, contentEncryption)
	if err != nil {
		return nil, rejected("the encryption is malformed or not allowed")
	}
	// There is one key for one order, so what its name in the envelope is does not matter: it opens, or it does not.
	clear, err := envelope.Decrypt(key.Key)
	if err != nil {
		return nil, rejected("the answer is not encrypted for us")
	}
	return clear, nil
}
