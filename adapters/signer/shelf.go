package signer

import (
	"crypto/sha256"
	"sync"
)

// shelf keeps what parsing gave, since parsing a private key and checking it takes as long as signing with it. A value is
// found by its name and by the hash of what it was parsed from: a name alone gives nobody another's key.
type shelf[T any] struct {
	most int
	lock sync.RWMutex
	kept map[string]book[T]
}

type book[T any] struct {
	from  [sha256.Size]byte
	value T
}

func newShelf[T any](most int) *shelf[T] {
	return &shelf[T]{most: most, kept: map[string]book[T]{}}
}

// get gives the value of that name, and parses it when it is not there. A failure is not kept.
func (s *shelf[T]) get(name string, from []byte, parse func() (T, error)) (T, error) {
	sum := sha256.Sum256(from)
	s.lock.RLock()
	b, there := s.kept[name]
	s.lock.RUnlock()
	if there && b.from == sum {
		return b.value, nil
	}
	value, err := parse()
	if err != nil {
		return value, err
	}
	s.lock.Lock()
	defer s.lock.Unlock()
	if _, there := s.kept[name]; !there && len(s.kept) >= s.most {
		for other := range s.kept { // any: whichever goes is parsed again when it is needed
			delete(s.kept, other)
			break
		}
	}
	s.kept[name] = book[T]{from: sum, value: value}
	return value, nil
}
