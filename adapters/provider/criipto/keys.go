package criipto

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/eidgate/eidgate/domain/eid"
)

// misses is how many unknown key identifiers a minute are looked for at the provider. Keys change rarely; a
// stream of invented identifiers must not become a stream of requests.
const misses = 5

// publicKey is a key of the provider that may sign id_tokens.
type publicKey struct {
	id  string
	key *rsa.PublicKey
}

// keySet is the provider's published keys (RFC 7517). MitID's tokens are signed with a key of their own, so a key
// is always found by its identifier.
type keySet struct {
	memo memo[[]publicKey]

	mu     sync.Mutex
	window time.Time
	missed int
}

// find gives the keys of that identifier. One that is not known yet is looked for at the provider; one that is
// not there either is [eid.ErrEvidenceRejected].
func (k *keySet) find(ctx context.Context, id string, now time.Time) ([]*rsa.PublicKey, error) {
	keys, _ := k.memo.last()
	if found := named(keys, id); found != nil {
		return found, nil
	}
	if !k.mayLook(now) {
		return nil, rejected("the signing key is unknown")
	}
	keys, err := k.memo.renew(ctx, now)
	if err != nil {
		return nil, err
	}
	if found := named(keys, id); found != nil {
		return found, nil
	}
	return nil, rejected("the signing key is unknown")
}

func (k *keySet) mayLook(now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now.Sub(k.window) >= time.Minute || now.Before(k.window) {
		k.window, k.missed = now, 0
	}
	k.missed++
	return k.missed <= misses
}

func named(keys []publicKey, id string) (found []*rsa.PublicKey) {
	for _, k := range keys {
		if k.id == id {
			found = append(found, k.key)
		}
	}
	return found
}

// fetchKeys reads the JWKS. Keys that are no sound RSA signing keys with an identifier are left out, as RFC 7517
// section 5 has it: they are other people's business.
func (i *issuer) fetchKeys(ctx context.Context) ([]publicKey, error) {
	m, err := i.metadata(ctx)
	if err != nil {
		return nil, err
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := i.get(ctx, m.JWKSURI, &set); err != nil {
		return nil, err
	}
	var keys []publicKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if json.Unmarshal(raw, &k) != nil || k.KeyID == "" || k.Use == "enc" ||
			k.Algorithm != "" && k.Algorithm != string(jose.RS256) {
			continue
		}
		if key, ok := k.Key.(*rsa.PublicKey); ok && key.N.BitLen() >= leastBits {
			keys = append(keys, publicKey{id: k.KeyID, key: key})
		}
	}
	if keys == nil {
		return nil, eid.ErrProvider.Because(errGarbage)
	}
	return keys, nil
}
