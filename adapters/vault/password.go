package vault

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/subtle/random"
	"golang.org/x/crypto/argon2"

	"github.com/eidgate/eidgate/domain/fault"
	"github.com/eidgate/eidgate/ports/outbound"
)

var _ outbound.Passwords = (*Passwords)(nil)

// What can go wrong with passwords.
var (
	// ErrPasswordQueue: so many passwords are being looked at that this one's turn did not come.
	ErrPasswordQueue = fault.New(fault.Unavailable, "password_queue_full", "Too many passwords are being checked; try again in a moment.")
	// ErrPasswordHash: what is stored is no hash that this package made, or would make.
	ErrPasswordHash = fault.New(fault.Internal, "password_hash_broken", "A stored password cannot be read.")
)

// The cost of a hash: RFC 9106 with the least memory that OWASP's password storage cheat sheet still advises
// (19 MiB, two passes, one lane).
const (
	memory  = 19 * 1024 // KiB
	passes  = 2
	lanes   = 1
	saltLen = 16
	hashLen = 32
)

// What Verify accepts at most. Hashes come from our own storage; the bounds keep one that was tampered with, or
// brought along from elsewhere, from taking the process down.
const (
	mostMemory = 64 * 1024 // KiB
	mostPasses = 10
	mostLanes  = 4
	mostLength = 64 // bytes of salt, and of hash
)

// Passwords hashes passwords with argon2id (RFC 9106) and checks them. Each takes tens of milliseconds and 19 MiB
// on purpose, so only so many are worked on at once; the others wait.
type Passwords struct{ turns chan struct{} }

// NewPasswords works on so many passwords at once, at least one.
func NewPasswords(atOnce int) *Passwords {
	return &Passwords{turns: make(chan struct{}, max(atOnce, 1))}
}

// Hash is the password's hash as a PHC string: $argon2id$v=19$m=19456,t=2,p=1$salt$hash. It fails with
// [ErrPasswordQueue] when ctx ends before its turn comes.
func (p *Passwords) Hash(ctx context.Context, clear string) (encoded string, err error) {
	if err := p.take(ctx); err != nil {
		return "", err
	}
	defer p.give()
	salt := random.GetRandomBytes(saltLen)
	sum := argon2.IDKey([]byte(clear), salt, passes, memory, lanes, hashLen)
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, text(salt), text(sum)), nil
}

// Verify holds when the password is the one that was hashed. The time it takes does not tell how near a wrong one
// came. It fails with [ErrPasswordQueue], and with [ErrPasswordHash] when encoded is no hash of ours.
func (p *Passwords) Verify(ctx context.Context, encoded, clear string) (bool, error) {
	h, ok := parseHash(encoded)
	if !ok {
		return false, ErrPasswordHash
	}
	if err := p.take(ctx); err != nil {
		return false, err
	}
	defer p.give()
	sum := argon2.IDKey([]byte(clear), h.salt, h.passes, h.memory, h.lanes, uint32(len(h.sum)))
	return subtle.ConstantTimeCompare(sum, h.sum) == 1, nil
}

func (p *Passwords) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil { // select would toss a coin
		return ErrPasswordQueue.RetryIn(time.Second).Because(err)
	}
	select {
	case p.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ErrPasswordQueue.RetryIn(time.Second).Because(ctx.Err())
	}
}

func (p *Passwords) give() { <-p.turns }

// argon2id is a PHC string taken apart.
type argon2id struct {
	memory, passes uint32
	lanes          uint8
	salt, sum      []byte
}

// parseHash takes only what Hash would write, give or take the cost.
func parseHash(encoded string) (h argon2id, ok bool) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 {
		return h, false
	}
	var version int
	costs := fmt.Sprintf("$%s$%s$%s", parts[1], parts[2], parts[3])
	if _, err := fmt.Sscanf(costs, "$argon2id$v=%d$m=%d,t=%d,p=%d", &version, &h.memory, &h.passes, &h.lanes); err != nil {
		return h, false
	}
	// Sscanf is generous with signs, zeros and what follows; writing it again is not.
	if costs != fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d", version, h.memory, h.passes, h.lanes) || parts[0] != "" {
		return h, false
	}
	decode := base64.RawStdEncoding.Strict().DecodeString
	var errSalt, errSum error
	h.salt, errSalt = decode(parts[4])
	h.sum, errSum = decode(parts[5])
	return h, errSalt == nil && errSum == nil && version == argon2.Version && h.bearable()
}

func (h argon2id) bearable() bool {
	return h.memory >= 8*uint32(h.lanes) && h.memory <= mostMemory && h.passes >= 1 && h.passes <= mostPasses &&
		h.lanes >= 1 && h.lanes <= mostLanes && len(h.salt) >= 8 && len(h.salt) <= mostLength &&
		len(h.sum) >= 16 && len(h.sum) <= mostLength
}
