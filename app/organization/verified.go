package organization

import (
	"crypto/sha256"
	"sync"
)

const (
	mostVerified = 4_096    // tokens that are remembered, with some hundred bytes each
	mostToken    = 16 << 10 // bytes of one; with every scope there is, ours have some three thousand
)

// verified remembers tokens whose signature held, by their hash: a client shows one token for as long as it lives, many times a second,
// and verifying it takes as long as some statements. It is the signature alone that is believed again. Whether the token
// lives, whether its client does and what that may do is found out with every request, and a token whose key is not
// published any more counts no longer. No token gets in that none of our keys signed.
type verified[T any] struct {
	lock sync.RWMutex
	kept map[[sha256.Size]byte]verifiedToken[T]
}

type verifiedToken[T any] struct {
	key  string
	says T
}

// find gives what the token says and which key signed it, when it was kept. Whether that key counts is the caller's to ask.
func (v *verified[T]) find(token string) (says T, key string, known bool) {
	if len(token) > mostToken {
		return says, "", false
	}
	sum := sumOf(token)
	v.lock.RLock()
	defer v.lock.RUnlock()
	t, there := v.kept[sum]
	return t.says, t.key, there
}

// keep remembers a token. When there are too many, any other is forgotten: it is verified when it is shown again.
func (v *verified[T]) keep(token, key string, says T) {
	if len(token) > mostToken {
		return
	}
	sum := sumOf(token)
	v.lock.Lock()
	defer v.lock.Unlock()
	if v.kept == nil {
		v.kept = map[[sha256.Size]byte]verifiedToken[T]{}
	}
	if _, there := v.kept[sum]; !there && len(v.kept) >= mostVerified {
		for other := range v.kept {
			delete(v.kept, other)
			break
		}
	}
	v.kept[sum] = verifiedToken[T]{key: key, says: says}
}

// sumOf is the hash of a token. Those of usual length are copied to where nothing has to be allocated for them.
func sumOf(token string) [sha256.Size]byte {
	var room [1_024]byte
	return sha256.Sum256(append(room[:0], token...))
}
