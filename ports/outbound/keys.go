package outbound

import (
	"context"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/domain/identity"
	"github.com/eidgate/eidgate/domain/organization"
)

// What can go wrong with keys.
var (
	// ErrSealBroken: what is stored cannot be opened: it was changed, moved from another place, or sealed with a
	// key that is gone.
	ErrSealBroken = fault.New(fault.Internal, "seal_broken", "Stored data cannot be read.")
	// ErrNoKey: the keyring has no key with this identifier.
	ErrNoKey = fault.New(fault.NotFound, "key_unknown", "The keyring has no such key.")
	// ErrKeyNeeded: the key cannot be retired.
	ErrKeyNeeded = fault.New(fault.Conflict, "key_needed", "The key is still needed.")
)

// Place is where a sealed value lives: the associated data of its encryption.
type Place struct {
	Scope  organization.Scope
	Record string // such as "account/12"
	Field  string
}

// Sealer keeps secrets at rest. What was sealed for one place opens only there: a ciphertext moved to another
// row or column is worthless.
type Sealer interface {
	// Seal encrypts with the newest key, whose identifier it returns so that storage can find what needs it.
	Seal(ctx context.Context, place Place, clear []byte) (sealed []byte, key string, err error)
	// Open fails with ErrSealBroken.
	Open(ctx context.Context, place Place, sealed []byte) ([]byte, error)
	// Newest is the identifier of the key that seals now.
	Newest() string
}

// Fingerprints finds things without knowing them: within a scope the same text always gives the same
// fingerprints, and only we can make them. There is one fingerprint per live key, newest first.
type Fingerprints interface {
	Of(ctx context.Context, scope organization.Scope, n identity.Number) ([]identity.Fingerprint, error)
	// OfText is for texts that are no national number; purpose keeps equal texts of different fields apart.
	OfText(ctx context.Context, scope organization.Scope, purpose, text string) ([]identity.Fingerprint, error)
}

// Passwords keeps people's passwords as argon2id hashes (RFC 9106). Both methods are slow on purpose and wait
// their turn, so that a crowd cannot exhaust memory; a turn that does not come before ctx ends is an error.
type Passwords interface {
	Hash(ctx context.Context, clear string) (encoded string, err error)
	Verify(ctx context.Context, encoded, clear string) (bool, error)
}

// Key is one entry of the keyring.
type Key struct {
	ID     string
	Active bool // it seals; the others only open
}

// Keyring is the file of keys, as its keeper changes it.
type Keyring interface {
	// Keys lists all, oldest first.
	Keys() []Key
	// Add makes a key that can be read with from now on, and seals nothing until it is activated.
	Add() (id string, err error)
	// Activate makes the key the one that seals. It fails with ErrNoKey.
	Activate(id string) error
	// Remove forgets a key for good. It fails with ErrNoKey, and with ErrKeyNeeded for the active one.
	Remove(id string) error
	// Settle waits until every process that works with the keyring has had the time to notice its last change, so
	// that none seals any more with the key that was active before. It fails when ctx ends first.
	Settle(ctx context.Context) error
}

// Rekeyer moves stored things from key to key, in steps that may be interrupted and repeated at will while the
// gateway serves.
type Rekeyer interface {
	// Rekey moves up to n records to the newest sealing key, and gives what is found by fingerprint a claim under
	// every live key. done holds once nothing is left to move.
	Rekey(ctx context.Context, n int) (moved int, done bool, err error)
	// Needing counts the stored things that cannot be read or found without the key.
	Needing(ctx context.Context, key string) (int, error)
	// Forget removes the claims made with a key that nothing needs any more.
	Forget(ctx context.Context, key string) error
}
