package organization

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/outbound"
)

// verifiersMemory is how long the published keys are believed to be all: so long after a key's time may a token be taken
// that it signed, were there any that lived so long.
const verifiersMemory = 10 * time.Minute

// verifiers are the deployment's keys of one purpose that verify tokens, as far as this process knows them. A token that names another key
// has them read again, since another process may have made that: many such tokens at once have one reader.
type verifiers struct {
	reading sync.Mutex // held by the reader

	lock   sync.Mutex
	keys   []organization.SigningKey
	readAt time.Time
	begun  uint64 // how many readings have begun
	ended  uint64 // the number of the last reading that succeeded
}

// publish holds while a key is known to verify tokens. Nothing is read for that.
func (v *verifiers) publish(s *Signing, name string) bool {
	v.lock.Lock()
	defer v.lock.Unlock()
	return v.knows(s, name)
}

// knows is publish for who holds the lock.
func (v *verifiers) knows(s *Signing, name string) bool {
	return s.Clock.Now().Sub(v.readAt) < verifiersMemory &&
		slices.ContainsFunc(v.keys, func(k organization.SigningKey) bool { return k.ID == name })
}

// of gives the keys for a token, and which of them it names. When none of them is that, there is none.
func (v *verifiers) of(ctx context.Context, s *Signing, purpose organization.KeyPurpose, token string) (name string, keys []organization.SigningKey, err error) {
	name, ok := keyNamed(token)
	if !ok {
		return "", nil, outbound.ErrToken
	}
	v.lock.Lock()
	keys = v.keys
	known, begun := v.knows(s, name), v.begun
	v.lock.Unlock()
	if known {
		return name, keys, nil
	}
	v.reading.Lock()
	defer v.reading.Unlock()
	v.lock.Lock()
	keys = v.keys
	done := v.ended > begun // a reading that began after we came
	if !done {
		v.begun++
	}
	mine := v.begun
	v.lock.Unlock()
	if done {
		return name, keys, nil
	}
	now := s.Clock.Now()
	keys, err = s.Published(ctx, "", purpose)
	if err != nil {
		return "", nil, err
	}
	v.lock.Lock()
	v.keys, v.readAt, v.ended = keys, now, mine
	v.lock.Unlock()
	return name, keys, nil
}

// mostHeader bounds the header of a token; ours have some 150 bytes, and their issuer.
const mostHeader = 2_000

// keyNamed reads which key a token wants to be verified with. Nothing else of it is believed, and this only for looking
// the key up.
func keyNamed(token string) (string, bool) {
	head, _, _ := strings.Cut(token, ".")
	if len(head) > mostHeader {
		return "", false
	}
	raw, err := base64.RawURLEncoding.DecodeString(head)
	if err != nil {
		return "", false
	}
	var header struct {
		Key string `json:"kid"`
	}
	err = json.Unmarshal(raw, &header)
	return header.Key, err == nil && header.Key != ""
}
