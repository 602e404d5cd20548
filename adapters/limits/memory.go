package limits

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

var (
	_ outbound.Limiter = (*Memory)(nil)
	_ outbound.Pacer   = (*Memory)(nil)
)

// Memory counts in this process alone.
type Memory struct {
	clock  outbound.Clock
	secret []byte
	shards [shards]shard
}

// shards is how many parts of the buckets can be counted at once.
const shards = 64

// NewMemory counts in at most about so many buckets. When there are more, those whose windows end soonest are
// forgotten; those that have ended are forgotten anyway. One bucket takes some 150 bytes. The secret keys the
// hashes of the buckets' names.
func NewMemory(clock outbound.Clock, secret []byte, buckets int) *Memory {
	m := &Memory{clock: clock, secret: secret}
	for i := range m.shards {
		m.shards[i].init(max(buckets/shards, 1))
	}
	return m
}

// Take counts one event in the bucket's window; see [outbound.Limiter].
func (m *Memory) Take(_ context.Context, bucket string, limit outbound.Limit) outbound.Allowance {
	return m.window(bucket, limit, 1)
}

// Peek tells what Take would.
func (m *Memory) Peek(_ context.Context, bucket string, limit outbound.Limit) outbound.Allowance {
	return m.window(bucket, limit, 0)
}

func (m *Memory) window(bucket string, limit outbound.Limit, count int) outbound.Allowance {
	now := m.clock.Now()
	id := m.id('w', bucket)
	s := m.shard(id)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	e := s.find(id, now, limit.Per)
	if e.until.IsZero() {
		e.until = now.Add(limit.Per)
	}
	if e.count >= limit.Events {
		return outbound.Allowance{RetryAfter: e.until.Sub(now), Reset: e.until}
	}
	e.count++
	if count > 0 {
		s.keep(id, e, now)
	}
	return outbound.Allowance{Allowed: true, Remaining: limit.Events - e.count, Reset: e.until}
}

// Pass counts one event against the bucket's pace; see [outbound.Pacer].
//
// Of a bucket only the time is kept at which it will be full again (the generic cell rate algorithm): an event
// moves it on by one interval, and does not fit if that would be further away than a whole burst.
func (m *Memory) Pass(_ context.Context, bucket string, pace outbound.Pace) outbound.Allowance {
	now := m.clock.Now()
	if pace.PerSecond <= 0 || pace.Burst <= 0 {
		return never(now)
	}
	interval := max(time.Second/time.Duration(pace.PerSecond), 1)
	whole := time.Duration(pace.Burst) * interval
	id := m.id('p', bucket)
	s := m.shard(id)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	e := s.find(id, now, whole)
	if e.until.IsZero() {
		e.until = now
	}
	room := whole - e.until.Sub(now)
	if room < interval {
		return outbound.Allowance{RetryAfter: interval - room, Reset: e.until}
	}
	e.until = e.until.Add(interval)
	s.keep(id, e, now)
	return outbound.Allowance{Allowed: true, Remaining: int(room/interval) - 1, Reset: e.until}
}

// never is the answer where nothing is allowed, ever.
func never(now time.Time) outbound.Allowance {
	const long = 24 * time.Hour
	return outbound.Allowance{RetryAfter: long, Reset: now.Add(long)}
}

// id names a bucket; kind keeps windows and paces apart.
func (m *Memory) id(kind byte, bucket string) [sha256.Size]byte {
	text := make([]byte, 0, 128)
	text = append(append(append(text, m.secret...), kind), bucket...)
	return sha256.Sum256(text)
}

func (m *Memory) shard(id [sha256.Size]byte) *shard { return &m.shards[id[0]%shards] }
