package contract

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// Ring is keys for tests of storage, which must not depend on any vault: it seals and makes fingerprints with
// keys whose secrets come from their names, so that two rings with a key of one name share it.
type Ring struct {
	mu     sync.RWMutex
	keys   []string // newest first
	active string
}

var (
	_ outbound.Sealer       = (*Ring)(nil)
	_ outbound.Fingerprints = (*Ring)(nil)
)

// NewRing makes a ring whose last key seals.
func NewRing(keys ...string) *Ring {
	r := &Ring{}
	for _, k := range keys {
		r.Add(k)
		r.Activate(k)
	}
	return r
}

// Add makes a key readable.
func (r *Ring) Add(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = append([]string{key}, r.keys...)
}

// Activate makes a key the one that seals.
func (r *Ring) Activate(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.active = key
}

// Remove forgets a key.
func (r *Ring) Remove(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = slices.DeleteFunc(r.keys, func(k string) bool { return k == key })
}

// Newest is the key that seals.
func (r *Ring) Newest() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.active
}

// Seal encrypts for one place.
func (r *Ring) Seal(_ context.Context, place outbound.Place, clear []byte) ([]byte, string, error) {
	key := r.Newest()
	nonce := make([]byte, 12)
	if _, err := rand.Read(nonce); err != nil {
		return nil, "", err
	}
	sealed := append([]byte(key+"|"), nonce...)
	return r.aead(key).Seal(sealed, nonce, clear, placed(place)), key, nil
}

// Open decrypts what was sealed for the place.
func (r *Ring) Open(_ context.Context, place outbound.Place, sealed []byte) ([]byte, error) {
	key, rest, found := strings.Cut(string(sealed), "|")
	if !found || len(rest) < 12 || !r.has(key) {
		return nil, outbound.ErrSealBroken
	}
	clear, err := r.aead(key).Open(nil, []byte(rest[:12]), []byte(rest[12:]), placed(place))
	if err != nil {
		return nil, outbound.ErrSealBroken.Because(err)
	}
	return clear, nil
}

func (r *Ring) has(key string) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Contains(r.keys, key)
}

func (r *Ring) aead(key string) cipher.AEAD {
	secret := sha256.Sum256([]byte("seal " + key))
	block, err := aes.NewCipher(secret[:])
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return aead
}

func placed(p outbound.Place) []byte {
	return joined(p.Scope.Organization, string(p.Scope.Environment), p.Record, p.Field)
}

func joined(parts ...string) []byte {
	var b []byte
	for _, p := range parts {
		b = append(binary.AppendUvarint(b, uint64(len(p))), p...)
	}
	return b
}

// Of makes the fingerprints of a number.
func (r *Ring) Of(_ context.Context, scope organization.Scope, n identity.Number) ([]identity.Fingerprint, error) {
	return r.prints(scope, "number", string(n.Country())+n.Reveal()), nil
}

// OfText makes the fingerprints of a text.
func (r *Ring) OfText(_ context.Context, scope organization.Scope, purpose, text string) ([]identity.Fingerprint, error) {
	return r.prints(scope, "text "+purpose, text), nil
}

func (r *Ring) prints(scope organization.Scope, purpose, text string) []identity.Fingerprint {
	r.mu.RLock()
	defer r.mu.RUnlock()
	prints := make([]identity.Fingerprint, 0, len(r.keys))
	for _, key := range r.keys {
		h := hmac.New(sha256.New, []byte("print "+key))
		h.Write(joined(scope.Organization, string(scope.Environment), purpose, text))
		prints = append(prints, identity.Fingerprint{Key: key, Sum: [32]byte(h.Sum(nil))})
	}
	return prints
}
