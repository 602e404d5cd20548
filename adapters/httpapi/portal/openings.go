package portal

import (
	"context"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/eidgate/eidgate/ports/outbound"
)

const (
	openingLife  = time.Minute
	mostOpenings = 1000
)

// openings let two clicks of one browser be one. The link counts once, and the answer to the first click, which has the
// secret in its place, never arrives when a second one comes upon its heels.
type openings struct {
	clock  outbound.Clock
	mu     sync.Mutex
	recent map[opened]*opening
}

// opened is a link and the browser that opened it.
type opened [sha256.Size]byte

type opening struct {
	at    time.Time
	done  chan struct{} // closed when the others are set
	visit string
	err   error
}

// once opens the link, or gives what came of it when the same browser did so within the last minute.
func (o *openings) once(ctx context.Context, link, browser string, open func() (string, error)) (string, error) {
	key, now := opened(sha256.Sum256([]byte(link+" "+browser))), o.clock.Now()
	o.mu.Lock()
	for k, old := range o.recent {
		if now.Sub(old.at) >= openingLife {
			delete(o.recent, k)
		}
	}
	n, again := o.recent[key]
	if !again {
		n = &opening{at: now, done: make(chan struct{})}
		if len(o.recent) < mostOpenings {
			o.recent[key] = n
		}
	}
	o.mu.Unlock()
	if again {
		select {
		case <-n.done:
			return n.visit, n.err
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	defer close(n.done)
	n.visit, n.err = open()
	if n.err != nil {
		o.mu.Lock()
		delete(o.recent, key)
		o.mu.Unlock()
	}
	return n.visit, n.err
}
