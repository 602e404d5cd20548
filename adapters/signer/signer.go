package signer

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.Signer = (*Signer)(nil)

// What can go wrong with keys.
var (
	// ErrKeyQueue: other keys are being made, and this one's turn did not come.
	ErrKeyQueue = fault.New(fault.Unavailable, "signing_key_queue_full", "A signing key could not be made in time; try again in a moment.")
	// ErrKey: what is stored is no key that this package made.
	ErrKey = fault.New(fault.Internal, "signing_key_broken", "A stored signing key cannot be read.")
)

// Signer signs and verifies tokens. Any number of goroutines may use it.
type Signer struct {
	clock    outbound.Clock
	random   io.Reader
	privates *shelf[jose.JSONWebKey]
	publics  *shelf[jose.JSONWebKey]
}

// mostKept is how many parsed keys are kept, of either half: those of the organizations that sign now.
const mostKept = 256

// New makes a signer. random is crypto/rand.Reader: what keys and the serial numbers of certificates are made of.
func New(clock outbound.Clock, random io.Reader) *Signer {
	return &Signer{clock: clock, random: random, privates: newShelf[jose.JSONWebKey](mostKept), publics: newShelf[jose.JSONWebKey](mostKept)}
}

var errClaims = errors.New("the claims are no JSON")

// Sign gives a JWT in the compact serialization; see [outbound.Signer]. It takes about a millisecond, so that ctx is not
// asked. It fails with [ErrKey] when the key cannot be read, is none of RSA with 2,048 bits at least, or has the
// certificate of another.
func (s *Signer) Sign(_ context.Context, k organization.SigningKey, issuer string, claims map[string]any) (string, error) {
	if claims == nil {
		claims = map[string]any{}
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fault.ErrInternal.Because(errClaims) // the error of package json may quote a value
	}
	key, err := s.privates.get(k.ID, slices.Concat(k.Private, k.Certificate), func() (jose.JSONWebKey, error) { return readPrivate(k) })
	if err != nil {
		return "", err
	}
	options := (&jose.SignerOptions{}).WithType(jose.ContentType(k.Purpose.TokenType()))
	if issuer != "" {
		options = options.WithHeader("iss", issuer)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, options)
	if err != nil {
		return "", fault.ErrInternal.Because(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fault.ErrInternal.Because(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		return "", fault.ErrInternal.Because(err)
	}
	return token, nil
}
