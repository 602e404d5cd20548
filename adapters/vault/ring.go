package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"hash"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/tink"

	"github.com/eidgate/eidgate/ports/outbound"
)

// ring is a keyring ready for use. It never changes: a new document makes a new ring.
type ring struct {
	root   secret
	keys   []outbound.Key // oldest first
	byID   map[string]*key
	active *key
	order  []*key // of fingerprints: the active one first, then newest to oldest
}

// key is one key ready for use.
type key struct {
	id       string
	wrapping tink.AEAD // wraps the data keys of what is sealed
	macs     sync.Pool // of *mac
}

// mac is a keyed hash and room to put together what it hashes.
type mac struct {
	hash    hash.Hash
	message []byte
}

func newRing(d document) (*ring, error) {
	r := &ring{root: d.Root.secret, byID: make(map[string]*key, len(d.Keys))}
	for _, e := range d.Keys {
		wrapping, err := subtle.NewXChaCha20Poly1305(e.Sealing.reveal())
		if err != nil {
			return nil, fmt.Errorf("keyring: key %s: %w", e.ID, err)
		}
		k := &key{id: e.ID, wrapping: wrapping}
		fingerprint := e.Fingerprint.secret
		k.macs.New = func() any { return &mac{hash: hmac.New(sha256.New, fingerprint.reveal())} }
		r.byID[k.id] = k
		r.keys = append(r.keys, outbound.Key{ID: e.ID, Active: e.Active})
		if e.Active {
			r.active = k
		}
	}
	r.order = append(r.order, r.active)
	for i := len(d.Keys) - 1; i >= 0; i-- {
		if k := r.byID[d.Keys[i].ID]; k != r.active {
			r.order = append(r.order, k)
		}
	}
	return r, nil
}
