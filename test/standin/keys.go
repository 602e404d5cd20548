package standin

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

type signingKey struct {
	id  string
	key *rsa.PrivateKey
}

// Making RSA keys takes longer than most tests, so a process makes them once.
var (
	clientKeys   = sync.OnceValue(func() []signingKey { return []signingKey{newKey(2048), newKey(2048)} })
	providerKeys = sync.OnceValue(func() []signingKey { return []signingKey{newKey(2048), newKey(2048), newKey(2048)} })
	foreignKey   = sync.OnceValue(func() signingKey { return newKey(2048) })
)

func newKey(bits int) signingKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err) // only if bits is no size
	}
	return signingKey{id: secret(), key: key}
}

// ClientKeys are the private keys of the application [ClientID], the same in a whole process: what it signs with,
// and what its id_tokens are encrypted for.
func ClientKeys() (signing, encryption jose.JSONWebKey) {
	k := clientKeys()
	return jose.JSONWebKey{Key: k[0].key, KeyID: k[0].id, Use: "sig", Algorithm: "RS256"},
		jose.JSONWebKey{Key: k[1].key, KeyID: k[1].id, Use: "enc", Algorithm: "RSA-OAEP-256"}
}

// secret is 128 random bits in hex.
func secret() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
