package signicat

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"

	"github.com/go-jose/go-jose/v4"
)

// Envelope says how answers are encrypted.
type Envelope struct {
	Algorithm jose.KeyAlgorithm      // "" for that of the key
	Content   jose.ContentEncryption // "" for A256CBC-HS512
	Zip       bool                   // compressed before
	Open      bool                   // not encrypted at all
	Foreign   bool                   // for another key than the client's, under the name of the client's
	Cut       bool                   // breaks off
	Symmetric bool                   // with a key that both would have to know, and the client does not

	key *jose.JSONWebKey
}

func (e Envelope) close(clear []byte) string {
	to := jose.Recipient{Algorithm: e.Algorithm, Key: e.key.Key, KeyID: e.key.KeyID}
	if to.Algorithm == "" {
		to.Algorithm = jose.KeyAlgorithm(e.key.Algorithm)
	}
	if e.Foreign {
		other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			panic(err)
		}
		to.Key = &other.PublicKey
	}
	if e.Symmetric {
		to.Algorithm, to.Key = jose.A256KW, make([]byte, 32)
	}
	content := e.Content
	if content == "" {
		content = jose.A256CBC_HS512
	}
	options := (&jose.EncrypterOptions{}).WithContentType("application/json")
	if e.Zip {
		options.Compression = jose.DEFLATE
	}
	encrypter, err := jose.NewEncrypter(content, to, options)
	if err != nil {
		panic(err)
	}
	sealed, err := encrypter.Encrypt(clear)
	if err != nil {
		panic(err)
	}
	text, err := sealed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	if e.Cut {
		text = text[:len(text)/2]
	}
	return text
}
