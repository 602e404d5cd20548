package relay_test

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/eidgate/eidgate/domain/audit"
)

var errDead = errors.New("the process is dead")

type delivery struct {
	told    audit.Told
	due     time.Time
	claimed time.Time // until then
}

// bag keeps deliveries and leases as storage does, and counts how often it is asked.
type bag struct {
	mu         sync.Mutex
	deliveries map[int64]*delivery
	owner      string
	until      time.Time
	fence      int64
	asked      int
}

func newBag(facts ...audit.Fact) *bag {
	b := &bag{deliveries: map[int64]*delivery{}}
	b.commit(facts...)
	return b
}

func (b *bag) commit(facts ...audit.Fact) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, f := range facts {
		position := int64(len(b.deliveries) + 1)
		for b.deliveries[position] != nil {
			position++
		}
		b.deliveries[position] = &delivery{told: audit.Told{Fact: f, Position: position, Destination: "broker"}}
	}
}

func (b *bag) left() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.deliveries)
}

func (b *bag) questions() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}

func (b *bag) Claim(_ context.Context, _ string, n int, now time.Time, lease time.Duration) ([]audit.Told, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	var claimed []audit.Told
	for _, d := range b.deliveries {
		if !now.Before(d.due) && !now.Before(d.claimed) {
			claimed = append(claimed, d.told)
		}
	}
	slices.SortFunc(claimed, func(x, y audit.Told) int { return cmp.Compare(x.Position, y.Position) })
	claimed = claimed[:min(n, len(claimed))]
	for _, t := range claimed {
		b.deliveries[t.Position].claimed = now.Add(lease)
		b.deliveries[t.Position].told.Attempts++
	}
	return claimed, nil
}

func (b *bag) Delivered(_ context.Context, _ string, told []audit.Told) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	for _, t := range told {
		delete(b.deliveries, t.Position)
	}
	return nil
}

func (b *bag) Postpone(_ context.Context, _ string, told []audit.Told, until time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	for _, t := range told {
		if d := b.deliveries[t.Position]; d != nil {
			d.due, d.claimed = until, time.Time{}
		}
	}
	return nil
}

func (b *bag) Hold(_ context.Context, _, owner string, now time.Time, life time.Duration) (int64, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	if b.owner != owner {
		if now.Before(b.until) {
			return 0, false, nil
		}
		b.owner = owner
		b.fence++
	}
	b.until = now.Add(life)
	return b.fence, true, nil
}

func (b *bag) Release(_ context.Context, _, owner string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.owner == owner {
		b.until = time.Time{}
	}
	return nil
}

// mortal is storage as one process sees it, until the process is killed.
type mortal struct {
	*bag
	mu   sync.Mutex
	dead bool
}

func (m *mortal) kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead = true
}

func (m *mortal) gone() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}

func (m *mortal) Claim(ctx context.Context, d string, n int, now time.Time, lease time.Duration) ([]audit.Told, error) {
	if m.gone() {
		return nil, errDead
	}
	return m.bag.Claim(ctx, d, n, now, lease)
}

func (m *mortal) Delivered(ctx context.Context, d string, told []audit.Told) error {
	if m.gone() {
		return errDead
	}
	return m.bag.Delivered(ctx, d, told)
}

func (m *mortal) Postpone(ctx context.Context, d string, told []audit.Told, until time.Time) error {
	if m.gone() {
		return errDead
	}
	return m.bag.Postpone(ctx, d, told, until)
}

func (m *mortal) Hold(ctx context.Context, name, owner string, now time.Time, life time.Duration) (int64, bool, error) {
	if m.gone() {
		return 0, false, errDead
	}
	return m.bag.Hold(ctx, name, owner, now, life)
}

func (m *mortal) Release(ctx context.Context, name, owner string) error {
	if m.gone() {
		return errDead
	}
	return m.bag.Release(ctx, name, owner)
}
