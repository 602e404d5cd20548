package account

import (
	"context"
	"sync"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

// LastUsed remembers when tokens were used, and writes it down for many at once: a request that only reads stays
// one that only reads. What a crash loses is a minute of an approximate time.
type LastUsed struct {
	work outbound.UnitOfWork
	mu   sync.Mutex
	used map[int64]time.Time
}

// NewLastUsed makes an empty memory.
func NewLastUsed(work outbound.UnitOfWork) *LastUsed {
	return &LastUsed{work: work, used: map[int64]time.Time{}}
}

// lastUsedMost bounds the memory; beyond it the times of further tokens are not noted until the next flush.
const lastUsedMost = 50_000

// Note remembers that a token was used.
func (l *LastUsed) Note(token int64, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.used[token]; known || len(l.used) < lastUsedMost {
		l.used[token] = at
	}
}

// Flush writes down what was noted since the last time. What cannot be written is kept for the next.
func (l *LastUsed) Flush(ctx context.Context) error {
	l.mu.Lock()
	used := l.used
	l.used = map[int64]time.Time{}
	l.mu.Unlock()
	if len(used) == 0 {
		return nil
	}
	err := l.work.Do(ctx, func(ctx context.Context, tx outbound.Tx) error { return tx.Tokens().Touch(ctx, used) })
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		for id, at := range used {
			if _, newer := l.used[id]; !newer && len(l.used) < lastUsedMost {
				l.used[id] = at
			}
		}
	}
	return err
}
