package pdf

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.DocumentSigner = (*Signer)(nil)

// Config is who signs.
type Config struct {
	// Key is an RSA or ECDSA key. It is asked to sign SHA-256 digests without being handed a random source: keys of
	// package crypto then sign deterministically.
	Key crypto.Signer
	// Chain is the key's certificate first, then those of its issuers, each the issuer of the one before.
	Chain []*x509.Certificate
}

// Signer signs PDF documents with one key. Any number of goroutines may use it.
type Signer struct{ config Config }

// errIdentity refuses a key without its certificate.
var errIdentity = errors.New("pdf: the signer needs an RSA or ECDSA key and its certificate, issuers behind it")

// New makes a signer. It fails when key and chain do not belong together.
func New(c Config) (*Signer, error) {
	if c.Key == nil || len(c.Chain) == 0 {
		return nil, errIdentity
	}
	public, comparable := c.Key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !comparable || !public.Equal(c.Chain[0].PublicKey) {
		return nil, errIdentity
	}
	switch public.(type) {
	case *rsa.PublicKey, *ecdsa.PublicKey:
	default:
		return nil, errIdentity
	}
	for i, issuer := range c.Chain[1:] {
		if c.Chain[i].CheckSignatureFrom(issuer) != nil {
			return nil, errIdentity
		}
	}
	return &Signer{config: c}, nil
}

// SignDocument appends an invisible signature of the kind ETSI.CAdES.detached: see [outbound.DocumentSigner]. The same
// document signed by the same name at the same time gives the same bytes where the key is one of package crypto.
func (s *Signer) SignDocument(ctx context.Context, content []byte, by outbound.DocumentSignature) (signed []byte, err error) {
	defer lastNet(&err)
	if len(content) > eid.MostDocument {
		return nil, eid.ErrTooLarge
	}
	d, found, err := inspect(ctx, content)
	if err != nil {
		return nil, refusal(ctx, err)
	}
	u := newUpdate(d, found)
	room := u.sign(found, by, s.most())
	u.finish()
	der, err := signature(u.fill(room), s.config.Key, s.config.Chain)
	if err != nil {
		return nil, fault.ErrInternal.Because(err)
	}
	if len(der) > room.size {
		return nil, fault.ErrInternal.Because(errRoom)
	}
	u.insert(room, der)
	return u.bytes(), nil
}

var errRoom = errors.New("pdf: the signature is longer than the room that was left for it")

// most is more than any signature of ours is long.
func (s *Signer) most() int {
	length := 4 << 10
	for _, c := range s.config.Chain {
		length += len(c.Raw)
	}
	return length + len(s.config.Chain[0].RawIssuer)
}
